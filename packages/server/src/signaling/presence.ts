import { limits, serverLimits } from '@offhook/core';
import type { Address, PersonPresence, PresenceState } from '@offhook/core';
import type { Clock, Store, Switchboard } from '../ports.ts';
import type { Connection } from './connection.ts';
import { folded } from './hub.ts';
import type { Hub, Occupant } from './hub.ts';

/** Changes are gathered for this long before they are told. */
const gatherMs = 250;
/** The cursor of a page that begins with the first person of the store. */
const fromFirst = '*';

const byName = new Intl.Collator('en');

export interface PresenceDeps {
  readonly hub: Hub;
  readonly store: Store;
  readonly clock: Clock;
  readonly switchboard: Switchboard;
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
    const here = [...addresses].flatMap((address) => this.#deps.hub.occupant(address) ?? []);
    const away = [...addresses].filter((address) => this.#deps.hub.occupant(address) === undefined);
    const stored = away.length === 0 ? [] : await this.#deps.store.users(away);
    return [...here.map(({ user }) => user), ...stored].map((user) => this.of(user));
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
    query: string | undefined,
    after: string | undefined,
    limit: number,
  ): Promise<{ people: PersonPresence[]; next?: string }> {
    const first = after === undefined ? this.#searchHere(query, limit) : [];
    if (first.length >= limit) return { people: first, next: fromFirst };
    const page = await this.#deps.store.people(query, after === fromFirst ? undefined : after, limit - first.length, this.#deps.clock.now());
    const named = new Set(first.map(({ address }) => address));
    const others = page.people.filter(({ address }) => !named.has(address)).map((user) => this.of(user));
    return { people: [...first, ...others], ...(page.next !== undefined && { next: page.next }) };
  }

  of({ address, name }: { readonly address: Address; readonly name: string }): PersonPresence {
    const known = this.#deps.hub.occupant(address)?.user.name ?? name;
    return { address, name: known, presence: this.#deps.switchboard.presence(address) };
  }

  /** The name of somebody who is here was changed. */
  renamed({ user }: Occupant): void {
    this.#tell(user.address, this.of(user), false);
  }

  /** Nothing is told any more, though calls may still end. */
  close(): void {
    this.#isClosed = true;
    this.#cancel?.();
  }

  #changed(address: Address, presence: PresenceState): void {
    const occupant = this.#deps.hub.occupant(address);
    if (occupant === undefined) return;
    const isHere = presence !== 'offline';
    const comesOrGoes = isHere !== occupant.isToldHere;
    occupant.isToldHere = isHere;
    this.#tell(address, { address, name: occupant.user.name, presence }, comesOrGoes);
  }

  #tell(address: Address, person: PersonPresence, comesOrGoes: boolean): void {
    for (const connection of this.#watchers.get(address) ?? []) this.#gather(connection, person);
    if (!comesOrGoes || this.#deps.hub.size > limits.watchedAddresses) return;
    for (const connection of this.#arrivals) this.#gather(connection, person);
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
    for (const connection of this.#dirty) {
      const people = [...(connection.pending?.values() ?? [])];
      connection.pending = undefined;
      if (people.length > 0) connection.event(JSON.stringify({ type: 'presence', people }));
    }
    this.#dirty.clear();
  }

  /** Those here with an address or a word of their name that begins like this, by name; with very many here, some of them. */
  #searchHere(query: string | undefined, limit: number): PersonPresence[] {
    const wanted = ` ${folded(query ?? '')}`;
    const found: PersonPresence[] = [];
    let left: number = serverLimits.peopleSearched;
    for (const occupant of this.#deps.hub.occupants()) {
      if (found.length >= limit || left === 0) break;
      left -= 1;
      // One whose pages have all gone may still be back, but is not shown as here.
      if (!occupant.isToldHere) continue;
      if (query === undefined || occupant.searched.includes(wanted)) found.push(this.of(occupant.user));
    }
    return found.sort((a, b) => byName.compare(a.name, b.name));
  }
}
