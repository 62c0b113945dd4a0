import { isNumber, newUser, presenceOf, userMachine } from '@offhook/core';
import type { Address, CallId, DeviceId, Milliseconds, PresenceState, UserEffect, UserInput, UserState } from '@offhook/core';
import type { BlockBook } from '../ports/people.ts';
import type { PushBook, PushesByDevice } from '../ports/push.ts';
import type { Clock, Store, StoredUser } from '../ports.ts';
import type { Inside, Outside } from '../ports/outside.ts';
import { Deadlines } from './deadlines.ts';

export interface ResidentsDeps {
  readonly store: Store;
  readonly blocks: BlockBook;
  readonly push?: { readonly book: PushBook } | undefined;
  readonly clock: Clock;
  /** Absent: nobody outside is reached. */
  readonly outside?: Outside | undefined;
}

/** To whom a call goes on, and as what. */
export interface LedTo extends Pick<Inside, 'origin'> {
  readonly user: StoredUser;
}

/** Whoever was looked up and is neither called nor there is forgotten after this time. */
const visitMs: Milliseconds = 30_000;

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

  /** Whether somebody in memory does not want to hear of somebody. */
  blocks(address: Address, other: Address): boolean {
    return this.state(address)?.blocked.has(other) === true;
  }

  presence(address: Address): PresenceState {
    const resident = this.#users.get(address);
    return resident === undefined ? 'offline' : presenceOf(resident.state);
  }

  enter(user: StoredUser, blocked: ReadonlySet<Address>): void {
    const { address, settings } = user;
    if (this.#users.has(address)) {
      this.know(user);
      return;
    }
    const pushes = this.#deps.push?.book.of(address);
    const isKnown = pushes !== undefined && !(pushes instanceof Promise);
    const state = newUser(address, settings, blocked, isKnown ? devicesOf(pushes) : nobody);
    this.#users.set(address, { stored: user, state });
    if (!isKnown) void this.#learn(address, pushes);
  }

  /** Brings what is known of somebody in memory up to date. */
  know(user: StoredUser): void {
    const resident = this.#users.get(user.address);
    if (resident !== undefined) resident.stored = user;
  }

  /** Brings a user into memory; false when nobody has this address. */
  async load(address: Address): Promise<boolean> {
    if (this.#users.has(address)) return true;
    const { store, blocks, push } = this.#deps;
    const [user, { blocked }] = await Promise.all([store.user(address), blocks.of(address), push?.book.of(address)]);
    if (user === undefined) return false;
    if (this.#users.has(address)) return true;
    this.enter(user, blocked);
    this.#deadlines.set(address, this.#deps.clock.now() + visitMs);
    return true;
  }

  /**
   * The same for somebody who is to be called. `by`: whose call it is, or who leads it there. `after`: the call that goes on in it.
   *
   * @throws Refusal where they may not call the number
   */
  async reach(address: Address, by: Address, call: CallId, after?: CallId): Promise<boolean> {
    if (!isNumber(address)) return this.load(address);
    await this.#deps.outside?.reach(address, by, call, after);
    return this.#users.has(address);
  }

  /** Whom somebody calls by an address: at a number of ours, whoever it leads to. Undefined: there is nobody. @throws Refusal as `reach` */
  async called(address: Address, by: Address, call: CallId): Promise<Inside | undefined> {
    const found = (await this.#inside(address, by, call)) ?? { to: address };
    return (await this.reach(found.to, by, call)) ? found : undefined;
  }

  /** The same of a call that goes on there from another one (`after`), for this caller. */
  async ledTo(address: Address, by: Address, call: CallId, after: CallId, caller: Address): Promise<LedTo | undefined> {
    const { to, origin } = (await this.#inside(address, by, call, caller)) ?? { to: address };
    const user = (await this.reach(to, by, call, after)) ? this.stored(to) : undefined;
    return user && { user, origin };
  }

  async #inside(address: Address, by: Address, call: CallId, caller?: Address): Promise<Inside | undefined> {
    return isNumber(address) && !isNumber(by) ? this.#deps.outside?.inside(address, by, call, caller) : undefined;
  }

  /** What was not in memory when they came. Of whom it cannot be read, no device is woken. */
  async #learn(address: Address, reading: Promise<PushesByDevice> | undefined): Promise<void> {
    const pushes = await reading?.catch(() => undefined);
    if (pushes !== undefined) this.step(address, { type: 'pushable', devices: devicesOf(pushes) });
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

const nobody: ReadonlySet<DeviceId> = new Set();

function devicesOf(pushes: PushesByDevice): ReadonlySet<DeviceId> {
  return pushes.size === 0 ? nobody : new Set(pushes.keys());
}
