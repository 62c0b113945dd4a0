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
  window.again(second[0]!);
  add(window, 9, 'a');
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
