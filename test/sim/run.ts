/** One run: a seed makes a world, people and troubles; the laws are looked at all the way. */
import { lookAtEnd, lookAtNothing, rest } from './calm.ts';
import { Chance } from './chance.ts';
import type { Breach } from './laws.ts';
import { usual } from './deeds.ts';
import type { Deed } from './deeds.ts';
import { People } from './people.ts';
import { DeskPeople } from './sip/desk-people.ts';
import { Outsider } from './outsider.ts';
import { kinds, Troubles } from './troubles.ts';
import type { Trouble, TroubleKind } from './troubles.ts';
import { World } from './world.ts';

export interface RunOptions {
  /** The whole trace is kept. */
  readonly full?: boolean;
  /** Does something to the world before it begins. */
  readonly prepare?: (world: World) => void;
}

export interface Run {
  readonly seed: number;
  readonly breaches: readonly Breach[];
  readonly world: World;
  readonly calls: number;
  /** Calls on which people have talked. */
  readonly talked: number;
  readonly steps: number;
  /** Virtual milliseconds. */
  readonly lasted: number;
}

const names = ['Alice', 'Bob', 'Carol', 'Dave'];
const deviceNames = ['laptop', 'phone', 'tablet'];
const callsPerRun = 20;
const rounds = 2;

/** What a seed is about. */
interface Plan {
  readonly troubles: readonly Trouble[];
  readonly deeds: Readonly<Record<Deed, number>>;
  /** Somebody speaks the protocol who does not know it. */
  readonly hasOutsider: boolean;
  /** Devices fail, and their people refuse when they are asked. */
  readonly hasBadDevices: boolean;
  /** Ways in which no call ends, as nothing that is to come could be the cause. */
  readonly neverEnds: readonly string[];
}

export async function run(seed: number, { full = false, prepare }: RunOptions = {}): Promise<Run> {
  const chance = new Chance(seed, 'plan');
  const wild = { duplicate: chance.is(0.3) ? 0.03 : 0, overtake: chance.is(0.25) ? 0.04 : 0 };
  const world = new World(seed, { meddling: { ...wild }, full });
  prepare?.(world);
  const plan = planOf(chance);
  populate(world, chance, plan);
  const desks = furnish(world);
  for (const end of wild.duplicate + wild.overtake > 0 || desks !== undefined ? [] : plan.neverEnds)
    world.laws.neverEnds.add(end);
  world.pushes.begin();
  const outsider = plan.hasOutsider ? new Outsider(world, chance.pick(world.devices), chance) : undefined;
  world.outsiderOn = outsider?.device;
  const people = new People(world);
  const troubles = new Troubles(world);
  world.scope.schedule(500, function look() {
    world.laws.listen();
    world.laws.look();
    world.pushes.look();
    world.scope.schedule(500, look);
  });
  void world.server.start();
  for (const tab of world.tabs) if (chance.is(0.85)) world.scope.schedule(chance.between(0, 500), () => world.load(tab));
  desks?.begin();
  await world.run(3_000);
  for (let round = 1; round <= rounds && isLawful(world); round += 1) {
    while (people.calls + (desks?.calls ?? 0) < (callsPerRun * round) / rounds && isLawful(world)) {
      await act(world, chance, people, troubles, plan);
      if (desks !== undefined && chance.is(0.5)) desks.act();
      if (outsider !== undefined && chance.is(0.4)) outsider.act();
    }
    troubles.heal();
    desks?.heal();
    people.areResting = true;
    if (desks !== undefined) desks.areResting = true;
    Object.assign(world.meddling, { duplicate: 0, overtake: 0 });
    await people.attention.settle();
    await rest(world);
    Object.assign(world.meddling, wild);
    people.areResting = false;
    if (desks !== undefined) desks.areResting = false;
  }
  outsider?.leave();
  if (isLawful(world)) await end(world, people, desks, troubles, chance);
  const { breaches, calls_ } = world.laws;
  const talked = [...calls_.values()].filter(({ connectedAt }) => connectedAt !== undefined).length;
  return {
    seed,
    breaches,
    world,
    calls: people.calls + (desks?.calls ?? 0),
    talked,
    steps: world.time.steps,
    lasted: world.time.now - 1_800_000_000_000,
  };
}

function isLawful({ laws }: World): boolean {
  return laws.breaches.length === 0;
}

function planOf(chance: Chance): Plan {
  const isQuiet = chance.is(0.15);
  const kindsOfTrouble = isQuiet ? [] : (Object.keys(kinds) as TroubleKind[]).filter(() => chance.is(0.5));
  const tabsAreLeftAlone = chance.is(0.3);
  const deeds = { ...usual };
  if (tabsAreLeftAlone)
    for (const deed of ['reload', 'transfer_reload', 'close_tab', 'kill_tab', 'sign_off', 'retire'] as const) deeds[deed] = 0;
  const hasOutsider = chance.is(0.25);
  const hasBadDevices = chance.is(0.3);
  const isOnly = (...some: TroubleKind[]): boolean =>
    tabsAreLeftAlone && !hasOutsider && kindsOfTrouble.every((kind) => some.includes(kind));
  const neverEnds = [
    // Losing signalling alone does not end a call that has media.
    ...(isOnly('sockets', 'disk') ? ['connected connection_lost', 'connected media_failed', 'connected server_lost'] : []),
    ...(isOnly() && !hasBadDevices ? ['media_failed', 'connection_lost', 'server_lost'] : []),
  ];
  return { troubles: kindsOfTrouble.flatMap((kind) => [...kinds[kind]]), deeds, hasOutsider, hasBadDevices, neverEnds };
}

function populate(world: World, chance: Chance, { hasBadDevices }: Plan): void {
  for (const name of names.slice(0, chance.between(3, 4))) {
    const user = world.addUser(name);
    for (const deviceName of deviceNames.slice(0, chance.between(1, 3))) {
      const least = chance.between(2, 60);
      const device = world.addDevice(user, deviceName, {
        delay: [least, least + chance.between(5, 100)],
        skew: chance.is(0.5) ? 0 : chance.between(-3_600_000, 3_600_000),
        permission: chance.is(0.6) ? 'granted' : 'prompt',
      });
      device.refuses = hasBadDevices && chance.is(0.4) ? 0.5 : 0;
      device.fails = hasBadDevices && chance.is(0.3) ? 0.2 : 0;
      for (let tabs = chance.between(1, 2); tabs > 0; tabs -= 1) world.addTab(device);
    }
  }
}

/** In a part of the runs some have desk phones. */
function furnish(world: World): DeskPeople | undefined {
  const chance = new Chance(world.seed, 'furniture');
  if (!chance.is(0.3)) return undefined;
  for (const user of world.users) {
    if (!chance.is(0.6)) continue;
    const least = chance.between(2, 40);
    world.telephony.addPhone(user, 'desk', { delay: [least, least + chance.between(5, 150)], loss: 0.01, duplicate: 0.01 });
  }
  return world.telephony.phones.length === 0 ? undefined : new DeskPeople(world);
}

async function act(
  world: World,
  chance: Chance,
  people: People,
  troubles: Troubles,
  { deeds, troubles: some }: Plan,
): Promise<void> {
  await world.run(chance.is(0.2) ? chance.between(0, 30) : chance.between(100, 2_500));
  if (some.length > 0 && chance.is(0.2)) troubles.make(chance.pick(some));
  people.do(chance.weighted(deeds));
}

/** Everybody hangs up and goes. */
async function end(
  world: World,
  people: People,
  desks: DeskPeople | undefined,
  troubles: Troubles,
  chance: Chance,
): Promise<void> {
  world.laws.neverEnds.clear();
  if (chance.is(0.5)) people.hangUpAll();
  else for (const tab of world.tabs) if (chance.is(0.5)) world.unload(tab, 'leaves');
  troubles.heal();
  desks?.heal();
  Object.assign(world.meddling, { duplicate: 0, overtake: 0 });
  await world.run(60_000);
  people.hangUpAll();
  desks?.hangUpAll();
  await people.attention.settle();
  // The longest that anything is waited for: a call whose sides are both gone.
  people.areResting = true;
  if (desks !== undefined) desks.areResting = true;
  await world.run(100_000);
  await rest(world);
  lookAtEnd(world);
  for (const page of world.pages) void page.phone?.close();
  for (const phone of world.telephony.phones) phone.signOff();
  // Until the last connection may no longer be resumed.
  await world.run(200_000);
  lookAtNothing(world);
  void world.server.stop();
  await world.run(200_000);
}
