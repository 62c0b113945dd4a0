import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunningServer } from '../../packages/server/src/server.ts';
import { answer, audio, callId, claim, entryId, offer, startServer, Wire } from '../support/wire.ts';
import type { Identity } from '../support/wire.ts';

let server: RunningServer;
let anna: Identity;
let bo: Identity;
beforeAll(async () => {
  server = await startServer();
  [anna, bo] = await Promise.all([claim(server.port, 'Anna'), claim(server.port, 'Bo')]);
});
afterAll(() => server.stop());

test('a message is stored, told, read, answered and found', async () => {
  const [one, two] = await Promise.all([Wire.follow(server.port, anna), Wire.follow(server.port, bo)]);
  const said = await one.request({ type: 'say', in: { user: 'bo' }, entry: entryId(), text: 'Have you seen the plan?' });
  expect(said.ok).toMatchObject({
    entry: { kind: 'message', conversation: 'anna~bo', position: 1, from: { address: 'anna', name: 'Anna' }, reactions: [] },
  });
  expect(await two.take('conversation')).toMatchObject({
    conversation: { conversation: 'anna~bo', kind: 'direct', people: [{ address: 'anna' }, { address: 'bo' }] },
  });
  expect(await two.take('entries')).toMatchObject({ entries: [{ position: 1, text: 'Have you seen the plan?' }] });
  expect(await two.request({ type: 'conversations' })).toMatchObject({
    ok: {
      conversations: [{ conversation: 'anna~bo', unread: 1, read: 0, theirs: 1, entry: { position: 1 } }, { kind: 'room' }],
    },
  });

  two.send({ type: 'typing', in: { user: 'anna' } });
  expect(await one.take('typing')).toMatchObject({ conversation: 'anna~bo', from: { address: 'bo', name: 'Bo' } });
  expect(await two.request({ type: 'read', in: { user: 'anna' }, position: 1 })).toMatchObject({ ok: { read: 1 } });
  expect(await one.take('read')).toMatchObject({ conversation: 'anna~bo', user: 'bo', read: 1 });
  await two.request({ type: 'say', in: { conversation: 'anna~bo' }, entry: entryId(), text: 'Not yet', reply: 1 });
  expect(await one.take('entries')).toMatchObject({ entries: [{ position: 2, text: 'Not yet', reply: 1 }] });
  expect(await one.request({ type: 'entries', in: { user: 'bo' } })).toMatchObject({
    ok: { entries: [{ position: 1 }, { position: 2 }], last: 2 },
  });
  expect(await two.request({ type: 'search', query: 'PLÁN' })).toMatchObject({ ok: { entries: [{ position: 1 }] } });
});

test('what is said in the room is told to everybody who is here', async () => {
  const [one, two] = await Promise.all([Wire.follow(server.port, anna), Wire.follow(server.port, bo)]);
  for (const text of ['a', 'b', 'c'])
    await one.request({ type: 'say', in: { conversation: 'everyone' }, entry: entryId(), text });
  const heard: unknown[] = [];
  while (heard.length < 3) heard.push(...((await two.take('entries'))['entries'] as unknown[]));
  expect(heard).toMatchObject(['a', 'b', 'c'].map((text, at) => ({ conversation: 'everyone', position: at + 1, text })));
});

test('a call is an entry of the conversation of its two people, from the moment it is over', async () => {
  const [one, two] = await Promise.all([Wire.follow(server.port, anna), Wire.follow(server.port, bo)]);
  const call = callId();
  await one.request({ type: 'invite', call, to: 'bo', media: audio, offer });
  await two.take('incoming');
  await two.request({ type: 'accept', call, epoch: 1, answer });
  for (const side of [one, two]) side.send({ type: 'media', call, epoch: 1, state: 'connected' });
  await one.request({ type: 'hangup', call });
  for (const wire of [one, two]) {
    expect(await wire.take('entries')).toMatchObject({
      entries: [
        { kind: 'call', id: call, from: { address: 'anna' }, cause: 'hangup', missed: false, answeredOn: "Bo's browser" },
      ],
    });
  }
  const missed = callId();
  await two.request({ type: 'invite', call: missed, to: 'anna', media: audio, offer });
  await two.request({ type: 'hangup', call: missed });
  expect(await one.take('entries')).toMatchObject({
    entries: [{ kind: 'call', id: missed, from: { address: 'bo' }, cause: 'cancelled', missed: true }],
  });
  expect(await one.request({ type: 'conversation', in: { user: 'bo' } })).toMatchObject({
    ok: { conversation: { unread: 2, entry: { id: missed } } },
  });
});
