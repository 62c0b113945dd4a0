/**
 * What the service worker does with what the server pushes: a call rings by a notification, though no page is open.
 *
 *      ring ──► does it ring still? ──► yes, or nobody knows ──► shown until it is over ──► put away
 *                    └───► no ──► a quiet word: browsers want one for each push
 *      voicemail ──► shown, unless the phone is in sight
 *      over ──► in the place of what rang: that it was missed, where it was answered, or nothing
 *      click ──► decline ──► told to the server; no page opens
 *           └──► answer, or the notification itself ──► a page of this person, or a new one
 */

import { isMissed } from '@offhook/core';
import type { Cause } from '@offhook/core';
import { leaveAnswer } from './answer-note.ts';
import { countMissed, showMissed } from './worker-badge.ts';
import { textsIn } from './texts/worker.ts';
import type { MissedCalls, ToPage } from './worker-words.ts';

interface Told {
  readonly offhook: 1;
  readonly type: 'ring' | 'over' | 'test' | 'voicemail';
  readonly call?: string;
  readonly user: string;
  readonly device: string;
  readonly until?: number;
  readonly token?: string;
  readonly cause?: Cause;
}

interface Message {
  readonly notification: {
    readonly title: string;
    readonly body: string;
    readonly tag: string;
    readonly lang: string;
    readonly dir: NotificationDirection;
    readonly data: Told;
  };
}

/** As far as it is used here; the library of types for pages knows less. */
interface Window {
  readonly url: string;
  readonly visibilityState: string;
  focus(): Promise<unknown>;
  postMessage(message: unknown, transfer?: Transferable[]): void;
}

interface LastingEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}

interface PushEvent extends LastingEvent {
  readonly data: { json(): unknown } | null;
}

interface ToldEvent extends LastingEvent {
  readonly data: Partial<MissedCalls> | null;
}

interface ClickEvent extends LastingEvent {
  readonly action: string;
  readonly notification: Notification;
}

export interface PushWorker {
  readonly registration: ServiceWorkerRegistration;
  readonly clients: {
    matchAll(options: object): Promise<readonly Window[]>;
    openWindow(url: string): Promise<unknown>;
  };
  addEventListener(type: 'message', listener: (event: ToldEvent) => void): void;
  addEventListener(type: 'push', listener: (event: PushEvent) => void): void;
  addEventListener(type: 'notificationclick', listener: (event: ClickEvent) => void): void;
}

/** How long the server may take to say whether a call rings still, and a page to say whose it is. */
const serverMs = 2_000;
const pageMs = 500;
/** How long it is shown that a call that was not missed is over. */
const overMs = 5_000;
/** Those of a phone that rings. */
const vibration = [600, 300, 600, 300, 600, 1_200];

export function ringByPush(worker: PushWorker): void {
  worker.addEventListener('message', (event) => {
    const { offhook, user, calls, looked } = event.data ?? {};
    if (offhook !== 'missed' || user === undefined || calls === undefined) return;
    event.waitUntil(showMissed(user, calls).catch(() => undefined));
    if (looked) event.waitUntil(forgetMissed(worker, user));
  });
  worker.addEventListener('push', (event) => {
    const message = read(event.data);
    if (message !== undefined) event.waitUntil(show(worker, message));
  });
  worker.addEventListener('notificationclick', (event) => {
    const told = event.notification.data as Told | null;
    if (told?.offhook !== 1) return;
    event.notification.close();
    event.waitUntil(event.action === 'decline' ? say(worker, 'decline', told) : goTo(worker, told, event.action === 'answer'));
  });
}

function read(data: PushEvent['data']): Message | undefined {
  try {
    const message = data?.json() as Partial<Message> | null | undefined;
    return message?.notification?.data?.offhook === 1 ? (message as Message) : undefined;
  } catch {
    // Not ours.
    return undefined;
  }
}

async function show(worker: PushWorker, message: Message): Promise<void> {
  const { data, lang } = message.notification;
  if (data.type === 'over') return showOver(worker, message);
  if (data.type === 'voicemail') return showVoicemail(worker, message);
  const until = data.type === 'ring' ? await ringsUntil(worker, data) : data.until;
  if (until === undefined) return showQuietly(worker, message, textsIn(lang).over, overMs);
  const texts = textsIn(lang);
  const actions =
    data.type === 'ring' && Number((Notification as { readonly maxActions?: number }).maxActions) >= 2
      ? {
          actions: [
            { action: 'answer', title: texts.answer },
            { action: 'decline', title: texts.decline },
          ],
        }
      : {};
  await notify(worker, message, { ...actions, requireInteraction: true, renotify: true, vibrate: vibration });
  await pause(until - Date.now());
  await putAway(worker, message, (told) => told.type === data.type);
}

/** When it rings no longer by itself; undefined: it does not ring now. */
async function ringsUntil(worker: PushWorker, told: Told): Promise<number | undefined> {
  const known = told.until ?? 0;
  const answer = await say(worker, 'rings', told).catch(() => undefined);
  if (answer?.ok) return Date.now() + (((await answer.json()) as { ringMs?: number }).ringMs ?? 0);
  // Without an answer nobody knows: better it rings in vain.
  const isOver = answer !== undefined && answer.status < 500 && answer.status !== 429;
  return isOver || known <= Date.now() ? undefined : known;
}

/** Whether somebody looks at the phone, and nothing has to be shown. */
async function isSeen({ clients, registration }: PushWorker): Promise<boolean> {
  // Safari takes the leave away from those who show nothing, whoever looks.
  if (/Apple/.test(navigator.vendor)) return false;
  const windows = await clients.matchAll({ type: 'window' });
  // Beside the phone there are other pages at this server.
  const phone = registration.scope;
  return windows.some(({ url, visibilityState }) => visibilityState === 'visible' && url.split(/[?#]/)[0] === phone);
}

async function showVoicemail(worker: PushWorker, message: Message): Promise<void> {
  if (!(await isSeen(worker))) await notify(worker, message, {});
}

async function showOver(worker: PushWorker, message: Message): Promise<void> {
  const { body, data } = message.notification;
  if (await isSeen(worker)) return putAway(worker, message, () => true);
  if (data.cause === undefined || !isMissed(data.cause))
    return showQuietly(worker, message, body, data.cause === 'answered_elsewhere' ? overMs : 0);
  await notify(worker, message, { silent: true });
  await countMissed(data.user, data.call ?? '').catch(() => undefined);
}

/** Instead of what rang, and for a moment only. */
async function showQuietly(worker: PushWorker, message: Message, body: string, forMs: number): Promise<void> {
  const { notification } = message;
  const quiet = { ...notification, body, data: { ...notification.data, type: 'over' as const } };
  await notify(worker, { notification: quiet }, { silent: true });
  await pause(forMs);
  await putAway(worker, message, ({ type }) => type === 'over');
}

async function notify({ registration }: PushWorker, { notification }: Message, options: object): Promise<void> {
  const { title, body, tag, lang, dir, data } = notification;
  await registration.showNotification(title, { body, tag, lang, dir, data, icon: './icons/192.png', ...options });
}

async function putAway(worker: PushWorker, { notification }: Message, which: (told: Told) => boolean): Promise<void> {
  const shown = await worker.registration.getNotifications({ tag: notification.tag });
  for (const one of shown) if (which(one.data as Told)) one.close();
}

/** Somebody has looked at the list of calls, where each that was missed stands. */
async function forgetMissed({ registration }: PushWorker, user: string): Promise<void> {
  for (const shown of await registration.getNotifications()) {
    const told = shown.data as Told | null;
    if (told?.offhook === 1 && told.type === 'over' && told.user === user) shown.close();
  }
}

/** To the page of this person, or to a new one. */
async function goTo(worker: PushWorker, { type, user, call }: Told, isAnswered: boolean): Promise<void> {
  const windows = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const page = await firstOf(windows, user);
  const answer = isAnswered && type === 'ring' ? call : undefined;
  if (page !== undefined) {
    page.postMessage({ offhook: 'called', user, ...(answer !== undefined && { answer }) } satisfies ToPage, []);
    await page.focus().catch(() => undefined);
    return;
  }
  // Without it the call rings in the page.
  if (answer !== undefined) await leaveAnswer(answer).catch(() => undefined);
  const query = new URLSearchParams({ as: user, ...(answer !== undefined && { answer }) });
  await worker.clients.openWindow(`${worker.registration.scope}?${query.toString()}`);
}

/** The page that says first that it is this person's; one that is frozen says nothing. */
function firstOf(windows: readonly Window[], user: string): Promise<Window | undefined> {
  return new Promise((resolve) => {
    for (const window of windows) {
      const { port1, port2 } = new MessageChannel();
      port1.addEventListener('message', () => resolve(window), { once: true });
      port1.start();
      window.postMessage({ offhook: 'whose', user } satisfies ToPage, [port2]);
    }
    void pause(windows.length === 0 ? 0 : pageMs).then(() => resolve(undefined));
  });
}

/** Tells the server of a call, with what shows that it was pushed here. */
function say({ registration }: PushWorker, what: 'rings' | 'decline', told: Told): Promise<Response> {
  const { call, user, device, token } = told;
  return fetch(new URL(`v1/push/${what}`, registration.scope), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ call, user, device, token }),
    signal: AbortSignal.timeout(serverMs),
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, Math.max(0, ms));
  });
}
