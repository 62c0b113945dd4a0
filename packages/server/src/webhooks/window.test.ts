import { expect, it } from 'vitest';
import { Window } from './window.ts';
import type { Parcel } from './window.ts';

function add(window: Window, position: number, call: string): void {
  window.add({ position, about: call, event: 'call.ended', at: 0, body: '{}' });
}

function takeAll(window: Window): Parcel[] {
  const taken: Parcel[] = [];
  for (let parcel = window.take(); parcel !== undefined; parcel = window.take()) taken.push(parcel);
  return taken;
}

const positions = (parcels: readonly Parcel[]): number[] => parcels.map(({ entry }) => entry.position);

it('hands out one entry of each call at a time, in order', () => {
  const window = new Window();
  for (const [position, call] of ['a', 'a', 'b', 'a', 'c'].entries()) add(window, position, call);
  const first = takeAll(window);
  expect(positions(first)).toEqual([0, 2, 4]);
  for (const parcel of first) window.delivered(parcel);
  const second = takeAll(window);
  expect(positions(second)).toEqual([1]);
  add(window, 9, 'a');
  window.again(second[0]!);
  expect(positions(takeAll(window))).toEqual([1]);
  expect(window.size).toBe(3);
  window.delivered(second[0]!);
  expect(positions(takeAll(window))).toEqual([3]);
});

it('begins a call anew when all of it was delivered', () => {
  const window = new Window();
  add(window, 1, 'a');
  window.delivered(takeAll(window)[0]!);
  expect(window.size).toBe(0);
  add(window, 2, 'a');
  expect(positions(takeAll(window))).toEqual([2]);
});

it('keeps nothing behind one that has failed, and says from where it is to be read again', () => {
  const window = new Window();
  for (const position of [4, 5, 6]) add(window, position, 'a');
  add(window, 7, 'b');
  const [failed, other] = takeAll(window);
  window.failed(failed!);
  expect([window.size, window.failing, window.attempts(4), window.attempts(5)]).toEqual([2, 1, 1, undefined]);
  add(window, 8, 'a');
  add(window, 9, 'b');
  expect(window.delivered(other!)).toBeUndefined();
  expect(positions(takeAll(window))).toEqual([9]);
  window.again(failed!);
  expect(positions(takeAll(window))).toEqual([4]);
  expect(window.delivered(failed!)).toBe(5);
  expect([window.size, window.failing]).toEqual([1, 0]);
  for (const position of [5, 6, 8]) add(window, position, 'a');
  expect(positions(takeAll(window))).toEqual([5]);
});

it('puts what is added late in its place, but not before the one that is on its way', () => {
  const window = new Window();
  for (const position of [5, 8]) add(window, position, 'a');
  add(window, 3, 'a');
  const [first] = takeAll(window);
  expect(first?.entry.position).toBe(3);
  for (const position of [1, 6, 2]) add(window, position, 'a');
  const order: number[] = [];
  for (let parcel = first; parcel !== undefined; parcel = window.take()) {
    order.push(parcel.entry.position);
    window.delivered(parcel);
  }
  expect(order).toEqual([3, 1, 2, 5, 6, 8]);
});
