/** What every adapter of the Store port keeps about who may sign in. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StoredAccount, StoredInvite } from '../../packages/server/src/ports/accounts.ts';
import type { Store, Write } from '../../packages/server/src/ports.ts';
import { device, user } from './samples.ts';
import { stores } from './stores.ts';
import type { Place } from './stores.ts';

const account = (address: string, more: Partial<StoredAccount> = {}): StoredAccount => ({
  address,
  role: 'member',
  createdAt: 1,
  ...more,
});
const invite = (digest: string, more: Partial<StoredInvite> = {}): StoredInvite => ({
  digest,
  role: 'member',
  uses: 1,
  until: 10,
  by: 'anna',
  createdAt: 1,
  ...more,
});
const revoke = (key: string, at: number, until: number): Write => ({ type: 'revoke', revocation: { key, at, until } });
const vouched = (name: string, address: string): Write => ({
  type: 'new_user',
  user: user(name, { address, vouched: true }),
});

describe.each(stores)('store of accounts: $name', ({ place: makePlace }) => {
  let place: Place;
  let store: Store;
  beforeEach(async () => {
    place = makePlace();
    store = await place.open();
  });
  afterEach(async () => {
    await store.close();
    place.remove();
  });

  const add = (...accounts: StoredAccount[]): Promise<void> =>
    store.commit(accounts.map((one): Write => ({ type: 'account', account: one })));
  const commit = (...writes: Write[]): Promise<void> => store.commit(writes);

  it('keeps accounts with all they say, over a restart, and changes them', async () => {
    const guest = account('gil', { role: 'guest', until: 5.5, grants: { outgoing: ['anna'] } });
    await add(account('anna', { role: 'admin', password: 'scrypt …' }), guest);
    await store.close();
    store = await place.open();
    expect(await store.account('anna')).toEqual(account('anna', { role: 'admin', password: 'scrypt …' }));
    expect(await store.account('gil')).toEqual(guest);
    expect(await store.account('bo')).toBeUndefined();
    await add(account('gil'));
    expect(await store.account('gil')).toEqual(account('gil'));
  });

  it('pages accounts of one role by address', async () => {
    await add(account('zoe'), account('anna'), account('bo'), account('eve', { role: 'admin' }), account('\u{10348}'));
    expect((await store.accounts('member', undefined, 2)).map(({ address }) => address)).toEqual(['anna', 'bo']);
    expect((await store.accounts('member', 'bo', 10)).map(({ address }) => address)).toEqual(['zoe', '\u{10348}']);
    expect(await store.accounts('guest', undefined, 10)).toEqual([]);
  });

  it('keeps invitations with all they say, and lists those of one person, newest first', async () => {
    const guests = invite('b', { role: 'guest', stayMs: 3_600_000, grants: { incoming: false }, createdAt: 2 });
    const first = invite('c', { by: undefined, role: 'admin' });
    const password = invite('d', { by: 'bo', whose: 'anna' });
    await commit(...[invite('a'), guests, first, password].map((one): Write => ({ type: 'invite', invite: one })));
    expect(await store.invite('b')).toEqual(guests);
    expect(await store.invite('d')).toEqual(password);
    expect(await store.invites('anna')).toEqual([guests, invite('a')]);
    expect((await store.invites(undefined)).map(({ digest }) => digest)).toEqual(['c']);
    await commit({ type: 'invite_gone', digest: 'a' });
    expect(await store.invite('a')).toBeUndefined();
  });

  it('lets an invitation be used as often as it may, also by many at once, and nothing of a group that comes too late', async () => {
    await commit({ type: 'invite', invite: invite('a', { uses: 2 }) });
    const results = await Promise.allSettled(
      ['Anna', 'Bo', 'Cleo', 'Dora'].map((name) =>
        commit(
          { type: 'new_user', user: user(name) },
          { type: 'invite_use', digest: 'a' },
          { type: 'account', account: account(name.toLowerCase()) },
        ),
      ),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    expect(results.filter(({ status }) => status === 'rejected')).toMatchObject(
      [1, 2].map(() => ({ reason: { name: 'StoreError', code: 'invite_used' } })),
    );
    expect((await store.accounts('member', undefined, 10)).map(({ address }) => address)).toEqual(['anna', 'bo']);
    expect((await store.people(undefined, undefined, 10, 0)).people.map(({ name }) => name)).toEqual(['Anna', 'Bo']);
    expect(await store.invite('a')).toMatchObject({ uses: 0 });
  });

  it('knows nothing of an invitation that is not there, and keeps a use when the name was taken', async () => {
    await expect(commit({ type: 'invite_use', digest: 'none' })).rejects.toMatchObject({ code: 'invite_used' });
    expect(await store.invite('none')).toBeUndefined();
    await commit({ type: 'invite', invite: invite('a') }, { type: 'new_user', user: user('Anna') });
    await expect(commit({ type: 'invite_use', digest: 'a' }, { type: 'new_user', user: user('Anna') })).rejects.toMatchObject({
      code: 'name_taken',
    });
    expect(await store.invite('a')).toMatchObject({ uses: 1 });
  });

  it('knows whom a subject of a provider is', async () => {
    await commit({ type: 'login', login: { issuer: 'https://a', subject: 's', address: 'anna' } });
    expect(await store.login('https://a', 's')).toBe('anna');
    expect(await store.login('https://b', 's')).toBeUndefined();
    expect(await store.login('https://a', 'S')).toBeUndefined();
  });

  it('remembers what was revoked until it is over, and the widest of several revocations', async () => {
    await commit(revoke('jti a', 1, 10), revoke('sub anna', 2, 20));
    expect(await store.revocations(['jti a', 'jti b'])).toEqual([{ key: 'jti a', at: 1, until: 10 }]);
    await commit(revoke('sub anna', 5, 15));
    expect(await store.revocations(['sub anna', 'jti a'])).toEqual(
      expect.arrayContaining([
        { key: 'sub anna', at: 5, until: 20 },
        { key: 'jti a', at: 1, until: 10 },
      ]),
    );
    await commit(revoke('jti c', 11, 30));
    expect((await store.revocations(['jti a', 'sub anna', 'jti c'])).map(({ key }) => key).sort()).toEqual([
      'jti c',
      'sub anna',
    ]);
  });

  it('lets two people have one name where somebody vouches for them, and nobody their address', async () => {
    await commit(vouched('Anna Berg', '7'), vouched('Anna Berg', '8'));
    expect(await store.user('7')).toEqual(user('Anna Berg', { address: '7', vouched: true }));
    expect((await store.people('berg', undefined, 10, 0)).people.map(({ address }) => address)).toEqual(['7', '8']);
    await expect(commit(vouched('Other', '7'))).rejects.toMatchObject({ code: 'name_taken' });
    await expect(commit({ type: 'new_user', user: user('7', { address: 'x' }) })).rejects.toMatchObject({ code: 'name_taken' });
  });

  it('gives the name back of somebody for whom it begins to vouch', async () => {
    await commit({ type: 'new_user', user: user('Anna Berg', { address: 'a' }) });
    await commit({ type: 'user', user: user('Anna Berg', { address: 'a', vouched: true }) });
    await commit({ type: 'new_user', user: user('Anna Berg', { address: 'b' }) });
    expect(await store.user('b')).toBeDefined();
  });

  it('keeps devices that sign in with tokens of others under no digest', async () => {
    await commit({ type: 'device', device: device('d', 'anna', { tokenDigest: '' }) });
    expect(await store.devices('anna')).toHaveLength(1);
  });
});
