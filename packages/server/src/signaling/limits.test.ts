import { limits, serverLimits } from '@offhook/core';
import { describe, expect, test, vi } from 'vitest';
import { Site } from './signaling.fixture.ts';
import type { Tab } from './signaling.fixture.ts';

const offer = { type: 'offer', sdp: 'v=0' };
const media = { audio: true, video: false };

function pings(tab: Tab, count: number): void {
  for (let n = 0; n < count; n += 1) tab.say({ type: 'ping' });
}

describe('messages of one connection', () => {
  test('that come too fast are refused, one by one', async () => {
    const site = new Site();
    const alice = await site.signIn('alice-1');
    for (let n = 0; n < serverLimits.messageBurst - 1; n += 1) alice.say({ type: 'ping' });
    expect(alice.types().every((type) => type === 'pong')).toBe(true);
    expect(await alice.ask({ id: 'r', type: 'ice' })).toMatchObject({ ok: {} });
    expect(await alice.ask({ id: 's', type: 'ice' })).toMatchObject({ error: { code: 'rate_limited' } });
    alice.say({ type: 'ping' });
    alice.say('neither JSON');
    expect(alice.received.slice(-2)).toMatchObject([
      { type: 'error', about: 'ping', error: { code: 'rate_limited' } },
      { type: 'error', error: { code: 'rate_limited' } },
    ]);
    await site.clock.advance(1_000);
    expect(await alice.ask({ id: 's', type: 'ice' })).toMatchObject({ ok: {} });
    expect(alice.closedWith).toBeUndefined();
  });

  test('that never slow down close it', async () => {
    const site = new Site();
    const alice = await site.signIn('alice-1');
    for (let n = 0; n < 2 * serverLimits.messageBurst + 1; n += 1) alice.say(n % 2 === 0 ? { type: 'ping' } : '{');
    expect(alice.closedWith).toEqual({ code: 4429, reason: 'rate_limited' });
    const { length } = alice.received;
    alice.say({ type: 'ping' });
    expect(alice.received).toHaveLength(length);
  });

  test('in binary frames count, too', async () => {
    const site = new Site();
    const alice = await site.signIn('alice-1');
    for (let n = 0; n < 2 * serverLimits.messageBurst + 1; n += 1) site.signaling.binary(alice.link);
    expect(alice.received[0]).toMatchObject({ type: 'error', error: { code: 'bad_message' } });
    expect(alice.closedWith).toEqual({ code: 4429, reason: 'rate_limited' });
  });

  test('that follow hello before its reply are bounded', () => {
    const site = new Site();
    const tab = site.open();
    tab.say({ id: 'h', type: 'hello', version: 1, token: 'alice-1' });
    for (let n = 0; n < serverLimits.greetingMessages; n += 1) tab.say({ type: 'ping' });
    expect(tab.closedWith).toBeUndefined();
    tab.say({ type: 'ping' });
    expect(tab.closedWith).toEqual({ code: 4429, reason: 'rate_limited' });
  });

  test('that follow hello before its reply are together no longer than one', () => {
    const site = new Site();
    const tab = site.open();
    tab.say({ id: 'h', type: 'hello', version: 1, token: 'alice-1' });
    tab.say(' '.repeat(limits.messageBytes / 2));
    expect(tab.closedWith).toBeUndefined();
    tab.say(' '.repeat(limits.messageBytes / 2 + 1));
    expect(tab.closedWith).toEqual({ code: 4429, reason: 'rate_limited' });
  });
});

describe('messages of one user', () => {
  test('are counted over all connections', async () => {
    const site = new Site();
    const tabs = [];
    for (let n = 0; n <= serverLimits.messagesPerUser; n += 1) tabs.push(await site.signIn(`alice-${(n % 2) + 1}`));
    for (const tab of tabs.slice(0, -1)) pings(tab, serverLimits.messageBurst);
    const last = tabs.at(-1)!;
    pings(last, 1);
    expect(last.received).toMatchObject([{ type: 'error', error: { code: 'rate_limited' } }]);
    pings(await site.signIn('bob-1'), 1);
    await site.clock.advance(1_000);
    pings(last, 1);
    expect(last.types().at(-1)).toBe('pong');
  });

  test('are not forgotten when the user goes and comes back', async () => {
    const site = new Site();
    let answered = 0;
    for (let n = 0; n <= serverLimits.messagesPerUser; n += 1) {
      const tab = await site.signIn('alice-1');
      pings(tab, serverLimits.messageBurst - 1);
      answered += tab.types().filter((type) => type === 'pong').length;
      await tab.ask({ type: 'bye' });
    }
    expect(answered).toBeLessThanOrEqual(serverLimits.messageBurst * serverLimits.messagesPerUser);
  });
});

test('invites are not forgotten when the user goes and comes back', async () => {
  const site = new Site();
  const codes: (string | undefined)[] = [];
  for (let n = 0; n <= serverLimits.inviteBurst; n += 1) {
    const tab = await site.signIn('alice-1');
    const reply = await tab.ask({ type: 'invite', call: `call-${String(n).padStart(16, '0')}`, to: 'nobody', media, offer });
    codes.push(reply?.error?.code);
    expect(await tab.ask({ type: 'bye' })).toMatchObject({ ok: {} });
  }
  expect(codes.at(-2)).toBe('user_not_found');
  expect(codes.at(-1)).toBe('rate_limited');
});

test('invites are counted per user, over all devices', async () => {
  const site = new Site();
  const tabs = [await site.signIn('alice-1'), await site.signIn('alice-2')];
  const codes = new Set<string | undefined>();
  for (let n = 0; n <= serverLimits.inviteBurst; n += 1) {
    const call = `call-${String(n).padStart(16, '0')}`;
    const tab = tabs[n % 2];
    const reply = await tab?.ask({ type: 'invite', call, to: 'nobody', media, offer });
    codes.add(reply?.error?.code);
    if (n === serverLimits.inviteBurst) expect(reply).toMatchObject({ error: { code: 'rate_limited' } });
  }
  expect(codes).toEqual(new Set(['user_not_found', 'rate_limited']));
});

test('people who are here but not among those looked at are found all the same', async () => {
  const site = new Site();
  await site.populate(serverLimits.peopleSearched);
  const carol = await site.signIn('carol-1');
  expect(await carol.ask({ type: 'people', query: 'car' })).toMatchObject({
    ok: { people: [{ address: 'carol', presence: 'online' }] },
  });
});

test('a page of the history that names no number has the usual one', async () => {
  const site = new Site();
  const alice = await site.signIn('alice-1');
  const read = vi.spyOn(site.store, 'history');
  await alice.ask({ type: 'history' });
  expect(read).toHaveBeenCalledWith('alice', undefined, serverLimits.historyPageUsual);
});

test('what is asked of a server that goes down is waited for only so long', async () => {
  const site = new Site();
  const alice = await site.signIn('alice-1');
  site.store.commit = () => new Promise(() => undefined);
  alice.say({ id: 'r', type: 'rename', name: 'Alice' });
  void site.signaling.drain(serverLimits.drainMs);
  await site.clock.advance(serverLimits.drainMs - 100);
  expect(alice.closedWith).toBeUndefined();
  await site.clock.advance(200);
  expect(alice.closedWith).toEqual({ code: 4503, reason: 'draining' });
});

test('a slow reader is closed, and can resume what it did not get', async () => {
  const site = new Site();
  const alice = await site.signIn('alice-1');
  const bob = await site.signIn('bob-1');
  bob.bufferedAmount = serverLimits.unsentBytes + 1;
  await alice.ask({ type: 'invite', call: 'call-0123456789abcdef', to: 'bob', media, offer });
  expect(bob.closedWith).toEqual({ code: 4408, reason: 'slow_reader' });
  expect(bob.received).toEqual([]);
  const back = site.open();
  expect((await back.hello('bob-1', { resume: bob.welcome.resume, seq: 0 })).resumed).toBe(true);
  expect(back.types()).toContain('incoming');
});

describe('connections of one device', () => {
  test('that were left without a word make room for new ones', async () => {
    const site = new Site();
    for (let n = 0; n < serverLimits.connectionsPerDevice; n += 1) (await site.signIn('alice-1')).lose();
    await site.signIn('alice-1');
    expect(site.gauge('connections_detached')).toBe(serverLimits.connectionsPerDevice - 1);
  });

  test('are as many as allowed', async () => {
    const site = new Site();
    for (let n = 0; n < serverLimits.connectionsPerDevice; n += 1) await site.signIn('alice-1');
    const tab = site.open();
    expect(await tab.ask({ type: 'hello', version: 1, token: 'alice-1' })).toMatchObject({
      error: { code: 'too_many_connections' },
    });
    expect(tab.closedWith).toEqual({ code: 4429, reason: 'too_many_connections' });
    await site.signIn('alice-2');
  });
});
