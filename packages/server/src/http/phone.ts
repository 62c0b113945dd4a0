/** The web phone: static files with the headers of a page that trusts nothing but its own origin. */
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { existsSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

export interface PhoneOptions {
  /** index.html and assets/. */
  readonly dir: string;
  /** A file that exists while the phone is being built; pages wait for it to go. */
  readonly building: string | undefined;
  /** Origins, as a content security policy names them, whose pages may show the phone in a frame. */
  readonly framedBy: readonly string[];
}

/** No inline script or style, no foreign origin (CSP level 3). 'self' covers the WebSocket of the same host. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
];

const pageHeaders = {
  'permissions-policy': 'camera=(self), microphone=(self), display-capture=(self)',
  'cross-origin-opener-policy': 'same-origin',
};

const notBuilt = 'The web phone is missing: it could not be built. The terminal of the server says why.\n';

const pollMs = 100;

export async function servePhone(app: FastifyInstance, { dir, building, framedBy }: PhoneOptions): Promise<void> {
  const ancestors = `frame-ancestors ${framedBy.join(' ') || "'none'"}`;
  const headers = { ...pageHeaders, 'content-security-policy': [...policy, ancestors].join('; ') };
  const assets = join(resolve(dir), 'assets') + sep;
  await app.register(async (phone) => {
    if (building !== undefined) phone.addHook('onRequest', () => built(building));
    await phone.register(fastifyStatic, {
      root: resolve(dir),
      // Files may come into being while the server runs.
      wildcard: true,
      cacheControl: false,
      suppressWarning: true,
      setHeaders(reply, path) {
        reply.header('cache-control', path.startsWith(assets) ? 'public, max-age=31536000, immutable' : 'no-cache');
        if (path.endsWith('.html')) reply.headers(headers);
        // By its ending alone it would be a film (MPEG transport stream).
        if (path.endsWith('.d.ts')) reply.header('content-type', 'text/plain; charset=utf-8');
      },
    });
    phone.get('/', (_request, reply) =>
      existsSync(join(resolve(dir), 'index.html'))
        ? reply.sendFile('index.html')
        : reply.code(503).type('text/plain; charset=utf-8').send(notBuilt),
    );
  });
}

async function built(marker: string): Promise<void> {
  while (existsSync(marker)) await wait(pollMs);
}
