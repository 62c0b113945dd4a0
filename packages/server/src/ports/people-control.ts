/** What programs may do about people: those of this server, and those who are here. */
import type {
  Address,
  ApplicationDelivery,
  CreatedToken,
  DeviceId,
  ErrorCode,
  Instant,
  Person,
  TokenCreation,
} from '@offhook/core';
import type { StoredUser } from '../ports.ts';

/** The same id at the same time makes the same token. */
export type Mint = (creation: TokenCreation, id: string, at: Instant) => Promise<CreatedToken>;

/** The people of this server, as far as they do not take their names themselves. */
export interface UserAdministration {
  /** Somebody new. `link`: by which they choose a password, where that is how one signs in. */
  make(person: Person): Promise<{ readonly link?: string }>;
  /** Signs somebody out everywhere; nobody signs in as them any more by what was given out until now. */
  remove(address: Address): Promise<void>;
  /** One token is void. */
  revoke(token: string): Promise<void>;
}

/** Those who are here, or not. */
export interface Here {
  rename(user: StoredUser, name: string): Promise<ErrorCode | undefined>;
  /** Signs a device out for good, and ends its calls. */
  removeDevice(user: Address, device: DeviceId): Promise<ErrorCode | undefined>;
  /** False: nobody has received it. */
  signal(to: { readonly user: Address; readonly device?: DeviceId | undefined }, message: ApplicationDelivery): boolean;
}
