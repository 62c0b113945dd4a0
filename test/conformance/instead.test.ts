/** Something said instead of answering, over the real server: the caller sees it at once, and it is kept. */
import type { Entry } from '@offhook/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunningServer } from '../../packages/server/src/server.ts';
import { audio, callId, claim, offer, startServer, Wire } from '../support/wire.ts';
import type { SignedIn } from '../support/wire.ts';

let server: RunningServer;
let anna: SignedIn;
let bo: SignedIn;
beforeAll(async () => {
  server = await startServer();
  const people = await Promise.all([claim(server.port, 'Anna'), claim(server.port, 'Bo')]);
  [anna, bo] = (await Promise.all(people.map((one) => Wire.signIn(server.port, one)))) as [SignedIn, SignedIn];
});
afterAll(() => server.stop());

async function ring(): Promise<string> {
  const call = callId();
  await anna.request({ type: 'invite', call, to: 'bo', media: audio, offer });
  await bo.take('incoming');
  return call;
}

async function entries(): Promise<Entry[]> {
  const { ok } = await anna.request({ type: 'entries', in: { user: 'bo' }, limit: 100 });
  return ok?.['entries'] as Entry[];
}

test('declines, tells the caller, and is a message before the call', async () => {
  const call = await ring();
  const reject = { type: 'reject', call, reason: 'declined', message: 'In ten minutes?' };
  expect(await bo.request(reject)).toMatchObject({ ok: {} });
  expect(await anna.take('ended')).toMatchObject({ call, cause: 'declined', message: 'In ten minutes?' });
  expect(await bo.take('ended')).not.toHaveProperty('message');
  expect(await entries()).toMatchObject([
    { kind: 'message', from: { address: 'bo' }, text: 'In ten minutes?' },
    { kind: 'call', id: call, cause: 'declined' },
  ]);
  // Said again, after its reply was lost: it stands there once.
  expect(await bo.request(reject)).toMatchObject({ ok: {} });
  expect(await entries()).toHaveLength(2);
});

test('that is none, or too long, declines nothing', async () => {
  const call = await ring();
  const before = (await entries()).length;
  for (const [message, code] of [
    [' ', 'text_empty'],
    ['a'.repeat(9_000), 'text_too_long'],
  ] as const)
    expect(await bo.request({ type: 'reject', call, reason: 'declined', message })).toMatchObject({ error: { code } });
  expect((await entries()).length).toBe(before);
  expect(await bo.request({ type: 'accept', call, epoch: 1 })).toMatchObject({ ok: {} });
  // To those who lost the call it says nothing any more.
  expect(await bo.request({ type: 'reject', call, reason: 'declined', message: 'late' })).toMatchObject({ ok: {} });
  expect((await entries()).length).toBe(before);
});
