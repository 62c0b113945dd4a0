/** Devices without a page hear that a call is over, whenever the server dies. */
import { describe, expect, it } from 'vitest';
import type { StoredPush } from '../ports/push.ts';
import { MemoryDisk } from '../store/memory-disk.ts';
import { answer, from, invite, World } from './engine.fixture.ts';

const phone: StoredPush = { device: 'bob-phone', user: 'bob', provider: 'web', endpoint: 'https://push.example/phone', at: 1 };

/** A call rings on Bob's phone, and on his desktop. Nothing of what is to be pushed gets away: the process dies too soon. */
async function rung(): Promise<{ readonly world: World; readonly owed: () => unknown }> {
  const disk = new MemoryDisk();
  disk.apply([{ type: 'push_on', push: phone }]);
  const world = new World(disk, { wake: () => undefined });
  await world.pushes.of('bob');
  await world.signIn('alice', 'bob');
  await world.ask(from('alice'), invite('call-0001', 'bob'));
  return { world, owed: () => disk.pushes.reads.owedPushes() };
}

describe('what has yet to be pushed', () => {
  it.each([
    ['the caller hangs up', from('alice'), { type: 'hangup' }, { cause: 'cancelled' }],
    ['it is declined elsewhere', from('bob'), { type: 'reject', reason: 'declined' }, { cause: 'declined' }],
    [
      'it is answered elsewhere',
      from('bob'),
      { type: 'accept', epoch: 1, answer },
      { cause: 'answered_elsewhere', elsewhere: 'bob-1 name' },
    ],
  ] as const)('is on disk from the moment in which %s', async (_, who, request, over) => {
    const { world, owed } = await rung();
    expect(owed()).toEqual([]);
    world.failing = true;
    expect(await world.ask(who, { ...request, call: 'call-0001' })).toEqual({ error: 'store_failed' });
    expect(owed()).toEqual([]);
    world.failing = false;
    await world.ask(who, { ...request, call: 'call-0001' });
    expect(owed()).toMatchObject([{ user: 'bob', device: 'bob-phone', notice: { call: 'call-0001', over } }]);
  });

  it('is on disk when it has rung long enough', async () => {
    const { world, owed } = await rung();
    await world.clock.advance(60_000);
    expect(owed()).toMatchObject([{ device: 'bob-phone', notice: { over: { cause: 'no_answer' } } }]);
  });

  it('is nothing where it was taken', async () => {
    const { world, owed } = await rung();
    await world.ask(from('bob', 'bob-phone'), { type: 'accept', call: 'call-0001', epoch: 1, answer });
    expect(owed()).toEqual([]);
    await world.ask(from('alice'), { type: 'hangup', call: 'call-0001' });
    expect(owed()).toEqual([]);
  });
});
