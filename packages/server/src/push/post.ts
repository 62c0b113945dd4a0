/** One POST of a push, and what the answer means. */
import { pushLimits } from '@offhook/core';
import { request as plain } from 'node:http';
import type { OutgoingHttpHeaders } from 'node:http';
import { Agent, request as secure } from 'node:https';
import type { LookupFunction } from 'node:net';
import { PrivateAddressError } from '../ports/public-internet.ts';
import type { PushOutcome } from '../ports/push.ts';

export interface Posted {
  readonly url: URL;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer | string;
  /** Instead of the usual way from names to addresses. */
  readonly lookup?: LookupFunction | undefined;
}

/** Connections to push services, which are few, are kept for a while. */
export class Poster {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64, maxFreeSockets: 8, timeout: 60_000 });
  readonly #closing = new AbortController();

  post({ url, headers, body, lookup }: Posted): Promise<PushOutcome> {
    const isSecure = url.protocol === 'https:';
    return new Promise((resolve) => {
      const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(pushLimits.timeoutMs)]);
      const agent = isSecure ? this.#agent : undefined;
      // Redirects are answers like any other: they are not followed.
      const request = (isSecure ? secure : plain)(url, { method: 'POST', headers, signal, agent, lookup }, (response) => {
        let bytes = 0;
        response.on('data', (part: Buffer) => {
          bytes += part.length;
          if (bytes > pushLimits.answerBytes) response.destroy();
        });
        response.on('error', () => undefined);
        resolve(outcomeOf(response.statusCode ?? 0, response.headers['retry-after']));
      });
      request.on('error', (error) => {
        resolve(error instanceof PrivateAddressError ? 'failed' : { retryMs: pushLimits.retryMs });
      });
      request.end(body);
    });
  }

  close(): void {
    this.#closing.abort();
    this.#agent.destroy();
  }
}

/** RFC 8030 §5, §7.3: a subscription that has ended is not found, or gone. */
function outcomeOf(status: number, retryAfter: string | undefined): PushOutcome {
  if (status >= 200 && status < 300) return 'sent';
  if (status === 404 || status === 410) return 'gone';
  if (status !== 429 && status < 500) return 'failed';
  return {
    retryMs: retryAfter !== undefined && /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) * 1_000 : pushLimits.retryMs,
  };
}
