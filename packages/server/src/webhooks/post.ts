/** POSTs to one receiver, over connections that are kept for a while. Redirects are answers like any other: they are not followed. */
import { Agent as PlainAgent, request as plain } from 'node:http';
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { Agent as SecureAgent, request as secure } from 'node:https';
import type { LookupFunction } from 'node:net';
import { SharedLookup } from '../ports/names.ts';

export interface Posted {
  readonly url: string;
  readonly headers: OutgoingHttpHeaders;
  readonly body: string;
  /** Instead of the usual way from names to addresses. */
  readonly lookup: LookupFunction | undefined;
  readonly signal: AbortSignal;
}

const kept = { keepAlive: true, maxFreeSockets: 8, timeout: 60_000 };

export class Poster {
  readonly #plain = new PlainAgent(kept);
  readonly #secure = new SecureAgent(kept);
  /** One at a time, so that a receiver whose name is not answered for takes no more than that. */
  readonly #names = new SharedLookup();

  /** Resolves with the head of the answer. */
  post({ url, headers, body, lookup, signal }: Posted): Promise<IncomingMessage> {
    const to = new URL(url);
    const isSecure = to.protocol === 'https:';
    const agent = isSecure ? this.#secure : this.#plain;
    return new Promise((resolve, reject) => {
      const way = { agent, lookup: this.#names.by(lookup), signal };
      const request = (isSecure ? secure : plain)(to, { method: 'POST', headers, ...way }, resolve);
      request.on('error', reject);
      request.end(body);
    });
  }

  close(): void {
    this.#plain.destroy();
    this.#secure.destroy();
  }
}
