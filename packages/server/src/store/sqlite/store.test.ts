import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { defaultSettings } from '@offhook/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Store, Write } from '../../ports.ts';
import { openSqliteStore } from './store.ts';
import type { SqliteOptions } from './store.ts';

let folder: string;
let path: string;
const opened: Store[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'offhook-sqlite-'));
  path = join(folder, 'offhook.db');
});
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
  rmSync(folder, { recursive: true });
});

async function open(options: Partial<SqliteOptions> = {}): Promise<Store> {
  const store = await openSqliteStore({ path, lockedMs: 50, ...options });
  opened.push(store);
  return store;
}

const refusal = (why: string): object => ({ code: 'store_failed', message: expect.stringContaining(why) as string });
const event = (body: string): Write => ({ type: 'outbox', entry: { event: 'call.ended', about: 'call-1', at: 0, body } });
const newUser = (name: string, address: string): Write => ({
  type: 'new_user',
  user: { address, name, settings: defaultSettings, createdAt: 0 },
});
const positions = async (store: Store): Promise<number[]> => (await store.events(0, 10_000)).map(({ position }) => position);

describe('opening', () => {
  it('says that the folder does not exist', async () => {
    await expect(open({ path: join(folder, 'missing', 'x.db') })).rejects.toMatchObject(refusal('its folder does not exist'));
  });

  it('names the file that cannot be used', async () => {
    mkdirSync(path);
    await expect(open()).rejects.toMatchObject(refusal(path));
  });

  it.each([
    ['text', Buffer.from('Dear diary, '.repeat(1_000))],
    ['zeros with a wrong header', Buffer.concat([Buffer.from('SQLite format 4\0'), Buffer.alloc(8_192)])],
  ])('refuses a file of %s and leaves it as it was', async (_, content) => {
    writeFileSync(path, content);
    await expect(open()).rejects.toMatchObject(refusal('it is not a database'));
    expect(readFileSync(path)).toEqual(content);
  });

  it('refuses a damaged file', async () => {
    await (await open()).close();
    const content = readFileSync(path);
    // The first page says what tables there are; the second is one of them.
    writeFileSync(path, Buffer.concat([content.subarray(0, 100), Buffer.alloc(8_000, 0xaa), content.subarray(8_100)]));
    await expect(open()).rejects.toMatchObject(refusal('it is damaged'));
  });

  it('refuses a file that was cut off', async () => {
    const store = await open();
    await store.commit(Array.from({ length: 100 }, () => event('x'.repeat(4_000))));
    await store.close();
    truncateSync(path, 8_192);
    await expect(open()).rejects.toMatchObject(refusal('it is damaged'));
  });

  it('refuses the database of another program and leaves it as it was', async () => {
    const other = new DatabaseSync(path);
    other.exec('CREATE TABLE calls (theirs TEXT)');
    other.close();
    await expect(open()).rejects.toMatchObject(refusal('it belongs to another program'));
    const after = new DatabaseSync(path);
    expect(after.prepare('SELECT name FROM sqlite_schema').all()).toEqual([{ name: 'calls' }]);
    after.close();
  });

  it('refuses a database of a later version', async () => {
    await (await open()).close();
    const later = new DatabaseSync(path);
    later.exec('PRAGMA user_version = 1000');
    later.close();
    await expect(open()).rejects.toMatchObject(refusal('it was written by a later version of Offhook'));
  });

  it('waits for a lock, but not for ever', async () => {
    await (await open()).close();
    const other = new DatabaseSync(path);
    other.exec('BEGIN IMMEDIATE');
    await expect(open()).rejects.toMatchObject(refusal('another program has locked it'));
    const patient = open({ lockedMs: 10_000 });
    other.exec('COMMIT');
    await (await patient).commit([event('a')]);
    other.close();
  });

  it('takes an empty file, and a database that is only in memory', async () => {
    writeFileSync(path, '');
    for (const store of [await open(), await open({ path: ':memory:' })]) {
      await store.commit([event('a')]);
      expect(await positions(store)).toHaveLength(1);
    }
  });
});

describe('failing', () => {
  it('stores nothing when the file may not grow, and works again once there is room', async () => {
    const store = await open({ maxBytes: 2_000_000 });
    await store.commit([newUser('Alice', 'alice')]);
    const big = event('x'.repeat(100_000));
    let stored = 0;
    let failure: unknown;
    for (; failure === undefined && stored < 1_000; stored += failure === undefined ? 1 : 0)
      failure = await store.commit([event('small'), big]).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'StoreError', code: 'store_failed' });
    expect(stored).toBeGreaterThan(10);
    const present = await positions(store);
    expect(present).toHaveLength(2 * stored);
    // Everything still works that needs no room, and everything else once there is some.
    expect(await store.user('alice')).toBeDefined();
    await expect(store.commit([big])).rejects.toMatchObject({ code: 'store_failed' });
    await store.commit([{ type: 'events_gone', before: 1 }]);
    await store.commit([big]);
    expect(await positions(store)).toHaveLength(1);
  });

  it('fails everybody in a transaction that failed', async () => {
    const store = await open({ maxBytes: 1_000_000 });
    const results = await Promise.allSettled([
      store.commit([event('small')]),
      store.commit([event('x'.repeat(2_000_000))]),
      store.commit([newUser('Alice', 'alice')]),
    ]);
    expect(results.map((result) => result.status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(await positions(store)).toEqual([]);
    await store.commit([newUser('Alice', 'alice')]);
  });

  it('fails while another program holds the file, and works afterwards', async () => {
    const store = await open();
    const other = new DatabaseSync(path);
    other.exec('BEGIN IMMEDIATE');
    await expect(store.commit([event('a')])).rejects.toMatchObject({ code: 'store_failed' });
    other.exec('COMMIT');
    other.close();
    await store.commit([event('b')]);
    expect(await positions(store)).toHaveLength(1);
  });

  it('refuses what has no form that can be stored, and goes on', async () => {
    const store = await open();
    const unbindable = event(undefined as unknown as string);
    const unwritable = { type: 'call', state: { kind: 'ringing', id: 'call-1', epoch: 1n } } as unknown as Write;
    for (const write of [unbindable, unwritable])
      await expect(store.commit([event('a'), write])).rejects.toMatchObject({ code: 'store_failed' });
    await store.commit([event('b')]);
    expect(await positions(store)).toHaveLength(1);
  });

  it('tries the disk out when there is nothing to write', async () => {
    const store = await open();
    const reader = new DatabaseSync(path, { readOnly: true });
    const version = (): unknown => reader.prepare('PRAGMA data_version').get()?.['data_version'];
    const before = version();
    await store.commit([]);
    expect(version()).not.toBe(before);
    reader.close();
  });

  it('confirms nothing before it is in the file', async () => {
    const store = await open();
    const reader = new DatabaseSync(path, { readOnly: true });
    const count = reader.prepare('SELECT count(*) AS count FROM outbox');
    const missing: number[] = [];
    const commits = Array.from({ length: 200 }, async (_, index) => {
      await store.commit([event(String(index))]);
      if (Number(count.get()?.['count']) <= index) missing.push(index);
    });
    await Promise.all(commits);
    reader.close();
    expect(missing).toEqual([]);
  });
});
