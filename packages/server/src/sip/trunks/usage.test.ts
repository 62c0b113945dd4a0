import { sipLimits } from '@offhook/core';
import type { Caps, ErrorCode } from '@offhook/core';
import { describe, expect, it } from 'vitest';
import { settled } from '../../engine/engine.fixture.ts';
import { Refusal } from '../../ports.ts';
import type { Permit } from '../../ports/trunks.ts';
import { MemoryDisk } from '../../store/memory-disk.ts';
import { carrier, invite, TrunkSite } from './desk.fixture.ts';

const minute = 60_000;
const [berlin, vienna] = ['+4930123450', '+431588580'];

/** A trunk with these caps, and somebody with those. */
async function opened(caps: Caps = {}, userCaps: Caps = {}, disk?: MemoryDisk): Promise<{ site: TrunkSite; trunk: string }> {
  const site = await TrunkSite.open(disk);
  const trunk = await site.trunk({ caps, incoming: { addresses: [carrier.address] } });
  const rates = [
    { prefix: '+49', perMinute: 2 },
    { prefix: '+43', perMinute: 10 },
  ];
  await site.allow({ rules: [{ prefix: '+', allow: true, international: true }], userCaps, rates });
  return { site, trunk };
}

/** A call that rings by this trunk, or why there is none. */
async function call(site: TrunkSite, trunk: string, user = 'anna', number = berlin): Promise<Permit | string> {
  try {
    const { permit } = await site.desk.outgoing(user, number);
    return permit.by(trunk) ? permit : 'no room';
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}

async function talk(...about: Parameters<typeof call>): Promise<{ readonly permit: Permit; readonly over: ErrorCode[] }> {
  const permit = await call(...about);
  if (typeof permit === 'string') throw new Error(permit);
  const over: ErrorCode[] = [];
  permit.onExhausted((code) => over.push(code));
  permit.answered(0);
  return { permit, over };
}

async function events(site: TrunkSite): Promise<unknown[]> {
  await settled();
  const told = await site.store.events(0, 100);
  return told.map(({ event, about, body }) => [event, about, (JSON.parse(body) as { data: unknown }).data]);
}

describe('calls at once', () => {
  it('are as many as the trunk and whoever calls may have, whether they come or go, and are given back once', async () => {
    const { site, trunk } = await opened({ channels: 3 }, { channels: 2 });
    const first = (await call(site, trunk)) as Permit;
    await call(site, trunk);
    expect(await call(site, trunk)).toBe('channels_exceeded');
    expect(site.desk.book.get(trunk).calls).toBe(2);
    const incoming = await site.incoming(invite());
    expect(await call(site, trunk, 'bo')).toBe('channels_exceeded');
    expect(await site.incoming(invite())).toBe(503);
    first.ended(0);
    first.ended(0);
    expect(site.desk.book.get(trunk).calls).toBe(2);
    expect(typeof (await call(site, trunk))).toBe('object');
    if (typeof incoming === 'object') incoming.permit.ended(0);
    expect(site.desk.book.get(trunk).calls).toBe(2);
    expect(await events(site)).toEqual([
      ['trunk.cap_reached', 'user anna', { user: 'anna', code: 'channels_exceeded' }],
      ['trunk.cap_reached', `trunk ${trunk}`, { trunk, name: 'Carrier', code: 'channels_exceeded' }],
    ]);
  });

  it('are of the trunk by which it is tried last; one that is full meanwhile is passed over', async () => {
    const { site, trunk } = await opened({ channels: 1 });
    const other = await site.trunk({ host: '192.0.2.20', priority: 20 });
    const { ways, permit } = await site.desk.outgoing('anna', berlin);
    expect(ways.map((way) => way.trunk)).toEqual([trunk, other]);
    const rival = (await call(site, trunk, 'bo')) as Permit;
    expect([permit.by(trunk), permit.by(other), permit.by(other)]).toEqual([false, true, true]);
    const load = (): number[] => site.desk.book.list().map(({ calls }) => calls);
    expect(load()).toEqual([1, 1]);
    rival.ended(0);
    expect([permit.by(trunk), load()]).toEqual([true, [1, 0]]);
    // The one that is full is not among the ways any more.
    expect((await site.desk.outgoing('bo', berlin)).ways.map((way) => way.trunk)).toEqual([other]);
    permit.ended(0);
    expect([permit.by(other), load()]).toEqual([false, [0, 0]]);
  });

  it('begin only so fast', async () => {
    const { site, trunk } = await opened({ callsPerSecond: 3 }, { callsPerSecond: 0.5 });
    expect(typeof (await call(site, trunk))).toBe('object');
    expect(await call(site, trunk)).toBe('call_rate_exceeded');
    expect(typeof (await call(site, trunk, 'bo'))).toBe('object');
    expect(await site.incoming(invite())).toMatchObject({ trunk });
    expect(await site.incoming(invite())).toBe(503);
    await site.clock.advance(2_000);
    expect(typeof (await call(site, trunk))).toBe('object');
  });
});

describe('a day', () => {
  it('ends calls when its minutes are over, and lets none begin; the next day is another one', async () => {
    const { site, trunk } = await opened({}, { minutesPerDay: 5 });
    const [one, two] = [await talk(site, trunk), await talk(site, trunk)];
    await site.clock.advance(2.5 * minute - 1);
    expect([one.over, two.over]).toEqual([[], []]);
    await site.clock.advance(1);
    expect([one.over, two.over]).toEqual([['minutes_exceeded'], ['minutes_exceeded']]);
    for (const { permit } of [one, two]) permit.ended(0);
    expect(await call(site, trunk)).toBe('minutes_exceeded');
    expect(typeof (await call(site, trunk, 'bo'))).toBe('object');
    expect(site.desk.book.get(trunk).today).toEqual({ minutes: 5, spent: 12 });
    expect(await site.desk.book.ofUser('anna')).toMatchObject({ calls: 0, today: { minutes: 5, spent: 12 } });
    // Told once in a day.
    expect(await events(site)).toEqual([['trunk.cap_reached', 'user anna', { user: 'anna', code: 'minutes_exceeded' }]]);
    await site.clock.advance(24 * 60 * minute);
    expect(typeof (await call(site, trunk))).toBe('object');
    expect(site.desk.book.get(trunk).today).toEqual({ minutes: 0, spent: 0 });
  });

  it('has only so much money, by the price of the number; of the trunk, too', async () => {
    const { site, trunk } = await opened({ spendPerDay: 25 }, { spendPerDay: 20 });
    const one = await talk(site, trunk, 'anna', vienna);
    await site.clock.advance(minute);
    expect(site.desk.book.get(trunk).today.spent).toBe(20);
    await site.clock.advance(minute);
    expect(one.over).toEqual(['spend_exceeded']);
    one.permit.ended(0);
    expect(await call(site, trunk, 'bo', vienna)).toBe('spend_exceeded');
    expect(typeof (await call(site, trunk, 'bo'))).toBe('object');
    expect(await call(site, trunk, 'bo', '+442079460958')).toBe('rate_missing');
    expect((await events(site)).map((event) => (event as string[])[1])).toEqual(['user anna', `trunk ${trunk}`]);
  });

  it('leaves alone the calls that go on where another one cannot pay its first minute', async () => {
    const { site, trunk } = await opened({}, { spendPerDay: 15 });
    // Nothing is taken of it while it rings.
    const dear = (await call(site, trunk, 'anna', vienna)) as Permit;
    const ended: ErrorCode[] = [];
    dear.onExhausted((code) => {
      ended.push(code);
      dear.ended(0);
    });
    const [one, two] = [await talk(site, trunk), await talk(site, trunk)];
    await site.clock.advance(minute);
    dear.answered(0);
    expect([ended, one.over, two.over]).toEqual([['spend_exceeded'], [], []]);
    expect((await site.desk.book.ofUser('anna')).today).toEqual({ minutes: 2, spent: 8 });
    // What they cannot pay themselves ends them all, as ever.
    await site.clock.advance(minute);
    expect([one.over, two.over]).toEqual([[], []]);
    await site.clock.advance(minute);
    expect([one.over, two.over]).toEqual([['spend_exceeded'], ['spend_exceeded']]);
    expect(await events(site)).toEqual([['trunk.cap_reached', 'user anna', { user: 'anna', code: 'spend_exceeded' }]]);
  });

  it('is spent by the prices of the trunk that it goes by, and where that has none by those for all', async () => {
    const { site, trunk } = await opened({}, { spendPerDay: 30 });
    const dear = await site.trunk({ name: 'Dear', priority: 20, rates: [{ prefix: '+4930', perMinute: 7 }] });
    await talk(site, dear);
    await talk(site, trunk, 'bo');
    await talk(site, dear, 'carol', vienna);
    const spent = async (user: string): Promise<number> => (await site.desk.book.ofUser(user)).today.spent;
    expect([await spent('anna'), await spent('bo'), await spent('carol')]).toEqual([7, 2, 10]);
    expect([site.desk.book.get(dear).today.spent, site.desk.book.get(trunk).today.spent]).toEqual([17, 2]);
    await site.desk.book.change(dear, { rates: null });
    await talk(site, dear, 'dave');
    expect(await spent('dave')).toBe(2);
  });

  it('is bounded by what was said of somebody for as long as they call, whoever else does', async () => {
    const { site, trunk } = await opened();
    await site.desk.book.setUserOutgoing('anna', { caps: { minutesPerDay: 1 } });
    const one = await talk(site, trunk);
    for (let n = 0; n <= sipLimits.remembered; n++) await site.desk.book.userOutgoing(`user-${n}`);
    await site.clock.advance(minute);
    expect(one.over).toEqual(['minutes_exceeded']);
  });

  it('is capped where nothing is said of a trunk', async () => {
    const site = await TrunkSite.open();
    const { caps } = await site.desk.book.create({ name: 'Carrier', host: 'sip.carrier.example', watchSeconds: 0 });
    expect(caps).toEqual({ channels: 30, callsPerSecond: 5, minutesPerDay: 3_000 });
  });

  it('is counted for calls that were answered, and for what comes in never', async () => {
    const { site, trunk } = await opened();
    await call(site, trunk);
    const incoming = await site.incoming(invite());
    if (typeof incoming === 'object') incoming.permit.answered(0);
    await site.clock.advance(10 * minute);
    expect(site.desk.book.get(trunk).today).toEqual({ minutes: 0, spent: 0 });
  });

  it('is remembered over a restart, and what a call used up to half a minute before a crash', async () => {
    const disk = new MemoryDisk();
    const { site, trunk } = await opened({}, { minutesPerDay: 10 }, disk);
    const { permit } = await talk(site, trunk);
    await site.clock.advance(90_000);
    permit.ended(0);
    await talk(site, trunk);
    await site.clock.advance(2 * minute + 10_000);
    await settled();
    const next = await TrunkSite.open(disk, site.clock.now());
    expect(next.desk.book.get(trunk)).toMatchObject({ calls: 0, today: { minutes: 3.5, spent: 10 } });
    await next.allow({ ...site.desk.book.outgoing(), userCaps: { minutesPerDay: 3 } });
    expect(await call(next, trunk)).toBe('minutes_exceeded');
    await next.clock.advance(24 * 60 * minute);
    const later = await talk(next, trunk);
    await settled();
    later.permit.ended(0);
    await next.desk.close();
    const days = [0, 1].map((day) => new Date(site.clock.now() + day * 24 * 60 * minute).toISOString().slice(0, 10));
    expect(await Promise.all(days.map(async (day) => (await next.store.trunkUsage(day)).length))).toEqual([0, 2]);
  });

  it('is stored the next time where it could not be', async () => {
    const disk = new MemoryDisk();
    const { site, trunk } = await opened({}, {}, disk);
    const { permit } = await talk(site, trunk);
    await site.clock.advance(75_000);
    const { store } = site;
    const commit = store.commit.bind(store);
    store.commit = () => Promise.reject(new Error('the disk is full'));
    permit.ended(0);
    await settled();
    store.commit = commit;
    await site.desk.close();
    const next = await TrunkSite.open(disk, site.clock.now());
    expect(next.desk.book.get(trunk).today).toEqual({ minutes: 1.25, spent: 4 });
    expect((await next.desk.book.ofUser('anna')).today).toEqual({ minutes: 1.25, spent: 4 });
  });

  it('does not count emergencies, nor cap them', async () => {
    const { site, trunk } = await opened({ channels: 1, minutesPerDay: 0 }, { channels: 1, minutesPerDay: 0 });
    await site.allow({ ...site.desk.book.outgoing(), emergency: { trunk } });
    expect(await call(site, trunk)).toBe('minutes_exceeded');
    for (let n = 0; n < 3; n++) (await talk(site, trunk, 'anna', '112')).permit.by(trunk);
    await site.clock.advance(10 * minute);
    expect(site.desk.book.get(trunk)).toMatchObject({ calls: 0, today: { minutes: 0, spent: 0 } });
  });
});
