/** Phones of users: desk phones, apps and pages that speak SIP. Each is a device of its user, with a login of its own. */
import type { Address, DeviceId } from '@offhook/core';
import type { Instant } from '@offhook/core';

/** The protection space of the logins (RFC 3261 §22.1): the secrets hold under any name that the server is reached by. */
export const sipRealm = 'offhook';

export interface SipPhone {
  readonly device: DeviceId;
  readonly user: Address;
  /** Of the device, as people read it. */
  readonly name: string;
  /** User part of its address, and user name of its digest. */
  readonly login: string;
}

export interface StoredSipPhone extends SipPhone {
  /** H(A1) for each algorithm: the password itself is nowhere. */
  readonly secrets: { readonly MD5: string; readonly 'SHA-256': string };
  readonly createdAt: Instant;
}

/** Where a phone is reached at the moment. */
export interface SipPhoneNews {
  readonly phone: SipPhone;
  /** `gone`: its login is no longer, whatever it is doing. */
  readonly state: 'here' | 'away' | 'gone';
}
