/** What is asked of the server over HTTP, beside the socket. */
import type { WireError } from '@offhook/core';
import { OffhookError, fromWire } from './errors.ts';
import type { Platform } from './platform.ts';

export interface Asking {
  /** The server. */
  readonly url: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/v1/`. */
  readonly path: string;
  readonly body?: object | undefined;
  readonly token?: string | undefined;
}

/** Resolves with the answer. Rejects with an `OffhookError`: what the server said, or `unreachable`. */
export async function ask({ url, method, path, body, token }: Asking, platform: Platform): Promise<unknown> {
  let response: Response;
  let answer: unknown;
  try {
    response = await platform.fetch(new URL(`v1/${path}`, serverUrl(url)).href, {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      // Undefined where there is none.
      body: JSON.stringify(body),
    });
    answer = await response.json();
  } catch (cause) {
    throw new OffhookError('unreachable', { cause });
  }
  if (response.ok) return answer;
  const { error, suggestions } = answer as { error?: WireError & { suggestions?: string[] }; suggestions?: string[] };
  throw fromWire({ code: 'internal', message: response.statusText, suggestions, ...error });
}

/** The address of the server with a slash at its end, whatever form it was given in. */
export function serverUrl(url: string): string {
  return new URL(url.replace(/^ws/, 'http')).href.replace(/\/?$/, '/');
}
