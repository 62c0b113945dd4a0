/** A receiver of webhooks that is removed is gone at once, and what is kept for it by and by, over every adapter of the Store port. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ManualClock } from '../../packages/server/src/engine/engine.fixture.ts';
import type { Store, Write } from '../../packages/server/src/ports.ts';
import { SystemRandom } from '../../packages/server/src/system/random.ts';
import type { WebhookDesk } from '../../packages/server/src/webhooks/desk.ts';
import { openWebhooks } from '../../packages/server/src/webhooks/open.ts';
import { positionsAtOnce } from '../../packages/server/src/webhooks/parts.ts';
import { outboxEntry } from './samples.ts';
import { stores } from './stores.ts';
import type { Place } from './stores.ts';

const most = positionsAtOnce * 2 + 7;
const within = { timeout: 20_000 };
const settings = { webhookUrl: 'https://configured.example/', webhookSecret: 'secret' };

describe.each(stores)('a receiver that is removed: $name', ({ place: makePlace }) => {
  let place: Place;
  let store: Store;
  let desk: WebhookDesk;
  /** How many positions each part names that was forgotten or is to be. */
  let parts: number[];
  /** What lets go of the parts behind the first one, as long as they are held. */
  let go: (() => void) | undefined;

  const start = async (more: object = {}): Promise<void> => {
    store = await place.open();
    desk = await openWebhooks(
      { webhookUrl: undefined, webhookSecret: undefined, webhookSecretNext: undefined, webhookAllow: [], ...more },
      {
        store: holding(store),
        clock: new ManualClock(),
        random: new SystemRandom(),
        log: { info: () => {}, warn: () => {}, error: () => {} },
        metrics: { count: () => {}, observe: () => {}, counter: () => {}, gauge: () => {} },
      },
    );
  };
  /** Holds what is forgotten back, from the second part on, until `go`. */
  const holding = (its: Store): Store => {
    const held = new Promise<void>((resolve) => (go = resolve));
    parts = [];
    const commit = async (writes: readonly Write[]): Promise<void> => {
      for (const write of writes) if (write.type === 'deliveries_gone') parts.push(write.to - write.from + 1);
      if (writes.some(({ type }) => type === 'deliveries_gone') && parts.length > 1) await held;
      return its.commit(writes);
    };
    return new Proxy(its, {
      get(_, name: keyof Store): unknown {
        const value = name === 'commit' ? commit : its[name];
        return typeof value === 'function' ? value.bind(its) : value;
      },
    });
  };
  const happen = (count: number): Promise<void> =>
    store.commit(Array.from({ length: count }, (): Write => ({ type: 'outbox', entry: outboxEntry('call-1') })));
  const waiting = async (webhook: string): Promise<number> => (await store.outbox(webhook, 0, most * 2)).length;
  const known = async (): Promise<string[]> => (await store.webhooks()).map(({ id }) => id);
  const isFirstPartGone = (): Promise<void> => vi.waitFor(() => expect(parts).toHaveLength(2), within);

  beforeEach(async () => {
    place = makePlace();
    await start();
  });
  afterEach(async () => {
    go?.();
    await desk.close();
    await store.close();
    place.remove();
  });

  it('is gone at once, and nothing waits for the rest; a server that starts anew goes on with it', async () => {
    for (const id of ['one', 'other']) await desk.create(id, { url: `https://${id}.example/` });
    await happen(most);
    await desk.remove('one');
    await expect(desk.remove('one')).rejects.toMatchObject({ code: 'webhook_not_found' });
    await isFirstPartGone();
    await happen(1);
    await desk.create('third', { url: 'https://third.example/' });
    await desk.change('third', { paused: true });
    expect([await waiting('one'), await waiting('other')]).toEqual([most - positionsAtOnce, most + 1]);
    expect((await store.webhooks())[0]).toMatchObject({ id: 'one', secret: '', isGone: true });

    // The server is killed: of the rest nothing is done.
    await store.close();
    await start();
    go?.();
    expect(desk.list().map(({ webhook }) => webhook)).toEqual(['other', 'third']);
    await vi.waitFor(async () => expect(await known()).toEqual(['other', 'third']), within);
    expect(parts).toEqual([positionsAtOnce, positionsAtOnce, 8]);
    expect([await waiting('one'), await waiting('other')]).toEqual([0, most + 1]);
  });

  it('leaves nothing to one that is made under its id', async () => {
    const creation = { url: 'https://one.example/' };
    const { secret } = await desk.create('one', creation);
    await happen(most);
    await desk.remove('one');
    await isFirstPartGone();
    const again = desk.create('one', creation);
    await happen(1);
    expect(desk.list()).toEqual([]);
    go?.();
    expect((await again).secret).not.toBe(secret);
    expect(await waiting('one')).toBe(0);
    await happen(2);
    expect(await waiting('one')).toBe(2);
  });

  it('is left as it is by a server that stops, which makes nothing under its id any more', async () => {
    await desk.create('one', { url: 'https://one.example/' });
    await happen(most);
    await desk.remove('one');
    await isFirstPartGone();
    const again = desk.create('one', { url: 'https://one.example/' });
    const refused = again.catch((error: unknown) => error);
    const closed = desk.close();
    go?.();
    await closed;
    expect(await refused).toMatchObject({ code: 'draining' });
    expect(await waiting('one')).toBe(most - 2 * positionsAtOnce);
    expect(await known()).toEqual(['one']);
    await store.close();
    await start();
    go?.();
    await vi.waitFor(async () => expect(await known()).toEqual([]), within);
  });

  it('is the one in the settings, once they name none, and begins with nothing when they do again', async () => {
    await desk.close();
    await store.close();
    await start(settings);
    await happen(most);
    await desk.close();
    await store.close();
    await start();
    expect(desk.list()).toEqual([]);
    await isFirstPartGone();
    await store.close();
    parts = [];
    const started = start(settings);
    await isFirstPartGone();
    go?.();
    await started;
    expect(desk.list()).toMatchObject([{ webhook: 'configured' }]);
    expect(await waiting('configured')).toBe(0);
    await happen(1);
    expect(await waiting('configured')).toBe(1);
  });
});
