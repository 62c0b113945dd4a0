import { OffhookError } from '@offhook/client';
import type { Phone } from '@offhook/client';
import type { Conversation, Conversations, Found } from '@offhook/client/conversations';
import type { MessageEntry } from '@offhook/core';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ConversationsControl } from './conversations.ts';

const typingMs = 200;

function message(id: string): MessageEntry {
  return { kind: 'message', id, conversation: 'anna~bo' } as unknown as MessageEntry;
}

/** Finds one message on each of three pages. */
const search = vi.fn<Conversations['search']>();
const load = vi.fn<Conversations['load']>();
let loads = 0;

vi.mock('@offhook/client/conversations', () => ({
  conversationsOf: () =>
    ({
      on: () => () => undefined,
      list: [],
      hasMore: true,
      unread: 0,
      open: () => Promise.resolve({ id: 'anna~bo', kind: 'direct', people: [] } as unknown as Conversation),
      loadMore: () => {
        loads += 1;
        return Promise.resolve(true);
      },
      load,
      search,
    }) as unknown as Conversations,
}));

let control: ConversationsControl;
beforeEach(() => {
  vi.useFakeTimers();
  loads = 0;
  load.mockReset().mockResolvedValue();
  search.mockReset().mockImplementation((query, { before } = {}): Promise<Found> => {
    const page = Number(before ?? 0) + 1;
    return Promise.resolve({ entries: [message(`${query} ${page}`)], next: page < 3 ? String(page) : undefined });
  });
  control = new ConversationsControl(
    {} as Phone,
    () => undefined,
    () => undefined,
  );
});
afterEach(() => {
  control.close();
  vi.useRealTimers();
});

async function type(query: string): Promise<void> {
  control.search(query);
  await vi.advanceTimersByTimeAsync(typingMs);
}

const found = (): string[] | undefined => control.state.found?.messages.map(({ entry }) => entry.id);

it('shows what was found page by page', async () => {
  await type('tea');
  expect([found(), control.state.found?.more]).toEqual([['tea 1'], true]);
  await control.moreFound();
  await control.moreFound();
  expect([found(), control.state.found?.more]).toEqual([['tea 1', 'tea 2', 'tea 3'], false]);
});

it('loads a page of it once, also where it is asked for twice', async () => {
  await type('tea');
  await Promise.all([control.moreFound(), control.moreFound()]);
  expect([found(), search.mock.calls.length]).toEqual([['tea 1', 'tea 2'], 2]);
});

it('shows the next page of what is searched for now, also while one of a search before is on its way', async () => {
  await type('tea');
  const { promise, resolve } = Promise.withResolvers<Found>();
  search.mockReturnValueOnce(promise);
  const late = control.moreFound();
  await type('milk');
  await control.moreFound();
  resolve({ entries: [message('tea 2')] });
  await late;
  expect([found(), control.state.found?.more]).toEqual([['milk 1', 'milk 2'], true]);
});

it('loads a page of the list once, also where it is asked for twice', async () => {
  await Promise.all([control.more(), control.more()]);
  expect(loads).toBe(1);
});

it('searches and loads again, quietly, where that was refused for the moment', async () => {
  load.mockRejectedValueOnce(new OffhookError('store_failed'));
  await control.load();
  search.mockRejectedValueOnce(new OffhookError('rate_limited'));
  await type('tea');
  expect([found(), control.state.list]).toEqual([undefined, undefined]);
  await vi.advanceTimersByTimeAsync(5_000);
  expect([found(), control.state.list]).toEqual([['tea 1'], []]);
});

it('searches no more once nothing is searched for', async () => {
  search.mockRejectedValueOnce(new OffhookError('rate_limited'));
  await type('tea');
  control.search('');
  await vi.advanceTimersByTimeAsync(5_000);
  expect([found(), search.mock.calls.length]).toEqual([undefined, 1]);
});
