/**
 * What packages/api/README.md shows does what it says: each block is run as it stands, one after the other, against a real server with
 * people at it. The block for a page is run in browsers, by `test/browser/api-example.test.ts`.
 */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as api from '@offhook/api';
import { expect, onTestFinished, test } from 'vitest';
import { newApiKey } from '../../packages/server/src/ports/api-keys.ts';
import { freePort } from '../browser/harness/ports.ts';
import { codeIn, runCode } from '../support/readme.ts';
import { holding, secret } from '../support/tokens.ts';
import { answer, offer, startServer, Wire } from '../support/wire.ts';
import type { SignedIn } from '../support/wire.ts';

const document = 'packages/api/README.md';
const key = newApiKey('A'.repeat(43), (value) => createHash('sha256').update(value).digest('base64url'));
const webhookSecret = 'a secret of webhooks';

interface Post {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

test('each block does what it says', { timeout: 60_000 }, async () => {
  const posts: Post[] = [];
  const receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      posts.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      response.end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    receiver.close();
    receiver.closeAllConnections();
  });
  const { port } = receiver.address() as AddressInfo;
  const webhooks = { webhookUrl: `http://127.0.0.1:${port}/`, webhookSecret };
  const settings = {
    ...webhooks,
    tokenSecret: secret,
    apiKeys: [key.setting],
    mediaPort: await freePort(),
    sipPort: await freePort(),
  };
  const server = await startServer(settings);
  onTestFinished(() => server.stop());
  const url = `http://127.0.0.1:${server.port}`;

  const env = { OFFHOOK_API_KEY: key.key, OFFHOOK_TOKEN_SECRET: secret, OFFHOOK_WEBHOOK_SECRET: webhookSecret };
  const said: unknown[][] = [];
  const given: Record<string, unknown> = { process: { env }, console: { log: (...what: unknown[]) => said.push(what) } };
  const blocks = codeIn(document).map((code) => code.replace('https://calls.example.com', url));
  const next = async (shows: string): Promise<Readonly<Record<string, unknown>>> => {
    const code = blocks.shift() ?? '';
    expect(code).toContain(shows);
    return runCode(code, given, api);
  };
  const signIn = async (address: string): Promise<SignedIn> => {
    const token = await api.mintToken({ secret, address, name: address });
    return Wire.signIn(server.port, holding(token));
  };

  given['offhook'] = (await next('new OffhookApi'))['offhook'];

  const { token } = await next('mintToken');
  const anna = await Wire.signIn(server.port, holding(String(token)));
  expect(anna.welcome.user).toEqual({ address: 'anna', name: 'Anna Berg' });
  const [bo, carla] = [await signIn('bo'), await signIn('carla')];

  const seat = await next('createParticipant');
  const joined = await anna.request({ type: 'session_join', session: seat['session'], token: seat['token'] });
  expect(joined).toMatchObject({ ok: { participant: expect.any(String) as string } });
  expect(blocks.shift()).toContain('@offhook/client');

  await next('placeCall');
  const [call, state] = said.pop() as [string, string];
  expect(state).toBe('placed');
  await anna.take('incoming');
  await anna.request({ type: 'accept', call, epoch: 1, answer });
  await anna.take('transferred');
  await anna.request({ type: 'reoffer', call, epoch: 3, offer });
  await bo.take('incoming');
  await bo.request({ type: 'accept', call, epoch: 3, answer });

  await next('transferCall');
  expect(said.pop()).toEqual(['ringing']);
  expect(await bo.take('ended')).toMatchObject({ call, cause: 'transferred' });
  expect(await anna.take('transferred')).toMatchObject({ view: { peer: { address: 'carla' } } });
  expect((await anna.take('ended'))['cause']).toBe('cancelled');
  await carla.flush();

  const meeting = await next('createMeeting');
  expect(await bo.take('lesson.planned')).toMatchObject({ from: { user: 'anna' }, data: { startsAt: meeting['startsAt'] } });
  await bo.request({ type: 'conversations' });
  expect(await bo.request({ type: 'entries', in: { user: 'anna' } })).toMatchObject({
    ok: {
      entries: expect.arrayContaining([
        expect.objectContaining({ kind: 'message', text: `We meet here: ${String(meeting['link'])}` }),
      ]) as unknown,
    },
  });

  const { phone, password } = await next('addPhone');
  expect(said.splice(0)).toEqual([
    [expect.stringMatching(/^sip:anna-\w{6}@127\.0\.0\.1:\d+$/), password],
    ['Reception', false],
  ]);
  expect(phone).toMatchObject({ name: 'Reception' });
  expect((await (given['offhook'] as api.OffhookApi).listPhones('anna')).phones).toEqual([]);

  const placed = (): Post | undefined => posts.find(({ body }) => body.includes('call.placed'));
  await expect.poll(placed).toBeDefined();
  Object.assign(given, { request: { headers: placed()?.headers }, body: placed()?.body });
  await next('verifyWebhook');
  expect(said.pop()).toMatchObject(['call.placed', { call, caller: { address: 'anna' } }]);

  await next('offhook.listen');
  const types = said.splice(0).map(([, type]) => String(type));
  expect(types).toContain('participant.joined');
  expect(types.at(-1)).toBe('call.ended');

  await next('ApiError');
  expect(said.pop()).toEqual([404, expect.stringMatching(/^Nobody here/)]);
  expect(blocks).toEqual([]);
});
