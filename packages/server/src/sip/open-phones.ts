/** Phones of users and trunks, where the settings name a port for them. */
import { isIP } from 'node:net';
import type { SipServer } from '@offhook/core';
import { addressOf } from './line.ts';
import { PhoneBook } from './phone-book.ts';
import { SipRegistry } from './registry.ts';
import type { RegistryDeps } from './registry.ts';
import { TrunkDesk } from './trunks/desk.ts';
import type { Country } from './trunks/numbers.ts';

export interface PhonesOptions {
  readonly host: string;
  readonly lan: boolean;
  readonly sipPort: number | undefined;
  readonly sipTlsPort: number | undefined;
  readonly mediaAddresses: readonly string[];
  /** What the operator has said of how people reach the server. */
  readonly publicUrl: string | undefined;
  readonly sipDomains: readonly string[];
  readonly country: string | undefined;
}

export interface OpenPhones {
  readonly registry: SipRegistry;
  readonly book: PhoneBook;
  readonly trunks: TrunkDesk;
  /** The host part of addresses of users. */
  readonly domain: string;
  /** Stores what is not yet. */
  close(): Promise<void>;
}

/** `pageUrl`: where people find the web phone. Undefined where the settings name no port. */
export function openPhones(
  options: PhonesOptions,
  { pageUrl, ...deps }: RegistryDeps & { readonly outbox: boolean; readonly pageUrl: () => string },
): OpenPhones | undefined {
  const { sipPort: port, sipTlsPort: tlsPort } = options;
  if (port === undefined && tlsPort === undefined) return undefined;
  const registry = new SipRegistry({ ...deps, isOurs: oursIn(options), trunk: (username) => trunks.signedBy(username) });
  const host = hostOf(options);
  const country = options.country as Country;
  const trunks = new TrunkDesk({ ...deps, gate: registry.gate, country, chance: Math.random });
  const server = (): SipServer => ({ host, port, tlsPort, url: `${pageUrl().replace(/^http/, 'ws')}/sip` });
  const close = async (): Promise<void> => void (await Promise.all([registry.close(), trunks.close()]));
  return { registry, trunks, domain: host, book: new PhoneBook({ ...deps, registry, server }), close };
}

/** Addresses are nobody else's names. Undefined: nobody has said how it is called. */
function oursIn({ publicUrl, sipDomains }: PhonesOptions): ((host: string) => boolean) | undefined {
  if (publicUrl === undefined && sipDomains.length === 0) return undefined;
  const names = new Set([
    ...sipDomains.map((name) => name.toLowerCase()),
    ...(publicUrl === undefined ? [] : [new URL(publicUrl).hostname]),
  ]);
  return (host) => isIP(host.replaceAll(/[[\]]/g, '')) !== 0 || host === 'localhost' || names.has(host);
}

/** What people type into a phone: the name of the server if it has one, else an address by which phones of the network reach it. */
function hostOf({ host, lan, mediaAddresses, publicUrl, sipDomains }: PhonesOptions): string {
  if (sipDomains[0] !== undefined) return sipDomains[0];
  if (publicUrl !== undefined) return new URL(publicUrl).hostname;
  const isAny = lan || host === '0.0.0.0' || host === '::';
  return mediaAddresses[0] ?? (isAny ? addressOf('IPv4') : undefined) ?? (host === 'localhost' ? '127.0.0.1' : host);
}
