/** Durable requests on their way: each is sent again after every reconnect, under its one id, until it is answered. */
import type { Milliseconds, ReplyOf, Request, RequestType } from '@offhook/core';
import { fromWire, isPassing } from './errors.ts';
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
  #count = 0;

  constructor(random: Random) {
    this.#random = random;
    // The server remembers answers per connection, which a reloaded page takes over: its ids must differ from those before.
    this.#prefix = random.token(72);
  }

  /** Takes in a request; `insist`: a refusal that passes is answered by asking again. Gives the message to send. */
  add<T extends RequestType>(asked: Asked<T>, insist: boolean, settle: (outcome: Outcome<T>) => void): Request {
    return this.#put({
      message: asked,
      settle: settle as (outcome: Outcome) => void,
      insist,
      refusals: 0,
    });
  }

  /**
   * Takes an answer in. What is to be asked once more is given back, with the time to wait first: under a new id, as the
   * answer to the old one is remembered.
   */
  answer(reply: Reply): { readonly message: Request; readonly afterMs: number } | undefined {
    const pending = this.#pending.get(reply.re);
    if (pending === undefined) return undefined;
    this.#pending.delete(reply.re);
    if ('ok' in reply) {
      pending.settle({ ok: reply.ok as ReplyOf<RequestType> });
      return undefined;
    }
    const error = fromWire(reply.error);
    if (!pending.insist || !isPassing(reply.error.code)) {
      pending.settle({ error });
      return undefined;
    }
    const message = this.#put({ ...pending, refusals: pending.refusals + 1 });
    const wait = Math.min(firstMs * 2 ** pending.refusals, longestMs);
    return { message, afterMs: wait * (0.5 + this.#random.fraction()) };
  }

  has(id: string): boolean {
    return this.#pending.has(id);
  }

  /** All that is not answered, in the order of asking. */
  all(): Request[] {
    return [...this.#pending].map(([id, { message }]) => withId(id, message));
  }

  /** Nothing will be answered any more. */
  fail(error: OffhookError): void {
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { settle } of pending) settle({ error });
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
