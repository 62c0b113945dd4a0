/** Meetings that never were: the way in, rooms of one, two, many, and how they end. */
import { m } from '../src/texts/meetings.ts';
import type { Attendee, MeetingRow, MeetingState } from '../src/view/meeting.ts';
import type { PhoneState, SignedIn } from '../src/view/state.ts';
import { openWays } from './accounts.ts';
import { conversations, opened } from './conversations.ts';
import { anna, bo, long, many, mira, noor } from './people.ts';

interface Streams {
  readonly mine?: MediaStream | undefined;
  readonly theirs?: MediaStream | undefined;
}

const id = 'kX2vQ8rT5wLm9pYc3nZaBd';
const url = `https://calls.example.com/#meeting=${id}`;
const minute = 60_000;
const hour = 60 * minute;

function at(hours: number, inDays = 0): number {
  const date = new Date();
  date.setDate(date.getDate() + inDays);
  return date.setHours(hours, 0, 0, 0);
}

const rows: readonly MeetingRow[] = [
  row('Kick-off for the new workshop', { isGoing: true, people: 4, by: bo.name }),
  row('Weekly', { startsAt: at(14), durationMs: 30 * minute }),
  row('', { startsAt: at(16), durationMs: hour, by: long.name }),
  row('Interview with the carpenters from over the river', { startsAt: at(9, 1), durationMs: 90 * minute }),
  row('פגישת תכנון', { startsAt: at(11, 3), durationMs: hour, by: noor.name }),
  row('Open house'),
];

function row(title: string, more: Partial<MeetingRow> = {}): MeetingRow {
  return {
    id: title || 'untitled',
    title,
    url,
    calendarUrl: 'about:blank',
    isHost: more.by === undefined,
    isGoing: false,
    people: 0,
    lobby: 'guests',
    emails: [],
    ...more,
  };
}

function attendee(person: { readonly address: string; readonly name: string }, more: Partial<Attendee> = {}): Attendee {
  return { id: person.address, ...person, isMe: false, isHost: false, isGuest: false, muted: false, away: false, ...more };
}

/** The telephone of somebody. */
const phone = { address: '+4930123456', name: '+49 30 123456', isGuest: true, isPhone: true };
const dialIn = { pin: '4071823956', numbers: [{ number: '+4989900100', name: '+49 89 900100' }] };

const lena = { address: 'lena', name: 'Lena Fischer' };

export function meetingScreens(
  { mine, theirs }: Streams,
  signedIn: (more: Partial<SignedIn>) => SignedIn,
): Record<string, PhoneState> {
  const me = attendee(lena, { id: 'me', isMe: true, isHost: true, picture: mine });
  const meeting = (more: Partial<MeetingState>): MeetingState => ({
    id,
    title: 'Kick-off for the new workshop',
    url,
    stage: { kind: 'in', since: performance.now() - 754_000 },
    isHost: true,
    leads: true,
    startsAt: at(14),
    durationMs: hour,
    hostName: bo.name,
    lobby: 'guests',
    locked: false,
    people: [me],
    spoke: [],
    knocks: [],
    microphone: true,
    camera: true,
    open: { camera: mine },
    problems: {},
    network: 'good',
    isDown: false,
    poor: false,
    silenced: false,
    layout: 'grid',
    chat: 'group',
    unread: 0,
    mutedByHost: false,
    ...more,
  });
  const room = (more: Partial<MeetingState>, state: Partial<SignedIn> = {}): SignedIn =>
    signedIn({ route: { section: 'meetings', meeting: id }, meetings: { list: rows, meeting: meeting(more) }, ...state });
  const six = [
    me,
    attendee(anna, { picture: theirs }),
    attendee(long, { muted: true, isHost: true }),
    attendee(noor, { hand: 1 }),
    attendee(bo, { picture: theirs, muted: true }),
    attendee({ address: 'guest', name: 'Tom' }, { isGuest: true, away: true }),
  ];
  const crowd = [
    me,
    ...many.slice(0, 31).map((person, n) => attendee(person, { muted: n % 3 > 0, ...(n % 7 === 0 && { picture: theirs }) })),
  ];
  const knock = { id: 'k1', address: 'guest-2', name: 'Maximiliane-Wilhelmine von Hohenstein', isGuest: true };
  const before = { kind: 'before', busy: false, waits: false } as const;
  const closed = (why: 'unknown' | 'locked') =>
    room({ stage: { kind: 'closed', why }, title: '', hostName: undefined, people: [] });
  return {
    'meeting-guest': {
      kind: 'signed-out',
      ways: openWays,
      known: [],
      joining: false,
      meeting: {
        what: {
          meeting: id,
          title: 'Kick-off for the new workshop',
          hostName: bo.name,
          startsAt: at(14),
          durationMs: hour,
          hasPasscode: true,
          lobby: 'guests',
          calendarUrl: url,
        },
        isUseless: false,
      },
      busy: false,
    },
    meetings: signedIn({ route: { section: 'meetings' }, meetings: { list: rows, byEmail: true } }),
    'meetings-none': signedIn({ route: { section: 'meetings' }, meetings: { list: [], byEmail: true } }),
    'meeting-plan': signedIn({ route: { section: 'meetings' }, meetings: { list: rows, byEmail: true } }),
    'meeting-change': signedIn({
      route: { section: 'meetings' },
      meetings: {
        list: rows.map((one) => ({ ...one, emails: ['carpenters@workshop.example', 'noor@example.com'] })),
        byEmail: true,
      },
    }),
    'meetings-made': signedIn({
      route: { section: 'meetings' },
      meetings: { list: rows, made: { ...row('Weekly', rows[1]), dialIn } },
    }),
    'meeting-before': room({ stage: before, people: [], there: 3, measured: { loss: 0, roundTripMs: 31 } }),
    'meeting-before-blocked': room({ stage: before, people: [], there: 0, network: 'blocked' }),
    'meeting-before-poor': room({
      stage: before,
      people: [],
      network: 'poor',
      measured: { loss: 0.124, roundTripMs: 480 },
    }),
    'meeting-before-refused': room({
      stage: before,
      people: [],
      title: '',
      hostName: long.name,
      camera: false,
      open: {},
      network: 'slow',
      problems: { camera: { device: 'camera', reason: 'refused' } },
    }),
    'meeting-before-passcode': room({ stage: { ...before, waits: true }, people: [], passcode: 'wrong', network: 'checking' }),
    'meeting-lobby': room({ stage: { kind: 'lobby' }, people: [] }),
    'meeting-closed': closed('unknown'),
    'meeting-locked': closed('locked'),
    'meeting-left': room({ stage: { kind: 'ended', why: 'left', durationMs: 754_000 } }),
    'meeting-removed': room({ stage: { kind: 'ended', why: 'removed' } }),
    'meeting-alone': room({ mayRecord: true }),
    'meeting-two': room({ mayRecord: true, people: [me, attendee(anna, { picture: theirs })], speaker: anna.address }),
    'meeting-six': room({ people: six, speaker: anna.address, knocks: [knock] }),
    'meeting-many': room({ people: crowd, speaker: 'ben-abe', locked: true, poor: true, unread: 3 }),
    'meeting-recording': room({ people: six, recording: 'recording', mayRecord: true, speaker: anna.address }),
    'meeting-paused': room({ people: six.slice(0, 3), recording: 'paused', speaker: anna.address, locked: true }),
    'meeting-recording-bar': room(
      { people: six, recording: 'recording', speaker: anna.address },
      { route: { section: 'conversations', person: anna.address }, conversations: conversations(opened.anna) },
    ),
    'meeting-follow': {
      ...room({ people: six, speaker: anna.address }),
      meetings: {
        list: rows,
        meeting: meeting({ people: six }),
        follow: { call: 'call', name: noor.name, title: 'Kick-off for the new workshop' },
      },
    },
    'meeting-speaker': room({ people: six, layout: 'speaker', speaker: anna.address, spoke: [anna.address] }),
    'meeting-speaker-quiet': room({
      people: six,
      layout: 'speaker',
      speaker: long.address,
      microphone: false,
      mutedByHost: true,
    }),
    'meeting-screen': room({ people: six.map((one) => (one.id === bo.address ? { ...one, screen: theirs } : one)) }),
    'meeting-sharing': room({ people: [{ ...me, screen: theirs }, ...six.slice(1, 4)], speaker: noor.address }),
    'meeting-stand-in': room({
      people: [attendee(lena, { id: 'me', isMe: true, picture: mine }), ...six.slice(1).filter(({ isHost }) => !isHost)],
      isHost: false,
      leads: true,
      panel: 'people',
      knocks: [knock],
    }),
    'meeting-people': room({
      people: six,
      panel: 'people',
      knocks: [knock, { ...knock, id: 'k2', name: mira.name }],
      invites: { busy: false },
    }),
    'meeting-invited': room({
      people: six.slice(0, 2),
      panel: 'people',
      invites: { busy: false, done: m.invitationSent('carpenters@workshop.example and noor@example.com') },
    }),
    'meeting-uninvited': room({
      people: six.slice(0, 2),
      panel: 'people',
      dialIn,
      invites: { busy: false, problem: m.inviteProblems.rate_limited },
    }),
    'meeting-phones': room({
      people: [
        ...six.slice(0, 3),
        attendee(phone, phone),
        attendee({ ...phone, address: '+0' }, { ...phone, name: 'Withheld number', muted: true }),
      ],
      panel: 'people',
      dialIn,
      knocks: [{ ...phone, id: 'k3', name: '+44 20 7946 0018' }],
      called: [{ id: 'c1', address: '+33123456789', name: '+33 1 23 45 67 89' }],
    }),
    'meeting-chat': room(
      { people: six.slice(0, 4), panel: 'chat', chat: opened.group.id },
      { conversations: conversations(opened.group) },
    ),
    'meeting-bar': room(
      { people: six, speaker: anna.address },
      { route: { section: 'conversations', person: anna.address }, conversations: conversations(opened.anna) },
    ),
  };
}
