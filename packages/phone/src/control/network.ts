import type { NetworkCheck } from '../view/meeting.ts';

const asked = 4;
/** Beyond this, people talk over one another; the first answer also opens the connection, and does not count. */
const slowMs = 350;

/** How soon the server answers, as a person would say it. */
export async function checkNetwork(url: string): Promise<NetworkCheck> {
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
