/** The SDK as a page uses it, in Node: real sockets to a real server, and nothing of what only calls need. */
import { browserPlatform } from '@offhook/client';
import type { Keep, Platform } from '@offhook/client';

class MemoryKeep implements Keep {
  readonly #items = new Map<string, string>();

  getItem(key: string): string | null {
    return this.#items.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.#items.set(key, value);
  }

  removeItem(key: string): void {
    this.#items.delete(key);
  }
}

/** A page whose sockets can be cut. Made with the `tab` of another one it is that page after a reload. */
export class NodePage {
  readonly tab: Keep;
  readonly #sockets = new Set<() => void>();

  constructor(tab: Keep = new MemoryKeep()) {
    this.tab = tab;
  }

  get platform(): Platform {
    return {
      clock: browserPlatform.clock,
      random: browserPlatform.random,
      openPeer: (configuration, handlers) => browserPlatform.openPeer(configuration, handlers),
      newStream: () => browserPlatform.newStream(),
      capture: (constraints) => browserPlatform.capture(constraints),
      permission: (kind) => browserPlatform.permission(kind),
      fetch: (url, init) => fetch(url, init),
      tab: this.tab,
      browser: new MemoryKeep(),
      origin: 'http://127.0.0.1',
      deviceName: 'Node',
      watchNetwork: () => () => undefined,
      lock: () => Promise.resolve(() => undefined),
      report: (error) => {
        throw error;
      },
      openSocket: (url, protocol, handlers) => {
        const socket = browserPlatform.openSocket(url, protocol, handlers);
        const cut = (): void => {
          socket.close();
          handlers.closed(1006, '');
        };
        this.#sockets.add(cut);
        return socket;
      },
    };
  }

  /** The network is gone for a moment. */
  cut(): void {
    for (const cut of this.#sockets) cut();
    this.#sockets.clear();
  }
}
