import { expect, it } from 'vitest';
import type { PushWrite } from '../ports/push.ts';
import { MemoryStore } from '../store/memory.ts';
import { Pushes } from './book.ts';

const on = (device: string): PushWrite => ({
  type: 'push_on',
  push: { device, user: 'anna', provider: 'web', endpoint: `https://push.example/${device}`, at: 1 },
});

it('is in memory once it was read, and told of when it changes', async () => {
  const book = new Pushes(new MemoryStore());
  const told: string[][] = [];
  book.onChange((user, devices) => told.push([user, ...devices]));
  expect(await book.of('anna')).toEqual(new Map());
  expect(book.of('anna')).not.toBeInstanceOf(Promise);
  await book.change('anna', on('phone'));
  await book.change('anna', on('laptop'));
  await book.change('anna', { type: 'push_off', device: 'phone', endpoint: 'https://push.example/before' });
  await book.change('anna', { type: 'push_off', device: 'phone' });
  expect(told).toEqual([
    ['anna', 'phone'],
    ['anna', 'laptop', 'phone'],
    ['anna', 'laptop', 'phone'],
    ['anna', 'laptop'],
  ]);
  expect([...(await book.of('anna')).keys()]).toEqual(['laptop']);
});

it('does not believe what was read before a change', async () => {
  const held: (() => void)[] = [];
  const store = new MemoryStore({
    schedule: (work, done) => {
      if (work === 'read' && held.length === 0) held.push(done);
      else queueMicrotask(done);
    },
  });
  const book = new Pushes(store);
  const before = book.of('anna');
  const after = book.change('anna', on('phone'));
  await after;
  held[0]?.();
  expect([...(await before).keys()]).toEqual(['phone']);
});

it('reads anew after the store has failed', async () => {
  const store = new MemoryStore();
  const right = store.pushes.bind(store);
  store.pushes = () => Promise.reject(new Error('disk I/O error'));
  const book = new Pushes(store);
  await expect(book.of('anna')).rejects.toThrow('disk I/O error');
  store.pushes = right;
  expect(await book.of('anna')).toEqual(new Map());
});
