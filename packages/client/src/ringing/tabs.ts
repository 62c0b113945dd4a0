/** What the tabs of one device have in common in a browser: a lock that one of them has, and a channel on which they hear each other. */
import type { Fitness } from '@offhook/core';

/** "I ring", and how fit for it, or "Who rings?" */
export type Word = { readonly type: 'say'; readonly fitness: Fitness } | { readonly type: 'ask' };

export interface TabsHandlers {
  granted(): void;
  /** Another tab has taken the lock. */
  lost(): void;
  heard(word: Word): void;
  /** The browser gives this page no locks (W3C Web Locks §3.1: where it has no storage). */
  refused(): void;
}

export class Tabs {
  readonly #name: string;
  readonly #handlers: TabsHandlers;
  readonly #channel: BroadcastChannel;
  /** Ends what was asked of the lock last: waiting for it, or having it. */
  #end = new AbortController();

  private constructor(name: string, handlers: TabsHandlers) {
    this.#name = name;
    this.#handlers = handlers;
    this.#channel = new BroadcastChannel(name);
    this.#channel.addEventListener('message', ({ data }: MessageEvent<Word>) => handlers.heard(data));
  }

  /** Undefined where the browser has no locks or no channels, as for pages that are not secure. */
  static open(name: string, handlers: TabsHandlers): Tabs | undefined {
    if (!('locks' in navigator) || !('BroadcastChannel' in globalThis)) return undefined;
    return new Tabs(name, handlers);
  }

  say(word: Word): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel is of one origin
    this.#channel.postMessage(word);
  }

  /** Waits for the lock, or takes it from whoever has it. */
  want(how: 'queue' | 'take'): void {
    this.release();
    const { signal } = (this.#end = new AbortController());
    const held = (): Promise<void> | undefined => {
      // It was granted just when nobody wanted it any more.
      if (signal.aborted) return undefined;
      return new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve());
        this.#handlers.granted();
      });
    };
    const options: LockOptions = how === 'take' ? { steal: true } : { signal };
    navigator.locks.request(this.#name, options, held).catch((error: unknown) => {
      if (signal.aborted) return;
      // What was stolen is told as aborted, too (W3C Web Locks §4.3).
      if ((error as DOMException).name === 'AbortError') this.#handlers.lost();
      else this.#handlers.refused();
    });
  }

  /** Gives the lock back, or waits for it no more. */
  release(): void {
    this.#end.abort();
  }

  close(): void {
    this.release();
    this.#channel.close();
  }
}
