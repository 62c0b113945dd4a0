import { isNumber, peopleLimits } from '@offhook/core';
import type { Phone } from '@offhook/client';
import type { Address, PersonPresence } from '@offhook/core';
import { sections } from '../view/names.ts';
import type { PeopleState } from '../view/state.ts';
import { Background } from './background.ts';
import { Part } from './part.ts';

/** Typing goes on within this time; the server is asked once it has stopped. */
const typingMs = 150;

/**
 * The people of this server as far as they are known: a first page, whoever comes meanwhile, and what searches have found. Those
 * who are shown first are watched.
 */
export class PeopleControl extends Part<PeopleState> {
  readonly #phone: Phone;
  readonly #known = new Map<Address, PersonPresence>();
  readonly #unlistedKey: string;
  /** Taken off the list by hand. */
  readonly #unlisted: Set<Address>;
  readonly #loading = new Background(() => this.#load());
  readonly #finding = new Background(() => this.#find());
  readonly #watching = new Background(() => this.#watch());
  /** Whom the server was told to watch, unless it has refused. */
  #watched: string | undefined;
  /** Who is looked for. */
  #sought = '';
  #typing: ReturnType<typeof setTimeout> | undefined;

  constructor(phone: Phone, changed: () => void) {
    super({ query: '', more: false }, changed);
    this.#phone = phone;
    this.#unlistedKey = `offhook unlisted ${phone.user.address}`;
    this.#unlisted = new Set(addressesIn(localStorage.getItem(this.#unlistedKey)));
    phone.on('presence', (people) => this.#learn(people));
    phone.on('state', (state) => {
      if (state === 'online') this.#loading.start();
    });
  }

  /** The first page. Later changes are told by presence. */
  load(): Promise<void> {
    return this.#loading.ask();
  }

  search(query: string): void {
    this.set({ query });
    if (this.state.list !== undefined) this.#show();
    this.find(query);
  }

  /** Learns of people beyond the first page, wherever they are looked for. */
  find(query: string): void {
    clearTimeout(this.#typing);
    this.#finding.stop();
    this.#sought = query.trim();
    this.#typing = setTimeout(() => this.#finding.start(), typingMs);
  }

  /** Takes somebody off the list until they are here again. A search finds them all the same. */
  unlist(address: Address): void {
    this.#unlisted.add(address);
    this.#keep();
    this.#show();
  }

  close(): void {
    clearTimeout(this.#typing);
    for (const asking of [this.#loading, this.#finding, this.#watching]) asking.stop();
  }

  async #load(): Promise<void> {
    // Whoever comes from here on is told of, so that nobody is missed who comes while the page is on its way.
    await this.#follow(this.#shown());
    const { people, next } = await this.#phone.people({ limit: peopleLimits.peoplePage });
    this.set({ more: next !== undefined });
    this.#learn(people);
  }

  /** Those beyond the first page are found by the server, and telephone numbers are read there. */
  async #find(): Promise<void> {
    const query = this.#sought;
    if (query === '' || !(this.state.more || /^\+?\d[\d\s()/.-]+$/.test(query))) return this.#watching.start();
    const { people } = await this.#phone.people({ query, limit: peopleLimits.peoplePage });
    this.#learn(people);
  }

  #learn(people: readonly PersonPresence[]): void {
    for (const person of people) this.#known.set(person.address, person);
    this.#known.delete(this.#phone.user.address);
    const back = people.filter(({ address, presence }) => presence !== 'offline' && this.#unlisted.delete(address));
    if (back.length > 0) this.#keep();
    this.#show();
    this.#watching.start();
  }

  #show(): void {
    const searching = this.state.query.trim() !== '';
    this.set({
      list: [...this.#known.values()].filter(({ address }) => searching || !(this.#unlisted.has(address) || isNumber(address))),
    });
  }

  #keep(): void {
    localStorage.setItem(this.#unlistedKey, JSON.stringify([...this.#unlisted]));
  }

  /** Those who are shown first. */
  #shown(): Address[] {
    const { here, away } = sections(this.state.list ?? [], this.state.query);
    return [...here, ...away].slice(0, peopleLimits.watchedAddresses).map(({ address }) => address);
  }

  async #watch(): Promise<void> {
    const addresses = this.#shown();
    if (keyOf(addresses) === this.#watched || this.#phone.state === 'closed') return;
    this.#learn(await this.#follow(addresses));
  }

  async #follow(addresses: readonly Address[]): Promise<readonly PersonPresence[]> {
    const key = keyOf(addresses);
    this.#watched = key;
    try {
      return await this.#phone.watch(addresses, { arrivals: true });
    } catch (error) {
      if (this.#watched === key) this.#watched = undefined;
      throw error;
    }
  }
}

function keyOf(addresses: readonly Address[]): string {
  return addresses.toSorted().join(' ');
}

function addressesIn(kept: string | null): Address[] {
  try {
    const list: unknown = JSON.parse(kept ?? '[]');
    return Array.isArray(list) ? list.filter((one) => typeof one === 'string') : [];
  } catch {
    return [];
  }
}
