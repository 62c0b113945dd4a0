/**
 * The client of every request but INVITE and ACK (RFC 3261 §17.1.2).
 *
 *                 │ request
 *                 ▼        E: repeat, twice as late each time up to T2 (not where the transport is reliable)
 *            ┌────────┐ ─┐
 *            │ trying │◄─┘            F, unreachable
 *            └─┬────┬─┘ ──────────────────────────────────────┐
 *          1xx │    │ 200–699                                 │
 *              ▼    └───────────────────────┐                 │
 *      ┌────────────┐ ─┐ 1xx; E: repeat     │                 │
 *      │ proceeding │◄─┘ every T2           │                 │
 *      └─────┬──────┘        F, unreachable │                 │
 *            │      ────────────────────────┼─────────────────┤
 *            │ 200–699                      ▼                 ▼
 *            │                        ┌───────────┐   K   ┌───────┐
 *            └───────────────────────►│ completed │──────►│ ended │
 *                                     └───────────┘       └───────┘
 */
import type { ByteString } from '../bytes.ts';
import type { Request, Response } from '../message/message.ts';
import { writeMessage } from '../message/write.ts';
import type { Instant, Output, Remote, Timing, Transaction, TransactionId } from './types.ts';
import { isReliable } from './types.ts';

type State = 'trying' | 'proceeding' | 'completed' | 'ended';

export class NonInviteClient implements Transaction {
  readonly id: TransactionId;
  noted: Instant | undefined;
  readonly #remote: Remote;
  readonly #timing: Timing;
  readonly #text: ByteString;
  #state: State = 'trying';
  #interval: number;
  /** E. */
  #repeatAt: Instant | undefined;
  /** F or K. */
  #endAt: Instant | undefined;

  constructor(id: TransactionId, request: Request, remote: Remote, timing: Timing) {
    this.id = id;
    this.#remote = remote;
    this.#timing = timing;
    this.#interval = timing.t1;
    this.#text = writeMessage(request);
  }

  get deadline(): Instant | undefined {
    if (this.#repeatAt === undefined || this.#endAt === undefined) return this.#endAt;
    return Math.min(this.#repeatAt, this.#endAt);
  }

  get isOver(): boolean {
    return this.#state === 'ended';
  }

  start(now: Instant): readonly Output[] {
    if (!isReliable(this.#remote)) this.#repeatAt = now + this.#interval;
    this.#endAt = now + 64 * this.#timing.t1;
    return [this.#send()];
  }

  receive(response: Response, from: Remote, now: Instant): readonly Output[] {
    if (this.#state === 'completed' || this.#state === 'ended') return [];
    const heard: Output = { type: 'response', transaction: this.id, response, from };
    if (response.status < 200) {
      this.#state = 'proceeding';
      return [heard];
    }
    this.#repeatAt = undefined;
    if (isReliable(this.#remote)) return [heard, this.#end()];
    this.#state = 'completed';
    this.#endAt = now + this.#timing.t4;
    return [heard];
  }

  tick(now: Instant): readonly Output[] {
    if (this.#endAt !== undefined && now >= this.#endAt) {
      const isAnswered = this.#state === 'completed';
      return [...(isAnswered ? [] : [{ type: 'timeout', transaction: this.id } as const]), this.#end()];
    }
    if (this.#repeatAt === undefined || now < this.#repeatAt) return [];
    this.#interval = this.#state === 'proceeding' ? this.#timing.t2 : Math.min(2 * this.#interval, this.#timing.t2);
    this.#repeatAt = now + this.#interval;
    return [this.#send()];
  }

  fail(): readonly Output[] {
    if (this.#state === 'completed' || this.#state === 'ended') return [];
    return [{ type: 'unreachable', transaction: this.id }, this.#end()];
  }

  #end(): Output {
    this.#state = 'ended';
    this.#repeatAt = undefined;
    this.#endAt = undefined;
    return { type: 'ended', transaction: this.id };
  }

  #send(): Output {
    return { type: 'send', to: this.#remote, text: this.#text, transaction: this.id };
  }
}
