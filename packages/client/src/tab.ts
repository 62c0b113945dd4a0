/** What a tab keeps over a reload, so that the next page takes over its connection and with it its calls. */
import type { Milliseconds } from '@offhook/core';
import type { Platform } from './platform.ts';

/** A connection that may be resumed. */
export interface Kept {
  readonly connection: string;
  readonly resume: string;
}

/** How long to wait for the page before to let go, which it does while it unloads: on a busy machine not at once. */
const patienceMs: Milliseconds = 2_000;

/**
 * A duplicated tab starts with a copy of what the first one keeps. The two are told apart by a lock on the connection, which
 * only one of them can have; where there are no locks, the server tells the first one that it was replaced.
 */
export class Tab {
  readonly #platform: Platform;
  readonly #key: string | undefined;
  #lock: { readonly connection: string; readonly release: Promise<(() => void) | undefined> } | undefined;

  /** `name` tells apart several phones of one page; undefined: nothing is kept. */
  constructor(platform: Platform, url: string, name: string | undefined) {
    this.#platform = platform;
    this.#key = name === undefined ? undefined : `${name} ${url}`;
  }

  /** What the page before kept; undefined if there was none, or another tab has it. */
  async take(): Promise<Kept | undefined> {
    const kept = this.#read();
    if (kept === undefined) return undefined;
    if ((await this.#hold(kept.connection)) !== undefined || this.#platform.lock === undefined) return kept;
    this.forget();
    return undefined;
  }

  keep(kept: Kept): void {
    if (this.#key === undefined) return;
    this.#platform.tab.setItem(this.#key, JSON.stringify(kept));
    void this.#hold(kept.connection);
  }

  forget(): void {
    if (this.#key !== undefined) this.#platform.tab.removeItem(this.#key);
    const lock = this.#lock;
    this.#lock = undefined;
    void lock?.release.then((release) => release?.());
  }

  #hold(connection: string): Promise<(() => void) | undefined> {
    if (this.#lock?.connection !== connection) {
      const before = this.#lock;
      void before?.release.then((release) => release?.());
      const release = this.#platform.lock?.(`offhook ${connection}`, patienceMs) ?? Promise.resolve(undefined);
      this.#lock = { connection, release };
    }
    return this.#lock.release;
  }

  #read(): Kept | undefined {
    const text = this.#key === undefined ? null : this.#platform.tab.getItem(this.#key);
    try {
      const { connection, resume } = JSON.parse(text ?? '{}') as Partial<Kept>;
      return typeof connection === 'string' && typeof resume === 'string' ? { connection, resume } : undefined;
    } catch {
      return undefined;
    }
  }
}
