/** Phones as people and programs make them: the login of each is its own, and its password is shown once. */
import { cleanName, sipLimits } from '@offhook/core';
import type { AddedPhone, Address, DeviceId, PhoneView, SipServer } from '@offhook/core';
import { secretOf } from '@offhook/sip';
import type { Clock, Hash, Random, Store } from '../ports.ts';
import { Refusal } from '../ports.ts';
import { sipRealm } from '../ports/sip-phones.ts';
import type { SipPhones, StoredSipPhone } from '../ports/sip-phones.ts';
import { digestHash } from './gate.ts';
import type { SipRegistry } from './registry.ts';

export interface PhoneBookDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly hash: Hash;
  readonly registry: Pick<SipRegistry, 'flows'>;
  readonly server: () => SipServer;
}

/** Crockford's: no letter looks like a digit or another letter. Lower case, as a keypad has it. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
/** Behind the name, so that a login is not guessed, and says whose it is. */
const tailLength = 6;
const nameLength = 12;

export class PhoneBook implements SipPhones {
  readonly #deps: PhoneBookDeps;
  /** One after the other, so that no two get one login, and nobody more than they may have. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(deps: PhoneBookDeps) {
    this.#deps = deps;
  }

  get server(): SipServer {
    return this.#deps.server();
  }

  async list(user: Address): Promise<readonly PhoneView[]> {
    return (await this.#deps.store.sipPhones(user)).map((phone) => this.#view(phone));
  }

  add(user: Address, wanted: string, device?: DeviceId): Promise<AddedPhone> {
    const added = this.#last.then(() => this.#add(user, wanted, device));
    this.#last = added.catch(() => undefined);
    return added;
  }

  async #add(user: Address, wanted: string, repeatable?: DeviceId): Promise<AddedPhone> {
    const { clock, random, hash, store } = this.#deps;
    const name = cleanName(wanted);
    if (name === undefined) throw new Refusal('name_invalid');
    const phones = await store.sipPhones(user);
    // Whoever asks again gets the same password, which is kept nowhere.
    const seed = repeatable === undefined ? undefined : hash.sign(JSON.stringify(['password of phone', repeatable]));
    const password = this.#chance(sipLimits.passwordLength, seed);
    const known = repeatable === undefined ? undefined : await store.sipPhoneOf(repeatable);
    if (known !== undefined && (known.user !== user || known.name !== name)) throw new Refusal('idempotency_mismatch');
    if (known !== undefined) return { server: this.server, phone: this.#view(known), password };
    if (phones.length >= sipLimits.phonesPerUser) throw new Refusal('too_many_phones');
    const login = await this.#login(user);
    const [device, createdAt] = [repeatable ?? random.token(96), clock.now()];
    const secret = (algorithm: 'MD5' | 'SHA-256'): string => secretOf(digestHash, algorithm, login, sipRealm, password);
    const secrets = { MD5: secret('MD5'), 'SHA-256': secret('SHA-256') };
    await store.commit([
      { type: 'device', device: { id: device, user, name, tokenDigest: '', createdAt, seenAt: createdAt } },
      { type: 'sip_phone', phone: { device, login, secrets, createdAt } },
    ]);
    return { server: this.server, phone: this.#view({ device, user, name, login, secrets, createdAt }), password };
  }

  async #login(user: Address): Promise<string> {
    const name = user
      .normalize('NFKD')
      .toLowerCase()
      .replaceAll(/[^a-z0-9]/g, '')
      .slice(0, nameLength);
    for (;;) {
      const login = `${name || 'phone'}-${this.#chance(tailLength)}`;
      if ((await this.#deps.store.sipPhone(login)) === undefined) return login;
    }
  }

  /** Characters of 5 bits each, at most 32 of them. */
  #chance(length: number, seed: string = this.#deps.random.token(length * 5)): string {
    // A token is as random as it should be, but not everywhere the same; its digest is.
    const bytes = Buffer.from(this.#deps.hash.digest(seed), 'base64url');
    return Array.from(bytes.subarray(0, length), (byte) => alphabet[byte % alphabet.length]).join('');
  }

  #view({ device, name, login, createdAt }: StoredSipPhone): PhoneView {
    return { id: device, name, login, registered: this.#deps.registry.flows(device).length > 0, createdAt };
  }
}
