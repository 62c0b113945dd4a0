import { limits, peopleLimits, serverLimits } from '@offhook/core';
import type { PersonPresence } from '@offhook/core';
import { describe, expect, test } from 'vitest';
import { Site } from './signaling.fixture.ts';
import type { Tab } from './signaling.fixture.ts';

const offer = { type: 'offer', sdp: 'v=0' };
const answer = { type: 'answer', sdp: 'v=0' };
const media = { audio: true, video: false };
const call = 'call-0123456789abcdef';
/** Longer than changes are gathered. */
const soon = 300;

function presences(tab: Tab): PersonPresence[][] {
  return tab.received.filter(({ type }) => type === 'presence').map((event) => event['people'] as PersonPresence[]);
}

const seenLast = (tab: Tab): unknown => presences(tab).at(-1)?.[0];

describe('whoever is not to be disturbed', () => {
  test('is seen so until it ends, also where only the end has changed', async () => {
    const site = new Site();
    const [alice, bob] = [await site.signIn('alice-1'), await site.signIn('bob-1')];
    await alice.ask({ type: 'watch', addresses: ['bob'] });
    const quiet = { address: 'bob', name: 'bob', presence: 'do_not_disturb' };
    for (const minutes of [30, 60]) {
      const doNotDisturbUntil = site.clock.now() + minutes * 60_000;
      await bob.ask({ type: 'settings', change: { doNotDisturb: true, doNotDisturbUntil } });
      await site.clock.advance(soon);
      expect(seenLast(alice)).toEqual({ ...quiet, quietUntil: doNotDisturbUntil });
    }
    await bob.ask({ type: 'settings', change: { doNotDisturb: true } });
    await site.clock.advance(soon);
    expect(seenLast(alice)).toEqual(quiet);
    await bob.ask({ type: 'settings', change: { doNotDisturb: false } });
    await site.clock.advance(soon);
    expect(seenLast(alice)).toEqual({ ...quiet, presence: 'online' });
  });

  test('is seen so until the quiet hours end, each night anew', async () => {
    const site = new Site();
    const days = Array.from({ length: 7 }, () => ({ from: 1_320, to: 420 }));
    await (await site.signIn('bob-1')).ask({ type: 'settings', change: { quietHours: { timeZone: 'UTC', days } } });
    const day = 86_400_000;
    const midnight = Math.ceil(site.clock.now() / day) * day;
    for (const night of [midnight, midnight + day]) {
      await site.clock.advance(night - site.clock.now());
      const [alice] = [await site.signIn('alice-1'), await site.signIn('bob-1')];
      const looked = await alice.ask({ type: 'look', addresses: ['bob'] });
      const seen = { presence: 'do_not_disturb', quietUntil: night + 7 * 3_600_000 };
      expect(looked?.ok?.['people']).toMatchObject([seen]);
    }
  });

  test('who is blocked by them sees nothing of it', async () => {
    const site = new Site();
    const [alice, bob] = [await site.signIn('alice-1'), await site.signIn('bob-1')];
    await bob.ask({ type: 'block', user: 'alice', on: true });
    await bob.ask({ type: 'settings', change: { doNotDisturb: true, doNotDisturbUntil: site.clock.now() + 60_000 } });
    const reply = await alice.ask({ type: 'watch', addresses: ['bob'] });
    expect(reply?.ok?.['people']).toEqual([{ address: 'bob', name: 'bob', presence: 'offline' }]);
  });
});

describe('whoever watches', () => {
  test('is told the present state, of those who exist', async () => {
    const site = new Site();
    const alice = await site.signIn('alice-1');
    await site.signIn('bob-1');
    const reply = await alice.ask({ type: 'watch', addresses: ['bob', 'carol', 'nobody', 'bob'] });
    expect(reply?.ok?.['people']).toEqual([
      { address: 'bob', name: 'bob', presence: 'online' },
      { address: 'carol', name: 'carol', presence: 'offline' },
    ]);
  });

  test('hears of changes, gathered, and of nobody else', async () => {
    const site = new Site();
    const alice = await site.signIn('alice-1');
    await alice.ask({ type: 'watch', addresses: ['bob'] });
    const bob = await site.signIn('bob-1');
    const carol = await site.signIn('carol-1');
    await bob.ask({ type: 'invite', call, to: 'carol', media, offer });
    await carol.ask({ type: 'accept', call, epoch: 1, answer });
    expect(presences(alice)).toEqual([]);
    await site.clock.advance(soon);
    expect(presences(alice)).toEqual([[{ address: 'bob', name: 'bob', presence: 'on_call' }]]);
    await bob.ask({ type: 'hangup', call });
    await bob.ask({ type: 'settings', change: { doNotDisturb: true } });
    await site.clock.advance(soon);
    expect(presences(alice).slice(1)).toEqual([[{ address: 'bob', name: 'bob', presence: 'do_not_disturb' }]]);
  });

  test.each([
    ['whose last page has left', 'leave', serverLimits.reloadMs],
    ['who has lost the last socket', 'lose', serverLimits.reachMs],
  ] as const)('hears that somebody %s is offline once that one is not back soon', async (_, how, after) => {
    const site = new Site();
    const alice = await site.signIn('alice-1');
    const bob = await site.signIn('bob-1');
    const other = await site.signIn('bob-1');
    await alice.ask({ type: 'watch', addresses: ['bob'] });
    other[how]();
    await site.clock.advance(after + soon);
    bob[how]();
    await site.clock.advance(after - 1);
    expect(presences(alice)).toEqual([]);
    await site.clock.advance(1 + soon);
    expect(presences(alice)).toEqual([[{ address: 'bob', name: 'bob', presence: 'offline' }]]);
    const refused = await alice.ask({ type: 'invite', call, to: 'bob', media, offer });
    expect([refused?.ok, alice.received.at(-1)]).toMatchObject([{ call }, { type: 'ended', cause: 'unreachable' }]);
    await site.signIn('bob-1', { resume: bob.welcome.resume });
    await site.clock.advance(soon);
    expect(presences(alice).at(-1)).toEqual([{ address: 'bob', name: 'bob', presence: 'online' }]);
  });

  test('hears nothing of a page that is loaded again, which is rung for a call that comes meanwhile', async () => {
    const site = new Site();
    const alice = await site.signIn('alice-1');
    const bob = await site.signIn('bob-1');
    await alice.ask({ type: 'watch', addresses: ['bob'] });
    bob.leave();
    await site.clock.advance(serverLimits.reloadMs - 500);
    await alice.ask({ type: 'invite', call, to: 'bob', media, offer });
    await site.clock.advance(400);
    const back = await site.signIn('bob-1', { resume: bob.welcome.resume });
    expect(back.welcome.calls).toMatchObject([{ call, stage: 'ringing' }]);
    await site.clock.advance(serverLimits.reachMs + soon);
    expect(presences(alice)).toEqual([]);
    expect(site.engine.liveCalls).toBe(1);
  });

  test('hears that somebody is offline who has signed off in one tab and closed the other before', async () => {
    const site = new Site();
    const alice = await site.signIn('alice-1');
    const bob = await site.signIn('bob-1');
    const other = await site.signIn('bob-1');
    await alice.ask({ type: 'watch', addresses: ['bob'] });
    bob.lose();
    await other.ask({ type: 'bye' });
    await site.clock.advance(serverLimits.reloadMs + soon);
    expect(presences(alice)).toEqual([[{ address: 'bob', name: 'bob', presence: 'offline' }]]);
  });

  test('hears no more of those whom it no longer watches', async () => {
    const site = new Site();
    const alice = await site.signIn('alice-1');
    await alice.ask({ type: 'watch', addresses: ['bob'], arrivals: true });
    await alice.ask({ type: 'watch', addresses: ['carol'] });
    await site.signIn('bob-1');
    await site.clock.advance(soon);
    expect(presences(alice)).toEqual([]);
  });

  test('hears of somebody who has a desk phone and no page', async () => {
    const site = new Site();
    const alice = await site.signIn('alice-1');
    await alice.ask({ type: 'watch', addresses: ['bob'] });
    const bob = await site.store.user('bob');
    site.engine.enter(bob!, new Set());
    for (const [state, presence] of [
      ['here', 'online'],
      ['gone', 'offline'],
    ] as const) {
      site.engine.device('bob', 'bob-desk', state);
      const seen = async (): Promise<unknown> => {
        await site.clock.advance(soon);
        return seenLast(alice);
      };
      await expect.poll(seen).toEqual({ address: 'bob', name: 'bob', presence });
    }
    expect(presences(alice)).toHaveLength(2);
  });

  test('may watch 200, and keeps those it has when it asks for more', async () => {
    const site = new Site();
    const alice = await site.signIn('alice-1');
    const many = Array.from({ length: peopleLimits.watchedAddresses }, (_, n) => `user-${n}`);
    expect(await alice.ask({ type: 'watch', addresses: [...many.slice(1), 'bob'] })).toMatchObject({ ok: { people: [{}] } });
    expect(await alice.ask({ type: 'watch', addresses: [...many, 'bob'] })).toMatchObject({
      error: { code: 'watch_too_many' },
    });
    await site.signIn('bob-1');
    await site.clock.advance(soon);
    expect(presences(alice)).toHaveLength(1);
  });

  test('hears the new name of somebody', async () => {
    const site = new Site();
    const [alice, bob, other] = [await site.signIn('alice-1'), await site.signIn('bob-1'), await site.signIn('bob-2')];
    await alice.ask({ type: 'watch', addresses: ['bob'] });
    expect(await bob.ask({ type: 'rename', name: ' Bobby  Tables ' })).toMatchObject({
      ok: { user: { address: 'bob', name: 'Bobby Tables' } },
    });
    await site.clock.advance(soon);
    expect(presences(alice)).toEqual([[{ address: 'bob', name: 'Bobby Tables', presence: 'online' }]]);
    expect(other.received).toMatchObject([{ type: 'renamed', user: { address: 'bob', name: 'Bobby Tables' } }]);
    expect(bob.types()).not.toContain('renamed');
  });
});

describe('arrivals', () => {
  test('tell of those who come and go, not of what they do', async () => {
    const site = new Site();
    const alice = await site.signIn('alice-1');
    await alice.ask({ type: 'watch', addresses: [], arrivals: true });
    const bob = await site.signIn('bob-1');
    await site.clock.advance(soon);
    await bob.ask({ type: 'settings', change: { doNotDisturb: true } });
    await site.clock.advance(soon);
    await bob.ask({ type: 'bye' });
    await site.clock.advance(soon);
    expect(
      presences(alice)
        .flat()
        .map(({ presence }) => presence),
    ).toEqual(['online', 'offline']);
  });

  test('do not tell of a page that is loaded anew', async () => {
    const site = new Site();
    const alice = await site.signIn('alice-1');
    const bob = await site.signIn('bob-1');
    await alice.ask({ type: 'watch', addresses: ['bob'], arrivals: true });
    bob.lose();
    await site.clock.advance(soon);
    await site.signIn('bob-1', { resume: bob.welcome.resume });
    await site.clock.advance(soon);
    expect(presences(alice)).toEqual([]);
  });
});

describe('the list of people', () => {
  test('begins with those who are here', async () => {
    const site = new Site();
    const alice = await site.signIn('alice-1');
    await site.signIn('carol-1');
    const { ok } = (await alice.ask({ type: 'people' })) ?? {};
    expect(ok).toEqual({
      people: [
        { address: 'alice', name: 'alice', presence: 'online' },
        { address: 'carol', name: 'carol', presence: 'online' },
        { address: 'bob', name: 'bob', presence: 'offline' },
      ],
    });
  });

  test('goes on page by page until all were named', async () => {
    const site = new Site();
    const alice = await site.signIn('alice-1');
    await site.signIn('carol-1');
    const named = new Set<string>();
    let after: unknown;
    do {
      const { ok }: { ok?: Readonly<Record<string, unknown>> } =
        (await alice.ask({ type: 'people', limit: 1, ...(after !== undefined && { after }) })) ?? {};
      for (const { address } of (ok?.['people'] ?? []) as PersonPresence[]) named.add(address);
      after = ok?.['next'];
    } while (after !== undefined);
    expect(named).toEqual(new Set(['alice', 'bob', 'carol']));
  });

  test('finds by the beginning of any word, whatever its case and accents', async () => {
    const site = new Site();
    const alice = await site.signIn('alice-1');
    await alice.ask({ type: 'rename', name: 'Älice von Übel' });
    for (const query of ['al', 'UB', 'von', 'alice'])
      expect(await alice.ask({ type: 'people', query })).toMatchObject({ ok: { people: [{ address: 'alice' }] } });
    expect(await alice.ask({ type: 'people', query: 'lice' })).toMatchObject({ ok: { people: [] } });
  });
});

test('settings reach the other devices of a user, and outlive a restart', async () => {
  const site = new Site();
  const [alice, other] = [await site.signIn('alice-1'), await site.signIn('alice-2')];
  const forward = { always: 'bob', noAnswer: 'carol' };
  const settings = { doNotDisturb: true, maxCalls: 2, ringMs: limits.ringMs, forward };
  expect(await alice.ask({ type: 'settings', change: { doNotDisturb: true, maxCalls: 2, forward } })).toMatchObject({
    ok: { settings },
  });
  expect(other.received).toMatchObject([{ type: 'settings', settings }]);
  expect(alice.types()).not.toContain('settings');
  expect((await new Site(site.disk).signIn('alice-1')).welcome.settings).toEqual(settings);
});

test('calls are forwarded to others who are there, and whom one wants to hear of; otherwise nothing has changed', async () => {
  const site = new Site();
  const alice = await site.signIn('alice-1');
  const before = { always: 'bob' };
  await alice.ask({ type: 'settings', change: { forward: before } });
  await alice.ask({ type: 'block', user: 'carol', on: true });
  for (const [forward, code] of [
    [{ busy: 'alice' }, 'self_forward'],
    [{ always: 'bob', noAnswer: 'nobody' }, 'user_not_found'],
    [{ busy: 'carol' }, 'blocked'],
    // Nobody calls for help by being called.
    [{ always: '+0112' }, 'destination_refused'],
  ] as const)
    expect(await alice.ask({ type: 'settings', change: { forward, maxCalls: 1 } })).toMatchObject({ error: { code } });
  const other = await site.signIn('alice-2');
  expect(other.welcome.settings).toMatchObject({ forward: before, maxCalls: 4 });
  for (const forward of [{}, null])
    expect(await alice.ask({ type: 'settings', change: { forward } })).toMatchObject({ ok: { settings: { forward } } });
  expect((await new Site(site.disk).signIn('alice-1')).welcome.settings).toMatchObject({ forward: null, maxCalls: 4 });
});

test('a change of name and one of settings at the same time are both kept', async () => {
  const site = new Site();
  const alice = await site.signIn('alice-1');
  alice.say({ id: 'a', type: 'rename', name: 'Alicia' });
  alice.say({ id: 'b', type: 'settings', change: { maxCalls: 3 } });
  await alice.ask({ id: 'c', type: 'rename', name: 'Alison' });
  await site.clock.advance(soon);
  const { welcome } = await new Site(site.disk).signIn('alice-1');
  expect(welcome).toMatchObject({ user: { name: 'Alison' }, settings: { maxCalls: 3 } });
});
