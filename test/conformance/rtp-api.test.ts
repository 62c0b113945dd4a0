/** Plain RTP by the REST API, over a real server and its media worker. */
import { createHash } from 'node:crypto';
import { ApiError, OffhookApi } from '@offhook/api';
import { RtpAnswer, RtpState, StreamList } from '@offhook/core/protocol';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { rtp } from '../../packages/media/src/rtp/packets.fixture.ts';
import { LocalBus } from '../../packages/server/src/bus/local.ts';
import { quiet } from '../../packages/server/src/engine/engine.fixture.ts';
import { SessionDesk } from '../../packages/server/src/engine/sessions.ts';
import { MediaPool } from '../../packages/server/src/media/pool.ts';
import { newApiKey } from '../../packages/server/src/ports/api-keys.ts';
import type { RunningServer } from '../../packages/server/src/server.ts';
import { MemoryStore } from '../../packages/server/src/store/memory.ts';
import { SystemClock } from '../../packages/server/src/system/clock.ts';
import { SystemHash } from '../../packages/server/src/system/hash.ts';
import { SystemRandom } from '../../packages/server/src/system/random.ts';
import { freePort, freePorts } from '../browser/harness/ports.ts';
import { RtpSocket, sectionsOf } from '../support/rtp-peers.ts';
import { claim, startServer, Wire } from '../support/wire.ts';

const key = newApiKey('P'.repeat(43), (value) => createHash('sha256').update(value).digest('base64url'));
let server: RunningServer;
let api: OffhookApi;

async function start(settings: object): Promise<{ server: RunningServer; api: OffhookApi }> {
  const started = await startServer({ apiKeys: [key.setting], mediaPort: await freePort(), mediaWorkers: 1, ...settings });
  return { server: started, api: new OffhookApi({ url: `http://127.0.0.1:${started.port}/`, key: key.key }) };
}

beforeAll(async () => {
  const { first, last } = await freePorts(20);
  ({ server, api } = await start({ rtpPorts: `${first}-${last}` }));
});
afterAll(() => server.stop());

async function refusal(asked: Promise<unknown>): Promise<unknown> {
  const error: unknown = await asked.catch((caught: unknown) => caught);
  return error instanceof ApiError ? [error.status, error.code] : error;
}

const audio = (way: string, port = 9, codec = '111 opus/48000/2'): string =>
  [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    `m=audio ${port} RTP/AVP ${codec.split(' ')[0]}`,
    `a=rtpmap:${codec}`,
    `a=${way}`,
    '',
  ].join('\r\n');

/** A participant that receives everybody. */
async function added(session: string, publish: ('audio' | 'video')[] = ['audio']): Promise<string> {
  const { participant } = await api.createParticipant({ publish });
  await api.addParticipant(session, participant.participant, { session });
  return participant.participant;
}

test.each(['constructor', '__proto__'])('nobody is found as %s', async (id) => {
  const { session } = await api.createSession();
  expect(await refusal(api.attachRtp(session, id, { offer: audio('sendonly') }))).toEqual([404, 'participant_not_found']);
  expect(await refusal(api.getRtp(session, id))).toEqual([404, 'participant_not_found']);
  expect(await refusal(api.detachRtp(session, id))).toEqual([404, 'participant_not_found']);
});

test('a program is told what has become of its participant', async () => {
  const { session } = await api.createSession();
  const one = await added(session);
  expect(await refusal(api.getRtp(session, one))).toEqual([409, 'rtp_not_attached']);
  expect(await refusal(api.detachRtp(session, one))).toEqual([409, 'rtp_not_attached']);
  // Whoever comes last has its place.
  const attach = (): Promise<unknown> => refusal(api.attachRtp(session, one, { offer: audio('sendonly') }));
  const [first, second] = await Promise.all([attach(), attach()]);
  const taken = [409, 'rtp_not_attached'];
  expect([first, second].filter((outcome) => Array.isArray(outcome))).toEqual([taken]);
  const [late] = await Promise.all([attach(), api.removeParticipant(session, one)]);
  expect([undefined, taken, [404, 'participant_not_found']]).toContainEqual(Array.isArray(late) ? late : undefined);
  expect(await attach()).toEqual([404, 'participant_not_found']);
});

async function socket(): Promise<RtpSocket> {
  const opened = await RtpSocket.open();
  onTestFinished(() => opened.close());
  return opened;
}

test('a participant publishes and receives by it as by a page, and leaves', async () => {
  const { session } = await api.createSession({ access: 'open' });
  const wire = await Wire.signIn(server.port, await claim(server.port, 'Anna of the page'));
  await wire.request({ type: 'session_join', session });
  const [one, other] = [await added(session), await added(session)];
  const [sender, ear] = [await socket(), await socket()];
  const answered = await api.attachRtp(session, one, {
    offer: audio('sendonly'),
    name: 'Announcements',
    streams: [{ mid: '0', kind: 'audio', alias: 'news' }],
  });
  expect(RtpAnswer.strict().parse(answered).streams).toEqual([{ mid: '0', kind: 'audio' }]);
  expect(await wire.take('session_participant')).toMatchObject({
    change: 'joined',
    participant: { participant: one, user: { name: 'Announcements' } },
  });
  expect(await wire.take('session_streams')).toMatchObject({ participant: one, streams: [{ mid: '0', alias: 'news' }] });
  expect(await wire.take('session_offer')).toMatchObject({ streams: [{ participant: one, mid: '0' }] });
  await api.attachRtp(session, other, { offer: audio('recvonly', ear.port) });
  const port = sectionsOf(answered.answer)[0]?.port ?? 0;
  let sequence = 0;
  await expect
    .poll(() => {
      sender.send(rtp({ ssrc: 7, payloadType: 111, sequence: sequence++, payload: Buffer.from('said') }), port);
      return ear.packets.length;
    })
    .toBeGreaterThan(3);
  const state = RtpState.strict().parse(await api.getRtp(session, other));
  expect(state).toMatchObject({
    refused: [],
    sections: [{ carries: { participant: one, mid: '0' }, sent: expect.any(Number) as number }],
  });
  expect(await api.listParticipants(session)).toContainEqual(
    expect.objectContaining({
      participant: one,
      user: { address: expect.stringMatching(/^rtp\./u) as string, name: 'Announcements' },
    }),
  );
  await api.setSubscriptions(session, other, {});
  await expect.poll(async () => (await api.getRtp(session, other)).sections[0]?.carries).toBeUndefined();
  await api.detachRtp(session, one);
  expect(await wire.take(({ type, change }) => type === 'session_participant' && change === 'left')).toMatchObject({
    participant: { participant: one },
  });
  expect(await refusal(api.getRtp(session, one))).toEqual([409, 'rtp_not_attached']);
  expect(await refusal(api.detachRtp(session, one))).toEqual([409, 'rtp_not_attached']);
  expect((await api.attachRtp(session, one, { offer: audio('sendonly') })).answer).toContain('m=audio');
});

test('what is published is listed, with what is measured of it', async () => {
  const { session } = await api.createSession();
  const one = await added(session);
  expect(await api.sessions.streams(session)).toEqual([]);
  const sender = await socket();
  const streams = [{ mid: '0', kind: 'audio' as const, alias: 'news' }];
  const { answer } = await api.attachRtp(session, one, { offer: audio('sendonly'), name: 'Announcements', streams });
  const [published, ...others] = StreamList.strict().parse({ streams: await api.sessions.streams(session) }).streams;
  expect(others).toEqual([]);
  expect(published).toMatchObject({ participant: one, mid: '0', kind: 'audio', alias: 'news', muted: false });
  expect(published?.user.name).toBe('Announcements');
  expect(published?.measured).toBeUndefined();
  const port = sectionsOf(answer)[0]?.port ?? 0;
  let sequence = 0;
  // Every fifth one is lost.
  const talk = (): void => {
    sequence += sequence % 5 === 3 ? 2 : 1;
    sender.send(rtp({ ssrc: 7, payloadType: 111, sequence, timestamp: sequence * 960, payload: Buffer.alloc(100, 1) }), port);
  };
  await expect
    .poll(
      async () => {
        for (let n = 0; n < 5; n++) talk();
        return (await api.sessions.streams(session))[0]?.measured;
      },
      { timeout: 30_000 },
    )
    .toMatchObject({ bitrate: expect.any(Number) as number, rating: expect.any(String) as string });
  const { measured } = (await api.sessions.streams(session))[0]!;
  expect(measured?.bitrate).toBeGreaterThan(0);
  expect(measured?.loss).toBeGreaterThan(0.1);
  expect(measured?.loss).toBeLessThan(0.3);
  expect(measured?.mos).toBeLessThan(4);
  expect(measured?.roundTripMs).toBeUndefined();
  await api.detachRtp(session, one);
  expect(await api.sessions.streams(session)).toEqual([]);
  await api.endSession(session);
  expect(await refusal(api.sessions.streams(session))).toEqual([404, 'session_not_found']);
});

/** How many packets the workers have dropped for this. */
async function droppedAs(why: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${server.port}/metrics`)).text();
  return Number(new RegExp(`^offhook_media_dropped_${why}_total (\\d+)$`, 'mu').exec(text)?.[1]);
}

test('what is dropped is counted', async () => {
  const reasons = ['malformed', 'strangers', 'unknown'];
  const before = await Promise.all(reasons.map(droppedAs));
  expect(before).toEqual(reasons.map(() => expect.any(Number) as number));
  const { session } = await api.createSession();
  const [sender, stranger] = [await socket(), await socket()];
  const { answer } = await api.attachRtp(session, await added(session), { offer: audio('sendonly', sender.port) });
  const port = sectionsOf(answer)[0]?.port ?? 0;
  let sequence = 0;
  await expect
    .poll(async () => {
      sender.send(rtp({ ssrc: 7, payloadType: 111, sequence: sequence++ }), port);
      // Another source while the one goes on, what is no packet, and somebody else.
      sender.send(rtp({ ssrc: 8, payloadType: 111, sequence }), port);
      sender.send(Buffer.from('hello'), port);
      stranger.send(rtp({ ssrc: 9, payloadType: 111, sequence }), port);
      const now = await Promise.all(reasons.map(droppedAs));
      return now.map((count, at) => count > before[at]!);
    })
    .toEqual(reasons.map(() => true));
});

test('what is refused changes nothing', async () => {
  const { session } = await api.createSession();
  const [silent, one] = [await added(session, ['video']), await added(session)];
  const { participant } = await api.createParticipant();
  const asked: [string, string, string, unknown][] = [
    [session, silent, audio('sendonly'), [403, 'publish_refused']],
    [session, one, 'hello', [422, 'description_refused']],
    [session, one, audio('sendonly', 9, '18 G729/8000'), [422, 'description_refused']],
    [session, participant.participant, audio('sendonly'), [404, 'participant_not_found']],
    ['nowhere', one, audio('sendonly'), [404, 'session_not_found']],
  ];
  for (const [where, who, offer, expected] of asked)
    expect(await refusal(api.attachRtp(where, who, { offer }))).toEqual(expected);
  expect((await api.listParticipants(session)).filter(({ user }) => user !== undefined)).toEqual([]);
  const wrong = { offer: audio('sendonly'), port: 5 } as { offer: string };
  expect(await refusal(api.attachRtp(session, one, wrong))).toEqual([400, 'bad_message']);
});

test('a page cannot make a server send by it', async () => {
  const { session } = await api.createSession({ access: 'open' });
  const wire = await Wire.signIn(server.port, await claim(server.port, 'Mallory of the page'));
  await wire.request({ type: 'session_join', session });
  const streams = [{ mid: '0', kind: 'audio' }];
  expect(await wire.request({ type: 'session_publish', session, offer: audio('sendrecv', 5_000), streams })).toMatchObject({
    error: { code: 'description_refused' },
  });
});

test('attached again it begins anew, and what is not subscribed to for want of a codec is told', async () => {
  const { session } = await api.createSession();
  const [one, other] = [await added(session), await added(session)];
  await api.attachRtp(session, one, { offer: audio('sendonly') });
  await api.attachRtp(session, other, { offer: audio('recvonly', 9, '0 PCMU/8000') });
  await expect
    .poll(async () => (await api.getRtp(session, other)).refused)
    .toEqual([{ participant: one, mid: '0', reason: 'no_shared_codec' }]);
  await api.attachRtp(session, other, { offer: audio('recvonly') });
  expect(await api.getRtp(session, other)).toMatchObject({ refused: [], sections: [{ carries: { participant: one } }] });
});

const newId = (): string => new SystemRandom().token(128);
const attach = (desk: SessionDesk): Promise<RtpAnswer> => desk.rtp.attach('standup', 'one', { offer: audio('sendonly') });
const isHere = (desk: SessionDesk): boolean => desk.session('standup')?.participants['one']?.here !== undefined;

test('whoever hears a mix hears two in one stream, in a codec of theirs, and nothing without one', async () => {
  const { session } = await api.createSession();
  const speakers = [await socket(), await socket()];
  const answers: string[] = [];
  for (const speaker of speakers)
    answers.push(
      (await api.attachRtp(session, await added(session), { offer: audio('sendonly', speaker.port, '0 PCMU/8000') })).answer,
    );
  const listener = await added(session);
  const video = audio('recvonly')
    .replaceAll('audio', 'video')
    .replaceAll('111 opus/48000/2', '96 VP8/90000')
    .replace('111', '96');
  expect(await refusal(api.attachRtp(session, listener, { offer: video, mix: true }))).toEqual([422, 'description_refused']);
  const ear = await socket();
  await api.attachRtp(session, listener, { offer: audio('recvonly', ear.port, '8 PCMA/8000'), mix: true });
  let sequence = 0;
  await expect
    .poll(() => {
      sequence += 1;
      // Silence of µ-law but for one byte.
      const payload = Buffer.alloc(160, 0xff);
      for (const [n, speaker] of speakers.entries())
        speaker.send(
          rtp({ ssrc: n + 1, payloadType: 0, sequence, timestamp: sequence * 160, payload }),
          sectionsOf(answers[n]!)[0]!.port,
        );
      return ear.packets.length;
    })
    .toBeGreaterThan(10);
  expect(new Set(ear.packets.map(({ ssrc }) => ssrc)).size).toBe(1);
  for (const { payloadType, payloadLength } of ear.packets) expect([payloadType, payloadLength]).toEqual([8, 160]);
  const times = ear.packets.map(({ timestamp }) => timestamp);
  for (const [n, time] of times.slice(1).entries()) expect(((time - times[n]!) >>> 0) % 160).toBe(0);
});

test('when the worker or the server is lost, whoever came by it has left, and may come again', async () => {
  const { first, last } = await freePorts(10);
  const rtpPorts = { first, last };
  const pool = new MediaPool({ port: await freePort(), workers: 1, log: quiet, rtpPorts });
  onTestFinished(() => pool.stop());
  const store = new MemoryStore();
  const hash = new SystemHash('the key of this installation');
  const more = { bus: new LocalBus(quiet), clock: new SystemClock(), log: quiet, hash, newId, outbox: true };
  const open = (): SessionDesk => new SessionDesk({ store, ...more, media: pool, rtp: pool });
  const desk = open();
  await desk.order('standup', { type: 'create', access: 'added', most: 5 });
  const participant = { id: 'one', publish: ['audio'] as const };
  await desk.order('standup', { type: 'add', participant, subscriptions: {} });
  expect((await attach(desk)).streams).toHaveLength(1);
  const [pid] = pool.pids;
  process.kill(pid!, 'SIGKILL');
  await expect.poll(() => isHere(desk)).toBe(false);
  expect((await attach(desk)).streams).toHaveLength(1);
  expect(isHere(desk)).toBe(true);
  await desk.close();
  const next = open();
  await next.start();
  await expect.poll(() => isHere(next)).toBe(false);
  expect((await attach(next)).streams).toHaveLength(1);
  await next.close();
});

test('sessions are spread over the workers, and those of the other one go on where one is lost', async () => {
  const { first, last } = await freePorts(10);
  const pool = new MediaPool({ port: await freePort(), workers: 2, log: quiet, rtpPorts: { first, last } });
  onTestFinished(() => pool.stop());
  const lost: string[] = [];
  pool.onEvent((event) => event.type === 'lost' && lost.push(event.session));
  const order = { offer: audio('sendonly'), allowed: ['audio'] as const, streams: [] };
  for (const session of ['one', 'two']) await pool.attach(session, 'anna', order);
  const [ofOne, ofTwo] = pool.pids;
  expect(new Set([ofOne, ofTwo]).size).toBe(2);
  process.kill(ofOne!, 'SIGKILL');
  await expect.poll(() => lost).toEqual(['one']);
  expect(pool.pids).toContain(ofTwo);
  expect((await pool.attached('two', 'anna')).sections).toHaveLength(1);
  expect((await pool.attach('one', 'anna', order)).streams).toHaveLength(1);
  expect(lost).toEqual(['one']);
});

test('a server without ports for it opens none, and one whose ports are all taken says so', async () => {
  const { server: closed, api: without } = await start({});
  onTestFinished(() => closed.stop());
  const { session } = await without.createSession();
  const { participant } = await without.createParticipant();
  await without.addParticipant(session, participant.participant);
  const attached = without.attachRtp(session, participant.participant, { offer: audio('sendonly') });
  expect(await refusal(attached)).toEqual([409, 'rtp_unavailable']);
  const { session: crowded } = await api.createSession();
  const refused: unknown[] = [];
  for (let n = 0; n < 11; n++)
    refused.push(await refusal(api.attachRtp(crowded, await added(crowded), { offer: audio('sendonly') })));
  expect(refused.filter(Array.isArray)).toContainEqual([503, 'rtp_full']);
  expect((await api.listParticipants(crowded)).filter(({ user }) => user !== undefined).length).toBeLessThanOrEqual(10);
});
