/**
 * A web application of its own whose people call one another through Offhook. It knows who somebody is and says so with a token;
 * Offhook knows nobody else. See docs/guides/tokens.md for how to start both.
 */
import { mintToken, verifyWebhook } from '@offhook/api';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const { PORT = '3000', OFFHOOK_URL = 'http://localhost:8080' } = process.env;
const tokenSecret = needed('OFFHOOK_TOKEN_SECRET');
const webhookSecret = process.env['OFFHOOK_WEBHOOK_SECRET'];

/** The people of this application. Yours come from a database, and have passwords. */
const people = new Map([
  ['anna', { name: 'Anna Berg', grants: {} }],
  ['bo', { name: 'Bo Lund', grants: {} }],
  // A visitor may ring the two, and is rung by nobody.
  ['visitor', { name: 'A visitor', grants: { incoming: false, outgoing: ['anna', 'bo'] } }],
]);
/** Who is signed in here, by the cookie of the browser. */
const sessions = new Map<string, string>();
const page = readFileSync(join(import.meta.dirname, 'page.html'), 'utf8').replaceAll('{{offhook}}', OFFHOOK_URL);

interface Reply {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

async function answer(request: IncomingMessage): Promise<Reply> {
  switch (`${request.method} ${request.url}`) {
    case 'GET /':
      return { headers: { 'content-type': 'text/html; charset=utf-8' }, body: page };
    case 'POST /sign-in': {
      const user = await text(request);
      if (!people.has(user)) return { status: 403 };
      const session = randomUUID();
      sessions.set(session, user);
      return { status: 204, headers: { 'set-cookie': `session=${session}; HttpOnly; SameSite=Strict; Path=/` } };
    }
    case 'GET /token': {
      const address = sessions.get(/(?:^|; )session=([^;]+)/.exec(request.headers.cookie ?? '')?.[1] ?? '');
      const person = people.get(address ?? '');
      // A token is for the one who asks, and for nobody else: the page does not say who that is.
      if (address === undefined || person === undefined) return { status: 401 };
      return { body: await mintToken({ secret: tokenSecret, address, ...person }) };
    }
    case 'POST /webhooks': {
      if (webhookSecret === undefined) return { status: 404 };
      const { type, data } = await verifyWebhook({
        secret: webhookSecret,
        headers: request.headers,
        body: await text(request),
      });
      console.log('caller' in data && 'callee' in data ? `${type}: ${data.caller?.name} and ${data.callee?.name}` : type);
      return { status: 204 };
    }
    default:
      return { status: 404 };
  }
}

createServer((request, response) => {
  answer(request).then(
    ({ status = 200, headers = {}, body }) => response.writeHead(status, { 'cache-control': 'no-store', ...headers }).end(body),
    () => response.writeHead(400).end(),
  );
}).listen(Number(PORT), '127.0.0.1', () => console.log(`http://localhost:${PORT}`));

function needed(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`Set ${name} to what the Offhook server has as --token-secret.`);
  return value;
}
