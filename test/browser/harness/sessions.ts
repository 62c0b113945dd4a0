/** People who meet in a session, by the SDK, a server and its media worker. */
import { expect } from 'vitest';
import type { SessionKit } from '../page/session-kit.ts';
import type { Wishes, World } from './it.ts';
import type { Person } from './person.ts';
import { freePort } from './ports.ts';
import type { Remote } from './remote.ts';
import type { Server } from './server.ts';

export const kit = (person: Person): Remote<SessionKit> => person.page as Remote<SessionKit>;

/** With one media worker. */
export async function serverOf(world: World): Promise<Server> {
  return world.anotherServer({ settings: { mediaPort: await freePort(), mediaWorkers: 1 } });
}

/** Somebody in the session `standup`, who publishes nothing yet. */
export async function meet(world: World, server: Server, name: string, wishes: Wishes = {}): Promise<Person> {
  const person = await world.person(name, { ...wishes, server, page: 'sessions.html' });
  expect(await kit(person).join('standup')).toBeUndefined();
  return person;
}
