import type { ApiScope } from '@offhook/core';
import type { IncomingHttpHeaders } from 'node:http';
import type { ApiKey } from '../ports/api-keys.ts';
import { bearer } from '../ports/bearer.ts';
import { Refusal } from '../ports.ts';
import type { Hash } from '../ports.ts';

/**
 * Whose key came with a request. Every key is compared in full, whichever it is. Throws `unauthorized`, or `forbidden` where it does not
 * allow this.
 */
export function keyOf(keys: readonly ApiKey[], hash: Hash, headers: IncomingHttpHeaders, scope: ApiScope): ApiKey {
  const digest = hash.digest(bearer(headers));
  const [key] = keys.filter((one) => hash.equal(one.digest, digest));
  if (key === undefined) throw new Refusal('unauthorized');
  needScope(key, scope);
  return key;
}

/** @throws Refusal `forbidden` */
export function needScope({ name, scopes }: ApiKey, scope: ApiScope): void {
  // Whoever may change something may look at it.
  const isAllowed = scopes.includes(scope) || scopes.includes(scope.replace(/\.read$/, ''));
  if (!isAllowed) throw new Refusal('forbidden', `The key ${name} does not have the scope ${scope}.`);
}
