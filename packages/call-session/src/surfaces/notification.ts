/**
 * A notification while nobody sees the page. Shown by way of the page's own service worker, which has to run `call-session/worker`: it
 * hands on what is pressed, and takes the notification away when the page has crashed. Leave to notify is never asked for here.
 */
import type { View } from '../view.ts';
import type { Stage, Surface } from './surface.ts';
import { ignore } from './surface.ts';
import { lockOf, settleMs, tagOf } from './orphans.ts';
import type { FromWorker, ToWorker } from './orphans.ts';

const name = 'notification';
/** Who looks at another tab for a moment needs no notification. */
const afterMs = 3000;
/** Android shows few changes of a notification. */
const everyMs = 15_000;
/** A service worker may be stopped after five minutes, however long it was asked to wait. */
const watchMs = 60_000;
const answerMs = 2000;

export function isAllowed(): boolean {
  return typeof Notification === 'function' && 'serviceWorker' in navigator && Notification.permission === 'granted';
}

/** The service worker of this page if it helps, and what it calls this page. */
export async function helper(
  message: ToWorker,
): Promise<{ registration: ServiceWorkerRegistration; client: string } | undefined> {
  const registration = await navigator.serviceWorker?.getRegistration();
  const worker = registration?.active;
  if (!registration || !worker) return undefined;
  const { port1, port2 } = new MessageChannel();
  const client = await new Promise<string | undefined>((resolve) => {
    port1.addEventListener('message', ({ data }) => resolve(String(data)));
    port1.start();
    setTimeout(resolve, answerMs);
    worker.postMessage(message, [port2]);
  });
  port1.close();
  return client === undefined ? undefined : { registration, client };
}

/** Takes away what calls have left behind whose pages are gone. */
export async function sweep(): Promise<void> {
  if (isAllowed()) await helper({ callSession: 'sweep' }).catch(ignore);
}

function takeAway(registration: ServiceWorkerRegistration | undefined, id: string, afterMs: number): void {
  const message: ToWorker = { callSession: 'close', id };
  const send = (): void => registration?.active?.postMessage(message);
  // Of a page that is being closed no timer goes off any more.
  if (afterMs > 0) setTimeout(send, afterMs);
  else send();
}

export function notification(stage: Stage): Surface {
  let id: string | undefined;
  let release: (() => void) | undefined;
  let found: Awaited<ReturnType<typeof helper>>;
  let asked = -watchMs;
  let shown: { at: number; since: number; text: string } | undefined;
  let isVisible = false;
  let hiddenSince = 0;

  navigator.serviceWorker?.addEventListener('message', ({ data }: MessageEvent<FromWorker | undefined>) => {
    if (data?.callSession === undefined || data.callSession !== id) return;
    if (data.action !== undefined) stage.press(data.action, name);
  });
  addEventListener('pagehide', () => leave());

  /** The lock says that the call lives: everybody can see it, and it goes with the page. */
  const hold = (call: string): void => {
    id = call;
    void navigator.locks?.request(lockOf(call), async () => {
      if (id === call) await new Promise<void>((resolve) => (release = resolve));
    });
  };
  const leave = (): void => {
    release?.();
    close();
    id = release = found = undefined;
    asked = -watchMs;
  };
  const close = (): void => {
    if (shown === undefined || id === undefined) return;
    takeAway(found?.registration, id, shown.since + settleMs - performance.now());
    shown = undefined;
    isVisible = false;
  };

  const show = (view: View, registration: ServiceWorkerRegistration, client: string): void => {
    const body = `${view.subtext}\n${view.sendingText}`;
    // What is being sent, or that the connection is lost, is said at once; the clock now and then.
    const text = [view.header, view.state, view.sendingText, ...view.buttons.map(({ title }) => title)].join('\n');
    if (shown !== undefined && shown.text === text && performance.now() - shown.at < everyMs) return;
    const first = shown === undefined;
    const at = performance.now();
    shown = { at, since: shown?.since ?? at, text };
    const { maxActions = 0 } = Notification as { maxActions?: number };
    const buttons = view.buttons.filter(({ disabled }) => disabled !== true);
    const actions = [...buttons.slice(-1), ...buttons.slice(0, -1)].slice(0, maxActions);
    const options = {
      tag: tagOf(view.id),
      body,
      silent: true,
      requireInteraction: true,
      timestamp: Math.round(Date.now() - view.duration * 1000),
      ...(view.artwork[0] && { icon: view.artwork[0].src }),
      actions: actions.map(({ action, title }) => ({ action, title })),
      data: { callSession: view.id, client, url: view.init.returnUrl ?? location.href },
    };
    registration.showNotification(view.header, options).then(
      () => {
        // The call may be over, or the page seen again, by the time it is there.
        if (shown === undefined) return takeAway(registration, view.id, settleMs);
        isVisible = true;
        if (first) stage.changed();
      },
      () => (shown = undefined),
    );
  };

  return {
    name,
    update(view, others) {
      if (view?.id !== id && id !== undefined) leave();
      if (view === undefined) return false;
      if (id === undefined) hold(view.id);
      const now = performance.now();
      if (!document.hidden) hiddenSince = now;
      const wanted = view.init.notification !== 'off' && isAllowed();
      const away = now - hiddenSince > afterMs && !others.has('mini-window') && !others.has('video-pip');
      if (!wanted || !away) {
        close();
        return false;
      }
      if (now - asked >= watchMs) {
        asked = now;
        void helper({ callSession: 'watch', id: view.id }).then((answer) => {
          if (id !== view.id) return;
          found = answer;
          stage.changed();
        }, ignore);
      }
      if (found !== undefined) show(view, found.registration, found.client);
      return isVisible;
    },
  };
}
