/** Calls that programs answer into sessions, over a real server with a media worker: a caller with the descriptions of a real browser. */
import { createHash } from 'node:crypto';
import { OffhookApi } from '@offhook/api';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { recording } from '../../bench/data/recorded.ts';
import { newApiKey } from '../../packages/server/src/ports/api-keys.ts';
import type { RunningServer } from '../../packages/server/src/server.ts';
import { freePort } from '../browser/harness/ports.ts';
import { answer, claim, entryId, offer, startServer, Wire } from '../support/wire.ts';
import type { SignedIn } from '../support/wire.ts';

const digest = (value: string): string => createHash('sha256').update(value).digest('base64url');
const [full, looking] = [newApiKey('A'.repeat(43), digest), newApiKey('B'.repeat(43), digest, ['calls.read'])];
const calling = newApiKey('C'.repeat(43), digest, ['calls']);
const { sdp } = { sdp: recording().audio.offer };

let server: RunningServer;
let api: OffhookApi;
beforeAll(async () => {
  const apiKeys = [full.setting, looking.setting.replace('app:', 'wallboard:'), calling.setting.replace('app:', 'caller:')];
  server = await startServer({ apiKeys, mediaPort: await freePort(), mediaWorkers: 1 });
  api = new OffhookApi({ url: `http://127.0.0.1:${server.port}`, key: full.key });
});
afterAll(() => server.stop());

let people = 0;
let anna: SignedIn;
let bo: SignedIn;
let session: string;
let participant: string;
beforeEach(async () => {
  people += 1;
  anna = await Wire.follow(server.port, await claim(server.port, `Anna ${people}`));
  bo = await Wire.follow(server.port, await claim(server.port, `Bo ${people}`));
  ({ session } = await api.createSession());
  participant = await add(session);
});

async function add(to: string, publish: readonly ('audio' | 'video')[] = ['audio']): Promise<string> {
  const made = await api.createParticipant({ publish: [...publish] });
  await api.addParticipant(to, made.participant.participant, { session: to });
  return made.participant.participant;
}

const address = (wire: SignedIn): string => wire.welcome.user.address;

async function ring(description = sdp): Promise<string> {
  const call = entryId();
  const media = { audio: true, video: false };
  const invite = { type: 'invite', call, to: address(bo), media, offer: { type: 'offer', sdp: description } };
  expect(await anna.request(invite)).toHaveProperty('ok');
  await bo.take('incoming');
  return call;
}

const isThere = async (): Promise<boolean> =>
  (await api.listParticipants(session)).some(
    ({ participant: id, user }) => id === participant && user?.address === address(anna),
  );

describe('a call that a program answers', () => {
  test('is active, rings nowhere, and its caller is in the session until it is over', async () => {
    const call = await ring();
    expect(await api.answerCall(call, { session, participant })).toMatchObject({ call, state: 'active' });
    const accepted = await anna.take('accepted');
    expect(JSON.stringify(accepted['answer'])).toMatch(/a=sendrecv.*a=ssrc:\d+ cname/);
    expect(await bo.take('ended')).toMatchObject({ call, cause: 'answered_elsewhere', elsewhere: 'A program' });
    expect(await isThere()).toBe(true);
    await anna.request({ type: 'hangup', call });
    await expect.poll(isThere).toBe(false);
    expect(await api.getCall(call)).toMatchObject({ cause: 'hangup', answeredOn: 'A program' });
  });

  test('answers the offers that follow', async () => {
    const call = await ring();
    await api.answerCall(call, { session, participant });
    await anna.take('accepted');
    const description = { type: 'offer', sdp: sdp.replaceAll(/a=ice-ufrag:.+/g, 'a=ice-ufrag:another'), n: 3 };
    expect(await anna.request({ type: 'describe', call, epoch: 1, description })).toHaveProperty('ok');
    expect(await anna.take('described')).toMatchObject({ call, epoch: 1, description: { type: 'answer', n: 3 } });
    expect(await anna.request({ type: 'describe', call, epoch: 2, description: { type: 'offer', sdp } })).toHaveProperty('ok');
    expect(await anna.take('described')).toMatchObject({ call, epoch: 2, description: { type: 'answer' } });
    expect(await isThere()).toBe(true);
  });

  test('is answered once, whoever asks at the same moment; asked again it is as it was', async () => {
    const call = await ring();
    const other = await add(session);
    const asked = await Promise.allSettled(
      [participant, other].map((as) => api.answerCall(call, { session, participant: as })),
    );
    expect(asked.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const won = asked[0]?.status === 'fulfilled' ? participant : other;
    expect(await api.answerCall(call, { session, participant: won })).toMatchObject({ state: 'active' });
    await anna.request({ type: 'hangup', call });
    const there = async (): Promise<unknown[]> =>
      (await api.listParticipants(session)).filter(({ user }) => user !== undefined);
    await expect.poll(there).toEqual([]);
  });

  test('answers the offer that has replaced the first one meanwhile', async () => {
    const call = await ring();
    const answering = api.answerCall(call, { session, participant });
    await anna.request({ type: 'reoffer', call, epoch: 2, offer: { type: 'offer', sdp } });
    await answering;
    await expect.poll(async () => (await api.getCall(call)).state).toBe('active');
  });

  test('shows its caller as muted also after another offer', async () => {
    const call = await ring();
    await api.answerCall(call, { session, participant });
    await anna.request({ type: 'update', call, side: { n: 1, held: false, muted: true, camera: false } });
    const watcher = await Wire.follow(server.port, await claim(server.port, `Watcher ${people}`));
    const { participant: guest, token } = await api.createParticipant();
    await api.addParticipant(session, guest.participant, { session });
    const another = sdp.replaceAll('a=mid:0', 'a=mid:other').replaceAll('a=group:BUNDLE 0', 'a=group:BUNDLE other');
    await anna.request({ type: 'describe', call, epoch: 2, description: { type: 'offer', sdp: another } });
    await anna.take('described');
    const joined = await watcher.request({ type: 'session_join', session, token });
    expect(JSON.stringify(joined.ok)).toContain('"mid":"other","kind":"audio","muted":true');
  });

  test('ends where a later offer cannot be taken', async () => {
    const call = await ring();
    await api.answerCall(call, { session, participant });
    await anna.request({ type: 'describe', call, epoch: 2, description: offer });
    expect(await anna.take('ended')).toMatchObject({ call, cause: 'hangup' });
    await expect.poll(isThere).toBe(false);
  });

  test.each([
    ['is removed', () => api.removeParticipant(session, participant)],
    ['has no session any more', () => api.endSession(session)],
  ])('ends when its caller %s', async (_how, act) => {
    const call = await ring();
    await api.answerCall(call, { session, participant });
    await act();
    expect(await anna.take('ended')).toMatchObject({ call, cause: 'hangup' });
  });

  test('and is led on, ends', async () => {
    const call = await ring();
    await api.answerCall(call, { session, participant });
    const carla = await Wire.follow(server.port, await claim(server.port, `Carla ${people}`));
    await anna.request({ type: 'transfer', call, to: { user: address(carla) }, into: entryId() });
    await expect.poll(isThere).toBe(false);
    await expect.poll(() => api.listLiveCalls({ user: address(bo) })).toEqual([]);
  });
});

const refused = async (call: string, code: string, as: object = {}): Promise<void> => {
  await expect(api.answerCall(call, { session, participant, ...as })).rejects.toMatchObject({ code });
  expect(await isThere()).toBe(false);
};

describe('what cannot be answered is refused, and rings on', () => {
  test('without a session, or as nobody who is in it and may speak', async () => {
    const call = await ring();
    await refused(call, 'session_not_found', { session: 'no-such-session' });
    await refused(call, 'participant_not_found', { participant: 'nobody' });
    await refused(call, 'publish_refused', { participant: await add(session, ['video']) });
    await refused(call, 'bad_message', { more: 1 });
    expect(await bo.request({ type: 'accept', call, epoch: 1, answer })).toHaveProperty('ok');
    await refused(call, 'wrong_state');
  });

  test('with an offer that is none, or has nothing in which a mix could be heard', async () => {
    const call = await ring('x');
    await refused(call, 'description_refused');
    expect(await bo.request({ type: 'accept', call, epoch: 1, answer })).toHaveProperty('ok');
    await refused(await ring(sdp.replace('m=audio 9', 'm=audio 0')), 'description_refused');
  });

  test('where it is over, or there is none', async () => {
    const call = await ring();
    await anna.request({ type: 'hangup', call });
    await refused(call, 'call_ended');
    await refused('no-such-call-0123', 'call_not_found');
  });

  test('to a key that may not bring anybody into a session', async () => {
    const caller = new OffhookApi({ url: `http://127.0.0.1:${server.port}`, key: calling.key });
    await expect(caller.answerCall(await ring(), { session, participant })).rejects.toMatchObject({ code: 'forbidden' });
  });

  test('to a key that may only look', async () => {
    const wallboard = new OffhookApi({ url: `http://127.0.0.1:${server.port}`, key: looking.key });
    await expect(wallboard.answerCall(await ring(), { session, participant })).rejects.toMatchObject({ code: 'forbidden' });
  });

  test('where there is no media worker', async () => {
    const other = await startServer({ apiKeys: [full.setting], mediaWorkers: 0 });
    const there = new OffhookApi({ url: `http://127.0.0.1:${other.port}`, key: full.key });
    await expect(there.answerCall('call-of-nobody-01', { session, participant })).rejects.toMatchObject({
      code: 'media_unavailable',
    });
    await other.stop();
  });
});
