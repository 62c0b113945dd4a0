import { isNumber, numberOf } from '@offhook/core';
import type { Address, ErrorCode, Forwards } from '@offhook/core';
import type { BlockBook } from '../ports/people.ts';
import type { Store } from '../ports.ts';

/** Why the calls of `user` cannot be forwarded to these; undefined when they can. Those for help are called by people alone. */
export async function refusedForward(
  { store, blocks }: { readonly store: Store; readonly blocks: BlockBook },
  user: Address,
  forwards: Forwards,
): Promise<ErrorCode | undefined> {
  const wanted = [...new Set(Object.values(forwards))].filter((to) => to !== undefined);
  if (wanted.includes(user)) return 'self_forward';
  const { blocked } = await blocks.of(user);
  if (wanted.some((to) => blocked.has(to))) return 'blocked';
  if (wanted.some((to) => isNumber(to) && !numberOf(to).startsWith('+'))) return 'destination_refused';
  // Whether a number may be called is found out each time.
  const users = wanted.filter((to) => !isNumber(to));
  const known = await store.users(users);
  return known.length === users.length ? undefined : 'user_not_found';
}
