import {
  isEcho,
  isMeetings,
  isNumber,
  isVoicemail,
  numberAddress,
  peopleLimits,
  quietUntil,
  serverLimits,
} from '@offhook/core';
import type { Address, Instant, PersonPresence, PresenceState, Settings } from '@offhook/core';
import type { Clock, Log, Store, StoredUser, Switchboard } from '../ports.ts';
import type { Connection } from './connection.ts';
import { folded } from './hub.ts';
import type { Hub, Occupant } from './hub.ts';
import { numberName } from '../ports/number-name.ts';

/** Changes are gathered for this long before they are told. */
const gatherMs = 250;
/** The cursor of a page that begins with the first person of the store. */
const fromFirst = '*';

/** Digits with what people write between them. */
const isDialled = /^\+?[\d\s()/.-]+$/;

const byName = new Intl.Collator('en');

export interface PresenceDeps {
  readonly hub: Hub;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly switchboard: Switchboard;
  /** A telephone number as people dial it; undefined: it is none, or none are reached. */
  readonly dialled?: ((text: string) => string | undefined) | undefined;
}

/**
 * Who watches whom. A change reaches those who watch, found by a reverse index, and, while few are here, those who asked for
 * arrivals; nothing is ever told to all.
 */
export class Presence {
  readonly #deps: PresenceDeps;
  readonly #watchers = new Map<Address, Set<Connection>>();
  readonly #arrivals = new Set<Connection>();
  /** Connections with changes to be told. */
  readonly #dirty = new Set<Connection>();
  /** When it ends that somebody is not to be disturbed, by the settings that say so. */
  readonly #quietEnds = new WeakMap<Settings, Instant>();
  /** Those without a page who were told to be here. */
  readonly #hereElsewhere = new Set<Address>();
  #cancel: (() => void) | undefined;
  #isClosed = false;

  constructor(deps: PresenceDeps) {
    this.#deps = deps;
    deps.switchboard.onPresence((address, presence) => this.#changed(address, presence));
  }

  /** From now on this connection hears of these and no others. Their state comes back; later changes come as events. */
  async watch(connection: Connection, addresses: ReadonlySet<Address>, arrivals: boolean): Promise<PersonPresence[]> {
    const untold = [...(connection.pending?.values() ?? [])];
    this.forget(connection);
    connection.watching = addresses;
    // Asked twice, the page may take the first answer for the last.
    for (const person of untold) if (addresses.has(person.address)) this.#gather(connection, person);
    for (const address of addresses) {
      const watchers = this.#watchers.get(address);
      if (watchers === undefined) this.#watchers.set(address, new Set([connection]));
      else watchers.add(connection);
    }
    if (arrivals) this.#arrivals.add(connection);
    return this.look([...addresses], connection.occupant);
  }

  /** These people as they are now; unknown ones are left out. */
  async look(addresses: readonly Address[], viewer: Occupant): Promise<PersonPresence[]> {
    const here = addresses.flatMap((address) => this.#deps.hub.occupant(address) ?? []);
    const away = addresses.filter((address) => this.#deps.hub.occupant(address) === undefined);
    const stored = away.length === 0 ? [] : await this.#deps.store.users(away);
    return [...here.map(({ user }) => user), ...stored].map((user) => this.of(user, viewer));
  }

  forget(connection: Connection): void {
    for (const address of connection.watching ?? []) {
      const watchers = this.#watchers.get(address);
      watchers?.delete(connection);
      if (watchers?.size === 0) this.#watchers.delete(address);
    }
    connection.watching = undefined;
    connection.pending = undefined;
    this.#arrivals.delete(connection);
    this.#dirty.delete(connection);
  }

  /** A page of all people. The first begins with those who are here; a later one may name some of them once more. */
  async page(
    viewer: Occupant,
    query: string | undefined,
    after: string | undefined,
    limit: number,
  ): Promise<{ people: PersonPresence[]; next?: string }> {
    const first = after === undefined ? [...this.#dialled(query), ...this.#searchHere(viewer, query, limit)] : [];
    if (first.length >= limit) return { people: first, next: fromFirst };
    const page = await this.#deps.store.people(
      query,
      after === fromFirst ? undefined : after,
      limit - first.length,
      this.#deps.clock.now(),
    );
    const named = new Set(first.map(({ address }) => address));
    const listed = page.people.filter(
      (user) => !named.has(user.address) && !isMeetings(user) && (query !== undefined || !(isEcho(user) || isVoicemail(user))),
    );
    const others = listed.map((user) => this.of(user, viewer));
    return { people: [...first, ...others], ...(page.next !== undefined && { next: page.next }) };
  }

  /** Somebody as `viewer` may see them: those who have blocked one are never there, and say nothing. */
  of(stored: StoredUser, viewer: Occupant): PersonPresence {
    const user = this.#deps.hub.occupant(stored.address)?.user ?? stored;
    // Whether somebody else calls a number is nobody's business.
    const presence = isNumber(user.address) ? 'offline' : this.#deps.switchboard.presence(user.address);
    return shownTo(viewer, this.#seen(user, presence));
  }

  /** Somebody who is here says something else of themselves, has another name, or is not to be disturbed for another time. */
  said({ user }: Occupant): void {
    this.#tell(this.#seen(user, this.#deps.switchboard.presence(user.address)), false);
  }

  /** What `viewer` may see of somebody has changed. Of one who is not here there is nothing to see, but for what they say. */
  changedFor(viewer: Address, address: Address): void {
    const occupant = this.#deps.hub.occupant(viewer);
    if (occupant === undefined || viewer === address) return;
    const watching = occupant.connections.filter((connection) => connection.watching?.has(address));
    if (watching.length === 0) return;
    this.look([address], occupant).then(
      ([person]) => {
        for (const connection of watching)
          if (person !== undefined && connection.watching?.has(address) === true) this.#gather(connection, person);
      },
      (error: unknown) => this.#deps.log.warn('presence', { error: String(error) }),
    );
  }

  /** Nothing is told any more, though calls may still end. */
  close(): void {
    this.#isClosed = true;
    this.#cancel?.();
  }

  #changed(address: Address, presence: PresenceState): void {
    const occupant = this.#deps.hub.occupant(address);
    if (occupant === undefined) return this.#changedElsewhere(address);
    const isHere = presence !== 'offline';
    const comesOrGoes = isHere !== occupant.isToldHere;
    occupant.isToldHere = isHere;
    if (comesOrGoes && occupant.user.profile?.tellsSeen === true) this.#keepSeen(occupant);
    this.#tell(this.#seen(occupant.user, presence), comesOrGoes);
  }

  /** Of somebody without a page, such as one who has a desk phone alone. */
  #changedElsewhere(address: Address): void {
    if (this.#isClosed || (!this.#watchers.has(address) && this.#arrivals.size === 0)) return;
    this.#deps.store.user(address).then(
      (user) => {
        // Who has a page by now is told of in the other way.
        if (user === undefined || this.#deps.hub.occupant(address) !== undefined) return;
        const presence = this.#deps.switchboard.presence(address);
        const isHere = presence !== 'offline';
        const comesOrGoes = !isHere || !this.#hereElsewhere.has(address);
        if (isHere) this.#hereElsewhere.add(address);
        else this.#hereElsewhere.delete(address);
        this.#tell(this.#seen(user, presence), comesOrGoes);
      },
      (error: unknown) => this.#deps.log.warn('presence', { error: String(error) }),
    );
  }

  #seen(user: StoredUser, presence: PresenceState): Seen {
    const now = this.#deps.clock.now();
    return seenBy(user, presence, presence === 'do_not_disturb' ? this.#quietUntil(user.settings, now) : undefined, now);
  }

  /** Computed once until it is over: at night a page of people may be full of quiet hours. */
  #quietUntil(settings: Settings, now: Instant): Instant | undefined {
    const known = this.#quietEnds.get(settings);
    if (known !== undefined && now < known) return known;
    const at = quietUntil(settings, now);
    if (at !== undefined) this.#quietEnds.set(settings, at);
    return at;
  }

  #tell(seen: Seen, comesOrGoes: boolean): void {
    for (const connection of this.#watchers.get(seen.plain.address) ?? [])
      this.#gather(connection, shownTo(connection.occupant, seen));
    if (!comesOrGoes || this.#deps.hub.size > peopleLimits.watchedAddresses) return;
    for (const connection of this.#arrivals) this.#gather(connection, shownTo(connection.occupant, seen));
  }

  #keepSeen(occupant: Occupant): void {
    const at = this.#deps.clock.now();
    occupant.user = { ...occupant.user, seenAt: at };
    this.#deps.store
      .commit([{ type: 'seen', user: occupant.user.address, at }])
      .catch((error: unknown) => this.#deps.log.warn('store', { error: String(error) }));
  }

  #gather(connection: Connection, person: PersonPresence): void {
    if (this.#isClosed) return;
    connection.pending ??= new Map();
    connection.pending.set(person.address, person);
    this.#dirty.add(connection);
    this.#cancel ??= this.#deps.clock.schedule(gatherMs, () => this.#flush());
  }

  #flush(): void {
    this.#cancel = undefined;
    // Many watch the same people: each is put into text once.
    const texts = new Map<PersonPresence, string>();
    for (const connection of this.#dirty) {
      const people = Array.from(connection.pending?.values() ?? [], (person) => {
        const text = texts.get(person) ?? JSON.stringify(person);
        texts.set(person, text);
        return text;
      });
      connection.pending = undefined;
      if (people.length > 0) connection.event(`{"type":"presence","people":[${people.join()}]}`);
    }
    this.#dirty.clear();
  }

  /** Whoever has the number that is looked for. */
  #dialled(query = ''): PersonPresence[] {
    const number = isDialled.test(query) ? this.#deps.dialled?.(query) : undefined;
    if (number === undefined) return [];
    const address = numberAddress(number);
    return [{ address, name: numberName(address), presence: 'offline' }];
  }

  /** Those here with an address or a word of their name that begins like this, by name; with very many here, some of them. */
  #searchHere(viewer: Occupant, query: string | undefined, limit: number): PersonPresence[] {
    const wanted = ` ${folded(query ?? '')}`;
    const found: PersonPresence[] = [];
    let left: number = serverLimits.peopleSearched;
    for (const occupant of this.#deps.hub.occupants()) {
      if (found.length >= limit || left === 0) break;
      left -= 1;
      // One whose pages have all gone may still be back, but is not shown as here.
      if (!occupant.isToldHere || viewer.blocks.by.has(occupant.user.address)) continue;
      if (query === undefined || occupant.searched.includes(wanted)) found.push(this.of(occupant.user, viewer));
    }
    return found.sort((a, b) => byName.compare(a.name, b.name));
  }
}

/** Somebody as all may see them, and as those do who tell when they were last here. */
interface Seen {
  readonly plain: PersonPresence;
  readonly full: PersonPresence;
}

function seenBy(
  { address, name, profile, seenAt }: StoredUser,
  presence: PresenceState,
  quiet: Instant | undefined,
  now: Instant,
): Seen {
  const status = profile?.status;
  const isOver = status?.until !== undefined && status.until <= now;
  const plain: PersonPresence = {
    address,
    name,
    presence,
    ...(quiet !== undefined && { quietUntil: quiet }),
    ...(status !== undefined && !isOver && { status }),
    ...(profile?.picture !== undefined && { picture: profile.picture }),
  };
  const tells = presence === 'offline' && profile?.tellsSeen === true && seenAt !== undefined;
  return { plain, full: tells ? { ...plain, seenAt } : plain };
}

function shownTo({ user, blocks }: Occupant, { plain, full }: Seen): PersonPresence {
  const { address, name } = plain;
  if (blocks.by.has(address)) return { address, name, presence: 'offline' };
  return user.profile?.tellsSeen === true ? full : plain;
}
