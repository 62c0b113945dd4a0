/** The REST API for sessions, by the SDK for servers, over a real server. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash, randomBytes } from 'node:crypto';
import { ApiError, OffhookApi } from '@offhook/api';
import { Participant, Session, SessionList } from '@offhook/core/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newApiKey } from '../../packages/server/src/ports/api-keys.ts';
import type { RunningServer } from '../../packages/server/src/server.ts';
import { freePort } from '../browser/harness/ports.ts';
import { claim, startServer, Wire } from '../support/wire.ts';

const digest = (value: string): string => createHash('sha256').update(value).digest('base64url');
const [full, reading] = [newApiKey('A'.repeat(43), digest), newApiKey('B'.repeat(43), digest, ['sessions.read'])];
const apiKeys = [full.setting, reading.setting.replace('app:', 'reader:')];

let server: RunningServer;
let api: OffhookApi;
let reader: OffhookApi;
const at = (key: string, { port } = server): OffhookApi => new OffhookApi({ url: `http://127.0.0.1:${port}/`, key });
beforeAll(async () => {
  server = await startServer({ apiKeys, mediaPort: await freePort() });
  api = at(full.key);
  reader = at(reading.key);
});
afterAll(() => server.stop());

/** The code and status with which it was refused. */
async function refusal(asked: Promise<unknown>): Promise<unknown> {
  const error: unknown = await asked.then(
    (ok) => ok,
    (caught: unknown) => caught,
  );
  return error instanceof ApiError ? [error.status, error.code] : error;
}

let people = 0;
/** Somebody's page, which joins. */
async function page(name: string, session: string, token?: string): Promise<{ wire: Wire; answer: unknown }> {
  people += 1;
  const wire = await Wire.signIn(server.port, await claim(server.port, `${name} ${people}`));
  const reply = await wire.request({ type: 'session_join', session, ...(token !== undefined && { token }) });
  return { wire, answer: reply.ok ?? reply.error?.code };
}

describe('a session', () => {
  test.each(['\u0000', 'a\u202Eb', 'lone \uD800', 'zero\u200Bwidth'])('has no tag such as %j', async (tag) => {
    expect(await refusal(api.createSession({ tag }))).toEqual([400, 'bad_message']);
    expect(await refusal(api.createParticipant({ tag }))).toEqual([400, 'bad_message']);
  });

  test('is made, seen, locked, and ended for all', async () => {
    const made = await api.createSession({ tag: 'Lesson 5', access: 'open', maxParticipants: 3 });
    expect(Session.strict().parse(made)).toMatchObject({ tag: 'Lesson 5', access: 'open', locked: false, maxParticipants: 3 });
    expect(await reader.getSession(made.session)).toEqual(made);
    expect((await page('Anna', made.session)).answer).toMatchObject({ view: { session: made.session } });
    expect((await api.lockSession(made.session)).locked).toBe(true);
    expect((await page('Bo', made.session)).answer).toBe('session_locked');
    expect((await api.lockSession(made.session, false)).locked).toBe(false);
    const { wire } = await page('Cem', made.session);
    await api.endSession(made.session);
    expect(await wire.take('session_ended')).toMatchObject({ session: made.session, cause: 'ended' });
    expect(await refusal(api.getSession(made.session))).toEqual([404, 'session_not_found']);
    expect(await refusal(api.endSession(made.session))).toEqual([404, 'session_not_found']);
  });

  test('is made once by a request that is said again', async () => {
    const again = { idempotencyKey: randomBytes(8).toString('hex') };
    const made = await api.createSession({ tag: 'once' }, again);
    expect(await api.createSession({ tag: 'once' }, again)).toEqual(made);
    expect(await refusal(api.createSession({ tag: 'twice' }, again))).toEqual([422, 'idempotency_mismatch']);
    expect((await api.createSession({ tag: 'once' })).session).not.toBe(made.session);
    await api.endSession(made.session);
    expect(await refusal(api.createSession({ tag: 'once' }, again))).toEqual([404, 'session_not_found']);
  });
});

test('those that are open are listed by pages, the oldest first, until they are over', async () => {
  const made: string[] = [];
  for (let n = 0; n < 5; n++) made.push((await api.createSession({ tag: `page ${n}` })).session);
  const seen: Session[] = [];
  let after: string | undefined;
  do {
    const page = SessionList.strict().parse(await reader.sessions.list({ limit: 2, after }));
    expect(page.sessions.length).toBeLessThanOrEqual(2);
    seen.push(...page.sessions);
    after = page.next;
  } while (after !== undefined);
  expect(seen.map(({ session }) => session)).toEqual([...new Set(seen.map(({ session }) => session))]);
  expect(seen.map(({ createdAt }) => createdAt)).toEqual(seen.map(({ createdAt }) => createdAt).toSorted((a, b) => a - b));
  const listed = async (): Promise<string[]> => (await api.sessions.list()).sessions.map(({ session }) => session);
  expect(await listed()).toEqual(expect.arrayContaining(made));
  await api.endSession(made[0]!);
  expect(await listed()).not.toContain(made[0]);
  expect(await refusal(api.sessions.list({ after: '17' }))).toEqual([400, 'bad_message']);
});

describe('a participant', () => {
  test('joins with its token once it was added, and receives what it is subscribed to', async () => {
    const { session } = await api.createSession();
    const { participant, token } = await api.createParticipant({ tag: 'Anna', publish: ['audio'] });
    expect(Participant.strict().parse(participant)).toMatchObject({ tag: 'Anna', publish: ['audio'] });
    const id = participant.participant;
    expect((await page('Early', session, token)).answer).toBe('session_not_found');
    expect(await api.addParticipant(session, id)).toMatchObject({ session, subscriptions: {} });
    expect((await page('Anna', session)).answer).toBe('session_not_found');
    const { wire, answer } = await page('Anna', session, token);
    expect(answer).toMatchObject({ participant: id, view: { participants: [{ publish: ['audio'] }] } });
    expect(await reader.listParticipants(session)).toMatchObject([
      { participant: id, tag: 'Anna', session, user: { name: expect.stringMatching(/^Anna/) as string } },
    ]);
    expect(await api.setSubscriptions(session, id, { session })).toEqual({ session });
    expect(await reader.getSubscriptions(session, id)).toEqual({ session });
    const named = { participants: [{ participant: 'bo', aliases: ['screen'] }] };
    expect(await api.addParticipant(session, id, named)).toMatchObject({ subscriptions: named });
    expect(await refusal(api.setSubscriptions(session, id, { session: 'another' }))).toEqual([404, 'session_not_found']);
    await api.removeParticipant(session, id);
    expect(await wire.take('session_ended')).toMatchObject({ cause: 'removed' });
    expect(await refusal(reader.getSubscriptions(session, id))).toEqual([404, 'participant_not_found']);
    const gone = await reader.getParticipant(id);
    expect(gone).toEqual(participant);
  });

  test.each(['constructor', '__proto__', '__defineGetter__'])('that nobody has made is not found, also as %s', async (id) => {
    const { session } = await api.createSession({ access: 'open' });
    const { wire } = await page('Anna', session);
    for (const asked of [
      () => api.getParticipant(id),
      () => api.addParticipant(session, id),
      () => api.getSubscriptions(session, id),
      () => api.setSubscriptions(session, id, {}),
      () => api.removeParticipant(session, id),
      () => api.deleteParticipant(id),
    ])
      expect(await refusal(asked())).toEqual([404, 'participant_not_found']);
    expect((await api.listParticipants(session)).map(({ participant }) => participant)).not.toContain(id);
    wire.send({ type: 'session_look', session, stream: { participant: id, mid: '0' }, width: 100 });
    wire.send({ type: 'session_data', session, to: id, data: 1 });
    expect((await wire.request({ type: 'session_leave', session })).ok).toEqual({});
  });

  test('is in one session at a time', async () => {
    const [one, other] = [await api.createSession(), await api.createSession()];
    const { participant } = await api.createParticipant();
    await api.addParticipant(one.session, participant.participant);
    expect(await refusal(api.addParticipant(other.session, participant.participant))).toEqual([409, 'participant_elsewhere']);
    await api.endSession(one.session);
    expect(await api.addParticipant(other.session, participant.participant)).toMatchObject({ session: other.session });
  });

  test('that is deleted is out, and its token void', async () => {
    const { session } = await api.createSession();
    const { participant, token } = await api.createParticipant();
    await api.addParticipant(session, participant.participant);
    const { wire } = await page('Anna', session, token);
    await api.deleteParticipant(participant.participant);
    expect(await wire.take('session_ended')).toMatchObject({ cause: 'removed' });
    expect((await page('Bo', session, token)).answer).toBe('session_not_found');
    expect(await refusal(api.getParticipant(participant.participant))).toEqual([404, 'participant_not_found']);
    expect(await refusal(api.addParticipant(session, participant.participant))).toEqual([404, 'participant_not_found']);
  });

  test('is made once by a request that is said again, with the same token', async () => {
    const again = { idempotencyKey: randomBytes(8).toString('hex') };
    const made = await api.createParticipant({ publish: ['video'] }, again);
    expect(await api.createParticipant({ publish: ['video'] }, again)).toEqual(made);
    expect(await refusal(api.createParticipant({ publish: ['audio'] }, again))).toEqual([422, 'idempotency_mismatch']);
  });

  test('that was deleted does not come back by a request that is said again, whatever it asks for', async () => {
    const again = { idempotencyKey: randomBytes(8).toString('hex') };
    const { session } = await api.createSession();
    const { participant, token } = await api.createParticipant({ publish: ['video'] }, again);
    await api.deleteParticipant(participant.participant);
    expect(await refusal(api.createParticipant({ publish: ['video'] }, again))).toEqual([404, 'participant_not_found']);
    expect(await refusal(api.createParticipant({ record: true }, again))).toEqual([422, 'idempotency_mismatch']);
    expect(await refusal(api.addParticipant(session, participant.participant))).toEqual([404, 'participant_not_found']);
    expect((await page('Bo', session, token)).answer).toBe('session_not_found');
  });

  test('is made as the first of several requests says that come at once with one key', async () => {
    const again = { idempotencyKey: randomBytes(8).toString('hex') };
    const bodies = [{ tag: 'A' }, { tag: 'B', record: true }, { tag: 'A' }];
    const answers = await Promise.allSettled(bodies.map((body) => api.createParticipant(body, again)));
    const made = answers.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(made.length).toBeGreaterThan(0);
    const kept = await api.getParticipant(made[0]!.participant.participant);
    expect(made.map(({ participant }) => participant)).toEqual(made.map(() => kept));
    for (const one of answers)
      if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'idempotency_mismatch' });
  });
});

describe('a key', () => {
  test('of which nobody knows opens nothing, nor does what people sign in with', async () => {
    const anna = await claim(server.port, 'Anna with a token');
    for (const key of [`${full.key.slice(0, -1)}C`, 'x', anna.token]) {
      expect(await refusal(at(key).createSession())).toEqual([401, 'unauthorized']);
    }
  });

  test('for reading changes nothing', async () => {
    const { session } = await api.createSession();
    const { participant } = await api.createParticipant();
    const { participant: id } = participant;
    const asked = [
      reader.createSession(),
      reader.lockSession(session),
      reader.endSession(session),
      reader.createParticipant(),
      reader.addParticipant(session, id),
      reader.removeParticipant(session, id),
      reader.setSubscriptions(session, id, {}),
      reader.deleteParticipant(id),
    ];
    expect(await Promise.all(asked.map(refusal))).toEqual(asked.map(() => [403, 'forbidden']));
    expect(await reader.listParticipants(session)).toEqual([]);
  });
});

test.each([
  ['a field too many', { tag: 'x', more: 1 }],
  ['no participants', { maxParticipants: 0 }],
  ['too many participants', { maxParticipants: 101 }],
  ['an empty tag', { tag: '' }],
])('%s is told', async (_, body) => {
  expect(await refusal(api.createSession(body))).toEqual([400, 'bad_message']);
});

test('sessions and tokens outlive the server', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'offhook-sessions-'));
  const config = { apiKeys, dataDir: folder, mediaPort: await freePort() };
  const first = await startServer(config);
  const before = at(full.key, first);
  const { session } = await before.createSession({ tag: 'kept' });
  const { participant, token } = await before.createParticipant({}, { idempotencyKey: 'one' });
  await before.addParticipant(session, participant.participant, { session });
  await first.stop();
  const second = await startServer(config);
  const after = at(full.key, second);
  expect(await after.getSession(session)).toMatchObject({ tag: 'kept' });
  expect(await after.getParticipant(participant.participant)).toMatchObject({ session, subscriptions: { session } });
  expect((await after.createParticipant({}, { idempotencyKey: 'one' })).token).toBe(token);
  const wire = await Wire.signIn(second.port, await claim(second.port, 'Anna'));
  expect((await wire.request({ type: 'session_join', session, token })).ok).toMatchObject({
    participant: participant.participant,
  });
  wire.close();
  await second.stop();
  rmSync(folder, { recursive: true });
});
