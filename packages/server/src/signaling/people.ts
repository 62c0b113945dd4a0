/** What people say of themselves and of one another, once they are signed in. */
import { cleanStatus, peopleLimits } from '@offhook/core';
import type { Address, Contact, ErrorCode, Event, PeopleRequest, Profile } from '@offhook/core';
import { picturePlace } from '../ports/people.ts';
import type { BlockBook } from '../ports/people.ts';
import type { Bus, Clock, Outcome, Store, Write } from '../ports.ts';
import type { Connection } from './connection.ts';
import { mayKnow } from './permission.ts';
import type { Presence } from './presence.ts';

export interface PeopleDeps {
  readonly store: Store;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly blocks: BlockBook;
  readonly presence: Presence;
  /** The contents of these are no longer wanted by anybody. */
  readonly forgetFiles: (files: readonly string[]) => void;
}

type RequestOf<T extends PeopleRequest['type']> = Extract<PeopleRequest, { type: T }>;
type ProfileChange = NonNullable<RequestOf<'profile'>['change']>;

/** What pictures of people are, by their first bytes: browsers show all of these. */
const pictureTypes: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/webp']);

export const unsaidProfile: Profile = { tellsSeen: false };

export class People {
  readonly #deps: PeopleDeps;

  constructor(deps: PeopleDeps) {
    this.#deps = deps;
  }

  answer(connection: Connection, request: PeopleRequest): Promise<Outcome> {
    const { occupant } = connection;
    switch (request.type) {
      case 'profile':
        return occupant.afterOthers(() => this.#profile(connection, request.change));
      case 'look':
        return this.#look(connection, request.addresses);
      case 'contacts':
        return this.#contacts(connection);
      case 'contact':
        return occupant.afterOthers(() => this.#contact(connection, request));
      case 'block':
        return occupant.afterOthers(() => this.#block(connection, request));
      case 'blocked':
        return this.#blocked(connection);
    }
  }

  async #profile({ occupant, id }: Connection, change: ProfileChange | undefined): Promise<Outcome> {
    const before = occupant.user.profile ?? unsaidProfile;
    if (change === undefined) return { ok: { profile: before } };
    const changed = await this.#changed(occupant.user.address, before, change);
    if ('error' in changed) return changed;
    const { profile, writes, gone } = changed;
    const user = occupant.user.address;
    await this.#deps.store.commit([{ type: 'profile', user, profile }, ...writes]);
    occupant.user = { ...occupant.user, profile };
    if (gone !== undefined) this.#deps.forgetFiles([gone]);
    this.#tellOthers(user, { type: 'profile', profile }, id);
    this.#deps.presence.said(occupant);
    return { ok: { profile } };
  }

  /** The profile after a change, and what is stored with it; `gone`: the picture of before. */
  async #changed(
    owner: Address,
    before: Profile,
    { status, picture, tellsSeen = before.tellsSeen }: ProfileChange,
  ): Promise<{ profile: Profile; writes: readonly Write[]; gone?: string | undefined } | { error: ErrorCode }> {
    const shown = status === undefined ? before.status : status === null ? undefined : cleanStatus(status);
    if (status && shown === undefined) return { error: 'status_invalid' };
    const next = picture === undefined ? before.picture : (picture ?? undefined);
    if (next !== undefined && next !== before.picture && !(await this.#isPicture(owner, next)))
      return { error: 'picture_refused' };
    const gone = next === before.picture ? undefined : before.picture;
    const writes: Write[] = [];
    if (next !== undefined && next !== before.picture)
      writes.push({ type: 'file_said', file: next, conversation: picturePlace });
    if (gone !== undefined) writes.push({ type: 'file_gone', file: gone });
    return {
      profile: { ...(shown && { status: shown }), ...(next !== undefined && { picture: next }), tellsSeen },
      writes,
      gone,
    };
  }

  /** Whether this is a picture that its owner has sent, and shows nowhere else. */
  async #isPicture(owner: Address, id: string): Promise<boolean> {
    const [file] = await this.#deps.store.files([id]);
    if (file?.owner !== owner || file.conversation !== undefined) return false;
    return pictureTypes.has(file.type) && file.bytes <= peopleLimits.pictureBytes;
  }

  async #look({ occupant, pass }: Connection, addresses: readonly Address[]): Promise<Outcome> {
    const known = [...new Set(addresses)].filter((address) => mayKnow(pass.grants, address));
    return { ok: { people: await this.#deps.presence.look(known, occupant) } };
  }

  async #contacts({ occupant, pass }: Connection): Promise<Outcome> {
    const stored = await this.#deps.store.contacts(occupant.user.address);
    const contacts = stored
      .filter(({ user }) => mayKnow(pass.grants, user.address))
      .map(({ user, starred }): Contact => ({ ...this.#deps.presence.of(user, occupant), starred }));
    return { ok: { contacts } };
  }

  async #contact({ occupant, id }: Connection, { user: contact, is, starred }: RequestOf<'contact'>): Promise<Outcome> {
    const { store } = this.#deps;
    const user = occupant.user.address;
    if (contact === user) return { error: 'forbidden' };
    const contacts = await store.contacts(user);
    const known = contacts.find((one) => one.user.address === contact);
    if (is) {
      if (known === undefined && contacts.length >= peopleLimits.contactsPerUser) return { error: 'too_many_contacts' };
      if (known === undefined && (await store.user(contact)) === undefined) return { error: 'user_not_found' };
      await store.commit([{ type: 'contact', user, contact, starred: starred ?? known?.starred ?? false }]);
    } else await store.commit([{ type: 'no_contact', user, contact }]);
    this.#tellOthers(user, { type: 'contacts' }, id);
    return { ok: {} };
  }

  async #block({ occupant, id }: Connection, { user: other, on }: RequestOf<'block'>): Promise<Outcome> {
    const { blocks, store } = this.#deps;
    const user = occupant.user.address;
    if (other === user) return { error: 'forbidden' };
    const { blocked } = await blocks.of(user);
    if (blocked.has(other) === on) return { ok: {} };
    if (on && blocked.size >= peopleLimits.blockedPerUser) return { error: 'too_many_contacts' };
    if (on && (await store.user(other)) === undefined) return { error: 'user_not_found' };
    await blocks.change(user, other, on);
    this.#tellOthers(user, { type: 'blocked' }, id);
    return { ok: {} };
  }

  async #blocked({ occupant, pass }: Connection): Promise<Outcome> {
    const { blocked } = await this.#deps.blocks.of(occupant.user.address);
    const known = [...blocked].filter((address) => mayKnow(pass.grants, address));
    const users = known.length === 0 ? [] : await this.#deps.store.users(known);
    const people = users.map(({ address, name }) => ({ address, name })).sort((a, b) => byName.compare(a.name, b.name));
    return { ok: { people } };
  }

  #tellOthers(user: Address, event: Event, except: string): void {
    this.#deps.bus.publish(user, { event, except });
  }
}

const byName = new Intl.Collator('en');
