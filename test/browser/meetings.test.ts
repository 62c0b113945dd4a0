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
});
