import { limits, serverLimits } from '@offhook/core';
import { describe, expect, test } from 'vitest';
import { settled } from '../engine/engine.fixture.ts';
import { StoreError } from '../ports.ts';
import { Site } from './signaling.fixture.ts';

const offer = { type: 'offer', sdp: 'v=0' };
const media = { audio: true, video: false };
const call = 'call-0123456789abcdef';

describe('a lost socket', () => {
  test('is resumed with the events that were missed, in order and once', async () => {
    const site = new Site();
    const alice = await site.signIn('alice-1');
    const bob = await site.signIn('bob-1');
    await alice.ask({ type: 'invite', call, to: 'bob', media, offer });
    const [incoming] = bob.received;
    bob.lose();
    alice.say({ type: 'candidates', call, epoch: 1, candidates: [{ candidate: 'one' }] });
    alice.say({ type: 'candidates', call, epoch: 1, candidates: [{ candidate: 'two' }], end: true });
    const back = await site.signIn('bob-1', { resume: bob.welcome.resume, seq: incoming?.seq });
    expect(back.welcome).toMatchObject({ resumed: true, connection: bob.welcome.connection, calls: [], ended: [] });
    // signIn has emptied the mailbox: ask for the same once more, as a page would that lost the socket again.
    back.lose();
    const again = site.open();
    await again.hello('bob-1', { resume: bob.welcome.resume, seq: incoming?.seq });
    const missed = again.received.filter(({ seq }) => seq !== undefined);
    expect(missed.map(({ seq }) => seq)).toEqual(missed.map((_, at) => (incoming?.seq ?? 0) + 1 + at));
    expect(missed.filter(({ type }) => type === 'candidates')).toMatchObject([
      { candidates: [{ candidate: 'one' }] },
      { candidates: [{ candidate: 'two' }], end: true },
    ]);
  });

  test('whose page has forgotten everything gets the full state under the same id', async () => {
    const site = new Site();
    const alice = await site.signIn('alice-1');
    const bob = await site.signIn('bob-1');
    await alice.ask({ type: 'invite', call, to: 'bob', media, offer });
    bob.lose();
    const reloaded = await site.signIn('bob-1', { resume: bob.welcome.resume });
    expect(reloaded.welcome).toMatchObject({
      resumed: false,
      connection: bob.welcome.connection,
      calls: [{ call, role: 'callee', stage: 'ringing', here: false, offer }],
    });
  });

  test('whose page was loaded again while something it had asked for was being stored gets the state after that', async () => {
    const site = new Site();
    const alice = await site.signIn('alice-1');
    await site.signIn('bob-1');
    await alice.ask({ type: 'invite', call, to: 'bob', media, offer });
    const { promise: stored, resolve: store } = Promise.withResolvers<void>();
    const commit = site.store.commit.bind(site.store);
    site.store.commit = async (writes) => {
      await stored;
      return commit(writes);
    };
    alice.say({ id: 'held', type: 'update', call, side: { n: 1, held: true, muted: false, camera: false } });
    alice.lose();
    const reloaded = site.open();
    const hello = reloaded.hello('alice-1', { resume: alice.welcome.resume });
    store();
    expect((await hello).calls).toMatchObject([{ mine: { n: 1, held: true } }]);
  });

  test.each([
    ['a message', { type: 'ringing', call }],
    ['a request', { id: 'r', type: 'ice' }],
  ])('need not be given again what %s has said to have arrived', async (_, message) => {
    const site = new Site();
    const alice = await site.signIn('alice-1');
    const bob = await site.signIn('bob-1');
    await alice.ask({ type: 'invite', call, to: 'bob', media, offer });
    alice.say({ type: 'candidates', call, epoch: 1, candidates: [{ candidate: 'one' }] });
    const heard = bob.received.at(-1)?.seq ?? 0;
    bob.say({ ...message, seq: heard });
    alice.say({ type: 'candidates', call, epoch: 1, candidates: [{ candidate: 'two' }] });
    bob.lose();
    const isResumed = async (seq: number): Promise<unknown> => {
      const socket = await site.signIn('bob-1', { resume: bob.welcome.resume, seq });
      socket.lose();
      return socket.welcome.resumed;
    };
    expect(await isResumed(heard)).toBe(true);
    expect(await isResumed(heard - 1)).toBe(false);
  });

  test('is replaced by a newer socket, and its own end no longer matters', async () => {
    const site = new Site();
    const first = await site.signIn('alice-1');
    const second = await site.signIn('alice-1', { resume: first.welcome.resume, seq: 0 });
    expect(first.closedWith).toEqual({ code: 4409, reason: 'replaced' });
    const bob = await site.signIn('bob-1');
    bob.say({ type: 'acme.hint', to: { user: 'alice' }, data: 1 });
    expect(second.types()).toEqual(['acme.hint']);
    expect(first.types()).toEqual([]);
  });

  test('that comes back too late, or after too many events, gets the full state', async () => {
    const site = new Site();
    const alice = await site.signIn('alice-1');
    const bob = await site.signIn('bob-1');
    await alice.ask({ type: 'invite', call, to: 'bob', media, offer });
    bob.lose();
    for (let n = 0; n < serverLimits.resumeEvents + 1; n += 1) {
      alice.say({ type: 'candidates', call, epoch: 1, candidates: [{ candidate: `c${n}` }] });
      await site.clock.advance(11);
    }
    const back = await site.signIn('bob-1', { resume: bob.welcome.resume, seq: 1, calls: [call] });
    expect(back.welcome).toMatchObject({ resumed: false, calls: [{ call }] });
    expect(back.welcome.calls[0]?.candidates).toHaveLength(limits.candidatesPerCall);
  });
});

test('a page that has left in a call and is not back soon ends it', async () => {
  const site = new Site();
  const alice = await site.signIn('alice-1');
  const bob = await site.signIn('bob-1');
  await alice.ask({ type: 'invite', call, to: 'bob', media, offer });
  await bob.ask({ type: 'accept', call, epoch: 1, answer: { type: 'answer', sdp: 'v=0' } });
  for (const side of [alice, bob]) side.say({ type: 'media', call, epoch: 1, state: 'connected' });
  await settled();
  bob.leave();
  await site.clock.advance(serverLimits.leftMs - 1);
  const back = await site.signIn('bob-1', { resume: bob.welcome.resume });
  expect(back.welcome.calls).toMatchObject([{ call, here: true }]);
  back.leave();
  await site.clock.advance(serverLimits.leftMs);
  expect(alice.received.at(-1)).toMatchObject({ type: 'ended', cause: 'connection_lost' });
});

test('how calls ended that the page believes in is said', async () => {
  const site = new Site();
  const alice = await site.signIn('alice-1');
  const bob = await site.signIn('bob-1');
  await alice.ask({ type: 'invite', call, to: 'bob', media, offer });
  bob.lose();
  await alice.ask({ type: 'hangup', call });
  const back = await site.signIn('bob-1', { resume: bob.welcome.resume, calls: [call, 'call-of-somebody-else'] });
  expect(back.welcome).toMatchObject({ calls: [], ended: [{ call, cause: 'cancelled' }] });
});

test('after a restart the connection keeps its id and its side of the call', async () => {
  const site = new Site();
  const alice = await site.signIn('alice-1');
  const bob = await site.signIn('bob-1');
  await alice.ask({ type: 'invite', call, to: 'bob', media, offer });
  await bob.ask({ type: 'accept', call, epoch: 1, answer: { type: 'answer', sdp: 'v=0' } });
  const restarted = new Site(site.disk);
  await restarted.engine.start();
  const back = await restarted.signIn('bob-1', { resume: bob.welcome.resume, seq: 7, calls: [call] });
  expect(back.welcome).toMatchObject({
    resumed: false,
    connection: bob.welcome.connection,
    calls: [{ call, here: true, stage: 'active' }],
  });
  expect(await back.ask({ type: 'hangup', call })).toMatchObject({ ok: {} });
});

describe('the secret of a connection', () => {
  test('is worth nothing on another device, and neither is a made-up one', async () => {
    const site = new Site();
    const alice = await site.signIn('alice-1');
    for (const [token, resume] of [
      ['alice-2', alice.welcome.resume],
      ['bob-1', alice.welcome.resume],
      ['alice-1', `${alice.welcome.connection}.AAAA`],
      ['alice-1', alice.welcome.connection],
      ['alice-1', '..'],
    ] as const) {
      const other = await site.signIn(token, { resume, seq: 0 });
      expect(other.welcome.resumed).toBe(false);
      expect(other.welcome.connection).not.toBe(alice.welcome.connection);
    }
    expect(alice.closedWith).toBeUndefined();
  });
});

describe('events are kept', () => {
  test('until the page says that it has seen them', async () => {
    const site = new Site();
    const alice = await site.signIn('alice-1');
    const bob = await site.signIn('bob-1');
    await alice.ask({ type: 'invite', call, to: 'bob', media, offer });
    bob.say({ type: 'ping', seq: 1 });
    expect(bob.types()).toEqual(['incoming', 'pong']);
    bob.lose();
    expect((await site.signIn('bob-1', { resume: bob.welcome.resume, seq: 0 })).welcome.resumed).toBe(false);
  });

  test('until a ping that was sent after them is answered', async () => {
    const site = new Site();
    const alice = await site.signIn('alice-1');
    const bob = await site.signIn('bob-1');
    await alice.ask({ type: 'invite', call, to: 'bob', media, offer });
    while (bob.pings === 0) await site.clock.advance(1_000);
    const before = await site.signIn('bob-2');
    expect(before.welcome.calls).toHaveLength(1);
    bob.pong();
    bob.lose();
    expect((await site.signIn('bob-1', { resume: bob.welcome.resume, seq: 0 })).welcome.resumed).toBe(false);
    expect((await site.signIn('bob-1', { resume: bob.welcome.resume, seq: 99 })).welcome.resumed).toBe(false);
  });
});

test('what is said right after hello is heard, after its reply', async () => {
  const site = new Site();
  const tab = site.open();
  tab.say({ id: 'h', type: 'hello', version: 1, token: 'alice-1' });
  tab.say({ id: 'p', type: 'ice' });
  expect(tab.received).toEqual([]);
  await settled();
  expect(tab.received.map(({ re }) => re)).toEqual(['h', 'p']);
});

test('bye hangs up, is answered, and leaves nothing to resume', async () => {
  const site = new Site();
  const alice = await site.signIn('alice-1');
  const bob = await site.signIn('bob-1');
  await alice.ask({ type: 'invite', call, to: 'bob', media, offer });
  expect(await alice.ask({ type: 'bye' })).toMatchObject({ ok: {} });
  expect(alice.closedWith?.code).toBe(1000);
  expect(bob.received.at(-1)).toMatchObject({ type: 'ended', cause: 'cancelled' });
  expect(site.gauge('users_here')).toBe(1);
  const again = await site.signIn('alice-1', { resume: alice.welcome.resume, seq: 0 });
  expect(again.welcome.resumed).toBe(false);
});

test('a hello that the store cannot answer is turned away for the moment', async () => {
  const site = new Site();
  site.store.device = () => Promise.reject(new StoreError('store_failed', 'disk'));
  const tab = site.open();
  expect(await tab.ask({ type: 'hello', version: 1, token: 'alice-1' })).toMatchObject({ error: { code: 'store_failed' } });
  expect(tab.closedWith).toEqual({ code: 4503, reason: 'store_failed' });
});
