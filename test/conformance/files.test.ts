/** Files over the real server: in by pieces, out by signed addresses, never as anything that runs. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { conversationLimits } from '@offhook/core';
import type { MessageEntry } from '@offhook/core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { defaults } from '../../packages/server/src/config.ts';
import type { RunningServer } from '../../packages/server/src/server.ts';
import { Bucket } from '../support/bucket.ts';
import { claim, entryId, postFile, startServer, Wire } from '../support/wire.ts';
import type { Identity, Message, SignedIn } from '../support/wire.ts';

const folder = mkdtempSync(join(tmpdir(), 'offhook-files-'));
const png = Buffer.from('\x89PNG\r\n\x1A\nrest of a picture', 'latin1');
let server: RunningServer;
let anna: Identity;
let bo: Identity;
let eve: Identity;
let wire: SignedIn;
beforeAll(async () => {
  server = await startServer({ dataDir: folder });
  [anna, bo, eve] = await Promise.all([claim(server.port, 'Anna'), claim(server.port, 'Bo'), claim(server.port, 'Eve')]);
  wire = await Wire.signIn(server.port, anna);
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

const post = (content: string | Uint8Array, query: Readonly<Record<string, string>> = {}, who = anna) =>
  postFile(server.port, who.token, content, query);
const say = (files: readonly (string | undefined)[], by = wire): Promise<Message> =>
  by.request({ type: 'say', in: { user: by === wire ? 'bo' : 'anna' }, entry: entryId(), text: '', files });
const kept = (): number => readdirSync(join(folder, 'files')).length;

async function sent(content: string | Uint8Array, name: string): Promise<string> {
  const { body } = await post(content, { name });
  if (body.file === undefined) throw new Error(JSON.stringify(body));
  return body.file.file;
}

async function get(file: string, by = wire): Promise<Response> {
  const { ok } = await by.request({ type: 'file', file });
  return fetch(`http://127.0.0.1:${server.port}/${String(ok?.['url'])}`);
}

test('[K23] a picture is sent, shown by a message without words, and read by the other', async () => {
  const { body } = await post(png, { name: 'C:\\plans\\plan <1>.html' });
  expect(body.file).toMatchObject({ name: 'plan <1>.html', type: 'image/png', bytes: png.length });
  const file = body.file?.file ?? '';
  const { ok } = await say([file]);
  expect(ok).toMatchObject({ entry: { text: '', files: [body.file] } });
  const response = await get(file, await Wire.signIn(server.port, bo));
  expect(Buffer.from(await response.arrayBuffer())).toEqual(png);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'image/png',
    'content-disposition': "inline; filename*=UTF-8''plan%20%3C1%3E.html",
    'content-security-policy': "sandbox; default-src 'none'",
    'x-content-type-options': 'nosniff',
  });
});

test.each([
  ['<html><script>alert(1)</script>', 'page.html'],
  ['<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', 'picture.svg'],
  ['<?xml version="1.0"?><svg/>', 'picture.png'],
  ['%PDF-1.7', 'paper.pdf'],
  ['GIF', 'short.gif'],
  ['', 'empty.png'],
])('%j as %s is given to keep, never shown', async (content, name) => {
  const response = await get(await sent(content, name));
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/octet-stream');
  expect(response.headers.get('content-disposition')).toMatch(/^attachment; /);
});

describe('a part of a file', () => {
  const content = '0123456789';
  const ask = async (range: string): Promise<readonly [number, string | null, string]> => {
    const { ok } = await wire.request({ type: 'file', file: await sent(content, 'digits.txt') });
    const response = await fetch(`http://127.0.0.1:${server.port}/${String(ok?.['url'])}`, { headers: { range } });
    if (response.ok) expect(response.headers.get('content-disposition')).toMatch(/^attachment; /);
    return [response.status, response.headers.get('content-range'), response.ok ? await response.text() : ''];
  };

  test.each([
    ['bytes=2-4', 'bytes 2-4/10', '234'],
    ['bytes=0-0', 'bytes 0-0/10', '0'],
    ['bytes=7-', 'bytes 7-9/10', '789'],
    ['bytes=-4', 'bytes 6-9/10', '6789'],
  ])('is given out: %s', async (range, contentRange, part) => {
    expect(await ask(range)).toEqual([206, contentRange, part]);
  });

  test('is refused where there is none, and all is given where it is not one part', async () => {
    expect(await ask('bytes=10-')).toEqual([416, 'bytes */10', '']);
    expect(await ask('bytes=0-1,4-5')).toEqual([200, null, content]);
  });
});

test('nobody has more files than there is room for, and room is made by deleting', async () => {
  const small = await startServer({ limits: { ...defaults.limits, fileBytesPerUser: 20 } });
  const cy = await claim(small.port, 'Cy');
  const other = await Wire.signIn(small.port, cy);
  const first = await postFile(small.port, cy.token, 'x'.repeat(15));
  const room = { conversation: 'everyone' };
  const message = { type: 'say', in: room, entry: entryId(), text: '', files: [first.body.file?.file] };
  const { ok: said = {} } = await other.request(message);
  const refused = await postFile(small.port, cy.token, 'x'.repeat(6));
  expect([refused.status, refused.body.error?.code]).toEqual([413, 'files_full']);
  // Already at the first piece of a large one.
  const begun = await postFile(small.port, cy.token, 'x', { bytes: '1000' });
  expect(begun.body.error?.code).toBe('files_full');
  await other.request({ type: 'delete', in: room, position: (said['entry'] as MessageEntry).position });
  expect((await postFile(small.port, cy.token, 'x'.repeat(6))).status).toBe(200);
  await small.stop();
});

test.each(['MZ\x90\0', '\x7FELF', '#!/bin/sh\n'])('a program is refused: %j', async (content) => {
  const before = kept();
  const { status, body } = await post(Buffer.from(content, 'latin1'), { name: 'picture.png' });
  expect([status, body.error?.code, kept()]).toEqual([415, 'file_refused', before]);
});

test('pieces are taken in order, each once, also after a restart', async () => {
  const upload = 'upload-in-pieces';
  const piece = (content: string, at: number) => post(content, { upload, bytes: '9', at: String(at) });
  expect((await piece('one', 0)).body).toEqual({ at: 3 });
  expect((await piece('end', 6)).body).toEqual({ at: 3 });
  expect((await piece('one', 0)).body).toEqual({ at: 3 });
  await server.stop();
  server = await startServer({ dataDir: folder });
  wire = await Wire.signIn(server.port, anna);
  expect((await piece('one two', 0)).body).toEqual({ at: 7 });
  const [first, second] = await Promise.all([piece(' 3', 7), piece(' 3', 7)]);
  expect(first.body).toEqual(second.body);
  expect(await (await get(first.body.file?.file ?? '')).text()).toBe('one two 3');
  expect((await piece('one', 0)).body).toEqual(first.body);
});

describe('limits', () => {
  test.each([
    ['file_too_large', 413, { bytes: String(conversationLimits.fileBytes + 1) }],
    ['file_too_large', 413, { bytes: '2' }],
    ['bad_message', 400, { upload: '../../etc/passwd' }],
    ['bad_message', 400, { at: '-1' }],
    ['bad_message', 400, { name: '\u202e' }],
    ['bad_message', 400, { bytes: 'many' }],
  ])('%s for %i %j', async (code, http, query) => {
    const before = kept();
    const { status, body } = await post('content', query);
    expect([status, body.error?.code, kept()]).toEqual([http, code, before]);
  });

  test('a piece is only so large', async () => {
    const { status, body } = await post(Buffer.alloc(conversationLimits.filePieceBytes + 1));
    expect([status, body.error?.code]).toEqual([413, 'too_large']);
  });

  test('nobody sends files without a device, or more in a message than allowed', async () => {
    expect((await postFile(server.port, 'wrong', 'x')).body.error?.code).toBe('unauthorized');
    expect((await say(Array.from({ length: conversationLimits.filesPerMessage + 1 }, () => 'x'))).error?.code).toBe(
      'bad_message',
    );
  });
});

describe('[K23] a file of somebody else', () => {
  test('is neither read nor shown by others, before it is in a message and after', async () => {
    const file = await sent('secret', 'secret.txt');
    const stranger = await Wire.signIn(server.port, eve);
    const codes = async (): Promise<(string | undefined)[]> =>
      (await Promise.all([stranger.request({ type: 'file', file }), say([file], stranger)])).map(({ error }) => error?.code);
    expect(await codes()).toEqual(['file_not_found', 'file_not_found']);
    await say([file]);
    expect(await codes()).toEqual(['file_not_found', 'file_not_found']);
    const group = { type: 'group', conversation: 'group-with-eve-0', name: 'With Eve', people: ['eve'] };
    await wire.request(group);
    const elsewhere = { type: 'say', in: { conversation: group.conversation }, entry: entryId(), text: '', files: [file] };
    expect((await wire.request(elsewhere)).error?.code).toBe('file_not_found');
    const { status } = await fetch(`http://127.0.0.1:${server.port}/v1/files/${file}`);
    expect(status).toBe(404);
  });

  test('is not had by changing an address, nor by one that is over', async () => {
    const [mine, other] = [await sent('mine', 'a.txt'), await sent('other', 'b.txt')];
    const { ok } = await wire.request({ type: 'file', file: mine });
    const url = `http://127.0.0.1:${server.port}/${String(ok?.['url'])}`;
    expect((await fetch(url)).status).toBe(200);
    const until = new URL(url).searchParams.get('until') ?? '';
    for (const changed of [
      url.replace(mine, other),
      url.replace(until, String(Number(until) + 1)),
      url.replace(/key=./, (key) => (key === 'key=x' ? 'key=y' : 'key=x')),
      url.replace(mine, '..%2foffhook.db'),
      url.replace(/\?.*/, ''),
    ]) {
      expect((await fetch(changed)).status, changed).toBe(404);
    }
  });
});

test('a file is gone with its message, and a message is stored once with its files', async () => {
  const file = await sent('to be forgotten', 'a.txt');
  const before = kept();
  const message = { type: 'say', in: { user: 'bo' }, entry: entryId(), text: 'look', files: [file] };
  const entry = (await wire.request(message)).ok?.['entry'] as MessageEntry;
  expect((await wire.request(message)).ok?.['entry']).toEqual(entry);
  await wire.request({ type: 'delete', in: { user: 'bo' }, position: entry.position });
  await vi.waitFor(() => expect(kept()).toBe(before - 1), { timeout: 20_000 });
  expect((await wire.request({ type: 'file', file })).error?.code).toBe('file_not_found');
});

describe('with a bucket', () => {
  let bucket: Bucket;
  beforeAll(async () => {
    bucket = await Bucket.start();
  });
  afterAll(async () => {
    await bucket.close();
    bucket.remove();
  });
  const settings = () => {
    const { endpoint, ...rest } = bucket.options;
    return {
      s3Endpoint: endpoint,
      s3Bucket: rest.bucket,
      s3AccessKeyId: rest.accessKeyId,
      s3SecretAccessKey: rest.secretAccessKey,
    };
  };

  test('files lie there and nowhere else, come back whole and in part, and go with their message', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'offhook-files-'));
    const other = await startServer({ ...settings(), dataDir });
    const cy = await claim(other.port, 'Cy');
    const signedIn = await Wire.signIn(other.port, cy);
    const { body } = await postFile(other.port, cy.token, png, { name: 'a.png' });
    const file = body.file?.file ?? '';
    expect(Buffer.from(await (await bucket.get(`files/${file}`)).arrayBuffer())).toEqual(png);
    expect(readdirSync(join(dataDir, 'files'))).toEqual([]);
    const room = { conversation: 'everyone' };
    const { ok: said = {} } = await signedIn.request({ type: 'say', in: room, entry: entryId(), text: '', files: [file] });
    const { ok } = await signedIn.request({ type: 'file', file });
    const url = `http://127.0.0.1:${other.port}/${String(ok?.['url'])}`;
    const whole = await fetch(url);
    expect([whole.headers.get('content-type'), Buffer.from(await whole.arrayBuffer())]).toEqual(['image/png', png]);
    const part = await fetch(url, { headers: { range: 'bytes=1-3' } });
    expect([part.status, await part.text()]).toEqual([206, 'PNG']);
    await signedIn.request({ type: 'delete', in: room, position: (said['entry'] as MessageEntry).position });
    await vi.waitFor(async () => expect((await bucket.get(`files/${file}`)).status).toBe(404), { timeout: 20_000 });
    await other.stop();
    rmSync(dataDir, { recursive: true });
  });

  test('that is not to be had, the server does not start', async () => {
    await expect(startServer({ ...settings(), s3Bucket: 'nowhere' })).rejects.toThrow(
      /^The bucket nowhere at .* 404 NoSuchBucket\.$/,
    );
  });
});
