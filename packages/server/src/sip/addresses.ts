/** Addresses in SIP: of users, and of whom phones dial. */
import { Address } from '@offhook/core/protocol';
import type { Person } from '@offhook/core';
import { fromUtf8, isSip, nameAddr, sipUri, toUtf8 } from '@offhook/sip';
import type { NameAddr, Uri } from '@offhook/sip';

/** Whom a URI means, as it is dialled: an address of a user, or a number (also RFC 3966, without what stands behind it). */
export function dialledIn(uri: Uri): string | undefined {
  const text = isSip(uri) ? fromUtf8(uri.user ?? '') : uri.scheme === 'tel' ? uri.opaque : '';
  const [dialled = ''] = text.split(';');
  const parsed = Address.safeParse(dialled);
  return parsed.success ? parsed.data : undefined;
}

/** By which phones reach somebody, at this server. */
export function addressFor({ address, name }: Person, domain: string): NameAddr {
  return nameAddr(sipUri(domain, { user: toUtf8(address) }), { displayName: name });
}
