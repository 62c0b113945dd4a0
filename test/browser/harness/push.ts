/** What tests of pushes in Chromium share. It reaches no push service here: the browser is told of a message by its protocol. */
import { launch } from './puppeteer.ts';
import type { Browser, Page } from 'puppeteer-core';
import { program } from '../../support/programs.ts';
import type { Received, Subscription } from '../../support/push-service.ts';
import { countWhatIsReceived } from './web-phone.ts';

/** Runs in the page before anything else: no push service is asked. */
export function subscribeAs(subscription: Subscription): void {
  PushManager.prototype.getSubscription = () => Promise.resolve(null);
  PushManager.prototype.subscribe = () => Promise.resolve({ toJSON: () => subscription } as unknown as PushSubscription);
}

/** What Playwright and Puppeteer have in common. */
interface Session {
  on(event: 'ServiceWorker.workerRegistrationUpdated', listener: (told: Registrations) => void): unknown;
  send(method: 'ServiceWorker.enable'): Promise<unknown>;
  send(method: 'ServiceWorker.deliverPushMessage', parameters: object): Promise<unknown>;
}
interface Registrations {
  readonly registrations: readonly { readonly registrationId: string; readonly isDeleted: boolean }[];
}

/** Brings what was pushed to the service worker of an origin, as a push service does. */
export async function delivery(session: Session, origin: string): Promise<(pushed: Received) => Promise<void>> {
  const found = new Promise<string>((resolve) => {
    session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const registration = registrations.find(({ isDeleted }) => !isDeleted);
      if (registration !== undefined) resolve(registration.registrationId);
    });
  });
  await session.send('ServiceWorker.enable');
  const registrationId = await found;
  return async ({ message }) => {
    await session.send('ServiceWorker.deliverPushMessage', { origin, registrationId, data: JSON.stringify(message) });
  };
}

/** Somebody's browser whose tabs are hidden and frozen as people's are (Playwright's are not), and the phone in one of them. */
export interface Tabs {
  readonly chromium: Browser;
  readonly phone: Page;
}

/** Signed in, with the ringing of closed pages turned on in the settings. */
export async function openTabs(
  url: string,
  name: string,
  subscription: Subscription,
  env: Readonly<Record<string, string>> = {},
): Promise<Tabs> {
  const chromium = await launch({
    executablePath: program('browser'),
    env: { ...process.env, ...env },
    args: [
      '--no-sandbox',
      '--disable-background-networking',
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
    ],
  });
  await chromium.defaultBrowserContext().overridePermissions(url, ['notifications', 'microphone', 'camera']);
  const phone = await openTab(chromium);
  await phone.evaluateOnNewDocument(subscribeAs, subscription);
  await phone.goto(url);
  await phone.locator('>>> input').fill(name);
  await phone.keyboard.press('Enter');
  await phone.locator('>>> nav').wait();
  await phone.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await phone.evaluate(() => location.assign('#settings'));
  await phone.locator('>>> offhook-closed-page >>> input').click();
  await phone.locator('>>> offhook-closed-page >>> button').wait();
  return { chromium, phone };
}

/** A tab in which it is counted what is received. */
export async function openTab(chromium: Browser): Promise<Page> {
  const page = await chromium.newPage();
  await page.evaluateOnNewDocument(countWhatIsReceived);
  return page;
}

/** As far as it is used here. */
interface WorkerScope {
  readonly registration: ServiceWorkerRegistration;
  readonly clients: { openWindow(url: string): Promise<unknown> };
  dispatchEvent(event: Event): boolean;
}

/** Runs in the service worker: a click on what it shows. As no person has clicked, the page that it would open is told, and not opened. */
export async function clickOn(action: string): Promise<string[]> {
  const scope = globalThis as unknown as WorkerScope;
  const [notification] = await scope.registration.getNotifications();
  const opened: string[] = [];
  scope.clients.openWindow = (url) => Promise.resolve(opened.push(url));
  const Click = (globalThis as unknown as { NotificationEvent: new (type: string, init: object) => Event }).NotificationEvent;
  const event = new Click('notificationclick', { notification, action });
  const works: Promise<unknown>[] = [];
  Object.defineProperty(event, 'waitUntil', { value: (work: Promise<unknown>) => works.push(work) });
  scope.dispatchEvent(event);
  await Promise.all(works);
  return opened;
}
