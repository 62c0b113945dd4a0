import { publicLookup } from '../ports/public-internet.ts';
import type { Push, PushMessage, PushOutcome, StoredPush } from '../ports/push.ts';
import { Poster } from './post.ts';
import type { VapidKeys } from './vapid.ts';
import { refusedEndpoint } from './where.ts';

export interface WebPushOptions {
  readonly keys: VapidKeys;
  /** Whom push services may turn to: an `https:` or `mailto:` URL (RFC 8292 §2.1). */
  readonly contact: () => string;
  /** Origins that may be pushed to wherever they are. */
  readonly allowed: readonly string[];
}

/** Web Push (RFC 8030), encrypted for the browser alone (RFC 8291) and signed by this server (RFC 8292). */
export class WebPush implements Push {
  readonly #options: WebPushOptions;
  readonly #poster = new Poster();

  constructor(options: WebPushOptions) {
    this.#options = options;
  }

  async send({ endpoint, keys }: StoredPush, { body, ttlMs, topic }: PushMessage): Promise<PushOutcome> {
    const { contact, allowed, keys: vapid } = this.#options;
    // Stored ones were checked with the settings of that time.
    if (keys === undefined || refusedEndpoint(endpoint, allowed) !== undefined) return 'failed';
    const url = new URL(endpoint);
    try {
      // Loaded with the first message, as few servers need it when they start.
      const { generateRequestDetails } = (await import('web-push')).default;
      const details = generateRequestDetails({ endpoint: url.href, keys: { ...keys } }, body, {
        vapidDetails: { subject: contact(), ...vapid },
        TTL: Math.max(1, Math.ceil(ttlMs / 1_000)),
        urgency: 'high',
        topic,
      });
      const lookup = allowed.includes(url.origin) ? undefined : publicLookup;
      return await this.#poster.post({ url, headers: details.headers, body: details.body ?? '', lookup });
    } catch {
      // Keys that are none.
      return 'failed';
    }
  }

  async close(): Promise<void> {
    this.#poster.close();
  }
}
