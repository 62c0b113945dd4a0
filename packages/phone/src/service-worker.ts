/**
 * The phone without a network: its page and its parts are kept, version by version. What has a hash in its name never changes and
 * comes from the cache; the page itself comes from the server as long as that answers. A new version waits until a page says that it
 * may take over, so that none is ever exchanged under a call.
 */

import { handleCallSessions } from 'call-session/worker';
import { ringByPush } from './worker-push.ts';
import type { PushWorker } from './worker-push.ts';
import { takeOver } from './worker-words.ts';

interface Worker {
  readonly registration: { readonly scope: string };
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener<K extends keyof WorkerEvents>(type: K, listener: (event: WorkerEvents[K]) => void): void;
}

interface LastingEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}

interface WorkerEvents {
  install: LastingEvent;
  activate: LastingEvent;
  message: MessageEvent<unknown>;
  fetch: LastingEvent & { readonly request: Request; respondWith(answer: Promise<Response>): void };
}

/** Put in by the build: what belongs to this version, and a name that changes with it. */
declare const offhookParts: readonly string[];
declare const offhookVersion: string;

const worker = globalThis as unknown as Worker;
const prefix = 'offhook ';
const own = prefix + offhookVersion;
const page = './';
/** A network that does not answer within this time is taken for none. */
const patienceMs = 4_000;

worker.addEventListener('install', (event) => event.waitUntil(keep()));
worker.addEventListener('activate', (event) => event.waitUntil(begin()));
worker.addEventListener('message', ({ data }) => {
  if (data === takeOver) void worker.skipWaiting();
});
worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const { scope } = worker.registration;
  const url = new URL(request.url);
  if (request.method !== 'GET' || !request.url.startsWith(scope)) return;
  // Beside the page itself there are others at this server that are none of ours.
  if (request.mode === 'navigate' && url.origin + url.pathname === scope) event.respondWith(fromNetworkFirst(request));
  else if (url.href.startsWith(`${scope}assets/`)) event.respondWith(fromCacheFirst(request));
});

// Each looks after the notifications that are its own.
ringByPush(globalThis as unknown as PushWorker);
handleCallSessions();

async function keep(): Promise<void> {
  const cache = await caches.open(own);
  // The page past the browser's own cache: it has to name the parts of this version.
  await cache.addAll([new Request(page, { cache: 'reload' }), ...offhookParts]);
}

/** Pages that were open before there was a worker are its own from now on. */
async function begin(): Promise<void> {
  await forget();
  await worker.clients.claim();
}

/** A page that is still open may need parts of the version before: one is kept. */
async function forget(): Promise<void> {
  const names = (await caches.keys()).filter((name) => name.startsWith(prefix) && name !== own);
  await Promise.all(names.slice(0, -1).map((name) => caches.delete(name)));
}

async function fromCacheFirst(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request);
}

async function fromNetworkFirst(request: Request): Promise<Response> {
  try {
    return await fetch(request, { signal: AbortSignal.timeout(patienceMs) });
  } catch (error) {
    const shell = await (await caches.open(own)).match(page);
    if (shell !== undefined) return shell;
    throw error;
  }
}
