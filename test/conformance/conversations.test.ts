/** Conversations over the real server: said once whatever the network does, within limits, found again after a restart. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { conversationLimits } from '@offhook/core';
import type { Entry } from '@offhook/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defaults } from '../../packages/server/src/config.ts';
import type { RunningServer } from '../../packages/server/src/server.ts';
import { addDevice, claim, entryId, startServer, Wire } from '../support/wire.ts';
import type { Identity, Message, SignedIn } from '../support/wire.ts';

const folder = mkdtempSync(join(tmpdir(), 'offhook-conversations-'));
afterAll(() => rmSync(folder, { recursive: true }));

const unlimited = { ...defaults.limits, saysPerSecond: 1e6, sayBurst: 1e6, messagesPerSecond: 1e6, messageBurst: 1e6 };
let server: RunningServer;
let anna: Identity;
let bo: Identity;
beforeAll(async () => {
  server = await startServer({ dataDir: folder, limits: unlimited });
  [anna, bo] = await Promise.all([claim(server.port, 'Anna'), claim(server.port, 'Bo')]);
});
afterAll(() => server.stop());

const toBo = { user: 'bo' };
const say = (text: string, entry = entryId()) => ({ type: 'say', in: toBo, entry, text });
const entryOf = ({ ok }: Message): Entry => ok?.['entry'] as Entry;

async function entriesOf(wire: Wire, where: object = { user: 'bo' }): Promise<Entry[]> {
  const { ok } = await wire.request({ type: 'entries', in: where, limit: 100 });
  return ok?.['entries'] as Entry[];
}

describe('[K6] a message is stored once', () => {
  test('when it is said again under another request, on another connection, after a restart', async () => {
    let wire = await Wire.signIn(server.port, anna);
    const message = say('once');
    const first = entryOf(await wire.request(message));
    expect(entryOf(await wire.request(message))).toEqual(first);
    wire.socket.terminate();
    wire = await Wire.signIn(server.port, anna);
    expect(entryOf(await wire.request(message))).toEqual(first);
    await wire.request({ type: 'edit', in: toBo, position: first.position, text: 'changed' });
    await server.stop();
    server = await startServer({ dataDir: folder, limits: unlimited });
    wire = await Wire.signIn(server.port, anna);
    expect(entryOf(await wire.request(message))).toMatchObject({ position: first.position, text: 'changed' });
    expect((await entriesOf(wire)).filter(({ id }) => id === message.entry)).toHaveLength(1);
  });

  test('when many of them cross, some said twice: positions have no gaps', async () => {
    const [one, two] = await Promise.all([Wire.signIn(server.port, anna), Wire.signIn(server.port, anna)]);
    const before = (await entriesOf(one)).length;
    const messages = Array.from({ length: 40 }, (_, n) => say(`message ${n}`));
    const replies = await Promise.all(
      messages.flatMap((message, n) => [one.request(message), ...(n % 3 === 0 ? [two.request(message)] : [])]),
    );
    expect(replies.every(({ ok }) => ok !== undefined)).toBe(true);
    const entries = await entriesOf(one);
    expect(entries.length - before).toBe(messages.length);
    expect(entries.map(({ position }) => position)).toEqual(entries.map((_, at) => at + 1));
  });

  test('by each of two who use the same id', async () => {
    const [one, two] = await Promise.all([Wire.signIn(server.port, anna), Wire.signIn(server.port, bo)]);
    const entry = entryId();
    const [mine, theirs] = await Promise.all([
      one.request(say('mine', entry)),
      two.request({ ...say('theirs', entry), in: { user: 'anna' } }),
    ]);
    expect(entryOf(mine).position).not.toBe(entryOf(theirs).position);
  });
});

test('a page of long messages is cut, and nothing is missed by going on from there', async () => {
  const [cy, dora] = await Promise.all([claim(server.port, 'Cy'), claim(server.port, 'Dora')]);
  const wire = await Wire.signIn(server.port, cy);
  const where = { user: dora.user.address };
  const long = '漢'.repeat(8_000);
  for (let n = 0; n < 45; n += 1) await wire.request({ type: 'say', in: where, entry: entryId(), text: long });
  const positions: number[] = [];
  for (let before: number | undefined = undefined; before !== 1; [before] = positions) {
    const { ok = {} } = await wire.request({ type: 'entries', in: where, limit: 100, ...(before !== undefined && { before }) });
    expect(Buffer.byteLength(JSON.stringify(ok))).toBeLessThan(conversationLimits.entriesPageBytes + 1_000);
    positions.unshift(...(ok['entries'] as Entry[]).map(({ position }) => position));
  }
  expect(positions).toEqual(Array.from({ length: 45 }, (_, at) => at + 1));
});

describe('what is told', () => {
  test('follows a resume, in order and once; after a full state it is read again', async () => {
    const [one, two] = await Promise.all([Wire.follow(server.port, anna), Wire.follow(server.port, bo)]);
    await one.request(say('before'));
    const { seq } = await two.take('entries');
    two.socket.terminate();
    for (const text of ['a', 'b']) await one.request(say(text));
    const { resume } = two.welcome;
    const back = await Wire.signIn(server.port, bo, { resume, seq });
    expect(back.welcome.resumed).toBe(true);
    for (const text of ['a', 'b']) expect(await back.take('entries')).toMatchObject({ entries: [{ text }] });
    const { ok } = await back.request({ type: 'conversation', in: { user: 'anna' } });
    const fresh = await Wire.signIn(server.port, bo);
    expect(fresh.welcome.resumed).toBe(false);
    const list = (await fresh.request({ type: 'conversations' })).ok?.['conversations'] as object[];
    expect(list[0]).toEqual(ok?.['conversation']);
    expect(list[0]).toMatchObject({ entry: { text: 'b' } });
    expect((list[0] as { unread: number }).unread).toBeGreaterThan(2);
  });

  test('reaches the other devices of both sides, and the one that said it by its answer alone', async () => {
    const laptop = await addDevice(server.port, anna, 'Laptop');
    const [one, mine, two] = await Promise.all([anna, laptop, bo].map((who) => Wire.follow(server.port, who)));
    if (one === undefined || mine === undefined || two === undefined) throw new Error('nobody there');
    const { position } = entryOf(await one.request(say('to all')));
    for (const wire of [mine, two])
      expect(await wire.take('entries')).toMatchObject({ entries: [{ position, text: 'to all' }] });
    await one.request({ type: 'react', in: toBo, position, value: '🎉', on: true });
    for (const wire of [mine, two]) {
      expect(await wire.take('entries')).toMatchObject({ entries: [{ reactions: [{ value: '🎉', by: ['anna'] }] }] });
    }
    await two.request({ type: 'read', in: { user: 'anna' }, position });
    for (const wire of [one, mine]) expect(await wire.take('read')).toMatchObject({ user: 'bo', read: position });
    await mine.request({ type: 'read', in: toBo, position });
    await one.flush();
    expect(one.received.filter(({ type }) => type === 'entries')).toEqual([]);
  });
});

async function serverWith<T>(limits: Partial<typeof defaults.limits>, use: (wire: SignedIn) => Promise<T>): Promise<T> {
  const strict = await startServer({ limits: { ...defaults.limits, ...limits } });
  try {
    await claim(strict.port, 'Bo');
    return await use(await Wire.signIn(strict.port, await claim(strict.port, 'Anna')));
  } finally {
    await strict.stop();
  }
}

function codes(replies: readonly Message[]): (string | undefined)[] {
  return replies.map(({ error }) => error?.code);
}

describe('limits', () => {
  test('a user says only so much, whatever the connection', async () => {
    await serverWith({ sayBurst: 3, saysPerSecond: 1 }, async (wire) => {
      const replies = await Promise.all(Array.from({ length: 5 }, (_, n) => wire.request(say(`${n}`))));
      expect(codes(replies)).toEqual([undefined, undefined, undefined, 'rate_limited', 'rate_limited']);
      expect(codes([await wire.request({ type: 'read', in: toBo, position: 1 })])).toEqual([undefined]);
    });
  });

  test('a user searches only so often', async () => {
    await serverWith({ searchBurst: 2, searchesPerSecond: 1 }, async (wire) => {
      const replies = await Promise.all(Array.from({ length: 3 }, () => wire.request({ type: 'search', query: 'x' })));
      expect(codes(replies)).toEqual([undefined, undefined, 'rate_limited']);
    });
  });

  test('texts, reactions, groups and positions that are none are refused with their code', async () => {
    const wire = await Wire.signIn(server.port, anna);
    const { position } = entryOf(await wire.request(say('x')));
    const group = { type: 'group', conversation: 'group-of-limits-', name: 'Friends', people: ['bo'] };
    await wire.request(group);
    const change = { type: 'change', conversation: group.conversation, entry: entryId() };
    const refused: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
      ['text_empty', say(' \u202e\u0000 ')],
      ['text_empty', say('\u0301'.repeat(10_000))],
      ['text_too_long', say('x'.repeat(conversationLimits.textLength + 1))],
      ['text_too_long', say('😀'.repeat(7_000))],
      ['entry_not_found', { ...say('x'), reply: 1e9 }],
      ['entry_not_found', { type: 'edit', in: toBo, position: 1e9, text: 'x' }],
      ['reaction_invalid', { type: 'react', in: toBo, position, value: '<b>', on: true }],
      ['self_conversation', { ...say('x'), in: { user: 'anna' } }],
      ['self_conversation', { type: 'entries', in: { user: 'anna' } }],
      ['user_not_found', { ...say('x'), in: { user: 'nobody' } }],
      ['user_not_found', { type: 'entries', in: { user: 'nobody' } }],
      ['conversation_not_found', { ...say('x'), in: { conversation: 'nowhere' } }],
      ['not_a_group', { ...change, conversation: 'everyone', change: { type: 'renamed', name: 'x' } }],
      ['name_invalid', { ...change, change: { type: 'renamed', name: '\u202e' } }],
      ['user_not_found', { ...change, change: { type: 'joined', people: ['nobody'] } }],
      ['user_not_found', { ...group, conversation: 'group-of-nobody-', people: ['nobody'] }],
      ['bad_message', { ...group, people: Array.from({ length: conversationLimits.peoplePerGroup + 1 }, String) }],
      ['bad_message', { ...say('x'), in: { conversation: 'x'.repeat(600) } }],
      ['bad_message', { ...say('x'), entry: 'short' }],
      ['bad_message', { type: 'search', query: 'x'.repeat(conversationLimits.searchLength + 1) }],
    ];
    for (const [code, message] of refused) {
      expect((await wire.request(message)).error?.code, JSON.stringify(message).slice(0, 100)).toBe(code);
    }
  });

  test('[K7] what is said is shown as text, without what would harm its surroundings', async () => {
    const [one, two] = await Promise.all([Wire.follow(server.port, anna), Wire.follow(server.port, bo)]);
    const zalgo = entryOf(await one.request(say(`a${'\u0301\u0489'.repeat(5_000)}b`)));
    await two.take('entries');
    expect(zalgo.kind === 'message' && [...zalgo.text].length).toBeLessThan(12);
    for (const [given, shown] of [
      ['<script>alert(1)</script>', '<script>alert(1)</script>'],
      ['\u202Eevil\u0000', 'evil'],
    ] as const) {
      await one.request(say(given));
      expect(await two.take('entries')).toMatchObject({ entries: [{ text: shown }] });
    }
  });
});

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, at) => first + at);
}

test('pages go both ways through a long conversation', async () => {
  const wire = await Wire.signIn(server.port, anna);
  const where = { conversation: 'everyone' };
  await Promise.all(Array.from({ length: 130 }, (_, n) => wire.request({ ...say(`${n}`), in: where })));
  const page = async (query: object): Promise<number[]> => {
    const { ok } = await wire.request({ type: 'entries', in: where, ...query });
    expect(ok?.['last']).toBe(130);
    return ((ok?.['entries'] ?? []) as Entry[]).map(({ position }) => position);
  };
  expect(await page({})).toEqual(range(81, 130));
  expect(await page({ before: 81, limit: 100 })).toEqual(range(1, 80));
  expect(await page({ after: 120, limit: 100 })).toEqual(range(121, 130));
  expect(await page({ around: 100, limit: 5 })).toEqual(range(98, 102));
  expect(await page({ around: 1, limit: 4 })).toEqual(range(1, 2));
  expect(await page({ before: 1 })).toEqual([]);
  expect(await page({ after: 130 })).toEqual([]);
});
