import { peopleLimits } from '@offhook/core';
import type {
  Address,
  Contact,
  DeviceId,
  Milliseconds,
  Person,
  PersonPresence,
  Profile,
  Settings,
  Status,
} from '@offhook/core';
import { sendFile } from '../conversations/files.ts';
import { Emitter } from '../emitter.ts';
import type { Unsubscribe } from '../emitter.ts';
import type { PhoneLink } from '../part.ts';
import { openPhone } from '../phone.ts';
import type { Phone } from '../phone.ts';
import { squarePicture } from './picture.ts';
import { watchActivity } from './watch-activity.ts';

/** What is told of people. */
export interface PeopleEvents {
  /** `profile`, `contacts` or `blocked` have changed, or somebody whom `of` or `pictureOf` was asked for. */
  changed: [];
  /** What `phone.devices()` answers has changed: this person was signed in on another device, or signed out there. */
  devices: [];
  /** Of people with accounts: who has one has changed, told to administrators, or a link that this person has made was used. */
  accounts: [];
}

/** People who are asked for one after the other are looked up together. */
const gatherMs: Milliseconds = 20;

const known = new WeakMap<Phone, People>();

/** The people of a phone; the same object each time. */
export function peopleOf(phone: Phone): People {
  const people = known.get(phone) ?? new People({ ...openPhone(phone), user: () => phone.user }, phone);
  known.set(phone, people);
  return people;
}

/** Oneself and others, as the person who is signed in may see them. Made by `peopleOf(phone)`. */
export class People extends Emitter<PeopleEvents> {
  readonly #link: PhoneLink;
  readonly #phone: Phone;
  /** Everybody who was asked for, as they were told last. */
  readonly #seen = new Map<Address, PersonPresence | undefined>();
  readonly #wanted = new Set<Address>();
  #isGathering = false;
  #profile: Profile = { tellsSeen: false };
  #contacts: readonly Contact[] = [];
  #blocked: readonly Person[] = [];
  #isLoaded = false;
  #stop: Unsubscribe | undefined;
  /** Whether somebody uses this device, once that was told. */
  #isActive: boolean | undefined;

  /** Made by `peopleOf(phone)`. @hideconstructor */
  constructor(link: PhoneLink, phone: Phone) {
    super((error) => link.platform.report(error));
    this.#link = link;
    this.#phone = phone;
    phone.on('presence', (people) => this.#told(people));
    phone.on('closed', () => this.stopReporting());
    link.parts.add((told) => {
      if (!('type' in told)) {
        this.#tellAgain(told.resumed);
        if (!told.resumed) void this.#begun();
      } else if (told.type === 'profile') this.#is(told.profile);
      else if (told.type === 'contacts') void this.#quietly(this.#loadContacts());
      else if (told.type === 'blocked') void this.#quietly(this.#loadBlocked());
      else if (told.type === 'devices' || told.type === 'accounts') this.emit(told.type);
    });
  }

  /** What one says of oneself. */
  get profile(): Profile {
    return this.#profile;
  }

  /** Whom one has put on the list: favourites first, then by name. */
  get contacts(): readonly Contact[] {
    return this.#contacts;
  }

  /** Whom one does not want to hear of. */
  get blocked(): readonly Person[] {
    return this.#blocked;
  }

  /** Loads `profile`, `contacts` and `blocked`. They are kept up to date from then on. */
  async load(): Promise<void> {
    this.#isLoaded = true;
    const { profile } = await this.#link.connection.request('profile', {});
    await Promise.all([this.#loadContacts(), this.#loadBlocked()]);
    this.#is(profile);
  }

  /** Says what one does, for a while or until it is changed; undefined takes it back. Rejects with `status_invalid`. */
  async setStatus(
    status: Pick<Status, 'text' | 'emoji'> | undefined,
    { forMs }: { readonly forMs?: Milliseconds | undefined } = {},
  ): Promise<Profile> {
    const until = forMs === undefined ? {} : { until: this.#link.platform.clock.now() + forMs };
    return this.#change({ status: status === undefined ? null : { ...status, ...until } });
  }

  /**
   * Shows others a picture of oneself: the middle of this one, as a small square; undefined takes it away. Rejects with
   * `picture_refused`.
   */
  async setPicture(file: Blob | undefined): Promise<Profile> {
    if (file === undefined) return this.#change({ picture: null });
    const sent = await sendFile(this.#link, await squarePicture(file), { name: 'picture' });
    return this.#change({ picture: sent.file });
  }

  /** Tells others when one was last here, and is told the same of those who do so, too. */
  tellSeen(tellsSeen: boolean): Promise<Profile> {
    return this.#change({ tellsSeen });
  }

  /** Nobody disturbs one for a while; without an end, until `disturb()`. */
  doNotDisturb({ forMs }: { readonly forMs?: Milliseconds | undefined } = {}): Promise<Settings> {
    const until = forMs === undefined ? null : this.#link.platform.clock.now() + forMs;
    return this.#phone.changeSettings({ doNotDisturb: true, doNotDisturbUntil: until });
  }

  /** Calls ring again, outside of the quiet hours. */
  disturb(): Promise<Settings> {
    return this.#phone.changeSettings({ doNotDisturb: false });
  }

  /**
   * Calls one of one's own devices otherwise (`phone.devices()`), to tell it from the others. Rejects with `name_invalid`,
   * `device_not_found`.
   */
  async nameDevice(device: DeviceId, name: string): Promise<void> {
    await this.#link.connection.request('name_device', { device, name });
  }

  /** Puts somebody on the list, or says whether they are a favourite. Rejects with `user_not_found`. */
  async add(user: Address, { starred }: { readonly starred?: boolean | undefined } = {}): Promise<void> {
    await this.#link.connection.request('contact', { user, is: true, ...(starred !== undefined && { starred }) });
    await this.#loadContacts();
  }

  /** Takes somebody off the list. */
  async remove(user: Address): Promise<void> {
    await this.#link.connection.request('contact', { user, is: false });
    await this.#loadContacts();
  }

  /** They cannot call or write to one alone any more, and see one offline. Nothing tells them but what they try in vain. */
  async block(user: Address): Promise<void> {
    await this.#link.connection.request('block', { user, on: true });
    await this.#loadBlocked();
  }

  /** Hears of them again. */
  async unblock(user: Address): Promise<void> {
    await this.#link.connection.request('block', { user, on: false });
    await this.#loadBlocked();
  }

  /** Whether one does not want to hear of them. */
  isBlocked(user: Address): boolean {
    return this.#blocked.some(({ address }) => address === user);
  }

  /** Somebody on the list. */
  contact(user: Address): Contact | undefined {
    return this.#contacts.find(({ address }) => address === user);
  }

  /** Somebody as far as is known; who is not known yet is asked for, and `changed` tells. */
  of(user: Address): PersonPresence | undefined {
    if (!this.#seen.has(user) && !this.#wanted.has(user)) this.#want(user);
    return this.#seen.get(user);
  }

  /** The address of a picture, for `src`; undefined while there is none. */
  pictureOf(user: Address): string | undefined {
    const picture = user === this.#link.user().address ? this.#profile.picture : this.of(user)?.picture;
    return picture === undefined ? undefined : this.pictureUrl(picture);
  }

  /** Where a picture can be read. Another picture has another address, so that browsers keep it. */
  pictureUrl(picture: string): string {
    // The socket is at `v1/ws` of the same server.
    return new URL(`pictures/${picture}`, this.#link.connection.url.replace(/^ws/, 'http')).href;
  }

  /** Tells the server whether somebody uses this device, so that others see one away when nobody does. */
  reportActivity(): void {
    this.#stop ??= watchActivity(this.#link.platform, (isActive) => this.tellActivity(isActive));
  }

  /** Tells it once, for applications that know better than `reportActivity()` whether somebody is there. */
  tellActivity(isActive: boolean): void {
    this.#isActive = isActive;
    this.#link.connection.say({ type: 'activity', active: isActive });
  }

  /** Tells it no more. */
  stopReporting(): void {
    this.#stop?.();
    this.#stop = undefined;
  }

  async #change(change: { status?: Status | null; picture?: string | null; tellsSeen?: boolean }): Promise<Profile> {
    const { profile } = await this.#link.connection.request('profile', { change });
    this.#is(profile);
    return profile;
  }

  #is(profile: Profile): void {
    this.#profile = profile;
    this.emit('changed');
  }

  async #loadContacts(): Promise<void> {
    const { contacts } = await this.#link.connection.request('contacts', {});
    this.#contacts = contacts;
    for (const { starred: _, ...person } of contacts) this.#seen.set(person.address, person);
    this.emit('changed');
  }

  async #loadBlocked(): Promise<void> {
    this.#blocked = (await this.#link.connection.request('blocked', {})).people;
    this.emit('changed');
  }

  /** What was said while there was no connection is lost; a new one counts as used. */
  #tellAgain(isResumed: boolean): void {
    if (this.#isActive === false || (this.#isActive === true && isResumed)) this.tellActivity(this.#isActive);
  }

  /** The server knows nothing of what this page has asked before. */
  async #begun(): Promise<void> {
    for (const address of this.#seen.keys()) this.#want(address);
    if (this.#isLoaded) await this.#quietly(this.load());
  }

  #told(people: readonly PersonPresence[]): void {
    for (const person of people) this.#seen.set(person.address, person);
    const now = new Map(people.map((person) => [person.address, person]));
    this.#contacts = this.#contacts.map((contact) => {
      const person = now.get(contact.address);
      return person === undefined ? contact : { ...person, starred: contact.starred };
    });
    this.emit('changed');
  }

  #want(user: Address): void {
    this.#wanted.add(user);
    if (this.#isGathering) return;
    this.#isGathering = true;
    this.#link.platform.clock.schedule(gatherMs, () => {
      this.#isGathering = false;
      void this.#quietly(this.#look());
    });
  }

  async #look(): Promise<void> {
    const wanted = [...this.#wanted];
    this.#wanted.clear();
    for (let at = 0; at < wanted.length; at += peopleLimits.watchedAddresses) {
      const addresses = wanted.slice(at, at + peopleLimits.watchedAddresses);
      // Nobody is asked for twice, also not who is not known.
      for (const address of addresses) if (!this.#seen.has(address)) this.#seen.set(address, undefined);
      const { people } = await this.#link.connection.request('look', { addresses });
      this.#told(people);
    }
  }

  /** What is lost now is asked for again at the next sign-in. */
  async #quietly(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch {
      // The connection is closed, or the server did not answer.
    }
  }
}
