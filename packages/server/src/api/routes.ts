/** The REST API for programs: each route says which scope its key needs, and one place holds to that. */
import { apiLimits } from '@offhook/core';
import type { ApiScope } from '@offhook/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ApiKey } from '../ports/api-keys.ts';
import { Buckets } from '../ports/bucket.ts';
import type { Rate } from '../ports/bucket.ts';
import { Refusal } from '../ports.ts';
import type { Clock, Hash } from '../ports.ts';
import type { Download } from './download.ts';
import type { Listening } from './feed.ts';
import { keyOf } from './keys.ts';
import { openApi } from './openapi.ts';
import type { OpenApi } from './openapi.ts';
import { openApiPage, pagePolicy } from './openapi-page.ts';

export interface Asking {
  readonly key: ApiKey;
  readonly body: unknown;
  readonly query: unknown;
  readonly parameters: Readonly<Record<string, string>>;
  /** Said again, a request that makes something makes it once (draft-ietf-httpapi-idempotency-key-header §2.2). */
  readonly idempotencyKey: string | undefined;
  /** Of whoever listens once more (WHATWG HTML §9.2.4). */
  readonly lastEventId: string | undefined;
  /** The header `Range` (RFC 9110 §14.2). */
  readonly range: string | undefined;
}

interface Described {
  /** Below `/v1`. */
  readonly path: string;
  readonly scope: ApiScope;
  /** One sentence, for the description of the API. */
  readonly summary: string;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** Without a body it is as with `{}`. */
  readonly isBodyOptional?: true;
}

export interface AnsweredRoute extends Described {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** A body that is no JSON: of which types, and how long at most. It comes as it is. */
  readonly takes?: { readonly types: readonly string[]; readonly bytes: number };
  /** Where something comes into being: 201. */
  readonly makes?: true;
  /** Said again with the same `Idempotency-Key`, it makes nothing new. */
  readonly isIdempotent?: true;
  /** Nothing: `{}`. */
  readonly answers?: z.ZodType;
  readonly answer: (asking: Asking) => Promise<unknown>;
}

/** One that goes on until one side has had enough. */
export interface StreamedRoute extends Described {
  readonly method: 'GET';
  /** The function returned says that the other side is gone. */
  readonly streams: (asking: Asking, to: Listening) => () => void;
}

/** One that sends a file, or the part of it that is asked for. */
export interface FileRoute extends Described {
  readonly method: 'GET';
  readonly sends: (asking: Asking) => Promise<Download>;
}

export type ApiRoute = AnsweredRoute | StreamedRoute | FileRoute;

export function route(
  scope: ApiScope,
  method: AnsweredRoute['method'],
  path: string,
  described: Pick<AnsweredRoute, 'summary' | 'query' | 'body' | 'isBodyOptional' | 'answers'>,
  answer: AnsweredRoute['answer'],
): AnsweredRoute {
  return { scope, method, path, ...described, answer };
}

export interface ApiDeps {
  readonly keys: readonly ApiKey[];
  readonly hash: Hash;
  readonly clock: Clock;
  /** Of this program. */
  readonly version: string;
  /** How often one key may ask, and how often one network address may show a wrong one. */
  readonly rate: Rate;
  readonly guessRate: Rate;
  readonly networkAddress: (request: FastifyRequest['raw']) => string;
}

const IdempotencyKey = z.string().min(1).max(255).optional();

export function addApiRoutes(v1: FastifyInstance, routes: readonly ApiRoute[], deps: ApiDeps): void {
  const buckets = new Buckets(deps.rate);
  const guesses = new Buckets(deps.guessRate);
  const asks = new WeakMap<FastifyRequest['raw'], ApiKey>();
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
  addDescription(v1, routes, deps.version);
  // Many a client calls every request JSON, also those without a body.
  const readJson = v1.getDefaultJsonParser('error', 'error');
  v1.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) =>
    body === '' ? done(null) : readJson(request, body, done),
  );
  v1.addContentTypeParser(/^audio\//, { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  for (const route of routes) {
    v1.route({
      method: route.method,
      url: route.path,
      ...('takes' in route && { bodyLimit: route.takes.bytes }),
      // One that only looks at the head would hold a stream that it does not read.
      exposeHeadRoute: !('streams' in route),
      // Of strangers no body is read.
      async onRequest(request, reply) {
        void reply.header('cache-control', 'no-store');
        asks.set(request.raw, authorize(request, route.scope));
      },
      async handler(request, reply) {
        const key = asks.get(request.raw);
        if (key === undefined) throw new Refusal('unauthorized');
        const { body, params, query, headers } = request;
        const idempotencyKey = check(IdempotencyKey, headers['idempotency-key'], 'Idempotency-Key');
        const lastEventId = check(z.string().optional(), headers['last-event-id'], 'Last-Event-ID');
        const { range } = headers;
        const asking = { key, body, query, parameters: params as Record<string, string>, idempotencyKey, lastEventId, range };
        if ('streams' in route) return stream(reply, (to) => route.streams(asking, to));
        if ('sends' in route) return (await route.sends(asking)).send(reply);
        const answered = await route.answer(asking);
        if (route.makes === true) void reply.code(201);
        return answered ?? {};
      },
    });
  }
}

/** What there is, for programs and for people. It says nothing that the documentation does not. */
function addDescription(v1: FastifyInstance, routes: readonly ApiRoute[], version: string): void {
  let document: OpenApi | undefined;
  const described = (): OpenApi => (document ??= openApi(routes, version));
  v1.get('/openapi.json', () => described());
  v1.get('/docs', (_request, reply) =>
    reply.type('text/html; charset=utf-8').header('content-security-policy', pagePolicy).send(openApiPage(described())),
  );
}

/** Throws before anything was sent, if at all. */
function stream(reply: FastifyReply, begin: (to: Listening) => () => void): FastifyReply {
  const { raw } = reply;
  const stop = begin({
    write: (text) => void raw.write(text),
    get waiting() {
      return raw.writableLength;
    },
    end: () => void raw.end(),
  });
  raw.on('close', stop);
  raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
  raw.flushHeaders();
  return reply.hijack();
}

/** Of a page. */
export function sizeOf(limit: string | undefined): number {
  return limit === undefined ? apiLimits.pageUsual : Number(limit);
}

/**
 * What was sent, if it has the form it should have. `what` it is, in words of whoever has sent it, where it is not a field of it that is wrong.
 * @throws Refusal `bad_message`
 */
export function check<T>(schema: z.ZodType<T>, sent: unknown, what = 'body'): T {
  const { success, data, error } = schema.safeParse(sent);
  if (success) return data;
  const [issue] = error.issues;
  throw new Refusal('bad_message', issue && `${issue.path.join('.') || what}: ${issue.message}`);
}
