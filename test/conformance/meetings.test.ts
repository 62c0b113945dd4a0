/** Meetings over a real server: by signalling, by their links, and by the REST API. */
import { createHash } from 'node:crypto';
import { ApiError, OffhookApi } from '@offhook/api';
import { Meeting, MeetingLook } from '@offhook/core/protocol';
import { directId, meetingLimits } from '@offhook/core';
import type { MeetingAttendee, MeetingInfo } from '@offhook/core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { recording } from '../../bench/data/recorded.ts';
import { newApiKey } from '../../packages/server/src/ports/api-keys.ts';
import type { RunningServer } from '../../packages/server/src/server.ts';
import { freePort } from '../browser/harness/ports.ts';
import { holding, mint, secret as tokenSecret } from '../support/tokens.ts';
import { claim, entryId, post, startServer, Wire } from '../support/wire.ts';
import type { Identity, Message, SignedIn } from '../support/wire.ts';

const digest = (value: string): string => createHash('sha256').update(value).digest('base64url');
const [full, reading] = [newApiKey('A'.repeat(43), digest), newApiKey('B'.repeat(43), digest, ['meetings.read', 'sessions'])];
const apiKeys = [full.setting, reading.setting.replace('app:', 'reader:')];

let server: RunningServer;
beforeAll(async () => {
  server = await startServer({ apiKeys, mediaPort: await freePort(), mediaWorkers: 1, publicUrl: 'https://calls.example.com' });
});
afterAll(() => server.stop());

let people = 0;
async function person(name: string): Promise<SignedIn> {
  people += 1;
  return Wire.follow(server.port, await claim(server.port, `${name} ${people}`));
}

async function visit(meeting: string, name: string, port: number = server.port): Promise<SignedIn> {
  const response = await post(port, `/v1/meetings/${meeting}/guests`, { name });
  if (!response.ok) throw new Error(await response.text());
  return Wire.signIn(port, (await response.json()) as Identity);
}

const address = (wire: SignedIn): string => wire.welcome.user.address;
const code = ({ ok, error }: Message): string => (ok === undefined ? (error?.code ?? 'nothing') : 'ok');

async function create(wire: Wire, plan: object = {}): Promise<MeetingInfo> {
  const reply = await wire.request({ type: 'meeting_create', plan });
  if (reply.ok === undefined) throw new Error(JSON.stringify(reply.error));
  return Meeting.strict().parse(reply.ok['meeting']);
}

interface Entered {
  readonly state: 'waiting' | 'in';
  readonly participant: string;
  readonly session?: string;
  readonly token?: string;
  readonly conversation?: string;
  readonly attendees: readonly MeetingAttendee[];
}

async function enter(wire: Wire, meeting: string, more: object = {}): Promise<Entered> {
  const reply = await wire.request({ type: 'meeting_enter', meeting, ...more });
  if (reply.ok === undefined) throw new Error(JSON.stringify(reply.error));
  return reply.ok as unknown as Entered;
}

/** Enters, and joins the session. */
async function come(wire: Wire, meeting: string, entered?: Entered): Promise<Entered> {
  const within = entered ?? (await enter(wire, meeting));
  const { session, token } = within;
  expect(code(await wire.request({ type: 'session_join', session, token }))).toBe('ok');
  return within;
}

const act = (wire: Wire, meeting: string, what: object): Promise<Message> =>
  wire.request({ type: 'meeting_act', meeting, act: what });

const listed = async (wire: Wire): Promise<unknown> => (await wire.request({ type: 'meetings' })).ok?.['meetings'];

const isEntry = (message: Message): boolean => JSON.stringify(message['entries'] ?? '').includes('"kind":"meeting"');

const api = (key: string = full.key): OffhookApi => new OffhookApi({ url: `http://127.0.0.1:${server.port}`, key });
async function refusal(asked: Promise<unknown>): Promise<unknown> {
  const error: unknown = await asked.then(
    (ok) => ok,
    (caught: unknown) => caught,
  );
  return error instanceof ApiError ? [error.status, error.code] : error;
}

describe('a meeting', () => {
  test('has a link that is not to be guessed, and is listed for those whom it concerns', async () => {
    const [anna, bo, cem] = [await person('Anna'), await person('Bo'), await person('Cem')];
    const made = await create(anna, { title: 'Stand-up', users: [address(bo)], passcode: 'open-1' });
    expect(made.meeting).toMatch(/^[\w-]{22}$/);
    expect(made).toMatchObject({
      link: `https://calls.example.com/#meeting=${made.meeting}`,
      isHost: true,
      passcode: 'open-1',
    });
    expect(await listed(anna)).toMatchObject([{ meeting: made.meeting, passcode: 'open-1' }]);
    expect(await listed(bo)).toMatchObject([{ meeting: made.meeting, isHost: false, hasPasscode: true }]);
    expect(JSON.stringify(await listed(bo))).not.toContain('open-1');
    expect(await listed(cem)).toEqual([]);
  });

  test('lets a guest in by a name, and them do nothing else', async () => {
    const anna = await person('Anna');
    const { meeting } = await create(anna);
    await come(anna, meeting);
    const guest = await visit(meeting, 'Gül');
    const knocked = await enter(guest, meeting);
    expect(knocked).toMatchObject({ state: 'waiting', attendees: [] });
    expect(knocked.token).toBeUndefined();
    const knock = await anna.take('meeting_attendee');
    expect(knock).toMatchObject({ change: 'joined', attendee: { place: 'waiting', guest: true, user: { name: 'Gül' } } });
    expect(code(await act(anna, meeting, { type: 'admit', participant: knocked.participant }))).toBe('ok');
    const admitted = await guest.take('meeting_admitted');
    await come(guest, meeting, { ...(admitted as unknown as Entered), state: 'in' });
    expect((admitted as unknown as Entered).attendees.map(({ user }) => user.name)).toContain('Gül');
    expect(code(await guest.request({ type: 'meeting_create', plan: {} }))).toBe('forbidden');
    expect(code(await guest.request({ type: 'session_join', session: 'lounge' }))).toBe('forbidden');
    expect(code(await guest.request({ type: 'say', in: { conversation: 'everyone' }, entry: entryId(), text: 'Hi' }))).toBe(
      'forbidden',
    );
    expect(code(await guest.request({ type: 'meeting_invite', meeting, ring: [address(anna)] }))).toBe('destination_refused');
    // Nobody finds them among the people.
    const found = await anna.request({ type: 'people', query: 'Gül' });
    expect(found.ok?.['people']).toEqual([]);
  });

  test('is talked in by those who are in it, as long as they are', async () => {
    const anna = await person('Anna');
    const { meeting } = await create(anna, { lobby: 'off', title: 'Talk' });
    const { conversation = '' } = await come(anna, meeting);
    const guest = await visit(meeting, 'Gül');
    await guest.request({ type: 'conversations' });
    const within = await come(guest, meeting);
    expect(within.conversation).toBe(conversation);
    await expect.poll(async () => code(await anna.request({ type: 'conversation', in: { conversation } }))).toBe('ok');
    await expect.poll(async () => code(await guest.request({ type: 'conversation', in: { conversation } }))).toBe('ok');
    const said = { type: 'say', in: { conversation }, entry: entryId(), text: 'Hello' };
    expect(code(await guest.request(said))).toBe('ok');
    const heard = await anna.take((message) => message.type === 'entries');
    expect(heard).toMatchObject({ entries: [{ text: 'Hello', from: { name: 'Gül' } }] });
    await guest.request({ type: 'meeting_leave', meeting });
    await guest.take('left');
    expect(code(await guest.request({ ...said, entry: entryId() }))).toBe('conversation_not_found');
    const eve = await person('Eve');
    expect(code(await eve.request({ type: 'entries', in: { conversation } }))).toBe('conversation_not_found');
    expect(code(await anna.request({ type: 'leave', conversation, entry: entryId() }))).toBe('not_a_group');
  });

  test('shows itself in the conversation in which it was made, whose members come in at once', async () => {
    const [anna, bo, eve] = [await person('Anna'), await person('Bo'), await person('Eve')];
    const group = 'group-of-meeting-01';
    await anna.request({ type: 'group', conversation: group, name: 'Friends', people: [address(bo)] });
    expect(code(await eve.request({ type: 'meeting_create', plan: { conversation: group } }))).toBe('conversation_not_found');
    const { meeting } = await create(anna, { conversation: group, lobby: 'all', passcode: 'open-1', title: 'Now' });
    expect(await bo.take(isEntry)).toMatchObject({ entries: [{ meeting, title: 'Now', from: { address: address(anna) } }] });
    expect(await enter(bo, meeting)).toMatchObject({ state: 'in' });
    expect(code(await eve.request({ type: 'meeting_enter', meeting }))).toBe('passcode_needed');
    await act(anna, meeting, { type: 'end' });
    expect(await bo.take('meeting_over')).toMatchObject({ cause: 'ended' });
    expect(await bo.take(isEntry)).toMatchObject({ entries: [{ meeting, endedAt: expect.any(Number) as number }] });
    expect(code(await bo.request({ type: 'meeting_enter', meeting }))).toBe('meeting_not_found');
  });

  test('asks for its passcode, not too often', async () => {
    const anna = await person('Anna');
    const { meeting } = await create(anna, { passcode: '4711', lobby: 'off' });
    const bo = await person('Bo');
    const say = async (passcode?: string): Promise<string> =>
      code(await bo.request({ type: 'meeting_enter', meeting, passcode }));
    expect(await say()).toBe('passcode_needed');
    expect(await say('4712')).toBe('passcode_wrong');
    expect(await say('4711')).toBe('ok');
    const eve = await person('Eve');
    const guesses: string[] = [];
    for (let at = 0; at <= meetingLimits.passcodesOfUserBurst; at += 1)
      guesses.push(code(await eve.request({ type: 'meeting_enter', meeting, passcode: `wrong-${at}` })));
    expect(guesses.slice(0, -1)).toEqual(Array.from({ length: meetingLimits.passcodesOfUserBurst }, () => 'passcode_wrong'));
    expect(guesses.at(-1)).toBe('rate_limited');
    // Also the right one, now.
    expect(code(await eve.request({ type: 'meeting_enter', meeting, passcode: '4711' }))).toBe('rate_limited');
  });

  test('is led by its hosts: mute, remove, lock, hand over', async () => {
    const [anna, bo, cem] = [await person('Anna'), await person('Bo'), await person('Cem')];
    const { meeting } = await create(anna, { lobby: 'off' });
    const [a, b] = [await come(anna, meeting), await come(bo, meeting)];
    await act(bo, meeting, { type: 'hand', raised: true });
    expect(await anna.take((one) => (one['attendee'] as MeetingAttendee | undefined)?.hand !== undefined)).toMatchObject({
      attendee: { participant: b.participant },
    });
    expect(code(await act(bo, meeting, { type: 'remove', participant: a.participant }))).toBe('forbidden');
    await act(anna, meeting, { type: 'lock', locked: true });
    expect(code(await cem.request({ type: 'meeting_enter', meeting }))).toBe('meeting_locked');
    await act(anna, meeting, { type: 'lock', locked: false });
    const c = await come(cem, meeting);
    expect(code(await act(anna, meeting, { type: 'remove', participant: c.participant }))).toBe('ok');
    expect(await cem.take('meeting_over')).toMatchObject({ cause: 'removed' });
    expect(await cem.take('session_ended')).toMatchObject({ cause: 'removed' });
    expect(code(await cem.request({ type: 'meeting_enter', meeting }))).toBe('meeting_removed');
    expect(code(await cem.request({ type: 'session_join', session: c.session, token: c.token }))).toBe('session_not_found');
    // Leaving the session is leaving the meeting.
    await anna.request({ type: 'session_leave', session: a.session });
    expect(await bo.take((one) => (one['meeting'] as MeetingInfo | undefined)?.standsIn === true)).toMatchObject({
      type: 'meeting_changed',
      meeting: { isHost: false },
    });
    expect(code(await act(bo, meeting, { type: 'lock', locked: true }))).toBe('ok');
    expect(code(await act(bo, meeting, { type: 'end' }))).toBe('forbidden');
    expect(code(await anna.request({ type: 'meeting_enter', meeting }))).toBe('ok');
    expect(code(await act(anna, meeting, { type: 'end' }))).toBe('ok');
    expect(code(await anna.request({ type: 'meeting_enter', meeting }))).toBe('meeting_not_found');
  });

  test('is led as well by whom a host makes one', async () => {
    const [anna, bo] = [await person('Anna'), await person('Bo')];
    const { meeting } = await create(anna, { lobby: 'off' });
    await come(anna, meeting);
    const { participant } = await come(bo, meeting);
    expect(code(await act(bo, meeting, { type: 'host', participant }))).toBe('forbidden');
    expect(code(await act(anna, meeting, { type: 'host', participant }))).toBe('ok');
    expect(await bo.take((one) => (one['meeting'] as MeetingInfo | undefined)?.isHost === true)).toMatchObject({
      type: 'meeting_changed',
    });
    expect(code(await act(bo, meeting, { type: 'end' }))).toBe('ok');
    expect(await anna.take('meeting_over')).toMatchObject({ cause: 'ended' });
  });

  test('is inherited by no guest when its hosts have gone', async () => {
    const doctor = await person('Dr');
    const { meeting } = await api().createMeeting({ hosts: [address(doctor)], lobby: 'off', passcode: 'open-1' });
    const { session } = await come(doctor, meeting);
    const guest = await visit(meeting, 'Gül');
    await come(guest, meeting, await enter(guest, meeting, { passcode: 'open-1' }));
    await doctor.request({ type: 'session_leave', session });
    await guest.take((one) => one.type === 'meeting_attendee' && one['change'] === 'left');
    expect(await api().getMeeting(meeting)).not.toHaveProperty('standsIn');
    const back = await come(doctor, meeting);
    for (const what of [{ type: 'remove', participant: back.participant }, { type: 'lock', locked: true }, { type: 'end' }])
      expect(code(await act(guest, meeting, what))).toBe('forbidden');
    expect(code(await guest.request({ type: 'meeting_change', meeting, change: { title: 'Mine' } }))).toBe('forbidden');
    expect(code(await guest.request({ type: 'meeting_invite', meeting, emails: ['x@example.com'] }))).toBe('forbidden');
    const again = await enter(guest, meeting);
    expect(again).not.toHaveProperty('meeting.passcode');
    expect(await refusal(api().removeAttendee(meeting, back.participant))).toEqual([403, 'forbidden']);
  });

  test('lets those in who wait and need not any more', async () => {
    const [anna, bo, cem] = [await person('Anna'), await person('Bo'), await person('Cem')];
    const { meeting } = await create(anna, { lobby: 'all' });
    await come(anna, meeting);
    for (const wire of [bo, cem]) expect(await enter(wire, meeting)).toMatchObject({ state: 'waiting' });
    await anna.request({ type: 'meeting_invite', meeting, users: [address(bo)] });
    await come(bo, meeting, (await bo.take('meeting_admitted')) as unknown as Entered);
    await anna.request({ type: 'meeting_change', meeting, change: { lobby: 'off' } });
    await come(cem, meeting, (await cem.take('meeting_admitted')) as unknown as Entered);
  });

  test('rings those who are asked in, who then come in without waiting', async () => {
    const [anna, bo] = [await person('Anna'), await person('Bo')];
    const { meeting } = await create(anna, { lobby: 'all', title: 'Now' });
    await come(anna, meeting);
    const invited = await anna.request({ type: 'meeting_invite', meeting, ring: [address(bo)] });
    expect(invited.ok?.['rung']).toEqual([address(bo)]);
    const rings = await bo.take('incoming');
    expect(rings).toMatchObject({ view: { meeting: { meeting, title: 'Now' }, peer: { address: address(anna) } } });
    const { call } = rings['view'] as { call: string };
    expect(code(await bo.request({ type: 'reject', call, reason: 'joined' }))).toBe('ok');
    expect(await anna.take('ended')).toMatchObject({ call, cause: 'joined' });
    expect(await enter(bo, meeting)).toMatchObject({ state: 'in' });
    expect((await bo.request({ type: 'history' })).ok?.['entries']).toMatchObject([{ cause: 'joined', missed: false }]);
    // Only a ring for a meeting is taken so.
    const plain = 'call-to-a-meeting-0';
    await anna.request({
      type: 'invite',
      call: plain,
      to: address(bo),
      media: { audio: true, video: false },
      offer: { type: 'offer', sdp: 'x' },
    });
    await bo.take('incoming');
    expect(code(await bo.request({ type: 'reject', call: plain, reason: 'joined' }))).toBe('wrong_state');
    await anna.request({ type: 'hangup', call: plain });
  });

  test('refuses what it cannot be', async () => {
    const anna = await person('Anna');
    const made = async (plan: object): Promise<string> => code(await anna.request({ type: 'meeting_create', plan }));
    expect(await made({ title: '\u202e' })).toBe('title_invalid');
    expect(await made({ zone: 'Mars/Olympus' })).toBe('zone_invalid');
    expect(await made({ startsAt: 1 })).toBe('time_invalid');
    expect(await made({ passcode: 'a b c d' })).toBe('bad_message');
    expect(await made({ users: ['nobody-at-all'] })).toBe('user_not_found');
    expect(await made({ unknown: 1 })).toBe('bad_message');
    expect(code(await anna.request({ type: 'meeting_enter', meeting: 'x'.repeat(22) }))).toBe('meeting_not_found');
    expect(code(await act(anna, 'x'.repeat(22), { type: 'end' }))).toBe('meeting_not_found');
    expect(code(await anna.request({ type: 'meeting_leave', meeting: 'x'.repeat(22) }))).toBe('ok');
  });
});

describe('a link', () => {
  test('shows what the meeting is, and no more', async () => {
    const anna = await person('Anna');
    const { meeting } = await create(anna, { title: 'Stand-up', passcode: 'open-1' });
    const look = await fetch(`http://127.0.0.1:${server.port}/v1/meetings/${meeting}/look`);
    const seen = MeetingLook.strict().parse(await look.json());
    expect(seen).toMatchObject({ meeting, title: 'Stand-up', hasPasscode: true, hostName: anna.welcome.user.name });
    await anna.request({ type: 'meeting_cancel', meeting });
    const gone = await fetch(`http://127.0.0.1:${server.port}/v1/meetings/${meeting}/look`);
    expect([gone.status, await gone.json()]).toMatchObject([404, { error: { code: 'meeting_not_found' } }]);
    const late = await post(server.port, `/v1/meetings/${meeting}/guests`, { name: 'Late' });
    expect(late.status).toBe(404);
  });

  test.each([
    ['accounts', { accounts: true }],
    ['tokens of an application', { tokenSecret }],
  ])('lets guests in also where people sign in with %s', async (_, settings) => {
    const other = await startServer({ ...settings, apiKeys, mediaPort: await freePort(), mediaWorkers: 1 });
    onTestFinished(() => other.stop());
    const api = new OffhookApi({ url: `http://127.0.0.1:${other.port}`, key: full.key });
    const { meeting } = await api.createMeeting({ title: 'Interview' });
    const guest = await visit(meeting, 'Gül', other.port);
    const { participant } = await enter(guest, meeting);
    expect(await api.listAttendees(meeting)).toMatchObject([{ participant, place: 'waiting', guest: true }]);
    await api.admitAttendee(meeting, participant);
    await come(guest, meeting, (await guest.take('meeting_admitted')) as unknown as Entered);
    await expect.poll(async () => (await api.getMeeting(meeting)).people).toBe(1);
    await api.removeAttendee(meeting, participant);
    expect(await guest.take('meeting_over')).toMatchObject({ cause: 'removed' });
  });

  test('lets nobody in who is sent away in the same moment', async () => {
    const { meeting } = await api().createMeeting();
    const guest = await visit(meeting, 'Gül');
    const { participant } = await enter(guest, meeting);
    await Promise.all([
      api().admitAttendee(meeting, participant),
      api().admitAttendee(meeting, participant),
      api().removeAttendee(meeting, participant),
    ]);
    expect(await api().listAttendees(meeting)).toEqual([]);
    expect(code(await guest.request({ type: 'meeting_enter', meeting }))).toBe('meeting_removed');
  });

  test('of a guest opens nothing where that is not theirs', async () => {
    const other = await startServer({ tokenSecret, mediaWorkers: 0, apiKeys });
    onTestFinished(() => other.stop());
    const { meeting } = await new OffhookApi({ url: `http://127.0.0.1:${other.port}`, key: full.key }).createMeeting();
    const guest = await visit(meeting, 'Gül', other.port);
    await Wire.signIn(other.port, holding(await mint('anna')));
    const found = await guest.request({ type: 'people' });
    expect(found.ok?.['people']).toEqual([]);
    expect(
      code(
        await guest.request({
          type: 'invite',
          call: 'call-of-a-guest-0001',
          to: 'anna',
          media: { audio: true, video: false },
          offer: { type: 'offer', sdp: 'x' },
        }),
      ),
    ).toBe('destination_refused');
  });
});

describe('the REST API', () => {
  test('mutes people and makes them hosts', async () => {
    const bo = await person('Bo');
    const { meeting } = await api().createMeeting();
    const { participant } = await come(bo, meeting);
    expect(await refusal(api(reading.key).makeHost(meeting, participant))).toEqual([403, 'forbidden']);
    await api().muteAttendee(meeting, participant);
    expect(code(await act(bo, meeting, { type: 'lock', locked: true }))).toBe('forbidden');
    await api().makeHost(meeting, participant);
    expect(code(await act(bo, meeting, { type: 'lock', locked: true }))).toBe('ok');
    expect(await listed(bo)).toMatchObject([{ meeting, isHost: true }]);
    for (const asked of [api().makeHost(meeting, 'nobody'), api().muteAttendee(meeting, 'nobody')])
      expect(await refusal(asked)).toEqual([404, 'attendee_not_found']);
  });

  test('lowers hands', async () => {
    const bo = await person('Bo');
    const { meeting } = await api().createMeeting();
    const { participant } = await come(bo, meeting);
    await act(bo, meeting, { type: 'hand', raised: true });
    const hand = async (): Promise<unknown> => (await api().listAttendees(meeting))[0]?.hand;
    expect(await hand()).toBeTypeOf('number');
    expect(await refusal(api(reading.key).lowerHand(meeting, participant))).toEqual([403, 'forbidden']);
    expect(await refusal(api().lowerHand(meeting, 'nobody'))).toEqual([404, 'attendee_not_found']);
    expect(await hand()).toBeTypeOf('number');
    await api().lowerHand(meeting, participant);
    expect(await hand()).toBeUndefined();
    // One that is not raised.
    await api().lowerHand(meeting, participant);
  });

  test('makes meetings, changes them, and calls them off', async () => {
    const anna = await person('Anna');
    const startsAt = Date.UTC(2040, 0, 1);
    const made = Meeting.strict().parse(
      await api().createMeeting({ title: 'Review', startsAt, hosts: [address(anna)], passcode: 'open-1' }),
    );
    expect(made).toMatchObject({ title: 'Review', startsAt, lobby: 'guests', passcode: 'open-1', isHost: false });
    expect((await anna.request({ type: 'meetings' })).ok?.['meetings']).toMatchObject([
      { meeting: made.meeting, isHost: true },
    ]);
    expect(await api(reading.key).getMeeting(made.meeting)).toEqual(made);
    const changed = await api().changeMeeting(made.meeting, { title: null, lobby: 'off', locked: true });
    expect(changed).toMatchObject({ lobby: 'off', locked: true });
    expect(changed).not.toHaveProperty('title');
    const { meetings } = await api(reading.key).listMeetings();
    expect(meetings.map(({ meeting }) => meeting)).toContain(made.meeting);
    expect(await api().inviteToMeeting(made.meeting, { users: [address(anna)] })).toMatchObject({
      users: [{ address: address(anna) }],
    });
    await api().cancelMeeting(made.meeting);
    expect(await refusal(api().getMeeting(made.meeting))).toEqual([404, 'meeting_not_found']);
  });

  test('makes one once by a request that is said again', async () => {
    const again = { idempotencyKey: 'a-meeting' };
    const made = await api().createMeeting({ title: 'once' }, again);
    expect(await api().createMeeting({ title: 'once' }, again)).toEqual(made);
    for (const other of [{ title: 'twice' }, { title: 'once', lobby: 'off' as const }, { title: 'once', remindMs: 0 }])
      expect(await refusal(api().createMeeting(other, again))).toEqual([422, 'idempotency_mismatch']);
    const both = await Promise.all(
      (['off', 'all'] as const).map((lobby) => refusal(api().createMeeting({ lobby }, { idempotencyKey: 'at-once' }))),
    );
    expect(both.filter((one) => Array.isArray(one))).toEqual([[422, 'idempotency_mismatch']]);
    // What is called off is not made again, nor is anybody written to again.
    await api().cancelMeeting(made.meeting);
    expect(await refusal(api().createMeeting({ title: 'once' }, again))).toEqual([404, 'meeting_not_found']);
    expect(await refusal(api().getMeeting(made.meeting))).toEqual([404, 'meeting_not_found']);
  });

  test('lists them page by page, also when the last of a page is called off', async () => {
    const made: string[] = [];
    // After all others, all at one time.
    const startsAt = Date.UTC(2900, 0, 1);
    for (let at = 0; at < 101; at += 1) made.push((await api().createMeeting({ startsAt })).meeting);
    const listed: string[] = [];
    let after: string | undefined;
    do {
      const { meetings, next } = await api().listMeetings({ after });
      listed.push(...meetings.map(({ meeting }) => meeting));
      if (next !== undefined) await api().cancelMeeting(listed.at(-1) ?? '');
      after = next;
    } while (after !== undefined);
    expect(listed.filter((one) => made.includes(one)).toSorted()).toEqual(made.toSorted());
  });

  test('ends one for all who are in it', async () => {
    const anna = await person('Anna');
    const { meeting } = await api().createMeeting({ lobby: 'off' });
    await come(anna, meeting);
    await api().endMeeting(meeting);
    expect(await anna.take('meeting_over')).toMatchObject({ cause: 'ended' });
    expect(await refusal(api().endMeeting(meeting))).toEqual([404, 'meeting_not_found']);
  });

  test('makes one in a conversation that is there, and in no other', async () => {
    const [anna, bo] = [await person('Anna'), await person('Bo')];
    const two = directId(address(anna), address(bo));
    for (const conversation of ['everyone', two]) {
      const { meeting } = await api().createMeeting({ conversation });
      expect((await enter(bo, meeting)).state).toBe('in');
      await api().endMeeting(meeting);
    }
    for (const conversation of ['nowhere', directId(address(anna), 'nobody-at-all')])
      expect(await refusal(api().createMeeting({ conversation }))).toEqual([404, 'conversation_not_found']);
  });

  test('refuses what is wrong, and keys that may not', async () => {
    expect(await refusal(api(reading.key).createMeeting())).toEqual([403, 'forbidden']);
    expect(await refusal(api().createMeeting({ zone: 'Mars/Olympus' }))).toEqual([422, 'zone_invalid']);
    expect(await refusal(api().createMeeting({ emails: ['a@b.c'] }))).toEqual([409, 'mail_unavailable']);
    expect(await refusal(api().createMeeting({ hosts: ['nobody-at-all'] }))).toEqual([404, 'user_not_found']);
    expect(await refusal(api().createMeeting({ lobby: 'some' as 'off' }))).toEqual([400, 'bad_message']);
    const { meeting } = await api().createMeeting();
    expect(await refusal(api().removeAttendee(meeting, 'nobody'))).toEqual([404, 'attendee_not_found']);
    expect(await refusal(api().listMeetings({ after: 'nobody' }))).toEqual([400, 'bad_message']);
  });
});

/** Is in it, with a microphone. */
async function speak(wire: Wire, meeting: string): Promise<void> {
  const { session } = await come(wire, meeting);
  const streams = [{ mid: '0', kind: 'audio' }];
  expect(code(await wire.request({ type: 'session_publish', session, offer: recording().audio.offer, streams }))).toBe('ok');
}

const goOn = (wire: Wire, meeting: string, call: string): Promise<Message> =>
  wire.request({ type: 'meeting_call', meeting, call });

describe('two who are alone in one', () => {
  test('go on in a call that is active on both sides and rings nowhere', async () => {
    const [anna, bo, carla] = [await person('Anna'), await person('Bo'), await person('Carla')];
    const { meeting } = await create(anna, { title: 'Tea', lobby: 'off' });
    for (const wire of [anna, bo, carla]) await speak(wire, meeting);
    const call = entryId();
    expect(code(await goOn(anna, meeting, call))).toBe('wrong_state');
    await carla.request({ type: 'meeting_leave', meeting });
    expect(code(await goOn(carla, meeting, call))).toBe('meeting_not_found');
    await expect.poll(async () => code(await goOn(anna, meeting, call))).toBe('ok');
    const [hers, his] = [await anna.take('incoming'), await bo.take('incoming')];
    const view = { call, stage: 'active', here: true, meeting: { meeting, title: 'Tea' } };
    expect(hers['view']).toMatchObject({ ...view, role: 'caller', peer: { address: address(bo) } });
    expect(his['view']).toMatchObject({ ...view, role: 'callee', peer: { address: address(anna) } });
    // There is one: whoever asks again, or at the same moment, goes on in it.
    for (const wire of [anna, bo]) expect((await goOn(wire, meeting, entryId())).ok).toEqual({ call });
    expect(anna.received.filter(({ type }) => type === 'incoming')).toEqual([]);
    await bo.request({ type: 'hangup', call });
    expect(await anna.take('ended')).toMatchObject({ call, cause: 'hangup' });
  });

  test('have one call, also where both ask at once, and no more than they may have', async () => {
    const [anna, bo] = [await person('Anna'), await person('Bo')];
    const { meeting } = await create(anna, { lobby: 'off' });
    for (const wire of [anna, bo]) await speak(wire, meeting);
    const [hers, his] = await Promise.all([goOn(anna, meeting, entryId()), goOn(bo, meeting, entryId())]);
    expect(hers.ok?.['call']).toBeDefined();
    expect(his.ok).toEqual(hers.ok);
    await anna.request({ type: 'hangup', call: hers.ok?.['call'] });
    await anna.request({ type: 'settings', change: { maxCalls: 1 } });
    const [busy, carla] = [entryId(), await person('Carla')];
    const media = { audio: true, video: false };
    await anna.request({ type: 'invite', call: busy, to: address(carla), media, offer: { type: 'offer', sdp: 'x' } });
    expect(code(await goOn(anna, meeting, entryId()))).toBe('too_many_calls');
    expect(code(await goOn(bo, meeting, entryId()))).toBe('person_unavailable');
    await anna.request({ type: 'hangup', call: busy });
    expect(code(await goOn(bo, meeting, entryId()))).toBe('ok');
  });

  test('ask no more often than one may call', async () => {
    const anna = await person('Anna');
    const { meeting } = await create(anna, { lobby: 'off' });
    await come(anna, meeting);
    const asked: string[] = [];
    for (let n = 0; n < 60 && asked.at(-1) !== 'rate_limited'; n++) asked.push(code(await goOn(anna, meeting, entryId())));
    expect(asked.at(-1)).toBe('rate_limited');
  });

  test('do so only with an account', async () => {
    const anna = await person('Anna');
    const { meeting } = await create(anna, { lobby: 'off' });
    const guest = await visit(meeting, 'Guest');
    for (const wire of [anna, guest]) await come(wire, meeting);
    for (const wire of [anna, guest]) expect(code(await goOn(wire, meeting, entryId()))).toBe('wrong_state');
  });
});
