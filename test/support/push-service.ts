/** A push service (RFC 8030) and the browsers behind it: what arrives is checked (RFC 8292) and decrypted (RFC 8291) as they do it. */
import { createDecipheriv, createECDH, hkdfSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { once } from 'node:events';
import { importJWK, jwtVerify } from 'jose';

/** What a service worker would be told. */
export interface Pushed {
  readonly notification: {
    readonly title: string;
    readonly body: string;
    readonly navigate: string;
    readonly tag: string;
    readonly lang: string;
    readonly dir: string;
    readonly data: Readonly<Record<string, unknown>> & { readonly type: string; readonly token?: string };
  };
  readonly web_push: number;
  readonly app_badge?: number;
  readonly mutable: boolean;
}

export interface Received {
  readonly subscription: string;
  readonly headers: IncomingMessage['headers'];
  /** Of the token that the server has signed. */
  readonly claims: Readonly<Record<string, unknown>>;
  readonly message: Pushed;
  /** In bytes, before encryption. */
  readonly bytes: number;
  readonly at: number;
}

export interface Subscription {
  readonly endpoint: string;
  readonly keys: { readonly p256dh: string; readonly auth: string };
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export class PushService {
  readonly origin: string;
  readonly received: Received[] = [];
  /** How the next ones are answered; after the last, as the first was: taken. */
  readonly answers: Answer[] = [];
  readonly #server: Server;
  readonly #browsers = new Map<string, { readonly ecdh: ReturnType<typeof createECDH>; readonly auth: Buffer }>();
  readonly #waiting = new Set<() => void>();
  #count = 0;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.origin = `http://127.0.0.1:${port}`;
    server.on('request', (request, response) => {
      this.#take(request, response).catch((error: unknown) => response.writeHead(400).end(String(error)));
    });
  }

  static async start(): Promise<PushService> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return new PushService(server, address.port);
  }

  /** A browser subscribes. */
  subscribe(): Subscription {
    const ecdh = createECDH('prime256v1');
    ecdh.generateKeys();
    const auth = randomBytes(16);
    this.#count += 1;
    const id = `browser-${this.#count}`;
    this.#browsers.set(id, { ecdh, auth });
    const keys = { p256dh: ecdh.getPublicKey('base64url'), auth: auth.toString('base64url') };
    return { endpoint: `${this.origin}/${id}`, keys };
  }

  /** Whoever has subscribed so far is gone, and what was pushed to them: calls of a test before may end in the middle of this one. */
  forget(): void {
    this.#browsers.clear();
    this.received.length = 0;
  }

  /** The first one that fits, taken out of those received; waits for it. */
  async take(type: string, forMs = 20_000): Promise<Received> {
    const until = Date.now() + forMs;
    for (;;) {
      const at = this.received.findIndex(({ message }) => message.notification.data.type === type);
      const [found] = at === -1 ? [] : this.received.splice(at, 1);
      if (found !== undefined) return found;
      if (Date.now() > until) throw new Error(`no ${type} was pushed; there is ${JSON.stringify(this.received)}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.max(0, until - Date.now()) + 1);
        this.#waiting.add(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const subscription = (request.url ?? '').slice(1);
    const browser = this.#browsers.get(subscription);
    const { status, headers } =
      browser === undefined ? { status: 404, headers: {} } : (this.answers.shift() ?? { status: 201 });
    if (browser !== undefined && status < 300) {
      const text = decrypt(browser, Buffer.concat(parts));
      this.received.push({
        subscription,
        headers: request.headers,
        claims: await verified(request.headers.authorization ?? '', this.origin),
        message: JSON.parse(text.toString()) as Pushed,
        bytes: text.length,
        at: Date.now(),
      });
    }
    response.writeHead(status, headers).end();
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}

/** RFC 8188 §2 with the keys of RFC 8291 §3.4: one record. */
function decrypt(
  { ecdh, auth }: { readonly ecdh: ReturnType<typeof createECDH>; readonly auth: Buffer },
  body: Buffer,
): Buffer {
  const salt = body.subarray(0, 16);
  const length = body[20] ?? 0;
  const theirs = body.subarray(21, 21 + length);
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), ecdh.getPublicKey(), theirs]);
  const ikm = Buffer.from(hkdfSync('sha256', ecdh.computeSecret(theirs), auth, info, 32));
  const key = Buffer.from(hkdfSync('sha256', ikm, salt, 'Content-Encoding: aes128gcm\0', 16));
  const nonce = Buffer.from(hkdfSync('sha256', ikm, salt, 'Content-Encoding: nonce\0', 12));
  const record = body.subarray(21 + length);
  const decipher = createDecipheriv('aes-128-gcm', key, nonce);
  decipher.setAuthTag(record.subarray(-16));
  const padded = Buffer.concat([decipher.update(record.subarray(0, -16)), decipher.final()]);
  const end = padded.lastIndexOf(2);
  return padded.subarray(0, end);
}

/** RFC 8292 §3: `vapid t=JWT, k=KEY`. */
async function verified(authorization: string, audience: string): Promise<Record<string, unknown>> {
  const [, token = '', key = ''] = /^vapid t=([\w.-]+), ?k=([\w-]+)$/.exec(authorization) ?? [];
  const point = Buffer.from(key, 'base64url');
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((part) => part.toString('base64url'));
  const jwk = await importJWK({ kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '' }, 'ES256');
  const { payload } = await jwtVerify(token, jwk, { audience, algorithms: ['ES256'] });
  return { ...payload, key };
}
