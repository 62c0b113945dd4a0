/** Trunks as programs make and change them, kept in memory beside the store. What was said of passwords is never shown again. */
import { isDeepStrictEqual } from 'node:util';
import { cleanName, sipLimits, trunkLimits } from '@offhook/core';
import type {
  Caps,
  OutgoingSetting,
  OutgoingSettings,
  Trunk,
  TrunkChange,
  TrunkCreation,
  UserOutgoing,
  UserOutgoingSetting,
  UserOutgoingView,
} from '@offhook/core';
import {
  OutgoingSettings as OutgoingForm,
  TrunkCreation as CreationForm,
  UserOutgoing as UserForm,
} from '@offhook/core/protocol';
import { secretOf } from '@offhook/sip';
import { Refusal } from '../../ports.ts';
import type { Clock, Random, Store } from '../../ports.ts';
import { sipRealm } from '../../ports/sip-phones.ts';
import type { TrunkAdministration } from '../../ports/trunk-book.ts';
import type { StoredTrunk, TrunkState } from '../../ports/trunk-store.ts';
import { digestHash } from '../gate.ts';
import { Latest } from '../latest.ts';
import { isNetwork, Networks } from './addresses.ts';
import type { Subject } from './usage.ts';

export interface TrunkBookDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly used: (subject: Subject) => Pick<TrunkState, 'calls' | 'today'>;
  readonly link: (trunk: string) => Omit<TrunkState, 'calls' | 'today'>;
  /** One is new, or otherwise than before; and one is gone. */
  readonly changed: (trunk: StoredTrunk) => void;
  readonly removed: (trunk: string) => void;
}

/** A trunk as it is used. */
export interface KnownTrunk extends StoredTrunk {
  readonly networks: Networks;
}

type Incoming = NonNullable<TrunkChange['incoming']>;

export class TrunkBook implements TrunkAdministration {
  readonly #deps: TrunkBookDeps;
  /** Oldest first. */
  readonly #trunks = new Map<string, KnownTrunk>();
  #enabled: readonly KnownTrunk[] = [];
  /** Those who have called lately. What holds for somebody who calls just now is not forgotten. */
  readonly #users = new Latest<UserOutgoing>(sipLimits.remembered, (user) => this.#deps.used(`user ${user}`).calls === 0);
  #outgoing: OutgoingSettings = OutgoingForm.parse({});
  /** One after the other, so that no two get one user name. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(deps: TrunkBookDeps) {
    this.#deps = deps;
  }

  async start(): Promise<void> {
    const { store } = this.#deps;
    const [trunks, outgoing] = await Promise.all([store.trunks(), store.outgoing()]);
    for (const trunk of trunks) this.#keep(trunk);
    if (outgoing !== undefined) this.#outgoing = outgoing;
  }

  /** Those by which calls come and go. */
  get enabled(): readonly KnownTrunk[] {
    return this.#enabled;
  }

  list(): readonly Trunk[] {
    return Array.from(this.#trunks.values(), (trunk) => this.#view(trunk));
  }

  known(trunk: string): KnownTrunk | undefined {
    return this.#trunks.get(trunk);
  }

  get(trunk: string): Trunk {
    return this.#view(this.#known(trunk));
  }

  create(creation: TrunkCreation, id: string = this.#deps.random.token(96)): Promise<Trunk> {
    return this.#inTurn(async () => {
      const { password, incoming: said = { addresses: [] }, ...settings } = CreationForm.parse(creation);
      const incoming = this.#secured(said, undefined);
      const known = this.#trunks.get(id);
      if (known !== undefined) {
        const name = cleanName(settings.name);
        const asked = { settings: { ...settings, name }, password, incoming };
        if (!isSame(asked, { settings: known.settings, password: known.password, incoming: known.incoming }))
          throw new Refusal('idempotency_mismatch');
        return this.get(id);
      }
      if (this.#trunks.size >= trunkLimits.trunks) throw new Refusal('too_many_trunks');
      return this.#store({ id, settings, password, incoming, createdAt: this.#deps.clock.now() });
    });
  }

  change(trunk: string, change: TrunkChange): Promise<Trunk> {
    return this.#inTurn(() => {
      const known = this.#known(trunk);
      const { password = known.password, incoming, ...changes } = change;
      const settings = { ...known.settings };
      for (const [name, value] of Object.entries(changes))
        if (value === null) Reflect.deleteProperty(settings, name);
        else if (value !== undefined) Reflect.set(settings, name, value);
      const { id, createdAt } = known;
      return this.#store({
        id,
        settings,
        password: password ?? undefined,
        incoming: incoming === undefined ? known.incoming : this.#secured(incoming, known.incoming),
        createdAt,
      });
    });
  }

  remove(trunk: string): Promise<void> {
    return this.#inTurn(async () => {
      this.#known(trunk);
      if (this.#isForHelp(trunk)) throw new Refusal('emergency_trunk');
      await this.#deps.store.commit([{ type: 'trunk_gone', trunk }]);
      this.#trunks.delete(trunk);
      this.#choose();
      this.#deps.removed(trunk);
    });
  }

  outgoing(): OutgoingSettings {
    return this.#outgoing;
  }

  setOutgoing(setting: OutgoingSetting): Promise<OutgoingSettings> {
    return this.#inTurn(async () => {
      const settings = OutgoingForm.parse(setting);
      const help = settings.emergency.trunk;
      if (help !== undefined && !this.#known(help).settings.enabled) throw new Refusal('trunk_not_found');
      await this.#deps.store.commit([{ type: 'outgoing', settings }]);
      this.#outgoing = settings;
      return settings;
    });
  }

  async userOutgoing(user: string): Promise<UserOutgoing> {
    const settings = this.#users.get(user) ?? (await this.#deps.store.userOutgoing(user)) ?? UserForm.parse({});
    this.#users.set(user, settings);
    return settings;
  }

  async ofUser(user: string): Promise<UserOutgoingView> {
    return { ...(await this.userOutgoing(user)), ...this.#deps.used(`user ${user}`) };
  }

  /** As they are now: of a trunk, or of a user of whom was asked lately. */
  caps(subject: Subject): Caps {
    const id = subject.slice(subject.indexOf(' ') + 1);
    if (subject.startsWith('trunk ')) return this.#trunks.get(id)?.settings.caps ?? {};
    return { ...this.#outgoing.userCaps, ...this.#users.get(id)?.caps };
  }

  async setUserOutgoing(user: string, setting: UserOutgoingSetting): Promise<UserOutgoingView> {
    const settings = UserForm.parse(setting);
    await this.#deps.store.commit([{ type: 'user_outgoing', user, settings }]);
    this.#users.set(user, settings);
    return { ...settings, ...this.#deps.used(`user ${user}`) };
  }

  async #store(trunk: StoredTrunk): Promise<Trunk> {
    const { incoming, password, settings } = trunk;
    const name = cleanName(settings.name);
    if (name === undefined) throw new Refusal('name_invalid');
    const isUnsigned = password !== undefined && settings.username === undefined;
    if (isUnsigned || (settings.register && password === undefined)) throw new Refusal('trunk_unsigned');
    if (!settings.enabled && this.#isForHelp(trunk.id)) throw new Refusal('emergency_trunk');
    if (incoming.username !== undefined && (await this.#isTaken(incoming.username, trunk.id)))
      throw new Refusal('username_taken');
    const stored: StoredTrunk = { ...trunk, settings: { ...settings, name } };
    await this.#deps.store.commit([{ type: 'trunk', trunk: stored }]);
    this.#deps.changed(stored);
    return this.#view(this.#keep(stored));
  }

  /** Nobody is to find out when help is needed that the way to it was taken away. */
  #isForHelp(trunk: string): boolean {
    return this.#outgoing.emergency.trunk === trunk;
  }

  /** Phones sign in at the same place. */
  async #isTaken(username: string, except: string): Promise<boolean> {
    for (const { id, incoming } of this.#trunks.values()) if (incoming.username === username && id !== except) return true;
    return (await this.#deps.store.sipPhone(username)) !== undefined;
  }

  /** Who does not say a password again keeps it, as long as the name is the same. */
  #secured(
    { addresses = [], username, password }: Incoming,
    before: StoredTrunk['incoming'] | undefined,
  ): StoredTrunk['incoming'] {
    const wrong = addresses.find((one) => !isNetwork(one));
    if (wrong !== undefined) throw new Refusal('address_invalid', wrong);
    if (username === undefined) {
      if (password !== undefined) throw new Refusal('trunk_unsigned');
      return { addresses };
    }
    if (password !== undefined && password.length < trunkLimits.incomingPasswordLength)
      throw new Refusal('trunk_password_weak');
    const secret = (algorithm: 'MD5' | 'SHA-256'): string =>
      secretOf(digestHash, algorithm, username, sipRealm, password ?? '');
    const kept = before?.username === username ? before.secrets : undefined;
    const secrets = password === undefined ? kept : { MD5: secret('MD5'), 'SHA-256': secret('SHA-256') };
    if (secrets === undefined) throw new Refusal('trunk_unsigned');
    return { addresses, username, secrets };
  }

  #keep(trunk: StoredTrunk): KnownTrunk {
    const known: KnownTrunk = { ...trunk, networks: new Networks(trunk.incoming.addresses) };
    this.#trunks.set(trunk.id, known);
    this.#choose();
    return known;
  }

  #choose(): void {
    this.#enabled = [...this.#trunks.values()].filter(({ settings }) => settings.enabled);
  }

  #known(trunk: string): KnownTrunk {
    const known = this.#trunks.get(trunk);
    if (known === undefined) throw new Refusal('trunk_not_found');
    return known;
  }

  #view({ id, settings, password, incoming, createdAt }: StoredTrunk): Trunk {
    const { addresses, username, secrets } = incoming;
    return {
      trunk: id,
      ...settings,
      hasPassword: password !== undefined,
      incoming: { addresses: [...addresses], username, hasPassword: secrets !== undefined },
      createdAt,
      ...this.#deps.used(`trunk ${id}`),
      ...this.#deps.link(id),
    };
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }
}

/** As stored: what is undefined is not there. */
function isSame(one: object, other: object): boolean {
  return isDeepStrictEqual(JSON.parse(JSON.stringify(one)), JSON.parse(JSON.stringify(other)));
}
