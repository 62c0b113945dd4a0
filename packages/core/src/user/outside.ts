/** People in the telephone network: whoever has a number can be talked to, though nobody signs in by it. */
import type { Address } from '../protocol/shared.ts';

const pattern = /^\+\d{1,15}$/;
/** No number of the world begins with 0. */
const local = '+0';

/** Whether this is the address of somebody outside: a number as E.164 writes it. No name makes such an address (`addressOf`). */
export function isNumber(address: Address): boolean {
  return pattern.test(address);
}

/** Whoever calls and does not say by which number: one address for all of them. */
export const withheldNumber: Address = local;

/** The address of a number as it is called: E.164, or a short one of the country, such as 112. */
export function numberAddress(number: string): Address {
  return number.startsWith('+') ? number : local + number;
}

/** The other way round. */
export function numberOf(address: Address): string {
  return address.startsWith(local) ? address.slice(local.length) : address;
}

/** For one more call. How many a number may be in at once is a matter of the network: all who withhold theirs are one to us. */
export function hasRoom(user: {
  readonly address: Address;
  readonly calls: { readonly size: number };
  readonly settings: { readonly maxCalls: number };
}): boolean {
  return user.calls.size < user.settings.maxCalls || isNumber(user.address);
}
