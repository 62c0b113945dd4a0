/**
 * The server of every request but INVITE and ACK (RFC 3261 §17.2.2).
 *
 *         │ request
 *         ▼
 *    ┌────────┐ ─┐ request again: -
 *    │ trying │◄─┘
 *    └─┬────┬─┘
 *  1xx │    │ answered 200–699
 *      ▼    └──────────────────────┐
 *  ┌────────────┐ ─┐ request again │
 *  │ proceeding │◄─┘ → the 1xx     │ ┌── request again → the answer
 *  └─────┬──────┘                  ▼ ▼
 *        │ answered 200–699  ┌───────────┐   J   ┌───────┐
 *        └──────────────────►│ completed │──────►│ ended │◄── unreachable
 *                            └───────────┘       └───────┘
 */
import type { ByteString } from '../bytes.ts';
import type { Response } from '../message/message.ts';
import { writeMessage } from '../message/write.ts';
import type { Instant, Output, Remote, Timing, Transaction, TransactionId } from './types.ts';
import { isReliable } from './types.ts';

type State = 'trying' | 'proceeding' | 'completed' | 'ended';

export class NonInviteServer implements Transaction {
  readonly id: TransactionId;
  noted: Instant | undefined;
  readonly #remote: Remote;
  readonly #timing: Timing;
  #state: State = 'trying';
  #answer: ByteString | undefined;
  /** J. */
  #endAt: Instant | undefined;

  /** `remote`: where answers go (`responsePlace`). */
  constructor(id: TransactionId, remote: Remote, timing: Timing) {
    this.id = id;
    this.#remote = remote;
    this.#timing = timing;
  }

  get deadline(): Instant | undefined {
    return this.#endAt;
  }

  get isOver(): boolean {
    return this.#state === 'ended';
  }

  /** The request came again. */
  repeat(): readonly Output[] {
    return this.#answer === undefined || this.isOver ? [] : [this.#send(this.#answer)];
  }

  /** Whether nothing was said so far. */
  get isUnheard(): boolean {
    return this.#state === 'trying';
  }

  /** A final answer that nothing is kept of (§8.2.7). */
  dismiss(response: Response): readonly Output[] {
    return [this.#send(writeMessage(response)), this.#end()];
  }

  respond(response: Response, now: Instant): readonly Output[] {
    if (this.#state === 'completed' || this.#state === 'ended') return [];
    this.#answer = writeMessage(response);
    const sent = this.#send(this.#answer);
    if (response.status < 200) {
      this.#state = 'proceeding';
      return [sent];
    }
    if (isReliable(this.#remote)) return [sent, this.#end()];
    this.#state = 'completed';
    this.#endAt = now + 64 * this.#timing.t1;
    return [sent];
  }

  tick(now: Instant): readonly Output[] {
    return this.#endAt !== undefined && now >= this.#endAt ? [this.#end()] : [];
  }

  fail(): readonly Output[] {
    if (this.#state === 'ended') return [];
    return [{ type: 'unreachable', transaction: this.id }, this.#end()];
  }

  #end(): Output {
    this.#state = 'ended';
    this.#endAt = undefined;
    return { type: 'ended', transaction: this.id };
  }

  #send(text: ByteString): Output {
    return { type: 'send', to: this.#remote, text, transaction: this.id };
  }
}
