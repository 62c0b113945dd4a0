import { describe, expect, it } from 'vitest';
import { answer, from, invite, World } from './engine.fixture.ts';

const first = 'call-of-alice-and-bob';
const second = 'call-of-bob-and-carol';
const into = 'call-of-alice-and-carol';
const transfer = { type: 'transfer', call: first, to: { call: second }, into } as const;

/** Bob talks with Alice and with Carol. */
async function talking(): Promise<World> {
  const world = new World();
  await world.signIn('alice', 'bob', 'carol');
  await world.ask(from('alice'), invite(first, 'bob'));
  await world.ask(from('bob'), { type: 'accept', call: first, epoch: 1, answer });
  await world.ask(from('bob'), invite(second, 'carol'));
  await world.ask(from('carol'), { type: 'accept', call: second, epoch: 1, answer });
  world.heard.length = 0;
  return world;
}

function causeOf(world: World, call: string): string | undefined {
  return world.disk.records.get(call)?.record.cause;
}

describe('a transfer', () => {
  it('is stored as one, then answered, then told', async () => {
    const world = await talking();
    world.hold();
    await world.ask(from('bob'), transfer);
    expect(world.heard).toEqual([]);
    await world.release();
    expect(world.heard.toSorted()).toEqual([
      'alice: transferred',
      'bob: ended',
      'bob: ended',
      'carol: transferred',
      'transfer: ok',
    ]);
    expect(world.heard.indexOf('transfer: ok')).toBeLessThan(world.heard.indexOf('bob: ended'));
    expect([causeOf(world, first), causeOf(world, second)]).toEqual(['transferred', 'transferred']);
    expect(world.engine.views('alice', 'alice-1-tab')).toMatchObject([{ call: into, replaces: [first], here: true }]);
    expect(world.engine.views('carol', 'carol-1-tab')).toMatchObject([{ call: into, replaces: [second], here: true }]);
    expect(world.engine.views('bob', 'bob-1-tab')).toEqual([]);
    expect(['alice', 'bob', 'carol'].map((name) => world.engine.presence(name))).toEqual(['on_call', 'online', 'on_call']);
    expect(world.engine.liveCalls).toBe(1);
  });

  it('that cannot be stored has not happened', async () => {
    const world = await talking();
    world.failing = true;
    expect(await world.ask(from('bob'), transfer)).toEqual({ error: 'store_failed' });
    world.failing = false;
    expect(world.engine.views('bob', 'bob-1-tab')).toHaveLength(2);
    expect(world.engine.liveCalls).toBe(2);
    expect(await world.ask(from('bob'), transfer)).toEqual({ ok: {} });
  });

  it('waits for its turn in both calls, in which somebody may have hung up', async () => {
    const world = await talking();
    world.hold();
    const hangup = world.begin(from('carol'), { type: 'hangup', call: second });
    const late = world.begin(from('bob'), transfer);
    await world.release();
    expect([hangup.value, late.value]).toEqual([{ ok: {} }, { error: 'call_ended' }]);
    expect(world.engine.views('bob', 'bob-1-tab')).toMatchObject([{ call: first, stage: 'active' }]);
  });

  it('holds up nothing when one of the calls turns out to be the other', async () => {
    const world = new World();
    await world.signIn('alice', 'bob');
    await world.ask(from('alice'), invite(first, 'bob'));
    world.hold();
    // It crosses the call that rings, and takes it.
    const crossing = world.begin(from('bob'), invite(second, 'alice'));
    const early = world.begin(from('bob'), transfer);
    await world.release();
    expect(crossing.value).toMatchObject({ ok: { merged: { call: first } } });
    expect(early.value).toMatchObject({ error: expect.any(String) });
    expect(await world.ask(from('bob'), { type: 'hangup', call: first })).toEqual({ ok: {} });
    expect(world.engine.liveCalls).toBe(0);
  });

  it('lets nobody hang up by the id of a call that was never theirs', async () => {
    const world = await talking();
    await world.ask(from('bob'), transfer);
    expect(await world.ask(from('carol'), { type: 'hangup', call: first })).toEqual({ error: 'call_not_found' });
    expect(world.engine.liveCalls).toBe(1);
    expect(await world.ask(from('alice'), { type: 'hangup', call: first })).toEqual({ ok: {} });
    expect(world.engine.liveCalls).toBe(0);
  });

  it('of one call from both sides at once happens once', async () => {
    const world = await talking();
    const third = 'call-of-alice-and-carol-2';
    await world.ask(from('alice'), invite(third, 'carol'));
    await world.ask(from('carol', 'carol-2'), { type: 'accept', call: third, epoch: 1, answer });
    world.hold();
    const one = world.begin(from('bob'), transfer);
    const other = world.begin(from('alice'), { ...transfer, to: { call: third }, into: 'call-of-bob-and-carol-2' });
    await world.release();
    expect([one.value, other.value]).toEqual([{ ok: {} }, { error: 'call_ended' }]);
  });

  it('refuses calls that are not there and an id that is taken, and changes nothing', async () => {
    const world = await talking();
    for (const [request, error] of [
      [{ ...transfer, call: 'call-of-nobody-12345' }, 'call_not_found'],
      [{ ...transfer, to: { call: 'call-of-nobody-12345' } }, 'call_not_found'],
      [{ ...transfer, into: second }, 'call_exists'],
      [{ ...transfer, to: { call: first } }, 'self_call'],
    ] as const)
      expect(await world.ask(from('bob'), request)).toEqual({ error });
    expect(world.engine.views('bob', 'bob-1-tab')).toHaveLength(2);
    expect(world.heard.filter((line) => !line.startsWith('transfer'))).toEqual([]);
  });

  it('[C44] leads nobody to somebody who does not want to hear of them', async () => {
    const world = await talking();
    world.engine.blocks('carol', new Set(['alice']));
    expect(await world.ask(from('bob'), transfer)).toEqual({ error: 'person_unavailable' });
    expect(world.engine.views('bob', 'bob-1-tab')).toHaveLength(2);
    world.engine.blocks('carol', new Set());
    expect(await world.ask(from('bob'), transfer)).toEqual({ ok: {} });
  });

  it('[C47] takes a hang-up along that crosses it, also after a restart', async () => {
    const world = await talking();
    await world.ask(from('bob'), transfer);
    expect(await world.ask(from('bob'), { type: 'hangup', call: first })).toEqual({ ok: {} });
    expect(world.engine.liveCalls).toBe(1);
    const after = new World(world.disk);
    await after.engine.start();
    await after.signIn('alice', 'bob', 'carol');
    expect(await after.ask(from('bob'), { type: 'hangup', call: second })).toEqual({ ok: {} });
    expect(after.engine.views('alice', 'alice-1-tab')).toMatchObject([{ call: into }]);
    expect(await after.ask(from('alice'), { type: 'hangup', call: first })).toEqual({ ok: {} });
    expect(causeOf(after, into)).toBe('hangup');
  });

  it('[C46] that is repeated after a restart is answered as done', async () => {
    const world = await talking();
    await world.ask(from('bob'), transfer);
    const after = new World(world.disk);
    await after.engine.start();
    await after.signIn('bob');
    expect(await after.ask(from('bob'), transfer)).toEqual({ ok: {} });
    expect(await after.ask(from('bob'), { ...transfer, into: 'call-another-one-1' })).toEqual({ error: 'call_ended' });
  });

  it('is told to webhooks: two calls end, one begins as accepted', async () => {
    const world = await talking();
    const before = world.disk.outbox.size;
    await world.ask(from('bob'), transfer);
    const told = [...world.disk.outbox.values()]
      .slice(before)
      .map(({ body }) => JSON.parse(body) as { type: string; data: object });
    expect(told).toMatchObject([
      { type: 'call.accepted', data: { call: into, transferredBy: { address: 'bob' } } },
      { type: 'call.ended', data: { call: first, cause: 'transferred', transfer: { to: { address: 'carol' }, into } } },
      { type: 'call.ended', data: { call: second, cause: 'transferred', transfer: { to: { address: 'alice' }, into } } },
    ]);
  });
});
