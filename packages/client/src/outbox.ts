/**
 * Durable requests on their way: each is sent again after every reconnect, under its one id, until it is answered. What is asked
 * about a call waits until its invite is answered: to a server that has refused the invite for the moment, and takes its
 * repetition after a reconnect, the call does not exist meanwhile.
 */
import { passing } from '@offhook/core';
import type { CallId, Milliseconds, ReplyOf, Request, RequestType } from '@offhook/core';
import { fromWire } from './errors.ts';
import type { OffhookError } from './errors.ts';
import type { Reply } from './line.ts';
import type { Random } from './platform.ts';

type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;

/** A durable request as one makes it: its id is given by the outbox. */
export type Asked<T extends RequestType = RequestType> = WithoutId<Extract<Request, { type: T }>>;

/** How a request came out. */
export type Outcome<T extends RequestType = RequestType> = { readonly ok: ReplyOf<T> } | { readonly error: OffhookError };

interface Pending {
  readonly message: Asked;
  readonly settle: (outcome: Outcome) => void;
  /** A refusal that passes (the server was too busy, its disk was full) is answered by asking again, for as long as it takes. */
  readonly insist: boolean;
  /** How often it was refused. */
  readonly refusals: number;
}

/** The first time is waited for so long, then twice as long each time, up to the longest. */
const firstMs: Milliseconds = 500;
const longestMs: Milliseconds = 16_000;

export class Outbox {
  readonly #random: Random;
  readonly #prefix: string;
  /** By id, in the order of asking. */
  readonly #pending = new Map<string, Pending>();
  /** Calls whose invite is on its way. */
  readonly #invites = new Set<CallId>();
  #count = 0;

  constructor(random: Random) {
    this.#random = random;
    // The server remembers answers per connection, which a reloaded page takes over: its ids must differ from those before.
    this.#prefix = random.token(72);
  }

  /** Takes in a request; `insist`: a refusal that passes is answered by asking again. Gives the message to send, if it may go now. */
  add<T extends RequestType>(asked: Asked<T>, insist: boolean, settle: (outcome: Outcome<T>) => void): Request | undefined {
    const message: Asked = asked;
    if (message.type === 'invite') this.#invites.add(message.call);
    const request = this.#put({ message, settle: settle as (outcome: Outcome) => void, insist, refusals: 0 });
    return this.#waits(message) ? undefined : request;
  }

  /**
   * Takes an answer in. Gives what is to be sent now: what has waited for it, or what was refused for the moment, once more after
   * a while and under a new id, as the answer to the old one is remembered.
   */
  answer(reply: Reply): readonly { readonly message: Request; readonly afterMs: number }[] {
    const pending = this.#pending.get(reply.re);
    if (pending === undefined) return [];
    this.#pending.delete(reply.re);
    const outcome: Outcome = 'ok' in reply ? { ok: reply.ok as ReplyOf<RequestType> } : { error: fromWire(reply.error) };
    if ('error' in reply && pending.insist && passing.has(reply.error.code)) {
      const message = this.#put({ ...pending, refusals: pending.refusals + 1 });
      const wait = Math.min(firstMs * 2 ** pending.refusals, longestMs);
      return [{ message, afterMs: wait * (0.5 + this.#random.fraction()) }];
    }
    pending.settle(outcome);
    return pending.message.type === 'invite' ? this.#release(pending.message.call, outcome) : [];
  }

  has(id: string): boolean {
    return this.#pending.has(id);
  }

  /** All that is not answered and may be sent, in the order of asking. */
  all(): Request[] {
    return [...this.#pending].flatMap(([id, { message }]) => (this.#waits(message) ? [] : withId(id, message)));
  }

  /** Nothing will be answered any more. */
  fail(error: OffhookError): void {
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    this.#invites.clear();
    for (const { settle } of pending) settle({ error });
  }

  #waits(message: Asked): boolean {
    return message.type !== 'invite' && 'call' in message && this.#invites.has(message.call);
  }

  /** The invite of this call is answered. */
  #release(call: CallId, outcome: Outcome): { readonly message: Request; readonly afterMs: number }[] {
    const waiting = [...this.#pending].filter(([, { message }]) => 'call' in message && message.call === call);
    this.#invites.delete(call);
    if ('ok' in outcome) return waiting.map(([id, { message }]) => ({ message: withId(id, message), afterMs: 0 }));
    for (const [id, { settle }] of waiting) {
      this.#pending.delete(id);
      settle(outcome);
    }
    return [];
  }

  #put(pending: Pending): Request {
    this.#count += 1;
    const id = `${this.#prefix}.${this.#count}`;
    this.#pending.set(id, pending);
    return withId(id, pending.message);
  }
}

function withId(id: string, message: Asked): Request {
  return { ...message, id };
}
