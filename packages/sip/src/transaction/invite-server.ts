/**
 * The server of an INVITE (RFC 3261 §17.2.1, with the state Accepted of RFC 6026 §7.1).
 *
 *                        │ INVITE
 *                        ▼            INVITE again → the last 1xx; 100 after 200 ms if nothing was answered
 *                 ┌────────────┐ ─┐
 *                 │ proceeding │◄─┘ 1xx
 *                 └──┬──────┬──┘
 *      answered 2xx  │      │  answered 300–699        G: repeat the answer, twice as late each time up to T2
 *                    ▼      └────────────► ┌───────────┐ ─┐   (not where the transport is reliable);
 *             ┌──────────┐ ─┐              │ completed │◄─┘   INVITE again → the answer
 *             │ accepted │◄─┘ INVITE: -    └──┬─────┬──┘
 *             └────┬─────┘    2xx again → sent│     │ ACK
 *                  │ L        ACK → passed on │     ▼
 *                  │                 H: nobody│  ┌───────────┐ ─┐ INVITE, ACK: -
 *                  │            acknowledges  │  │ confirmed │◄─┘
 *                  │                          │  └────┬──────┘
 *                  │                          ▼       │ I
 *                  │                    ┌───────┐     │
 *                  └───────────────────►│ ended │◄────┘
 *                                       └───────┘
 */
import type { ByteString } from '../bytes.ts';
import type { Request, Response } from '../message/message.ts';
import { responseTo } from '../message/respond.ts';
import { writeMessage } from '../message/write.ts';
import type { Come, Instant, Output, Remote, Timing, Transaction, TransactionId } from './types.ts';
import { isReliable } from './types.ts';

type State = 'proceeding' | 'accepted' | 'completed' | 'confirmed' | 'ended';

export class InviteServer implements Transaction {
  readonly id: TransactionId;
  /** Bytes of the request. */
  readonly size: number;
  noted: Instant | undefined;
  readonly #remote: Remote;
  readonly #timing: Timing;
  #state: State = 'proceeding';
  /** Until it is answered, for 100. What is kept for 64·T1 is no more than what may be asked for, since there are many of these. */
  #request: Request | undefined;
  /** The last answer, for repetitions. */
  #answer: ByteString | undefined;
  #toTag: string | undefined;
  #interval: number;
  /** G, or the time for 100. */
  #sendAt: Instant | undefined;
  /** H, I or L. */
  #endAt: Instant | undefined;

  /** `come`: where answers go (`responsePlace`), and the bytes of the request. `isQuiet`: 100 is said by others, once they know to whom. */
  constructor(id: TransactionId, request: Request, { remote, size }: Come, timing: Timing, now: Instant, isQuiet = false) {
    this.id = id;
    this.size = size;
    this.#request = request;
    this.#remote = remote;
    this.#timing = timing;
    this.#interval = timing.t1;
    this.#sendAt = isQuiet ? undefined : now + timing.trying;
  }

  get deadline(): Instant | undefined {
    if (this.#sendAt === undefined) return this.#endAt;
    return this.#endAt === undefined ? this.#sendAt : Math.min(this.#sendAt, this.#endAt);
  }

  get isOver(): boolean {
    return this.#state === 'ended';
  }

  /** Whether a CANCEL still has an effect (§9.2). */
  get isUnanswered(): boolean {
    return this.#state === 'proceeding';
  }

  /** Of our last answer. */
  get toTag(): string | undefined {
    return this.#toTag;
  }

  /** The INVITE came again. */
  repeat(): readonly Output[] {
    const isOpen = this.#state === 'proceeding' || this.#state === 'completed';
    return isOpen && this.#answer !== undefined ? [this.#send(this.#answer)] : [];
  }

  /** Whether nothing was said so far, so that it comes again where what is said is lost. */
  get isUnheard(): boolean {
    return this.#request !== undefined;
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
    const { status } = response;
    if (this.#state === 'accepted') return status >= 200 && status < 300 ? [this.#send(writeMessage(response))] : [];
    if (this.#state !== 'proceeding') return [];
    const text = writeMessage(response);
    this.#answer = text;
    this.#toTag = response.toTag;
    this.#request = undefined;
    this.#sendAt = undefined;
    if (status >= 300) {
      this.#state = 'completed';
      this.#endAt = now + 64 * this.#timing.t1;
      if (!isReliable(this.#remote)) this.#sendAt = now + this.#interval;
    } else if (status >= 200) {
      this.#state = 'accepted';
      this.#answer = undefined;
      this.#endAt = now + 64 * this.#timing.t1;
    }
    return [this.#send(text)];
  }

  acknowledge(ack: Request, from: Remote, now: Instant): readonly Output[] {
    if (this.#state === 'accepted') return [{ type: 'ack', request: ack, from }];
    if (this.#state !== 'completed') return [];
    this.#sendAt = undefined;
    if (isReliable(this.#remote)) return [this.#end()];
    this.#state = 'confirmed';
    this.#endAt = now + this.#timing.t4;
    return [];
  }

  tick(now: Instant): readonly Output[] {
    if (this.#endAt !== undefined && now >= this.#endAt) {
      const isMissed = this.#state === 'completed';
      return [...(isMissed ? [{ type: 'timeout', transaction: this.id } as const] : []), this.#end()];
    }
    if (this.#sendAt === undefined || now < this.#sendAt) return [];
    if (this.#request !== undefined) return this.respond(responseTo(this.#request, 100), now);
    if (this.#answer === undefined) return [];
    this.#interval = Math.min(2 * this.#interval, this.#timing.t2);
    this.#sendAt = now + this.#interval;
    return [this.#send(this.#answer)];
  }

  /** The answer could not be sent, and nobody waits for it there. A 2xx is its dialog's to repeat. */
  fail(): readonly Output[] {
    if (this.#state === 'ended' || this.#state === 'accepted') return [];
    return [{ type: 'unreachable', transaction: this.id }, this.#end()];
  }

  #end(): Output {
    this.#state = 'ended';
    this.#request = undefined;
    this.#sendAt = undefined;
    this.#endAt = undefined;
    return { type: 'ended', transaction: this.id };
  }

  #send(text: ByteString): Output {
    return { type: 'send', to: this.#remote, text, transaction: this.id };
  }
}
