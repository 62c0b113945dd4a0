/** What hosts do with those who are in a meeting, and how it is over. */
import { meetingLimits } from '../meeting-limits.ts';
import type { Instant } from '../machine.ts';
import { letIn, letInAll, makeHost, without } from './entering.ts';
import {
  all,
  announce,
  answered,
  ask,
  entry,
  inside,
  leads,
  mayHost,
  over,
  refused,
  remembered,
  show,
  tell,
  withAttendee,
} from './outcome.ts';
import type { Outcome } from './outcome.ts';
import type { Attendee, MeetingEffect, MeetingInput, Over, Standing } from './types.ts';

export type Act = Extract<
  MeetingInput,
  { type: 'admit' | 'refuse' | 'mute' | 'remove' | 'host' | 'lower' | 'lock' | 'hand' | 'end' }
>;

export function act(state: Standing, input: Act, now: Instant): Outcome {
  if (input.type === 'hand') return hand(state, input, now);
  if (!mayAct(state, input)) return refused(state, 'forbidden');
  if (input.type === 'lock') return lock(state, input, now);
  if (input.type === 'end') return end(state, now);
  const attendee = state.attendees[input.participant];
  // Its telephone rings no more; it may be called again, and come by itself.
  if (input.type === 'remove' && attendee?.place === 'ringing') {
    const gone = without(state, attendee, 'removed');
    return answered(gone.state, ...gone.effects);
  }
  // Who is to be out of it is, also where somebody else lets them in at the same time.
  if (input.type === 'remove' && attendee?.place === 'waiting') return sendAway(state, attendee, 'refused');
  const place = input.type === 'admit' || input.type === 'refuse' ? 'waiting' : 'in';
  // Two hosts may do the same.
  const isDone = input.type === 'admit' && attendee?.place === 'in';
  if (isDone) return answered(state);
  if (attendee?.place !== place) return refused(state, 'attendee_not_found');
  switch (input.type) {
    case 'admit': {
      if (inside(state).length >= meetingLimits.attendeesMost) return refused(state, 'meeting_full');
      const within = letIn(state, attendee, input.fresh, now);
      return answered(within.state, ...within.effects, { type: 'admitted', participant: attendee.id });
    }
    case 'refuse':
      return sendAway(state, attendee, 'refused');
    case 'remove':
      return sendAway(state, attendee, 'removed');
    case 'mute':
      return answered(state, ...ask(state, { type: 'mute', participant: attendee.id }));
    case 'host': {
      if (attendee.phone) return refused(state, 'forbidden');
      if (state.hosts.includes(attendee.person.address)) return answered(state);
      const made = makeHost(state, attendee);
      return answered(made.state, ...made.effects);
    }
    case 'lower':
      return raise(state, attendee, undefined);
  }
}

/** Whoever stands in for the hosts does what is needed in the room, and nothing to those who are hosts. */
function mayAct(state: Standing, { type, by }: Exclude<Act, { type: 'hand' }>): boolean {
  if (mayHost(state, by)) return true;
  return by !== undefined && leads(state, by.person.address) && type !== 'host' && type !== 'end';
}

/** They do not come back, on no device; whoever was named as the meeting was made stays. */
function sendAway(state: Standing, attendee: Attendee, cause: 'refused' | 'removed'): Outcome {
  const { address } = attendee.person;
  if (state.founders.includes(address)) return refused(state, 'forbidden');
  const barred: Standing = {
    ...state,
    barred: remembered(state.barred, address),
    cleared: state.cleared.filter((user) => user !== address),
    hosts: state.hosts.filter((user) => user !== address),
  };
  const theirs = all(barred).filter(({ person }) => person.address === address);
  const effects: MeetingEffect[] = [];
  let next = barred;
  for (const one of theirs) {
    const gone = without(next, one, cause, leads(state, address));
    next = gone.state;
    effects.push(...gone.effects);
  }
  return answered(next, ...effects);
}

/** Unlocked, it lets those in who waited and need not any more. */
function lock(state: Standing, { locked, fresh }: Extract<Act, { type: 'lock' }>, now: Instant): Outcome {
  if (locked === state.locked) return answered(state);
  const next = { ...state, locked };
  const within = letInAll(next, fresh, now);
  return answered(within.state, ...show(next), ...within.effects);
}

function hand(state: Standing, { by, raised }: Extract<Act, { type: 'hand' }>, now: Instant): Outcome {
  const attendee = inside(state).find(({ connection }) => connection === by.connection);
  if (attendee === undefined) return refused(state, 'attendee_not_found');
  return raise(state, attendee, raised ? (attendee.hand ?? now) : undefined);
}

function raise(state: Standing, attendee: Attendee, since: Instant | undefined): Outcome {
  if (attendee.hand === since) return answered(state);
  const { hand: _hand, ...rest } = attendee;
  const next: Attendee = since === undefined ? rest : { ...rest, hand: since };
  const changed = withAttendee(state, next);
  return answered(changed, ...tell(changed, next, 'changed'));
}

/** Ended before its time, it can still take place then. */
function end(state: Standing, now: Instant): Outcome {
  const { startsAt } = state.plan;
  if (startsAt === undefined || now >= startsAt) {
    const { state: done, effects } = closed(state, 'ended');
    return { state: done, effects: [{ type: 'reply', ok: 'nothing' }, ...effects] };
  }
  const { session: _session, standIn: _standIn, ...rest } = state;
  const emptied: Standing = { ...rest, attendees: {}, locked: false };
  return answered(emptied, ...everybodyOut(state, 'ended'), announce('meeting.ended'));
}

/** It is over for everybody. */
export function closed(state: Standing, cause: Over['cause']): { state: Over; effects: readonly MeetingEffect[] } {
  return {
    state: { kind: 'over', id: state.id, cause },
    effects: [
      ...everybodyOut(state, cause === 'cancelled' ? 'cancelled' : 'ended'),
      ...entry(state, true),
      announce(cause === 'cancelled' ? 'meeting.cancelled' : 'meeting.ended'),
    ],
  };
}

/** Those who read what is said in it. */
function readers(state: Standing): Attendee[] {
  return inside(state).filter(({ phone }) => phone === undefined);
}

function everybodyOut(state: Standing, cause: 'ended' | 'cancelled'): MeetingEffect[] {
  const people = [...new Map(readers(state).map(({ person }) => [person.address, person])).values()];
  return [
    ...all(state).map((one) => over(one, state, cause)),
    ...ask(state, { type: 'end' }),
    ...inside(state).map(({ id }) => ({ type: 'token', participant: id, is: false }) as const),
    ...(people.length === 0 ? [] : [{ type: 'chat', joined: [], left: people } as const]),
  ];
}

/** The session is over, or gone: so is, for those who are in it, the meeting. */
export function sessionOver(state: Standing, session: string): Outcome {
  if (session !== state.session) return { state, effects: [] };
  const { session: _session, standIn: _standIn, ...rest } = state;
  const people = all(state).filter(({ place }) => place !== 'waiting');
  const attendees = Object.fromEntries(Object.entries(state.attendees).filter(([, { place }]) => place === 'waiting'));
  const emptied: Standing = { ...rest, attendees, locked: false };
  const out = everybodyOut({ ...rest, attendees: Object.fromEntries(people.map((one) => [one.id, one])) }, 'ended');
  // One that began in a conversation, for now, has been what it was for.
  const { conversation, startsAt } = state.plan;
  if (conversation !== undefined && startsAt === undefined) {
    const { state: done, effects } = closed(emptied, 'ended');
    return { state: done, effects: [...out, ...effects] };
  }
  return { state: emptied, effects: [...out, announce('meeting.ended')] };
}
