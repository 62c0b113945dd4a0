import { expect, test } from 'vitest';
import type { Place } from '../negotiation/plain.ts';
import { Latch } from './latch.ts';

const place = (text: string): Place => {
  const [address = '', port] = text.split(' ');
  return { address, port: Number(port) };
};

/** Takes what may be taken; whether it was. */
function from(latch: Latch, text: string, now: number): boolean {
  const admitted = latch.admits(place(text), now);
  if (admitted) latch.take(place(text), now);
  return admitted;
}

test('until something has come, packets go to where the description says; then to where it came from', () => {
  const latch = new Latch(place('10.0.0.5 4000'), false);
  expect(latch.target).toEqual(place('10.0.0.5 4000'));
  expect(from(latch, '198.51.100.7 61000', 0)).toBe(true);
  expect(latch.target).toEqual(place('198.51.100.7 61000'));
  expect(new Latch(undefined, false).target).toBeUndefined();
});

test.for([
  ['203.0.113.9 4000', '203.0.113.9 61000', true],
  ['203.0.113.9 4000', '198.51.100.7 4000', false],
  ['127.0.0.1 4000', '198.51.100.7 4000', false],
  ['2001:db8::1 4000', '2001:db8::2 4000', false],
  ['192.168.1.5 4000', '198.51.100.7 4000', true],
  ['172.31.0.1 4000', '198.51.100.7 4000', true],
  ['172.32.0.1 4000', '198.51.100.7 4000', false],
  ['100.100.0.1 4000', '198.51.100.7 4000', true],
  ['fd00::1 4000', '2001:db8::2 4000', true],
] as const)('a description that names %s may be begun from %s: %s', ([named, first, may]) => {
  expect(new Latch(place(named), false).admits(place(first), 0)).toBe(may);
  expect(new Latch(place(named), true).admits(place(first), 0)).toBe(true);
});

test('without keys nobody of another address takes it over, however long it is silent', () => {
  const latch = new Latch(undefined, false);
  expect(from(latch, '198.51.100.7 61000', 0)).toBe(true);
  for (const now of [1, 1_999, 3_600_000]) expect(from(latch, '203.0.113.66 61000', now)).toBe(false);
  // A NAT may give it another port.
  expect(from(latch, '198.51.100.7 61001', 1_999)).toBe(false);
  expect(from(latch, '198.51.100.7 61000', 1_999)).toBe(true);
  expect(from(latch, '198.51.100.7 61001', 3_998)).toBe(false);
  expect(from(latch, '198.51.100.7 61001', 3_999)).toBe(true);
  expect(latch.target).toEqual(place('198.51.100.7 61001'));
});

test('without keys the place that the description names comes before a guess', () => {
  const latch = new Latch(place('10.0.0.5 4000'), false);
  expect(from(latch, '203.0.113.66 9', 0)).toBe(true);
  expect(from(latch, '10.0.0.5 4000', 1)).toBe(true);
  expect(from(latch, '203.0.113.66 9', 2)).toBe(false);
});

test.for([
  // Behind a NAT, its own signalling known: whoever was quicker has to go, and stays away however long it is silent.
  ['192.168.1.5 4000', '203.0.113.7', '203.0.113.7 61000'],
  // What it describes is its own address after all.
  ['192.168.1.5 4000', '203.0.113.7', '192.168.1.5 61000'],
] as const)(
  'without keys whoever sends from %s, or from where it said so (%s), comes before a guess: %s',
  ([named, at, phone]) => {
    const latch = new Latch(place(named), false, at);
    expect(from(latch, '198.51.100.66 9', 0)).toBe(true);
    expect(from(latch, phone, 20)).toBe(true);
    expect(latch.target).toEqual(place(phone));
    for (const now of [21, 2_500, 3_600_000]) expect(from(latch, '198.51.100.66 9', now)).toBe(false);
  },
);

test('without keys the address that the description came from may not be told apart by its ports while it is heard', () => {
  const latch = new Latch(place('192.168.1.5 4000'), false, '203.0.113.7');
  expect(from(latch, '203.0.113.7 61000', 0)).toBe(true);
  expect(from(latch, '203.0.113.7 61001', 1_999)).toBe(false);
  expect(from(latch, '203.0.113.7 61001', 2_000)).toBe(true);
});

test('without keys a phone whose signalling comes by a proxy is believed where it is, as long as neither of the two sends', () => {
  const latch = new Latch(place('192.168.1.5 4000'), false, '203.0.113.200');
  expect(from(latch, '203.0.113.7 61000', 0)).toBe(true);
  expect(from(latch, '198.51.100.66 9', 3_600_000)).toBe(false);
  expect(latch.target).toEqual(place('203.0.113.7 61000'));
});

test('a description that names an address of everybody is begun from there, or from where it came', () => {
  const carrier = new Latch(place('203.0.113.9 4000'), false, '203.0.113.8');
  expect(carrier.admits(place('198.51.100.66 4000'), 0)).toBe(false);
  expect(carrier.admits(place('203.0.113.9 61000'), 0)).toBe(true);
  expect(from(carrier, '203.0.113.8 61000', 0)).toBe(true);
  // Neither is a guess: the other one comes by the place itself alone.
  expect(from(carrier, '203.0.113.9 61000', 20)).toBe(false);
  expect(from(carrier, '203.0.113.9 4000', 20)).toBe(true);
});

test('with keys somebody who proves to have them may have moved, once nothing comes from where it was', () => {
  const latch = new Latch(undefined, true);
  expect(from(latch, '198.51.100.7 61000', 0)).toBe(true);
  expect(from(latch, '203.0.113.66 9', 1_999)).toBe(false);
  expect(from(latch, '203.0.113.66 9', 2_000)).toBe(true);
});
