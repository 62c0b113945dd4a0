import type { Milliseconds } from '@offhook/core';
import { OffhookError } from '../errors.ts';
import type { Opened } from '../part.ts';
import { openPhone } from '../phone.ts';
import type { Phone } from '../phone.ts';

/**
 * What this browser does for pages that are closed. `install`: Safari on iPhones and iPads pushes only to what was added to the home
 * screen. `denied`: the person has forbidden notifications to this page, and only they can allow them again. `ask`: they are asked by
 * `subscribe`.
 */
export type PushSupport = 'none' | 'install' | 'denied' | 'ask' | 'granted';

/** What this browser does for pages that are closed, as it is now. */
export function pushSupport(): PushSupport {
  const { maxTouchPoints, serviceWorker, userAgent } = navigator;
  if (serviceWorker !== undefined && 'PushManager' in globalThis && 'Notification' in globalThis)
    return Notification.permission === 'default' ? 'ask' : Notification.permission;
  const isApple = /iPhone|iPad/.test(userAgent) || (/Macintosh/.test(userAgent) && maxTouchPoints > 1);
  return isApple && !matchMedia('(display-mode: standalone)').matches ? 'install' : 'none';
}

const unsupported = 'This browser cannot be reached while the page is closed.';
const refused = 'Notifications are not allowed to this page. Allow them, by the icon beside its address, and try again.';

const known = new WeakMap<Phone, Push>();

/** What is pushed to the device of a phone; the same object each time. */
export function pushOf(phone: Phone): Push {
  const push = known.get(phone) ?? new Push(openPhone(phone));
  known.set(phone, push);
  return push;
}

/** Lets calls ring on this device also while it has no page open. Made by `pushOf(phone)`. */
export class Push {
  readonly #connection: Opened['connection'];

  /** Made by `pushOf(phone)`. @hideconstructor */
  constructor({ connection }: Opened) {
    this.#connection = connection;
  }

  /**
   * From now on calls ring here without a page. Asks for the permission to notify, so call it after a click. Said again, it brings what
   * the server knows up to date: browsers change their subscriptions now and then, so say it at each start. `language`: of the
   * notifications (BCP 47). Rejects with `notifications_refused`, `push_unsupported`, as the server refuses it, and with the
   * `DOMException` of a browser that has or reaches no push service (`AbortError`; Push API, PushManager.subscribe()).
   */
  async subscribe(
    registration: ServiceWorkerRegistration,
    { language }: { readonly language?: string | undefined } = {},
  ): Promise<void> {
    const support = pushSupport();
    if (support === 'none' || support === 'install') throw new OffhookError('push_unsupported', { message: unsupported });
    if ((await Notification.requestPermission()) !== 'granted')
      throw new OffhookError('notifications_refused', { message: refused });
    const { key } = await this.#connection.request('push_key', {});
    const { endpoint, keys = {} } = (await subscribed(registration, key)).toJSON();
    const { p256dh = '', auth = '' } = keys;
    await this.#connection.request('push_subscribe', {
      endpoint: endpoint ?? '',
      keys: { p256dh, auth },
      ...(language !== undefined && { language }),
    });
  }

  /** They no longer do. The subscription of the browser stays: others may use this browser, too. */
  async unsubscribe(): Promise<void> {
    await this.#connection.request('push_unsubscribe', {});
  }

  /** Shows how calls ring here, once, after so many milliseconds (60,000 at most): time to close the page. */
  async test(afterMs: Milliseconds): Promise<void> {
    await this.#connection.request('push_test', { afterMs });
  }
}

/** The subscription of this browser, made with the key of this server. */
async function subscribed({ pushManager }: ServiceWorkerRegistration, key: string): Promise<PushSubscription> {
  const options = { userVisibleOnly: true, applicationServerKey: key };
  const before = await pushManager.getSubscription();
  if (before !== null && keyOf(before) !== key) await before.unsubscribe();
  return pushManager.subscribe(options);
}

function keyOf({ options: { applicationServerKey: key } }: PushSubscription): string | undefined {
  if (key === null) return undefined;
  return btoa(String.fromCharCode(...new Uint8Array(key)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}
