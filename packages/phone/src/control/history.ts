import { isEcho } from '@offhook/core';
import type { Call, Phone } from '@offhook/client';
import type { CallId, HistoryEntry } from '@offhook/core';
import type { HistoryState } from '../view/state.ts';
import type { MissedCalls } from '../worker-words.ts';
import { Background } from './background.ts';
import { Pages } from './pages.ts';
import { Part } from './part.ts';

const pageSize = 50;
/** A call is in the history once the server has stored its end; that is asked for at growing distances. */
const retriesMs = [100, 300, 1_000, 3_000, 10_000];

/** The calls with people so far, page by page, and how many of the missed ones were not looked at yet. */
export class HistoryControl extends Part<HistoryState> {
  readonly #phone: Phone;
  readonly #seenKey: string;
  readonly #refreshing = new Background(() => this.#load());
  readonly #pages = new Pages();
  #next: string | undefined;
  #watching = false;
  #timers = new Set<ReturnType<typeof setTimeout>>();

  constructor(phone: Phone, changed: () => void) {
    super({ more: false, unseen: 0 }, changed);
    this.#phone = phone;
    this.#seenKey = `offhook history seen ${phone.user.address}`;
    phone.on('state', (state) => {
      if (state === 'online') this.#refreshing.start();
    });
  }

  /** The newest page, in front of what is known. */
  refresh(): Promise<void> {
    return this.#refreshing.ask();
  }

  more(): Promise<void> {
    return this.#pages.load(() => this.#more());
  }

  /** Asks until this call is there. */
  async expect({ id: call, peer }: Pick<Call, 'id' | 'peer'>): Promise<void> {
    if (isEcho(peer)) return;
    for (const wait of retriesMs) {
      await this.#pause(wait);
      if (this.#phone.state === 'closed') return;
      await this.refresh();
      if (this.state.entries?.some((entry) => entry.call === call)) return;
    }
  }

  /** Whether the list is before somebody's eyes. */
  watch(watching: boolean): void {
    this.#watching = watching;
    if (watching) this.#show(this.state.entries);
  }

  close(): void {
    this.#refreshing.stop();
    for (const timer of this.#timers) clearTimeout(timer);
    this.#mark([], true);
  }

  async #load(): Promise<void> {
    const { entries, next } = await this.#page();
    const known = this.state.entries;
    const older = known?.filter(({ call }) => !entries.some((entry) => entry.call === call)) ?? [];
    if (known === undefined) this.#next = next;
    this.#show([...entries, ...older]);
  }

  async #more(): Promise<void> {
    if (this.#next === undefined) return;
    const { entries, next } = await this.#page(this.#next);
    this.#next = next;
    this.#show([...(this.state.entries ?? []), ...entries]);
  }

  /** Whoever has tried their microphone has called nobody. */
  async #page(before?: string): ReturnType<Phone['history']> {
    const { entries, next } = await this.#phone.history({ limit: pageSize, ...(before !== undefined && { before }) });
    return { entries: entries.filter(({ peer }) => !isEcho(peer)), next };
  }

  #show(entries: readonly HistoryEntry[] | undefined): void {
    const newest = entries?.[0]?.startedAt;
    if (this.#watching && newest !== undefined) localStorage.setItem(this.#seenKey, String(newest));
    const seen = Number(localStorage.getItem(this.#seenKey) ?? 0);
    const unseen = entries?.filter(({ missed, role, startedAt }) => missed && role === 'callee' && startedAt > seen);
    this.set({ entries, more: this.#next !== undefined, unseen: unseen?.length ?? 0 });
    if (unseen !== undefined)
      this.#mark(
        unseen.map(({ call }) => call),
        this.#watching && !document.hidden,
      );
  }

  /**
   * The service worker puts them on the icon of the app, and what it has shown of them away once somebody has `looked`. Said anew each time:
   * a call that goes on may have its own mark there.
   */
  #mark(calls: readonly CallId[], looked: boolean): void {
    const { address: user } = this.#phone.user;
    navigator.serviceWorker?.controller?.postMessage({ offhook: 'missed', user, calls, looked } satisfies MissedCalls);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        resolve();
      }, ms);
      this.#timers.add(timer);
    });
  }
}
