/** People with an account: they come by invitation, sign in with a password, and each of their devices keeps a token. */
import { addressOf, cleanName, defaultSettings, serverLimits } from '@offhook/core';
import type { Address, Milliseconds, Person } from '@offhook/core';
import type { Role, SignOutReason, StoredAccount, StoredInvite } from '../ports/accounts.ts';
import { Buckets } from '../ports/bucket.ts';
import { Refusal, StoreError } from '../ports.ts';
import type { Pass, StoredUser, Write } from '../ports.ts';
import { issueDevice } from './identity.ts';
import type { Identity, IdentityDeps } from './identity.ts';
import { Invites } from './invites.ts';
import type { Invitation } from './invites.ts';
import { News } from './news.ts';
import { isPassword } from './passwords.ts';
import type { Passwords } from './passwords.ts';

export interface AccountsDeps extends IdentityDeps {
  /** Ends at once what goes on with the passes that fit. `because`: what they are told before. */
  readonly signOut: (fits: (pass: Pass) => boolean, why: 'signed_out', because?: SignOutReason) => Promise<void>;
}

/** Somebody who has an account, as administrators see it. */
export interface AccountView extends Person {
  readonly role: Role;
  /** Of guests: how much longer they may stay. Of accounts that were closed, and of guests who have left, nothing or less. */
  readonly endsInMs: Milliseconds | undefined;
}

/** What a link is for, as whoever holds it may know. */
export interface InviteView {
  readonly role: Role;
  readonly stayMs: Milliseconds | undefined;
  /** Who has made it; nobody in particular has made the first administrator's. */
  readonly by: Person | undefined;
  /** Whose password it renews. */
  readonly whose: Person | undefined;
}

export class Accounts {
  readonly #deps: AccountsDeps;
  readonly #passwords: Passwords;
  readonly #news: News;
  readonly invites: Invites;
  /** The last of the changes that were asked for. */
  #changes: Promise<unknown> = Promise.resolve();
  /** Attempts to sign in, by account: whoever guesses may come from many networks. */
  readonly #attempts = new Buckets({ perSecond: serverLimits.signInsPerMinute / 60, burst: serverLimits.signInBurst });

  constructor(deps: AccountsDeps, passwords: Passwords) {
    this.#deps = deps;
    this.#passwords = passwords;
    this.#news = new News(deps);
    this.invites = new Invites(deps);
  }

  /** A code that makes the first administrator, for as long as there is none; a later one makes those before void. */
  async firstInvite(): Promise<string | undefined> {
    const { store } = this.#deps;
    if ((await store.accounts('admin', undefined, 1)).length > 0) return undefined;
    const before = await store.invites(undefined);
    await store.commit(before.map(({ digest }): Write => ({ type: 'invite_gone', digest })));
    return (await this.invites.make(undefined, { role: 'admin' })).code;
  }

  /** Nobody has an account: the one who comes first has the link that was printed. */
  async isEmpty(): Promise<boolean> {
    const { store } = this.#deps;
    const some = await Promise.all([store.accounts('admin', undefined, 1), store.accounts('member', undefined, 1)]);
    return some.every(({ length }) => length === 0);
  }

  async look(code: string): Promise<InviteView> {
    const { role, stayMs, by, whose } = await this.invites.find(code);
    return { role, stayMs, by: await this.#person(by), whose: await this.#person(whose) };
  }

  /** Somebody new, by an invitation for people with an account. */
  async signUp(
    code: string,
    wanted: { readonly name: string; readonly password: string },
    device: string | undefined,
  ): Promise<Identity> {
    const invite = await this.invites.findNew(code);
    if (invite.role === 'guest') throw new Refusal('link_invalid');
    if (!isPassword(wanted.password)) throw new Refusal('password_weak');
    const name = cleanName(wanted.name);
    const address = name && addressOf(name);
    if (name === undefined || address === undefined) throw new Refusal('name_invalid');
    const password = await this.#passwords.hash(wanted.password);
    return this.#enter(invite, { address, name }, { role: invite.role, password }, device);
  }

  /** A guest, by an invitation for guests, until their time is over. */
  async signUpGuest(code: string, wanted: string, device: string | undefined): Promise<Identity> {
    const { clock, random } = this.#deps;
    const invite = await this.invites.findNew(code);
    if (invite.role !== 'guest') throw new Refusal('link_invalid');
    const name = cleanName(wanted);
    if (name === undefined) throw new Refusal('name_invalid');
    // Nobody is called by the address of a guest who was somebody else before.
    const address = addressOf(`guest-${random.token(60)}x`) ?? '';
    const until = clock.now() + (invite.stayMs ?? serverLimits.guestMs);
    return this.#enter(invite, { address, name }, { role: 'guest', grants: invite.grants, until }, device);
  }

  /** The name is what people see or the address; only the latter counts. */
  async signIn(name: string, password: string, device: string | undefined): Promise<Identity> {
    const { clock, store } = this.#deps;
    const address = addressOf(name) ?? '';
    if (!this.#attempts.take(address, clock.now())) throw new Refusal('rate_limited');
    const account = await store.account(address);
    const isRight = await this.#passwords.isRight(password, account?.password);
    const user = isRight ? await store.user(address) : undefined;
    if (user === undefined) throw new Refusal('credentials_wrong');
    return this.#inTurn(async () => {
      // Computing takes a while, in which the password may have been changed and all devices signed out.
      if ((await store.account(address))?.password !== account?.password) throw new Refusal('credentials_wrong');
      return this.addDevice(user, device);
    });
  }

  /** One more device of somebody who has shown who they are; the one that was seen longest ago makes room for one too many. */
  async addDevice(user: Person, name: string | undefined): Promise<Identity> {
    // Phones are counted apart, and go when their owner takes them away.
    const devices = (await this.#deps.store.devices(user.address)).filter(({ phone }) => phone !== true);
    const [oldest] = devices.length >= serverLimits.devicesPerUser ? devices.toSorted((a, b) => a.seenAt - b.seenAt) : [];
    const gone: Write[] = oldest === undefined ? [] : [{ type: 'device_gone', device: oldest.id }];
    const identity = await issueDevice(this.#deps, user, name, gone);
    this.#news.devices(user.address);
    return identity;
  }

  /** The device that holds this pass is signed out for good. */
  async signOut({ user, device, by }: Pass): Promise<void> {
    if (by !== 'device') throw new Refusal('forbidden', 'The host application signs its people out.');
    await this.#deps.store.commit([{ type: 'device_gone', device: device.id }]);
    await this.#deps.signOut((pass) => pass.device.id === device.id, 'signed_out');
    this.#news.devices(user);
  }

  async changePassword({ user, device }: Pass, present: string, next: string, signOutOthers: boolean): Promise<void> {
    const { clock, store } = this.#deps;
    if (!isPassword(next)) throw new Refusal('password_weak');
    if (!this.#attempts.take(user, clock.now())) throw new Refusal('rate_limited');
    const before = await store.account(user);
    if (before?.password === undefined || !(await this.#passwords.isRight(present, before.password)))
      throw new Refusal('credentials_wrong');
    const password = await this.#passwords.hash(next);
    await this.#inTurn(async () => {
      const account = await this.#known(user);
      // Computing takes a while, in which somebody may have closed the account or changed its password.
      if (account.password !== before.password) throw new Refusal('credentials_wrong');
      const others = signOutOthers ? (await store.devices(user)).filter(({ id }) => id !== device.id) : [];
      const gone = others.map(({ id }): Write => ({ type: 'device_gone', device: id }));
      await store.commit([{ type: 'account', account: { ...account, password } }, ...gone]);
    });
    if (!signOutOthers) return;
    await this.#deps.signOut((pass) => pass.user === user && pass.device.id !== device.id, 'signed_out', 'password_changed');
  }

  /** A link by which somebody who has lost their password gets another. */
  async passwordLink(by: Address, whose: Address): Promise<Invitation & { readonly code: string }> {
    const { role } = await this.#known(whose);
    if (role === 'guest') throw new Refusal('not_found');
    return this.invites.make(by, { role, forMs: serverLimits.passwordLinkMs, whose });
  }

  /** A new password by such a link, which signs in here and signs out everything else. */
  async renewPassword(code: string, next: string, device: string | undefined): Promise<Identity> {
    const { store, signOut } = this.#deps;
    const { digest, by, whose } = await this.invites.find(code);
    if (whose === undefined) throw new Refusal('link_invalid');
    if (!isPassword(next)) throw new Refusal('password_weak');
    const password = await this.#passwords.hash(next);
    const identity = await this.#inTurn(async () => {
      const [account, user] = await Promise.all([store.account(whose), store.user(whose)]);
      // Closed since the link was made.
      if (account === undefined || account.role === 'guest' || user === undefined) throw new Refusal('link_invalid');
      const devices = await store.devices(whose);
      return this.#issue(user, device, [
        { type: 'invite_use', digest },
        { type: 'account', account: { ...account, password } },
        ...devices.map(({ id }): Write => ({ type: 'device_gone', device: id })),
      ]);
    });
    await signOut((pass) => pass.user === whose && pass.device.id !== identity.device.id, 'signed_out', 'password_changed');
    this.#news.accounts(by);
    return identity;
  }

  async list(role: Role, after: Address | undefined, limit: number): Promise<AccountView[]> {
    const accounts = await this.#deps.store.accounts(role, after, limit);
    const users = await this.#deps.store.users(accounts.map(({ address }) => address));
    const names = new Map(users.map(({ address, name }) => [address, name]));
    const now = this.#deps.clock.now();
    return accounts.map(({ address, until }) => ({
      address,
      name: names.get(address) ?? address,
      role,
      endsInMs: until === undefined ? undefined : until - now,
    }));
  }

  /** Makes somebody an administrator, or a member again. */
  async setRole(address: Address, role: 'admin' | 'member'): Promise<void> {
    await this.#inTurn(async () => {
      const account = await this.#known(address);
      if (account.role === 'guest') throw new Refusal('not_found');
      if (role === 'member') await this.#keepAnAdmin(account);
      // What somebody has made as an administrator does not outlive that.
      const invites = role === 'member' ? await this.#deps.store.invites(address) : [];
      const gone = invites.filter((invite) => invite.role !== 'guest');
      await this.#deps.store.commit([
        { type: 'account', account: { ...account, role } },
        ...gone.map(({ digest }): Write => ({ type: 'invite_gone', digest })),
      ]);
    });
    // Also whoever is no administrator any more.
    this.#news.accounts(address);
  }

  /** Nobody signs in with this account any more; the person stays in the history of others. */
  async close(address: Address): Promise<void> {
    const { clock, store, signOut } = this.#deps;
    const role = await this.#inTurn(async () => {
      const account = await this.#known(address);
      await this.#keepAnAdmin(account);
      const [devices, invites] = await Promise.all([store.devices(address), store.invites(address)]);
      const { password: _, ...rest } = account;
      await store.commit([
        { type: 'account', account: { ...rest, role: 'guest', until: clock.now() } },
        ...devices.map(({ id }): Write => ({ type: 'device_gone', device: id })),
        ...invites.map(({ digest }): Write => ({ type: 'invite_gone', digest })),
      ]);
      return account.role;
    });
    await signOut((pass) => pass.user === address, 'signed_out', role === 'guest' ? 'visit_ended' : 'account_closed');
    this.#news.accounts();
  }

  async #person(address: Address | undefined): Promise<Person | undefined> {
    const user = address === undefined ? undefined : await this.#deps.store.user(address);
    return user && { address: user.address, name: user.name };
  }

  /** Changes of accounts go one after the other, as each is made of what it has read. */
  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const changed = this.#changes.then(change, change);
    this.#changes = changed;
    return changed;
  }

  async #known(address: Address): Promise<StoredAccount> {
    const account = await this.#deps.store.account(address);
    if (account === undefined) throw new Refusal('user_not_found');
    return account;
  }

  async #keepAnAdmin({ role }: StoredAccount): Promise<void> {
    const admins = role === 'admin' ? await this.#deps.store.accounts('admin', undefined, 2) : [];
    if (admins.length === 1) throw new Refusal('last_admin');
  }

  /** Uses an invitation up for somebody new, all at once or not at all. */
  async #enter(
    { digest, by }: StoredInvite,
    person: Person,
    account: Omit<StoredAccount, 'address' | 'createdAt'>,
    device: string | undefined,
  ): Promise<Identity> {
    return this.create(person, account, device, [{ type: 'invite_use', digest }], by);
  }

  /** Somebody new, with their first device. `by`: who has invited them. */
  async create(
    { address, name }: Person,
    account: Omit<StoredAccount, 'address' | 'createdAt'>,
    device: string | undefined,
    others: readonly Write[],
    by: Address | undefined,
  ): Promise<Identity> {
    const createdAt = this.#deps.clock.now();
    const user: StoredUser = { address, name, settings: defaultSettings, vouched: true, createdAt };
    const identity = await this.#issue(user, device, [
      ...others,
      { type: 'new_user', user },
      { type: 'account', account: { ...account, address, createdAt } },
    ]);
    this.#news.accounts(by);
    return identity;
  }

  async #issue(user: Person, device: string | undefined, others: readonly Write[]): Promise<Identity> {
    try {
      return await issueDevice(this.#deps, user, device, others);
    } catch (error) {
      const code = error instanceof StoreError ? error.code : undefined;
      if (code === 'name_taken') throw new Refusal('name_taken');
      if (code === 'invite_used') throw new Refusal('link_invalid');
      throw error;
    }
  }
}
