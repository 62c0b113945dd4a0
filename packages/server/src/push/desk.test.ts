import { describe, expect, it } from 'vitest';
import type { RingNotice } from '@offhook/core';
import type { Push, PushMessage, PushOutcome, StoredPush } from '../ports/push.ts';
import type { Clock } from '../ports.ts';
import { Registry } from '../metrics.ts';
import { MemoryDisk } from '../store/memory-disk.ts';
import { MemoryStore } from '../store/memory.ts';
import { SystemHash } from '../system/hash.ts';
import { Pushes } from './book.ts';
import { PushDesk } from './desk.ts';

/** A clock that stands still until it is told to go on. */
class StillClock implements Clock {
  #now = 1_000_000;
  #tasks: { readonly at: number; readonly task: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  schedule(delay: number, task: () => void): () => void {
    const entry = { at: this.#now + delay, task };
    this.#tasks.push(entry);
    return () => {
      this.#tasks = this.#tasks.filter((one) => one !== entry);
    };
  }

  async advance(ms: number): Promise<void> {
    this.#now += ms;
    const due = this.#tasks.filter(({ at }) => at <= this.#now);
    this.#tasks = this.#tasks.filter(({ at }) => at > this.#now);
    for (const { task } of due) task();
    await settled();
  }

  get waiting(): number {
    return this.#tasks.length;
  }
}

function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

class Service implements Push {
  readonly sent: string[] = [];
  readonly outcomes: PushOutcome[] = [];
  held: (() => void)[] | undefined;

  async send({ device }: StoredPush, { body, ttlMs }: PushMessage): Promise<PushOutcome> {
    const { data } = (JSON.parse(body) as { notification: { data: { type: string; call?: string } } }).notification;
    this.sent.push(`${device} ${data.type} ${data.call ?? ''} ${ttlMs}`);
    if (this.held !== undefined) await new Promise<void>((resolve) => this.held?.push(resolve));
    return this.outcomes.shift() ?? 'sent';
  }

  async close(): Promise<void> {
    for (const done of this.held ?? []) done();
  }
}

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const notice = (call: string, over?: RingNotice['over']): RingNotice => ({
  call,
  caller: { address: 'anna', name: 'Anna' },
  video: false,
  until: 1_045_000,
  ...(over && { over }),
});

function world(...devices: string[]) {
  const disk = new MemoryDisk();
  const store = new MemoryStore({ disk });
  for (const device of devices)
    disk.apply([
      { type: 'push_on', push: { device, user: 'bo', provider: device, endpoint: `https://push.example/${device}`, at: 1 } },
    ]);
  const clock = new StillClock();
  const [web, relay] = [new Service(), new Service()];
  const unpushed: string[] = [];
  const desk = new PushDesk({
    store,
    book: new Pushes(store),
    clock,
    hash: new SystemHash('key'),
    log: silent,
    metrics: new Registry(),
    web,
    relay,
    publicUrl: () => 'https://calls.example',
    unpushed: (call, device) => unpushed.push(`${call} ${device}`),
  });
  return { desk, clock, web, relay, unpushed, store };
}

describe('PushDesk', () => {
  it('sends by what reaches the device, for as long as it is worth it', async () => {
    const { desk, web, relay, unpushed } = world('web', 'fcm');
    desk.wake('bo', 'web', notice('a'));
    desk.wake('bo', 'fcm', notice('a'));
    desk.wake('bo', 'web', notice('b', { cause: 'no_answer' }));
    desk.wake('bo', 'web', notice('c', { cause: 'declined' }));
    await settled();
    expect(web.sent).toEqual(['web ring a 45000', 'web over b 86400000', 'web over c 60000']);
    expect(relay.sent).toEqual(['fcm ring a 45000']);
    expect(unpushed).toEqual([]);
  });

  it('sends what is over after what rings, and does not ring any more what is over', async () => {
    const { desk, web } = world('web');
    web.held = [];
    desk.wake('bo', 'web', notice('a'));
    await settled();
    desk.wake('bo', 'web', notice('b'));
    desk.wake('bo', 'web', notice('b', { cause: 'cancelled' }));
    desk.wake('bo', 'web', notice('a', { cause: 'cancelled' }));
    await settled();
    expect(web.sent).toEqual(['web ring a 45000']);
    const held = web.held;
    web.held = undefined;
    for (const done of held) done();
    await settled();
    expect(web.sent).toEqual(['web ring a 45000', 'web over b 86400000', 'web over a 86400000']);
  });

  it('sends once more, but not what is over by then', async () => {
    const { desk, clock, web, unpushed } = world('web');
    web.outcomes.push({ retryMs: 2_000 });
    desk.wake('bo', 'web', notice('a'));
    await settled();
    await clock.advance(2_000);
    expect(web.sent).toHaveLength(2);
    web.outcomes.push({ retryMs: 2_000 });
    desk.wake('bo', 'web', notice('b'));
    await settled();
    desk.wake('bo', 'web', notice('b', { cause: 'cancelled' }));
    await settled();
    expect(web.sent.slice(2)).toEqual(['web ring b 43000', 'web over b 86400000']);
    expect(clock.waiting).toBe(0);
    web.outcomes.push({ retryMs: 60_000 });
    desk.wake('bo', 'web', notice('c'));
    await settled();
    // It rings no longer than that.
    expect(unpushed).toEqual(['b web', 'c web']);
  });

  it('sends once more only to a device that is still to ring, and where it is reached by then', async () => {
    const { desk, clock, web, relay, unpushed, store } = world('web');
    web.outcomes.push({ retryMs: 2_000 });
    desk.wake('bo', 'web', notice('a'));
    await settled();
    await store.commit([{ type: 'push_off', device: 'web' }]);
    await clock.advance(2_000);
    expect(web.sent).toHaveLength(1);
    expect(unpushed).toEqual(['a web']);

    const push = { device: 'web', user: 'bo', provider: 'web', endpoint: 'https://push.example/web', at: 1 };
    await store.commit([{ type: 'push_on', push }]);
    web.outcomes.push({ retryMs: 2_000 });
    desk.wake('bo', 'web', notice('b'));
    await settled();
    await store.commit([{ type: 'push_on', push: { ...push, provider: 'fcm', endpoint: 'https://push.example/other' } }]);
    await clock.advance(2_000);
    expect(web.sent).toHaveLength(2);
    expect(relay.sent).toEqual(['web ring b 43000']);
    expect(unpushed).toEqual(['a web']);
  });

  it('tells the call where it does not ring', async () => {
    const { desk, clock, web, unpushed, store } = world('web', 'fcm');
    web.outcomes.push('failed');
    desk.wake('bo', 'web', notice('a'));
    desk.wake('bo', 'nothing', notice('a'));
    await settled();
    web.outcomes.push({ retryMs: 1_000 }, { retryMs: 1_000 });
    desk.wake('bo', 'web', notice('b'));
    await settled();
    await clock.advance(1_000);
    expect(unpushed.toSorted()).toEqual(['a nothing', 'a web', 'b web']);
    web.outcomes.push('gone');
    desk.wake('bo', 'web', notice('c'));
    await settled();
    expect(unpushed.at(-1)).toBe('c web');
    expect(await store.pushes('bo')).toMatchObject([{ device: 'fcm' }]);
    await store.close();
    desk.wake('bo', 'fcm', notice('d'));
    await settled();
    expect(unpushed.at(-1)).toBe('d fcm');
  });

  it('tells what the server before could not, once, unless it is worth nothing any more', async () => {
    const { desk, clock, web, store } = world('web');
    const owe = (call: string, cause: 'cancelled' | 'declined', until: number): Promise<void> => {
      const told = { ...notice(call, { cause }), until };
      return store.commit([{ type: 'push_owed', owed: { user: 'bo', device: 'web', notice: told } }]);
    };
    await owe('missed', 'cancelled', clock.now() - 60_000);
    await owe('declined', 'declined', clock.now() + 5_000);
    await owe('declined before', 'declined', clock.now());
    await owe('missed yesterday', 'cancelled', clock.now() - 24 * 3_600_000);
    await desk.start();
    await settled();
    expect(web.sent).toEqual(['web over declined 60000', 'web over missed 86400000']);
    expect(await store.owedPushes()).toEqual([]);
  });

  it('starts also where the disk is full', async () => {
    const { desk, web, store } = world('web');
    const over = { ...notice('a', { cause: 'declined' }), until: 1 };
    await store.commit([{ type: 'push_owed', owed: { user: 'bo', device: 'web', notice: over } }]);
    store.commit = () => Promise.reject(new Error('disk full'));
    await desk.start();
    await settled();
    expect(web.sent).toEqual([]);
    expect(await store.owedPushes()).toHaveLength(1);
  });

  it('leaves to the next server what it is in the middle of telling when it closes', async () => {
    const { desk, web, store } = world('web');
    const over = notice('a', { cause: 'cancelled' });
    await store.commit([{ type: 'push_owed', owed: { user: 'bo', device: 'web', notice: over } }]);
    web.held = [];
    web.outcomes.push('failed');
    desk.wake('bo', 'web', over);
    await settled();
    await desk.close();
    expect(await store.owedPushes()).toMatchObject([{ device: 'web', notice: over }]);
  });

  it('tells all devices of somebody of a message, in turn, and once more where a service has no time', async () => {
    const { desk, clock, web, relay, unpushed } = world('web', 'fcm');
    web.outcomes.push({ retryMs: 2_000 });
    desk.tellVoicemail('bo', { voicemail: 'v1', from: { address: 'anna', name: 'Anna' }, durationMs: 12_400 });
    await settled();
    expect(web.sent).toEqual(['web voicemail  86400000']);
    expect(relay.sent).toEqual(['fcm voicemail  86400000']);
    await clock.advance(2_000);
    expect(web.sent).toHaveLength(2);
    desk.tellVoicemail('cy', { voicemail: 'v2', from: { address: 'anna', name: 'Anna' }, durationMs: 1_000 });
    await settled();
    expect([web.sent.length, relay.sent.length, unpushed]).toEqual([2, 1, []]);
  });

  it('rings for a test after a while, and not when it closes before', async () => {
    const { desk, clock, web } = world('web');
    desk.test('bo', 'web', 5_000);
    await clock.advance(5_000);
    expect(web.sent).toEqual(['web test  30000']);
    desk.test('bo', 'web', 5_000);
    await desk.close();
    expect(clock.waiting).toBe(0);
  });

  it('begins nothing once it has closed: the next server tells it', async () => {
    const { desk, web } = world('web');
    await desk.close();
    desk.wake('bo', 'web', notice('a', { cause: 'cancelled' }));
    await settled();
    expect(web.sent).toEqual([]);
  });

  it('closes while a service has no time', async () => {
    const { desk, clock, web, unpushed } = world('web');
    web.outcomes.push({ retryMs: 1_000 });
    desk.wake('bo', 'web', notice('a'));
    await settled();
    await desk.close();
    expect([clock.waiting, unpushed]).toEqual([0, ['a web']]);
  });
});
