import { beforeEach, describe, expect, it } from 'vitest';
import type { Participant, Presence } from '../session/types.ts';
import type { SessionStream } from '../protocol/sessions.ts';
import { Drive, from } from './meeting.fixture.ts';
import { sidesOf } from './onward.ts';
import type { Standing } from './types.ts';

const now = 5_000_000;
let drive: Drive;
let participants: Record<string, Participant>;

/** In the meeting and in its session. */
function comes(
  where: string,
  streams: readonly SessionStream[],
  how: { guest?: boolean } = {},
  more: Partial<Presence> = {},
): void {
  drive.come(where, how);
  const { id } = drive.attendee(where);
  const here: Presence = { from: from(where), ways: {}, waysSince: now, streams, ...more };
  participants = { ...participants, [id]: { id, publish: ['audio', 'video'], subscriptions: {}, joins: 1, here } };
}

const stream = (kind: 'audio' | 'video', more: Partial<SessionStream> = {}): SessionStream => ({
  mid: kind,
  kind,
  muted: false,
  n: 0,
  ...more,
});
const sides = (who = 'anna'): ReturnType<typeof sidesOf> => sidesOf(drive.state as Standing, { participants }, from(who), now);

beforeEach(() => {
  drive = new Drive();
  participants = {};
  drive.make({ lobby: 'off' });
});

describe('a meeting of two that goes on as a call', () => {
  it('[M25] begins with what each sends in it', () => {
    comes('anna', [stream('audio'), stream('video')]);
    comes('bo', [stream('audio', { muted: true }), stream('video', { alias: 'screen' })]);
    expect(sides()).toMatchObject({
      caller: { ...from('anna'), side: { muted: false, camera: true }, media: 'connecting' },
      callee: { ...from('bo'), side: { muted: true, camera: false }, media: 'connecting' },
    });
    expect(sides('bo')).toMatchObject({ caller: from('bo'), callee: from('anna') });
  });

  it('[M25] is for whoever is in it', () => {
    comes('anna', [stream('audio')]);
    comes('bo', [stream('audio')]);
    expect(sides('carla')).toEqual({ refused: 'meeting_not_found' });
  });

  it('[M25] is for two alone', () => {
    comes('anna', [stream('audio')]);
    expect(sides()).toEqual({ refused: 'wrong_state' });
    comes('bo', [stream('audio')]);
    comes('carla', [stream('audio')]);
    expect(sides()).toEqual({ refused: 'wrong_state' });
  });

  it.each([
    ['a guest', { guest: true }, {}],
    ['somebody whose signalling is gone', {}, { awaySince: now }],
  ])('[M25] is not for %s', (_who, how, more) => {
    comes('anna', [stream('audio')]);
    comes('bo', [stream('audio')], how, more);
    expect(sides()).toEqual({ refused: 'wrong_state' });
  });

  it('[M25] needs two people, not two devices of one', () => {
    comes('anna', [stream('audio')]);
    comes('anna/phone', [stream('audio')]);
    expect(sides()).toEqual({ refused: 'wrong_state' });
  });

  it('[M25] opens no microphone that is not open in the meeting', () => {
    comes('anna', [stream('audio', { muted: true })]);
    comes('bo', [stream('video'), stream('audio', { alias: 'screen', mid: 's' })]);
    expect(sides()).toEqual({ refused: 'wrong_state' });
    expect(sides('bo')).toEqual({ refused: 'wrong_state' });
  });

  it('[M25] waits until both have joined the session', () => {
    comes('anna', [stream('audio')]);
    drive.enter('bo');
    expect(sides()).toEqual({ refused: 'wrong_state' });
  });
});
