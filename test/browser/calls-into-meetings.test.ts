/** Calls that go on as meetings, in real browsers, without ringing again and without a gap. */
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

/** Nobody asks whether the other is still there. How long it really is says `bench -- session`; a busy machine has gaps of its own. */
const gapMs = 1_000;

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
