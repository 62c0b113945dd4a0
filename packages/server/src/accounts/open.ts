/**
 * Open mode: whoever takes a name first has it, on the devices that hold a token for it. Further devices join by a link that can
 * be used once.
 */
import { addressOf, cleanName, defaultSettings, limits, serverLimits } from '@offhook/core';
import type { Address, DeviceId, Instant } from '@offhook/core';
import { Refusal, StoreError } from '../ports.ts';
import { issueDevice } from './identity.ts';
import type { Identity, IdentityDeps } from './identity.ts';
import { News } from './news.ts';

interface Link {
  readonly user: Address;
  /** The device it was made on: when that is removed, the link is void. */
  readonly device: DeviceId;
  readonly until: Instant;
}

const suggested = 3;

export class OpenAccounts {
  readonly #deps: IdentityDeps;
  readonly #news: News;
  /** By code, oldest first. They do not outlive the process: a link is there to be used at once. */
  readonly #links = new Map<string, Link>();

  constructor(deps: IdentityDeps) {
    this.#deps = deps;
    this.#news = new News(deps);
  }

  /** Takes a name that nobody has. */
  async claim(name: string, deviceName: string | undefined): Promise<Identity> {
    const clean = cleanName(name);
    const address = clean && addressOf(clean);
    if (clean === undefined || address === undefined) throw new Refusal('name_invalid');
    const user = { address, name: clean, settings: defaultSettings, createdAt: this.#deps.clock.now() };
    try {
      return await issueDevice(this.#deps, user, deviceName, [{ type: 'new_user', user }]);
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== 'name_taken') throw error;
      throw new Refusal('name_taken', undefined, { suggestions: await this.#suggest(clean) });
    }
  }

  /** A code that adds one more device to the user who holds this token. */
  async link(token: string): Promise<{ code: string; expiresInMs: number }> {
    const { clock, hash, random, store } = this.#deps;
    const device = await store.device(hash.digest(token));
    if (device === undefined) throw new Refusal('unauthorized');
    const now = clock.now();
    for (const [code, { until, user }] of this.#links) {
      // The newest link of a user is the only one.
      if (until <= now || user === device.user) this.#links.delete(code);
    }
    const code = random.token(128);
    this.#links.set(code, { user: device.user, device: device.id, until: now + serverLimits.linkMs });
    return { code, expiresInMs: serverLimits.linkMs };
  }

  /** Uses a code up. */
  async join(code: string, deviceName: string | undefined): Promise<Identity> {
    const { clock, store } = this.#deps;
    const link = this.#links.get(code);
    this.#links.delete(code);
    const user = link === undefined || link.until <= clock.now() ? undefined : await store.user(link.user);
    if (user === undefined) throw new Refusal('link_invalid');
    const devices = await store.devices(user.address);
    if (!devices.some(({ id }) => id === link?.device)) throw new Refusal('link_invalid');
    if (devices.filter(({ phone }) => phone !== true).length >= serverLimits.devicesPerUser)
      throw new Refusal('too_many_devices');
    const identity = await issueDevice(this.#deps, user, deviceName, []);
    this.#news.devices(user.address);
    return identity;
  }

  /** Names like this one that are free at the moment. */
  async #suggest(name: string): Promise<string[]> {
    const short = [...name].slice(0, limits.nameLength - 4).join('');
    const candidates = Array.from({ length: 4 * suggested }, (_, at) => `${short} ${at + 2}`);
    const addresses = candidates.map((candidate) => addressOf(candidate) ?? '');
    const taken = new Set((await this.#deps.store.users(addresses)).map(({ address }) => address));
    return candidates.filter((_, at) => !taken.has(addresses[at] ?? '')).slice(0, suggested);
  }
}
