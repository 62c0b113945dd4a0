/** Calls that are led on to ring at somebody else, between three browsers. */
import { describe, expect } from 'vitest';
import { it } from './harness/it.ts';
import type { Person } from './harness/person.ts';
import { hearEachOther, hearNothing, talk } from './harness/talk.ts';
import type { World } from './harness/it.ts';

async function three(world: World): Promise<readonly [Person, Person, Person]> {
  return [await world.person('Anna'), await world.person('Bo'), await world.person('Carla')];
}

/** Carla, who is rung, answers the caller, and both hear each other. */
async function answered(caller: Person, carla: Person): Promise<void> {
  await carla.page.answer(caller.address);
  await caller.page.until(carla.address, 'active');
  await carla.page.until(caller.address, 'active');
  await hearEachOther(caller, carla);
}

describe('a transfer without a word', () => {
  it('leads the other on, who hears it ring and then the one who answers', async ({ world }) => {
    const [anna, bo, carla] = await three(world);
    await talk(anna, bo);
    expect(await bo.page.transferTo(anna.address, carla.address)).toBeUndefined();
    expect(await bo.page.until(anna.address, 'ended')).toMatchObject({ cause: 'transferred' });
    await anna.page.untilSeen(carla.address, { state: 'calling', ringing: true, by: bo.address });
    expect(await carla.page.until(anna.address, 'incoming')).toMatchObject({ by: bo.address, isIncoming: true });
    await hearNothing(anna);
    await bo.page.holdsOnly({ connections: 0, microphones: 0, cameras: 0 });
    await answered(anna, carla);
    const { id } = await anna.page.until(carla.address, 'active');
    expect(await carla.page.until(anna.address, 'active')).toMatchObject({ id });

    await carla.page.hangUp(anna.address);
    expect(await anna.page.until(carla.address, 'ended')).toMatchObject({ cause: 'hangup' });
    const [a, b, c] = [anna.address, bo.address, carla.address];
    expect(await anna.page.history()).toMatchObject([
      { peer: { address: c }, role: 'caller', cause: 'hangup', transferredBy: { address: b } },
      { peer: { address: b }, cause: 'transferred', transferredBy: { address: b }, transferredTo: { address: c } },
    ]);
    expect(await bo.page.history()).toMatchObject([
      { peer: { address: a }, cause: 'transferred', transferredTo: { address: c } },
    ]);
    expect(await carla.page.history()).toMatchObject([
      { peer: { address: a }, role: 'callee', cause: 'hangup', transferredBy: { address: b } },
    ]);
  });

  it('leads the one on who was called, too, with the camera that is on', async ({ world }) => {
    const [anna, bo, carla] = await three(world);
    await talk(bo, anna, { video: true });
    expect(await bo.page.transferTo(anna.address, carla.address)).toBeUndefined();
    await anna.page.untilSeen(carla.address, { state: 'calling', ringing: true, camera: true });
    expect(await carla.page.answer(anna.address, { video: true })).toBeUndefined();
    await anna.page.until(carla.address, 'active');
    await hearEachOther(anna, carla);
    await Promise.all([anna.page.sees(), carla.page.sees()]);
  });

  it('goes on where the page of the one who is led on is loaded again while it rings', async ({ world }) => {
    const [anna, bo, carla] = await three(world);
    await talk(anna, bo);
    expect(await bo.page.transferTo(anna.address, carla.address)).toBeUndefined();
    await carla.page.until(anna.address, 'incoming');
    await anna.reload();
    await anna.page.untilSeen(carla.address, { state: 'calling', by: bo.address });
    await answered(anna, carla);
  });

  it('goes on where that page is loaded again in the very moment', async ({ world }) => {
    const [anna, bo, carla] = await three(world);
    await talk(anna, bo);
    const [, refused] = await Promise.all([anna.reload(), bo.page.transferTo(anna.address, carla.address)]);
    expect(refused).toBeUndefined();
    await anna.page.untilSeen(carla.address, { state: 'calling', by: bo.address });
    await answered(anna, carla);
  });

  it('ends as the one decides who is rung', async ({ world }) => {
    const [anna, bo, carla] = await three(world);
    await talk(anna, bo);
    expect(await bo.page.transferTo(anna.address, carla.address)).toBeUndefined();
    await carla.page.reject(anna.address);
    expect(await anna.page.until(carla.address, 'ended')).toMatchObject({ cause: 'declined' });
    await anna.page.holdsOnly({ connections: 0, microphones: 0, cameras: 0 });
  });

  it('that nobody can take changes nothing', async ({ world }) => {
    const [anna, bo, carla] = await three(world);
    await talk(anna, bo);
    expect(await carla.page.changeSettings({ doNotDisturb: true })).toBeUndefined();
    expect(await bo.page.transferTo(anna.address, carla.address)).toBe('person_unavailable');
    expect(await bo.page.transferTo(anna.address, 'nobody')).toBe('user_not_found');
    expect(await bo.page.transferTo(anna.address, anna.address)).toBe('self_call');
    await hearEachOther(anna, bo);
    expect(await anna.page.calls(bo.address)).toMatchObject([{ state: 'active' }]);
  });
});

describe('calls that are forwarded', () => {
  it('always', async ({ world }) => {
    const [anna, bo, carla] = await three(world);
    expect(await bo.page.changeSettings({ forward: { always: carla.address } })).toBeUndefined();
    expect(await anna.page.call(bo.address)).toBeUndefined();
    await anna.page.untilSeen(carla.address, { state: 'calling', ringing: true, meant: bo.address });
    expect(await carla.page.until(anna.address, 'incoming')).toMatchObject({ meant: bo.address });
    expect(await bo.page.calls(anna.address)).toEqual([]);
    await answered(anna, carla);

    await anna.page.hangUp(carla.address);
    await carla.page.until(anna.address, 'ended');
    const [a, b, c] = [anna.address, bo.address, carla.address];
    expect(await anna.page.history()).toMatchObject([
      { peer: { address: c }, cause: 'hangup', forwardedFrom: { address: b } },
      { peer: { address: b }, cause: 'forwarded', forwardedTo: { address: c } },
    ]);
    expect(await bo.page.history()).toMatchObject([
      { peer: { address: a }, role: 'callee', cause: 'forwarded', forwardedTo: { address: c }, missed: false },
    ]);
    expect(await carla.page.history()).toMatchObject([{ peer: { address: a }, forwardedFrom: { address: b } }]);
  });

  it('on busy: while one talks in as many calls as one wants', async ({ world }) => {
    const [anna, bo, carla] = await three(world);
    const dora = await world.person('Dora');
    await talk(dora, bo);
    expect(await bo.page.changeSettings({ maxCalls: 1, forward: { busy: carla.address } })).toBeUndefined();
    expect(await anna.page.call(bo.address)).toBeUndefined();
    await answered(anna, carla);
    await hearEachOther(dora, bo);
  });

  it('on no answer, with the offer that has rung before', async ({ world }) => {
    const [anna, bo, carla] = await three(world);
    expect(await bo.page.changeSettings({ ringMs: 5_000, forward: { noAnswer: carla.address } })).toBeUndefined();
    expect(await anna.page.call(bo.address)).toBeUndefined();
    const [before] = await Promise.all([
      anna.page.untilSeen(bo.address, { state: 'calling', ringing: true }),
      bo.page.until(anna.address, 'incoming'),
    ]);
    const { id } = await anna.page.untilSeen(carla.address, { state: 'calling', ringing: true, meant: bo.address }, 25_000);
    expect(id).not.toBe(before.id);
    expect(await bo.page.until(anna.address, 'ended')).toMatchObject({ cause: 'forwarded' });
    const offered = await anna.page.generations();
    await answered(anna, carla);
    expect(await anna.page.generations()).toEqual(offered);
  });

  it('go on where the page of the caller is loaded again while it rings', async ({ world }) => {
    const [anna, bo, carla] = await three(world);
    expect(await bo.page.changeSettings({ forward: { always: carla.address } })).toBeUndefined();
    expect(await anna.page.call(bo.address)).toBeUndefined();
    await carla.page.until(anna.address, 'incoming');
    await anna.reload();
    await anna.page.untilSeen(carla.address, { state: 'calling', meant: bo.address });
    await answered(anna, carla);
  });

  it('ring where they came to, where they would go in a circle', async ({ world }) => {
    const [anna, bo, carla] = await three(world);
    expect(await bo.page.changeSettings({ forward: { always: carla.address } })).toBeUndefined();
    expect(await carla.page.changeSettings({ forward: { always: bo.address } })).toBeUndefined();
    expect(await anna.page.call(bo.address)).toBeUndefined();
    await answered(anna, carla);
  });

  it('to oneself or nobody are refused', async ({ world }) => {
    const bo = await world.person('Bo');
    expect(await bo.page.changeSettings({ forward: { always: bo.address } })).toBe('self_forward');
    expect(await bo.page.changeSettings({ forward: { busy: 'nobody' } })).toBe('user_not_found');
  });
});
