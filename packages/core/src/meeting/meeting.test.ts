import { describe, expect, it } from 'vitest';
import { meetingLimits } from '../meeting-limits.ts';
import { begun, Drive, from, mails, news, refusal, told } from './meeting.fixture.ts';
import { attendeesFor, meetingMachine } from './meeting.ts';

const hour = 3_600_000;
const day = 24 * hour;

const entries = (effects: ReturnType<Drive['input']>): unknown[] => effects.filter(({ type }) => type === 'entry');

describe('what it is', () => {
  it('[M1] is made once, and whoever makes it is its host', () => {
    const drive = new Drive();
    expect(news(drive.make({ title: 'Stand-up' }))).toEqual(['meeting.created']);
    expect(drive.standing).toMatchObject({ by: { address: 'anna' }, hosts: ['anna'], plan: { title: 'Stand-up' } });
    const before = drive.state;
    expect(drive.make({ title: 'Another' })).toEqual([{ type: 'reply', ok: 'meeting' }]);
    expect(drive.state).toBe(before);
  });

  it('[M1] is made once by a request that is said again, and not by another', () => {
    const drive = new Drive();
    drive.make({ title: 'Once' }, { by: undefined, asked: 'digest' });
    const before = drive.state;
    expect(drive.make({ title: 'Once' }, { by: undefined, asked: 'digest' })).toEqual([{ type: 'reply', ok: 'meeting' }]);
    expect(refusal(drive.make({ title: 'Once' }, { by: undefined, asked: 'other' }))).toBe('idempotency_mismatch');
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
    expect(refusal(drive.change('anna', plan))).toBe(code);
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
    expect(refusal(drive.change('bo', { title: 'Mine' }))).toBe('forbidden');
    expect(refusal(drive.input({ type: 'cancel', by: from('bo') }))).toBe('forbidden');
    expect(told(drive.change('anna', { title: 'Ours' }))).toEqual(['anna sees', 'bo sees']);
    expect(drive.standing.plan.title).toBe('Ours');
    drive.change('anna', { title: null });
    expect(drive.standing.plan).not.toHaveProperty('title');
    const cancelled = drive.input({ type: 'cancel', by: from('anna') });
    expect(told(cancelled)).toEqual(['anna over cancelled', 'bo over cancelled']);
    expect(news(cancelled)).toEqual(['meeting.cancelled']);
  });

  it('[M3] writes to those invited by e-mail where their calendar is concerned', () => {
    const drive = new Drive();
    const startsAt = drive.now + day;
    expect(mails(drive.make({ startsAt }, { emails: ['a@x.y', 'b@x.y', 'a@x.y'] }))).toEqual([
      'invitation REQUEST a@x.y b@x.y',
    ]);
    expect(mails(drive.change('anna', { lobby: 'all' }))).toEqual([]);
    expect(drive.standing.sequence).toBe(0);
    expect(mails(drive.change('anna', { startsAt: startsAt + hour }))).toEqual(['changed REQUEST a@x.y b@x.y']);
    expect(drive.standing.sequence).toBe(1);
    expect(news(drive.change('anna', { startsAt: startsAt + hour }))).toEqual([]);
    expect(mails(drive.invite('anna', { emails: ['c@x.y'] }))).toEqual(['invitation REQUEST c@x.y']);
    expect(mails(drive.change('anna', { startsAt: null }))).toEqual(['changed CANCEL a@x.y b@x.y c@x.y']);
    expect(mails(drive.input({ type: 'cancel', by: from('anna') }))).toEqual(['cancelled a@x.y b@x.y c@x.y']);
  });

  it('[M3] says nothing to calendars of a meeting without a time', () => {
    const drive = new Drive();
    expect(mails(drive.make({}, { emails: ['a@x.y'] }))).toEqual(['invitation a@x.y']);
    expect(mails(drive.change('anna', { title: 'Ours' }))).toEqual(['changed a@x.y']);
    expect(mails(drive.change('anna', { startsAt: drive.now + day }))).toEqual(['changed REQUEST a@x.y']);
    expect(mails(drive.input({ type: 'cancel', by: from('anna') }))).toEqual(['cancelled CANCEL a@x.y']);
  });

  it('[M3] tells of a new passcode', () => {
    const drive = new Drive();
    drive.make({ startsAt: drive.now + day }, { emails: ['a@x.y'] });
    expect(mails(drive.change('anna', { passcode: 'secret' }))).toEqual(['changed a@x.y']);
    expect(drive.standing.sequence).toBe(0);
    expect(mails(drive.change('anna', { passcode: null }))).toEqual([]);
  });

  it('[M4] hosts and those who are in it invite, each once, by e-mail hosts with an account alone', () => {
    const drive = begun();
    drive.come('bo');
    expect(refusal(drive.invite('eve', { users: ['cem'] }))).toBe('forbidden');
    expect(refusal(drive.invite('bo', { emails: ['c@x.y'] }))).toBe('forbidden');
    expect(refusal(drive.invite('bo', { users: ['dan'] }))).toBeUndefined();
    expect(mails(drive.invite('anna', { emails: ['c@x.y'] }))).toEqual(['invitation c@x.y']);
    expect(mails(drive.invite('anna', { emails: ['C@x.Y', 'd@x.y', 'D@x.y'] }))).toEqual(['invitation d@x.y']);
    expect(mails(drive.invite(undefined, { users: ['cem'] }))).toEqual([]);
    expect(drive.standing).toMatchObject({ emails: ['c@x.y', 'd@x.y'], users: [{ address: 'dan' }, { address: 'cem' }] });
    const many = Array.from({ length: meetingLimits.invitedMost }, (_, at) => `${at}@x.y`);
    expect(refusal(drive.invite('anna', { emails: many }))).toBe('too_many_invited');
    expect(drive.standing.emails).toHaveLength(2);
    drive.enter('gus', { guest: true });
    drive.act('anna', 'admit', 'gus');
    drive.act('anna', 'host', 'gus');
    expect(refusal(drive.invite('gus', { guest: true, emails: ['e@x.y'] }))).toBe('forbidden');
  });

  it('[M5] reminds once of each time it has', () => {
    const drive = new Drive();
    const startsAt = drive.now + day;
    drive.make({ startsAt, remindMs: hour }, { emails: ['a@x.y'] });
    const reminded = drive.wait();
    expect(drive.now).toBe(startsAt - hour);
    expect([mails(reminded), news(reminded)]).toEqual([['reminder a@x.y'], ['meeting.reminder']]);
    expect(mails(drive.input({ type: 'tick' }))).toEqual([]);
    drive.change('anna', { startsAt: startsAt + day });
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

  it('[M5] does not remind those who are written to when it is about to begin', () => {
    const drive = new Drive();
    const startsAt = drive.now + hour / 2;
    drive.make({ startsAt, remindMs: hour }, { emails: ['a@x.y'] });
    expect(mails(drive.input({ type: 'tick' }))).toEqual([]);
    expect(mails(drive.change('anna', { startsAt: startsAt + hour / 4 }))).toEqual(['changed REQUEST a@x.y']);
    expect(mails(drive.input({ type: 'tick' }))).toEqual([]);
    drive.change('anna', { startsAt: startsAt + day });
    expect(mails(drive.wait())).toEqual(['reminder a@x.y']);
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
    for (const go of [
      () => other.leaves('anna'),
      () => other.input({ type: 'leave', from: from('anna') }),
      () => other.input({ type: 'session_over', session: other.session }),
    ]) {
      if (!other.people.includes('anna')) other.come('anna');
      other.now += day;
      go();
      expect(meetingMachine.deadline(other.state)).toBe(other.now + meetingLimits.meetingKeptMs);
    }
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
    expect(refusal(drive.enter('bo', { passcode: 'limited' }))).toBe('rate_limited');
    expect(drive.people).toEqual([]);
    drive.come('anna', { passcode: 'limited' });
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

  it('[M23] whoever waits and need not any more comes in, by entering again or at once', () => {
    const member = begun({ lobby: 'all' });
    member.enter('bo');
    expect(told(member.enter('bo/laptop/2', { member: true }))).toEqual(['bo over replaced', 'anna joined bo']);
    expect(member.people).toEqual(['anna', 'bo']);
    const invited = begun({ lobby: 'all' });
    invited.enter('bo');
    invited.enter('cem');
    const effects = invited.invite('anna', { users: ['bo'] });
    expect(told(effects)).toEqual(['anna joined bo']);
    expect(effects.at(-1)).toEqual({ type: 'admitted', participant: invited.attendee('bo').id });
    expect(invited.people).toEqual(['anna', 'bo', 'cem waiting']);
    invited.enter('gus', { guest: true });
    invited.change('anna', { lobby: 'guests' });
    expect(invited.people).toEqual(['anna', 'bo', 'cem', 'gus waiting']);
    expect(refusal(invited.enter('gus', { guest: true }))).toBeUndefined();
    expect(invited.people).toContain('gus waiting');
  });

  it('[M23] nobody comes in so while it is locked or full', () => {
    const drive = begun({ lobby: 'all' });
    drive.enter('bo');
    drive.lock('anna', true);
    drive.change('anna', { lobby: 'off' });
    drive.enter('bo');
    expect(drive.people).toEqual(['anna', 'bo waiting']);
    expect(told(drive.lock('anna', false))).toEqual(['anna sees', 'bo sees', 'anna joined bo']);
    const full = begun({ lobby: 'all' });
    for (let n = 0; n < meetingLimits.waitingMost; n += 1) full.enter(`p${n}`);
    full.change('anna', { lobby: 'off' });
    expect(full.people.filter((one) => one.endsWith('waiting'))).toHaveLength(
      1 + meetingLimits.waitingMost - meetingLimits.attendeesMost,
    );
  });

  it('[M9] whoever is removed is out of it, whether they wait or have been let in meanwhile', () => {
    for (const isLetIn of [false, true]) {
      const drive = begun();
      drive.enter('gus', { guest: true });
      if (isLetIn) drive.act('anna', 'admit', 'gus');
      const { id } = drive.attendee('gus');
      const over = told(drive.input({ type: 'remove', participant: id })).filter((one) => one.startsWith('gus over'));
      expect(over).toEqual([`gus over ${isLetIn ? 'removed' : 'refused'}`]);
      expect(refusal(drive.input({ type: 'admit', participant: id, fresh: 'f' }))).toBe('attendee_not_found');
      expect(refusal(drive.enter('gus', { guest: true }))).toBe('meeting_removed');
    }
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
    drive.invite('anna', { users: ['bo'] });
    drive.come('bo');
    drive.act('anna', 'host', 'bo');
    expect(refusal(drive.act('bo', 'remove', 'anna'))).toBe('forbidden');
    expect(drive.people).toEqual(['anna', 'bo']);
  });

  it('[M10] locked, it lets nobody in but hosts', () => {
    const drive = begun({ passcode: 'secret' });
    drive.come('bo', { passcode: 'right' });
    expect(told(drive.lock('anna', true))).toEqual(['anna sees', 'bo sees']);
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
    // Also who was let in, and could not be added to it.
    drive.enter('cem');
    expect(told(drive.leaves('cem'))).toEqual(['cem over lost', 'anna left cem', 'bo left cem']);
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
