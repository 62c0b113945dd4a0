import { newUser, presenceOf, userMachine } from '@offhook/core';
import type { Address, PresenceState, UserEffect, UserInput, UserState } from '@offhook/core';
import type { BlockBook } from '../ports/people.ts';
import type { Clock, Store, StoredUser } from '../ports.ts';
import { Deadlines } from './deadlines.ts';

export interface ResidentsDeps {
  readonly store: Store;
  readonly blocks: BlockBook;
  readonly clock: Clock;
}

interface Resident {
  stored: StoredUser;
  state: UserState;
}

/**
 * The users that are in memory: those with a device or a call. Which devices are there and which calls there are is known by
 * their connections and calls alone, so nothing but the settings is stored.
 */
export class Residents {
  readonly #deps: ResidentsDeps;
  readonly #perform: (user: Address, effect: UserEffect) => void;
  readonly #users = new Map<Address, Resident>();
  readonly #deadlines: Deadlines<Address>;

  constructor(deps: ResidentsDeps, perform: (user: Address, effect: UserEffect) => void) {
    this.#deps = deps;
    this.#perform = perform;
    this.#deadlines = new Deadlines(deps.clock, (address) => this.step(address, { type: 'tick' }));
  }

  /** Nobody is waited for any more. */
  close(): void {
    this.#deadlines.close();
  }

  /** The user as far as memory knows. */
  stored(address: Address): StoredUser | undefined {
    return this.#users.get(address)?.stored;
  }

  state(address: Address): UserState | undefined {
    return this.#users.get(address)?.state;
  }

  presence(address: Address): PresenceState {
    const resident = this.#users.get(address);
    return resident === undefined ? 'offline' : presenceOf(resident.state);
  }

  enter(user: StoredUser, blocked: ReadonlySet<Address>): void {
    const { address, settings } = user;
    if (this.#users.has(address)) this.know(user);
    else this.#users.set(address, { stored: user, state: newUser(address, settings, blocked) });
  }

  /** Brings what is known of somebody in memory up to date. */
  know(user: StoredUser): void {
    const resident = this.#users.get(user.address);
    if (resident !== undefined) resident.stored = user;
  }

  /** Brings a user into memory; false when nobody has this address. */
  async load(address: Address): Promise<boolean> {
    if (this.#users.has(address)) return true;
    const [user, { blocked }] = await Promise.all([this.#deps.store.user(address), this.#deps.blocks.of(address)]);
    if (user === undefined) return false;
    if (!this.#users.has(address)) this.enter(user, blocked);
    return true;
  }

  /** Feeds the user's machine. What the decision was is returned; what others must hear of is performed at once. */
  step(address: Address, input: UserInput): readonly UserEffect[] {
    const resident = this.#users.get(address);
    if (resident === undefined) return [];
    const { state, effects } = userMachine.step(resident.state, input, this.#deps.clock.now());
    resident.state = state;
    this.#deadlines.set(address, userMachine.deadline(state));
    for (const effect of effects) this.#perform(address, effect);
    if (state.devices.size === 0 && state.calls.size === 0) this.#users.delete(address);
    return effects;
  }
}
