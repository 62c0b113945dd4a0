/** Participants, recordings and live calls come in pages, as other lists do; those who want all of them get all. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OffhookApi } from '@offhook/api';
import { apiLimits } from '@offhook/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newApiKey } from '../../packages/server/src/ports/api-keys.ts';
import type { RunningServer } from '../../packages/server/src/server.ts';
import { freePort } from '../browser/harness/ports.ts';
import { audio, callId, claim, offer, startServer, Wire } from '../support/wire.ts';

const digest = (value: string): string => createHash('sha256').update(value).digest('base64url');
const { key, setting } = newApiKey('A'.repeat(43), digest);

let folder: string;
let server: RunningServer;
let api: OffhookApi;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'offhook-pages-'));
  server = await startServer({ apiKeys: [setting], dataDir: folder, mediaPort: await freePort(), mediaWorkers: 1 });
  api = new OffhookApi({ url: `http://127.0.0.1:${server.port}`, key, timeout: 30_000 });
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

/** All pages of two. */
async function paged<T>(
  ask: (page: { after?: string | undefined; limit: number }) => Promise<{ items: T[]; next?: string | undefined }>,
): Promise<T[][]> {
  const pages: T[][] = [];
  let after: string | undefined;
  do {
    const { items, next } = await ask({ after, limit: 2 });
    pages.push(items);
    after = next;
  } while (after !== undefined);
  return pages;
}

test('participants of a session', async () => {
  const { session } = await api.createSession({ maxParticipants: 100 });
  const made: string[] = [];
  for (let n = 0; n < 5; n += 1) {
    const { participant } = await api.createParticipant({ tag: `pupil ${n}` });
    made.push((await api.addParticipant(session, participant.participant)).participant);
  }
  const pages = await paged(async (page) => {
    const { participants, next } = await api.sessions.participants(session, page);
    return { items: participants.map(({ participant }) => participant), next };
  });
  expect(pages.map(({ length }) => length)).toEqual([2, 2, 1]);
  expect(pages.flat().toSorted()).toEqual(made.toSorted());

  // One who leaves between two pages keeps nobody else from being seen.
  const first = await api.sessions.participants(session, { limit: 2 });
  await api.removeParticipant(session, first.participants[1]!.participant);
  const rest = await api.sessions.participants(session, { after: first.next });
  expect([...first.participants, ...rest.participants]).toHaveLength(5);

  for (let n = 0; n < apiLimits.pageUsual; n += 1) {
    const { participant } = await api.createParticipant();
    await api.addParticipant(session, participant.participant);
  }
  expect((await api.sessions.participants(session)).participants).toHaveLength(apiLimits.pageUsual);
  expect(await api.listParticipants(session)).toHaveLength(apiLimits.pageUsual + 4);
  await expect(api.sessions.participants('nothing')).rejects.toMatchObject({ code: 'session_not_found' });
});

test('recordings of a session, the oldest first', async () => {
  const { session } = await api.createSession();
  const made: string[] = [];
  for (let n = 0; n < 3; n += 1) {
    const { recording } = await api.startRecording(session, { streams: false });
    await api.changeRecording(recording, 'ended');
    made.push(recording);
  }
  const pages = await paged(async (page) => {
    const { recordings, next } = await api.sessions.recordings(session, page);
    return { items: recordings.map(({ recording }) => recording), next };
  });
  expect(pages).toEqual([made.slice(0, 2), made.slice(2)]);
  expect((await api.listRecordings(session)).map(({ recording }) => recording)).toEqual(made);
  await expect(api.sessions.recordings(session, { after: 'nowhere' })).rejects.toMatchObject({ code: 'bad_message' });
});

test('calls that are not over, the oldest first, of all or of somebody', async () => {
  const made: string[] = [];
  for (let n = 0; n < 3; n += 1) {
    const [caller, callee] = await Promise.all([claim(server.port, `Caller ${n}`), claim(server.port, `Callee ${n}`)]);
    const wire = await Wire.signIn(server.port, caller);
    await Wire.signIn(server.port, callee);
    const call = callId();
    await wire.request({ type: 'invite', call, to: callee.user.address, media: audio, offer });
    made.push(call);
  }
  const pages = await paged(async (page) => {
    const { calls, next } = await api.calls.live(page);
    return { items: calls.map(({ call }) => call), next };
  });
  expect(pages).toEqual([made.slice(0, 2), made.slice(2)]);
  expect((await api.listLiveCalls()).map(({ call }) => call)).toEqual(made);
  const ofOne = await api.calls.live({ user: 'callee-1', limit: 1 });
  expect([ofOne.calls.map(({ call }) => call), ofOne.next]).toEqual([[made[1]], undefined]);
  await expect(api.calls.live({ limit: 0 })).rejects.toMatchObject({ code: 'bad_message' });
});
