/** Calls that go on as meetings, and meetings as calls, in real browsers, without ringing again and without a gap. */
import { describe, expect } from 'vitest';
import type { MeetingKit } from './page/meeting-kit.ts';
import { it } from './harness/it.ts';
import type { World } from './harness/it.ts';
import type { Person } from './harness/person.ts';
import { freePort } from './harness/ports.ts';
import type { Remote } from './harness/remote.ts';

const kit = (person: Person): Remote<MeetingKit> => person.page as Remote<MeetingKit>;

/** People on one server, each of whom goes along when a call is led into a meeting. */
async function people<T extends string>(world: World, ...names: readonly T[]): Promise<Record<T, Person>> {
  const server = await world.anotherServer({ settings: { mediaPort: await freePort(), mediaWorkers: 1 } });
  const all = await Promise.all(
    names.map(async (name) => [name, await world.person(name, { server, page: 'sessions.html' })] as const),
  );
  for (const [, person] of all) await kit(person).followMoves();
  return Object.fromEntries(all) as Record<T, Person>;
}

/** With a tone that never stops, and pictures. */
async function talk(anna: Person, bo: Person): Promise<void> {
  await anna.page.call(bo.address, { own: true });
  await bo.page.until(anna.address, 'incoming');
  await bo.page.answer(anna.address, { own: true });
  await Promise.all([anna.page.until(bo.address, 'active'), bo.page.until(anna.address, 'active')]);
  await Promise.all([anna.page.hears(), bo.page.hears()]);
}

async function meet(anna: Person): Promise<void> {
  const id = await kit(anna).createMeeting();
  expect(await kit(anna).enter(id)).toBeUndefined();
  await kit(anna).untilNews('session');
}

/**
 * Nobody asks whether the other is still there. It is the promise, and counted in samples rather than by a clock: what is heard before plays on until
 * something comes by the new way, so that only its first packets and their buffer are missing (30 to 40 ms), however busy the machine is.
 */
const gapMs = 300;

describe('a call', () => {
  it('goes on as a meeting, heard all the time on both sides', async ({ world }) => {
    const { anna, bo } = await people(world, 'anna', 'bo');
    await talk(anna, bo);
    await meet(anna);
    expect(await kit(anna).moveCall(bo.address)).toBeUndefined();
    await kit(bo).untilNews('moved well');
    expect(await anna.page.until(bo.address, 'ended')).toMatchObject({ cause: 'joined' });
    expect(await bo.page.until(anna.address, 'ended')).toMatchObject({ cause: 'joined' });
    await Promise.all([kit(anna).untilArrives([bo.address]), kit(bo).untilArrives([anna.address])]);
    for (const person of [anna, bo]) expect(await kit(person).longestSilence()).toBeLessThan(gapMs);
  }, 180_000);

  it('is joined with another one of the same person in one meeting: all three talk', async ({ world }) => {
    const { anna, bo, carla } = await people(world, 'anna', 'bo', 'carla');
    await talk(anna, bo);
    await talk(anna, carla);
    await meet(anna);
    for (const other of [bo, carla]) expect(await kit(anna).moveCall(other.address)).toBeUndefined();
    await Promise.all([
      kit(anna).untilArrives([bo.address, carla.address]),
      kit(bo).untilArrives([anna.address, carla.address]),
      kit(carla).untilArrives([anna.address, bo.address]),
    ]);
    // Of those with whom each has talked before.
    for (const person of [anna, bo, carla]) expect(await kit(person).longestSilence()).toBeLessThan(gapMs);
  }, 180_000);

  it('gets a third person, and is heard all the time on both sides', async ({ world }) => {
    const { anna, bo, carla } = await people(world, 'anna', 'bo', 'carla');
    await talk(anna, bo);
    await meet(anna);
    expect(await kit(anna).moveCall(bo.address)).toBeUndefined();
    await kit(bo).untilNews('moved well');
    expect(await kit(anna).ring(carla.address)).toEqual([carla.address]);
    const meeting = await kit(carla).untilRungFor(anna.address);
    await kit(carla).plugInTone();
    expect(await kit(carla).enter(meeting ?? '')).toBeUndefined();
    await kit(carla).untilNews('session');
    expect(await kit(carla).publish({ audio: true, video: true })).toBeUndefined();
    await Promise.all([
      kit(anna).untilArrives([bo.address, carla.address]),
      kit(bo).untilArrives([anna.address, carla.address]),
      kit(carla).untilArrives([anna.address, bo.address]),
    ]);
    for (const person of [anna, bo]) expect(await kit(person).longestSilence()).toBeLessThan(gapMs);
  }, 180_000);

  it('is recorded and gets a screen beside its cameras, and is a call again without them', async ({ world }) => {
    const { anna, bo } = await people(world, 'anna', 'bo');
    for (const person of [anna, bo]) await kit(person).plugInTone();
    await talk(anna, bo);
    await meet(anna);
    expect(await kit(anna).moveCall(bo.address)).toBeUndefined();
    await Promise.all([kit(anna).untilArrives([bo.address]), kit(bo).untilArrives([anna.address])]);

    expect(await kit(anna).record('recording')).toBeUndefined();
    for (const person of [anna, bo]) await kit(person).untilNews('recording recording');
    expect(await kit(anna).publish({ video: { width: 320 } }, 'screen')).toBeUndefined();
    await kit(bo).untilArrives([anna.address]);
    await kit(bo).untilArrives([`${anna.address}:screen`], 'picture');
    expect(await kit(anna).record('stopped')).toBeUndefined();
    await kit(bo).untilNews('recording stopped');
    await kit(anna).unpublish('screen');
    await kit(bo).untilNews('unavailable screen');
    for (const person of [anna, bo]) expect(await kit(person).longestSilence()).toBeLessThan(gapMs);

    for (const person of [anna, bo]) await kit(person).listenForGaps();
    expect(await kit(anna).callFromMeeting()).toBeUndefined();
    await Promise.all([kit(anna).untilNews('over left'), kit(bo).untilNews('over left')]);
    await Promise.all([anna.page.hears(), bo.page.hears()]);
    for (const person of [anna, bo]) expect(await kit(person).longestSilence()).toBeLessThan(gapMs);
  }, 180_000);

  it('that both lead into a meeting at once goes into the first one', async ({ world }) => {
    const { anna, bo } = await people(world, 'anna', 'bo');
    await talk(anna, bo);
    for (const person of [anna, bo]) await meet(person);
    const moved = await Promise.all([kit(anna).moveCall(bo.address), kit(bo).moveCall(anna.address)]);
    expect(moved.toSorted()).toEqual(['wrong_state', undefined]);
    expect(await anna.page.until(bo.address, 'ended')).toMatchObject({ cause: 'joined' });
  }, 180_000);

  it('goes on as it was where the other side cannot come', async ({ world }) => {
    const { anna, bo } = await people(world, 'anna', 'bo');
    await talk(anna, bo);
    await meet(anna);
    await kit(anna).lock(true);
    expect(await kit(anna).moveCall(bo.address)).toBe('media_unavailable');
    await kit(bo).untilNews('moved meeting_locked');
    await Promise.all([anna.page.hears(), bo.page.hears()]);
    expect(await anna.page.until(bo.address, 'active')).toMatchObject({ state: 'active' });
  }, 180_000);
});

describe('a meeting of two', () => {
  it('goes on as a call, heard all the time on both sides, and as a meeting again', async ({ world }) => {
    const { anna, bo } = await people(world, 'anna', 'bo');
    for (const person of [anna, bo]) await kit(person).plugInTone();
    const id = await kit(anna).createMeeting({ lobby: 'off' });
    for (const person of [anna, bo]) {
      expect(await kit(person).enter(id)).toBeUndefined();
      await kit(person).untilNews('session');
      await kit(person).publish({ audio: true, video: true });
    }
    await Promise.all([kit(anna).untilArrives([bo.address]), kit(bo).untilArrives([anna.address])]);
    for (const person of [anna, bo]) await kit(person).listenForGaps();
    expect(await kit(anna).callFromMeeting()).toBeUndefined();
    await Promise.all([anna.page.until(bo.address, 'active'), bo.page.until(anna.address, 'active')]);
    await Promise.all([kit(anna).untilNews('over left'), kit(bo).untilNews('over left')]);
    await Promise.all([anna.page.hears(), bo.page.hears()]);
    for (const person of [anna, bo]) expect(await kit(person).longestSilence()).toBeLessThan(gapMs);
    await meet(anna);
    expect(await kit(anna).moveCall(bo.address)).toBeUndefined();
    await kit(bo).untilNews('moved well');
  }, 180_000);

  it('stays one while somebody else is there', async ({ world }) => {
    const { anna, bo, carla } = await people(world, 'anna', 'bo', 'carla');
    const id = await kit(anna).createMeeting({ lobby: 'off' });
    for (const person of [anna, bo, carla]) {
      expect(await kit(person).enter(id)).toBeUndefined();
      await kit(person).untilNews('session');
    }
    expect(await kit(anna).callFromMeeting()).toBe('wrong_state');
    expect(await kit(bo).attendees()).toHaveLength(3);
    await kit(carla).leaveMeeting();
    await expect.poll(() => kit(bo).attendees()).toHaveLength(2);
    for (const person of [anna, bo]) await kit(person).publish({ audio: true });
    expect(await kit(bo).callFromMeeting()).toBeUndefined();
    await Promise.all([anna.page.until(bo.address, 'active'), bo.page.until(anna.address, 'active')]);
    await Promise.all([anna.page.hears(), bo.page.hears()]);
  }, 180_000);
});
