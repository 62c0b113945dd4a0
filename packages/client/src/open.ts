/**
 * Open mode: people sign in by a name. A name belongs to the browser that took it first and holds its token; this browser may
 * have several, one per person who uses it, and each tab remembers whose it is.
 */
import { addressOf } from '@offhook/core';
import type { Person } from '@offhook/core';
import { OffhookError } from './errors.ts';
import { browserPlatform } from './browser.ts';
import type { Platform } from './platform.ts';
import { ask, serverUrl } from './rest.ts';

/** A person who has signed in from this browser. */
export interface Identity {
  /** The server, as an absolute address with a slash at its end. */
  readonly url: string;
  /** Signs in as this person; keep it secret. */
  readonly token: string;
  readonly user: Person;
  readonly device: { readonly id: string; readonly name: string };
}

/** A code with which another device joins a person. */
export interface DeviceLink {
  readonly code: string;
  /** Milliseconds until it expires. */
  readonly expiresInMs: number;
}

/** So many are kept of one person: the server may have had other data for a while, in which somebody had the same name. */
const keptMost = 4;

const listKey = 'offhook identities';
const tabKey = 'offhook identity';

/** Who has signed in to this server from this browser, the last one first. */
export function identities(url: string, platform: Platform = browserPlatform): Identity[] {
  const server = serverUrl(url);
  const here = all(platform).filter((identity) => identity.url === server);
  return here.filter((identity, at) => here.findIndex((other) => isSamePerson(other, identity)) === at);
}

/** What this browser has kept of this person from before, the newest first. */
export function formerIdentities(identity: Identity, platform: Platform): Identity[] {
  return all(platform).filter((other) => isSamePerson(other, identity) && other.token !== identity.token);
}

function isSamePerson(one: Identity, other: Identity): boolean {
  return one.url === other.url && one.user.address === other.user.address;
}

/** Who uses this tab: whoever signed in here last, if it is not a new tab. */
export function identityOfTab(url: string, platform: Platform = browserPlatform): Identity | undefined {
  const [id, server] = [platform.tab.getItem(tabKey), serverUrl(url)];
  return all(platform).find((identity) => identity.url === server && identity.device.id === id);
}

/** Takes a name that is free. Rejects with `name_taken` (and suggestions) or `name_invalid`. */
export async function claimName(url: string, name: string, platform: Platform = browserPlatform): Promise<Identity> {
  return keepIdentity(await post(url, 'claim', { name, device: platform.deviceName }, platform), url, platform);
}

/** Makes a code with which another device joins this person. */
export async function linkDevice(identity: Identity, platform: Platform = browserPlatform): Promise<DeviceLink> {
  return (await post(identity.url, 'link', {}, platform, identity.token)) as DeviceLink;
}

/** Joins this browser to the person on whose device the code was made. Rejects with `link_invalid`. */
export async function joinByLink(url: string, code: string, platform: Platform = browserPlatform): Promise<Identity> {
  return keepIdentity(await post(url, 'join', { code, device: platform.deviceName }, platform), url, platform);
}

/** This browser forgets a person. */
export function forgetIdentity(identity: Identity, platform: Platform = browserPlatform): void {
  store(
    platform,
    all(platform).filter(({ token }) => token !== identity.token),
  );
}

/** Puts a person first, for this tab and for new ones. */
export function useIdentity(identity: Identity, platform: Platform = browserPlatform): void {
  const former = formerIdentities(identity, platform).slice(keptMost - 1);
  const dropped = new Set([identity, ...former].map(({ token }) => token));
  store(platform, [identity, ...all(platform).filter(({ token }) => !dropped.has(token))]);
  platform.tab.setItem(tabKey, identity.device.id);
}

/** The person of that name, who signs in for the first time if this browser does not know them; without a name the one of this tab. */
export async function identityFor(url: string, name: string | undefined, platform: Platform): Promise<Identity> {
  const known = identities(url, platform);
  if (name === undefined) {
    const identity = identityOfTab(url, platform) ?? known[0];
    if (identity === undefined) throw new OffhookError('name_needed');
    return identity;
  }
  const address = addressOf(name);
  return known.find(({ user }) => user.name === name || user.address === address) ?? claimName(url, name, platform);
}

function all(platform: Platform): Identity[] {
  try {
    const list: unknown = JSON.parse(platform.browser.getItem(listKey) ?? '[]');
    return Array.isArray(list) ? (list as Identity[]) : [];
  } catch {
    return [];
  }
}

function store(platform: Platform, list: readonly Identity[]): void {
  platform.browser.setItem(listKey, JSON.stringify(list));
}

/** Keeps whom the server has let in, for this tab and for new ones. */
export function keepIdentity(answer: unknown, url: string, platform: Platform): Identity {
  const identity = { ...(answer as Omit<Identity, 'url'>), url: serverUrl(url) };
  useIdentity(identity, platform);
  return identity;
}

function post(url: string, what: string, body: object, platform: Platform, token?: string): Promise<unknown> {
  return ask({ url, method: 'POST', path: `open/${what}`, body, token }, platform);
}
