import type { Call, Phone } from '@offhook/client';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { CallsControl } from './calls.ts';
import { FakeCall } from './fake-call.fixture.ts';

vi.mock('@offhook/client/diagnostics', () => ({
  isConnectionCheck: () => false,
  safetyCode: () => Promise.resolve(undefined),
  watchQuality: () => () => undefined,
}));

/** A phone whose calls come and go. */
class FakePhone {
  #follow: (calls: readonly Call[]) => void = () => undefined;
  calls: readonly Call[] = [];

  on(_type: 'calls', follow: (calls: readonly Call[]) => void): void {
    this.#follow = follow;
  }

  begin(fake: FakeCall): FakeCall {
    return this.#set([...this.calls, fake.call], fake);
  }

  end(fake: FakeCall, cause: 'hangup' | 'cancelled'): void {
    fake.end(cause);
    this.#set(
      this.calls.filter((one) => one !== fake.call),
      fake,
    );
  }

  #set(calls: readonly Call[], fake: FakeCall): FakeCall {
    this.calls = calls;
    this.#follow(calls);
    return fake;
  }
}

const keptMs = 5_000;
const nothing = (): undefined => undefined;
let phone: FakePhone;
let control: CallsControl;
let met: string[];

beforeEach(() => {
  vi.useFakeTimers();
  phone = new FakePhone();
  met = [];
  const observer = { changed: nothing, notice: nothing, unsaid: nothing, ended: nothing, meet: (id: string) => met.push(id) };
  control = new CallsControl(phone as unknown as Phone, observer);
});
afterEach(() => {
  control.close();
  vi.useRealTimers();
});

const shown = (): string[] => control.state.calls.map(({ id, stage }) => `${id} ${stage.kind}`);

it('puts a call away a while after it has ended', async () => {
  const anna = phone.begin(new FakeCall('anna', 'active'));
  phone.end(anna, 'hangup');
  await vi.advanceTimersByTimeAsync(keptMs - 1);
  expect([shown(), control.state.front]).toEqual([['with-anna ended'], { call: 'with-anna', full: true }]);
  await vi.advanceTimersByTimeAsync(1);
  expect([shown(), control.state.front]).toEqual([[], undefined]);
});

it('puts it away also where another call has rung and gone meanwhile', async () => {
  const anna = phone.begin(new FakeCall('anna', 'active'));
  phone.end(anna, 'hangup');
  const bo = phone.begin(new FakeCall('bo', 'incoming', true));
  await vi.advanceTimersByTimeAsync(1_000);
  phone.end(bo, 'cancelled');
  expect(shown()).toEqual(['with-anna ended']);
  await vi.advanceTimersByTimeAsync(keptMs);
  expect([shown(), control.state.front]).toEqual([[], undefined]);
});

it('leaves the next call alone when the time of the one before is over', async () => {
  const anna = phone.begin(new FakeCall('anna', 'active'));
  phone.end(anna, 'hangup');
  phone.begin(new FakeCall('bo', 'calling'));
  await control.run({ type: 'show-call', call: 'with-bo', full: true });
  await vi.advanceTimersByTimeAsync(keptMs);
  expect([shown(), control.state.front]).toEqual([['with-bo calling'], { call: 'with-bo', full: true }]);
});

it('goes to the meeting that it rings for, instead of answering', async () => {
  const bo = phone.begin(new FakeCall('bo', 'incoming', true));
  bo.meeting = { meeting: 'roof' };
  await control.run({ type: 'answer', call: 'with-bo', video: false });
  expect(met).toEqual(['roof']);
  // Entering the meeting stops the ring.
  bo.end('joined');
  expect([shown(), control.state.front]).toEqual([[], undefined]);
});
