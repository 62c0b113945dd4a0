import { limits, serverLimits } from '@offhook/core';
import type { CallRecord, Forwards } from '@offhook/core';
import { describe, expect, it } from 'vitest';
import { answer, from, invite, offer, settled, user, World } from './engine.fixture.ts';

const first = 'call-of-alice-and-bob';
const into = 'call-of-alice-and-carol';
/** The first two that the server begins. */
const [second, third] = ['call-led-on-0001', 'call-led-on-0002'];

/** Everybody is there, and these have their calls forwarded. */
async function forwarding(forwards: Readonly<Record<string, Forwards>>): Promise<World> {
  const world = new World();
  await world.signIn('alice', 'bob', 'carol', 'dave');
  for (const [name, forward] of Object.entries(forwards)) await change(world, name, { forward });
  world.heard.length = 0;
  return world;
}

async function change(world: World, name: string, settings: Parameters<World['engine']['change']>[1]): Promise<void> {
  world.engine.change(user(name), settings, () => undefined);
  await settled();
}

/** Alice talks with Bob. */
async function talking(forwards: Readonly<Record<string, Forwards>> = {}): Promise<World> {
  const world = await forwarding(forwards);
  await world.ask(from('alice'), invite(first, 'bob'));
  await world.ask(from('bob'), { type: 'accept', call: first, epoch: 1, answer });
  world.heard.length = 0;
  return world;
}

function record(world: World, call: string): CallRecord | undefined {
  return world.disk.records.get(call)?.record;
}

function views(world: World, name: string): unknown {
  return world.engine.views(name, `${name}-1-tab`);
}

const transfer = (to: string) => ({ type: 'transfer', call: first, to: { user: to }, into }) as const;

describe('a call that is forwarded when it comes in', () => {
  it('[C50] is stored as one, then answered, then told', async () => {
    const world = await forwarding({ bob: { always: 'carol' } });
    world.hold();
    await world.ask(from('alice'), invite(first, 'bob'));
    expect(world.heard).toEqual([]);
    await world.release();
    expect(world.heard).toEqual(['invite: ok', 'alice: forwarded', 'carol: incoming']);
    expect(record(world, first)).toMatchObject({ cause: 'forwarded', forward: { to: { address: 'carol' }, into: second } });
    expect(views(world, 'alice')).toMatchObject([{ call: second, replaces: [first], here: true, role: 'caller' }]);
    expect(views(world, 'carol')).toMatchObject([{ call: second, forwardedFrom: { address: 'bob' }, offer }]);
    expect(['alice', 'bob', 'carol'].map((name) => world.engine.presence(name))).toEqual(['on_call', 'online', 'online']);
    expect(world.engine.liveCalls).toBe(1);
  });

  it('[C50] on busy: not to be disturbed, or in as many calls as allowed', async () => {
    const world = await forwarding({ bob: { busy: 'carol' } });
    await change(world, 'bob', { doNotDisturb: true });
    await world.ask(from('alice'), invite(first, 'bob'));
    expect(record(world, first)?.forward).toMatchObject({ why: 'busy', to: { address: 'carol' } });
    await world.ask(from('alice'), { type: 'hangup', call: second });
    await change(world, 'bob', { doNotDisturb: false, maxCalls: 1 });
    await world.ask(from('dave'), invite('call-of-dave-and-bob', 'bob'));
    await world.ask(from('alice'), invite('call-of-alice-again', 'bob'));
    expect(record(world, 'call-of-alice-again')?.forward).toMatchObject({ why: 'busy' });
  });

  it('[C50] on no answer: somebody who is not there', async () => {
    const world = new World();
    await world.signIn('alice', 'bob', 'carol');
    await change(world, 'bob', { forward: { noAnswer: 'carol' } });
    world.engine.device('bob', 'bob-1', 'gone');
    expect(await world.ask(from('alice'), invite(first, 'bob'))).toEqual({ ok: { call: first } });
    expect(record(world, first)?.forward).toMatchObject({ why: 'no_answer' });
    expect(views(world, 'carol')).toMatchObject([{ call: second }]);
  });

  it('that cannot be stored has not happened', async () => {
    const world = await forwarding({ bob: { always: 'carol' } });
    world.failing = true;
    expect(await world.ask(from('alice'), invite(first, 'bob'))).toEqual({ error: 'store_failed' });
    expect(world.engine.liveCalls).toBe(0);
    expect(['alice', 'carol'].map((name) => views(world, name))).toEqual([[], []]);
    world.failing = false;
    expect(await world.ask(from('alice'), invite(first, 'bob'))).toEqual({ ok: { call: first } });
  });

  it('[C51] goes along those who forward, and is told once', async () => {
    const world = await forwarding({ bob: { always: 'carol' }, carol: { always: 'dave' } });
    await world.ask(from('alice'), invite(first, 'bob'));
    expect(world.heard).toEqual(['invite: ok', 'alice: forwarded', 'dave: incoming']);
    expect(record(world, first)?.forward).toMatchObject({ to: { address: 'carol' }, into: second });
    expect(record(world, second)?.forward).toMatchObject({ to: { address: 'dave' }, into: third });
    expect(views(world, 'alice')).toMatchObject([{ call: third, replaces: [second, first] }]);
  });

  it('[C51] is over as the one turns it away to whom it went', async () => {
    const world = await forwarding({ bob: { always: 'carol' } });
    await change(world, 'carol', { doNotDisturb: true });
    world.heard.length = 0;
    await world.ask(from('alice'), invite(first, 'bob'));
    expect(world.heard).toEqual(['invite: ok', 'alice: forwarded', 'alice: ended']);
    expect(record(world, second)).toMatchObject({ cause: 'do_not_disturb', callee: { address: 'carol' } });
    expect(world.engine.liveCalls).toBe(0);
    expect(world.engine.presence('alice')).toBe('online');
  });

  it.each<[string, Readonly<Record<string, Forwards>>, string]>([
    ['in a circle', { bob: { always: 'carol' }, carol: { always: 'bob' } }, 'carol'],
    ['to its own caller', { bob: { always: 'alice' } }, 'bob'],
    ['to nobody', { bob: { always: 'nobody' } }, 'bob'],
  ])('[U19] does not go %s: it rings where it came to', async (_name, forwards, rung) => {
    const world = await forwarding(forwards);
    await world.ask(from('alice'), invite(first, 'bob'));
    expect(world.heard.at(-1)).toBe(`${rung}: incoming`);
    expect(world.engine.liveCalls).toBe(1);
  });

  it('[U19] is forwarded only so often', async () => {
    const world = await forwarding({});
    const names = Array.from({ length: serverLimits.forwardsPerCall + 2 }, (_, n) => `hop-${n}`);
    for (const [n, name] of names.entries()) {
      const forward = { always: names[n + 1] ?? 'carol' };
      world.disk.apply([{ type: 'new_user', user: { ...user(name), settings: { ...user(name).settings, forward } } }]);
    }
    await world.ask(from('alice'), invite(first, 'hop-0'));
    const causes = [...world.disk.records.values()].map(({ record: { callee, cause } }) => `${callee.address} ${cause}`);
    expect(causes).toEqual([
      ...names.slice(0, serverLimits.forwardsPerCall).map((name) => `${name} forwarded`),
      `hop-${serverLimits.forwardsPerCall} unreachable`,
    ]);
  });

  it('[U19] goes to nobody of whom the caller does not want to hear, nor to whom it would be a call that crosses', async () => {
    const world = await forwarding({ bob: { always: 'carol' } });
    world.engine.blocks('alice', new Set(['carol']));
    await world.ask(from('alice'), invite(first, 'bob'));
    expect(world.heard.at(-1)).toBe('bob: incoming');
    await world.ask(from('alice'), { type: 'hangup', call: first });
    world.engine.blocks('alice', new Set());
    await world.ask(from('carol'), invite('call-of-carol-and-alice', 'alice'));
    await world.ask(from('alice'), invite('call-of-alice-again', 'bob'));
    expect(world.heard.at(-1)).toBe('bob: incoming');
  });

  it('[U18] looks unreachable to whom the one has blocked to whom it went, who never hears of it', async () => {
    const world = await forwarding({ bob: { always: 'carol' } });
    world.engine.blocks('carol', new Set(['alice']));
    await world.ask(from('alice'), invite(first, 'bob'));
    expect(record(world, second)).toMatchObject({ cause: 'unreachable', secret: true });
    expect(world.heard.filter((line) => line.startsWith('carol'))).toEqual([]);
  });

  it.each([
    ['the one has blocked to whom it would go', 'bob', 'carol'],
    ['one has been blocked by the one to whom it would go', 'carol', 'bob'],
  ])('[U19] rings where it came to, when %s', async (_name, who, whom) => {
    const world = await forwarding({ bob: { always: 'carol', noAnswer: 'carol' } });
    world.engine.blocks(who, new Set([whom]));
    await world.ask(from('alice'), invite(first, 'bob'));
    await world.clock.advance(limits.ringMs);
    expect(world.heard).toEqual(['invite: ok', 'bob: incoming', 'alice: ended', 'bob: ended']);
    expect(record(world, first)?.cause).toBe('no_answer');
  });

  it('[U19] goes on to nobody who does not want to hear of one of those who have forwarded it', async () => {
    const world = await forwarding({ bob: { always: 'carol' }, carol: { always: 'dave' } });
    world.engine.blocks('dave', new Set(['bob']));
    await world.ask(from('alice'), invite(first, 'bob'));
    expect(world.heard).toEqual(['invite: ok', 'alice: forwarded', 'carol: incoming']);
  });

  it('[C2] is told anew to a caller who repeats the invite, also after a restart', async () => {
    const world = await forwarding({ bob: { always: 'carol' } });
    await world.ask(from('alice'), invite(first, 'bob'));
    expect(await world.ask(from('alice'), invite(first, 'bob'))).toEqual({ ok: { call: first } });
    const after = new World(world.disk);
    await after.engine.start();
    await after.signIn('alice', 'bob', 'carol');
    expect(await after.ask(from('alice'), invite(first, 'bob'))).toEqual({ ok: { call: first } });
    expect(after.engine.liveCalls).toBe(1);
    expect(views(after, 'alice')).toMatchObject([{ call: second, replaces: [first], forwardedFrom: { address: 'bob' } }]);
    expect(await after.ask(from('carol'), { type: 'accept', call: second, epoch: 1, answer })).toEqual({ ok: {} });
  });

  it('is told to webhooks: one ends, another rings', async () => {
    const world = await forwarding({ bob: { always: 'carol' } });
    await world.ask(from('alice'), invite(first, 'bob'));
    const told = [...world.disk.outbox.values()].map(({ body }) => JSON.parse(body) as object);
    expect(told).toMatchObject([
      { type: 'call.ended', data: { call: first, cause: 'forwarded', forward: { to: { address: 'carol' }, into: second } } },
      { type: 'call.ringing', data: { call: second, callee: { address: 'carol' }, forwardedFrom: { address: 'bob' } } },
    ]);
  });
});

describe('a call that nobody takes', () => {
  it('[C50] goes on when it has rung for as long as it may', async () => {
    const world = await forwarding({ bob: { noAnswer: 'carol' } });
    await world.ask(from('alice'), invite(first, 'bob'));
    world.engine.ephemeral(from('alice'), {
      type: 'candidates',
      call: first,
      epoch: 1,
      candidates: [{ candidate: 'candidate:a' }],
    });
    world.heard.length = 0;
    await world.clock.advance(limits.ringMs);
    expect(world.heard).toEqual(['alice: forwarded', 'carol: incoming', 'bob: ended']);
    expect(record(world, first)?.forward).toMatchObject({ why: 'no_answer' });
    expect(views(world, 'carol')).toMatchObject([{ call: second, offer, candidates: [{ candidate: 'candidate:a' }] }]);
    expect(await world.ask(from('carol'), { type: 'accept', call: second, epoch: 1, answer })).toEqual({ ok: {} });
  });

  it('[C50] goes on when every device is busy, and whoever said so is answered', async () => {
    const world = await forwarding({ bob: { busy: 'carol' } });
    await world.ask(from('alice'), invite(first, 'bob'));
    expect(await world.ask(from('bob'), { type: 'reject', call: first, reason: 'busy' })).toEqual({ ok: {} });
    expect(record(world, first)?.forward).toMatchObject({ why: 'busy' });
  });

  it.each(['reject', 'hangup'] as const)('[C50] is over when it was declined: by %s', async (type) => {
    const world = await forwarding({ bob: { always: 'alice', busy: 'carol', noAnswer: 'carol' } });
    await world.ask(from('alice'), invite(first, 'bob'));
    const request = type === 'reject' ? { type, call: first, reason: 'declined' as const } : { type, call: first };
    expect(await world.ask(from('bob'), request)).toEqual({ ok: {} });
    expect(record(world, first)?.cause).toBe('declined');
    expect(world.engine.liveCalls).toBe(0);
  });

  it('[U19] comes to nobody twice, however it went on', async () => {
    const world = await forwarding({ bob: { noAnswer: 'carol' }, carol: { noAnswer: 'dave' }, dave: { noAnswer: 'bob' } });
    await world.ask(from('alice'), invite(first, 'bob'));
    for (let rings = 0; rings < 3; rings += 1) await world.clock.advance(limits.ringMs);
    const causes = [...world.disk.records.values()].map(({ record: { callee, cause } }) => `${callee.address} ${cause}`);
    expect(causes).toEqual(['bob forwarded', 'carol forwarded', 'dave no_answer']);
  });

  it('is over as it would have been when there is nobody any more, and tries again when the disk fails', async () => {
    const world = await forwarding({ bob: { noAnswer: 'nobody' } });
    await world.ask(from('alice'), invite(first, 'bob'));
    world.failing = true;
    await world.clock.advance(limits.ringMs);
    expect(world.engine.liveCalls).toBe(1);
    world.failing = false;
    await world.clock.advance(2_000);
    expect(record(world, first)?.cause).toBe('no_answer');
  });

  it('rings on when the disk fails as it is forwarded, and lets go of nobody', async () => {
    const world = await forwarding({ bob: { noAnswer: 'carol' } });
    await world.ask(from('alice'), invite(first, 'bob'));
    world.failing = true;
    await world.clock.advance(limits.ringMs);
    expect(views(world, 'bob')).toMatchObject([{ call: first, stage: 'ringing' }]);
    expect(views(world, 'carol')).toEqual([]);
    world.failing = false;
    await world.clock.advance(2_000);
    expect(record(world, first)?.cause).toBe('forwarded');
    expect(world.engine.liveCalls).toBe(1);
  });

  it('is over as it would have been when nobody can be looked up', async () => {
    const world = await forwarding({ bob: { noAnswer: 'carol' }, carol: { always: 'dave' } });
    world.engine.device('dave', 'dave-1', 'gone');
    await world.ask(from('alice'), invite(first, 'bob'));
    world.isBlind = true;
    await world.clock.advance(limits.ringMs);
    expect(record(world, first)?.cause).toBe('no_answer');
    expect(world.engine.liveCalls).toBe(0);
    expect(world.engine.presence('alice')).toBe('online');
  });

  it('[C47] takes a hang-up of the caller along', async () => {
    const world = await forwarding({ bob: { noAnswer: 'carol' } });
    await world.ask(from('alice'), invite(first, 'bob'));
    await world.clock.advance(limits.ringMs);
    expect(await world.ask(from('bob'), { type: 'hangup', call: first })).toEqual({ ok: {} });
    expect(world.engine.liveCalls).toBe(1);
    expect(await world.ask(from('alice'), { type: 'hangup', call: first })).toEqual({ ok: {} });
    expect(world.engine.liveCalls).toBe(0);
    expect(record(world, 'call-led-on-0001')?.cause).toBe('cancelled');
  });

  it('[C53] misses a caller who is gone while it is forwarded', async () => {
    const world = await forwarding({ bob: { noAnswer: 'carol' } });
    await change(world, 'carol', { ringMs: serverLimits.ringMsMost });
    await world.ask(from('alice'), invite(first, 'bob'));
    world.hold();
    await world.clock.advance(limits.ringMs);
    world.engine.connection('alice', 'alice-1-tab', 'left');
    await world.release();
    expect(world.engine.liveCalls).toBe(1);
    await world.clock.advance(serverLimits.leftMs + 1);
    expect(record(world, second)?.cause).toBe('cancelled');
  });
});

describe('a transfer without a word', () => {
  it('[C49] is stored as one, then answered, then told; devices hear of it with the offer', async () => {
    const world = await talking();
    world.hold();
    await world.ask(from('bob'), transfer('carol'));
    expect(world.heard).toEqual([]);
    await world.release();
    expect(world.heard.toSorted()).toEqual(['alice: transferred', 'bob: ended', 'transfer: ok']);
    expect(record(world, first)).toMatchObject({
      cause: 'transferred',
      transfer: { by: 'bob', to: { address: 'carol' }, into },
    });
    expect(views(world, 'alice')).toMatchObject([{ call: into, stage: 'ringing', replaces: [first], here: true }]);
    expect([views(world, 'bob'), views(world, 'carol')]).toEqual([[], []]);
    expect(await world.ask(from('alice'), { type: 'reoffer', call: into, epoch: 3, offer })).toEqual({ ok: {} });
    expect(world.heard.at(-1)).toBe('carol: incoming');
    expect(views(world, 'carol')).toMatchObject([
      { call: into, transferredBy: { address: 'bob' }, peer: { address: 'alice' } },
    ]);
    expect(await world.ask(from('carol'), { type: 'accept', call: into, epoch: 3, answer })).toEqual({ ok: {} });
  });

  it('that cannot be stored has not happened', async () => {
    const world = await talking();
    world.failing = true;
    expect(await world.ask(from('bob'), transfer('carol'))).toEqual({ error: 'store_failed' });
    world.failing = false;
    expect(views(world, 'bob')).toMatchObject([{ call: first, stage: 'active' }]);
    expect(world.engine.liveCalls).toBe(1);
    expect(await world.ask(from('bob'), transfer('carol'))).toEqual({ ok: {} });
  });

  it.each(['commit', 'read'] as const)(
    '[C2] has its id to itself from its beginning, while it waits for a %s',
    async (work) => {
      const world = await talking({ carol: { always: 'frank' } });
      // Frank is not in memory.
      const settings = { ...user('frank').settings, forward: { always: 'dave' } };
      world.disk.apply([{ type: 'new_user', user: { ...user('frank'), settings } }]);
      world.hold(work);
      const transferred = world.begin(from('bob'), transfer('carol'));
      await settled();
      const invited = world.begin(from('bob'), invite(into, 'alice'));
      await settled();
      await world.release();
      expect(transferred.value).toEqual({ ok: {} });
      expect(invited.value).toEqual({ error: 'call_exists' });
      expect(views(world, 'alice')).toMatchObject([{ peer: { address: 'dave' }, stage: 'ringing', here: true }]);
      expect(world.engine.liveCalls).toBe(1);
      expect(await world.ask(from('alice'), { type: 'hangup', call: first })).toEqual({ ok: {} });
      for (const name of ['alice', 'bob', 'carol', 'dave']) expect(views(world, name)).toEqual([]);
      expect(world.engine.liveCalls).toBe(0);
    },
  );

  it('lets its id go again when it comes to nobody', async () => {
    const world = await talking();
    world.engine.device('carol', 'carol-1', 'gone');
    expect(await world.ask(from('bob'), transfer('carol'))).toEqual({ error: 'person_unavailable' });
    world.isBlind = true;
    expect(await world.ask(from('bob'), transfer('frank'))).toEqual({ error: 'store_failed' });
    world.isBlind = false;
    expect(await world.ask(from('bob'), invite(into, 'dave'))).toEqual({ ok: { call: into } });
  });

  it('[C48] leaves nobody where nobody can be rung, or who is not to hear of whom', async () => {
    const world = await talking();
    const unavailable = { error: 'person_unavailable' };
    const refused = async (to: string): Promise<unknown> => world.ask(from('bob'), transfer(to));
    expect(await refused('nobody')).toEqual({ error: 'user_not_found' });
    expect(await refused('alice')).toEqual({ error: 'self_call' });
    expect(await refused('bob')).toEqual({ error: 'self_call' });
    world.engine.blocks('bob', new Set(['carol']));
    expect(await refused('carol')).toEqual({ error: 'blocked' });
    world.engine.blocks('bob', new Set());
    for (const [one, other] of [
      ['carol', 'bob'],
      ['carol', 'alice'],
      ['alice', 'carol'],
    ] as const) {
      world.engine.blocks(one, new Set([other]));
      expect(await refused('carol')).toEqual(unavailable);
      world.engine.blocks(one, new Set());
    }
    await change(world, 'carol', { doNotDisturb: true });
    expect(await refused('carol')).toEqual(unavailable);
    await change(world, 'carol', { doNotDisturb: false });
    await change(world, 'dave', { forward: { always: 'carol' } });
    world.engine.device('carol', 'carol-1', 'gone');
    expect(await refused('carol')).toEqual(unavailable);
    expect(await refused('dave')).toEqual(unavailable);
    world.engine.device('carol', 'carol-1', 'here');
    await world.ask(from('carol'), invite('call-of-carol-and-alice', 'alice'));
    expect(await refused('carol')).toEqual(unavailable);
    expect(views(world, 'bob')).toMatchObject([{ call: first, stage: 'active' }]);
    expect(world.disk.records.size).toBe(0);
  });

  it('[C48] refuses calls and ids that cannot be, and changes nothing', async () => {
    const world = await talking();
    expect(await world.ask(from('bob', 'bob-2'), transfer('carol'))).toEqual({ error: 'answered_elsewhere' });
    expect(await world.ask(from('dave'), transfer('carol'))).toEqual({ error: 'call_not_found' });
    const taken = 'call-of-dave-and-carol';
    await world.ask(from('dave'), invite(taken, 'carol'));
    expect(await world.ask(from('bob'), { ...transfer('carol'), into: taken })).toEqual({ error: 'call_exists' });
    await world.ask(from('alice'), { type: 'hangup', call: first });
    expect(await world.ask(from('bob'), transfer('carol'))).toEqual({ error: 'call_ended' });
    expect(await world.ask(from('bob'), { ...transfer('carol'), call: 'call-of-nobody-12345' })).toEqual({
      error: 'call_not_found',
    });
  });

  it('[C48] goes on to whom the one forwards to who was named', async () => {
    const world = await talking({ carol: { always: 'dave' } });
    expect(await world.ask(from('bob'), transfer('carol'))).toEqual({ ok: {} });
    expect(record(world, into)?.forward).toMatchObject({ to: { address: 'dave' }, into: second });
    expect(views(world, 'alice')).toMatchObject([
      { call: second, replaces: [into, first], transferredBy: { address: 'bob' }, forwardedFrom: { address: 'carol' } },
    ]);
  });

  it('[C46] that is repeated is answered as done, also after a restart, in which it waits for its offer', async () => {
    const world = await talking();
    await world.ask(from('bob'), transfer('carol'));
    expect(await world.ask(from('bob'), transfer('carol'))).toEqual({ ok: {} });
    const after = new World(world.disk);
    await after.engine.start();
    await after.signIn('alice', 'bob', 'carol');
    expect(await after.ask(from('bob'), transfer('carol'))).toEqual({ ok: {} });
    after.engine.connection('alice', 'alice-1-tab', 'back');
    expect(views(after, 'alice')).toMatchObject([{ call: into, stage: 'ringing', replaces: [first], here: true }]);
    expect(await after.ask(from('alice'), { type: 'reoffer', call: into, epoch: 3, offer })).toEqual({ ok: {} });
    expect(views(after, 'carol')).toMatchObject([{ call: into, offer }]);
  });

  it('[C47] takes a hang-up along that crosses it', async () => {
    const world = await talking();
    world.hold();
    world.begin(from('bob'), transfer('carol'));
    await settled();
    const hangup = world.begin(from('alice'), { type: 'hangup', call: first });
    await world.release();
    expect(hangup.value).toEqual({ ok: {} });
    expect(record(world, into)?.cause).toBe('cancelled');
    expect(world.engine.liveCalls).toBe(0);
  });

  it('says to whom it is that the one cannot be called who is just being led on to them', async () => {
    const world = await talking();
    await world.ask(from('bob'), transfer('carol'));
    expect(await world.ask(from('carol'), invite('call-of-carol-and-alice', 'alice'))).toEqual({ error: 'person_unavailable' });
    await world.ask(from('alice'), { type: 'reoffer', call: into, epoch: 3, offer });
    expect(await world.ask(from('carol'), invite('call-of-carol-again', 'alice'))).toMatchObject({
      ok: { call: into, merged: { call: into } },
    });
  });
});
