/**
 * Who is here: users, their connections, and the links of these.
 *
 *      attach ──► here ── last link of a device lost ──► away ── resumed in time ──► here
 *                  └───── its page has left ───────────► left ── not resumed ──────► gone
 */
import { serverLimits } from '@offhook/core';
import { conversationEvents } from '@offhook/core/protocol';
import type { Address, DeviceChange, DeviceId, Event, Instant } from '@offhook/core';
import type { Bus, Clock, Delivery, Pass, StoredUser, Switchboard } from '../ports.ts';
import { Connection } from './connection.ts';
import { noBlocks } from '../ports/people.ts';
import type { BlockLists } from '../ports/people.ts';
import type { Meetings } from '../ports/meetings.ts';
import type { Sessions } from '../ports/sessions.ts';
import type { Link } from './link.ts';
import { mayHear } from './permission.ts';

/** A user who is here: with at least one connection that lives or may be resumed. */
export class Occupant {
  #user: StoredUser;
  #searched: string | undefined = undefined;
  readonly connections: Connection[] = [];
  /** Who does not want to hear of whom. */
  blocks: BlockLists = noBlocks;
  /** Whether others were told that this user is here. */
  isToldHere = false;
  /** Takes back the subscription to this user's events. */
  unsubscribe: () => void = () => undefined;
  /** Changes of what is stored about the user, one after the other. */
  #changes: Promise<unknown> | undefined = undefined;

  constructor(user: StoredUser) {
    this.#user = user;
  }

  get user(): StoredUser {
    return this.#user;
  }

  set user(user: StoredUser) {
    this.#user = user;
    this.#searched = undefined;
  }

  /** What a search looks into: a space before each beginning. */
  get searched(): string {
    this.#searched ??= ` ${folded(this.user.name)} ${this.user.address}`;
    return this.#searched;
  }

  /** Runs `change` after the changes before it. */
  afterOthers<T>(change: () => Promise<T>): Promise<T> {
    const result = (this.#changes ?? Promise.resolve()).then(change, change);
    this.#changes = result;
    return result;
  }
}

export interface HubDeps {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly switchboard: Switchboard;
  readonly sessions: Sessions;
  readonly meetings: Meetings;
  /** A connection is no more. */
  readonly forgotten: (connection: Connection) => void;
}

export class Hub {
  readonly #deps: HubDeps;
  readonly #occupants = new Map<Address, Occupant>();
  /** The last event that was made into text. */
  #delivered: { readonly event: Event; readonly text: string } | undefined = undefined;
  /** How often somebody was signed out: a token that was found good before that has to be looked at again. */
  signOuts: number = 0;
  /** Without a link, in the order in which they lost it. */
  readonly #detached = new Set<Connection>();
  /** Devices that were removed, and when: whoever has found one of them in the store just before does not get in. */
  readonly #removed = new Map<DeviceId, Instant>();

  constructor(deps: HubDeps) {
    this.#deps = deps;
  }

  get size(): number {
    return this.#occupants.size;
  }

  get detached(): number {
    return this.#detached.size;
  }

  occupant(address: Address): Occupant | undefined {
    return this.#occupants.get(address);
  }

  occupants(): Iterable<Occupant> {
    return this.#occupants.values();
  }

  find(address: Address, id: string): Connection | undefined {
    return this.#occupants.get(address)?.connections.find((connection) => connection.id === id);
  }

  /**
   * The connection with this id, known or new. It keeps events from now on. Undefined when the
   * device has as many links as allowed.
   */
  connect(user: StoredUser, pass: Pass, id: string): Connection | undefined {
    let occupant = this.#occupants.get(user.address);
    const known = occupant?.connections.find((connection) => connection.id === id);
    if (known !== undefined) {
      known.pass = pass;
      if (known.link === undefined) this.#wait(known);
      return known;
    }
    if (occupant !== undefined && !this.#hasRoom(occupant, pass.device.id)) return undefined;
    if (occupant === undefined) {
      const arrived = new Occupant(user);
      this.#occupants.set(user.address, arrived);
      arrived.unsubscribe = this.#deps.bus.subscribe(user.address, (delivery) => this.#deliver(arrived, delivery));
      occupant = arrived;
    }
    const connection = new Connection(id, occupant, pass);
    occupant.connections.push(connection);
    this.#wait(connection);
    return connection;
  }

  /**
   * Gives a connection its link; one that it still had is closed. Whoever did not resume it knows nothing of the sessions of whoever had
   * it before, and joins them anew or not.
   */
  attach(connection: Connection, link: Link, resumed: boolean): void {
    const before = connection.link;
    this.#detached.delete(connection);
    connection.link = link;
    link.connection = connection;
    before?.close('replaced');
    const { address } = connection.occupant.user;
    this.#tell(connection, 'away');
    this.#deps.switchboard.connection(address, connection.id, 'back');
    this.#deps.sessions.connection(connection.id, resumed ? 'back' : 'left');
  }

  /**
   * A socket is gone: lost, or because its page has left. Its connection stays for a while, unless another socket has already taken
   * it over.
   */
  detach(link: Link, how: 'away' | 'left'): void {
    const { connection } = link;
    if (connection?.link !== link) return;
    this.#wait(connection);
    this.#unlink(connection, how);
  }

  /** Nobody connects by this device any more. */
  bar(device: DeviceId): void {
    this.#removed.set(device, this.#deps.clock.now());
  }

  isBarred(device: DeviceId): boolean {
    return this.#removed.has(device);
  }

  /** Closes all connections of a device that was removed. */
  signOut(occupant: Occupant, device: DeviceId): void {
    for (const connection of occupant.connections.filter((one) => one.device === device)) {
      const { link } = connection;
      this.forget(connection);
      link?.close('signed_out');
    }
  }

  /** What a connection may do from now on. */
  admit(connection: Connection, pass: Pass): void {
    connection.pass = pass;
    this.#tell(connection, 'away');
  }

  /** Whether somebody uses the device of this connection. */
  activity(connection: Connection, isActive: boolean): void {
    if (connection.isIdle !== isActive) return;
    connection.isIdle = !isActive;
    this.#tell(connection, 'away');
  }

  /** Forgets the connections that may not be resumed any more. */
  expire(): void {
    const before = this.#deps.clock.now() - serverLimits.resumeMs;
    for (const [device, at] of this.#removed) if (at <= before) this.#removed.delete(device);
    for (const connection of this.#detached) {
      if (connection.detachedAt > before) return;
      this.forget(connection);
    }
  }

  forget(connection: Connection): void {
    const { occupant } = connection;
    const at = occupant.connections.indexOf(connection);
    if (at === -1) return;
    // Should its socket close after this, it is nobody's any more.
    if (connection.link !== undefined) this.#unlink(connection, 'left');
    occupant.connections.splice(at, 1);
    this.#detached.delete(connection);
    this.#deps.sessions.connection(connection.id, 'gone');
    this.#deps.meetings.gone(connection.id);
    this.#deps.forgotten(connection);
    this.#tell(connection, 'away');
    if (occupant.connections.length > 0) return;
    this.#occupants.delete(occupant.user.address);
    occupant.unsubscribe();
  }

  /** To everybody who is here and may know of all others. */
  deliverToAll(event: Event): void {
    for (const { connections } of this.#occupants.values()) {
      for (const connection of connections)
        if (connection.pass.grants.outgoing === true && concerns(connection, event)) connection.event(this.#text(event));
    }
  }

  #unlink(connection: Connection, how: 'away' | 'left'): void {
    connection.link = undefined;
    this.#deps.switchboard.connection(connection.occupant.user.address, connection.id, how);
    this.#deps.sessions.connection(connection.id, how);
    if (how === 'left') this.#deps.meetings.gone(connection.id);
    this.#tell(connection, how);
  }

  #deliver(occupant: Occupant, { event, connection: only, device, except }: Delivery): void {
    for (const connection of occupant.connections) {
      if (only !== undefined && connection.id !== only) continue;
      if (device !== undefined && connection.device !== device) continue;
      if (connection.id !== except && concerns(connection, event)) connection.event(this.#text(event));
    }
  }

  /** Tells the switchboard where the device of this connection is now; `how` its last socket went, if none is left. */
  #tell({ occupant, device }: Connection, how: 'away' | 'left'): void {
    const same = occupant.connections.filter((connection) => connection.device === device);
    this.#deps.switchboard.device(occupant.user.address, device, deviceChange(same, how));
  }

  /** An event is made into text once, however many connections and devices it goes to, one right after the other. */
  #text(event: Event): string {
    if (this.#delivered?.event !== event) this.#delivered = { event, text: JSON.stringify(event) };
    return this.#delivered.text;
  }

  #wait(connection: Connection): void {
    connection.detachedAt = this.#deps.clock.now();
    this.#detached.delete(connection);
    this.#detached.add(connection);
  }

  /** Pages that were closed without a word make room for a new one. */
  #hasRoom(occupant: Occupant, device: DeviceId): boolean {
    const same = occupant.connections.filter((connection) => connection.device === device);
    if (same.length < serverLimits.connectionsPerDevice) return true;
    const left = same.find((connection) => connection.link === undefined);
    if (left === undefined) return false;
    this.forget(left);
    return true;
  }
}

/** A device on which nothing may ring hears of no ring, and a page without conversations on it, or that may not know of one, nothing of it. */
function concerns({ pass, followsConversations }: Connection, event: Event): boolean {
  if (event.type === 'incoming') return pass.grants.incoming;
  return !Object.hasOwn(conversationEvents, event.type) || (followsConversations && mayHear(pass.grants, event));
}

/** What has become of a device that has these connections. */
function deviceChange(connections: readonly Connection[], how: 'away' | 'left'): DeviceChange {
  if (connections.length === 0) return 'gone';
  const rung = connections.filter(({ pass }) => pass.grants.incoming);
  if (rung.length === 0) return 'quiet';
  const linked = rung.filter(({ link }) => link !== undefined);
  if (linked.length === 0) return how;
  return linked.every(({ isIdle }) => isIdle) ? 'idle' : 'here';
}

/** Without case and accents. */
export function folded(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}
