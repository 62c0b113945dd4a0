/** What every adapter of the Store port keeps about what people say of themselves and of one another. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Store, Write } from '../../packages/server/src/ports.ts';
import { record, user } from './samples.ts';
import { stores } from './stores.ts';
import type { Place } from './stores.ts';

const profile = { status: { text: 'Away', emoji: '🌴', until: 5.5 }, picture: 'file', tellsSeen: true };

const contact = (name: string, starred = false): Write => ({ type: 'contact', user: 'anna', contact: name, starred });
const block = (by: string, blocked: string, on = true): Write => ({ type: 'block', user: by, blocked, on });
const ends = (address: string, until: number): Write => ({
  type: 'account',
  account: { address, role: 'guest', until, createdAt: 1 },
});

describe.each(stores)('store of people: $name', ({ place: makePlace }) => {
  let place: Place;
  let store: Store;
  beforeEach(async () => {
    place = makePlace();
    store = await place.open();
    await commit(...['Anna', 'Bo', 'Cleo', 'Åsa'].map((name): Write => ({ type: 'new_user', user: user(name) })));
  });
  afterEach(async () => {
    await store.close();
    place.remove();
  });
  const commit = (...writes: Write[]): Promise<void> => store.commit(writes);
  const found = async (query: string | undefined, now: number): Promise<string[]> =>
    (await store.people(query, undefined, 10, now)).people.map(({ name }) => name);

  it('keeps what somebody says and when they were here, whatever else is stored of them, over a restart', async () => {
    await commit({ type: 'profile', user: 'anna', profile }, { type: 'seen', user: 'anna', at: 7.5 });
    await commit({ type: 'user', user: user('Anna', { name: 'Anna Berg' }) });
    await commit({ type: 'profile', user: 'nobody', profile });
    await store.close();
    store = await place.open();
    const known = { ...user('Anna', { name: 'Anna Berg' }), profile, seenAt: 7.5 };
    expect(await store.user('anna')).toEqual(known);
    expect(await store.users(['anna'])).toEqual([known]);
    expect((await store.people('berg', undefined, 10, 0)).people).toEqual([known]);
    expect(await store.user('bo')).toEqual(user('Bo'));
    expect(await store.user('nobody')).toBeUndefined();
  });

  it('lists contacts, favourites first, then by name', async () => {
    await commit(contact('cleo'), contact('bo'), contact('åsa'), contact('nobody'));
    await commit(contact('cleo', true));
    const names = async (): Promise<unknown> =>
      (await store.contacts('anna')).map(({ user: { name }, starred }) => [name, starred]);
    expect(await names()).toEqual([
      ['Cleo', true],
      ['Åsa', false],
      ['Bo', false],
    ]);
    await commit({ type: 'no_contact', user: 'anna', contact: 'cleo' });
    expect(await names()).toEqual([
      ['Åsa', false],
      ['Bo', false],
    ]);
    expect(await store.contacts('bo')).toEqual([]);
  });

  it('knows who has blocked whom, from both sides', async () => {
    await commit(block('anna', 'cleo'), block('anna', 'bo'), block('anna', 'bo'), block('bo', 'anna'));
    expect(await store.blocks('anna')).toEqual({ blocked: ['bo', 'cleo'], by: ['bo'] });
    expect(await store.blocks('cleo')).toEqual({ blocked: [], by: ['anna'] });
    await commit(block('anna', 'bo', false), block('cleo', 'anna', false));
    expect(await store.blocks('bo')).toEqual({ blocked: ['anna'], by: [] });
  });

  it('shows a secret call to its caller alone, and knows how it ended', async () => {
    await commit({ type: 'record', record: record('a', { cause: 'unreachable', secret: true }) });
    await commit({ type: 'record', record: record('b') });
    const calls = async (address: string): Promise<string[]> =>
      (await store.history(address, undefined, 10)).entries.map(({ call }) => call);
    expect([await calls('alice'), await calls('bob')]).toEqual([['b', 'a'], ['b']]);
    expect(await store.record('a')).toMatchObject({ cause: 'unreachable', secret: true });
  });

  it('leaves out whose account is over', async () => {
    await commit(ends('anna', 10), ends('bo', 11));
    expect(await found(undefined, 9)).toEqual(['Anna', 'Åsa', 'Bo', 'Cleo']);
    expect(await found(undefined, 10)).toEqual(['Åsa', 'Bo', 'Cleo']);
    expect(await found('anna', 10)).toEqual([]);
    expect(await found('bo', 10)).toEqual(['Bo']);
  });
});
