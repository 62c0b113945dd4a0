import type { Clock, Hash } from '../ports.ts';
import type { Push, PushMessage, PushOutcome, StoredPush } from '../ports/push.ts';
import { signedHeaders, signingKey } from '../ports/signature.ts';
import { Poster } from './post.ts';

export interface RelayOptions {
  /** Of the operator. */
  readonly url: string;
  /** `whsec_` and the key in base64, or any other string. */
  readonly secret: string;
  readonly clock: Clock;
  readonly hash: Hash;
}

/**
 * Whatever else reaches devices (FCM, APNs): what is to be pushed is posted to a program of the operator, which knows how. Signed like
 * webhooks; 404 and 410 say that the device is not to be reached any more.
 */
export class Relay implements Push {
  readonly #options: RelayOptions;
  readonly #key: Buffer;
  readonly #poster = new Poster();

  constructor(options: RelayOptions) {
    this.#options = options;
    this.#key = signingKey(options.secret);
  }

  send({ provider, endpoint, user, device }: StoredPush, { body, ttlMs, topic }: PushMessage): Promise<PushOutcome> {
    const { clock, hash, url } = this.#options;
    const ttl = Math.max(1, Math.ceil(ttlMs / 1_000));
    const text = JSON.stringify({ provider, token: endpoint, user, device, ttl, topic, message: JSON.parse(body) as unknown });
    const id = `push_${hash.digest(text).slice(0, 32)}`;
    const signed = signedHeaders([this.#key], { id, timestamp: Math.floor(clock.now() / 1_000), body: text });
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text), 'user-agent': 'Offhook' };
    return this.#poster.post({ url: new URL(url), headers: { ...headers, ...signed }, body: text });
  }

  async close(): Promise<void> {
    this.#poster.close();
  }
}
