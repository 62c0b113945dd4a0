import { limits } from '@offhook/core';
import type { Phone } from '@offhook/client';
import type { Address, PersonPresence } from '@offhook/core';
import { sections } from '../view/names.ts';
import type { PeopleState } from '../view/state.ts';
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
  #watched: string | undefined;
  #typing: ReturnType<typeof setTimeout> | undefined;

  constructor(phone: Phone, changed: () => void) {
    super({ query: '', more: false }, changed);
    this.#phone = phone;
    this.#unlistedKey = `offhook unlisted ${phone.user.address}`;
    this.#unlisted = new Set(addressesIn(localStorage.getItem(this.#unlistedKey)));
    phone.on('presence', (people) => this.#learn(people));
    phone.on('state', (state) => {
      if (state === 'online') void this.load();
    });
  }

  /** The first page. Later changes are told by presence. */
  async load(): Promise<void> {
    // Whoever comes from here on is told of, so that nobody is missed who comes while the page is on its way.
    await this.#phone.watch(this.#shown(), { arrivals: true });
    const { people, next } = await this.#phone.people({ limit: limits.peoplePage });
    this.set({ more: next !== undefined });
    this.#learn(people);
  }

  search(query: string): void {
    this.set({ query });
    if (this.state.list !== undefined) this.#show();
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => void this.#ask(query.trim()), typingMs);
  }

  /** Takes somebody off the list until they are here again. A search finds them all the same. */
  unlist(address: Address): void {
    this.#unlisted.add(address);
    this.#keep();
    this.#show();
  }

  close(): void {
    clearTimeout(this.#typing);
  }

  /** Those beyond the first page are found by the server. */
  async #ask(query: string): Promise<void> {
    if (query !== '' && this.state.more) {
      const { people } = await this.#phone.people({ query, limit: limits.peoplePage });
      this.#learn(people);
    }
    await this.#watch();
  }

  #learn(people: readonly PersonPresence[]): void {
    for (const person of people) this.#known.set(person.address, person);
    this.#known.delete(this.#phone.user.address);
    const back = people.filter(({ address, presence }) => presence !== 'offline' && this.#unlisted.delete(address));
    if (back.length > 0) this.#keep();
    this.#show();
    void this.#watch();
  }

  #show(): void {
    const searching = this.state.query.trim() !== '';
    this.set({ list: [...this.#known.values()].filter(({ address }) => searching || !this.#unlisted.has(address)) });
  }

  #keep(): void {
    localStorage.setItem(this.#unlistedKey, JSON.stringify([...this.#unlisted]));
  }

  /** Those who are shown first. */
  #shown(): Address[] {
    const { here, away } = sections(this.state.list ?? [], this.state.query);
    return [...here, ...away].slice(0, limits.watchedAddresses).map(({ address }) => address);
  }

  async #watch(): Promise<void> {
    const addresses = this.#shown();
    const wanted = addresses.toSorted().join(' ');
    if (wanted === this.#watched || this.#phone.state === 'closed') return;
    this.#watched = wanted;
    this.#learn(await this.#phone.watch(addresses, { arrivals: true }));
  }
}

function addressesIn(kept: string | null): Address[] {
  try {
    const list: unknown = JSON.parse(kept ?? '[]');
    return Array.isArray(list) ? list.filter((one) => typeof one === 'string') : [];
  } catch {
    return [];
  }
}
