/** The REST API for programs: each route says which scope its key needs, and one place holds to that. */
import type { ApiScope } from '@offhook/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { z } from 'zod';
import type { ApiKey } from '../ports/api-keys.ts';
import { Buckets } from '../ports/bucket.ts';
import type { Rate } from '../ports/bucket.ts';
import type { ByteRange } from '../ports/files.ts';
import { Refusal } from '../ports.ts';
import type { Clock, Hash } from '../ports.ts';
import { keyOf } from './keys.ts';

export interface Asking {
  readonly key: ApiKey;
  readonly body: unknown;
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | undefined>>;
  /** Said again, a request that makes something makes it once (draft-ietf-httpapi-idempotency-key-header §2.2). */
  readonly idempotencyKey: string | undefined;
  /** The header `Range` (RFC 9110 §14.2). */
  readonly range: string | undefined;
}

export interface ApiRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/v1`. */
  readonly path: string;
  readonly scope: ApiScope;
  /** Where something comes into being: 201. */
  readonly makes?: true;
  /** As JSON, or a `Download`. */
  readonly answer: (asking: Asking) => Promise<unknown>;
}

export function route(
  scope: ApiRoute['scope'],
  method: ApiRoute['method'],
  path: string,
  answer: ApiRoute['answer'],
): ApiRoute {
  return { scope, method, path, answer };
}

export interface DownloadOptions {
  readonly type: string;
  readonly name: string;
  /** Of all of it. */
  readonly bytes: number;
  /** The part that is asked for. */
  readonly range: ByteRange | 'unsatisfiable' | undefined;
  readonly content: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

/** A file, or a part of it. */
export class Download {
  readonly #options: DownloadOptions;

  constructor(options: DownloadOptions) {
    this.#options = options;
  }

  send(reply: FastifyReply): FastifyReply {
    const { type, name, bytes, range, content } = this.#options;
    if (range === 'unsatisfiable') return reply.code(416).header('content-range', `bytes */${bytes}`).send();
    if (range !== undefined) void reply.code(206).header('content-range', `bytes ${range.start}-${range.end}/${bytes}`);
    return reply
      .type(type)
      .headers({
        'accept-ranges': 'bytes',
        'content-length': range === undefined ? bytes : range.end - range.start + 1,
        'content-disposition': `attachment; filename="${name}"`,
        'content-security-policy': "sandbox; default-src 'none'",
      })
      .send(Readable.from(content));
  }
}

export interface ApiDeps {
  readonly keys: readonly ApiKey[];
  readonly hash: Hash;
  readonly clock: Clock;
  /** How often one key may ask, and how often one network address may show a wrong one. */
  readonly rate: Rate;
  readonly guessRate: Rate;
  readonly networkAddress: (request: FastifyRequest['raw']) => string;
}

const Query = z.record(z.string(), z.string());
const IdempotencyKey = z.string().min(1).max(255).optional();

export function addApiRoutes(v1: FastifyInstance, routes: readonly ApiRoute[], deps: ApiDeps): void {
  const buckets = new Buckets(deps.rate);
  const guesses = new Buckets(deps.guessRate);
  const authorize = (request: FastifyRequest, scope: ApiScope): ApiKey => {
    const now = deps.clock.now();
    try {
      const key = keyOf(deps.keys, deps.hash, request.headers, scope);
      if (!buckets.take(key.name, now)) throw new Refusal('rate_limited');
      return key;
    } catch (error) {
      const isGuess = error instanceof Refusal && error.code === 'unauthorized';
      if (isGuess && !guesses.take(deps.networkAddress(request.raw), now)) throw new Refusal('rate_limited');
      throw error;
    }
  };
  for (const { method, path, scope, makes, answer } of routes) {
    v1.route({
      method,
      url: path,
      async handler(request, reply) {
        void reply.header('cache-control', 'no-store');
        const key = authorize(request, scope);
        const { body, params, headers } = request;
        const query = check(Query, request.query);
        const idempotencyKey = check(IdempotencyKey, headers['idempotency-key']);
        const parameters = params as Record<string, string>;
        const answered = await answer({ key, body, parameters, query, idempotencyKey, range: headers.range });
        if (answered instanceof Download) return answered.send(reply);
        if (makes === true) void reply.code(201);
        return answered ?? {};
      },
    });
  }
}

/** What was sent, if it has the form it should have. */
export function check<T>(schema: z.ZodType<T>, sent: unknown): T {
  const { success, data, error } = schema.safeParse(sent);
  if (success) return data;
  const [issue] = error.issues;
  throw new Refusal('bad_message', issue && `${issue.path.join('.') || 'body'}: ${issue.message}`);
}
