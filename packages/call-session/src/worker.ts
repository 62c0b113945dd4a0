/**
 * For the page's own service worker: what is pressed on a call's notification reaches the page, and the notification goes with the call,
 * also when the page crashes.
 *
 *     import { handleCallSessions } from 'call-session/worker';
 *     handleCallSessions();
 *
 * @module
 */
import { lockOf, settleMs, tagOf } from './surfaces/orphans.ts';
import type { FromWorker, ToWorker } from './surfaces/orphans.ts';

/** Of the scope of a service worker, what is used here: a page's types have no service workers. */
interface Scope {
  readonly registration: ServiceWorkerRegistration;
  readonly clients: {
    get(id: string): Promise<WorkerClient | undefined>;
    matchAll(options: { readonly type: 'window'; readonly includeUncontrolled: true }): Promise<readonly WorkerClient[]>;
    openWindow(url: string): Promise<unknown>;
  };
  addEventListener(type: string, listener: (event: WorkerEvent) => void): void;
}

interface WorkerClient {
  readonly id: string;
  focus(): Promise<unknown>;
  postMessage(message: FromWorker): void;
}

interface WorkerEvent {
  readonly data?: unknown;
  readonly ports?: readonly MessagePort[];
  readonly source?: WorkerClient | null;
  readonly notification?: Notification;
  readonly action?: string;
  waitUntil(done: Promise<unknown>): void;
  stopImmediatePropagation(): void;
}

interface Data {
  readonly callSession: string;
  readonly client: string;
  readonly url: string;
}

/** Looks after the notifications of calls. Other notifications, messages and pushes are left to the rest of the service worker. */
export function handleCallSessions(scope: unknown = globalThis): void {
  const own = scope as Scope;
  const { registration, clients } = own;
  const watched = new Map<string, Promise<unknown>>();

  const closeOne = async (id: string): Promise<void> => {
    for (const notification of await registration.getNotifications({ tag: tagOf(id) })) notification.close();
  };
  const sweep = async (): Promise<void> => {
    const prefix = tagOf('');
    const shown = await registration.getNotifications();
    const { held = [] } = await navigator.locks.query();
    const living = new Set(held.map(({ name }) => name));
    for (const notification of shown) {
      const { tag } = notification;
      if (tag.startsWith(prefix) && !living.has(lockOf(tag.slice(prefix.length)))) notification.close();
    }
  };

  /** Resolves when nobody holds the call's lock any more. */
  const watch = async (id: string): Promise<void> => {
    await navigator.locks.request(lockOf(id), { mode: 'shared' }, () => undefined);
    watched.delete(id);
    await new Promise((resolve) => setTimeout(resolve, settleMs));
    await closeOne(id);
  };

  const press = async (notification: Notification, { callSession, client, url }: Data, action: string): Promise<void> => {
    const page = await clients.get(client);
    if (page !== undefined && action !== '') {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a page of this service worker
      return page.postMessage({ callSession, action });
    }
    if (page !== undefined) return void (await page.focus());
    notification.close();
    // Nowhere else than to where the page is from.
    const address = URL.parse(url, registration.scope);
    if (action === '' && address?.origin === new URL(registration.scope).origin) await clients.openWindow(address.href);
  };

  own.addEventListener('message', (event) => {
    const { data, ports = [], source } = event;
    const message = data as ToWorker | undefined;
    if (message?.callSession === 'watch') {
      const done = watched.get(message.id) ?? watch(message.id);
      watched.set(message.id, done);
      event.waitUntil(done);
    } else if (message?.callSession === 'close') event.waitUntil(closeOne(message.id));
    else if (message?.callSession === 'sweep') event.waitUntil(sweep());
    else return;
    event.stopImmediatePropagation();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port, not a window
    ports[0]?.postMessage(source?.id ?? '');
  });
  own.addEventListener('notificationclick', (event) => {
    const data = event.notification?.data as Data | undefined;
    if (event.notification === undefined || typeof data?.callSession !== 'string') return;
    event.stopImmediatePropagation();
    event.waitUntil(press(event.notification, data, event.action ?? ''));
  });
  own.addEventListener('push', (event) => event.waitUntil(sweep()));
  // Page and worker may be in one process, and crash as one: then it is started for something else.
  void sweep();
}
