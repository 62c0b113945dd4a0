/** People in real browsers meet by a link: by the SDK, the server and a real media worker. */
import { describe, expect } from 'vitest';
import type { MeetingPlan } from '@offhook/client/meetings';
import type { MeetingKit } from './page/meeting-kit.ts';
import { it } from './harness/it.ts';
import type { World } from './harness/it.ts';
import type { Person } from './harness/person.ts';
import { freePort } from './harness/ports.ts';
import type { Remote } from './harness/remote.ts';
import type { Server } from './harness/server.ts';

const small = { audio: true, video: { width: 320, height: 240 } };

const kit = (person: Person): Remote<MeetingKit> => person.page as Remote<MeetingKit>;

interface Place {
  readonly server: Server;
  readonly anna: Person;
  readonly id: string;
}

/** Anna makes a meeting, and is in it. */
async function begin(world: World, plan: MeetingPlan = {}): Promise<Place> {
  const server = await world.anotherServer({ settings: { mediaPort: await freePort(), mediaWorkers: 1 } });
  const anna = await world.person('Anna', { server, page: 'sessions.html' });
  const id = await kit(anna).createMeeting(plan);
  expect(await kit(anna).enter(id)).toBeUndefined();
  await isIn(anna);
  return { server, anna, id };
}

async function isIn(person: Person): Promise<void> {
  await kit(person).untilNews('session');
  expect(await kit(person).publish(small)).toBeUndefined();
}

/** Each hears and sees all the others. */
async function meetEachOther(...people: readonly Person[]): Promise<void> {
  await Promise.all(
    people.map((one) => kit(one).untilArrives(people.filter((other) => other !== one).map(({ address }) => address))),
  );
}

describe('a meeting', () => {
  it('lets a guest in who has its link and a name, once a host admits them', async ({ world }) => {
    const { server, anna, id } = await begin(world);
    const guest = await world.visitor(id, 'Gül', { server, page: 'sessions.html' });
    expect(await kit(guest).enter(id)).toBeUndefined();
    expect(await kit(guest).stage()).toBe('waiting');
    await kit(anna).untilNews(`waiting joined ${guest.address}`);
    expect(await kit(anna).host('admit', guest.address)).toBeUndefined();
    await isIn(guest);
    await meetEachOther(anna, guest);
  }, 180_000);

  it('asks for its passcode, is led by its hosts, and ends for all', async ({ world }) => {
    const { server, anna, id } = await begin(world, { lobby: 'off', passcode: 'open-1' });
    const bo = await world.person('Bo', { server, page: 'sessions.html' });
    expect(await kit(bo).enter(id)).toBe('passcode_needed');
    expect(await kit(bo).enter(id, 'open-2')).toBe('passcode_wrong');
    expect(await kit(bo).enter(id, 'open-1')).toBeUndefined();
    await isIn(bo);
    await meetEachOther(anna, bo);

    await kit(bo).raiseHand(true);
    await kit(anna).untilNews(`in changed ${bo.address} hand`);
    expect(await kit(bo).host('mute', anna.address)).toBe('forbidden');
    expect(await kit(anna).host('mute', bo.address)).toBeUndefined();
    await kit(bo).untilNews('muted');
    const muted = async (): Promise<boolean | undefined> =>
      (await kit(anna).participants()).find(({ address }) => address === bo.address)?.muted.includes(true);
    await expect.poll(muted).toBe(true);
    await kit(bo).setMic(true);
    await expect.poll(muted).toBe(false);
    await meetEachOther(anna, bo);

    await kit(anna).lock(true);
    const guest = await world.visitor(id, 'Gül', { server, page: 'sessions.html' });
    expect(await kit(guest).enter(id, 'open-1')).toBe('meeting_locked');
    await kit(anna).lock(false);
    expect(await kit(guest).enter(id, 'open-1')).toBeUndefined();
    await isIn(guest);
    await meetEachOther(anna, bo, guest);
    expect(await kit(anna).host('remove', guest.address)).toBeUndefined();
    await kit(guest).untilNews('over removed');
    expect(await kit(guest).enter(id, 'open-1')).toBe('meeting_removed');
    await kit(bo).untilNews(`in left ${guest.address}`);

    await kit(anna).endForAll();
    await kit(anna).untilNews('over ended');
    await kit(bo).untilNews('over ended');
    expect(await kit(bo).enter(id, 'open-1')).toBe('meeting_not_found');
  }, 180_000);

  it('goes on for whoever has loaded the page anew, and led by another when the host has left', async ({ world }) => {
    const { server, anna, id } = await begin(world, { lobby: 'all' });
    const bo = await world.person('Bo', { server, page: 'sessions.html' });
    expect(await kit(bo).enter(id)).toBeUndefined();
    await kit(anna).untilNews(`waiting joined ${bo.address}`);
    expect(await kit(anna).host('admit', bo.address)).toBeUndefined();
    await isIn(bo);
    await meetEachOther(anna, bo);
    await bo.reload();
    expect(await kit(bo).enter(id)).toBeUndefined();
    await isIn(bo);
    await meetEachOther(anna, bo);
    await kit(anna).leaveMeeting();
    await expect.poll(() => kit(bo).standsIn()).toBe(true);
    expect(await kit(anna).enter(id)).toBeUndefined();
    await isIn(anna);
    await meetEachOther(anna, bo);
  }, 180_000);

  it('goes on after the server was killed and started anew', async ({ world }) => {
    const { server, anna, id } = await begin(world, { lobby: 'all' });
    const bo = await world.person('Bo', { server, page: 'sessions.html' });
    expect(await kit(bo).enter(id)).toBeUndefined();
    await kit(anna).untilNews(`waiting joined ${bo.address}`);
    expect(await kit(anna).host('admit', bo.address)).toBeUndefined();
    await isIn(bo);
    await meetEachOther(anna, bo);
    await server.kill();
    await server.restart();
    await kit(bo).untilNews('unavailable ');
    await meetEachOther(anna, bo);
    expect(await kit(anna).attendees()).toEqual([anna.address, bo.address]);
    expect(await kit(anna).isHost()).toBe(true);
  }, 180_000);

  it('rings whoever is asked in, on whose page it takes the place of a call', async ({ world }) => {
    const { server, anna, id } = await begin(world, { lobby: 'all' });
    const bo = await world.person('Bo', { server, page: 'sessions.html' });
    expect(await kit(anna).ring(bo.address)).toEqual([bo.address]);
    expect(await kit(bo).untilRungFor(anna.address)).toBe(id);
    expect(await kit(bo).enter(id)).toBeUndefined();
    await isIn(bo);
    await meetEachOther(anna, bo);
    expect(await kit(bo).liveCalls()).toEqual([]);
    expect(await kit(anna).liveCalls()).toEqual([]);
  }, 180_000);
});
