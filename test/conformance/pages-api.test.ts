/** Lists that programs get come in pages; those who want all of one get all. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OffhookApi } from '@offhook/api';
import { apiLimits } from '@offhook/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newApiKey } from '../../packages/server/src/ports/api-keys.ts';
import type { RunningServer } from '../../packages/server/src/server.ts';
import { openSqliteStore } from '../../packages/server/src/store/sqlite/store.ts';
import { freePort, freePorts } from '../browser/harness/ports.ts';
import { addDevice, audio, callId, claim, offer, post, startServer, Wire } from '../support/wire.ts';
import type { Identity } from '../support/wire.ts';
import { user, voicemail } from '../contract/samples.ts';

const digest = (value: string): string => createHash('sha256').update(value).digest('base64url');
const { key, setting } = newApiKey('A'.repeat(43), digest);

let folder: string;
let server: RunningServer;
let api: OffhookApi;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'offhook-pages-'));
  // Messages that were left before it starts.
  const store = await openSqliteStore({ path: join(folder, 'offhook.db') });
  const said = ['one', 'two', 'three'].map((id) => voicemail(id, 'vera'));
  await store.commit([
    { type: 'new_user', user: user('Vera') },
    ...said.map(({ kept }) => ({ type: 'file' as const, file: heard(kept!.file) })),
    ...said.map(({ kept }) => ({ type: 'file_said' as const, file: kept!.file, conversation: 'vera' })),
    ...said.map((one) => ({ type: 'voicemail' as const, voicemail: one })),
  ]);
  await store.close();
  const { first, last } = await freePorts(20);
  server = await startServer({
    apiKeys: [setting],
    dataDir: folder,
    mediaPort: await freePort(),
    mediaWorkers: 1,
    rtpPorts: `${first}-${last}`,
    sipPort: await freePort(),
    country: 'DE',
    voicemail: true,
  });
  api = new OffhookApi({ url: `http://127.0.0.1:${server.port}`, key, timeout: 30_000 });
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

const heard = (file: string) =>
  ({ file, name: 'message.ogg', type: 'audio/ogg', bytes: 4, owner: 'vera', createdAt: 1_700_000_000_000 }) as const;

const bad = { status: 400, code: 'bad_message' };

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

test('recordings of all sessions, newest first, also of those that are over', async () => {
  const made: string[] = [];
  for (let n = 0; n < 3; n += 1) {
    const { session } = await api.createSession();
    const { recording } = await api.startRecording(session, { streams: false });
    await api.endSession(session);
    made.unshift(recording);
  }
  const pages = await paged(async ({ after, limit }) => {
    const { recordings, next } = await api.recordings.list({ before: after, limit });
    return { items: recordings.map(({ recording }) => recording), next };
  });
  const all = (await api.recordings.list()).recordings;
  expect(pages.flat()).toEqual(all.map(({ recording }) => recording));
  // Those of one millisecond are in the order of their ids.
  expect(
    all
      .slice(0, 3)
      .map(({ recording }) => recording)
      .toSorted(),
  ).toEqual(made.toSorted());
  expect(all.map(({ startedAt }) => startedAt)).toEqual(all.map(({ startedAt }) => startedAt).toSorted((a, b) => b - a));
  const { next } = await api.recordings.list({ limit: 1 });
  await api.deleteRecording(all[0]!.recording);
  expect((await api.recordings.list({ before: next })).recordings[0]).toEqual(all[1]);
  for (const wrong of [{ limit: 0 }, { before: 'nowhere' }])
    await expect(api.recordings.list(wrong)).rejects.toMatchObject(bad);
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

test('meetings, the soonest first, also where some are made and called off between two pages', async () => {
  const startsAt = Date.UTC(2900, 0, 1);
  const made: string[] = [];
  for (const hours of [2, 0, 1]) made.push((await api.createMeeting({ startsAt: startsAt + hours * 3_600_000 })).meeting);
  const [third, first, second] = made as [string, string, string];
  const pages = await paged(async (page) => {
    const { meetings, next } = await api.listMeetings(page);
    return { items: meetings.map(({ meeting }) => meeting), next };
  });
  expect(pages).toEqual([[first, second], [third]]);
  const before = await api.listMeetings({ limit: 1 });
  await api.cancelMeeting(first);
  const earlier = await api.createMeeting({ startsAt: startsAt - 3_600_000 });
  const later = await api.createMeeting({ startsAt: startsAt + 3_600_000 * 5 });
  const { meetings, next } = await api.listMeetings({ after: before.next });
  expect([meetings.map(({ meeting }) => meeting), next]).toEqual([[second, third, later.meeting], undefined]);
  expect((await api.listMeetings()).meetings[0]?.meeting).toBe(earlier.meeting);
  for (const wrong of [{ limit: 0 }, { limit: 201 }, { limit: 1.5 }, { after: 'nowhere' }])
    await expect(api.listMeetings(wrong)).rejects.toMatchObject(bad);
});

test('attendees of a meeting, in the order in which they knocked', async () => {
  const { meeting } = await api.createMeeting({ lobby: 'all' });
  const made: string[] = [];
  for (const name of ['Cleo', 'Anna', 'Bo']) {
    const guest = (await (await post(server.port, `/v1/meetings/${meeting}/guests`, { name })).json()) as Identity;
    const wire = await Wire.signIn(server.port, guest);
    const { ok } = await wire.request({ type: 'meeting_enter', meeting });
    made.push(ok!['participant'] as string);
  }
  const ask = (page: object) => api.meetings.attendees(meeting, page);
  const pages = await paged(async (page) => {
    const { attendees, next } = await ask(page);
    return { items: attendees.map(({ participant }) => participant), next };
  });
  expect(pages.flat().toSorted()).toEqual(made.toSorted());
  expect(pages.map(({ length }) => length)).toEqual([2, 1]);
  const { attendees: two, next } = await ask({ limit: 2 });
  await api.removeAttendee(meeting, two[1]!.participant);
  expect((await ask({ after: next })).attendees.map(({ participant }) => participant)).toEqual(pages[1]);
  expect((await api.listAttendees(meeting)).map(({ participant }) => participant)).toEqual([pages[0]![0], pages[1]![0]]);
  await expect(ask({ after: 'nowhere' })).rejects.toMatchObject(bad);
  await expect(ask({ limit: 0 })).rejects.toMatchObject(bad);
  await expect(api.meetings.attendees('nothing-nothing-no')).rejects.toMatchObject({ code: 'meeting_not_found' });
});

test('streams of a session', async () => {
  const { session } = await api.createSession();
  const made: string[] = [];
  for (let n = 0; n < 3; n += 1) {
    const { participant } = (await api.createParticipant()).participant;
    await api.addParticipant(session, participant);
    const sdp = `v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n`;
    const section = 'm=audio 9 RTP/AVP 111\r\na=rtpmap:111 opus/48000/2\r\na=sendonly\r\n';
    await api.attachRtp(session, participant, { offer: sdp + section });
    made.push(participant);
  }
  const ask = (page: object) => api.sessions.streamsPage(session, page);
  const pages = await paged(async (page) => {
    const { streams, next } = await ask(page);
    return { items: streams.map(({ participant }) => participant), next };
  });
  const ordered = made.toSorted();
  expect(pages).toEqual([ordered.slice(0, 2), ordered.slice(2)]);
  expect((await api.sessions.streams(session)).map(({ participant }) => participant)).toEqual(ordered);
  const { next } = await ask({ limit: 2 });
  await api.detachRtp(session, ordered[1]!);
  expect((await ask({ after: next })).streams.map(({ participant }) => participant)).toEqual(ordered.slice(2));
  await expect(ask({ after: 'nowhere' })).rejects.toMatchObject(bad);
  await expect(ask({ limit: 201 })).rejects.toMatchObject(bad);
});

test('devices and phones of somebody, the oldest first', async () => {
  const dora = await claim(server.port, 'Dora');
  const made = [dora.device.id];
  for (const name of ['Laptop', 'Tablet']) made.push((await addDevice(server.port, dora, name)).device.id);
  const devices = await paged(async (page) => {
    const found = await api.users.devices('dora', page);
    return { items: found.devices.map(({ id }) => id), next: found.next };
  });
  expect(devices.map(({ length }) => length)).toEqual([2, 1]);
  expect(devices.flat().toSorted()).toEqual(made.toSorted());
  expect((await api.listDevices('dora')).map(({ id }) => id)).toEqual(devices.flat());
  const { next } = await api.users.devices('dora', { limit: 2 });
  await api.removeDevice('dora', devices[0]![1]!);
  expect((await api.users.devices('dora', { after: next })).devices.map(({ id }) => id)).toEqual(devices[1]);
  await expect(api.users.devices('dora', { after: 'nowhere' })).rejects.toMatchObject(bad);
  await expect(api.users.devices('dora', { limit: 0 })).rejects.toMatchObject(bad);

  const added: string[] = [];
  for (const name of ['Desk', 'Hall', 'Door']) added.push((await api.addPhone('dora', name)).phone.id);
  const phones = await paged(async (page) => {
    const found = await api.listPhones('dora', page);
    return { items: found.phones.map(({ id }) => id), next: found.next };
  });
  expect(phones.map(({ length }) => length)).toEqual([2, 1]);
  expect(phones.flat().toSorted()).toEqual(added.toSorted());
  expect((await api.listPhones('dora')).phones).toHaveLength(3);
  await expect(api.listPhones('dora', { after: 'nowhere' })).rejects.toMatchObject(bad);
  await expect(api.listPhones('dora', { limit: 0 })).rejects.toMatchObject(bad);
});

test('trunks, the oldest first, and numbers in their order', async () => {
  const made: string[] = [];
  for (const name of ['One', 'Two', 'Three'])
    made.push((await api.trunks.create({ name, host: `${name.toLowerCase()}.example.com` })).trunk);
  const trunks = await paged(async (page) => {
    const found = await api.trunks.listPage(page);
    return { items: found.trunks.map(({ trunk }) => trunk), next: found.next };
  });
  expect(trunks.map(({ length }) => length)).toEqual([2, 1]);
  expect(trunks.flat().toSorted()).toEqual(made.toSorted());
  expect((await api.trunks.list()).map(({ trunk }) => trunk)).toEqual(trunks.flat());
  await expect(api.trunks.listPage({ after: 'nowhere' })).rejects.toMatchObject(bad);
  await expect(api.trunks.listPage({ limit: 0 })).rejects.toMatchObject(bad);

  const lead = { to: 'user', user: 'vera' } as const;
  const numbers = ['+4930123451', '+4930123450', '+4930123453'];
  for (const number of numbers) await api.trunks.setNumber(number, { lead });
  const ask = async (page: object) => {
    const found = await api.trunks.numbersPage(page);
    return { items: found.numbers.map(({ number }) => number), next: found.next };
  };
  expect(await paged(ask)).toEqual([['+4930123450', '+4930123451'], ['+4930123453']]);
  const { next } = await ask({ limit: 2 });
  await api.trunks.removeNumber('+4930123451');
  await api.trunks.setNumber('+4930123440', { lead });
  await api.trunks.setNumber('+4930123452', { lead });
  expect((await ask({ after: next })).items).toEqual(['+4930123452', '+4930123453']);
  expect((await api.trunks.numbers()).map(({ number }) => number)).toHaveLength(4);
  await expect(ask({ after: 'nowhere' })).rejects.toMatchObject(bad);
  await expect(ask({ limit: 0 })).rejects.toMatchObject(bad);
});

test('messages at a voicemail, the newest first', async () => {
  const first = await api.voicemail.list('vera', { limit: 2 });
  expect(first).toMatchObject({ voicemails: [{ voicemail: 'three' }, { voicemail: 'two' }], count: { new: 3, old: 0 } });
  const second = await api.voicemail.list('vera', { before: first.next, limit: 2 });
  expect([second.voicemails.map((one) => one.voicemail), second.next]).toEqual([['one'], undefined]);
  await expect(api.voicemail.list('vera', { before: 'nowhere' })).rejects.toMatchObject(bad);
  await expect(api.voicemail.list('vera', { limit: 0 })).rejects.toMatchObject(bad);
});
