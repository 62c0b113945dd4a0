import { defaultSettings, limits, serverLimits, userMachine } from '@offhook/core';
import { describe, expect, it, vi } from 'vitest';
import { answer, from, invite, offer, settled, user, World } from './engine.fixture.ts';

const call = 'call-0123456789abcdef';
const other = 'call-fedcba9876543210';

async function ringing(): Promise<World> {
  const world = new World();
  await world.signIn('alice', 'bob');
  await world.ask(from('alice'), invite(call, 'bob'));
  return world;
}

async function active(): Promise<World> {
  const world = await ringing();
  await world.ask(from('bob'), { type: 'accept', call, epoch: 1, answer });
  return world;
}

describe('what is told', () => {
  it('comes after it is stored, and the reply before the events', async () => {
    const world = new World();
    await world.signIn('alice', 'bob');
    world.hold();
    await world.ask(from('alice'), invite(call, 'bob'));
    expect(world.heard).toEqual([]);
    expect(world.disk.calls.size).toBe(0);
    await world.release();
    expect(world.heard).toEqual(['invite: ok', 'bob: incoming']);
    expect(world.disk.calls.size).toBe(1);
  });

  it('waits in the order of the call while a transition is being stored', async () => {
    const world = await ringing();
    world.heard.length = 0;
    world.hold();
    world.begin(from('bob'), { type: 'accept', call, epoch: 1, answer });
    world.begin(from('bob', 'bob-2'), { type: 'accept', call, epoch: 1, answer });
    world.engine.ephemeral(from('bob'), { type: 'candidates', call, epoch: 1, candidates: [], end: true });
    await settled();
    expect(world.heard).toEqual([]);
    await world.release();
    expect(world.heard).toEqual([
      'accept: ok',
      'alice: accepted',
      'bob: ended',
      'accept: answered_elsewhere',
      'alice: candidates',
    ]);
  });

  it('is one outbox entry a transition, stored with it', async () => {
    const world = await active();
    await world.ask(from('alice'), { type: 'hangup', call });
    expect([...world.disk.outbox.values()].map(({ event }) => event)).toEqual(['call.ringing', 'call.accepted', 'call.ended']);
    expect(world.disk.calls.size).toBe(0);
    expect(world.disk.records.get(call)?.record.cause).toBe('hangup');
  });
});

describe('the log', () => {
  const facts = { call, from: 'alice', to: 'bob' };

  it('has exactly one line for each transition of a call, however often it is asked for', async () => {
    const world = await ringing();
    const twice = async (...[who, request]: Parameters<World['ask']>): Promise<void> => {
      await world.ask(who, request);
      await world.ask(who, request);
    };
    await world.ask(from('alice'), invite(call, 'bob'));
    world.engine.ephemeral(from('bob'), { type: 'ringing', call });
    await twice(from('bob'), { type: 'accept', call, epoch: 1 });
    await world.ask(from('bob', 'bob-2'), { type: 'accept', call, epoch: 1 });
    world.engine.ephemeral(from('alice'), { type: 'candidates', call, epoch: 1, candidates: [{ candidate: 'c' }] });
    await twice(from('bob'), { type: 'answer', call, epoch: 1, answer });
    for (const side of ['alice', 'bob', 'bob']) {
      world.engine.ephemeral(from(side), { type: 'media', call, epoch: 1, state: 'connected' });
      await settled();
    }
    await world.ask(from('alice'), { type: 'update', call, side: { n: 1, held: true, muted: false, camera: false } });
    world.engine.connection('alice', 'alice-1-tab', 'away');
    world.engine.connection('alice', 'alice-1-tab', 'back');
    await world.clock.advance(5_000);
    await twice(from('alice'), { type: 'hangup', call });
    expect(world.logged).toEqual([
      { event: 'call.ringing', ...facts },
      { event: 'call.accepted', ...facts },
      { event: 'call.answered', ...facts },
      { event: 'call.connected', ...facts },
      { event: 'call.ended', ...facts, cause: 'hangup', durationMs: 5_000 },
    ]);
  });

  it('has one line for a call that never rings, and none for what could not be stored', async () => {
    const world = new World();
    await world.signIn('alice');
    world.failing = true;
    await world.ask(from('alice'), invite(other, 'bob'));
    world.failing = false;
    await world.ask(from('alice'), invite(call, 'bob'));
    expect(world.logged).toEqual([{ event: 'call.ended', ...facts, cause: 'unreachable', durationMs: undefined }]);
  });
});

describe('a store that fails', () => {
  it('leaves an invite undone, with nobody occupied and nobody told', async () => {
    const world = new World();
    await world.signIn('alice', 'bob');
    world.failing = true;
    expect(await world.ask(from('alice'), invite(call, 'bob'))).toEqual({ error: 'store_failed' });
    expect(world.heard).toEqual(['invite: store_failed']);
    expect(world.engine.presence('alice')).toBe('online');
    world.failing = false;
    expect(await world.ask(from('alice'), invite(call, 'bob'))).toEqual({ ok: { call } });
  });

  it('leaves a claim undone: it rings on, and another device may take it', async () => {
    const world = await ringing();
    world.failing = true;
    expect(await world.ask(from('bob'), { type: 'accept', call, epoch: 1, answer })).toEqual({ error: 'store_failed' });
    world.failing = false;
    expect(world.engine.views('alice', 'alice-1-tab')[0]?.stage).toBe('ringing');
    expect(await world.ask(from('bob', 'bob-2'), { type: 'accept', call, epoch: 1, answer })).toEqual({ ok: {} });
  });

  it('ends a call by its deadline once it works again', async () => {
    const world = await ringing();
    world.failing = true;
    await world.clock.advance(limits.ringMs + 5_000);
    expect(world.engine.liveCalls).toBe(1);
    world.failing = false;
    await world.clock.advance(2_000);
    expect(world.engine.liveCalls).toBe(0);
    expect(world.disk.records.get(call)?.record.cause).toBe('no_answer');
  });

  it('takes the first media of a side once it works again, unless that side has said otherwise since', async () => {
    const world = await active();
    const media = (side: string, state: 'connected' | 'interrupted'): void =>
      world.engine.ephemeral(from(side), { type: 'media', call, epoch: 1, state });
    world.failing = true;
    media('alice', 'connected');
    media('bob', 'connected');
    await settled();
    media('bob', 'interrupted');
    await settled();
    world.failing = false;
    await world.clock.advance(2_000);
    expect(JSON.parse(world.disk.calls.get(call) ?? '{}')).toMatchObject({
      caller: { media: 'connected' },
      callee: { media: 'interrupted' },
    });
    expect([...world.disk.outbox.values()].at(-1)?.event).toBe('call.connected');
  });

  it('leaves no timer when it fails for good and the server stops', async () => {
    const world = await active();
    world.failing = true;
    world.engine.ephemeral(from('alice'), { type: 'media', call, epoch: 1, state: 'connected' });
    await settled();
    await world.engine.close();
    expect(world.clock.waiting).toBe(0);
  });

  it('keeps settings as they were', async () => {
    const world = new World();
    await world.signIn('alice');
    world.failing = true;
    const { resolve, promise } = Promise.withResolvers();
    world.engine.change(user('alice'), { doNotDisturb: true }, resolve);
    expect(await promise).toEqual({ error: 'store_failed' });
    expect(world.engine.settings('alice').doNotDisturb).toBe(false);
  });

  it('takes back of settings only what it could not store, in memory as on disk', async () => {
    const world = new World();
    await world.signIn('alice');
    world.failing = true;
    world.hold();
    const outcomes: unknown[] = [];
    world.engine.change(user('alice'), { doNotDisturb: true }, (outcome) => {
      outcomes.push(outcome);
      world.failing = false;
    });
    world.engine.change(user('alice'), { maxCalls: 2 }, (outcome) => outcomes.push(outcome));
    await settled();
    await world.release();
    await settled();
    const settings = { ...defaultSettings, maxCalls: 2 };
    expect(outcomes).toEqual([{ error: 'store_failed' }, { ok: { settings } }]);
    expect(world.engine.settings('alice')).toEqual(settings);
    expect(world.disk.users.get('alice')?.settings).toEqual(settings);
  });

  it('stores settings of somebody who has gone meanwhile, and keeps nobody in memory for that', async () => {
    const world = new World();
    await world.signIn('alice');
    world.hold();
    for (const maxCalls of [2, 3]) world.engine.change(user('alice'), { maxCalls }, () => undefined);
    world.engine.device('alice', 'alice-1', 'gone');
    await world.release();
    await settled();
    expect(world.disk.users.get('alice')?.settings.maxCalls).toBe(3);
    expect(() => world.engine.settings('alice')).toThrow('has not entered');
  });

  it('writes what a call has gathered also when the transition that was being stored meanwhile fails', async () => {
    const world = await ringing();
    world.engine.ephemeral(from('bob'), { type: 'ringing', call });
    world.hold();
    world.begin(from('bob'), { type: 'accept', call, epoch: 1, answer });
    await world.clock.advance(1_000);
    world.failing = true;
    await world.release();
    world.failing = false;
    expect(world.heard.at(-1)).toBe('accept: store_failed');
    await world.clock.advance(1_000);
    expect(JSON.parse(world.disk.calls.get(call) ?? '{}')).toMatchObject({ legs: { 'bob-1': 'ringing' } });
  });
});

describe('an invite', () => {
  it('that is repeated rings once and gets the same answer', async () => {
    const world = await ringing();
    expect(await world.ask(from('alice'), invite(call, 'bob'))).toEqual({ ok: { call } });
    expect(world.heard.filter((line) => line === 'bob: incoming')).toHaveLength(1);
  });

  it('is refused kindly to oneself and to nobody', async () => {
    const world = new World();
    await world.signIn('alice');
    expect(await world.ask(from('alice'), invite(call, 'alice'))).toEqual({ error: 'self_call' });
    expect(await world.ask(from('alice'), invite(other, 'zoe'))).toEqual({ error: 'user_not_found' });
    expect(world.engine.liveCalls).toBe(0);
  });

  it('is taken back by a hang-up that came before it was admitted', async () => {
    const world = new World();
    await world.signIn('alice', 'bob');
    world.begin(from('alice'), invite(call, 'bob'));
    const hangup = world.begin(from('alice'), { type: 'hangup', call });
    await settled();
    expect(hangup.value).toEqual({ ok: {} });
    expect(world.engine.liveCalls).toBe(0);
    expect(world.disk.records.get(call)?.record.cause).toBe('cancelled');
  });

  it('whose caller signs off or loses the socket while the callee is looked up rings for nobody long', async () => {
    const world = new World();
    await world.signIn('alice');
    world.begin(from('alice'), invite(call, 'bob'));
    world.engine.connection('alice', 'alice-1-tab', 'away');
    await world.signIn('bob');
    await settled();
    await world.clock.advance(serverLimits.lostMs);
    expect(world.disk.records.get(call)?.record.cause).toBe('cancelled');
    const late = world.begin(from('alice'), invite(other, 'carol'));
    world.engine.device('alice', 'alice-1', 'gone');
    await settled();
    expect(late.value).toEqual({ error: 'forbidden' });
    expect(world.engine.liveCalls).toBe(0);
  });

  it('that crosses another becomes one call, known by both ids', async () => {
    const world = await ringing();
    const outcome = await world.ask(from('bob'), invite(other, 'alice'));
    expect(outcome).toMatchObject({ ok: { call, merged: { call, role: 'callee', stage: 'answering', here: true } } });
    expect(world.engine.liveCalls).toBe(1);
    expect(await world.ask(from('bob'), { type: 'hangup', call: other })).toEqual({ ok: {} });
    expect(world.disk.records.get(call)?.record.cause).toBe('hangup');
    expect(world.disk.records.has(other)).toBe(false);
  });

  it('that crosses another gets the same answer again, also after a restart', async () => {
    const world = await ringing();
    const merged = { ok: { merged: { call, crossed: other } } };
    expect(await world.ask(from('bob'), invite(other, 'alice'))).toMatchObject(merged);
    expect(await world.ask(from('bob'), invite(other, 'alice'))).toMatchObject(merged);
    const after = new World(world.disk);
    await after.engine.start();
    await after.signIn('alice', 'bob');
    expect(after.engine.views('bob', 'bob-1-tab')).toMatchObject([{ call, crossed: other, here: true }]);
    expect(await after.ask(from('bob'), invite(other, 'alice'))).toMatchObject(merged);
    expect(after.engine.liveCalls).toBe(1);
  });

  it('that crosses another answers what was said under its own id', async () => {
    const world = await ringing();
    const crossing = world.begin(from('bob'), invite(other, 'alice'));
    const update = world.begin(from('bob'), {
      type: 'update',
      call: other,
      side: { n: 1, held: false, muted: true, camera: false },
    });
    const reoffer = world.begin(from('bob'), { type: 'reoffer', call: other, epoch: 2, offer });
    world.engine.ephemeral(from('bob'), { type: 'candidates', call: other, epoch: 1, candidates: [{ candidate: 'c' }] });
    await settled();
    expect([crossing.value, update.value, reoffer.value]).toMatchObject([
      { ok: { call } },
      { error: 'wrong_state' },
      { error: 'wrong_state' },
    ]);
    expect(world.engine.views('alice', 'alice-1-tab')).toMatchObject([{ theirs: { n: 0 }, candidates: [] }]);
  });

  it('that crosses one which is just over is a call of its own', async () => {
    const world = await ringing();
    world.hold();
    world.begin(from('alice'), { type: 'hangup', call });
    const crossing = world.begin(from('bob'), invite(other, 'alice'));
    await world.release();
    expect(crossing.value).toEqual({ ok: { call: other } });
    expect(world.heard).toContain('alice: incoming');
    expect(world.engine.liveCalls).toBe(1);
  });

  it('that crosses a call which a user never lets go of is refused, not tried for ever', async () => {
    const right = { ...userMachine };
    vi.spyOn(userMachine, 'step').mockImplementation((state, input, now) =>
      input.type === 'released' ? { state, effects: [] } : right.step(state, input, now),
    );
    const world = await ringing();
    await world.ask(from('alice'), { type: 'hangup', call });
    expect(await world.ask(from('bob'), invite(other, 'alice'))).toEqual({ error: 'internal' });
  });

  it('to somebody who is not there is remembered as missed', async () => {
    const world = new World();
    await world.signIn('alice');
    expect(await world.ask(from('alice'), invite(call, 'carol'))).toEqual({ ok: { call } });
    expect(world.heard).toEqual(['invite: ok', 'alice: ended']);
    expect(world.disk.records.get(call)?.record).toMatchObject({ cause: 'unreachable', callee: { address: 'carol' } });
  });
});

describe('a restart', () => {
  it('takes up calls that ring, and rings devices that come back', async () => {
    const { disk } = await ringing();
    const after = new World(disk);
    await after.engine.start();
    await after.signIn('bob');
    expect(after.heard).toContain('bob: incoming');
    expect(await after.ask(from('bob'), { type: 'accept', call, epoch: 1, answer })).toEqual({ ok: {} });
  });

  it('gives up a ringing call for which nobody comes back', async () => {
    const { disk } = await ringing();
    const after = new World(disk);
    await after.engine.start();
    await after.clock.advance(serverLimits.reachMs + 1);
    expect(after.disk.records.get(call)?.record.cause).toBe('unreachable');
    expect(after.engine.presence('alice')).toBe('offline');
  });

  it('occupies nobody with a call whose time was over before it came up', async () => {
    const { disk } = await ringing();
    const after = new World(disk);
    await after.clock.advance(limits.ringMs + serverLimits.orphanMs);
    await after.engine.start();
    await after.clock.advance(1_000);
    await after.signIn('alice', 'bob');
    expect(after.engine.liveCalls).toBe(0);
    expect(await after.ask(from('bob'), invite(other, 'alice'))).toEqual({ ok: { call: other } });
    expect(after.engine.views('bob', 'bob-1-tab')).toMatchObject([{ call: other }]);
  });

  it('keeps an active call for those who come back, and ends it when nobody does', async () => {
    const { disk } = await active();
    const after = new World(disk);
    await after.engine.start();
    await after.signIn('alice');
    expect(after.engine.views('alice', 'alice-1-tab')).toMatchObject([{ call, stage: 'active', here: true }]);
    expect(after.engine.presence('alice')).toBe('on_call');
    await after.clock.advance(serverLimits.orphanMs + 1);
    expect(after.engine.liveCalls).toBe(0);
  });

  it('answers a repeated invite whose call has come and gone, without ringing', async () => {
    const world = await ringing();
    await world.ask(from('alice'), { type: 'hangup', call });
    const after = new World(world.disk);
    await after.engine.start();
    await after.signIn('alice', 'bob', 'carol');
    expect(await after.ask(from('alice'), invite(call, 'bob'))).toEqual({ ok: { call } });
    expect(await after.ask(from('carol'), invite(call, 'bob'))).toEqual({ error: 'call_exists' });
    expect(after.heard).toEqual(['invite: ok', 'alice: ended', 'invite: call_exists']);
    expect(after.engine.presence('alice')).toBe('online');
    expect([...after.disk.outbox.values()].filter(({ event }) => event === 'call.ended')).toHaveLength(1);
    for (const name of ['alice', 'bob'])
      expect(await after.engine.ended(name, [call, other])).toEqual([{ call, cause: 'cancelled' }]);
    expect(await after.engine.ended('carol', [call])).toEqual([]);
    expect(await world.engine.ended('carol', [call])).toEqual([]);
  });

  it('forgets whom it has looked up for a call that was not placed', async () => {
    const world = new World();
    await world.signIn('alice');
    world.engine.blocks('alice', new Set(['bob']));
    expect(await world.ask(from('alice'), invite(call, 'bob'))).toEqual({ error: 'blocked' });
    expect(world.engine.settings('bob')).toMatchObject({ doNotDisturb: false });
    await world.clock.advance(60_000);
    expect(() => world.engine.settings('bob')).toThrow('who has not entered');
    expect(world.clock.waiting).toBe(0);
  });

  it('answers late requests from the record', async () => {
    const world = await active();
    await world.ask(from('alice'), { type: 'hangup', call });
    const after = new World(world.disk);
    await after.engine.start();
    await after.signIn('bob', 'carol');
    expect(await after.ask(from('bob'), { type: 'hangup', call })).toEqual({ ok: {} });
    expect(await after.ask(from('bob'), { type: 'accept', call, epoch: 1 })).toEqual({ error: 'call_ended' });
    expect(await after.ask(from('carol'), { type: 'hangup', call })).toEqual({ error: 'call_not_found' });
  });
});

describe('a clock that was put back by an hour before a restart', () => {
  const hourMs = 3_600_000;

  it('[C39] lets no call ring longer than it may', async () => {
    const world = new World();
    await world.clock.advance(hourMs);
    await world.signIn('alice', 'bob');
    await world.ask(from('alice'), invite(call, 'bob'));
    const after = new World(world.disk);
    await after.engine.start();
    await after.signIn('alice', 'bob');
    after.engine.connection('alice', 'alice-1-tab', 'back');
    await after.clock.advance(serverLimits.ringMsMost);
    expect(after.engine.liveCalls).toBe(0);
    const { startedAt, endedAt } = world.disk.records.get(call)!.record;
    expect(endedAt).toBeGreaterThanOrEqual(startedAt);
  });

  it('[C39] lets no call wait longer for those who are gone', async () => {
    const world = new World();
    await world.clock.advance(hourMs);
    await world.signIn('alice', 'bob');
    await world.ask(from('alice'), invite(call, 'bob'));
    await world.ask(from('bob'), { type: 'accept', call, epoch: 1, answer });
    world.engine.connection('alice', 'alice-1-tab', 'away');
    await world.engine.close();
    const after = new World(world.disk);
    await after.engine.start();
    await after.clock.advance(serverLimits.orphanMs);
    expect(after.engine.liveCalls).toBe(0);
  });
});

describe('closing', () => {
  it('writes what was gathered and leaves no timer', async () => {
    const world = await ringing();
    world.engine.ephemeral(from('bob'), { type: 'ringing', call });
    await world.engine.close();
    expect(world.clock.waiting).toBe(0);
    expect(JSON.parse(world.disk.calls.get(call) ?? '{}')).toMatchObject({ legs: { 'bob-1': 'ringing' } });
  });

  it('leaves no timer either when a transition is still being stored', async () => {
    const world = await ringing();
    world.hold();
    world.begin(from('bob'), { type: 'accept', call, epoch: 1 });
    await Promise.all([world.engine.close(), world.release()]);
    await settled();
    expect(world.clock.waiting).toBe(0);
  });

  it('leaves no timer either when the disk fails', async () => {
    const world = await ringing();
    world.engine.ephemeral(from('bob'), { type: 'ringing', call });
    world.failing = true;
    await world.engine.close();
    expect(world.clock.waiting).toBe(0);
  });
});
