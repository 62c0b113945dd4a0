/** People whom a host application vouches for with tokens. Who is new here comes into being with the first token. */
import { cleanName, defaultSettings, grantsOf, serverLimits } from '@offhook/core';
import type { Address, TokenClaims } from '@offhook/core';
import { revocationKeys } from '../ports/accounts.ts';
import { StoreError } from '../ports.ts';
import type { Authenticator, Clock, Denial, DeviceHint, Hash, Pass, Store, StoredDevice, StoredUser, Write } from '../ports.ts';
import type { Verifier } from './verifier.ts';

export interface MintedDeps {
  readonly verifier: Pick<Verifier, 'verify'>;
  readonly store: Store;
  readonly clock: Clock;
  readonly hash: Hash;
}

/** One token by its id, or all that were made for a person until now. */
export type Revoked = { readonly jti: string } | { readonly user: Address };

const namelessDevice = 'Browser';
/** Of the digest that a device is known by; 120 bits. */
const deviceIdLength = 20;

export class MintedTokens implements Authenticator {
  readonly #deps: MintedDeps;

  constructor(deps: MintedDeps) {
    this.#deps = deps;
  }

  async authenticate(token: string, hint?: DeviceHint): Promise<Pass | Denial> {
    const claims = await this.#deps.verifier.verify(token);
    if ('error' in claims) return claims;
    const name = claims.name === undefined ? undefined : cleanName(claims.name);
    if (claims.name !== undefined && name === undefined) return { error: 'token_malformed', detail: 'name: cannot be shown' };
    const unknown = this.#deviceOf(claims.sub, hint);
    if (await this.#isRevoked(claims, unknown)) return { error: 'token_revoked' };
    if (!(await this.#enter(claims.sub, name)))
      return { error: 'name_taken', detail: 'In open mode somebody has taken a name with this address.' };
    const device = hint === undefined ? unknown : await this.#remember(unknown);
    const grants = { ...grantsOf(claims.grants), rename: name === undefined };
    return { user: claims.sub, device, by: 'token', name, grants, until: claims.exp * 1000, jti: claims.jti };
  }

  /** These tokens are void from now on. Tokens that are made for the person from the next second on are not. */
  async revoke(revoked: Revoked): Promise<void> {
    const at = this.#deps.clock.now();
    const key = 'jti' in revoked ? revocationKeys.token(revoked.jti) : revocationKeys.user(revoked.user);
    const until = at + serverLimits.tokenLifetimeMs + serverLimits.tokenSkewMs;
    await this.#deps.store.commit([{ type: 'revoke', revocation: { key, at, until } }]);
  }

  async #isRevoked({ sub, jti, iat = 0 }: TokenClaims, device: StoredDevice): Promise<boolean> {
    const one = jti === undefined ? [] : [revocationKeys.token(jti)];
    const found = await this.#deps.store.revocations([...one, revocationKeys.user(sub), revocationKeys.device(device.id)]);
    // `iat` counts whole seconds: one of the very second of the revocation may be older than it.
    return found.some(({ key, at }) => one.includes(key) || iat <= at / 1000);
  }

  /** Sees to it that there is such a user. False where the address is the name of somebody from open mode. */
  async #enter(address: Address, name = address): Promise<boolean> {
    const { store, clock } = this.#deps;
    const known = await store.user(address);
    if (known?.vouched === true) return true;
    const user: StoredUser =
      known === undefined
        ? { address, name, settings: defaultSettings, vouched: true, createdAt: clock.now() }
        : { ...known, name, vouched: true };
    try {
      await store.commit([{ type: known === undefined ? 'new_user' : 'user', user }]);
      return true;
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== 'name_taken') throw error;
      // Two tabs may come at the same moment.
      return (await store.user(address)) !== undefined;
    }
  }

  /** The id belongs to the user: the same browser is another device for somebody else, and nobody can name one that is not theirs. */
  #deviceOf(user: Address, { id = '', name = '' }: Partial<DeviceHint> = {}): StoredDevice {
    const { hash, clock } = this.#deps;
    return {
      id: hash.digest(`device ${user} ${id}`).slice(0, deviceIdLength),
      user,
      name: cleanName(name) ?? namelessDevice,
      tokenDigest: '',
      createdAt: clock.now(),
      seenAt: clock.now(),
    };
  }

  /** The devices are listed with the others of their user; the one that was seen longest ago makes room for one too many. */
  async #remember(device: StoredDevice): Promise<StoredDevice> {
    const { store } = this.#deps;
    // Phones are counted apart, and go when their owner takes them away.
    const devices = (await store.devices(device.user)).filter(({ phone }) => phone !== true);
    const known = devices.find(({ id }) => id === device.id);
    // What its owner calls it holds, whatever the page calls itself later.
    if (known !== undefined) return known;
    const [oldest] = devices.filter(({ tokenDigest }) => tokenDigest === '').sort((a, b) => a.seenAt - b.seenAt);
    const isFull = devices.length >= serverLimits.devicesPerUser;
    const room: Write[] = isFull && oldest !== undefined ? [{ type: 'device_gone', device: oldest.id }] : [];
    await store.commit([{ type: 'device', device }, ...room]);
    return device;
  }
}

/** Whether a pass comes from tokens that were revoked at that moment. */
export function isVoid({ by, jti, user }: Pass, revoked: Revoked): boolean {
  return by === 'token' && ('jti' in revoked ? jti === revoked.jti : user === revoked.user);
}
