/** The example of docs/guides/tokens.md, as it is, beside a real server. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunningServer } from '../../packages/server/src/server.ts';
import { holding, secret } from '../support/tokens.ts';
import { audio, callId, offer, startServer, Wire } from '../support/wire.ts';
import type { SignedIn } from '../support/wire.ts';

const webhookSecret = 'a secret for webhooks';
let server: RunningServer;
let app: ChildProcess;
let url: string;
const said: string[] = [];

beforeAll(async () => {
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  server = await startServer({
    tokenSecret: secret,
    origins: [url],
    webhookUrl: `${url}/webhooks`,
    webhookSecret,
  });
  app = spawn(process.execPath, ['--conditions=source', join(import.meta.dirname, '../../examples/host-app/main.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      PORT: String(port),
      OFFHOOK_URL: `http://127.0.0.1:${server.port}`,
      OFFHOOK_TOKEN_SECRET: secret,
      OFFHOOK_WEBHOOK_SECRET: webhookSecret,
    },
  });
  const lines = createInterface(app.stdout!);
  lines.on('line', (line) => said.push(line));
  await once(lines, 'line');
}, 30_000);
afterAll(async () => {
  app.kill();
  await server.stop();
});

async function freePort(): Promise<number> {
  const socket = createServer().listen(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address() as AddressInfo;
  socket.close();
  return port;
}

/** As the page does it. */
async function enter(who: string): Promise<SignedIn> {
  const signedIn = await fetch(`${url}/sign-in`, { method: 'POST', body: who });
  const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
  const token = await fetch(`${url}/token`, { headers: { cookie } });
  return Wire.signIn(server.port, holding(await token.text()));
}

test('its people ring one another, as far as it lets them, and it hears of that', async () => {
  const [anna, bo, visitor] = await Promise.all(['anna', 'bo', 'visitor'].map(enter));
  expect(anna?.welcome.user).toEqual({ address: 'anna', name: 'Anna Berg' });
  const call = callId();
  expect((await visitor?.request({ type: 'invite', call, to: 'bo', media: audio, offer }))?.ok).toEqual({ call });
  expect(await bo?.take('incoming')).toMatchObject({ view: { peer: { name: 'A visitor' } } });
  await visitor?.request({ type: 'hangup', call });
  const refused = await anna?.request({ type: 'invite', call: callId(), to: 'visitor', media: audio, offer });
  expect(refused?.ok).toBeDefined();
  expect(await anna?.take('ended')).toMatchObject({ cause: 'unreachable' });
  const until = Date.now() + 5_000;
  while (!said.includes('call.ended: A visitor and Bo Lund') && Date.now() < until)
    await new Promise((resolve) => setTimeout(resolve, 20));
  expect(said).toContain('call.ended: A visitor and Bo Lund');
});

test('nobody else gets a token, and no webhook of others is believed', async () => {
  expect((await fetch(`${url}/token`)).status).toBe(401);
  expect((await fetch(`${url}/token`, { headers: { cookie: 'session=made-up' } })).status).toBe(401);
  expect((await fetch(`${url}/sign-in`, { method: 'POST', body: 'mallory' })).status).toBe(403);
  expect((await fetch(`${url}/webhooks`, { method: 'POST', body: '{"type":"call.ended"}' })).status).toBe(400);
});

test('its page takes the script from the server and asks for tokens by a function', async () => {
  const page = await (await fetch(url)).text();
  expect(page).toContain(`<script src="http://127.0.0.1:${server.port}/client.js">`);
  expect(page).toContain('token });');
});
