/** How the REST API of an Offhook server is asked. */
import { apiLimits, errorTexts } from '@offhook/core';
import type { ErrorCode } from '@offhook/core';

/** Where the server is, and who asks. */
export interface ApiOptions {
  /** Of the server, e.g. `https://calls.example.com`. */
  readonly url: string;
  /** A key that `offhook api-key` has made. It belongs on your server, never into a page. */
  readonly key: string;
  /** Milliseconds after which a request is given up. Default: 10,000. */
  readonly timeout?: number | undefined;
}

/** How something is made. */
export interface CreateOptions {
  /**
   * Said again with the same one, the request makes nothing new: its answer is what was made, as it is by now, with the same token or password,
   * or with the secret of that moment. Good for 30 days; where what was made is gone, or something else was asked for with it, the request is
   * refused. A token (`createToken`) is answered also once it is over or void.
   */
  readonly idempotencyKey?: string | undefined;
}

/** Thrown for a request that was refused. */
export class ApiError extends Error {
  /** As logs show it. */
  override readonly name: string = 'ApiError';
  /** Stable, e.g. `session_not_found`. */
  readonly code: ErrorCode;
  /** Of HTTP. */
  readonly status: number;
  /** Help for developers, e.g. which field was wrong. */
  readonly detail: string | undefined;
  constructor(status: number, code: ErrorCode, detail?: string) {
    super(detail === undefined ? errorTexts[code] : `${errorTexts[code]} ${detail}`);
    this.status = status;
    this.code = code;
    this.detail = detail;
  }
}

const defaultTimeout = 10_000;

/** Asks one server. @internal */
export class Rest {
  readonly #url: string;
  readonly #key: string;
  readonly #timeout: number;

  constructor({ url, key, timeout = defaultTimeout }: ApiOptions) {
    this.#url = url.replace(/\/+$/, '');
    this.#key = key;
    this.#timeout = timeout;
  }

  async ask<T>(method: string, place: string, body?: object, { idempotencyKey }: CreateOptions = {}): Promise<T> {
    const response = await fetch(this.#address(place), {
      method,
      headers: {
        authorization: `Bearer ${this.#key}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(this.#timeout),
    });
    const answer = await read(response);
    if (response.ok && answer !== undefined) return answer as T;
    throw refusal(response.status, answer);
  }

  /** All of a list that comes in pages. */
  async every<T>(place: string, list: string, asked: Readonly<Record<string, string | undefined>> = {}): Promise<readonly T[]> {
    const found: T[] = [];
    let after: string | undefined;
    do {
      const page = await this.ask<Record<string, unknown>>(
        'GET',
        place + query({ ...asked, after, limit: apiLimits.pageMost }),
      );
      found.push(...(page[list] as readonly T[]));
      after = page['next'] as string | undefined;
    } while (after !== undefined);
    return found;
  }

  /** What is sent is no JSON. */
  async send<T>(method: string, place: string, type: string, body: Uint8Array<ArrayBuffer> | ArrayBuffer | Blob): Promise<T> {
    const response = await fetch(this.#address(place), {
      method,
      headers: { authorization: `Bearer ${this.#key}`, 'content-type': type },
      body,
      signal: AbortSignal.timeout(this.#timeout),
    });
    const answer = await read(response);
    if (response.ok && answer !== undefined) return answer as T;
    throw refusal(response.status, answer);
  }

  /** An answer that goes on. */
  async open(place: string, headers: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<Response> {
    const authorization = `Bearer ${this.#key}`;
    const response = await fetch(this.#address(place), {
      headers: { ...headers, authorization },
      ...(signal !== undefined && { signal }),
    });
    if (response.ok) return response;
    throw refusal(response.status, await read(response));
  }

  /** An id that is `..` would lead to another place (URL §4.4). */
  #address(place: string): string {
    if (/\/\.{1,2}(?:[/?]|$)/u.test(place)) throw new ApiError(404, 'not_found');
    return `${this.#url}/v1${place}`;
  }
}

/** Undefined: it is not JSON, as what proxies say. */
async function read(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function refusal(status: number, answer: unknown): ApiError {
  const { error } = (answer ?? {}) as { readonly error?: { readonly code?: ErrorCode; readonly detail?: string } };
  if (error?.code === undefined) return new ApiError(status, 'internal', 'This is not an answer of an Offhook server.');
  return new ApiError(status, error.code, error.detail);
}

/** What is put in stands for one part of a path. @internal */
export function path(texts: TemplateStringsArray, ...parts: readonly string[]): string {
  return String.raw({ raw: texts }, ...parts.map(encodeURIComponent));
}

/** What is said of a page. @internal */
export function query(values: Readonly<Record<string, string | number | undefined>>): string {
  const said = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value !== undefined) said.set(name, String(value));
  return said.size === 0 ? '' : `?${said.toString()}`;
}
