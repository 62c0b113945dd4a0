import { describe, expect, it } from 'vitest';
import { meetingLimits } from '../limits.ts';
import { Drive, from, mails, news, refusal, told } from './meeting.fixture.ts';
import type { usual } from './meeting.fixture.ts';
import { attendeesFor, meetingView } from './meeting.ts';

const hour = 3_600_000;
const day = 24 * hour;

/** Anna has made it, and is in it. */
function begun(plan: Partial<typeof usual> = {}): Drive {
  const drive = new Drive();
  drive.make(plan);
  drive.come('anna');
  return drive;
}

const entries = (effects: ReturnType<Drive['input']>): unknown[] => effects.filter(({ type }) => type === 'entry');

const change = (drive: Drive, who: string, what: object): ReturnType<Drive['input']> =>
  drive.input({ type: 'change', by: from(who), change: what });

describe('what it is', () => {
  it('[M1] is made once, and whoever makes it is its host', () => {
    const drive = new Drive();
    expect(news(drive.make({ title: 'Stand-up' }))).toEqual(['meeting.created']);
    expect(drive.standing).toMatchObject({ by: { address: 'anna' }, hosts: ['anna'], plan: { title: 'Stand-up' } });
    const before = drive.state;
    expect(drive.make({ title: 'Another' })).toEqual([{ type: 'reply', ok: 'meeting' }]);
    expect(drive.state).toBe(before);
  });

  it.each([
    ['title_invalid', { title: '\u202e' }],
    ['title_invalid', { title: 'x'.repeat(meetingLimits.titleLength + 1) }],
    ['zone_invalid', { zone: 'Mars/Olympus' }],
    ['time_invalid', { startsAt: 1 }],
  ])('[M2] refuses %s', (code, plan) => {
    const drive = new Drive();
    drive.now = 10 * day;
    expect(refusal(drive.make(plan))).toBe(code);
    expect(drive.state.kind).toBe('unmade');
    drive.make({ title: 'Right' });
    const before = drive.state;
    expect(refusal(change(drive, 'anna', plan))).toBe(code);
    expect(drive.state).toBe(before);
  });

  it('[M2] keeps a title as one line', () => {
    const drive = new Drive();
    drive.make({ title: ' Hi\r\nBcc: x\u0000 ' });
    expect(drive.standing.plan.title).toBe('Hi Bcc: x');
  });

  it('[M3] is changed and called off by hosts alone', () => {
    const drive = begun();
    drive.come('bo');
    expect(refusal(change(drive, 'bo', { title: 'Mine' }))).toBe('forbidden');
    expect(refusal(drive.input({ type: 'cancel', by: from('bo') }))).toBe('forbidden');
    expect(told(change(drive, 'anna', { title: 'Ours' }))).toEqual(['anna sees', 'bo sees']);
    expect(drive.standing.plan.title).toBe('Ours');
    change(drive, 'anna', { title: null });
    expect(drive.standing.plan).not.toHaveProperty('title');
    const cancelled = drive.input({ type: 'cancel', by: from('anna') });
    expect(told(cancelled)).toEqual(['anna over cancelled', 'bo over cancelled']);
    expect(news(cancelled)).toEqual(['meeting.cancelled']);
  });

  it('[M3] writes to those invited by e-mail where their calendar is concerned', () => {
    const drive = new Drive();
    const startsAt = drive.now + day;
    expect(mails(drive.make({ startsAt }, { emails: ['a@x.y', 'b@x.y', 'a@x.y'] }))).toEqual(['request a@x.y b@x.y']);
    expect(mails(change(drive, 'anna', { passcode: 'secret', lobby: 'all' }))).toEqual([]);
    expect(drive.standing.sequence).toBe(0);
    expect(mails(change(drive, 'anna', { startsAt: startsAt + hour }))).toEqual(['request a@x.y b@x.y']);
    expect(drive.standing.sequence).toBe(1);
    expect(news(change(drive, 'anna', { startsAt: startsAt + hour }))).toEqual([]);
    expect(mails(drive.input({ type: 'cancel', by: from('anna') }))).toEqual(['cancel a@x.y b@x.y']);
  });

  it('[M4] hosts and those who are in it invite, each once', () => {
    const drive = begun();
    drive.come('bo');
    const invite = (who: string | undefined, emails: string[], users: string[] = []): ReturnType<Drive['input']> =>
      drive.input({
        type: 'invite',
        by: who === undefined ? undefined : from(who),
        emails,
        users: users.map((user) => from(user).person),
      });
    expect(refusal(invite('eve', ['e@x.y']))).toBe('forbidden');
    expect(mails(invite('bo', ['c@x.y']))).toEqual(['request c@x.y']);
    expect(mails(invite('anna', ['c@x.y', 'd@x.y']))).toEqual(['request d@x.y']);
    expect(mails(invite(undefined, [], ['cem']))).toEqual([]);
    expect(drive.standing).toMatchObject({ emails: ['c@x.y', 'd@x.y'], users: [{ address: 'cem' }] });
    const many = Array.from({ length: meetingLimits.invitedMost }, (_, at) => `${at}@x.y`);
    expect(refusal(invite('anna', many))).toBe('too_many_invited');
    expect(drive.standing.emails).toHaveLength(2);
  });

  it('[M5] reminds once of each time it has', () => {
    const drive = new Drive();
    const startsAt = drive.now + day;
    drive.make({ startsAt, remindMs: hour }, { emails: ['a@x.y'] });
    const reminded = drive.wait();
    expect(drive.now).toBe(startsAt - hour);
    expect([mails(reminded), news(reminded)]).toEqual([['reminder a@x.y'], ['meeting.reminder']]);
    expect(mails(drive.input({ type: 'tick' }))).toEqual([]);
    change(drive, 'anna', { startsAt: startsAt + day });
    expect(mails(drive.wait())).toEqual(['reminder a@x.y']);
    expect(drive.now).toBe(startsAt + day - hour);
  });

  it('[M5] reminds late, but not of what has begun', () => {
    const drive = new Drive();
    const startsAt = drive.now + day;
    drive.make({ startsAt, remindMs: hour }, { emails: ['a@x.y'] });
    expect(mails(drive.input({ type: 'tick' }, day - hour / 2))).toEqual(['reminder a@x.y']);
    const late = new Drive();
    late.make({ startsAt: late.now + day }, { emails: ['a@x.y'] });
    expect(mails(late.input({ type: 'tick' }, day))).toEqual([]);
    const silent = new Drive();
    silent.make({ startsAt: silent.now + day, remindMs: 0 }, { emails: ['a@x.y'] });
    expect(mails(silent.input({ type: 'tick' }, day - 1))).toEqual([]);
  });

  it('[M6] ended before its time, it can still take place then', () => {
    const drive = new Drive();
    drive.make({ startsAt: drive.now + day });
    drive.come('anna');
    expect(told(drive.input({ type: 'end', by: from('anna') }))).toEqual(['anna over ended']);
    expect(drive.people).toEqual([]);
    expect([...drive.tokens, ...drive.talking]).toEqual([]);
    drive.come('anna');
    drive.input({ type: 'end', by: from('anna') }, day);
    expect(drive.state).toEqual({ kind: 'over', id: drive.state.id, cause: 'ended' });
    expect(refusal(drive.enter('anna'))).toBe('meeting_not_found');
    expect(drive.input({ type: 'leave', from: from('anna') })).toEqual([{ type: 'reply', ok: 'nothing' }]);
  });

  it('[M6] is forgotten long after its time and after somebody was in it', () => {
    const drive = new Drive();
    const startsAt = drive.now + day;
    drive.make({ startsAt, durationMs: hour, remindMs: 0 });
    drive.wait();
    expect(drive.now).toBe(startsAt + hour + meetingLimits.meetingKeptMs);
    expect(drive.state).toMatchObject({ kind: 'over', cause: 'forgotten' });
    const other = begun();
    other.leaves('anna');
    const since = other.now;
    other.wait();
    expect(other.now).toBe(since + meetingLimits.meetingKeptMs);
  });

  it('[M6] made for now in a conversation, it is over with its session', () => {
    const drive = new Drive();
    const shown = { type: 'entry', conversation: 'friends', from: from('anna').person };
    expect(entries(drive.make({ conversation: 'friends' }))).toEqual([{ ...shown, over: false }]);
    drive.come('anna');
    drive.leaves('anna');
    expect(entries(drive.input({ type: 'session_over', session: drive.session }))).toEqual([{ ...shown, over: true }]);
    expect(drive.state).toMatchObject({ kind: 'over', cause: 'ended' });
  });
});

describe('coming in', () => {
  it('[M7] lets some in at once, and asks others for the passcode', () => {
    const drive = new Drive();
    drive.make({ passcode: 'secret', lobby: 'off' }, { users: [from('cem').person] });
    expect(refusal(drive.enter('bo'))).toBe('passcode_needed');
    expect(refusal(drive.enter('bo', { passcode: 'wrong' }))).toBe('passcode_wrong');
    expect(drive.people).toEqual([]);
    drive.come('anna');
    drive.come('bo', { passcode: 'right' });
    drive.come('cem');
    drive.come('dan', { member: true });
    drive.leaves('bo');
    drive.come('bo');
    expect(drive.people).toEqual(['anna', 'cem', 'dan', 'bo']);
  });

  it.each([
    ['off', []],
    ['guests', ['gus waiting']],
    ['all', ['bo waiting', 'gus waiting']],
  ] as const)('[M7] the lobby is for %s', (lobby, waits) => {
    const drive = begun({ lobby });
    drive.enter('bo');
    drive.enter('gus', { guest: true });
    drive.enter('cem', { member: true });
    expect(drive.people.filter((one) => one.endsWith('waiting'))).toEqual(waits);
  });

  it('[M8] only hosts see who waits', () => {
    const drive = begun();
    drive.come('bo');
    expect(told(drive.enter('gus', { guest: true }))).toEqual(['anna joined gus waiting']);
    expect(attendeesFor(drive.standing, 'bo').map(({ user }) => user.address)).toEqual(['anna', 'bo']);
    expect(attendeesFor(drive.standing, 'anna')).toHaveLength(3);
    expect(told(drive.enter('eve')).filter((one) => one.startsWith('gus'))).toEqual([]);
    expect(told(drive.act('anna', 'host', 'bo'))).toContain('bo joined gus waiting');
    expect(told(drive.input({ type: 'gone', connection: from('gus').connection }))).toEqual([
      'anna left gus waiting',
      'bo left gus waiting',
    ]);
  });

  it('[M9] hosts admit those who wait', () => {
    const drive = begun();
    drive.come('bo');
    drive.enter('gus', { guest: true });
    expect(drive.talking).toEqual(new Set(['anna', 'bo']));
    const admitted = drive.act('anna', 'admit', 'gus');
    expect(told(admitted)).toEqual(['anna joined gus', 'bo joined gus']);
    expect(admitted.at(-1)).toEqual({ type: 'admitted', participant: drive.attendee('gus').id });
    expect(drive.act('anna', 'admit', 'gus')).toEqual([{ type: 'reply', ok: 'nothing' }]);
    drive.join('gus');
    drive.leaves('gus');
    drive.come('gus', { guest: true });
    expect(drive.people).toEqual(['anna', 'bo', 'gus']);
  });

  it('[M9] whoever is sent away comes in no more unless they are invited', () => {
    const drive = begun();
    drive.enter('gus', { guest: true });
    expect(told(drive.act('anna', 'refuse', 'gus'))).toEqual(['gus over refused', 'anna left gus waiting']);
    expect(refusal(drive.enter('gus/phone', { guest: true }))).toBe('meeting_removed');
    drive.come('bo');
    drive.come('bo/phone');
    expect(told(drive.act('anna', 'remove', 'bo')).filter((one) => one.startsWith('bo over'))).toEqual([
      'bo over removed',
      'bo over removed',
    ]);
    expect(drive.people).toEqual(['anna']);
    expect(refusal(drive.enter('bo', { member: true }))).toBe('meeting_removed');
    drive.input({ type: 'invite', by: from('anna'), emails: [], users: [from('bo').person] });
    drive.come('bo');
    drive.act('anna', 'host', 'bo');
    expect(refusal(drive.act('bo', 'remove', 'anna'))).toBe('forbidden');
    expect(drive.people).toEqual(['anna', 'bo']);
  });

  it('[M10] locked, it lets nobody in but hosts', () => {
    const drive = begun({ passcode: 'secret' });
    drive.come('bo', { passcode: 'right' });
    expect(told(drive.input({ type: 'lock', by: from('anna'), locked: true }))).toEqual(['anna sees', 'bo sees']);
    expect(refusal(drive.enter('cem'))).toBe('passcode_needed');
    expect(refusal(drive.enter('cem', { passcode: 'right' }))).toBe('meeting_locked');
    expect(refusal(drive.enter('dan', { member: true }))).toBe('meeting_locked');
    // Whoever is there is.
    expect(refusal(drive.enter('bo'))).toBeUndefined();
    expect(refusal(drive.enter('anna/phone'))).toBeUndefined();
  });

  it('[M11] is full at some time', () => {
    const drive = begun({ lobby: 'off' });
    for (let n = 1; n < meetingLimits.attendeesMost; n += 1) drive.come(`p${n}`);
    expect(refusal(drive.enter('late'))).toBe('meeting_full');
    const quiet = begun({ lobby: 'all' });
    for (let n = 0; n < meetingLimits.waitingMost; n += 1) quiet.enter(`p${n}`);
    expect(refusal(quiet.enter('late'))).toBe('meeting_full');
  });

  it('[M12] somebody is in it once for each device, and goes on there', () => {
    const drive = begun();
    drive.come('bo');
    const { id } = drive.attendee('bo');
    expect(told(drive.enter('bo/laptop/2'))).toEqual(['bo over replaced']);
    expect(drive.attendee('bo')).toMatchObject({ id, connection: 'bo-laptop-2', here: true });
    drive.come('bo/phone');
    expect(drive.people).toEqual(['anna', 'bo', 'bo']);
    drive.leaves('bo/phone');
    expect(drive.talking).toEqual(new Set(['anna', 'bo']));
    drive.enter('gus', { guest: true });
    drive.enter('gus/laptop/2', { guest: true });
    expect(drive.people).toEqual(['anna', 'bo', 'gus waiting']);
  });

  it('[M13] who is let in may join and read along, until they go', () => {
    const drive = begun();
    drive.come('bo');
    const { id } = drive.attendee('bo');
    expect(drive.asked).toEqual(['create s-1', `add ${drive.attendee('anna').id}`, `add ${id}`]);
    expect(drive.tokens).toContain(id);
    expect(drive.talking).toContain('bo');
    expect(told(drive.input({ type: 'leave', from: from('bo') }))).toEqual(['anna left bo']);
    expect(drive.asked.at(-1)).toBe(`remove ${id}`);
    expect(drive.tokens).not.toContain(id);
    expect(drive.talking).not.toContain('bo');
    expect(drive.input({ type: 'leave', from: from('bo') })).toEqual([{ type: 'reply', ok: 'nothing' }]);
  });

  it('[M14] who does not join in time is gone', () => {
    const drive = begun();
    drive.enter('bo');
    expect(told(drive.wait())).toEqual(['bo over lost', 'anna left bo']);
    expect(drive.people).toEqual(['anna']);
  });

  it('[M14] who is here is gone when the session says so', () => {
    const drive = begun();
    drive.come('bo');
    drive.input({ type: 'gone', connection: from('bo').connection });
    expect(drive.people).toEqual(['anna', 'bo']);
    const left = drive.leaves('bo');
    expect([told(left), news(left)]).toEqual([['bo over lost', 'anna left bo'], ['meeting.left']]);
  });
});

describe('the session', () => {
  it('[M15] begins with the first who is let in', () => {
    const drive = new Drive();
    drive.make();
    drive.enter('gus', { guest: true });
    expect(drive.asked).toEqual([]);
    expect(news(drive.enter('anna'))).toEqual(['meeting.started']);
    const before = drive.state;
    const { id } = drive.attendee('anna');
    expect(drive.input({ type: 'joined', session: 'another', participant: id, connection: 'x' })).toEqual([]);
    expect(drive.input({ type: 'left', session: 'another', participant: id })).toEqual([]);
    expect(drive.input({ type: 'session_over', session: 'another' })).toEqual([]);
    expect(drive.state).toBe(before);
  });

  it('[M16] when it is over nobody is in the meeting, and the next begins another', () => {
    const drive = begun();
    drive.enter('gus', { guest: true });
    const session = drive.session;
    const over = drive.input({ type: 'session_over', session });
    expect([told(over), news(over)]).toEqual([['anna over ended'], ['meeting.ended']]);
    expect(drive.people).toEqual(['gus waiting']);
    expect([...drive.tokens, ...drive.talking]).toEqual([]);
    drive.come('anna');
    expect(drive.session).not.toBe(session);
  });
});

describe('hosts', () => {
  it('[M17] only hosts do what hosts do', () => {
    const drive = begun();
    drive.come('bo');
    drive.enter('gus', { guest: true });
    const before = drive.state;
    for (const type of ['admit', 'refuse'] as const) expect(refusal(drive.act('bo', type, 'gus'))).toBe('forbidden');
    for (const type of ['mute', 'remove', 'host', 'lower'] as const)
      expect(refusal(drive.act('bo', type, 'anna'))).toBe('forbidden');
    expect(refusal(drive.input({ type: 'lock', by: from('bo'), locked: true }))).toBe('forbidden');
    expect(refusal(drive.input({ type: 'end', by: from('bo') }))).toBe('forbidden');
    expect(drive.state).toBe(before);
    drive.act('anna', 'mute', 'bo');
    expect(drive.asked.at(-1)).toBe(`mute ${drive.attendee('bo').id}`);
    expect(refusal(drive.act('anna', 'mute', 'gus'))).toBe('attendee_not_found');
    expect(refusal(drive.act('anna', 'admit', 'bo'))).toBeUndefined();
    expect(refusal(drive.act('anna', 'refuse', 'bo'))).toBe('attendee_not_found');
  });

  it('[M17] programs do what hosts do', () => {
    const drive = begun();
    drive.come('bo');
    expect(refusal(drive.input({ type: 'remove', participant: drive.attendee('bo').id }))).toBeUndefined();
    expect(refusal(drive.input({ type: 'lock', locked: true }))).toBeUndefined();
    expect(refusal(drive.input({ type: 'end' }))).toBeUndefined();
  });

  it('[M18] hands over when the last host has gone, to somebody with an account first', () => {
    const drive = begun({ lobby: 'off' });
    drive.come('gus', { guest: true });
    drive.come('bo');
    drive.come('cem');
    expect(told(drive.leaves('anna'))).toContain('gus changed bo host');
    expect(drive.standing.hosts).toEqual(['anna', 'bo']);
    drive.leaves('bo');
    drive.leaves('cem');
    expect(drive.standing.hosts).toEqual(['anna', 'bo', 'cem', 'gus']);
    expect(meetingView(drive.standing, 'gus').isHost).toBe(true);
  });

  it('[M18] makes nobody a host where no host has been', () => {
    const drive = new Drive();
    drive.make({ lobby: 'off' });
    drive.come('bo');
    drive.come('cem');
    drive.leaves('bo');
    expect(drive.standing.hosts).toEqual(['anna']);
  });

  it('[M19] hands are raised by their owners, and lowered by them or by hosts', () => {
    const drive = begun();
    drive.come('bo');
    const raise = (raised: boolean): ReturnType<Drive['input']> => drive.input({ type: 'hand', by: from('bo'), raised });
    expect(told(raise(true))).toEqual(['anna changed bo hand', 'bo changed bo hand']);
    const since = drive.attendee('bo').hand;
    expect(told(raise(true))).toEqual([]);
    expect(drive.attendee('bo').hand).toBe(since);
    expect(told(drive.act('anna', 'lower', 'bo'))).toEqual(['anna changed bo', 'bo changed bo']);
    expect(told(raise(false))).toEqual([]);
    drive.enter('gus', { guest: true });
    expect(refusal(drive.input({ type: 'hand', by: from('gus'), raised: true }))).toBe('attendee_not_found');
  });
});
