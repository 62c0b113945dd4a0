/**
 * What is of the public internet. Addresses that others name are posted to by this server: one that would post wherever it is told could be
 * made to reach what only it can reach (server-side request forgery).
 */
import { BlockList, isIP } from 'node:net';
import type { LookupFunction } from 'node:net';
import { dnsResolver } from './names.ts';
import type { NameResolver } from './names.ts';

/** IPv4 addresses that are not of the public internet (IANA IPv4 Special-Purpose Address Registry, RFC 6890), and multicast. */
const special4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];
/** Of IPv6, what lies within global unicast (2000::/3) and is not of the public internet, or leads to IPv4 addresses. */
const special6: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const blocked = new BlockList();
for (const [net, bits] of special4) blocked.addSubnet(net, bits, 'ipv4');
for (const [net, bits] of special6) blocked.addSubnet(net, bits, 'ipv6');
const unicast = new BlockList();
unicast.addSubnet('2000::', 3, 'ipv6');

/** Whether an IP address is one of the public internet. */
export function isPublic(address: string): boolean {
  if (isIP(address) === 4) return !blocked.check(address, 'ipv4');
  return isIP(address) === 6 && unicast.check(address, 'ipv6') && !blocked.check(address, 'ipv6');
}

/** Thrown by a look-up of which no address may be asked. */
export class PrivateAddressError extends Error {
  override readonly name = 'PrivateAddressError';
}

/** Always of this machine (RFC 6761 §6.3). */
const localhost = /(^|\.)localhost\.?$/i;

/**
 * Names become addresses of the public internet, or none. It is asked for each connection, and what was checked is what is connected to:
 * a name may mean something else a moment later (DNS rebinding).
 */
export function publicLookupBy(resolver: NameResolver): LookupFunction {
  return (hostname, options, callback) => {
    const isPrivate = (): void => callback(new PrivateAddressError(`${hostname} is not on the public internet`), '');
    if (localhost.test(hostname)) return process.nextTick(isPrivate);
    resolver(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, '');
      const open = found.filter(({ address }) => isPublic(address));
      const [first] = open;
      // One that is not public says enough of who has made this name.
      if (first === undefined || open.length < found.length) return isPrivate();
      if (options.all === true) return callback(null, open);
      callback(null, first.address, first.family);
    });
  };
}

export const publicLookup: LookupFunction = publicLookupBy(dnsResolver());

/** Whether this is an http: or https: URL of scheme, host and port alone. */
export function isOrigin(text: string): boolean {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return false;
  const { href, origin } = new URL(text);
  return href === `${origin}/`;
}

/** Why nothing may be posted to this URL; undefined when it may. `allowed`: origins that the operator trusts, wherever they are. */
export function refusedUrl(text: string, allowed: readonly string[]): string | undefined {
  if (!URL.canParse(text)) return 'is no URL';
  const { protocol, hostname, username, password, origin } = new URL(text);
  if (username !== '' || password !== '') return 'names a user';
  if (allowed.includes(origin)) return undefined;
  if (protocol !== 'https:') return 'is no https: URL';
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  // Other names are looked up for each connection: what they mean now may be something else by then.
  return localhost.test(host) || (isIP(host) !== 0 && !isPublic(host)) ? 'is not on the public internet' : undefined;
}
