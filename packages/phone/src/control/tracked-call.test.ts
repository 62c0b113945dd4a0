import type { Heard } from '@offhook/client/diagnostics';
import { expect, it, vi } from 'vitest';
import { FakeCall } from './fake-call.fixture.ts';
import { TrackedCall } from './tracked-call.ts';

let hear: (heard: Heard) => void;
vi.mock('@offhook/client/diagnostics', () => ({
  safetyCode: () => Promise.resolve(undefined),
  watchQuality: (_call: unknown, listener: typeof hear) => {
    hear = listener;
    return () => undefined;
  },
}));

const heard: Heard = { mos: 4.4, loss: 0, jitterMs: 1, roundTripMs: 20, rating: 'good' };
const seconds = (count: number, change: Partial<Heard> = {}): void => {
  for (let second = 0; second < count; second += 1) hear({ ...heard, ...change });
};

function quality({ state: { stage } }: TrackedCall): unknown {
  return stage.kind === 'ended' ? stage.quality : 'not ended';
}

it('says at the end how the whole call was heard', () => {
  const call = new FakeCall('bo', 'active');
  const tracked = new TrackedCall(call.call, () => undefined);
  seconds(40, { rating: 'bad' });
  expect(tracked.state.poor).toBe(true);
  seconds(20);
  expect(tracked.state.poor).toBe(false);
  call.end('hangup');
  expect(quality(tracked)).toBe('poor');
});

it('forgets how a call was heard once it is led on: the one that goes on begins anew', () => {
  const call = new FakeCall('bo', 'active');
  const tracked = new TrackedCall(call.call, () => undefined);
  call.become('reconnecting');
  call.become('active');
  seconds(60, { rating: 'bad' });
  seconds(2);
  call.leadOn('carla');
  expect([tracked.state.poor, tracked.state.heard]).toEqual([false, undefined]);
  call.duration = 0;
  call.become('active');
  seconds(1, { rating: 'bad' });
  expect(tracked.state.poor).toBe(false);
  seconds(59);
  call.end('hangup');
  expect(quality(tracked)).toBe('good');
});
