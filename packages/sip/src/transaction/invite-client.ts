/**
 * The client of an INVITE (RFC 3261 §17.1.1, with the state Accepted of RFC 6026 §7.2).
 *
 *                      │ INVITE
 *                      ▼           A: repeat, twice as late each time (not where the transport is reliable)
 *                 ┌─────────┐ ─┐
 *        ┌────────│ calling │◄─┘       B, unreachable
 *        │        └─┬──┬──┬─┘ ─────────────────────────────────────────────┐
 *        │      1xx │  │  └──────────────── 300–699 → ACK ───────────┐     │
 *        │          ▼  │                                             │     │
 *        │   ┌────────────┐ ─┐ 1xx                                   │     │
 *        │   │ proceeding │◄─┘         300–699 → ACK                 │     │
 *        │   └──┬──────┬──┘ ──────────────────────────────┐          │     │
 *        │      │      │ cancelled, and 64·T1 later       │          │     │
 *    2xx │  2xx │      └──────────────────────────────────┼──────────┼─────┤
 *        ▼      ▼                                         ▼          ▼     │
 *      ┌──────────┐ ─┐ 2xx                              ┌───────────┐ ─┐ 300–699 → ACK
 *      │ accepted │◄─┘                                  │ completed │◄─┘   │
 *      └────┬─────┘                                     └─────┬─────┘      │
 *           │ M                                               │ D          ▼
 *           └─────────────────────────────────────────────────┴─────► ┌───────┐
 *                                                                     │ ended │
 *                                                                     └───────┘
 */
import type { ByteString } from '../bytes.ts';
import type { Request, Response } from '../message/message.ts';
import { writeMessage } from '../message/write.ts';
import { ackTo, cancelOf } from './companions.ts';
import type { Instant, Output, Remote, Timing, Transaction, TransactionId } from './types.ts';
import { isReliable } from './types.ts';

type State = 'calling' | 'proceeding' | 'accepted' | 'completed' | 'ended';

export class InviteClient implements Transaction {
  readonly id: TransactionId;
  noted: Instant | undefined;
  readonly remote: Remote;
  readonly #timing: Timing;
  /** Until there is a final answer. */
  #request: Request | undefined;
  #text: ByteString;
  #state: State = 'calling';
  #interval: number;
  /** A: the next repetition. */
  #repeatAt: Instant | undefined;
  /** B, D or M, or the end of the patience after a CANCEL. */
  #endAt: Instant | undefined;
  #ack: ByteString | undefined;
  /** Fields of a CANCEL that waits for the first provisional response (§9.1). */
  #cancel: Readonly<Record<string, string>> | undefined;

  constructor(id: TransactionId, request: Request, remote: Remote, timing: Timing) {
    this.id = id;
    this.#request = request;
    this.remote = remote;
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
    if (!isReliable(this.remote)) this.#repeatAt = now + this.#interval;
    this.#endAt = now + 64 * this.#timing.t1;
    return [this.#send(this.#text)];
  }

  receive(response: Response, from: Remote, now: Instant): readonly Output[] {
    const heard: Output = { type: 'response', transaction: this.id, response, from };
    const { status } = response;
    switch (this.#state) {
      case 'calling':
      case 'proceeding':
        if (status < 200) {
          // Who has cancelled waits for the end only so long; everybody else as long as it rings.
          if (this.#state === 'calling') this.#become('proceeding', undefined);
          return [heard];
        }
        if (status < 300) {
          this.#become('accepted', now + 64 * this.#timing.t1);
          return [heard];
        }
        return [...this.#acknowledge(response, now), heard, ...(this.isOver ? [this.#ended()] : [])];
      case 'accepted':
        return status >= 200 && status < 300 ? [heard] : [];
      case 'completed':
        return status >= 300 && this.#ack !== undefined ? [this.#send(this.#ack)] : [];
      case 'ended':
        return [];
    }
  }

  /**
   * The CANCEL to send now. None before the first provisional response: it comes from `takeCancel` then; none after a final one (§9.1).
   */
  cancel(fields: Readonly<Record<string, string>>): void {
    if (this.#state === 'calling' || this.#state === 'proceeding') this.#cancel ??= fields;
  }

  takeCancel(now: Instant): Request | undefined {
    if (this.#cancel === undefined || this.#state !== 'proceeding' || this.#endAt !== undefined) return undefined;
    this.#endAt = now + 64 * this.#timing.t1;
    return this.#request && cancelOf(this.#request, this.#cancel);
  }

  tick(now: Instant): readonly Output[] {
    if (this.#endAt !== undefined && now >= this.#endAt) {
      const isAnswered = this.#state === 'accepted' || this.#state === 'completed';
      this.#become('ended', undefined);
      return [...(isAnswered ? [] : [{ type: 'timeout', transaction: this.id } as const]), this.#ended()];
    }
    if (this.#repeatAt === undefined || now < this.#repeatAt) return [];
    this.#interval *= 2;
    this.#repeatAt = now + this.#interval;
    return [this.#send(this.#text)];
  }

  fail(): readonly Output[] {
    if (this.#state === 'ended' || this.#state === 'accepted') return [];
    this.#become('ended', undefined);
    return [{ type: 'unreachable', transaction: this.id }, this.#ended()];
  }

  #acknowledge(response: Response, now: Instant): readonly Output[] {
    if (this.#request === undefined) return [];
    const ack = writeMessage(ackTo(this.#request, response));
    this.#ack = ack;
    if (isReliable(this.remote)) this.#become('ended', undefined);
    else this.#become('completed', now + Math.max(32_000, 64 * this.#timing.t1));
    return [this.#send(ack)];
  }

  #become(state: State, endAt: Instant | undefined): void {
    this.#state = state;
    this.#endAt = endAt;
    this.#repeatAt = undefined;
    if (state === 'calling' || state === 'proceeding') return;
    this.#request = undefined;
    this.#text = '';
  }

  #send(text: ByteString): Output {
    return { type: 'send', to: this.remote, text, transaction: this.id };
  }

  #ended(): Output {
    return { type: 'ended', transaction: this.id };
  }
}
