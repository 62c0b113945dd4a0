import { OffhookError } from '@offhook/client';
import type { OffhookErrorCode, Phone } from '@offhook/client';
import type { PersonPresence } from '@offhook/core';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { PeopleControl } from './people.ts';

function person(name: string, presence: PersonPresence['presence'] = 'online'): PersonPresence {
  return { address: name.toLowerCase(), name, presence };
}

/** A server where people are, that refuses what a test wants it to. */
class FakePhone {
  readonly user = { address: 'anna', name: 'Anna' };
  readonly state = 'online';
  readonly asked: string[] = [];
  here = [person('Bo')];
  hasMore = false;
  refuses: { people?: OffhookErrorCode; watch?: OffhookErrorCode } = {};
  readonly #listeners = new Map<string, (value: unknown) => void>();

  on(type: string, listener: (value: unknown) => void): void {
    this.#listeners.set(type, listener);
  }

  tell(type: 'presence' | 'state', value: unknown): void {
    this.#listeners.get(type)?.(value);
  }

  people({ query }: { query?: string }): Promise<{ people: PersonPresence[]; next?: string | undefined }> {
    const found = this.here.filter(({ address }) => address.startsWith(query ?? ''));
    return this.#answer('people', query, { people: found, next: this.hasMore ? 'next' : undefined });
  }

  watch(addresses: readonly string[], { arrivals }: { arrivals: boolean }): Promise<PersonPresence[]> {
    const watched = this.here.filter(({ address }) => addresses.includes(address));
    return this.#answer('watch', `${addresses.join()}${arrivals ? ' and arrivals' : ''}`, watched);
  }

  #answer<T>(type: 'people' | 'watch', about: string | undefined, answer: T): Promise<T> {
    this.asked.push(about === undefined ? type : `${type} ${about}`);
    const refusal = this.refuses[type];
    return refusal === undefined ? Promise.resolve(answer) : Promise.reject(new OffhookError(refusal));
  }
}

/** Long enough for a second attempt. */
const aWhileMs = 5_000;
let phone: FakePhone;
let control: PeopleControl;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => undefined });
  phone = new FakePhone();
  control = new PeopleControl(phone as unknown as Phone, () => undefined);
});
afterEach(() => {
  control.close();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

const soon = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);
const aWhile = (): Promise<unknown> => vi.advanceTimersByTimeAsync(aWhileMs);
const names = (): string[] | undefined => control.state.list?.map(({ name }) => name);

it('misses nobody who comes while the first page is on its way: arrivals are asked for before it', async () => {
  await control.load();
  expect(phone.asked).toEqual(['watch  and arrivals', 'people', 'watch bo and arrivals']);
  expect(control.state.list).toEqual(phone.here);
});

it('watches those who come, also where that was refused for the moment', async () => {
  await control.load();
  await soon();
  phone.asked.length = 0;
  phone.refuses = { watch: 'rate_limited' };
  phone.tell('presence', [person('Carla')]);
  await soon();
  // One attempt at a time: what is told meanwhile does not make it more.
  phone.tell('presence', [person('Carla', 'on_call')]);
  await soon();
  expect(phone.asked).toEqual(['watch bo,carla and arrivals']);
  phone.refuses = {};
  phone.here = [person('Bo'), person('Carla', 'away')];
  await aWhile();
  expect(phone.asked).toEqual(['watch bo,carla and arrivals', 'watch bo,carla and arrivals']);
  expect(control.state.list).toEqual(phone.here);
});

it('asks less and less often while it is refused, and no more once it is closed', async () => {
  await control.load();
  await soon();
  phone.asked.length = 0;
  phone.refuses = { watch: 'store_failed' };
  phone.tell('presence', [person('Carla')]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(phone.asked.length).toBeGreaterThan(3);
  expect(phone.asked.length).toBeLessThan(10);
  control.close();
  const { length } = phone.asked;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(phone.asked).toHaveLength(length);
});

it('tries the first page again, quietly, where it was refused for the moment', async () => {
  phone.refuses = { people: 'rate_limited' };
  await control.load();
  expect(names()).toBeUndefined();
  phone.refuses = {};
  await aWhile();
  expect(names()).toEqual(['Bo']);
});

it('tries it again after a lost connection, too', async () => {
  await control.load();
  phone.refuses = { watch: 'draining' };
  phone.here = [person('Bo'), person('Carla')];
  phone.tell('state', 'online');
  await soon();
  expect(names()).toEqual(['Bo']);
  phone.refuses = {};
  await aWhile();
  expect(names()).toEqual(['Bo', 'Carla']);
  expect(phone.asked.at(-1)).toBe('watch bo,carla and arrivals');
});

it('says what cannot be had', async () => {
  phone.refuses = { people: 'forbidden' };
  await expect(control.load()).rejects.toMatchObject({ code: 'forbidden' });
  phone.asked.length = 0;
  await aWhile();
  expect(phone.asked).toEqual([]);
});

it('finds people beyond the first page, also where that was refused for the moment', async () => {
  phone.hasMore = true;
  await control.load();
  await soon();
  phone.refuses = { people: 'rate_limited' };
  phone.here = [person('Zoe')];
  control.search('zo');
  await vi.advanceTimersByTimeAsync(200);
  expect(names()).not.toContain('Zoe');
  phone.refuses = {};
  await aWhile();
  expect(names()).toContain('Zoe');
});

it('asks for telephone numbers also where all people are known, and shows them for what was looked for alone', async () => {
  await control.load();
  phone.asked.length = 0;
  phone.here = [...phone.here, { address: '+4930123456', name: '+49 30 123456', presence: 'offline' }];
  phone.people = ({ query }) => {
    phone.asked.push(`people ${query}`);
    return Promise.resolve({ people: phone.here.filter(({ address }) => address.startsWith('+')), next: undefined });
  };
  control.search('030 123456');
  await aWhile();
  expect(phone.asked).toContain('people 030 123456');
  expect(names()).toContain('+49 30 123456');
  control.search('');
  await aWhile();
  expect(names()).toEqual(['Bo']);
});
