import type { Phone } from '@offhook/client';
import { checkConnection } from '@offhook/client/diagnostics';
import type { NetworkCheck, NetworkState } from '../view/meeting.ts';

const asked = 4;
/** Beyond this, people talk over one another; the first answer also opens the connection, and does not count. */
const slowMs = 350;

/** Whether the connection bears a meeting, tried before one is in it. */
export class NetworkTrial {
  readonly #phone: Phone;
  readonly #url: string;
  readonly #changed: () => void;
  #stop = new AbortController();
  state: NetworkState = { network: 'checking' };

  /** `url`: of the server. */
  constructor(phone: Phone, url: string, changed: () => void) {
    this.#phone = phone;
    this.#url = url;
    this.#changed = changed;
  }

  /** Tries it anew. `microphone`: what is open of one by then; nothing of what it hears is sent. */
  async begin(microphone: Promise<MediaStreamTrack | undefined>): Promise<void> {
    this.stop();
    const { signal } = (this.#stop = new AbortController());
    this.state = { network: 'checking' };
    const [network, track] = await Promise.all([askServer(this.#url), microphone]);
    const measured = network === 'down' || track === undefined ? undefined : await this.#call(track, signal);
    if (signal.aborted) return;
    this.state = measured ?? { network };
    this.#changed();
  }

  /** What is found out from now on is of no interest. */
  stop(): void {
    this.#stop.abort();
  }

  /** By a short call of the echo test; undefined where there is none, or a call goes on that it would disturb. */
  async #call(microphone: MediaStreamTrack, signal: AbortSignal): Promise<NetworkState | undefined> {
    if (signal.aborted || this.#phone.calls.length > 0) return undefined;
    const check = await checkConnection(this.#phone, microphone, { signal }).catch(() => undefined);
    if (check === undefined) return undefined;
    if (!check.passes) return { network: 'blocked' };
    const { rating, loss, roundTripMs } = check;
    return { network: ({ good: 'good', fair: 'slow', bad: 'poor' } as const)[rating], measured: { loss, roundTripMs } };
  }
}

/** How soon the server answers, as a person would say it. */
async function askServer(url: string): Promise<NetworkCheck> {
  const times: number[] = [];
  try {
    for (let at = 0; at < asked; at++) {
      const before = performance.now();
      // No cache answers this, and no service worker.
      await fetch(url, { method: 'HEAD', cache: 'no-store' });
      times.push(performance.now() - before);
    }
  } catch {
    return 'down';
  }
  const [, fastest = 0] = times.toSorted((a, b) => a - b);
  const { connection } = navigator as { connection?: { readonly effectiveType?: string } };
  return fastest > slowMs || connection?.effectiveType?.endsWith('2g') === true ? 'slow' : 'good';
}
