/** Voicemail over a real server with a media worker: callers with real media who are no browsers. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OffhookApi } from '@offhook/api';
import type { ConversationView, VoicemailEntry } from '@offhook/core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { readOggOpus } from '../../packages/media/src/ivr/ogg.ts';
import { newApiKey } from '../../packages/server/src/ports/api-keys.ts';
import type { RunningServer } from '../../packages/server/src/server.ts';
import { freePort } from '../browser/harness/ports.ts';
import { Caller, voices } from '../support/caller.ts';
import { readAnswer, speaking } from '../support/media-descriptions.ts';
import { hears, readPrompts } from '../support/spoken.ts';
import { tone } from '../support/tone-file.ts';
import { claim, entryId, startServer, Wire } from '../support/wire.ts';
import type { Identity, Message, SignedIn } from '../support/wire.ts';

const within = { timeout: 20_000 };
const key = newApiKey('V'.repeat(43), (value) => createHash('sha256').update(value).digest('base64url'));
const media = { audio: true, video: false };

let folder: string;
let server: RunningServer;
let api: OffhookApi;
let people = 0;
let anna: SignedIn;
let bo: Identity;
let calling: (() => void)[] = [];

beforeAll(async () => {
  await readPrompts();
  folder = mkdtempSync(join(tmpdir(), 'offhook-voicemail-'));
  const mediaPort = await freePort();
  server = await startServer({ dataDir: folder, mediaPort, mediaWorkers: 1, voicemail: true, apiKeys: [key.setting] });
  api = new OffhookApi({ url: `http://127.0.0.1:${server.port}`, key: key.key });
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  people += 1;
  anna = await Wire.follow(server.port, await claim(server.port, `Anna ${people}`));
  bo = await claim(server.port, `Bo ${people}`);
});
afterEach(() => {
  for (const end of calling) end();
  calling = [];
});

interface Calling {
  readonly caller: Caller;
  /** In which the voicemail is. */
  readonly call: string;
}

/** Anna calls somebody, and has the voicemail. */
async function reach(to: string, codec = 'opus'): Promise<Calling> {
  const caller = new Caller(await freePort(), await voices[codec]!());
  const offer = { type: 'offer', sdp: speaking(codec, caller.transport.local) };
  expect(await anna.request({ type: 'invite', call: entryId(), to, media, offer })).toHaveProperty('ok');
  const forwarded = await anna.take('forwarded');
  const { view } = forwarded as unknown as { view: { call: string; peer: unknown } };
  expect(view.peer).toEqual({ address: 'voicemail', name: 'Voicemail' });
  const accepted = await anna.take('accepted', 20_000);
  caller.transport.connect(readAnswer((accepted['answer'] as { sdp: string }).sdp));
  const talking = setInterval(() => caller.speak(), 20);
  calling.push(() => {
    clearInterval(talking);
    caller.transport.close();
  });
  return { caller, call: view.call };
}

/** Has heard the tone: after the greeting, or by `#` in the place of the rest of it. */
async function untilTone({ caller }: Calling, how: 'greeted' | 'by #' = 'by #'): Promise<void> {
  if (how === 'by #') {
    await expect.poll(() => caller.heard.length, within).toBeGreaterThan(25);
    caller.press(11);
  }
  await expect.poll(() => caller.hasHeard(1_000), within).toBe(true);
  expect(hears(caller.all, 'voicemail-greeting')).toBe(how === 'greeted');
  await expect.poll(() => caller.last(1_000), within).toBeLessThan(0.005);
}

const isVoicemail = ({ type, entries }: Message): boolean =>
  type === 'entries' && (entries as { kind: string }[]).some(({ kind }) => kind === 'voicemail');

async function entryFor(wire: Wire): Promise<VoicemailEntry> {
  const { entries } = await wire.take(isVoicemail, 20_000);
  return (entries as VoicemailEntry[]).find(({ kind }) => kind === 'voicemail')!;
}

async function fileOf(wire: Wire, entry: VoicemailEntry): Promise<Uint8Array> {
  const { ok } = await wire.request({ type: 'file', file: entry.file?.file });
  const response = await fetch(`http://127.0.0.1:${server.port}/${String(ok?.['url'])}`);
  expect(response.headers.get('content-type')).toBe('audio/ogg');
  return new Uint8Array(await response.arrayBuffer());
}

const seconds = (count: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, count * 1_000));

test.each(['opus', 'PCMU'])(
  'somebody who is not there has a message, that was said in %s',
  async (codec) => {
    const leaving = await reach(bo.user.address, codec);
    await untilTone(leaving, 'greeted');
    leaving.caller.heard.length = 0;
    leaving.caller.hertz = 700;
    await seconds(2.5);
    leaving.caller.press(11);
    // It was kept.
    expect(await anna.take('ended', 20_000)).toMatchObject({ call: leaving.call, cause: 'hangup' });
    expect(hears(leaving.caller.all, 'voicemail-thanks')).toBe(true);
    const entry = await entryFor(anna);
    expect(entry).toMatchObject({
      from: anna.welcome.user,
      to: bo.user,
      call: leaving.call,
      heard: false,
      file: { type: 'audio/ogg' },
    });
    expect(entry.durationMs).toBeGreaterThan(1_800);
    expect(readOggOpus(await fileOf(anna, entry))?.durationMs).toBeCloseTo(entry.durationMs, -1);

    // Bo sees the missed call and the message, both to be read.
    const there = await Wire.follow(server.port, bo);
    const { ok } = await there.request({ type: 'conversation', in: { user: anna.welcome.user.address } });
    expect(ok?.['conversation'] as ConversationView).toMatchObject({ unread: 2, entry: { kind: 'voicemail', id: entry.id } });
    const history = await there.request({ type: 'history' });
    expect(history.ok?.['entries']).toMatchObject([
      { role: 'callee', missed: true, cause: 'voicemail', peer: anna.welcome.user },
    ]);
  },
  60_000,
);

test('is listed, marked, fetched and deleted by programs', async () => {
  const leaving = await reach(bo.user.address);
  await untilTone(leaving);
  leaving.caller.hertz = 700;
  await seconds(2);
  // Whoever hangs up has said it all the same.
  await anna.request({ type: 'hangup', call: leaving.call });
  const { id, file } = await entryFor(anna);
  const box = api.voicemail;
  const { address } = bo.user;
  expect(await box.list(address)).toMatchObject({
    voicemails: [{ voicemail: id, from: anna.welcome.user, heard: false }],
    count: { new: 1, old: 0 },
  });
  expect((await box.audio(address, id)).byteLength).toBe(file?.bytes);
  expect(await box.mark(address, id)).toMatchObject({ heard: true });
  expect(await entryFor(anna)).toMatchObject({ id, heard: true });
  expect((await box.list(address)).count).toEqual({ new: 0, old: 1 });
  await expect(box.get(anna.welcome.user.address, id)).rejects.toMatchObject({ code: 'voicemail_not_found' });
  await box.delete(address, id);
  expect(await entryFor(anna)).not.toHaveProperty('file');
  await expect(box.mark(address, id)).rejects.toMatchObject({ code: 'voicemail_not_found' });
  expect((await box.list(address)).voicemails).toEqual([]);
}, 60_000);

/** What callers are to hear is one tone. */
const greeting = (hertz: number, seconds: number): Uint8Array<ArrayBuffer> =>
  tone(hertz, seconds, { rate: 16_000, channels: 1 });

test('greets in the words of whom somebody calls, and no longer once those are gone', async () => {
  const { address } = bo.user;
  const box = api.voicemail;
  const there = await Wire.follow(server.port, bo);
  await there.request({ type: 'settings', change: { voicemail: { on: true, always: true } } });
  await expect(box.greeting(address)).rejects.toMatchObject({ code: 'greeting_not_found' });
  await expect(box.setGreeting(address, new Blob(['no sound at all']))).rejects.toMatchObject({ code: 'greeting_refused' });
  await expect(box.setGreeting(address, greeting(900, 61))).rejects.toMatchObject({ code: 'greeting_too_long' });
  await expect(box.setGreeting(address, new Uint8Array(13_000_000))).rejects.toMatchObject({ code: 'too_large' });
  await expect(box.setGreeting('nobody', greeting(900, 1))).rejects.toMatchObject({ code: 'user_not_found' });
  await expect(box.greeting(address)).rejects.toMatchObject({ code: 'greeting_not_found' });

  const made = await box.setGreeting(address, greeting(900, 2));
  expect(made).toMatchObject({ file: { type: 'audio/ogg' } });
  expect(made.durationMs).toBeCloseTo(2_000, -2);
  expect(readOggOpus(new Uint8Array(await box.greeting(address)))?.durationMs).toBeCloseTo(2_000, -2);
  expect((await there.request({ type: 'voicemails' })).ok).toMatchObject({ greeting: made });
  // Its owner listens to it, and nobody else.
  expect(await there.request({ type: 'file', file: made.file.file })).toHaveProperty('ok');
  expect(await anna.request({ type: 'file', file: made.file.file })).toHaveProperty('error.code', 'file_not_found');
  const first = await reach(address);
  await expect.poll(() => first.caller.hasHeard(1_000), within).toBe(true);
  expect(first.caller.hasHeard(900)).toBe(true);
  expect(hears(first.caller.all, 'voicemail-greeting')).toBe(false);
  await anna.request({ type: 'hangup', call: first.call });

  // Another one takes its place, which the page has sent as a file.
  const sent = await upload(bo, greeting(620, 1));
  const { ok } = await there.request({ type: 'greeting', file: sent });
  expect(ok).toMatchObject({ greeting: { file: { name: 'greeting.ogg' } } });
  for (const file of [sent, made.file.file])
    expect(await there.request({ type: 'greeting', file })).toHaveProperty('error.code', 'file_not_found');
  const second = await reach(address);
  await expect.poll(() => second.caller.hasHeard(1_000), within).toBe(true);
  expect([620, 900].map((hertz) => second.caller.hasHeard(hertz))).toEqual([true, false]);
  await anna.request({ type: 'hangup', call: second.call });

  expect(await there.request({ type: 'greeting', file: null })).toHaveProperty('ok', {});
  await box.deleteGreeting(address);
  await expect(box.greeting(address)).rejects.toMatchObject({ code: 'greeting_not_found' });
  expect((await there.request({ type: 'voicemails' })).ok).not.toHaveProperty('greeting');
}, 60_000);

/** A file of one piece, as pages send it. */
async function upload(who: Identity, bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const query = new URLSearchParams({ upload: entryId(), name: 'greeting.wav', bytes: `${bytes.length}`, at: '0' });
  const response = await fetch(`http://127.0.0.1:${server.port}/v1/files?${query.toString()}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${who.token}`, 'content-type': 'application/octet-stream' },
    body: bytes,
  });
  const { file } = (await response.json()) as { file: { file: string } };
  return file.file;
}

test('is where a number may lead', async () => {
  const lead = { to: 'voicemail', user: bo.user.address } as const;
  expect(await api.trunks.setNumber('+4989900', { lead })).toMatchObject({ lead });
  const nobody = api.trunks.setNumber('+4989900', { lead: { to: 'voicemail', user: 'nobody' } });
  await expect(nobody).rejects.toMatchObject({ code: 'user_not_found' });
});

test('is no message where nothing was said, or the caller was gone before the tone', async () => {
  const leaving = await reach(bo.user.address);
  await untilTone(leaving);
  await seconds(1);
  await anna.request({ type: 'hangup', call: leaving.call });
  const gone = await reach(bo.user.address);
  await anna.request({ type: 'hangup', call: gone.call });
  const there = await Wire.follow(server.port, bo);
  await expect.poll(async () => (await there.request({ type: 'voicemails' })).ok?.['voicemails'], within).toEqual([]);
  const { ok } = await there.request({ type: 'conversation', in: { user: anna.welcome.user.address } });
  expect(ok?.['conversation']).toMatchObject({ unread: 2, entry: { kind: 'call', cause: 'voicemail', missed: true } });
}, 60_000);

test('outlives the worker that has recorded it', async () => {
  const leaving = await reach(bo.user.address);
  await untilTone(leaving);
  leaving.caller.hertz = 700;
  await seconds(3);
  const workers = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(process.pid)], { encoding: 'utf8' });
  const [pid] = /^\s*\d+(?= .*media\/src\/worker)/m.exec(workers) ?? [];
  process.kill(Number(pid), 'SIGKILL');
  const entry = await entryFor(anna);
  expect(entry.durationMs).toBeGreaterThan(1_000);
  expect(await anna.take('ended', 20_000)).toMatchObject({ call: leaving.call });
}, 60_000);
