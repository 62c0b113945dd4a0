/** What every adapter of the Store port keeps about telephone numbers: those of ours, and of whom somebody has talked to. */
import { defaultSettings } from '@offhook/core';
import type { OwnNumber } from '@offhook/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Store } from '../../packages/server/src/ports.ts';
import { stores } from './stores.ts';
import type { Place } from './stores.ts';

describe.each(stores)('store of numbers: $name', ({ place: makePlace }) => {
  let place: Place;
  let store: Store;
  beforeEach(async () => {
    place = makePlace();
    store = await place.open();
  });
  afterEach(() => place.remove());

  it('keeps numbers in their order, as they were said last, also for the next one', async () => {
    const one: OwnNumber = { number: '+4930900', lead: { to: 'user', user: 'alice' } };
    const other: OwnNumber = {
      number: '+1212555',
      name: 'Support',
      lead: { to: 'program', user: 'support' },
      rules: [{ when: { weekdays: [6, 7], from: '08:00' }, lead: { to: 'number', number: '+4930901' } }],
      zone: 'America/New_York',
    };
    await store.commit([
      { type: 'number', number: { ...one, name: 'Before' } },
      { type: 'number', number: other },
      { type: 'number', number: one },
    ]);
    expect(await store.numbers()).toEqual([other, one]);
    await store.commit([{ type: 'number_gone', number: other.number }]);
    await store.close();
    store = await place.open();
    expect(await store.numbers()).toEqual([one]);
  });

  it('knows somebody outside by their number, in no list, and takes no name from anybody for it', async () => {
    const [number, name] = ['+4930123456', '+49 30 123456'];
    const user = { address: number, name, settings: defaultSettings, vouched: true, createdAt: 1 } as const;
    const named = { address: '4930123456', name: '4930123456', settings: defaultSettings, createdAt: 1 };
    await store.commit([{ type: 'new_user', user }]);
    await store.commit([{ type: 'new_user', user: named }]);
    expect(await store.user(number)).toEqual(user);
    for (const query of [undefined, '49', '+49 30'])
      expect((await store.people(query, undefined, 10, 2)).people.map(({ address }) => address)).not.toContain(number);
  });
});
