/**
 * The server of every request but INVITE and ACK (RFC 3261 §17.2.2). Where it is not answered for 64·T1, nobody waits for that any more
 * (RFC 4320), and it ends without.
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
import type { Come, Instant, Output, Remote, Timing, Transaction, TransactionId } from './types.ts';
import { isReliable } from './types.ts';

type State = 'trying' | 'proceeding' | 'completed' | 'ended';

export class NonInviteServer implements Transaction {
  readonly id: TransactionId;
  /** Bytes of the request. */
  readonly size: number;
  noted: Instant | undefined;
  readonly #remote: Remote;
  readonly #timing: Timing;
  #state: State = 'trying';
  #answer: ByteString | undefined;
  /** When whoever asks waits no longer. */
  readonly #giveUpAt: Instant;
  /** J; before the answer, when to look whether there is one: most have one at once, and leave nothing for `#giveUpAt`. */
  #wakeAt: Instant | undefined;

  /** `come`: where answers go (`responsePlace`), and the bytes of the request. */
  constructor(id: TransactionId, { remote, size }: Come, timing: Timing, now: Instant) {
    this.id = id;
    this.size = size;
    this.#remote = remote;
    this.#timing = timing;
    this.#giveUpAt = now + 64 * timing.t1;
    this.#wakeAt = now + timing.trying;
  }

  get deadline(): Instant | undefined {
    return this.#wakeAt;
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

  /** By a final answer that nothing is kept of (§8.2.7), or by none. */
  dismiss(answer: ByteString | undefined): readonly Output[] {
    return [...(answer === undefined ? [] : [this.#send(answer)]), this.#end()];
  }

  /** Whether whoever asks has to be where they say they are. */
  get isProven(): boolean {
    return isReliable(this.#remote);
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
    this.#wakeAt = now + 64 * this.#timing.t1;
    return [sent];
  }

  tick(now: Instant): readonly Output[] {
    if (this.#wakeAt === undefined || now < this.#wakeAt) return [];
    if (this.#state === 'completed' || now >= this.#giveUpAt) return [this.#end()];
    this.#wakeAt = this.#giveUpAt;
    return [];
  }

  fail(): readonly Output[] {
    if (this.#state === 'ended') return [];
    return [{ type: 'unreachable', transaction: this.id }, this.#end()];
  }

  #end(): Output {
    this.#state = 'ended';
    this.#wakeAt = undefined;
    return { type: 'ended', transaction: this.id };
  }

  #send(text: ByteString): Output {
    return { type: 'send', to: this.#remote, text, transaction: this.id };
  }
}
