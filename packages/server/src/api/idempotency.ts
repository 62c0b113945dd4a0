/** Requests that make something, and make it once however often they are said (draft-ietf-httpapi-idempotency-key-header §2). */
import { apiLimits } from '@offhook/core';
import type { Instant } from '@offhook/core';
import { Refusal } from '../ports.ts';
import type { Clock, Hash, Random, Store } from '../ports.ts';
import { derived } from './derived.ts';
import type { Asking } from './routes.ts';

export interface IdempotencyDeps {
  readonly store: Store;
  readonly hash: Hash;
  readonly random: Random;
  readonly clock: Clock;
}

export class Idempotency {
  readonly #deps: IdempotencyDeps;
  /** What is being carried out, by the id of what is made: the same said meanwhile waits for it. */
  readonly #running = new Map<string, Promise<unknown>>();

  constructor(deps: IdempotencyDeps) {
    this.#deps = deps;
  }

  /**
   * Makes something of this kind under an id, which follows from the key of the request where it has one. `make` may find what it has made
   * before, where the server has stopped in between or the request is forgotten by now: it throws `idempotency_mismatch` where that is not what
   * is asked for. `again`: said once more, yields what was made as it is now; throws where it is gone. Both
   * are told when it was made.
   * Throws `idempotency_mismatch` where something else was asked for with this key.
   */
  async once<T>(
    kind: string,
    { key, body, idempotencyKey }: Asking,
    make: (id: string, at: Instant) => Promise<T>,
    again: (id: string, at: Instant) => Promise<T>,
  ): Promise<T> {
    const { store, hash, random, clock } = this.#deps;
    if (idempotencyKey === undefined) return make(random.token(128), clock.now());
    const id = derived(hash, kind, key.name, idempotencyKey);
    const digest = hash.digest(JSON.stringify(body ?? {}, inOrder));
    return this.#inTurn(id, async () => {
      const known = await store.carriedOut(id);
      if (known !== undefined && known.digest !== digest) throw new Refusal('idempotency_mismatch');
      if (known !== undefined) return again(id, known.at);
      const at = clock.now();
      const made = await make(id, at);
      await store.commit([
        { type: 'requests_gone', before: at - apiLimits.idempotencyMs },
        { type: 'request', request: { id, digest, at } },
      ]);
      return made;
    });
  }

  async #inTurn<T>(id: string, act: () => Promise<T>): Promise<T> {
    const before = this.#running.get(id);
    const turn = before === undefined ? act() : before.then(act, act);
    this.#running.set(id, turn);
    try {
      return await turn;
    } finally {
      if (this.#running.get(id) === turn) this.#running.delete(id);
    }
  }
}

/** The same is asked for in whatever order its fields are. */
function inOrder(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
