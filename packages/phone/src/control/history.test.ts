import { OffhookError } from '@offhook/client';
import type { Phone } from '@offhook/client';
import type { HistoryEntry } from '@offhook/core';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { HistoryControl } from './history.ts';

const pages = 3;
const bo = { address: 'bo', name: 'Bo' };

function entry(page: number): HistoryEntry {
  const call = `call-${page}`;
  return { call, role: 'caller', peer: bo, startedAt: -page, missed: false } as unknown as HistoryEntry;
}

/** Calls on pages of one each. */
function history({ before }: { before?: string }): Promise<{ entries: HistoryEntry[]; next?: string | undefined }> {
  asked.push(before ?? 'first');
  if (isBusy) return Promise.reject(new OffhookError('rate_limited'));
  const page = Number(before ?? 0) + 1;
  return Promise.resolve({ entries: [entry(page)], next: page < pages ? String(page) : undefined });
}

let asked: string[];
let isBusy: boolean;
let tellState: (state: string) => void;
let control: HistoryControl;
beforeEach(() => {
  vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => undefined });
  asked = [];
  isBusy = false;
  const phone = {
    user: { address: 'anna', name: 'Anna' },
    state: 'online',
    on(_type: 'state', listener: typeof tellState) {
      tellState = listener;
    },
    history,
  };
  control = new HistoryControl(phone as unknown as Phone, () => undefined);
});

afterEach(() => {
  control.close();
  vi.useRealTimers();
});

const shown = (): string[] | undefined => control.state.entries?.map(({ call }) => call);

it('shows one page after the other', async () => {
  await control.refresh();
  await control.more();
  expect([shown(), control.state.more]).toEqual([['call-1', 'call-2'], true]);
  await control.more();
  await control.more();
  expect([shown(), control.state.more]).toEqual([['call-1', 'call-2', 'call-3'], false]);
});

it('loads a page once, also where it is asked for twice', async () => {
  await control.refresh();
  await Promise.all([control.more(), control.more()]);
  expect([shown(), asked]).toEqual([
    ['call-1', 'call-2'],
    ['first', '1'],
  ]);
});

it('keeps the pages that were loaded when the newest one is asked for again', async () => {
  await control.refresh();
  await Promise.all([control.more(), control.refresh()]);
  expect(shown()).toEqual(['call-1', 'call-2']);
});

it('asks again, quietly, where the newest page was refused for the moment', async () => {
  vi.useFakeTimers();
  isBusy = true;
  await control.refresh();
  tellState('online');
  await vi.advanceTimersByTimeAsync(0);
  expect([shown(), asked]).toEqual([undefined, ['first']]);
  isBusy = false;
  await vi.advanceTimersByTimeAsync(5_000);
  expect([shown(), asked]).toEqual([['call-1'], ['first', 'first']]);
});

it('expects a call that has just ended also through a refusal', async () => {
  vi.useFakeTimers();
  isBusy = true;
  const expected = control.expect({ id: 'call-1', peer: bo });
  await vi.advanceTimersByTimeAsync(200);
  expect(asked).toEqual(['first']);
  isBusy = false;
  await vi.advanceTimersByTimeAsync(5_000);
  await expected;
  expect(shown()).toEqual(['call-1']);
});
