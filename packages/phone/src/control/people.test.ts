import type { Phone } from '@offhook/client';
import type { PersonPresence } from '@offhook/core';
import { expect, it, vi } from 'vitest';
import { PeopleControl } from './people.ts';

it('misses nobody who comes while the first page is on its way: arrivals are asked for before it', async () => {
  vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => undefined });
  const asked: string[] = [];
  const here: PersonPresence[] = [{ address: 'bo', name: 'Bo', presence: 'online' }];
  const phone = {
    user: { address: 'anna', name: 'Anna' },
    state: 'online',
    on: () => () => undefined,
    people: () => {
      asked.push('people');
      return Promise.resolve({ people: here });
    },
    watch: (addresses: readonly string[], { arrivals }: { arrivals: boolean }) => {
      asked.push(`watch ${addresses.join()}${arrivals ? ' and arrivals' : ''}`);
      return Promise.resolve([]);
    },
  };
  const control = new PeopleControl(phone as unknown as Phone, () => undefined);
  await control.load();
  expect(asked).toEqual(['watch  and arrivals', 'people', 'watch bo and arrivals']);
  expect(control.state.list).toEqual(here);
});
