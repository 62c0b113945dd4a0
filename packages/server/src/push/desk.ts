/**
 * Brings what rings to devices that have no page open.
 *
 *      wake ──► the turn of its device ──► its subscription, as it is stored now ──► sent
 *                                              │                                ├──► busy ──► once more, while it still rings
 *                                              └── none, gone, or failed ◄──────┘
 *                                                     └──► the call hears that it does not ring there
 */
import { isMissed, pushLimits } from '@offhook/core';
import type { Address, CallId, DeviceId, Instant, Milliseconds, RingNotice } from '@offhook/core';
import { webPush } from '../ports/push.ts';
import type { Push, PushBook, PushMessage, PushNews, PushOutcome, StoredPush, VoicemailNews, Waker } from '../ports/push.ts';
import type { Clock, Hash, Log, Metrics, Store } from '../ports.ts';
import { ringMessage, testMessage, voicemailMessage } from './notice.ts';
import type { Recipient } from './notice.ts';
import { ringToken } from './token.ts';

export interface PushDeskDeps {
  readonly store: Store;
  readonly book: PushBook;
  readonly clock: Clock;
  readonly hash: Hash;
  readonly log: Log;
  readonly metrics: Metrics;
  /** By Web Push, and by the operator's relay, if there is one. */
  readonly web: Push;
  readonly relay: Push | undefined;
  /** Where browsers reach this server; known once it listens. */
  readonly publicUrl: () => string;
  /** A call does not ring on a device. */
  readonly unpushed: (call: CallId, device: DeviceId) => void;
}

/** How long it takes until a test is no longer worth showing. */
const testMs: Milliseconds = 30_000;

export class PushDesk implements Waker, PushNews {
  readonly #deps: PushDeskDeps;
  /** What each device is sent goes in order: the last of it. */
  readonly #turns = new Map<DeviceId, Promise<void>>();
  /** Calls that ring no more where something of them may still be on its way. */
  readonly #over = new Map<string, number>();
  /** What waits to be sent once more, by device and call. */
  readonly #waits = new Map<string, () => void>();
  readonly #tests = new Set<() => void>();
  /** How many calls were missed on a device since a page of it was there, as far as this server has pushed that. */
  readonly #missed = new Map<DeviceId, number>();
  #isClosed = false;

  constructor(deps: PushDeskDeps) {
    this.#deps = deps;
  }

  wake(user: Address, device: DeviceId, notice: RingNotice): void {
    const key = keyOf(device, notice.call);
    const isOver = notice.over !== undefined;
    if (isOver) {
      this.#over.set(key, (this.#over.get(key) ?? 0) + 1);
      this.#waits.get(key)?.();
    }
    this.#inTurn(device, async () => {
      try {
        if (isOver || !this.#over.has(key)) await this.#notify(user, device, notice);
      } finally {
        if (isOver) this.#overTold(key);
      }
      // What was broken off is told by the next server.
      if (isOver && !this.#isClosed) await this.#told(device, notice.call);
    });
  }

  /** Tells what the server before had yet to tell, as far as anybody is still to hear it. */
  async start(): Promise<void> {
    const { clock, store } = this.#deps;
    for (const { user, device, notice } of await store.owedPushes()) {
      const lastsMs = notice.over !== undefined && isMissed(notice.over.cause) ? pushLimits.missedTtlMs : 0;
      if (clock.now() < notice.until + lastsMs) this.wake(user, device, notice);
      else this.#inTurn(device, () => this.#told(device, notice.call));
    }
  }

  /** A page of a device is there, and counts by itself. */
  arrives(device: DeviceId): void {
    this.#missed.delete(device);
  }

  tellVoicemail(user: Address, news: VoicemailNews): void {
    const { clock, log, store } = this.#deps;
    store.pushes(user).then(
      (pushes) => {
        const until = clock.now() + pushLimits.missedTtlMs;
        for (const { device } of pushes)
          this.#inTurn(device, async () => {
            const push = await this.#subscription(user, device);
            if (push === undefined) return;
            await this.#send(push, voicemailMessage(news, this.#recipient(push, news.voicemail)), until, news.voicemail);
          });
      },
      (error: unknown) => log.error('push', { voicemail: news.voicemail, error: String(error) }),
    );
  }

  /** Rings a device once, for somebody who wants to know what that is like. */
  test(user: Address, device: DeviceId, afterMs: Milliseconds): void {
    const cancel = this.#deps.clock.schedule(afterMs, () => {
      this.#tests.delete(cancel);
      this.#inTurn(device, () => this.#ringForTest(user, device));
    });
    this.#tests.add(cancel);
  }

  /** Nothing more is sent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const cancel of this.#tests) cancel();
    for (const goOn of this.#waits.values()) goOn();
    await Promise.all([this.#deps.web.close(), this.#deps.relay?.close()]);
    await Promise.all(this.#turns.values());
  }

  #inTurn(device: DeviceId, task: () => Promise<void>): void {
    // The next server tells it.
    if (this.#isClosed) return;
    const before = this.#turns.get(device) ?? Promise.resolve();
    const turn = before.then(task).catch((error: unknown) => this.#deps.log.error('push', { error: String(error) }));
    this.#turns.set(device, turn);
    void turn.then(() => {
      if (this.#turns.get(device) === turn) this.#turns.delete(device);
    });
  }

  async #told(device: DeviceId, call: CallId): Promise<void> {
    await this.#deps.store.commit([{ type: 'push_told', device, call }]);
  }

  #overTold(key: string): void {
    const left = (this.#over.get(key) ?? 1) - 1;
    if (left === 0) this.#over.delete(key);
    else this.#over.set(key, left);
  }

  async #notify(user: Address, device: DeviceId, notice: RingNotice): Promise<void> {
    const { clock, log, unpushed } = this.#deps;
    const { call, until, over } = notice;
    let isSent = false;
    try {
      const push = await this.#subscription(user, device);
      if (push !== undefined) {
        const missed = over !== undefined && isMissed(over.cause) ? this.#counted(device) : undefined;
        const message = ringMessage(notice, this.#recipient(push, call), clock.now(), missed);
        isSent = await this.#send(push, message, over === undefined ? until : Infinity, call);
      }
    } catch (error) {
      log.error('push', { call, device, error: String(error) });
    }
    if (!isSent && over === undefined) unpushed(call, device);
  }

  async #ringForTest(user: Address, device: DeviceId): Promise<void> {
    const now = this.#deps.clock.now();
    const push = await this.#subscription(user, device);
    if (push === undefined) return;
    await this.#send(push, testMessage(this.#recipient(push, 'test'), now + testMs, now), now + testMs, 'test');
  }

  /** As it is stored: a device that was signed out has none, whatever memory says. */
  async #subscription(user: Address, device: DeviceId): Promise<StoredPush | undefined> {
    const { store, book } = this.#deps;
    const push = (await store.pushes(user)).find((one) => one.device === device);
    if (push === undefined) await book.forget(user);
    return push;
  }

  /** One more was missed there. */
  #counted(device: DeviceId): number {
    const missed = (this.#missed.get(device) ?? 0) + 1;
    this.#missed.set(device, missed);
    return missed;
  }

  #recipient({ user, device, language }: StoredPush, call: CallId): Recipient {
    const { hash, publicUrl } = this.#deps;
    const topic = hash.digest(`push ${call} ${device}`).slice(0, 32);
    return { user, device, language, url: publicUrl(), token: ringToken(hash, { call, user, device }), topic };
  }

  /** Whether the message is on its way. `until`: when it is worth nothing any more. */
  async #send(push: StoredPush, message: PushMessage, until: Instant, call: CallId): Promise<boolean> {
    const { book, clock, log, metrics } = this.#deps;
    const { device, user } = push;
    let { endpoint } = push;
    let outcome = await this.#post(push, message);
    if (typeof outcome === 'object') {
      const { retryMs } = outcome;
      const isWorthIt = clock.now() + retryMs < until && (await this.#wait(keyOf(device, call), retryMs));
      // Meanwhile the device may have been signed out, or reached in another way: then nothing would end there what this begins.
      const now = isWorthIt ? await this.#subscription(user, device) : undefined;
      endpoint = now?.endpoint ?? endpoint;
      outcome = now === undefined ? 'failed' : await this.#post(now, message);
    }
    if (outcome === 'gone') await book.change(user, { type: 'push_off', device, endpoint });
    metrics.count(outcome === 'sent' ? 'pushes_sent' : 'pushes_failed');
    if (outcome !== 'sent')
      log.warn('push', { call, device, to: hostOf(endpoint), outcome: outcome === 'gone' ? outcome : 'failed' });
    return outcome === 'sent';
  }

  async #post(push: StoredPush, message: PushMessage): Promise<PushOutcome> {
    const { web, relay } = this.#deps;
    return (await (push.provider === webPush ? web : relay)?.send(push, message)) ?? 'failed';
  }

  /** False when it is not to be waited for any longer. */
  #wait(key: string, ms: Milliseconds): Promise<boolean> {
    if (this.#isClosed) return Promise.resolve(false);
    return new Promise((resolve) => {
      const done = (isDue: boolean): void => {
        cancel();
        this.#waits.delete(key);
        resolve(isDue);
      };
      const cancel = this.#deps.clock.schedule(ms, () => done(true));
      this.#waits.set(key, () => done(false));
    });
  }
}

function keyOf(device: DeviceId, call: CallId): string {
  return `${device} ${call}`;
}

/** Endpoints are secrets: whoever knows one may push. */
function hostOf(endpoint: string): string {
  return URL.canParse(endpoint) ? new URL(endpoint).host : 'a relay';
}
