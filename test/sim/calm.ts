/** When the networks are whole, the server is up and nobody has done anything for a while, everybody agrees. */
import type { Call } from '../../packages/client/src/call.ts';
import { isQuiet, serverLimits } from '@offhook/core';
import type { CallView } from '@offhook/core';
import type { Engine } from '../../packages/server/src/engine/engine.ts';
import { lookAtNoPhones, lookAtPair, lookAtPhones } from './sip/laws.ts';
import type { DeskCall } from './sip/desk-call.ts';
import { DeskPhone } from './sip/desk-phone.ts';
import { short } from './trace.ts';
import type { Page } from './page.ts';
import type { World } from './world.ts';

/** How long the world needs to come to rest: reconnecting, resuming, restarting ICE at its greatest distance. */
const restMs = 50_000;

/** How long the news of a change takes to everybody, gathered as it is. */
const newsMs = 1_500;

/** Waits until the world has come to rest, and looks. */
export async function rest(world: World): Promise<void> {
  await world.run(restMs);
  // A call that has just ended by itself is not known to all yet.
  for (let tries = 0; world.laws.changedAt + newsMs > world.time.now && tries < 10; tries += 1) await world.run(newsMs);
  lookAtRest(world);
}

function lookAtRest(world: World): void {
  const { laws, server } = world;
  const { engine } = server;
  if (engine === undefined) return laws.break('S13', 'the server is not up');
  for (const page of world.pages) {
    laws.expect(page.phone?.state === 'online', 'S3', `${page.name} is ${page.phone?.state ?? 'not signed in'}`);
    if (page.phone === undefined || page.connection === undefined) continue;
    agree(world, engine, page, page.connection);
    presence(world, engine, page);
    // The ping, the silence that is waited for, and the refresh of ICE servers.
    if (page.calls.length === 0)
      laws.expect(page.scope.pending <= 4, 'S10', `${page.name} has ${page.scope.pending} timers and no call`);
  }
  lookAtPhones(world);
  const live = [...laws.calls_.values()].filter(({ record }) => record === undefined).length;
  laws.expect(engine.liveCalls === live, 'S3', `${engine.liveCalls} calls live on the server, ${live} on its disk`);
}

function agree(world: World, engine: Engine, page: Page, connection: string): void {
  const { laws } = world;
  const views = engine.views(page.device.user.address, connection);
  for (const view of views) {
    const call = page.calls.find(({ id }) => id === view.call);
    const id = `${short(view.call)} on ${page.name}`;
    if (!view.here && view.stage !== 'ringing') laws.expect(call === undefined, 'S2', `${id} is a call of another page`);
    if (view.here) laws.expect(call !== undefined, 'S3', `${id} is ${view.stage} for the server and nothing for the page`);
    if (view.here && call !== undefined) compare(world, page, call, view);
    if (!view.here && view.stage === 'ringing' && view.role === 'callee' && call === undefined)
      // One that cannot make media has said so at once.
      laws.expect(laws.hasEnded(page, view.call) || page.device.fails > 0, 'S3', `${id} does not ring`);
  }
  for (const { id, state } of page.calls) {
    const view = views.find(({ call }) => call === id);
    laws.expect(view !== undefined, 'S3', `${short(id)} is ${state} on ${page.name} and nothing for the server`);
  }
}

function compare(world: World, page: Page, call: Call, view: CallView): void {
  const { laws } = world;
  const id = `${short(view.call)} on ${page.name}`;
  const other = otherSide(world, page, view.call);
  // Somebody whose browser crashed without a word is missed by the server only after a while.
  const isAlone = view.stage === 'active' && other === undefined;
  const expected = { ringing: ['calling', 'opening'], answering: ['connecting'], active: ['active'] }[view.stage];
  if (!isAlone && !expected.includes(call.state))
    laws.break('S3', `${id} is ${call.state} while it is ${view.stage} for the server`);
  const mine = { held: call.held, muted: call.muted, camera: call.camera };
  laws.expect(same(mine, view.mine), 'S3', `${id}: its own side is ${said(mine)}, for the server ${said(view.mine)}`);
  if (view.stage !== 'active' || isAlone) return;
  laws.expect(
    same(call.remote, view.theirs),
    'S3',
    `${id}: the other side is ${said(call.remote)}, for the server ${said(view.theirs)}`,
  );
  laws.expect(!call.peerAway, 'S3', `${id}: the other is away`);
  flows(world, page, other, call, view);
  if (other instanceof DeskPhone) lookAtPair(world, other, call, view, heardBy(world, page, call));
}

function otherSide({ laws, pages, telephony }: World, page: Page, call: string): Page | DeskPhone | undefined {
  const { state } = laws.known(call);
  if (state?.kind !== 'active') return undefined;
  const { caller, callee } = state;
  const connection = page.connection === caller.connection ? callee.connection : caller.connection;
  const phone = telephony.phones.find(({ device }) => connection === `sip:${device}`);
  if (phone !== undefined) return phone;
  const other = laws.pageOf.get(connection);
  return pages.find((one) => one === other);
}

/** What is heard and seen here is what the other side sends, unless somebody holds. */
function flows(world: World, page: Page, other: Page | DeskPhone | undefined, call: Call, view: CallView): void {
  const { laws, telephony } = world;
  const id = `${short(view.call)}: ${other?.name ?? 'somebody'} to ${page.name}`;
  const isHeld = view.mine.held || view.theirs.held;
  for (const kind of ['audio', 'video'] as const) {
    const shown = call.remoteStream.getTracks() as unknown[];
    const arriving = [...page.peers]
      .flatMap((peer) => peer.receives(kind) ?? [])
      .filter(({ received }) => shown.includes(received));
    laws.expect(
      arriving.every(({ from }) => (telephony.soundOf(from)?.phone ?? from.place) === other),
      'S5',
      `${id}: ${kind} comes from somebody else`,
    );
    const isHeard = arriving.some(({ sent, received }) => sent.enabled && received.enabled);
    const isSent = kind === 'audio' ? !view.theirs.muted : view.theirs.camera;
    laws.expect(
      isHeard === (isSent && !isHeld),
      'S5',
      `${id}: ${kind} ${isHeard ? 'flows' : 'does not flow'}, ${said(view.mine)} | ${said(view.theirs)}`,
    );
  }
}

/** The call at a phone that a page hears, or would. */
function heardBy(world: World, page: Page, call: Call): DeskCall | undefined {
  const shown = call.remoteStream.getTracks() as unknown[];
  const arriving = [...page.peers].flatMap((peer) => peer.receives('audio') ?? []);
  return arriving.flatMap(({ from, received }) => (shown.includes(received) ? (world.telephony.soundOf(from) ?? []) : []))[0];
}

function presence(world: World, engine: Engine, page: Page): void {
  const { now } = world.time;
  for (const { address } of world.users) {
    const wish = world.server.disk.users.get(address)?.settings;
    // Quiet hours that have just begun or ended are news that may be on its way.
    if (wish !== undefined && isQuiet(wish, now) !== isQuiet(wish, now - 2 * newsMs)) continue;
    const shown = page.presence.get(address);
    const isPhoneHere = world.telephony.isHere(address);
    const here = isPhoneHere === true || world.pages.some((other) => other.device.user.address === address);
    const engaged = engine.views(address, '').some(({ role, stage }) => role === 'caller' || stage !== 'ringing');
    const actual = engine.presence(address);
    // Somebody whose page has gone may not have taken it back that they do not want to hear of this one.
    const isBlocked = world.server.disk.people.reads.blocks(address).blocked.includes(page.device.user.address);
    const expected = isBlocked ? 'offline' : actual;
    world.laws.expect(shown === expected, 'S9', `${page.name} sees ${address} ${shown ?? 'nowhere'}, who is ${expected}`);
    // Of those who have gone without a word the server hears late, and then waits for them.
    const isMissed = (world.wires.missedSince(address) ?? world.time.now) + serverLimits.reachMs + newsMs < world.time.now;
    const truth = here
      ? isQuiet(engine.settings(address), world.time.now)
        ? 'do_not_disturb'
        : engaged
          ? 'on_call'
          : 'online'
      : isMissed
        ? 'offline'
        : undefined;
    if (truth !== undefined && isPhoneHere !== undefined)
      world.laws.expect(actual === truth, 'S9', `${address} counts as ${actual} and is ${truth}`);
  }
}

interface Values {
  readonly held: boolean;
  readonly muted: boolean;
  readonly camera: boolean;
}

function same(a: Values, b: Values): boolean {
  return a.held === b.held && a.muted === b.muted && a.camera === b.camera;
}

function said({ held, muted, camera }: Values): string {
  return [held && 'held', muted && 'muted', camera && 'camera'].filter(Boolean).join('+') || 'plain';
}

/** After the end of everything: each call is recorded, and nothing is left. */
export function lookAtEnd(world: World): void {
  const { laws } = world;
  for (const { id, record, announced, state, beganTalked } of laws.calls_.values()) {
    laws.expect(record !== undefined, 'S1', `${short(id)} never ended, it is ${state?.kind ?? 'unknown'}`);
    laws.expect(announced.at(-1) === 'call.ended', 'S1', `the end of ${short(id)} was not announced`);
    const refused = record !== undefined && announced.length === 1;
    const first = beganTalked ? 'call.accepted' : 'call.ringing';
    laws.expect(refused || announced[0] === first, 'S1', `the beginning of ${short(id)} was not announced`);
    const connected = announced.includes('call.connected');
    laws.expect(connected === (record?.connectedAt !== undefined), 'S11', `${short(id)} has a wrong duration`);
  }
}

/** All phones are closed. */
export function lookAtNothing(world: World): void {
  const { laws, ether, wires } = world;
  lookAtNoPhones(world);
  for (const page of world.pages) {
    laws.expect(page.scope.pending === 0, 'S10', `${page.scope.pending} timers of ${page.name} outlive its phone`);
    for (const track of page.tracks) laws.expect(track.readyState === 'ended', 'S5', `${page.name} captures after its end`);
  }
  for (const [name, count] of Object.entries(world.server.held()))
    laws.expect(count === 0, 'S10', `the server has ${count} ${name.replace('_', ' ')} and nobody is there`);
  laws.expect(ether.peers.size === 0, 'S5', `${ether.peers.size} peer connections are open`);
  laws.expect(wires.open.size === 0, 'S10', `${wires.open.size} sockets are open`);
}
