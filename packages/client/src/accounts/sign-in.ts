/** Ways in for people with an account. Each leaves who has come in with this browser, so that `connect({ url })` signs them in. */
import type { Milliseconds, Person } from '@offhook/core';
import { browserPlatform } from '../browser.ts';
import { keepIdentity } from '../open.ts';
import type { Identity } from '../open.ts';
import type { Platform } from '../platform.ts';
import { ask, serverUrl } from '../rest.ts';
import type { Role } from './account.ts';

/** How people may sign in to a server. */
export interface SignInWays {
  /** By a name that is free. */
  readonly open: boolean;
  /** By an account and its password. */
  readonly password: boolean;
  /** By a token of the application that the phone is part of. */
  readonly token: boolean;
  /** At a provider of OpenID Connect, which is called this. */
  readonly oidc?: string | undefined;
  /** Nobody has an account yet: whoever has started the server was shown the link for the first administrator. */
  readonly empty?: boolean | undefined;
}

/** What a link invites to. */
export interface Invited {
  readonly role: Role;
  /** Who has made the link; not told of the first administrator's. */
  readonly by?: Person | undefined;
  /** Of guests: how long they may stay. */
  readonly stayMs?: Milliseconds | undefined;
  /** Who gets a new password by it, instead of an account. */
  readonly whose?: Person | undefined;
}

/** The ways in which people sign in to this server. */
export async function signInWays(url: string, platform: Platform = browserPlatform): Promise<SignInWays> {
  return (await ask({ url, method: 'GET', path: 'sign-in' }, platform)) as SignInWays;
}

/** By the name or the address of an account. Rejects with `credentials_wrong`. */
export function signInWithPassword(
  url: string,
  name: string,
  password: string,
  platform: Platform = browserPlatform,
): Promise<Identity> {
  return enter(url, 'session', { name, password }, platform);
}

/** Rejects with `link_invalid` if the link was used, taken back or has expired. */
export async function lookAtInvitation(url: string, code: string, platform: Platform = browserPlatform): Promise<Invited> {
  return (await ask({ url, method: 'POST', path: 'invites/look', body: { invite: code } }, platform)) as Invited;
}

/** An account for somebody who was invited. Rejects with `name_taken`, `name_invalid` or `password_weak`; the link stays good then. */
export function signUp(
  url: string,
  code: string,
  { name, password }: { readonly name: string; readonly password: string },
  platform: Platform = browserPlatform,
): Promise<Identity> {
  return enter(url, 'accounts', { invite: code, name, password }, platform);
}

/** As a guest who was invited. */
export function visit(url: string, code: string, name: string, platform: Platform = browserPlatform): Promise<Identity> {
  return enter(url, 'guests', { invite: code, name }, platform);
}

/** A new password by the link of an administrator. Signs in here and nowhere else any more. Rejects with `link_invalid` or `password_weak`. */
export function renewPassword(
  url: string,
  code: string,
  password: string,
  platform: Platform = browserPlatform,
): Promise<Identity> {
  return enter(url, 'password', { invite: code, password }, platform);
}

/** Where to send the page that is to sign in at the provider, with an invitation if there is one. It comes back with `#session=CODE` or `#problem=CODE`. */
export function providerUrl(url: string, invitation?: string): string {
  const start = new URL('v1/oidc/start', serverUrl(url));
  if (invitation !== undefined) start.searchParams.set('invite', invitation);
  return start.href;
}

/** With the code from the address to which the provider has led back. It is good once. */
export function enterFromProvider(url: string, code: string, platform: Platform = browserPlatform): Promise<Identity> {
  return enter(url, 'oidc/session', { code }, platform);
}

async function enter(url: string, path: string, body: object, platform: Platform): Promise<Identity> {
  const answer = await ask({ url, method: 'POST', path, body: { ...body, device: platform.deviceName } }, platform);
  return keepIdentity(answer, url, platform);
}
