/** What an INVITE of a trunk says of who calls and who is called. */
import { cleanName } from '@offhook/core';
import { isSip, MessageError } from '@offhook/sip';
import type { NameAddr, Request, Uri } from '@offhook/sip';
import type { StoredTrunk } from '../../ports/trunk-store.ts';
import type { E164 } from '../../ports/trunks.ts';
import { digitsIn, readNumber } from './numbers.ts';
import type { Country } from './numbers.ts';

type Settings = Pick<StoredTrunk['settings'], 'number' | 'numbers' | 'trusted'>;

/**
 * The number that was called: where the Request-URI has none, being the address at which we have registered, it stands in
 * P-Called-Party-ID (RFC 7315 §4.2) or in To.
 */
export function calledIn(request: Request, { number, numbers }: Settings, country: Country): E164 | undefined {
  const candidates = [() => request.uri, () => request.addresses('P-Called-Party-ID')[0]?.uri, () => request.to.uri];
  for (const candidate of candidates) {
    const found = numberIn(quietly(candidate), numbers, country);
    if (found !== undefined) return found;
  }
  return number;
}

export interface Caller {
  readonly caller?: E164;
  readonly callerName?: string;
}

/** Nothing of who does not want it to be told (RFC 3323 §4.2), whoever has asserted it. */
export function callerIn(request: Request, { numbers, trusted }: Settings, country: Country): Caller {
  if (isWithheld(request)) return {};
  // RFC 3325 §9.1: from others it is nothing.
  const asserted = trusted ? (quietly(() => request.addresses('P-Asserted-Identity')) ?? []) : [];
  const shown: readonly NameAddr[] = [...asserted, request.from];
  for (const { displayName, uri } of shown) {
    const caller = numberIn(uri, numbers, country);
    const callerName = displayName === undefined ? undefined : cleanName(displayName);
    if (caller !== undefined) return { caller, ...(callerName !== undefined && callerName !== caller && { callerName }) };
  }
  const name = cleanName(request.from.displayName ?? '');
  return name === undefined ? {} : { callerName: name };
}

function isWithheld(request: Request): boolean {
  const wishes = request.all('Privacy').flatMap((value) => value.toLowerCase().split(';'));
  if (wishes.some((wish) => ['id', 'user', 'header'].includes(wish.trim()))) return true;
  const { uri } = request.from;
  return isSip(uri) && (uri.host.toLowerCase() === 'anonymous.invalid' || uri.user?.toLowerCase() === 'anonymous');
}

function numberIn(uri: Uri | undefined, numbers: Settings['numbers'], country: Country): E164 | undefined {
  const digits = uri && digitsIn(uri);
  return digits === undefined ? undefined : readNumber(digits, numbers, country);
}

/** Undefined for what cannot be read. */
function quietly<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof MessageError) return undefined;
    throw error;
  }
}
