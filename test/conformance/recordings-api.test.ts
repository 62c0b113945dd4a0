/** Recordings by the REST API, over a real server and a real media worker. What is in the files: test/browser/recording.test.ts. */
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiError, OffhookApi } from '@offhook/api';
import type { EventBody } from '@offhook/core';
import { Recording } from '@offhook/core/protocol';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { readOggOpus } from '../../packages/media/src/ivr/ogg.ts';
import { defaults } from '../../packages/server/src/config.ts';
import { newApiKey } from '../../packages/server/src/ports/api-keys.ts';
import type { RunningServer } from '../../packages/server/src/server.ts';
import { freePort } from '../browser/harness/ports.ts';
import { claim, startServer, Wire } from '../support/wire.ts';

const digest = (value: string): string => createHash('sha256').update(value).digest('base64url');
const [full, reading] = [newApiKey('A'.repeat(43), digest), newApiKey('B'.repeat(43), digest, ['sessions.read'])];
const apiKeys = [full.setting, reading.setting.replace('app:', 'reader:')];

let folder: string;
let server: RunningServer;
let api: OffhookApi;
const at = (key: string, { port } = server): OffhookApi =>
  new OffhookApi({ url: `http://127.0.0.1:${port}`, key, timeout: 30_000 });
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'offhook-recordings-'));
  server = await startServer({ apiKeys, dataDir: folder, mediaPort: await freePort(), mediaWorkers: 1 });
  api = at(full.key);
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

async function refusal(asked: Promise<unknown>): Promise<unknown> {
  const error: unknown = await asked.then(
    (ok) => ok,
    (caught: unknown) => caught,
  );
  return error instanceof ApiError ? [error.status, error.code] : error;
}

/** Everything there was, as it is told. */
async function happened(): Promise<EventBody[]> {
  return (await server.store.events(0, 10_000)).map(({ body }) => JSON.parse(body) as EventBody);
}

/** The file of what everybody says, once something is in it. */
async function grown(recording: string): Promise<{ readonly name: string; readonly bytes: number }> {
  return expect
    .poll(async () => (await api.getRecording(recording)).files[0], { timeout: 30_000 })
    .toSatisfy((file: { readonly bytes: number } | undefined) => (file?.bytes ?? 0) > 200)
    .then(async () => (await api.getRecording(recording)).files[0]!);
}

test('a recording begins, is paused, goes on, ends, and is there after its session until it is deleted', async () => {
  const { session } = await api.createSession({ access: 'open' });
  const anna = await Wire.signIn(server.port, await claim(server.port, 'Anna'));
  await anna.request({ type: 'session_join', session });
  const begun = await api.startRecording(session, { streams: false });
  expect(Recording.strict().parse(begun)).toMatchObject({ session, state: 'recording', mix: 'together', streams: false });
  const { recording } = begun;
  expect(await anna.take('session_recording')).toMatchObject({ recording: { recording, state: 'recording' } });
  expect(await refusal(api.startRecording(session))).toEqual([409, 'recording_exists']);
  const announced = (await happened()).find(({ type }) => type === 'session.recording');
  expect(announced?.data).toEqual({ session, recording });
  const { name } = await grown(recording);
  expect((await api.changeRecording(recording, 'paused')).state).toBe('paused');
  expect(await anna.take('session_recording')).toMatchObject({ recording: { state: 'paused' } });
  expect((await api.changeRecording(recording, 'recording')).state).toBe('recording');
  await anna.take('session_recording');
  const ended = await api.changeRecording(recording, 'ended');
  expect(ended).toMatchObject({ state: 'ended', cause: 'stopped', endedAt: expect.any(Number) as number });
  expect(await anna.take('session_recording')).toMatchObject({ cause: 'stopped' });
  expect(await api.changeRecording(recording, 'ended')).toEqual(ended);
  const { type, at } = ended.files[0]!;
  const told = (await happened()).flatMap(({ type, data }) => (/recording/.test(type) ? [[type, data]] : []));
  expect(told).toEqual([
    ['session.recording', { session, recording }],
    ['recording.paused', { session, recording }],
    ['recording.resumed', { session, recording }],
    ['recording.ended', { session, recording, cause: 'stopped' }],
    ['recording.completed', { session, recording, cause: 'stopped', files: [{ name, type, part: 0, at }] }],
  ]);
  expect(await refusal(api.changeRecording(recording, 'paused'))).toEqual([409, 'not_recording']);
  await api.endSession(session);
  expect(await api.listRecordings(session)).toEqual([ended]);
  const { bytes } = ended.files[0]!;
  const whole = await api.downloadRecording(recording, name);
  expect([whole.status, whole.headers.get('content-type')]).toEqual([200, 'audio/ogg; codecs=opus']);
  const content = Buffer.from(await whole.arrayBuffer());
  expect([content.length, content.toString('latin1', 0, 4)]).toEqual([bytes, 'OggS']);
  const rest = await api.downloadRecording(recording, name, { from: 100 });
  expect([rest.status, rest.headers.get('content-range')]).toEqual([206, `bytes 100-${bytes - 1}/${bytes}`]);
  expect(Buffer.from(await rest.arrayBuffer()).equals(content.subarray(100))).toBe(true);
  const nothing = await fetch(`http://127.0.0.1:${server.port}/v1/recordings/${recording}/files/${name}`, {
    headers: { authorization: `Bearer ${full.key}`, range: `bytes=${bytes}-` },
  });
  expect([nothing.status, nothing.headers.get('content-range')]).toEqual([416, `bytes */${bytes}`]);
  expect(await refusal(api.downloadRecording(recording, '..%2Foffhook.db'))).toEqual([404, 'file_not_found']);
  expect(readdirSync(join(folder, 'recordings', recording))).toEqual([name]);
  await api.deleteRecording(recording);
  expect(existsSync(join(folder, 'recordings', recording))).toBe(false);
  expect(await refusal(api.getRecording(recording))).toEqual([404, 'recording_not_found']);
}, 60_000);

test('one is begun once by a request that is said again', async () => {
  const { session } = await api.createSession();
  const again = { idempotencyKey: session };
  const { recording } = await api.startRecording(session, { streams: false }, again);
  expect(await api.startRecording(session, { streams: false }, again)).toMatchObject({ recording, state: 'recording' });
  expect(await refusal(api.startRecording(session, {}, again))).toEqual([422, 'idempotency_mismatch']);
  await api.changeRecording(recording, 'ended');
  expect(await api.startRecording(session, { streams: false }, again)).toMatchObject({ recording, state: 'ended' });
  await api.deleteRecording(recording);
  expect(await refusal(api.startRecording(session, { streams: false }, again))).toEqual([404, 'recording_not_found']);
});

test('one whose session ends is complete a moment later, and said to be once', async () => {
  const { session } = await api.createSession({ tag: 'Lesson 5' });
  const { recording } = await api.startRecording(session, { streams: false });
  await api.endSession(session);
  const told = async (): Promise<unknown[]> =>
    (await happened()).flatMap(({ type, data }) =>
      data['session'] === session && /^(recording|session.ended)/.test(type) ? [[type, data['cause']]] : [],
    );
  await expect.poll(told).toContainEqual(['recording.completed', 'ended']);
  const { files } = await api.getRecording(recording);
  const completed = (await happened()).find(({ type, data }) => type === 'recording.completed' && data['session'] === session);
  expect(completed?.data).toMatchObject({ tag: 'Lesson 5', recording, files: files.map(({ name }) => ({ name })) });
  expect(await told()).toHaveLength(3);
});

test('one that is deleted while it records has ended', async () => {
  const { session } = await api.createSession();
  const { recording } = await api.startRecording(session);
  await api.deleteRecording(recording);
  expect(await refusal(api.deleteRecording(recording))).toEqual([404, 'recording_not_found']);
  expect(await api.listRecordings(session)).toEqual([]);
  expect((await api.startRecording(session)).recording).not.toBe(recording);
  await api.endSession(session);
});

test('one whose session ends in the same moment is ended and deleted all the same', async () => {
  const begin = async (): Promise<readonly [session: string, recording: string]> => {
    const { session } = await api.createSession();
    return [session, (await api.startRecording(session)).recording];
  };
  const [first, deleted] = await begin();
  await Promise.all([api.endSession(first), api.deleteRecording(deleted)]);
  expect(await refusal(api.getRecording(deleted))).toEqual([404, 'recording_not_found']);
  expect(existsSync(join(folder, 'recordings', deleted))).toBe(false);
  const [second, ended] = await begin();
  const [, changed] = await Promise.all([api.endSession(second), api.changeRecording(ended, 'ended')]);
  expect(changed).toMatchObject({ state: 'ended', cause: 'ended' });
  const [third, paused] = await begin();
  const both = await Promise.all([api.endSession(third), refusal(api.changeRecording(paused, 'paused'))]);
  expect(both[1]).toEqual([409, 'not_recording']);
});

test('what is said of one that has ended leaves the next one alone', async () => {
  const { session } = await api.createSession();
  const { recording: first } = await api.startRecording(session);
  await api.changeRecording(first, 'ended');
  const { recording: second } = await api.startRecording(session);
  expect((await api.changeRecording(first, 'ended')).state).toBe('ended');
  expect(await refusal(api.changeRecording(first, 'paused'))).toEqual([409, 'not_recording']);
  await api.deleteRecording(first);
  expect((await api.getRecording(second)).state).toBe('recording');
  const third = await Promise.all([api.deleteRecording(second), refusal(api.changeRecording(second, 'recording'))]);
  expect(third[1]).toEqual([409, 'not_recording']);
  await api.endSession(session);
});

test('nobody hears it with a key that only looks, or with none that is known', async () => {
  const { session } = await api.createSession();
  const { recording } = await api.startRecording(session);
  const { name } = await grown(recording);
  for (const [key, answer] of [
    [reading.key, [403, 'forbidden']],
    ['ohk_nobody', [401, 'unauthorized']],
  ] as const) {
    const other = at(key);
    const asked = [
      other.startRecording(session),
      other.listRecordings(session),
      other.recordings.list(),
      other.getRecording(recording),
      other.changeRecording(recording, 'ended'),
      other.downloadRecording(recording, name),
      other.deleteRecording(recording),
    ];
    expect(await Promise.all(asked.map(refusal))).toEqual(asked.map(() => answer));
  }
  await api.endSession(session);
});

test.each([
  ['a mix of no kind', { mix: 'loud' }],
  ['a recording of nothing', { mix: 'none', streams: false }],
  ['a field too many', { mix: 'sides', more: 1 }],
])('%s is refused', async (_, body) => {
  const { session } = await api.createSession();
  expect(await refusal(api.startRecording(session, body as object))).toEqual([400, 'bad_message']);
  expect(await refusal(api.startRecording('nowhere'))).toEqual([404, 'session_not_found']);
  await api.endSession(session);
});

test('a server without media workers records nothing, and what was recorded before is over and still there', async () => {
  const own = mkdtempSync(join(tmpdir(), 'offhook-recordings-'));
  const settings = { apiKeys, dataDir: own, mediaPort: await freePort() };
  const before = await startServer({ ...settings, mediaWorkers: 1 });
  const { session } = await at(full.key, before).createSession();
  const { recording } = await at(full.key, before).startRecording(session);
  await before.stop();
  const other = await startServer({ ...settings, mediaWorkers: 0 });
  const there = at(full.key, other);
  await expect.poll(async () => (await there.getRecording(recording)).state).toBe('ended');
  expect((await there.getRecording(recording)).files).toHaveLength(1);
  expect(await refusal(there.startRecording(session))).toEqual([503, 'recording_unavailable']);
  expect(await there.listRecordings(session)).toHaveLength(1);
  expect((await there.changeRecording(recording, 'ended')).cause).toBe('failed');
  await there.deleteRecording(recording);
  await other.stop();
  rmSync(own, { recursive: true });
}, 60_000);

test('one that is paused or ended in the moment in which it begins is so', async () => {
  // With a worker that has yet to start.
  const other = await startServer({ apiKeys, dataDir: `${folder}-cold`, mediaPort: await freePort(), mediaWorkers: 1 });
  const there = at(full.key, other);
  const begin = async (): Promise<readonly [session: string, recording: string, begun: Promise<unknown>]> => {
    const { session } = await there.createSession();
    const begun = there.startRecording(session, { streams: false });
    await expect.poll(() => there.listRecordings(session), { interval: 5 }).toHaveLength(1);
    const [one] = await there.listRecordings(session);
    return [session, one!.recording, begun];
  };
  const [, paused, pausing] = await begin();
  expect((await there.changeRecording(paused, 'paused')).state).toBe('paused');
  await pausing;
  const [, stopped, stopping] = await begin();
  expect((await there.changeRecording(stopped, 'ended')).state).toBe('ended');
  await stopping;
  const [session, cut, cutting] = await begin();
  await there.endSession(session);
  await cutting;
  for (const one of [stopped, cut]) {
    const { state, files } = await there.getRecording(one);
    expect([state, (await there.downloadRecording(one, files[0]!.name)).status]).toEqual(['ended', 200]);
  }
  await other.stop();
  rmSync(`${folder}-cold`, { recursive: true });
}, 60_000);

test('a server that keeps nothing on a disk records nothing', async () => {
  const other = await startServer({ apiKeys, mediaPort: await freePort() });
  const there = at(full.key, other);
  const { session } = await there.createSession();
  expect(await refusal(there.startRecording(session))).toEqual([503, 'recording_unavailable']);
  await other.stop();
});

test('one ends that somebody has begun and that becomes as large as one may be: everybody sees it, and what there is can be had', async () => {
  const small = await startServer({
    apiKeys,
    dataDir: mkdtempSync(join(folder, 'small-')),
    mediaPort: await freePort(),
    mediaWorkers: 1,
    limits: { ...defaults.limits, recordingBytes: 1_200 },
  });
  onTestFinished(() => small.stop());
  const [anna, bo] = [
    await Wire.signIn(small.port, await claim(small.port, 'Anna')),
    await Wire.signIn(small.port, await claim(small.port, 'Bo')),
  ];
  const program = at(full.key, small);
  const { session } = await program.createSession({ access: 'open' });
  const { participant, token } = await program.createParticipant({ record: true });
  await program.addParticipant(session, participant.participant);
  await anna.request({ type: 'session_join', session, token });
  await bo.request({ type: 'session_join', session });
  await anna.request({ type: 'session_record', session, to: 'recording' });
  for (const one of [anna, bo]) {
    const { recording } = await one.take('session_recording');
    expect(recording).toMatchObject({ state: 'recording' });
    const over = await one.take('session_recording', 30_000);
    expect([over.recording, over.cause]).toEqual([undefined, 'too_large']);
  }
  const told = async (): Promise<string[]> =>
    (await small.store.events(0, 1_000)).flatMap(({ event, body }) => (body.includes('"cause":"too_large"') ? event : []));
  await expect.poll(told).toEqual(['recording.ended', 'recording.completed']);
  const [ended] = await program.listRecordings(session);
  expect(ended).toMatchObject({ state: 'ended', cause: 'too_large', files: [{ type: 'audio/ogg; codecs=opus' }] });
  const [{ name, bytes } = { name: '', bytes: 0 }] = ended?.files ?? [];
  expect(bytes).toBeGreaterThan(1_000);
  const content = Buffer.from(await (await program.downloadRecording(ended?.recording ?? '', name)).arrayBuffer());
  // To its last byte.
  expect(readOggOpus(content)?.wholeBytes).toBe(bytes);
  // Another one may be begun.
  await anna.request({ type: 'session_record', session, to: 'recording' });
  expect((await anna.take('session_recording')).recording).toMatchObject({ state: 'recording' });
}, 60_000);
