/** The SDK's conversations against the real server: what one page says is what the other shows, over losses and restarts. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '@offhook/client';
import type { Phone } from '@offhook/client';
import { conversationsOf } from '@offhook/client/conversations';
import type { Conversation } from '@offhook/client/conversations';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { RunningServer } from '../../packages/server/src/server.ts';
import { NodePage } from '../support/page.ts';
import { claim, startServer } from '../support/wire.ts';
import type { Identity } from '../support/wire.ts';

const folder = mkdtempSync(join(tmpdir(), 'offhook-sdk-'));
let server: RunningServer;
let port: number;
let anna: Identity;
let bo: Identity;
const phones: Phone[] = [];

beforeAll(async () => {
  server = await startServer({ dataDir: folder });
  ({ port } = server);
  [anna, bo] = await Promise.all([claim(port, 'Anna'), claim(port, 'Bo')]);
});
afterEach(async () => {
  for (const phone of phones.splice(0)) await phone.close();
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

async function open({ token }: Identity, page = new NodePage()): Promise<Phone> {
  const phone = await connect({ url: `http://127.0.0.1:${port}`, token }, page.platform);
  phones.push(phone);
  return phone;
}

const texts = (talk: Conversation): string[] =>
  talk.entries.flatMap((entry) => (entry.kind === 'message' || entry.kind === 'outgoing' ? entry.text : []));

test('two pages write, read, react, and see the same', async () => {
  const [mine, theirs] = [conversationsOf(await open(anna)), conversationsOf(await open(bo))];
  await Promise.all([mine.load(), theirs.load()]);
  const talk = await mine.open('bo');
  await talk.load();
  const entry = await talk.say('Have you seen the plan?').sent;
  await vi.waitFor(() => expect(theirs.unread).toBe(1), { timeout: 20_000 });
  const other = await theirs.open('anna');
  await other.load();
  expect(texts(other)).toEqual(['Have you seen the plan?']);
  other.markRead();
  await vi.waitFor(() => expect(talk.theirs).toBe(entry.position), { timeout: 20_000 });
  await other.react(entry.position, '👍');
  await vi.waitFor(() => expect(talk.last).toMatchObject({ reactions: [{ value: '👍', by: ['bo'] }] }), { timeout: 20_000 });
  await talk.edit(entry.position, 'Have you seen my plan?');
  await vi.waitFor(() => expect(texts(other)).toEqual(['Have you seen my plan?']), { timeout: 20_000 });
  expect((await theirs.search('plan')).entries).toMatchObject([{ position: entry.position }]);
  await expect(other.edit(entry.position, 'x')).rejects.toMatchObject({
    code: 'not_yours',
    message: 'Only those who wrote a message can change or delete it.',
  });
  const typing = new Promise((resolve) => talk.on('typing', ({ name }) => resolve(name)));
  other.typing();
  expect(await typing).toBe('Bo');
});

test('a group is made, changed and left', async () => {
  const [mine, theirs] = [conversationsOf(await open(anna)), conversationsOf(await open(bo))];
  await theirs.load();
  const group = await mine.group('Friends', ['bo']);
  await vi.waitFor(() => expect(theirs.list.map(({ name }) => name)).toContain('Friends'), { timeout: 20_000 });
  const other = await theirs.open({ conversation: group.id });
  await group.rename('Work');
  await vi.waitFor(() => expect(other.name).toBe('Work'), { timeout: 20_000 });
  await group.remove(['bo']);
  await vi.waitFor(() => expect(other.isIn).toBe(false), { timeout: 20_000 });
  expect(theirs.list).not.toContain(other);
  await group.add(['bo']);
  await vi.waitFor(() => expect(other.isIn).toBe(true), { timeout: 20_000 });
  await group.load();
  expect(group.entries.map((entry) => (entry.kind === 'change' ? entry.change.type : entry.kind))).toEqual([
    'made',
    'renamed',
    'left',
    'joined',
  ]);
});

test('a file is sent in pieces, shown by a message, and had by the other', async () => {
  const [mine, theirs] = [conversationsOf(await open(anna)), conversationsOf(await open(bo))];
  const talk = await mine.open('bo');
  const content = new Blob([new Uint8Array(1_200_000).fill(7)]);
  const progress: number[] = [];
  const file = await mine.send(content, { name: 'numbers.bin', progress: (bytes) => progress.push(bytes) });
  expect(progress).toEqual([524_288, 1_048_576, 1_200_000]);
  await talk.say('', { files: [file] }).sent;
  await vi.waitFor(async () => expect((await theirs.open('anna')).last).toMatchObject({ files: [file] }), { timeout: 20_000 });
  const response = await fetch(await theirs.address(file));
  expect((await response.blob()).size).toBe(1_200_000);
  await expect(mine.send(new Blob(['#!/bin/sh']))).rejects.toMatchObject({ code: 'file_refused' });
  await expect(mine.send(content, { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
});

test('what is said while the server is away is stored once when it is back, in order', { timeout: 30_000 }, async () => {
  const page = new NodePage();
  const talk = await conversationsOf(await open(anna, page)).open('bo');
  const other = await conversationsOf(await open(bo)).open('anna');
  await Promise.all([talk.load(), other.load()]);
  const before = texts(talk);
  const said = ['one', 'two'].map((text) => talk.say(text));
  page.cut();
  said.push(talk.say('three'));
  await server.stop();
  said.push(talk.say('four'));
  expect(texts(talk)).toEqual([...before, 'one', 'two', 'three', 'four']);
  server = await startServer({ dataDir: folder, port });
  await Promise.all(said.map(({ sent }) => sent));
  await vi.waitFor(() => expect(texts(other)).toEqual([...before, 'one', 'two', 'three', 'four']), { timeout: 20_000 });
  expect(texts(talk)).toEqual(texts(other));
});

test('what was on its way when the page was left is said by the next page of the tab', async () => {
  const page = new NodePage();
  const phone = await open(anna, page);
  const talk = await conversationsOf(phone).open('bo');
  page.cut();
  talk.say('before the reload');
  const next = conversationsOf(await open(anna, new NodePage(page.tab)));
  const again = await next.open('bo');
  await vi.waitFor(() => expect(again.last).toMatchObject({ text: 'before the reload' }), { timeout: 20_000 });
});
