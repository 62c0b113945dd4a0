/** The HTTP side: health, metrics, the web phone; and the REST routes that it is given. */
import { serverLimits } from '@offhook/core';
import fastify from 'fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createServer as createHttpServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { Refusal } from '../ports.ts';
import type { Log } from '../ports.ts';
import { servePhone } from './phone.ts';
import type { PhoneOptions } from './phone.ts';
import { missing, refusalOf, refuse, refuseSocket } from './refuse.ts';
import { isHostAllowed, isOriginAllowed } from './where.ts';
import type { OriginOptions } from './where.ts';

export interface AppDeps {
  readonly log: Log;
  readonly where: OriginOptions;
  readonly tls: { readonly key: string; readonly cert: string } | undefined;
  readonly phone: PhoneOptions | undefined;
  /** Adds the routes below `/v1`. */
  readonly routes: (v1: FastifyInstance) => void;
  /** Why this server should get no new traffic, if so. */
  readonly unready: () => Promise<string | undefined>;
  readonly metrics: () => string;
}

/**
 * Whatever fits into the head of a request (Node: 16 KB) comes to its route, which says that nobody has such an id: what is longer than the router
 * takes would be looked for among the files of the web phone. Percent-encoded, names of 64 letters are several hundred characters long.
 */
const longestPath = 16_384;

/** Said to the server itself: of one that was made elsewhere, Fastify sets nothing. */
const patience = {
  requestTimeout: serverLimits.requestMs,
  headersTimeout: serverLimits.requestMs,
  connectionsCheckingInterval: serverLimits.requestMs / 10,
  handshakeTimeout: serverLimits.handshakeMs,
};

export async function createApp(deps: AppDeps): Promise<FastifyInstance> {
  const { tls } = deps;
  const app = fastify({
    routerOptions: { maxParamLength: longestPath },
    bodyLimit: serverLimits.requestBytes,
    frameworkErrors: (error, request, reply) => void missing(request, reply.headers(hardening), refusalOf(error)),
    clientErrorHandler: refuseSocket,
    serverFactory: (handler: RequestListener): Server =>
      tls === undefined ? createHttpServer(patience, handler) : createHttpsServer({ ...tls, ...patience }, handler),
  });
  // Forms of other sites can send text without asking (Fetch §3.3.5); nothing here takes any.
  app.removeContentTypeParser('text/plain');

  app.setErrorHandler((error, request, reply) => {
    const refusal = refusalOf(error);
    if (refusal.code === 'internal') deps.log.error('http', { url: request.routeOptions.url, error: String(error) });
    return refuse(reply, refusal);
  });
  app.setNotFoundHandler((request, reply) => missing(request, reply));
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(hardening);
    if (!isHostAllowed(request.raw, deps.where)) throw new Refusal('forbidden', localNamesOnly);
  });

  app.get('/healthz', () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const reason = await deps.unready();
    return reason === undefined ? { status: 'ready' } : reply.code(503).send({ status: 'not ready', reason });
  });
  app.get('/metrics', (_request, reply) => reply.type('text/plain; version=0.0.4').send(deps.metrics()));
  await app.register(async (v1) => addApi(v1, deps), { prefix: '/v1' });
  if (deps.phone !== undefined) await servePhone(app, deps.phone);
  await app.ready();
  return app;
}

/** What other programs use. The check of the origin is part of it, so that no way to write a path leads past it. */
function addApi(v1: FastifyInstance, { where, routes }: AppDeps): void {
  v1.addHook('onRequest', async (request, reply) => checkOrigin(request, reply, where));
  v1.setNotFoundHandler((request, reply) => missing(request, reply));
  v1.options('/*', (_request, reply) => reply.code(204).send());
  const known = new Map<string, { readonly path: string; readonly methods: Set<string> }>();
  v1.addHook('onRoute', ({ method, routePath }) => {
    // What parameters are called makes no other path.
    const shape = routePath.replaceAll(/:\w+/g, ':');
    const methods = known.get(shape)?.methods ?? new Set();
    known.set(shape, { path: routePath, methods });
    for (const one of [method].flat()) methods.add(one);
  });
  routes(v1);
  for (const { path, methods } of known.values()) refuseOthers(v1, path, [...methods]);
}

const methodsKnown = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** RFC 9110 §15.5.6. Nobody has to be signed in to be told: it is in the documentation. */
function refuseOthers(v1: FastifyInstance, url: string, methods: readonly string[]): void {
  const method = methodsKnown.filter((one) => !methods.includes(one));
  if (method.length === 0) return;
  const refused = new Refusal('method_refused');
  v1.route({
    method,
    url,
    exposeHeadRoute: false,
    // Before its body is read, whatever that is.
    onRequest: (_request, reply) => void refuse(reply.header('allow', [...methods, 'OPTIONS'].join(', ')), refused),
    handler: () => Promise.reject(refused),
  });
}

const hardening = { 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' };
const localNamesOnly = 'In open mode on loopback, this server answers only to localhost. Start it with --open for other names.';

/** Pages of other origins get nowhere unless allowed, and are told that they are (CORS, Fetch §3.3). */
function checkOrigin(request: FastifyRequest, reply: FastifyReply, where: OriginOptions): void {
  if (!isOriginAllowed(request.raw, where)) throw new Refusal('origin_refused');
  const { origin } = request.headers;
  if (origin === undefined) return;
  reply.headers({
    'access-control-allow-origin': origin,
    'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
    'access-control-allow-headers': 'authorization, content-type',
    'access-control-max-age': '600',
    vary: 'origin',
  });
}
