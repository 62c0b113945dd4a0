import type { Address, CallId, DeviceId } from '@offhook/core';
import type { PushBook, PushNews, PushSubscriptions, Waker } from '../ports/push.ts';
import type { Clock, Hash, Log, Metrics, Store } from '../ports.ts';
import { Pushes } from './book.ts';
import { PushDesk } from './desk.ts';
import { Relay } from './relay.ts';
import { Subscriptions } from './subscriptions.ts';
import { makePrivateKey, vapidKeys } from './vapid.ts';
import { WebPush } from './web-push.ts';

export interface PushOptions {
  readonly contact: string | undefined;
  /** Origins that may be pushed to wherever they are. */
  readonly allowed: readonly string[];
  readonly relay: { readonly url: string; readonly secret: string } | undefined;
}

export interface PushSettings {
  readonly pushContact: string | undefined;
  readonly pushAllow: readonly string[];
  readonly pushWebhookUrl: string | undefined;
  readonly pushWebhookSecret: string | undefined;
}

/** What the settings mean to it. */
export function pushOptions(settings: PushSettings): PushOptions {
  const { pushContact, pushAllow, pushWebhookUrl: url, pushWebhookSecret: secret } = settings;
  const relay = url === undefined || secret === undefined ? undefined : { url, secret };
  return { contact: pushContact, allowed: pushAllow, relay };
}

export interface PushDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly hash: Hash;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly publicUrl: () => string;
  readonly unpushed: (call: CallId, device: DeviceId) => void;
}

export interface Pushing {
  readonly book: PushBook;
  readonly waker: Waker;
  readonly news: PushNews;
  readonly subscriptions: PushSubscriptions;
  /** Tells devices what the server before could not. */
  start(): Promise<void>;
  /** Nothing is pushed any more to the devices of somebody, or to those that have shown a token last, until they ask for that again. */
  silence(whom: { readonly user: Address } | { readonly jti: string }): Promise<void>;
  close(): Promise<void>;
}

/** Says to push services that nobody can be turned to; those who insist get an address from the operator (RFC 8292 §2.1). */
const nobody = 'https://offhook.invalid';

/** Puts together what pushes. The keys are made at the first start and kept. */
export async function openPush({ contact, allowed, relay }: PushOptions, deps: PushDeps): Promise<Pushing> {
  const { store, clock, hash, publicUrl } = deps;
  const keys = vapidKeys(await store.secret('vapid', makePrivateKey));
  const web = new WebPush({
    keys,
    allowed,
    contact: () => contact ?? (publicUrl().startsWith('https:') ? publicUrl() : nobody),
  });
  const book = new Pushes(store);
  const desk = new PushDesk({ ...deps, book, web, relay: relay && new Relay({ ...relay, clock, hash }) });
  const hasRelay = relay !== undefined;
  const subscriptions = new Subscriptions({ book, clock, desk, key: keys.publicKey, allowed, hasRelay });
  return {
    book,
    waker: desk,
    news: desk,
    subscriptions,
    start: () => desk.start(),
    async silence(whom) {
      const pushes = 'jti' in whom ? await store.pushesByToken(whom.jti) : await store.pushes(whom.user);
      for (const { user, device } of pushes) await subscriptions.unsubscribe(user, device);
    },
    close: () => desk.close(),
  };
}
