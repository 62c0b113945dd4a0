import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { ServerProcess } from '../support/server-process.ts';
import { answer, audio, callId, claim, offer, startServer, Wire } from '../support/wire.ts';

const folder = mkdtempSync(join(tmpdir(), 'offhook-drain-'));
afterAll(() => rmSync(folder, { recursive: true }));

const starts = { timeout: 60_000 };

test('SIGTERM: everybody is told, what was asked is answered, and calls go on after the restart', starts, async () => {
  const flags = ['--data-dir', join(folder, 'sigterm'), '--port'];
  const server = await ServerProcess.start([...flags, '0']);
  const [anna, bo] = await Promise.all([claim(server.port, 'Anna'), claim(server.port, 'Bo')]);
  const [caller, callee] = [await Wire.signIn(server.port, anna), await Wire.signIn(server.port, bo)];
  const call = callId();
  await caller.request({ type: 'invite', call, to: 'bo', media: audio, offer });
  await callee.request({ type: 'accept', call, epoch: 1, answer });
  caller.send({ type: 'candidates', call, epoch: 1, candidates: [{ candidate: 'kept' }] });
  await caller.flush();

  const started = Date.now();
  const exited = server.stop();
  expect(await caller.take('draining')).toEqual({ type: 'draining' });
  expect(await caller.end()).toEqual({ code: 4503, reason: 'draining' });
  expect(await callee.end()).toEqual({ code: 4503, reason: 'draining' });
  expect(await exited).toBe('0');
  expect(Date.now() - started).toBeLessThan(10_000);
  expect(server.log.map(({ event }) => event)).toEqual(['listening', 'call.ringing', 'call.accepted', 'stopping']);

  const next = await ServerProcess.start([...flags, String(server.port)]);
  onTestFinished(() => next.kill());
  const back = await Wire.signIn(next.port, bo, { resume: callee.welcome.resume, seq: 5, calls: [call] });
  expect(back.welcome).toMatchObject({ calls: [{ call, here: true, stage: 'active', candidates: [{ candidate: 'kept' }] }] });
});

test('while it waits for the store it is not ready, takes nobody in, and still answers', async () => {
  const server = await startServer();
  const [anna] = await Promise.all([claim(server.port, 'Anna'), claim(server.port, 'Bo')]);
  const caller = await Wire.signIn(server.port, anna);
  const commit = server.store.commit.bind(server.store);
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const asked = new Promise<void>((resolve) => {
    server.store.commit = async (writes) => {
      if (writes.length > 0) resolve();
      await released;
      return commit(writes);
    };
  });
  const reply = caller.request({ type: 'rename', name: 'Anna Berg' });
  await asked;
  const stopped = server.stop();
  await caller.take('draining');
  const ready = await fetch(`http://127.0.0.1:${server.port}/readyz`);
  expect([ready.status, await ready.json()]).toEqual([503, { status: 'not ready', reason: 'draining' }]);
  const late = await Wire.open(server.port);
  expect(await late.end()).toEqual({ code: 4503, reason: 'draining' });
  expect((await caller.request({ type: 'ice' })).error?.code).toBe('draining');
  release();
  expect(await reply).toMatchObject({ ok: { user: { name: 'Anna Berg' } } });
  expect(await caller.end()).toEqual({ code: 4503, reason: 'draining' });
  await stopped;
});
