/** What every adapter of the Store port forgets of guests, and when; and that the server has it do so. */
import { serverLimits } from '@offhook/core';
import type { Entry, Person } from '@offhook/core';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { forgettingGuests } from '../../packages/server/src/accounts/forgetting.ts';
import { ManualClock } from '../../packages/server/src/engine/engine.fixture.ts';
import { picturePlace } from '../../packages/server/src/ports/people.ts';
import type { StoredFile } from '../../packages/server/src/ports/files.ts';
import type { Store, Write } from '../../packages/server/src/ports.ts';
import { device, user } from './samples.ts';
import { stores } from './stores.ts';
import type { Place } from './stores.ts';

const grants = { incoming: false };
const over = 1_000;
/** Of a meeting; of two people. */
const [talk, direct] = ['talk-of-a-meeting', 'anna~gus'];

function person(name: string): Write {
  return { type: 'new_user', user: user(name, { vouched: true }) };
}

const guest = (address: string, until = over): Write => ({
  type: 'account',
  account: { address, role: 'guest', grants, until, createdAt: 1 },
});

const member = (conversation: string, who: string, is = true): Write => ({ type: 'member', conversation, user: who, is });

function group(id: string, last: number, activeAt: number): Write {
  return { type: 'conversation', state: { kind: 'group', id, name: id, maker: 'anna', people: [], last, activeAt } };
}

const said = (conversation: string, from: Person): Write => {
  const entry: Entry = {
    kind: 'message',
    conversation,
    position: 1,
    id: 'first',
    from,
    at: over,
    text: 'hello world',
    reactions: [],
  };
  return { type: 'new_entry', entry };
};

const fileOf = (owner: string, file: string): StoredFile => ({
  file,
  owner,
  name: file,
  type: 'image/png',
  bytes: 1,
  createdAt: 1,
});

describe.each(stores)('guests in the store: $name', ({ place: makePlace }) => {
  let place: Place;
  let store: Store;
  beforeEach(async () => {
    place = makePlace();
    store = await place.open();
    for (const name of ['Anna', 'Gil', 'Gus']) await store.commit([person(name)]);
    await store.commit([guest('gil'), guest('gus')]);
  });
  afterEach(async () => {
    await store.close();
    place.remove();
  });

  const forget = (before = over + 1): Promise<void> => store.commit([{ type: 'guests_gone', before }]);
  const here = async (): Promise<string[]> =>
    (await store.users(['anna', 'gil', 'gus'])).map(({ address }) => address).toSorted();

  it('are forgotten with all that is theirs, once their time was over before', async () => {
    await store.commit([
      { type: 'device', device: device('d', 'gil') },
      { type: 'contact', user: 'anna', contact: 'gil', starred: true },
      { type: 'block', user: 'gus', blocked: 'gil', on: true },
      { type: 'file', file: fileOf('gil', 'unsaid') },
      { type: 'file', file: fileOf('gil', 'face') },
      { type: 'file_said', file: 'face', conversation: picturePlace },
    ]);
    await forget(over);
    expect(await here()).toEqual(['anna', 'gil', 'gus']);
    await store.commit([guest('gus', over + 1)]);
    await forget();
    expect(await here()).toEqual(['anna', 'gus']);
    expect(await store.account('gil')).toBeUndefined();
    expect(await store.devices('gil')).toEqual([]);
    expect(await store.contacts('anna')).toEqual([]);
    expect(await store.blocks('gus')).toEqual({ blocked: [], by: [] });
    expect(await store.files(['unsaid', 'face'])).toEqual([]);
    // Nothing keeps the name either.
    await store.commit([person('Gil')]);
    expect((await store.people('gil', undefined, 10, 0)).people).toHaveLength(1);
    expect(await store.blocks('gil')).toEqual({ blocked: [], by: [] });
  });

  it('stay while somebody who stays has a conversation with them', async () => {
    await store.commit([
      { type: 'conversation', state: { kind: 'direct', id: direct, people: [], last: 1, activeAt: over } },
      member(direct, 'anna'),
      member(direct, 'gus'),
      said(direct, { address: 'gus', name: 'Gus' }),
    ]);
    await forget();
    expect(await here()).toEqual(['anna', 'gus']);
    expect((await store.conversationView(direct, 'anna'))?.people.map(({ name }) => name)).toEqual(['Anna', 'Gus']);
  });

  it('go with the conversations in which guests alone are, or nobody is any more', async () => {
    await store.commit([
      group(talk, 1, over),
      member(talk, 'gil'),
      member(talk, 'gus'),
      said(talk, { address: 'gil', name: 'Gil' }),
      { type: 'mark', conversation: talk, user: 'anna', read: 1 },
      { type: 'file', file: fileOf('anna', 'shown') },
      { type: 'file_said', file: 'shown', conversation: talk },
      group('left', 1, over),
      member('left', 'anna'),
      member('left', 'anna', false),
      group('left later', 0, over + 1),
    ]);
    await forget();
    expect(await here()).toEqual(['anna']);
    expect(await store.conversation(talk)).toBeUndefined();
    expect(await store.conversation('left')).toBeUndefined();
    expect(await store.conversation('left later')).toBeDefined();
    expect(await store.entries(talk, 1, 9)).toEqual([]);
    expect(await store.searchEntries('anna', talk, 'hello', undefined, 9)).toEqual({ entries: [] });
    expect(await store.readMark(talk, 'anna')).toBe(0);
    expect(await store.files(['shown'])).toEqual([]);
    // One under the same id begins anew.
    await store.commit([group(talk, 1, over), member(talk, 'anna'), said(talk, { address: 'anna', name: 'Anna' })]);
    expect((await store.searchEntries('anna', talk, 'hello', undefined, 9)).entries).toHaveLength(1);
  });

  it('leave what they said where others read it, with their name', async () => {
    await store.commit([group(talk, 1, over), member(talk, 'anna'), said(talk, { address: 'gil', name: 'Gil' })]);
    await forget();
    expect(await here()).toEqual(['anna']);
    expect(await store.entries(talk, 1, 1)).toMatchObject([{ from: { address: 'gil', name: 'Gil' }, text: 'hello world' }]);
  });

  it('are not whoever had an account that was closed, whose address nobody else gets', async () => {
    await store.commit([{ type: 'account', account: { address: 'anna', role: 'guest', until: 1, createdAt: 1 } }]);
    await forget();
    expect(await here()).toEqual(['anna']);
  });

  it('are forgotten by the server, in time', async () => {
    const clock = new ManualClock();
    const due = clock.now() - serverLimits.guestKeptMs;
    await store.commit([guest('gil', due + 60_000), guest('gus', due + 86_400_000)]);
    const silent = { info() {}, warn() {}, error() {} };
    onTestFinished(forgettingGuests({ store, clock, log: silent }));
    await store.commit([]);
    expect(await here()).toEqual(['anna', 'gil', 'gus']);
    await clock.advance(3_600_000);
    await expect.poll(here).toEqual(['anna', 'gus']);
  });
});
