import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { defaults } from '../../packages/server/src/config.ts';
import type { RunningServer } from '../../packages/server/src/server.ts';
import { ephemeralSamples, requestSamples } from '../support/samples.ts';
import { addDevice, answer, audio, callId, claim, offer, startServer, Wire } from '../support/wire.ts';
import type { Identity, Message, SignedIn } from '../support/wire.ts';

let server: RunningServer;
let people: { readonly anna: Identity; readonly bo: Identity; readonly eve: Identity; readonly laptop: Identity };
let caller: SignedIn;
let callee: SignedIn;
let stranger: SignedIn;
/** Another device of the callee. */
let laptop: SignedIn;
let call: string;

beforeAll(async () => {
  server = await startServer({ limits: { ...defaults.limits, inviteBurst: 1e6, claimBurst: 1e6, socketBurstPerAddress: 1e6 } });
  const [anna, bo, eve] = await Promise.all(['Anna', 'Bo', 'Eve'].map((name) => claim(server.port, name)));
  if (anna === undefined || bo === undefined || eve === undefined) throw new Error('nobody there');
  people = { anna, bo, eve, laptop: await addDevice(server.port, bo, 'Laptop') };
});
afterAll(() => server.stop());

beforeEach(async () => {
  [caller, callee, stranger, laptop] = await Promise.all([
    Wire.signIn(server.port, people.anna),
    Wire.signIn(server.port, people.bo),
    Wire.signIn(server.port, people.eve),
    Wire.signIn(server.port, people.laptop),
  ]);
  call = callId();
  await caller.request({ ...requestSamples(call).invite });
  for (const wire of [callee, laptop]) await wire.take('incoming');
  return async () => {
    for (const wire of [caller, callee, stranger, laptop]) await wire.request({ type: 'bye' });
  };
});

function refused({ error }: Message): void {
  expect(['call_not_found', 'wrong_state']).toContain(error?.code);
}

const aboutCalls = ['reoffer', 'accept', 'answer', 'reject', 'hangup', 'describe', 'update'] as const;

describe('somebody who is no side of a call', () => {
  test.each(aboutCalls)('may not %s it, while it rings or later', async (type) => {
    const message = requestSamples(call)[type];
    refused(await stranger.request({ ...message, from: people.bo.user }));
    expect((await callee.request({ type: 'accept', call, epoch: 1, answer })).ok).toBeDefined();
    await caller.take('accepted');
    refused(await stranger.request({ ...message }));
    await stranger.flush();
    await Promise.all([caller.flush(), callee.flush()]);
    expect([...caller.received, ...callee.received]).toEqual([]);
  });

  test.each(['ringing', 'candidates', 'media'] as const)('is not heard by it: %s', async (type) => {
    await callee.request({ type: 'accept', call, epoch: 1, answer });
    await caller.take('accepted');
    stranger.send(ephemeralSamples(call)[type]);
    await stranger.flush();
    await Promise.all([caller.flush(), callee.flush()]);
    expect([...caller.received, ...callee.received]).toEqual([]);
  });

  test('learns nothing of it: no event, no view, no history', async () => {
    await callee.request({ type: 'accept', call, epoch: 1, answer });
    await callee.request({ type: 'hangup', call });
    await stranger.flush();
    expect(stranger.received).toEqual([]);
    expect((await stranger.request({ type: 'history' })).ok).toEqual({ entries: [] });
    expect((await Wire.signIn(server.port, people.eve)).welcome.calls).toEqual([]);
  });

  test('may not begin another call under its id', async () => {
    const { error } = await stranger.request({ ...requestSamples(call).invite });
    expect(error?.code).toBe('call_exists');
    await callee.flush();
    expect(callee.received).toEqual([]);
  });
});

describe('a device that lost the race', () => {
  test.each(['accept', 'answer', 'describe', 'update'] as const)('may not %s the call', async (type) => {
    expect((await callee.request({ type: 'accept', call, epoch: 1, answer })).ok).toBeDefined();
    expect(await laptop.take('ended')).toMatchObject({
      call,
      cause: 'answered_elsewhere',
      elsewhere: callee.welcome.device.name,
    });
    expect((await laptop.request({ ...requestSamples(call)[type] })).error?.code).toBe('answered_elsewhere');
  });

  test.each(['hangup', 'reject'] as const)('ends nothing by a late %s', async (type) => {
    await callee.request({ type: 'accept', call, epoch: 1, answer });
    await laptop.request({ ...requestSamples(call)[type] });
    await laptop.flush();
    await caller.take('accepted');
    await caller.flush();
    expect(caller.received).toEqual([]);
  });

  test('of two that accept at the same moment is one', async () => {
    const outcomes = await Promise.all(
      [callee, laptop].map((wire) => wire.request({ type: 'accept', call, epoch: 1, answer })),
    );
    expect(outcomes.filter(({ ok }) => ok !== undefined)).toHaveLength(1);
    expect(outcomes.map(({ error }) => error?.code).filter(Boolean)).toEqual(['answered_elsewhere']);
  });
});

test('whoever the message says it is from, it is from the one who signed in', async () => {
  const forged = { user: 'bo', device: 'x', address: 'bo', name: 'Bo' };
  stranger.send({ type: 'acme.hint', from: forged, to: { user: 'anna' }, data: 1, seq: 1, re: 'x' });
  expect(await caller.take('acme.hint')).toEqual({
    type: 'acme.hint',
    from: { user: 'eve', device: people.eve.device.id },
    data: 1,
  });
  const next = callId();
  await stranger.request({ type: 'invite', call: next, to: 'anna', media: audio, offer, from: forged, person: forged });
  expect(await caller.take('incoming')).toMatchObject({ view: { call: next, peer: { address: 'eve', name: 'Eve' } } });
});

describe('names', () => {
  const markup = '<img src=x onerror=alert(1)>';
  const dangerous = [
    [markup, markup],
    ['\u202Eevil\u202C name', 'evil name'],
    ['Null\u0000 byte', 'Null byte'],
    ['Zero\u200B\u2060width', 'Zerowidth'],
    ['two\nlines\u2028more', 'two linesmore'],
    ['"quoted" & \'more\'', '"quoted" & \'more\''],
    ['{{constructor}}', '{{constructor}}'],
    ['مرحبا', 'مرحبا'],
    ['👩‍💻 dev', '👩💻 dev'],
  ] as const;

  test.each(dangerous)('%j are shown as %j', async (given, shown) => {
    const { ok } = await stranger.request({ type: 'rename', name: given });
    expect(ok).toEqual({ user: { address: 'eve', name: shown } });
    await stranger.request({ type: 'invite', call: callId(), to: 'anna', media: audio, offer });
    expect(await caller.take('incoming')).toMatchObject({ view: { peer: { address: 'eve', name: shown } } });
  });

  test.each(['', ' ', '\u202e', '\u0000', '\u200b\u200b', 'x'.repeat(65), `a${'\u0301'.repeat(12)}`])(
    '%j are none',
    async (name) => {
      const { error } = await stranger.request({ type: 'rename', name });
      expect(['name_invalid', 'bad_message']).toContain(error?.code);
    },
  );

  test.each(['Bo', 'bO', ' B\u200bo ', 'Ｂｏ', '\u202eBo'])('of others are not to be had: %j', async (name) => {
    expect((await stranger.request({ type: 'rename', name })).error?.code).toBe('name_taken');
  });

  test('of devices are cleaned, too', async () => {
    const phone = await addDevice(server.port, people.eve, '\u202e<i>\u0000phone');
    expect(phone.device.name).toBe('<i>phone');
  });
});
