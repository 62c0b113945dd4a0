/** How somebody knocks, is let in, and goes. */
import { sessionLimits } from '../limits.ts';
import { meetingLimits } from '../meeting-limits.ts';
import type { Instant } from '../machine.ts';
import type { MeetingCause } from '../protocol/meetings.ts';
import type { SessionId } from '../protocol/sessions.ts';
import type { Address } from '../protocol/signaling.ts';
import {
  all,
  announce,
  answered,
  ask,
  ignored,
  inside,
  isHost,
  leads,
  over,
  pageOf,
  refused,
  released,
  remembered,
  show,
  tagOf,
  tell,
  told,
  waiting,
  withAttendee,
} from './outcome.ts';
import type { Changed, Outcome } from './outcome.ts';
import type { Attendee, MeetingEffect, MeetingInput, Standing } from './types.ts';

type InputOf<T extends MeetingInput['type']> = Extract<MeetingInput, { type: T }>;

export function enter(state: Standing, input: InputOf<'enter'>, now: Instant): Outcome {
  const { from, guest, phone, member, passcode, fresh } = input;
  const { address } = from.person;
  if (state.barred.includes(address)) return refused(state, 'meeting_removed');
  const known = all(state).find(({ person, device }) => person.address === address && device === from.device);
  // A number can be forged, so that nothing is remembered in its favour.
  const mayPass = phone === undefined && (isHost(state, address) || state.cleared.includes(address) || member);
  if (known !== undefined) return comeBack(state, known, input, mayPass, now);
  if (state.plan.passcode !== undefined && !mayPass && passcode !== 'right') return refused(state, passcodeErrors[passcode]);
  if (state.locked && !isHost(state, address)) return refused(state, 'meeting_locked');
  const attendee: Attendee = {
    id: fresh.participant,
    person: from.person,
    device: from.device,
    connection: from.connection,
    guest,
    ...(phone && { phone }),
    place: 'waiting',
    since: now,
    here: false,
  };
  if (!mayPass && mustWait(state, guest)) return knock(state, attendee);
  if (inside(state).length >= meetingLimits.attendeesMost) return refused(state, 'meeting_full');
  const let_in = letIn(state, attendee, fresh.session, now);
  return { state: let_in.state, effects: [{ type: 'reply', ok: { entered: attendee.id } }, ...let_in.effects] };
}

const passcodeErrors = { none: 'passcode_needed', wrong: 'passcode_wrong', limited: 'rate_limited' } as const;

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

/**
 * From another page of the same device, or after a reload: the page before hears that it is replaced. Whoever has waited comes in if they
 * need not wait any more.
 */
function comeBack(
  state: Standing,
  known: Attendee,
  { from, fresh }: InputOf<'enter'>,
  mayPass: boolean,
  now: Instant,
): Outcome {
  const again: Attendee = { ...known, person: from.person, connection: from.connection };
  const next = withAttendee(state, again);
  const replaced = known.connection === from.connection ? [] : [over(known, state, 'replaced')];
  const reply = { type: 'reply', ok: { entered: known.id } } as const;
  if (known.place === 'waiting' && (mayPass || !mustWait(state, known.guest)) && hasRoom(state, from.person.address)) {
    const within = letIn(next, again, fresh.session, now);
    return { state: within.state, effects: [reply, ...replaced, ...within.effects] };
  }
  return {
    state: next,
    effects: [
      reply,
      ...replaced,
      // Also where the session has let go of it meanwhile.
      ...(known.place === 'in' && !known.here ? add(next, again) : []),
    ],
  };
}

/** Whether they may come in at the moment, who need not wait. */
function hasRoom(state: Standing, user: Address): boolean {
  return (!state.locked || isHost(state, user)) && inside(state).length < meetingLimits.attendeesMost;
}

/** Those who wait and need not any more come in. */
export function letInAll(state: Standing, fresh: SessionId, now: Instant): Changed {
  let next = state;
  const effects: MeetingEffect[] = [];
  for (const one of waiting(state)) {
    const { address } = one.person;
    const isKnown = one.phone === undefined && (isHost(next, address) || next.cleared.includes(address));
    const mayPass = isKnown || !mustWait(next, one.guest);
    if (!mayPass || !hasRoom(next, address)) continue;
    const within = letIn(next, one, fresh, now);
    next = within.state;
    effects.push(...within.effects, { type: 'admitted', participant: one.id });
  }
  return { state: next, effects };
}

/** Whoever is let in once comes in without waiting again. */
export function letIn(state: Standing, attendee: Attendee, fresh: SessionId, now: Instant): Changed {
  const session = state.session ?? fresh;
  const within: Attendee = { ...attendee, place: 'in', since: now };
  const led = isHost(state, attendee.person.address) ? handBack(state) : { state, effects: [] };
  const isFirstOfTheirs = !inside(state).some(({ person }) => person.address === attendee.person.address);
  const next: Standing = {
    ...withAttendee(led.state, within),
    session,
    usedAt: now,
    cleared: within.phone ? state.cleared : remembered(state.cleared, attendee.person.address),
  };
  return {
    state: next,
    effects: [
      ...led.effects,
      ...(state.session === undefined
        ? [
            ...ask(next, { type: 'create', access: 'added', most: sessionLimits.participantsMost, tag: tagOf(state.id) }),
            announce('meeting.started'),
          ]
        : []),
      ...add(next, within),
      { type: 'token', participant: within.id, is: true },
      ...(isFirstOfTheirs && within.phone === undefined
        ? [{ type: 'chat', joined: [attendee.person], left: [] } as const]
        : []),
      ...tell(next, within, 'joined').filter((effect) => effect.type !== 'send' || effect.to.connection !== within.connection),
    ],
  };
}

/** Hosts may record it. */
function add(state: Standing, { id, person, phone }: Attendee): MeetingEffect[] {
  return ask(state, {
    type: 'add',
    participant: { id, publish: phone ? ['audio'] : ['audio', 'video'], record: isHost(state, person.address) },
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
  hasLed: boolean = leads(state, attendee.person.address),
): Changed {
  const { [attendee.id]: _attendee, ...attendees } = state.attendees;
  const next = { ...state, attendees };
  const handed = hasLed && attendee.place === 'in' ? handOver(next) : { state: next, effects: [] };
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

/** When the last who has led it has gone, whoever has been there longest stands in, of those with an account here. */
function handOver(state: Standing): Changed {
  const { standIn: before, ...rest } = state;
  if (inside(state).some(({ person }) => isHost(state, person.address))) return { state: rest, effects: [] };
  const able = inside(state).filter(({ here, guest, person }) => here && !guest && !state.barred.includes(person.address));
  const next = (able.find(({ person }) => person.address === before) ?? able[0])?.person.address;
  if (next === undefined) return { state: rest, effects: [] };
  if (next === before) return { state, effects: [] };
  const led = { ...rest, standIn: next };
  return { state: led, effects: turned(led, next) };
}

/** A host is there: nobody stands in any more. */
function handBack(state: Standing): Changed {
  const { standIn, ...rest } = state;
  return standIn === undefined ? { state, effects: [] } : { state: rest, effects: turned(rest, standIn) };
}

export function makeHost(state: Standing, attendee: Attendee): Changed {
  const { address } = attendee.person;
  const led = handBack({ ...state, hosts: remembered(state.hosts, address) });
  const theirs = inside(led.state).filter(({ person }) => person.address === address);
  return {
    state: led.state,
    effects: [
      ...(state.standIn === address ? [] : led.effects),
      ...turned(led.state, address),
      ...theirs.flatMap((one) => add(led.state, one)),
    ],
  };
}

/** Somebody leads it from now on, or no longer: all see that, and of those who wait they hear only now, or no more. */
function turned(state: Standing, user: Address): MeetingEffect[] {
  const theirs = inside(state).filter(({ person }) => person.address === user);
  const change = leads(state, user) ? 'joined' : 'left';
  return theirs.flatMap((one) => [
    ...tell(state, one, 'changed'),
    { type: 'show', to: pageOf(one) } as const,
    ...waiting(state).map((knocker) => told(state, one, knocker, change)),
  ]);
}

export function joined(state: Standing, { session, participant, connection }: InputOf<'joined'>): Outcome {
  const attendee = state.attendees[participant];
  if (attendee === undefined || session !== state.session) return ignored(state);
  const next = withAttendee(state, { ...attendee, here: true, connection });
  return attendee.here
    ? { state: next, effects: [] }
    : { state: next, effects: [...show(next), announce('meeting.joined', attendee)] };
}

export function left(state: Standing, { session, participant }: InputOf<'left'>): Outcome {
  const attendee = state.attendees[participant];
  if (attendee === undefined || session !== state.session || attendee.place === 'waiting') return ignored(state);
  return without(state, attendee, 'lost');
}

/** Those who wait are gone with their page; those who are in it, when the session says so. */
export function gone(state: Standing, { connection }: InputOf<'gone'>): Outcome {
  const knocker = waiting(state).find((one) => one.connection === connection);
  return knocker === undefined ? ignored(state) : without(state, knocker, undefined);
}
