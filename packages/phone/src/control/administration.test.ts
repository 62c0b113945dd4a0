import type { Account, AccountPage, AccountView, Role } from '@offhook/client/accounts';
import { beforeEach, expect, it } from 'vitest';
import { AdministrationControl } from './administration.ts';

/** The accounts of a server: members on pages of one each. A test lets answers come. */
class FakeAccount {
  members = ['ann', 'bo', 'carla'];
  readonly asked: string[] = [];
  readonly #waiting: (() => void)[] = [];

  invitations(): Promise<[]> {
    return Promise.resolve([]);
  }

  accounts(role: Role, after?: string): Promise<AccountPage> {
    if (role !== 'member') return Promise.resolve({ accounts: [] });
    this.asked.push(after ?? 'first');
    const at = after === undefined ? 0 : this.members.indexOf(after) + 1;
    const accounts = this.members.slice(at, at + 1).map((address): AccountView => ({ address, name: address, role }));
    const next = at + 1 < this.members.length ? this.members[at] : undefined;
    return new Promise((resolve) => this.#waiting.push(() => resolve({ accounts, next })));
  }

  setRole(address: string): Promise<void> {
    this.members = this.members.filter((one) => one !== address);
    return Promise.resolve();
  }

  async answerAll(): Promise<void> {
    await settle();
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      next();
      await settle();
    }
  }

  async answerLast(): Promise<void> {
    await settle();
    this.#waiting.pop()?.();
    await settle();
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

const ignore = (): void => undefined;

let account: FakeAccount;
let control: AdministrationControl;
beforeEach(async () => {
  account = new FakeAccount();
  control = new AdministrationControl(account as unknown as Account, ignore, ignore);
  await done(control.load(true));
});

async function done(...working: Promise<void>[]): Promise<void> {
  await account.answerAll();
  await Promise.all(working);
}

const shown = (): string[] | undefined => control.state.accounts?.map(({ address }) => address);
const search = (query: string): Promise<void> => control.run({ type: 'search-accounts', query });
const more = (): Promise<void> => control.run({ type: 'more-accounts' });

it('shows one page after the other', async () => {
  expect([shown(), control.state.more]).toEqual([['ann'], true]);
  await done(more());
  expect([shown(), control.state.more]).toEqual([['ann', 'bo'], true]);
  await done(more());
  expect([shown(), control.state.more]).toEqual([['ann', 'bo', 'carla'], false]);
});

it('loads a page once, also where it is asked for twice', async () => {
  await done(more(), more());
  expect([shown(), account.asked]).toEqual([
    ['ann', 'bo'],
    ['first', 'ann'],
  ]);
});

it('loads each page once for a search, however fast somebody types', async () => {
  await done(...['a', 'an', 'ann'].map(search));
  expect([shown(), account.asked]).toEqual([
    ['ann', 'bo', 'carla'],
    ['first', 'ann', 'bo'],
  ]);
});

it('loads all pages for a search also while one of them is on its way', async () => {
  await done(more(), search('carla'));
  expect(shown()).toEqual(['ann', 'bo', 'carla']);
});

it('begins anew once an account has changed, without the pages that were on their way', async () => {
  const loading = more();
  const changing = control.run({ type: 'set-role', address: 'ann', role: 'admin' });
  await account.answerLast();
  await done(loading, changing);
  expect([shown(), control.state.more]).toEqual([['bo'], true]);
  await done(more());
  expect(shown()).toEqual(['bo', 'carla']);
});
