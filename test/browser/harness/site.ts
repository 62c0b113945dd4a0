/** A web site of somebody else: the pages of an example, on an origin of its own, as their reader would serve them. */
import { readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { loopback } from './ports.ts';

/** Where the examples expect the server. */
const placeholder = 'http://localhost:8080';
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

export interface Site {
  readonly url: string;
  close(): void;
}

/** A certificate that nobody vouches for. */
export interface Tls {
  readonly key: Buffer;
  readonly cert: Buffer;
}

/** Serves a folder, over https with `tls`. What it says of the server at `localhost:8080` is said of the one at `offhook`, and nothing else is changed. */
export async function serveSite(folder: string, offhook: string, tls?: Tls): Promise<Site> {
  const listener: RequestListener = (request, response) => {
    const path = normalize(new URL(request.url ?? '/', placeholder).pathname);
    const file = join(folder, path === '/' ? 'index.html' : path);
    if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return response.writeHead(404).end();
    const type = types[extname(file)] ?? 'application/octet-stream';
    response.setHeader('content-type', `${type}; charset=utf-8`);
    return response.end(readFileSync(file, 'utf8').replaceAll(placeholder, offhook));
  };
  const server = tls === undefined ? createServer(listener) : createSecureServer(tls, listener);
  await new Promise<void>((resolve) => server.listen(0, loopback, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http${tls === undefined ? '' : 's'}://${loopback}:${port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
