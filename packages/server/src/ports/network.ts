/** Network addresses, as limits count them. */
import { isIPv6 } from 'node:net';

/** IPv4 as it is, also where it is written as IPv6 (RFC 4291 §2.5.5.2); the first 64 bits of IPv6 (RFC 6177 §2). */
export function network(address: string): string {
  if (!address.includes(':')) return address;
  address = unmapped(address);
  if (!isIPv6(address)) return address;
  const [before = '', after] = address.split('%')[0]?.split('::') ?? [];
  const head = before === '' ? [] : before.split(':');
  const tail = after === undefined || after === '' ? [] : after.split(':');
  const groups = after === undefined ? head : [...head, ...Array<string>(8 - head.length - tail.length).fill('0'), ...tail];
  return `${groups.slice(0, 4).join(':')}::/64`;
}

/** IPv4 as it is, also where a socket of IPv6 writes it as its own (RFC 4291 §2.5.5.2). */
export function unmapped(address: string): string {
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
}
