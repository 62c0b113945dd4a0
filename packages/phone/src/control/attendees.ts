import type { Meeting } from '@offhook/client/meetings';
import type { Session } from '@offhook/client/session';
import type { MeetingAttendee } from '@offhook/core';
import { m } from '../texts/meetings.ts';
import type { Attendee, MeetingState } from '../view/meeting.ts';
import { inSentence } from '../view/names.ts';
import type { OwnMedia } from './own-media.ts';

/** All who are in a meeting, with what arrives of each; oneself first, then as they have come. */
export function attendeesOf(meeting: Meeting, session: Session | undefined, own: OwnMedia): readonly Attendee[] {
  const all = meeting.attendees.map((attendee) =>
    attendee.participant === meeting.me ? oneself(attendee, own) : other(attendee, session),
  );
  return [...all.filter(({ isMe }) => isMe), ...all.filter(({ isMe }) => !isMe)];
}

type Door = Pick<MeetingState, 'dialIn' | 'called' | 'knocks'>;

/** Who is not in it yet, and how others come. */
export function outside(meeting: Meeting | undefined): Door {
  return {
    dialIn: meeting?.info.dialIn,
    called: (meeting?.ringing ?? []).map(visitor),
    knocks: (meeting?.waiting ?? []).map(visitor),
  };
}

function visitor({ participant, user, guest, phone }: MeetingAttendee): Door['knocks'][number] {
  return { id: participant, address: user.address, name: user.name, isGuest: guest, isPhone: phone };
}

/** What is said of a telephone that has not come. */
export function notComing({ user, cause }: MeetingAttendee): string | undefined {
  const name = inSentence(user.name);
  switch (cause) {
    case undefined:
      return undefined;
    case 'busy':
    case 'declined':
    case 'no_answer':
      return m.notComing[cause](name);
    default:
      return m.notRung(name);
  }
}

function about({ participant, user, guest, phone, host, hand }: MeetingAttendee): Omit<Attendee, 'isMe' | 'muted' | 'away'> {
  return { id: participant, address: user.address, name: user.name, isHost: host, isGuest: guest, isPhone: phone, hand };
}

function oneself(attendee: MeetingAttendee, { on, streams, screen }: OwnMedia): Attendee {
  const picture = on.camera ? streams.camera : undefined;
  return { ...about(attendee), isMe: true, muted: !on.microphone, picture, screen, away: false };
}

function other(attendee: MeetingAttendee, session: Session | undefined): Attendee {
  const { participant } = attendee;
  const there = session?.participants.find((one) => one.participant === participant);
  const published = there?.streams ?? [];
  const arriving = (isScreen: boolean): MediaStream | undefined =>
    session?.streams.find(
      (remote) =>
        remote.participant === participant &&
        (remote.alias === 'screen') === isScreen &&
        published.some(({ kind, alias, muted }) => kind === 'video' && alias === remote.alias && !muted),
    )?.stream;
  return {
    ...about(attendee),
    isMe: false,
    muted: published.every(({ kind, alias, muted }) => kind !== 'audio' || alias === 'screen' || muted),
    picture: arriving(false),
    screen: arriving(true),
    away: there?.away ?? false,
  };
}
