/** Phones of users: desk phones, apps and pages that speak SIP. Each is a device of its user, with a login of its own. */
import type { Address, AddedPhone, DeviceId, Instant, PhoneView, SipServer } from '@offhook/core';
import type { Remote } from '@offhook/sip';

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
  /** `more`: under its login, further ones. `gone`: its login is no longer, whatever it is doing. */
  readonly state: 'here' | 'more' | 'away' | 'gone';
}

/** A `Binding` of @offhook/sip as data. */
export interface StoredBinding {
  /** As written in a Contact. */
  readonly contact: string;
  readonly instance?: string | undefined;
  readonly flowId?: number | undefined;
  readonly flow: Remote;
  readonly path: readonly string[];
  readonly callId: string;
  readonly cseq: number;
  readonly expiresAt: Instant;
  readonly changedAt: Instant;
}

export interface RegisteredPhone {
  readonly phone: SipPhone;
  readonly bindings: readonly StoredBinding[];
}

export type SipPhoneWrite =
  /** The login of a device that is stored with it or was before, which says whose it is and how it is called. */
  | { readonly type: 'sip_phone'; readonly phone: Omit<StoredSipPhone, 'user' | 'name'> }
  /** Where it is reached now. Changes nothing where the device is gone. */
  | { readonly type: 'sip_bindings'; readonly device: DeviceId; readonly bindings: readonly StoredBinding[] };

/** The part of the store that knows it. What a device has here goes with the device. */
export interface SipPhoneStore {
  sipPhone(login: string): Promise<StoredSipPhone | undefined>;
  sipPhoneOf(device: DeviceId): Promise<StoredSipPhone | undefined>;
  /** Oldest first. */
  sipPhones(user: Address): Promise<readonly StoredSipPhone[]>;
  /** Those that were reached somewhere when that was stored last, in the order of their devices' ids. */
  registeredPhones(): Promise<readonly RegisteredPhone[]>;
}

/** Phones as people and programs see them and make them. */
export interface SipPhones {
  readonly server: SipServer;
  list(user: Address): Promise<readonly PhoneView[]>;
  /**
   * The password is kept nowhere. `device`: an id of a request that may be said again: the password follows from it, and one that is there
   * already is shown as it was. @throws Refusal e.g. `idempotency_mismatch` where that one is of somebody else, or called otherwise
   */
  add(user: Address, name: string, device?: DeviceId): Promise<AddedPhone>;
}
