/** One run of sessions: a seed makes a world, an application, people and troubles; the laws are looked at all the way. */
import { sessionMachine } from '@offhook/core';
import { Chance } from '../chance.ts';
import type { Breach } from '../laws.ts';
import { Troubles } from '../troubles.ts';
import type { Trouble } from '../troubles.ts';
import { Application, rooms } from './application.ts';
import { Attendees } from './attendees.ts';
import { SessionOutsider } from './outsider.ts';
import { lookAtNothing, rest } from './rest.ts';
import { SessionWorld } from './world.ts';

export interface SessionRun {
  readonly breaches: readonly Breach[];
  readonly world: SessionWorld;
  readonly steps: number;
  /** Virtual milliseconds. */
  readonly lasted: number;
}

const names = ['Alice', 'Bob', 'Carol'];
const deedsPerRound = 18;
const rounds = 2;

const usual = {
  join: 12,
  publish: 4,
  unpublish: 2,
  mute: 3,
  look: 1,
  say: 1,
  record: 3,
  leave: 2,
  take_over: 3,
  reload: 2,
  close_tab: 1,
  kill_tab: 1,
  open_tab: 2,
  sign_off: 1,
  add: 3,
  subscribe: 3,
  remove: 2,
  lock: 1,
  silence: 2,
  application_records: 2,
  unlock: 2,
  end: 1,
  create: 2,
  worker_dies: 1,
  speaks: 1,
  measures: 1,
  drops: 1,
  worker_disk_fails: 1,
  turmoil: 2,
  late_end: 1,
} as const;

const troubles = [
  ['cut', 'silence', 'slow'],
  ['offline', 'move'],
  ['kill_server', 'stop_server'],
  ['disk_fails', 'disk_slow'],
] as const satisfies Trouble[][];

export async function runSessions(seed: number, { full = false }: { readonly full?: boolean } = {}): Promise<SessionRun> {
  const chance = new Chance(seed, 'sessions');
  const world = new SessionWorld(seed, { full });
  for (const name of names) {
    const user = world.addUser(name);
    for (const device of ['laptop', 'phone'].slice(0, chance.between(1, 2))) {
      const least = chance.between(2, 60);
      world.addTab(world.addDevice(user, device, { delay: [least, least + chance.between(5, 100)] }));
    }
  }
  const application = new Application(world, names.length);
  const attendees = new Attendees(world, application);
  const trouble = new Troubles(world);
  const some = troubles.filter(() => chance.is(0.5)).flat();
  const act = (): void => {
    const deed = chance.weighted(usual);
    switch (deed) {
      case 'add':
      case 'subscribe':
      case 'remove':
      case 'lock':
      case 'unlock':
      case 'silence':
      case 'end':
      case 'create':
        return application.do(deed);
      case 'application_records':
        return application.do('record');
      case 'measures':
        return world.worker?.measures();
      case 'drops':
        world.worker?.watches();
        return world.worker?.drops();
      case 'worker_disk_fails':
        return world.worker?.diskFails();
      case 'worker_dies':
        return world.worker?.crash();
      case 'speaks':
        return world.worker?.hears();
      case 'turmoil':
        return turmoil(world, chance, application, attendees);
      case 'late_end':
        return lateEnd(world, chance, application);
      default:
        return attendees.do(deed);
    }
  };
  void world.server.start();
  for (const tab of world.tabs) world.scope.schedule(chance.between(50, 500), () => world.load(tab));
  await world.run(2_000);
  for (const room of rooms) if (chance.is(0.8)) application.begin(room);
  for (let round = 1; round <= rounds && isLawful(world); round += 1) {
    for (let deeds = 0; deeds < deedsPerRound && isLawful(world); deeds += 1) {
      await world.run(chance.is(0.3) ? chance.between(0, 30) : chance.between(50, 1_500));
      if (some.length > 0 && chance.is(0.2)) trouble.make(chance.pick(some));
      act();
      world.sessionLaws.look();
    }
    trouble.heal();
    await rest(world, attendees);
  }
  if (isLawful(world)) await end(world, chance, application, attendees);
  return { breaches: world.laws.breaches, world, steps: world.time.steps, lasted: world.time.now - 1_800_000_000_000 };
}

function isLawful({ laws }: SessionWorld): boolean {
  return laws.breaches.length === 0;
}

/** Everything is said of a session while its beginning or its end is being stored, or fails to be. */
function turmoil(world: SessionWorld, chance: Chance, application: Application, attendees: Attendees): void {
  const { server, scope, devices } = world;
  const room = chance.pick(rooms);
  const outsider = new SessionOutsider(world, chance.pick(devices), chance);
  outsider.connect();
  // What is offered to the worker is answered while the end is being stored.
  scope.schedule(chance.between(450, 590), () => attendees.publishAll());
  scope.schedule(600, () => {
    if (chance.is(0.5)) outsider.join('lobby');
    server.diskDelay = [50, 150];
    server.failing = chance.pick([0, 0.5, 1]);
    application.everything(room);
    for (const page of world.pages) if (chance.is(0.2)) world.wires.of(page)?.cut(['page', 'server'], 100);
    outsider.everything(room);
    world.worker?.hears();
    world.worker?.measures();
    world.worker?.drops();
    world.worker?.watches();
    if (chance.is(0.5)) world.worker?.diskFails();
    if (chance.is(0.3)) world.worker?.crash();
    if (chance.is(0.3)) attendees.signOff();
    scope.schedule(chance.between(30, 80), () => outsider.everything(room));
  });
  scope.schedule(1_200, () => {
    server.diskDelay = [1, 6];
    server.failing = 0;
    outsider.leave();
  });
}

/** A session is ended just before somebody in it counts as lost, and the disk is slow to store that. */
function lateEnd({ sessionLaws, server, scope, time }: SessionWorld, chance: Chance, application: Application): void {
  const room = chance.pick(rooms);
  const state = server.sessions?.session(room);
  const deadline = state && sessionMachine.deadline(state);
  if (deadline === undefined || !sessionLaws.open.has(room) || deadline > time.now + 40_000) return;
  scope.schedule(Math.max(0, deadline - time.now - 60), () => {
    server.diskDelay = [100, 200];
    application.end(room);
    scope.schedule(400, () => {
      server.diskDelay = [1, 6];
    });
  });
}

/** Everybody leaves, or it ends for all. */
async function end(world: SessionWorld, chance: Chance, application: Application, attendees: Attendees): Promise<void> {
  if (chance.is(0.5)) attendees.leaveAll();
  if (chance.is(0.3)) await world.run(320_000);
  for (const room of rooms) application.end(room);
  await world.run(20_000);
  for (const { session, page } of attendees.parts)
    world.sessionLaws.break('P42', `${page.name} is in ${session.id} after the end of all`);
  for (const page of world.pages) void page.phone?.close();
  await world.run(200_000);
  lookAtNothing(world);
  void world.server.stop();
  await world.run(20_000);
}
