import { serverLimits } from '@offhook/core';
import { expect, test } from 'vitest';
import { Site } from './signaling.fixture.ts';

test('a socket that never says hello is closed, one that does is not', async () => {
  const site = new Site();
  const stranger = site.open();
  const guest = site.open();
  await guest.hello('alice-1');
  await site.clock.advance(serverLimits.helloMs - 1_000);
  expect(stranger.closedWith).toBeUndefined();
  await site.clock.advance(2_000);
  expect(stranger.closedWith).toEqual({ code: 4400, reason: 'hello_expected' });
  expect(guest.closedWith).toBeUndefined();
});

test('a socket that answers pings is kept, a half-open one is let go', async () => {
  const site = new Site();
  const alive = await site.signIn('alice-1');
  const halfOpen = await site.signIn('bob-1');
  for (let time = 0; time < 3 * serverLimits.silentMs; time += 1_000) {
    const { pings } = alive;
    await site.clock.advance(1_000);
    if (alive.pings > pings) alive.pong();
  }
  expect(alive.closedWith).toBeUndefined();
  expect(halfOpen.closedWith).toEqual({ code: 4408, reason: 'silent' });
  expect(alive.pings).toBe(Math.floor((3 * serverLimits.silentMs) / serverLimits.pingMs));
});

test('sockets are pinged spread over a round, by one timer', async () => {
  const site = new Site();
  const tabs = [];
  for (let second = 0; second < 20; second += 1) {
    tabs.push(await site.signIn(`${['alice', 'bob'][second % 2]}-1`));
    await site.clock.advance(1_000);
  }
  expect(site.clock.waiting).toBe(1);
  for (let second = 0; second < serverLimits.pingMs / 1_000; second += 1) {
    const before = tabs.filter(({ pings }) => pings > 0).length;
    await site.clock.advance(1_000);
    for (const tab of tabs) if (tab.pings > 0) tab.pong();
    expect(tabs.filter(({ pings }) => pings > 0).length - before).toBeLessThanOrEqual(1);
  }
  expect(tabs.every(({ pings }) => pings === 1)).toBe(true);
});

test('a connection is forgotten once it can no longer be resumed, and nothing is left of it', async () => {
  const site = new Site();
  const bob = await site.signIn('bob-1');
  const alice = await site.signIn('alice-1');
  alice.lose();
  await site.clock.advance(serverLimits.resumeMs - 1_000);
  bob.pong();
  expect(site.gauge('users_here')).toBe(2);
  await site.clock.advance(2_000);
  expect(site.gauge('users_here')).toBe(1);
  bob.lose();
  await site.clock.advance(serverLimits.resumeMs + 1_000);
  expect([site.gauge('users_here'), site.gauge('connections_detached'), site.clock.waiting]).toEqual([0, 0, 0]);
});

test('after the drain no timer is left, whoever still comes', async () => {
  const site = new Site();
  const alice = await site.signIn('alice-1');
  await alice.ask({ type: 'watch', addresses: ['bob'] });
  (await site.signIn('bob-1')).lose();
  await site.signaling.drain(1_000);
  await site.engine.close();
  expect(alice.closedWith).toEqual({ code: 4503, reason: 'draining' });
  expect(site.open().closedWith).toEqual({ code: 4503, reason: 'draining' });
  expect(site.clock.waiting).toBe(0);
});
