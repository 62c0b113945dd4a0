/** What every adapter of the Store port keeps about receivers of webhooks, and about what each of them was and is to be sent. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Settled } from '../../packages/server/src/ports/events.ts';
import type { StoredWebhook } from '../../packages/server/src/ports/webhooks.ts';
import type { Store, Write } from '../../packages/server/src/ports.ts';
import { outboxEntry } from './samples.ts';
import { stores } from './stores.ts';
import type { Place } from './stores.ts';

const webhook = (id: string, more: Partial<StoredWebhook> = {}): StoredWebhook => ({
  id,
  url: `https://${id}.example/hooks`,
  paused: false,
  createdAt: 2.5,
  secret: `whsec_${id}`,
  ...more,
});
const names = (events: readonly { readonly event: string }[]): string[] => events.map(({ event }) => event);

describe.each(stores)('store of webhooks: $name', ({ place: makePlace }) => {
  let place: Place;
  let store: Store;
  beforeEach(async () => {
    place = makePlace();
    store = await place.open();
  });
  afterEach(async () => {
    await store.close();
    place.remove();
  });
  const reopen = async (): Promise<void> => {
    await store.close();
    store = await place.open();
  };
  const make = (...webhooks: StoredWebhook[]): Promise<void> =>
    store.commit(webhooks.map((one): Write => ({ type: 'webhook', webhook: one })));
  const happen = (...events: string[]): Promise<void> =>
    store.commit(events.map((event): Write => ({ type: 'outbox', entry: outboxEntry('call-1', event) })));
  const settle = (receiver: string, ...deliveries: Settled[]): Promise<void> =>
    store.commit([{ type: 'settled', webhook: receiver, deliveries }]);
  const waiting = async (receiver: string): Promise<string[]> => names(await store.outbox(receiver, 0, 100));

  it('keeps them in the order in which they were made, as they were said last, until they are removed', async () => {
    expect(await store.webhooks()).toEqual([]);
    await make(webhook('two'), webhook('one'), webhook('three'));
    const changed = webhook('one', {
      description: 'ü',
      events: ['call.ended'],
      paused: true,
      before: [{ secret: 'whsec_old', until: 7 }],
    });
    await store.commit([
      { type: 'webhook', webhook: changed },
      { type: 'webhook_gone', webhook: 'two' },
    ]);
    await reopen();
    expect(await store.webhooks()).toEqual([changed, webhook('three')]);
  });

  it('has what happens wait for those who get it, from the moment on in which they were made', async () => {
    await happen('early');
    await make(webhook('all'), webhook('some', { events: ['b', 'c'] }));
    await happen('a', 'b');
    await make(webhook('some', { events: ['a'] }));
    await happen('b', 'c');
    await store.commit([
      { type: 'webhook', webhook: webhook('late') },
      ...['a'].map((event): Write => ({ type: 'outbox', entry: outboxEntry('call-1', event) })),
    ]);
    await reopen();
    expect(await waiting('all')).toEqual(['a', 'b', 'b', 'c', 'a']);
    // What it was to get before it was changed it gets yet.
    expect(await waiting('some')).toEqual(['b', 'a']);
    expect(await waiting('late')).toEqual(['a']);
    expect(await waiting('nobody')).toEqual([]);
    expect(names(await store.events(0, 100))).toEqual(['early', 'a', 'b', 'b', 'c', 'a']);
    const [, second] = await store.outbox('all', 0, 2);
    expect(names(await store.outbox('all', second?.position ?? 0, 2))).toEqual(['b', 'c']);
    expect(second).toEqual({ ...outboxEntry('call-1', 'b'), position: second?.position });
  });

  it('has all that is about something wait for those who get that, also what happened before', async () => {
    await happen('call.ended', 'called.ended');
    await make(webhook('calls', { events: ['call.*', 'trunk.up'] }), webhook('star', { events: ['*'] }));
    await happen('call.ringing', 'callx', 'call.', 'trunk.up', 'trunk.down', 'recall.x', 'CALL.ended');
    expect(await waiting('calls')).toEqual(['call.ringing', 'call.', 'trunk.up']);
    await store.commit([{ type: 'again', webhook: 'calls', from: 1, to: 2 }]);
    expect(await waiting('calls')).toEqual(['call.ended', 'call.ringing', 'call.', 'trunk.up']);
    await make(webhook('calls', { events: [] }));
    await happen('call.ended');
    expect(await waiting('calls')).toHaveLength(4);
  });

  it('forgets what was to be sent to one among some positions, and nothing else', async () => {
    await make(webhook('one'), webhook('other'));
    await happen('a', 'b', 'c', 'd');
    const [, b = 0, c = 0] = (await store.events(0, 10)).map(({ position }) => position);
    await settle('one', { position: b, at: 1, attempts: 1, error: 'HTTP 500' });
    await store.commit([{ type: 'deliveries_gone', webhook: 'one', from: b, to: c }]);
    await store.commit([{ type: 'deliveries_gone', webhook: 'nobody', from: 0, to: c }]);
    const marked = webhook('one', { events: [], secret: '', paused: true, isGone: true });
    await make(marked);
    await happen('e');
    await reopen();
    expect(await store.webhooks()).toEqual([marked, webhook('other')]);
    expect(names(await store.deliveries('one', Infinity, 10))).toEqual(['d', 'a']);
    expect(await store.deliveries('one', Infinity, 10, 'failed')).toEqual([]);
    expect(await waiting('other')).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('knows of each what became of its deliveries, and has them wait once more for one alone', async () => {
    await make(webhook('one'), webhook('other'));
    await happen('a', 'b', 'c', 'd');
    const [a = 0, b = 0, c = 0, d = 0] = (await store.events(0, 10)).map(({ position }) => position);
    const failed = { position: d, at: 2, attempts: 3, error: 'HTTP 500' };
    await settle('one', { position: b, at: 1.5, attempts: 1 }, failed, { position: 999, at: 0, attempts: 1 });
    await settle('one', { position: b, at: 9, attempts: 9 });
    await settle('one');
    await settle('nobody', { position: a, at: 1, attempts: 1 });
    await reopen();
    expect(await waiting('one')).toEqual(['a', 'c']);
    expect(await waiting('other')).toEqual(['a', 'b', 'c', 'd']);
    expect((await store.deliveries('one', Infinity, 10)).map(({ event, settled }) => [event, settled])).toEqual([
      ['d', { at: 2, attempts: 3, error: 'HTTP 500' }],
      ['c', undefined],
      ['b', { at: 1.5, attempts: 1 }],
      ['a', undefined],
    ]);
    expect(names(await store.deliveries('one', Infinity, 3))).toEqual(['d', 'c', 'b']);
    expect(names(await store.deliveries('one', d, 10, 'waiting'))).toEqual(['c', 'a']);
    expect(names(await store.deliveries('one', Infinity, 10, 'delivered'))).toEqual(['b']);
    expect(names(await store.deliveries('one', Infinity, 10, 'failed'))).toEqual(['d']);
    expect(await store.deliveries('other', Infinity, 10, 'failed')).toEqual([]);
    await settle('other', { position: c, at: 3, attempts: 1 }, { position: d, at: 3, attempts: 1 });
    await store.commit([{ type: 'again', webhook: 'one', from: c, to: d }]);
    expect(await waiting('one')).toEqual(['a', 'c', 'd']);
    expect((await store.deliveries('one', Infinity, 1))[0]?.settled).toBeUndefined();
    expect(await waiting('other')).toEqual(['a', 'b']);
  });

  it('has also what happened before a receiver was made wait for it, if it gets such events', async () => {
    await happen('a', 'b', 'a', 'c');
    const [, b = 0, , c = 0] = (await store.events(0, 10)).map(({ position }) => position);
    await make(webhook('one', { events: ['a', 'b'] }));
    await store.commit([{ type: 'again', webhook: 'one', from: b, to: c }]);
    await store.commit([{ type: 'again', webhook: 'nobody', from: 0, to: c }]);
    expect(await waiting('one')).toEqual(['b', 'a']);
    expect(await waiting('nobody')).toEqual([]);
  });

  it('forgets with a receiver what waits for it, and with an event to whom it was to be sent', async () => {
    await make(webhook('one'), webhook('other'));
    await store.commit(
      [10, 10, 20].map((at, n): Write => ({ type: 'outbox', entry: { ...outboxEntry('call-1', `${at}-${n}`), at } })),
    );
    const [first] = await store.events(0, 1);
    await settle('one', { position: first?.position ?? 0, at: 11, attempts: 1 });
    await store.commit([{ type: 'events_gone', before: 11 }]);
    expect(names(await store.deliveries('one', Infinity, 10))).toEqual(['20-2']);
    await store.commit([{ type: 'webhook_gone', webhook: 'one' }]);
    await make(webhook('one'));
    expect(await store.deliveries('one', Infinity, 10)).toEqual([]);
    expect(await waiting('other')).toEqual(['20-2']);
    await store.commit([{ type: 'events_gone', before: Number.MAX_SAFE_INTEGER }]);
    expect(await store.deliveries('other', Infinity, 10)).toEqual([]);
    expect((await store.eventRange()).first).toBe(0);
  });
});
