import { takeOver } from './worker-words.ts';

interface Host {
  /** Says that there is a new version, and offers to reload; `during` a call it only says when that will be. */
  offer(during: boolean): void;
}

/** A page that stays open all day asks this often whether there is a new version. */
const askMs = 60 * 60_000;

/**
 * Installs the service worker, and exchanges the phone for a new version without anybody being disturbed: never during a call; at
 * once while nobody looks; otherwise when the person wants it, or looks away.
 */
export class Updates {
  readonly #host: Host;
  #registration: ServiceWorkerRegistration | undefined;
  #isBusy = false;
  #isWaiting = false;
  #isReloading = false;

  constructor(host: Host) {
    this.#host = host;
    document.addEventListener('visibilitychange', () => this.#exchange());
  }

  /** Where the browser allows it: on secure pages. */
  async start(): Promise<void> {
    const { serviceWorker } = navigator;
    if (serviceWorker === undefined) return;
    // Another tab has let the new version in; whoever is in a call stays with the old one until it is over.
    let isFirst = serviceWorker.controller === null;
    serviceWorker.addEventListener('controllerchange', () => {
      if (!isFirst && !this.#isReloading) this.#found();
      isFirst = false;
    });
    // The browser may forbid it, e.g. in a private window: then there is no phone without a network.
    const registration = await serviceWorker.register('./service-worker.js').catch(() => undefined);
    if (registration === undefined) return;
    this.#registration = registration;
    if (registration.waiting !== null && !isFirst) this.#found();
    registration.addEventListener('updatefound', () => {
      const { installing } = registration;
      installing?.addEventListener('statechange', () => {
        if (installing.state === 'installed' && serviceWorker.controller !== null) this.#found();
      });
    });
    setInterval(() => void registration.update().catch(() => undefined), askMs);
  }

  /** Whether a call is on. */
  follow(isBusy: boolean): void {
    if (isBusy === this.#isBusy) return;
    this.#isBusy = isBusy;
    if (this.#isWaiting && !isBusy) this.#found();
  }

  /** To the new version now. */
  async reload(): Promise<void> {
    if (this.#isReloading) return;
    this.#isReloading = true;
    const waiting = this.#registration?.waiting;
    if (waiting) {
      const taken = new Promise((resolve) => {
        navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true });
      });
      waiting.postMessage(takeOver, {});
      await taken;
    }
    location.reload();
  }

  #found(): void {
    this.#isWaiting = true;
    if (!document.hidden || this.#isBusy) this.#host.offer(this.#isBusy);
    this.#exchange();
  }

  #exchange(): void {
    if (this.#isWaiting && document.hidden && !this.#isBusy) void this.reload();
  }
}
