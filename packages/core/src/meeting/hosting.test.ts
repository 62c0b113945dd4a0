import { describe, expect, it } from 'vitest';
import { begun, Drive, from, refusal, told } from './meeting.fixture.ts';
import { attendeesFor, meetingView } from './meeting.ts';

/** Whether those who are added may record. */
const records = (effects: ReturnType<Drive['input']>): unknown[] =>
  effects.flatMap((effect) => (effect.type === 'session' && effect.ask.type === 'add' ? effect.ask.participant.record : []));

describe('hosts', () => {
  it('[M17] only hosts do what hosts do', () => {
    const drive = begun();
    drive.come('bo');
    drive.enter('gus', { guest: true });
    const before = drive.state;
    for (const type of ['admit', 'refuse'] as const) expect(refusal(drive.act('bo', type, 'gus'))).toBe('forbidden');
    for (const type of ['mute', 'remove', 'host', 'lower'] as const)
      expect(refusal(drive.act('bo', type, 'anna'))).toBe('forbidden');
    expect(refusal(drive.lock('bo', true))).toBe('forbidden');
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
    expect(refusal(drive.lock(undefined, true))).toBeUndefined();
    expect(refusal(drive.input({ type: 'end' }))).toBeUndefined();
  });

  it('[M18] somebody with an account stands in when the last host has gone', () => {
    const drive = begun();
    drive.enter('gus', { guest: true });
    drive.act('anna', 'admit', 'gus');
    drive.join('gus');
    drive.come('bo');
    drive.come('bo/phone');
    drive.come('cem');
    drive.enter('eve', { guest: true });
    expect(told(drive.leaves('anna'))).toEqual(
      expect.arrayContaining(['gus changed bo stands in', 'bo sees', 'bo joined eve waiting']),
    );
    expect(drive.standing).toMatchObject({ hosts: ['anna'], standIn: 'bo' });
    drive.leaves('bo');
    expect(drive.standing.standIn).toBe('bo');
    drive.leaves('bo/phone');
    expect(drive.standing.standIn).toBe('cem');
    drive.leaves('cem');
    expect(drive.people).toEqual(['gus', 'eve waiting']);
    expect(drive.standing.standIn).toBeUndefined();
    expect(attendeesFor(drive.standing, 'gus')).toHaveLength(1);
  });

  it('[M18] nobody stands in any more once a host is there, or it is over', () => {
    const drive = begun();
    drive.come('bo');
    drive.enter('gus', { guest: true });
    drive.leaves('anna');
    expect(told(drive.come('anna'))).toEqual(
      expect.arrayContaining(['bo changed bo', 'bo sees', 'bo left gus waiting', 'bo joined anna host']),
    );
    expect(drive.standing.standIn).toBeUndefined();
    drive.leaves('anna');
    expect(drive.standing.standIn).toBe('bo');
    drive.input({ type: 'host', participant: drive.attendee('bo').id });
    expect(drive.standing).toMatchObject({ hosts: ['anna', 'bo'] });
    expect(drive.standing.standIn).toBeUndefined();
    const over = begun();
    over.come('bo');
    over.leaves('anna');
    over.input({ type: 'session_over', session: over.session });
    expect(over.standing.standIn).toBeUndefined();
  });

  it('[M22] whoever stands in leads those who are there, and no more', () => {
    const drive = begun({ passcode: 'secret', startsAt: 2_000_000 });
    drive.come('bo', { passcode: 'right' });
    drive.come('cem', { passcode: 'right' });
    drive.leaves('anna');
    drive.enter('gus', { guest: true, passcode: 'right' });
    drive.enter('eve', { guest: true, passcode: 'right' });
    drive.act('anna', 'host', 'cem');
    drive.leaves('cem');
    for (const effects of [
      drive.act('bo', 'admit', 'gus'),
      drive.act('bo', 'refuse', 'eve'),
      drive.act('bo', 'mute', 'gus'),
      drive.act('bo', 'lower', 'gus'),
      drive.lock('bo', true),
      drive.act('bo', 'remove', 'gus'),
    ])
      expect(refusal(effects)).toBeUndefined();
    const before = drive.state;
    for (const effects of [
      drive.change('bo', { title: 'Mine' }),
      drive.input({ type: 'cancel', by: from('bo') }),
      drive.input({ type: 'end', by: from('bo') }),
      drive.act('bo', 'host', 'bo'),
      drive.invite('bo', { emails: ['e@x.y'] }),
    ])
      expect(refusal(effects)).toBe('forbidden');
    expect(drive.state).toEqual(before);
    const view = meetingView(drive.standing, 'bo');
    expect(view).toMatchObject({ isHost: false, standsIn: true, hasPasscode: true });
    for (const secret of ['passcode', 'emails', 'users']) expect(view).not.toHaveProperty(secret);
    expect(meetingView(drive.standing, 'anna')).toMatchObject({ isHost: true, passcode: 'secret' });
  });

  it('[M9] nobody sends those away who were named as it was made', () => {
    const drive = new Drive();
    drive.make({ lobby: 'off' }, { by: undefined, hosts: ['anna'] });
    drive.come('anna');
    drive.come('bo');
    drive.act('anna', 'host', 'bo');
    expect(refusal(drive.act('bo', 'remove', 'anna'))).toBe('forbidden');
    expect(refusal(drive.input({ type: 'remove', participant: drive.attendee('anna').id }))).toBe('forbidden');
    drive.act('anna', 'remove', 'bo');
    expect(drive.standing.hosts).toEqual(['anna']);
  });

  it('[M18] makes nobody a host where no host has been', () => {
    const drive = new Drive();
    drive.make({ lobby: 'off' });
    drive.come('bo');
    drive.come('cem');
    drive.leaves('bo');
    expect(drive.standing.hosts).toEqual(['anna']);
  });

  it('[M24] hosts may record it, and programs see its session', () => {
    const drive = begun();
    expect(records(drive.come('bo'))).toEqual([false]);
    expect(records(drive.come('anna/phone'))).toEqual([true]);
    expect(records(drive.act('anna', 'host', 'bo'))).toEqual([true]);
    expect(meetingView(drive.standing, undefined).session).toBe(drive.session);
    expect(meetingView(drive.standing, 'anna')).not.toHaveProperty('session');
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
