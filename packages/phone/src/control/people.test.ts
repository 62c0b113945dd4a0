import type { Phone } from '@offhook/client';
import type { PersonPresence, PresenceState } from '@offhook/core';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { PeopleControl } from './people.ts';

const person = (name: string, presence: PresenceState): PersonPresence => ({ name, address: name.toLowerCase(), presence });
const everybody = [person('Anna', 'online'), person('Bo', 'offline'), person('Lena', 'online')];

/** As much of a phone as the list needs; Lena's. */
class FakePhone {
  readonly user = { address: 'lena', name: 'Lena' };
  readonly state = 'online';
  readonly people = (): Promise<{ people: readonly PersonPresence[] }> => Promise.resolve({ people: everybody });
  readonly watch = (): Promise<readonly PersonPresence[]> => Promise.resolve([]);
  readonly #listeners = new Map<string, (value: unknown) => void>();

  on(type: string, listener: (value: unknown) => void): void {
    this.#listeners.set(type, listener);
  }

  tell(...people: readonly PersonPresence[]): void {
    this.#listeners.get('presence')?.(people);
  }
}

const open = async (): Promise<{ phone: FakePhone; people: PeopleControl; names: () => string[] | undefined }> => {
  const phone = new FakePhone();
  const people = new PeopleControl(phone as unknown as Phone, () => {});
  await people.load();
  return { phone, people, names: () => people.state.list?.map(({ name }) => name).toSorted() };
};

beforeEach(() => {
  const kept = new Map<string, string>();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  });
});

describe('the list of people', () => {
  it('is everybody else', async () => {
    const { names } = await open();
    expect(names()).toEqual(['Anna', 'Bo']);
  });

  it('leaves out whoever was taken off it, also the next time, until they are here again', async () => {
    const first = await open();
    first.people.unlist('bo');
    expect(first.names()).toEqual(['Anna']);

    const { phone, names } = await open();
    expect(names()).toEqual(['Anna']);
    phone.tell(person('Bo', 'online'));
    expect(names()).toEqual(['Anna', 'Bo']);
    phone.tell(person('Bo', 'offline'));
    expect(names()).toEqual(['Anna', 'Bo']);
  });

  it('finds them all the same', async () => {
    const { people, names } = await open();
    people.unlist('bo');
    people.search('b');
    expect(names()).toContain('Bo');
    people.search('');
    expect(names()).toEqual(['Anna']);
    people.close();
  });
});
