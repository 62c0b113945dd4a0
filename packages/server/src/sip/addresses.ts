/** Addresses of users in SIP. */
import { Address } from '@offhook/core/protocol';
import type { Person } from '@offhook/core';
import { fromUtf8, isSip, nameAddr, sipUri, toUtf8 } from '@offhook/sip';
import type { NameAddr, Uri } from '@offhook/sip';

/** Of a user, in a URI. */
export function addressIn(uri: Uri): string | undefined {
  const parsed = Address.safeParse(isSip(uri) ? fromUtf8(uri.user ?? '') : '');
  return parsed.success ? parsed.data : undefined;
}

/** By which phones reach somebody, at this server. */
export function addressFor({ address, name }: Person, domain: string): NameAddr {
  return nameAddr(sipUri(domain, { user: toUtf8(address) }), { displayName: name });
}
