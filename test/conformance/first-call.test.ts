import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunningServer } from '../../packages/server/src/server.ts';
import { answer, audio, callId, claim, offer, startServer, Wire } from '../support/wire.ts';

let server: RunningServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

test('a call rings, is answered, exchanges candidates, connects and ends', async () => {
  const [anna, bo] = await Promise.all([claim(server.port, 'Anna'), claim(server.port, 'Bo')]);
  const caller = await Wire.signIn(server.port, anna);
  const callee = await Wire.signIn(server.port, bo);
  const call = callId();

  expect(await caller.request({ type: 'invite', call, to: 'bo', media: audio, offer })).toMatchObject({ ok: { call } });
  const incoming = await callee.take('incoming');
  expect(incoming).toMatchObject({ view: { call, role: 'callee', peer: { address: 'anna', name: 'Anna' }, offer } });
  callee.send({ type: 'ringing', call });
  expect(await caller.take('ringing')).toMatchObject({ call, waiting: false });

  caller.send({ type: 'candidates', call, epoch: 1, candidates: [{ candidate: 'candidate:1', sdpMid: '0' }], end: true });
  expect(await callee.take('candidates')).toMatchObject({ call, end: true });
  expect(await callee.request({ type: 'accept', call, epoch: 1, answer })).toMatchObject({ ok: {} });
  expect(await caller.take('accepted')).toMatchObject({ call, answer });
  for (const side of [caller, callee]) side.send({ type: 'media', call, epoch: 1, state: 'connected' });

  expect(await callee.request({ type: 'hangup', call })).toMatchObject({ ok: {} });
  expect(await caller.take('ended')).toMatchObject({ call, cause: 'hangup' });
  expect(await caller.request({ type: 'history' })).toMatchObject({
    ok: { entries: [{ call, role: 'caller', peer: { address: 'bo' }, cause: 'hangup', missed: false }] },
  });
});
