/** How somebody knocks, is let in, and goes. */
import { meetingLimits, sessionLimits } from '../limits.ts';
import type { Instant } from '../machine.ts';
import type { MeetingCause } from '../protocol/meetings.ts';
import type { SessionId } from '../protocol/sessions.ts';
import {
  all,
  announce,
  answered,
  ask,
  ignored,
  inside,
  isHost,
  over,
  pageOf,
  refused,
  released,
  remembered,
  show,
  tell,
  waiting,
  withAttendee,
} from './outcome.ts';
import type { Changed, Outcome } from './outcome.ts';
import type { Attendee, MeetingEffect, MeetingInput, Standing } from './types.ts';

type InputOf<T extends MeetingInput['type']> = Extract<MeetingInput, { type: T }>;

export function enter(state: Standing, input: InputOf<'enter'>, now: Instant): Outcome {
  const { from, guest, member, passcode, fresh } = input;
  const { address } = from.person;
  if (state.barred.includes(address)) return refused(state, 'meeting_removed');
  const known = all(state).find(({ person, device }) => person.address === address && device === from.device);
  if (known !== undefined) return comeBack(state, known, input);
  const mayPass = isHost(state, address) || state.cleared.includes(address) || member;
  if (state.plan.passcode !== undefined && !mayPass && passcode !== 'right')
    return refused(state, passcode === 'none' ? 'passcode_needed' : 'passcode_wrong');
  if (state.locked && !isHost(state, address)) return refused(state, 'meeting_locked');
  const attendee: Attendee = {
    id: fresh.participant,
    person: from.person,
    device: from.device,
    connection: from.connection,
    guest,
    place: 'waiting',
    since: now,
    here: false,
  };
  if (!mayPass && mustWait(state, guest)) return knock(state, attendee);
  if (inside(state).length >= meetingLimits.attendeesMost) return refused(state, 'meeting_full');
  const let_in = letIn(state, attendee, fresh.session, now);
  return { state: let_in.state, effects: [{ type: 'reply', ok: { entered: attendee.id } }, ...let_in.effects] };
}

function mustWait({ plan: { lobby } }: Standing, guest: boolean): boolean {
  return lobby === 'all' || (lobby === 'guests' && guest);
}

function knock(state: Standing, attendee: Attendee): Outcome {
  if (waiting(state).length >= meetingLimits.waitingMost) return refused(state, 'meeting_full');
  const next = withAttendee(state, attendee);
  return {
    state: next,
    effects: [
      { type: 'reply', ok: { entered: attendee.id } },
      ...tell(next, attendee, 'joined'),
      announce('meeting.knocked', attendee),
    ],
  };
}

/** From another page of the same device, or after a reload: the page before hears that it is replaced. */
function comeBack(state: Standing, known: Attendee, { from }: InputOf<'enter'>): Outcome {
  const isOther = known.connection !== from.connection;
  const next = withAttendee(state, { ...known, person: from.person, connection: from.connection });
  return {
    state: next,
    effects: [
      { type: 'reply', ok: { entered: known.id } },
      ...(isOther ? [over(known, state, 'replaced')] : []),
      // Also where the session has let go of it meanwhile.
      ...(known.place === 'in' && !known.here ? add(next, known.id) : []),
    ],
  };
}

/** Whoever is let in once comes in without waiting again. */
export function letIn(state: Standing, attendee: Attendee, fresh: SessionId, now: Instant): Changed {
  const session = state.session ?? fresh;
  const within: Attendee = { ...attendee, place: 'in', since: now };
  const isFirstOfTheirs = !inside(state).some(({ person }) => person.address === attendee.person.address);
  const next: Standing = {
    ...withAttendee(state, within),
    session,
    usedAt: now,
    cleared: remembered(state.cleared, attendee.person.address),
  };
  return {
    state: next,
    effects: [
      ...(state.session === undefined
        ? [
            ...ask(next, { type: 'create', access: 'added', most: sessionLimits.participantsMost, tag: `meeting ${state.id}` }),
            announce('meeting.started'),
          ]
        : []),
      ...add(next, within.id),
      { type: 'token', participant: within.id, is: true },
      ...(isFirstOfTheirs ? [{ type: 'chat', joined: [attendee.person], left: [] } as const] : []),
      ...tell(next, within, 'joined').filter((effect) => effect.type !== 'send' || effect.to.connection !== within.connection),
    ],
  };
}

function add(state: Standing, participant: string): MeetingEffect[] {
  return ask(state, {
    type: 'add',
    participant: { id: participant, publish: ['audio', 'video'] },
    subscriptions: { session: state.session },
  });
}

export function leave(state: Standing, { from }: InputOf<'leave'>): Outcome {
  const attendee = all(state).find(({ connection }) => connection === from.connection);
  if (attendee === undefined) return answered(state);
  const next = without(state, attendee, undefined);
  return answered(next.state, ...next.effects);
}

/** The one way out. `cause`: what they are told; nothing where they know. */
export function without(
  state: Standing,
  attendee: Attendee,
  cause: MeetingCause | undefined,
  wasHost: boolean = isHost(state, attendee.person.address),
): Changed {
  const { [attendee.id]: _attendee, ...attendees } = state.attendees;
  const next = { ...state, attendees };
  const handed = wasHost && attendee.place === 'in' ? handOver(next) : { state: next, effects: [] };
  return {
    state: handed.state,
    effects: [
      ...(cause === undefined ? [] : [over(attendee, state, cause)]),
      ...released(next, attendee),
      ...tell(next, attendee, 'left'),
      ...handed.effects,
      ...(attendee.here ? [announce('meeting.left', attendee)] : []),
    ],
  };
}

/** When the last host has gone, whoever has been there longest is one: somebody with an account here, if there is one. */
function handOver(state: Standing): Changed {
  const present = inside(state).filter(({ here }) => here);
  if (present.length === 0 || inside(state).some(({ person }) => isHost(state, person.address))) return { state, effects: [] };
  const next = present.find(({ guest }) => !guest) ?? present[0];
  return next === undefined ? { state, effects: [] } : makeHost(state, next);
}

export function makeHost(state: Standing, attendee: Attendee): Changed {
  const next = { ...state, hosts: remembered(state.hosts, attendee.person.address) };
  const theirs = inside(next).filter(({ person }) => person.address === attendee.person.address);
  return {
    state: next,
    effects: [
      ...theirs.flatMap((one) => [...tell(next, one, 'changed'), { type: 'show', to: pageOf(one) } as const]),
      // Of those who wait they hear only now.
      ...theirs.flatMap((one) =>
        waiting(next).flatMap((knocker) =>
          tell(next, knocker, 'joined').filter((effect) => effect.type === 'send' && effect.to.connection === one.connection),
        ),
      ),
    ],
  };
}

export function joined(state: Standing, { session, participant, connection }: InputOf<'joined'>): Outcome {
  const attendee = state.attendees[participant];
  if (attendee === undefined || session !== state.session) return ignored(state);
  const next = withAttendee(state, { ...attendee, here: true, connection });
  return attendee.here
    ? { state: next, effects: [] }
    : { state: next, effects: [...show(next), announce('meeting.joined', attendee)] };
}

export function left(state: Standing, { session, participant }: InputOf<'left'>, now: Instant): Outcome {
  const attendee = state.attendees[participant];
  if (attendee === undefined || session !== state.session || !attendee.here) return ignored(state);
  const next = without(state, attendee, 'lost');
  return { state: { ...next.state, usedAt: now }, effects: next.effects };
}

/** Those who wait are gone with their page; those who are in it, when the session says so. */
export function gone(state: Standing, { connection }: InputOf<'gone'>): Outcome {
  const knocker = waiting(state).find((one) => one.connection === connection);
  return knocker === undefined ? ignored(state) : without(state, knocker, undefined);
}
