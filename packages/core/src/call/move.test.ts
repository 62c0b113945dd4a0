import { describe, expect, it } from 'vitest';
import {
  active,
  aliceLaptop,
  answered,
  answering,
  bobDesk,
  bobPhone,
  carolPhone,
  connected,
  ended,
  ringing,
  told,
} from './call.fixture.ts';
import { meetingLimits } from '../meeting-limits.ts';
import type { From } from './types.ts';

const meeting = 'meeting-of-alice-and-bob';
const says = (from: From, heard: boolean, which = meeting) => ({ type: 'move', from, meeting: which, heard }) as const;

describe('a call that goes on in a meeting', () => {
  it('[C61] goes on meanwhile, and the other side hears of the meeting', () => {
    const drive = connected();
    const effects = drive.feed(says(aliceLaptop, false));
    expect(answered(effects)).toBe('ok');
    expect(effects).toContainEqual(
      expect.objectContaining({ event: { type: 'moving', of: drive.state.id, meeting, heard: false } }),
    );
    expect(told(effects)).toEqual(['bob/phone/1: moving']);
    expect(drive.state.kind).toBe('active');
  });

  it.each([
    ['ringing', ringing, 'wrong_state'],
    ['answering', answering, 'wrong_state'],
    ['ended otherwise', ended, 'call_ended'],
  ])('[C61] is refused while it is %s', (_state, start, code) => {
    const drive = start();
    const before = drive.state;
    expect(answered(drive.feed(says(aliceLaptop, true)))).toBe(code);
    expect(drive.state).toBe(before);
  });

  it.each([
    ['a device that lost the call', bobDesk, 'answered_elsewhere'],
    ['a stranger', carolPhone, 'call_not_found'],
  ])('[C61] is refused to %s', (_who, from, code) => {
    const drive = active();
    const before = drive.state;
    expect(answered(drive.feed(says(from, true)))).toBe(code);
    expect(drive.state).toBe(before);
  });

  it('[C62] ends once both hear one another there, and not before', () => {
    const drive = connected();
    drive.feed(says(aliceLaptop, false));
    expect(told(drive.feed(says(bobPhone, true)))).toEqual(['alice/laptop/1: moving']);
    const effects = drive.feed(says(aliceLaptop, true));
    expect(answered(effects)).toBe('ok');
    expect(told(effects)).toEqual(['alice/laptop/1: ended joined', 'bob/phone/1: ended joined']);
    expect(effects.find(({ type }) => type === 'record')).toMatchObject({ record: { cause: 'joined' } });
  });

  it('[C61] is led into one meeting at a time: where both sides begin at once, the first one stands', () => {
    const drive = connected();
    drive.feed(says(aliceLaptop, false));
    const before = drive.state;
    expect(answered(drive.feed(says(bobPhone, false, 'another-meeting-of-bob')))).toBe('wrong_state');
    expect(drive.state).toBe(before);
    expect(answered(drive.feed(says(aliceLaptop, false, 'another-one-of-alice')))).toBe('ok');
  });

  it('[C62] goes on where what came of another meeting is long past', () => {
    const drive = connected();
    drive.feed(says(aliceLaptop, true));
    drive.later(meetingLimits.moveMs);
    expect(told(drive.feed(says(bobPhone, true, 'another-meeting-of-bob')))).toEqual(['alice/laptop/1: moving']);
    expect(drive.state.kind).toBe('active');
  });

  it('[C62] is answered as done when it is said again', () => {
    const drive = connected();
    drive.feed(says(aliceLaptop, true), says(bobPhone, true));
    expect(answered(drive.feed(says(bobPhone, true)))).toBe('ok');
  });
});
