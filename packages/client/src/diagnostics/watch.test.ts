import type { Quality } from '@offhook/core';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Call } from '../call.ts';
import { watchQuality } from './watch.ts';

// Statistics are the measurement itself here: how it is read out of them is a matter of its own.
vi.mock('./sample.ts', () => ({
  sampleOf: (quality: Quality) => quality,
  between: (_before: Quality, after: Quality) => after,
}));

interface Peer {
  getStats: () => Promise<Quality>;
}

const heard = (mos: number): Quality => ({ mos, loss: 0, jitterMs: 1, roundTripMs: 20 });
const sounding = (mos: number): Peer => ({ getStats: () => Promise.resolve(heard(mos)) });

/** A call that is led on from one to another. */
class FakeCall {
  id = 'with-bo';
  state = 'active';
  peerConnection: Peer = sounding(1.5);
  readonly told: string[] = [];
  readonly #ended: (() => void)[] = [];

  on(_type: 'ended', listener: () => void): () => void {
    this.#ended.push(listener);
    return () => undefined;
  }

  reportQuality({ mos }: Quality): void {
    this.told.push(`${this.id} ${mos.toFixed(2)}`);
  }

  end(): void {
    for (const listener of this.#ended) listener();
  }

  watch(listener: () => void = () => undefined): () => void {
    return watchQuality(this as unknown as Call, listener);
  }
}

let call: FakeCall;
beforeEach(() => {
  vi.useFakeTimers();
  call = new FakeCall();
});
afterEach(() => void vi.useRealTimers());

const seconds = (count: number): Promise<unknown> => vi.advanceTimersByTimeAsync(count * 1_000);

it('tells the average after the first seconds and then from time to time', async () => {
  call.watch();
  await seconds(4);
  call.peerConnection.getStats = () => Promise.resolve(heard(4.5));
  await seconds(7);
  expect(call.told).toEqual(['with-bo 1.50', 'with-bo 3.60']);
});

it('begins anew with the call that goes on in its place, and tells nothing of the one before', async () => {
  call.watch();
  await seconds(61);
  call.id = 'with-carla';
  call.peerConnection = sounding(4.4);
  await seconds(11);
  expect(call.told.filter((one) => one.startsWith('with-carla'))).toEqual(['with-carla 4.40', 'with-carla 4.40']);
});

it('counts nothing for the call that goes on that was measured before it did', async () => {
  const { promise, resolve } = Promise.withResolvers<Quality>();
  const listener = vi.fn<() => void>();
  call.watch(listener);
  await seconds(3);
  call.peerConnection.getStats = () => promise;
  await seconds(1);
  listener.mockClear();
  call.id = 'with-carla';
  resolve(heard(1.5));
  await vi.advanceTimersByTimeAsync(0);
  expect([call.told, listener.mock.calls]).toEqual([[], []]);
});

it('ends with the call, and when nobody wants to know any more', async () => {
  const listener = vi.fn<() => void>();
  call.watch(listener);
  const stop = call.watch(listener);
  await seconds(2);
  expect(listener).toHaveBeenCalledTimes(2);
  stop();
  await seconds(1);
  expect(listener).toHaveBeenCalledTimes(3);
  call.end();
  await seconds(60);
  expect(listener).toHaveBeenCalledTimes(3);
  expect(vi.getTimerCount()).toBe(0);
});
