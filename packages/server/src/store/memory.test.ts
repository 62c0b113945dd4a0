import { describe, expect, it } from 'vitest';
import type { Write } from '../ports.ts';
import { MemoryDisk } from './memory-disk.ts';
import { MemoryStore } from './memory.ts';

const write = (event: string): Write => ({ type: 'outbox', entry: { event, about: 'call-1', at: 0, body: '{}' } });
const onDisk = (disk: MemoryDisk): string[] => Array.from(disk.outbox.values(), ({ event }) => event);

/** Lets work be done one piece at a time, as a simulation with its own clock does. */
function scheduler() {
  const waiting: { work: 'commit' | 'read'; done: () => void }[] = [];
  return {
    waiting,
    schedule: (work: 'commit' | 'read', done: () => void) => void waiting.push({ work, done }),
    next: async () => {
      waiting.shift()?.done();
      await Promise.resolve();
    },
  };
}

describe('MemoryStore', () => {
  it('stores when it is told to, and gathers meanwhile', async () => {
    const disk = new MemoryDisk();
    const { waiting, schedule, next } = scheduler();
    const store = new MemoryStore({ disk, schedule });
    const done: string[] = [];
    for (const event of ['a', 'b', 'c']) void store.commit([write(event)]).then(() => done.push(event));
    expect(waiting).toHaveLength(1);
    expect(onDisk(disk)).toEqual([]);
    await next();
    expect(done).toEqual(['a']);
    expect(onDisk(disk)).toEqual(['a']);
    expect(waiting).toHaveLength(1);
    await next();
    expect(done).toEqual(['a', 'b', 'c']);
    expect(waiting).toEqual([]);
  });

  it('answers reads when it is told to, with what is there then', async () => {
    const { waiting, schedule } = scheduler();
    const store = new MemoryStore({ schedule });
    const read = store.events(0, 10);
    const committed = store.commit([write('a')]);
    expect(waiting.map(({ work }) => work)).toEqual(['read', 'commit']);
    waiting[1]?.done();
    await committed;
    waiting[0]?.done();
    expect(await read).toHaveLength(1);
  });

  it('fails whole transactions, and works again afterwards', async () => {
    const disk = new MemoryDisk();
    const verdicts = [false, true, false];
    const store = new MemoryStore({ disk, fails: () => verdicts.shift() ?? false });
    const results = await Promise.allSettled(['a', 'b', 'c'].map((event) => store.commit([write(event)])));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(results[1]).toMatchObject({ reason: { code: 'store_failed' } });
    await store.commit([write('d')]);
    expect(onDisk(disk)).toEqual(['a', 'd']);
  });

  it('loses in a crash what was not confirmed, and never speaks of it again', async () => {
    const disk = new MemoryDisk();
    const { waiting, schedule, next } = scheduler();
    const store = new MemoryStore({ disk, schedule });
    const settled: string[] = [];
    const follow = (event: string): void =>
      void store.commit([write(event)]).then(
        () => settled.push(event),
        () => settled.push(`no ${event}`),
      );
    follow('a');
    await next();
    for (const event of ['b', 'c']) follow(event);
    void store.events(0, 1).then(() => settled.push('read'));
    store.crash();
    follow('d');
    while (waiting.length > 0) await next();
    expect(settled).toEqual(['a']);
    expect(onDisk(disk)).toEqual(['a']);
    const reopened = new MemoryStore({ disk });
    expect(await reopened.events(0, 10)).toHaveLength(1);
  });

  it('may have stored in a crash what it had no time to confirm, from the oldest on', () => {
    for (const landed of [0, 1, 2, 3]) {
      const disk = new MemoryDisk();
      const store = new MemoryStore({ disk, schedule: () => {} });
      for (const event of ['a', 'b', 'c']) void store.commit([write(event)]);
      store.crash(landed);
      expect(onDisk(disk)).toEqual(['a', 'b', 'c'].slice(0, landed));
    }
  });

  it('stores nothing in the crash of a store that has lost its disk', () => {
    const disk = new MemoryDisk();
    const store = new MemoryStore({ disk, schedule: () => {} });
    void store.commit([write('a')]);
    expect(new MemoryStore({ disk })).toBeDefined();
    store.crash(1);
    expect(onDisk(disk)).toEqual([]);
  });
});
