import { apiLimits } from '@offhook/core';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ManualClock } from '../engine/engine.fixture.ts';
import { MemoryDisk } from '../store/memory-disk.ts';
import { MemoryStore } from '../store/memory.ts';
import { EventFeed } from './feed.ts';
import type { ListenOptions } from './feed.ts';

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

let clock: ManualClock;
let store: MemoryStore;
let feed: EventFeed;
beforeEach(() => {
  clock = new ManualClock();
  store = new MemoryStore({ disk: new MemoryDisk() });
  feed = new EventFeed({ store, clock, log: quiet });
});

class Listener {
  text = '';
  waiting = 0;
  isOver = false;
  readonly stop: () => void;

  constructor(options: Partial<ListenOptions> = {}) {
    this.stop = feed.listen({ key: 'one', after: undefined, types: [], ...options }, this);
  }

  write(text: string): void {
    this.text += text;
  }

  end(): void {
    this.isOver = true;
  }

  get ids(): number[] {
    return [...this.text.matchAll(/^id: (\d+)\nevent/gm)].map(([, id]) => Number(id));
  }
}

const happen = (...names: string[]): Promise<void> =>
  store.commit(
    names.map((event) => ({ type: 'outbox', entry: { event, about: 'x', at: clock.now(), body: `{"type":"${event}"}` } })),
  );

async function settle(): Promise<void> {
  for (let turns = 0; turns < 20; turns += 1) await Promise.resolve();
}

async function pass(ms: number = apiLimits.eventPollMs): Promise<void> {
  await settle();
  await clock.advance(ms);
  await settle();
}

describe('a feed', () => {
  it('tells what happens from now on, each with its id', async () => {
    await happen('call.ringing');
    const listener = new Listener();
    await pass();
    await happen('call.ended');
    await pass();
    expect(listener.text).toContain('id: 2\nevent: call.ended\ndata: {"type":"call.ended"}\n\n');
    expect(listener.ids).toEqual([2]);
  });

  it('goes on behind the last event that somebody has, however many there are', async () => {
    await happen(...Array.from({ length: 450 }, (_, n) => `call.${n}`));
    const listener = new Listener({ after: 3 });
    for (let turns = 0; turns < 5; turns += 1) await pass();
    expect(listener.ids).toEqual(Array.from({ length: 447 }, (_, n) => n + 4));
  });

  it('says so where what came between is not kept any more', async () => {
    await happen('a', 'b');
    await pass(10);
    await store.commit([{ type: 'events_gone', before: clock.now() }]);
    await happen('c');
    const listener = new Listener({ after: 1 });
    await pass();
    expect(listener.text).toContain('event: gap\ndata: {"after":1,"first":3}\n\n');
    expect(listener.ids).toEqual([3]);
  });

  it('says so where nothing of it is kept any more', async () => {
    await happen('a', 'b');
    await pass(10);
    await store.commit([{ type: 'events_gone', before: clock.now() }]);
    const [behind, up] = [new Listener({ after: 1 }), new Listener({ after: 2 })];
    await pass();
    await happen('c');
    await pass();
    expect(behind.text).toContain('event: gap\ndata: {"after":1,"first":3}\n\n');
    expect(up.text).not.toContain('gap');
    expect([behind.ids, up.ids]).toEqual([[3], [3]]);
  });

  it('says so to whoever has an id that there has not been yet, and tells all that is kept', async () => {
    await happen('a', 'b');
    const listener = new Listener({ after: 7 });
    await pass();
    expect(listener.text).toContain('event: gap\ndata: {"after":7,"first":1}\n\n');
    expect(listener.ids).toEqual([1, 2]);
  });

  it('tells all that is kept to whoever has nothing, who has missed nothing', async () => {
    await happen('a', 'b');
    await pass(10);
    await store.commit([{ type: 'events_gone', before: clock.now() }]);
    await happen('c');
    const listener = new Listener({ after: 0 });
    await pass();
    expect(listener.text).not.toContain('gap');
    expect(listener.ids).toEqual([3]);
  });

  it('says where it is at its beginning and now and then, so that nothing is missed by whoever loses it, whatever they want of it', async () => {
    await happen('a', 'b');
    const listener = new Listener({ types: ['call.*'] });
    await pass();
    expect(listener.text).toBe(`retry: ${apiLimits.eventRetryMs}\nid: 2\n\n`);
    await happen('c');
    for (let ms = 0; ms <= apiLimits.eventHeartbeatMs; ms += apiLimits.eventPollMs) await pass();
    expect(listener.text).toMatch(/\n:\nid: 3\n\n$/);
  });

  it('leaves out what was not asked for', async () => {
    const listener = new Listener({ after: 0, types: ['call.ended', 'participant.*'] });
    await happen('call.ringing', 'participant.joined', 'call.ended');
    await pass();
    expect(listener.ids).toEqual([2, 3]);
  });

  it('says something now and then', async () => {
    const listener = new Listener();
    await pass();
    for (let ms = 0; ms <= apiLimits.eventHeartbeatMs; ms += apiLimits.eventPollMs) await pass();
    expect(listener.text).toContain('\n:\nid: 0\n\n');
  });

  it('lets go of whoever takes nothing, is gone, or has to come back to another server', async () => {
    const [slow, gone, last] = [new Listener(), new Listener(), new Listener()];
    await pass();
    slow.waiting = 2_000_000;
    gone.stop();
    await pass();
    expect([slow.isOver, gone.isOver, last.isOver]).toEqual([true, false, false]);
    await happen('a');
    await pass();
    expect([slow.ids, gone.ids, last.ids]).toEqual([[], [], [1]]);
    feed.close();
    expect(last.isOver).toBe(true);
    expect(clock.waiting).toBe(0);
    expect(() => new Listener()).toThrow('draining');
  });

  it('has room for so many of one key, which takes none from others', () => {
    const listeners = Array.from({ length: apiLimits.eventStreams }, () => new Listener());
    expect(() => new Listener()).toThrow('rate_limited');
    expect(() => new Listener({ key: 'other' })).not.toThrow();
    listeners[0]?.stop();
    expect(() => new Listener()).not.toThrow();
    expect(() => new Listener()).toThrow('rate_limited');
  });

  it('has room for so many in all, whoever they are', () => {
    const { eventStreams, eventStreamsInAll } = apiLimits;
    const listeners = Array.from(
      { length: eventStreamsInAll },
      (_, n) => new Listener({ key: String(Math.floor(n / eventStreams)) }),
    );
    expect(() => new Listener({ key: 'other' })).toThrow('rate_limited');
    listeners[0]?.stop();
    expect(() => new Listener({ key: 'other' })).not.toThrow();
  });

  it('ends where the store fails, so that whoever listens asks again', async () => {
    const listener = new Listener();
    await pass();
    vi.spyOn(store, 'events').mockRejectedValue(new Error('gone'));
    await pass();
    expect(listener.isOver).toBe(true);
  });

  it('forgets what is old', async () => {
    feed.start();
    await happen('a');
    await pass(apiLimits.eventKeepMs + apiLimits.eventPruneMs);
    expect(await store.eventRange()).toEqual({ first: 0, last: 1 });
    feed.close();
  });
});
