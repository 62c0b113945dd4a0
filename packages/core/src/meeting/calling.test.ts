import { describe, expect, it } from 'vitest';
import { begun, from, refusal, told } from './meeting.fixture.ts';
import { attendeesFor, meetingView } from './meeting.ts';

const phone = { phone: true } as const;

describe('who comes by telephone', () => {
  it('[M26] waits in the lobby as any guest, on each call, and is let in by a host', () => {
    const drive = begun();
    drive.enter('+4930/one', phone);
    expect(drive.people).toEqual(['anna', '+4930 waiting']);
    drive.act('anna', 'admit', '+4930/one');
    drive.join('+4930/one');
    expect(drive.people).toEqual(['anna', '+4930']);
    drive.leaves('+4930/one');
    drive.enter('+4930/two', phone);
    expect(drive.people).toEqual(['anna', '+4930 waiting']);
  });

  it('[M26] says the passcode, though that number was invited', () => {
    const drive = begun({ lobby: 'off', passcode: '4711' });
    drive.invite('anna', { users: ['+4930'] });
    expect(refusal(drive.enter('+4930/one', phone))).toBe('passcode_needed');
    expect(refusal(drive.enter('+4930/one', { ...phone, passcode: 'wrong' }))).toBe('passcode_wrong');
    drive.enter('+4930/one', { ...phone, passcode: 'right' });
    expect(drive.people).toEqual(['anna', '+4930']);
  });

  it('[M26] is kept out by a lock, and once they were removed', () => {
    const drive = begun({ lobby: 'off' });
    drive.lock('anna', true);
    expect(refusal(drive.enter('+4930/one', phone))).toBe('meeting_locked');
    drive.lock('anna', false);
    drive.come('+4930/one', phone);
    expect(told(drive.act('anna', 'remove', '+4930/one'))).toContain('+4930 over removed');
    expect(refusal(drive.enter('+4930/two', phone))).toBe('meeting_removed');
  });

  it('[M26] publishes sound, reads nothing, and is no host', () => {
    const drive = begun({ lobby: 'off' });
    const effects = drive.come('+4930/one', phone);
    expect(effects).toContainEqual(
      expect.objectContaining({
        ask: expect.objectContaining({ participant: expect.objectContaining({ publish: ['audio'] }) }),
      }),
    );
    expect(drive.talking).toEqual(new Set(['anna']));
    expect(attendeesFor(drive.standing, 'anna').at(-1)).toMatchObject({ phone: true, guest: true, host: false });
    expect(refusal(drive.act('anna', 'host', '+4930/one'))).toBe('forbidden');
    drive.leaves('anna');
    expect(drive.standing.standIn).toBeUndefined();
  });

  it('[M26] finds it by another PIN once a host has renewed it, which nobody else does', () => {
    const drive = begun({ lobby: 'off' });
    drive.come('bo');
    expect(refusal(drive.input({ type: 'pin', by: from('bo'), pin: '42' }))).toBe('forbidden');
    drive.input({ type: 'pin', by: from('anna'), pin: '42' });
    expect(drive.standing.pin).toBe('42');
    expect(meetingView(drive.standing, 'bo')).not.toHaveProperty('pin');
  });
});

describe('a telephone that is called', () => {
  it('[M27] rings, which those see who are in it, and is in it once it is answered', () => {
    const drive = begun();
    drive.enter('gus', { guest: true });
    expect(told(drive.dial('anna', '+4930/one'))).toEqual(['anna joined +4930 ringing']);
    expect(attendeesFor(drive.standing, 'gus').map(({ place }) => place)).toEqual(['in', 'ringing']);
    drive.lock('anna', true);
    expect(told(drive.answers('+4930/one'))).toEqual(['anna joined +4930']);
    expect(drive.people).toEqual(['anna', 'gus waiting', '+4930']);
    expect(drive.asked.at(-1)).toBe('add p-+4930/one');
  });

  it('[M27] by hosts alone, and each once at a time', () => {
    const drive = begun({ lobby: 'off' });
    drive.come('bo');
    expect(refusal(drive.dial('bo', '+4930/one'))).toBe('forbidden');
    drive.dial('anna', '+4930/one');
    expect(refusal(drive.dial(undefined, '+4930/two'))).toBe('participant_here');
  });

  it('[M27] and does not come: those who are in it see why', () => {
    const drive = begun();
    drive.dial('anna', '+4930/one');
    const participant = drive.attendee('+4930/one').id;
    expect(told(drive.input({ type: 'unreached', participant, cause: 'busy' }))).toEqual(['anna left +4930 ringing busy']);
    expect(drive.input({ type: 'unreached', participant, cause: 'busy' })).toEqual([]);
    drive.dial('anna', '+4930/two');
    expect(drive.people).toEqual(['anna', '+4930 ringing']);
  });

  it('[M27] comes, though they were sent away before', () => {
    const drive = begun({ lobby: 'off' });
    drive.come('+4930/one', phone);
    drive.act('anna', 'remove', '+4930/one');
    drive.dial('anna', '+4930/two');
    drive.answers('+4930/two');
    expect(drive.people).toEqual(['anna', '+4930']);
  });

  it('[M28] stops when a host removes it, and may be called again', () => {
    const drive = begun();
    drive.dial('anna', '+4930/one');
    expect(told(drive.act('anna', 'remove', '+4930/one'))).toEqual(['+4930 over removed', 'anna left +4930 ringing']);
    expect(refusal(drive.dial('anna', '+4930/two'))).toBeUndefined();
  });

  it('[M28] stops when it is ended for all, and when its session is over', () => {
    const drive = begun();
    drive.dial('anna', '+4930/one');
    expect(told(drive.input({ type: 'session_over', session: drive.session }))).toContain('+4930 over ended');
    expect(drive.people).toEqual([]);
    const other = begun();
    other.dial('anna', '+4930/one');
    expect(told(other.input({ type: 'end' }))).toContain('+4930 over ended');
  });
});
