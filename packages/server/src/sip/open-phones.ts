/** Phones of users, where the settings name a port for them. */
import type { SipServer } from '@offhook/core';
import { addressOf } from './line.ts';
import { PhoneBook } from './phone-book.ts';
import { SipRegistry } from './registry.ts';
import type { RegistryDeps } from './registry.ts';

export interface PhonesOptions {
  readonly host: string;
  readonly lan: boolean;
  readonly sipPort: number | undefined;
  readonly sipTlsPort: number | undefined;
  readonly mediaAddresses: readonly string[];
  /** What the operator has said of how people reach the server. */
  readonly publicUrl: string | undefined;
}

export interface OpenPhones {
  readonly registry: SipRegistry;
  readonly book: PhoneBook;
  /** The host part of addresses of users. */
  readonly domain: string;
}

/** `pageUrl`: where people find the web phone. Undefined where the settings name no port. */
export function openPhones(
  options: PhonesOptions,
  { pageUrl, ...deps }: RegistryDeps & { readonly pageUrl: () => string },
): OpenPhones | undefined {
  const { sipPort: port, sipTlsPort: tlsPort } = options;
  if (port === undefined && tlsPort === undefined) return undefined;
  const registry = new SipRegistry(deps);
  const host = hostOf(options);
  const server = (): SipServer => ({ host, port, tlsPort, url: `${pageUrl().replace(/^http/, 'ws')}/sip` });
  return { registry, domain: host, book: new PhoneBook({ ...deps, registry, server }) };
}

/** What people type into a phone: the name of the server if it has one, else an address by which phones of the network reach it. */
function hostOf({ host, lan, mediaAddresses, publicUrl }: PhonesOptions): string {
  if (publicUrl !== undefined) return new URL(publicUrl).hostname;
  const isAny = lan || host === '0.0.0.0' || host === '::';
  return mediaAddresses[0] ?? (isAny ? addressOf('IPv4') : undefined) ?? (host === 'localhost' ? '127.0.0.1' : host);
}
