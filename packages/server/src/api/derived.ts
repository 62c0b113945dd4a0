import type { Hash, Random } from '../ports.ts';
import type { Asking } from './routes.ts';

/** An id of 192 bits. */
const idLength = 32;

/** The id of what a request makes that may be said again: it follows from the key of the request, so that it is made once. */
export function derived(hash: Hash, what: string, key: string, seed: string): string {
  return hash.sign(JSON.stringify([what, key, seed])).slice(0, idLength);
}

/** The same, or another one each time where nothing was said. */
export function idOf(deps: { readonly hash: Hash; readonly random: Random }, what: string, asking: Asking): string {
  const { key, idempotencyKey } = asking;
  return idempotencyKey === undefined ? deps.random.token(128) : derived(deps.hash, what, key.name, idempotencyKey);
}
