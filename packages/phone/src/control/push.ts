import type { Call, Phone } from '@offhook/client';
import type { Push, PushSupport } from '@offhook/client/push';
import type { PushState } from '../view/push.ts';
import type { OfPush } from '../view/commands.ts';
import type { ToPage } from '../worker-words.ts';
import { locale } from '../texts/texts.ts';
import { answerCall } from './answer-call.ts';
import { Part } from './part.ts';
import { errorCode } from './problems.ts';
import type { SignedInControl } from './signed-in.ts';

/** How long one has to close the page. */
const testMs = 5_000;

/**
 * Calls that ring when this page is closed: whether they do, as far as this browser can, and what the service worker hands over. What
 * knows how is loaded once somebody is signed in.
 */
export class PushControl extends Part<{ readonly push: PushState | undefined }> {
  readonly #phone: Phone;
  readonly #key: string;
  readonly #answer: (call: string) => void;
  readonly #rang = new Set<string>();
  #push: Push | undefined;
  #support: () => PushSupport = () => 'none';

  constructor(control: Pick<SignedInControl, 'phone' | 'run'>, changed: () => void) {
    super({ push: undefined }, changed);
    const { phone } = control;
    this.#phone = phone;
    this.#key = `offhook push ${phone.device.id}`;
    this.#answer = (call) => answerCall(control, call);
    navigator.serviceWorker?.addEventListener('message', this.#onMessage);
    phone.on('calls', (calls) => this.#follow(calls));
    this.#follow(phone.calls);
    // Without it calls ring in pages alone.
    void this.#load().catch(() => undefined);
  }

  run(command: OfPush): Promise<void> {
    return command.type === 'ring-closed' ? this.#turn(command.on) : this.#test();
  }

  async #turn(on: boolean): Promise<void> {
    if (this.#push === undefined) return;
    try {
      // Before anything is waited for: browsers want to be asked right after the click.
      if (on && this.#support() === 'ask') await Notification.requestPermission();
      this.set({ push: { ...this.#now(), isOn: on, isBusy: true } });
      if (on) await this.#subscribe(this.#push);
      else {
        await this.#push.unsubscribe();
        await closeRinging(({ user }) => user === this.#phone.user.address);
      }
      localStorage[on ? 'setItem' : 'removeItem'](this.#key, 'on');
      this.set({ push: this.#now() });
    } catch (error) {
      const isRefused = ['notifications_refused', 'push_unsupported'].includes(errorCode(error));
      // What the browser itself says: `AbortError` where it has no push service, or reaches none (Push API, PushManager.subscribe()).
      const missing = error instanceof DOMException ? 'service' : 'server';
      this.set({ push: { ...this.#now(), missing: isRefused ? undefined : missing } });
    }
  }

  /** Shows how it rings, after a moment. */
  async #test(): Promise<void> {
    await this.#push?.test(testMs);
    this.set({ push: { ...this.#now(), testIn: testMs / 1_000 } });
  }

  close(): void {
    navigator.serviceWorker?.removeEventListener('message', this.#onMessage);
  }

  async #load(): Promise<void> {
    const { pushOf, pushSupport } = await import('@offhook/client/push');
    this.#push = pushOf(this.#phone);
    this.#support = pushSupport;
    this.set({ push: this.#now() });
    // Browsers change their subscriptions now and then, and tell nobody who could listen.
    if (this.#now().isOn) await this.#subscribe(this.#push);
  }

  async #subscribe(push: Push): Promise<void> {
    await push.subscribe(await registered(), { language: locale() });
  }

  #now(): PushState {
    const support = this.#support();
    return { support, isOn: support === 'granted' && localStorage.getItem(this.#key) === 'on' };
  }

  readonly #onMessage = ({ data, ports }: MessageEvent<ToPage | null>): void => {
    if (data?.user !== this.#phone.user.address) return;
    if (data.offhook === 'whose') ports[0]?.postMessage('mine', {});
    if (data.offhook === 'called' && data.answer !== undefined) this.#answer(data.answer);
  };

  /** What was taken here, or is over, rings no more by a notification. */
  #follow(calls: readonly Call[]): void {
    const ringing = new Set(calls.filter(({ state }) => state === 'incoming').map(({ id }) => id));
    for (const call of calls) if (ringing.has(call.id) && !this.#rang.has(call.id)) this.#watch(call);
    for (const id of this.#rang) if (!ringing.has(id)) this.#putAway(id);
    for (const id of ringing) this.#rang.add(id);
  }

  #watch(call: Call): void {
    call.on('state', () => this.#follow(this.#phone.calls));
  }

  #putAway(call: string): void {
    this.#rang.delete(call);
    void closeRinging((told) => told.call === call).catch(() => undefined);
  }
}

/** What rings by a notification, of whatever person of this browser. */
interface Told {
  readonly offhook?: 1;
  readonly type?: string;
  readonly call?: string;
  readonly user?: string;
}

async function closeRinging(fits: (told: Told) => boolean): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration();
  for (const shown of (await registration?.getNotifications()) ?? []) {
    const told = shown.data as Told | null;
    if (told?.offhook === 1 && told.type !== 'over' && fits(told)) shown.close();
  }
}

/** While developing there is no service worker, and none is waited for. */
async function registered(): Promise<ServiceWorkerRegistration> {
  return (await navigator.serviceWorker.getRegistration()) ?? navigator.serviceWorker.ready;
}
