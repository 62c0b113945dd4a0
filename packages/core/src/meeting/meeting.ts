/**
 * A meeting: a link, and perhaps a time, that open a session. Who comes in, who waits, who may do what with the others, and who is
 * invited is decided here; the media and who hears whom are matters of the session (`../session`), which this machine asks for.
 *
 *      ┌────────┐  make   ┌──────────┐ ◄─┐ change, pin, invite, enter, leave, admit, refuse, mute, remove, host, lower, lock, hand;
 *      │ unmade │ ──────► │ standing │   │ joined, left, session_over (the session); gone (sockets); tick: the reminder
 *      └────────┘         └────┬─────┘ ──┘
 *                              │ cancel; end, once its time has come; nobody has been in it for long
 *                              ▼
 *                          ┌──────┐
 *                          │ over │
 *                          └──────┘
 *   A telephone that it calls:  dial ──► ringing ── answered ──► in; unreached, removed, ended ──► no more
 *   Somebody:  enter ──► waiting ── admit ──► in ── joined ──► in, and here ── left, removed, ended ──► no more
 *                └───────── may come in at once ──▲      └── has not joined in time ──► no more
 *
 * Rules with their numbers: SPEC.md.
 */
import { meetingLimits } from '../meeting-limits.ts';
import type { Instant, Machine } from '../machine.ts';
import type { MeetingId } from '../protocol/meetings.ts';
import { answeredBy, dial, unreached } from './calling.ts';
import { enter, gone, joined, leave, left, without } from './entering.ts';
import { act, closed, sessionOver } from './hosting.ts';
import { answered, ignored, inside, refused } from './outcome.ts';
import type { Outcome } from './outcome.ts';
import { cancel, change, invite, make, pin, remind, remindsAt } from './planning.ts';
import type { MeetingEffect, MeetingInput, MeetingState, Over, Standing, Unmade } from './types.ts';

export type * from './types.ts';
export { sidesOf } from './onward.ts';
export type { Sides } from './onward.ts';
export { isLed, tagOf as meetingTag } from './outcome.ts';
export { attendeesFor, attendeeView, meetingStart, meetingView } from './view.ts';

/** Every kind of state and of input, for coverage. */
export const meetingStates = ['unmade', 'standing', 'over'] as const satisfies MeetingState['kind'][];
export const meetingInputs = [
  'make',
  'change',
  'pin',
  'cancel',
  'invite',
  'enter',
  'leave',
  'dial',
  'answered',
  'unreached',
  'admit',
  'refuse',
  'mute',
  'remove',
  'host',
  'lower',
  'lock',
  'hand',
  'end',
  'joined',
  'left',
  'session_over',
  'gone',
  'tick',
] as const satisfies MeetingInput['type'][];

export function newMeeting(id: MeetingId): Unmade {
  return { kind: 'unmade', id };
}

export const meetingMachine: Machine<MeetingState, MeetingInput, MeetingEffect> = {
  step: (state, input, now) => (state.kind === 'standing' ? stepStanding(state, input, now) : stepClosed(state, input, now)),

  deadline(state) {
    if (state.kind !== 'standing') return undefined;
    const instants = [remindsAt(state), forgottenAt(state), ...late(state)];
    const known = instants.filter((instant) => instant !== undefined);
    return known.length === 0 ? undefined : Math.min(...known);
  },

  /** What is to be stored with a state is stored with it; who is in the session is compared by whoever drives both. */
  recover: () => [],
};

function stepClosed(state: Unmade | Over, input: MeetingInput, now: Instant): Outcome {
  switch (input.type) {
    case 'make':
      return state.kind === 'unmade' ? make(state, input, now) : refused(state, 'meeting_not_found');
    case 'leave':
      return answered(state);
    case 'joined':
    case 'left':
    case 'unreached':
    case 'session_over':
    case 'gone':
    case 'tick':
      return ignored(state);
    default:
      return refused(state, 'meeting_not_found');
  }
}

/** Whatever happens while somebody is in it, it is used. */
function stepStanding(state: Standing, input: MeetingInput, now: Instant): Outcome {
  const next = decide(state, input, now);
  const isUsed = next.state.kind === 'standing' && next.state !== state && inside(state).length > 0;
  return isUsed ? { ...next, state: { ...next.state, usedAt: now } } : next;
}

function decide(state: Standing, input: MeetingInput, now: Instant): Outcome {
  switch (input.type) {
    // Ids are not chosen: it is the same request once more, or another one by the same key.
    case 'make':
      return input.asked === state.asked
        ? { state, effects: [{ type: 'reply', ok: 'meeting' }] }
        : refused(state, 'idempotency_mismatch');
    case 'change':
      return change(state, input, now);
    case 'pin':
      return pin(state, input);
    case 'cancel':
      return cancel(state, input);
    case 'invite':
      return invite(state, input, now);
    case 'enter':
      return enter(state, input, now);
    case 'leave':
      return leave(state, input);
    case 'dial':
      return dial(state, input, now);
    case 'answered':
      return answeredBy(state, input, now);
    case 'unreached':
      return unreached(state, input);
    case 'joined':
      return joined(state, input);
    case 'left':
      return left(state, input);
    case 'session_over':
      return sessionOver(state, input.session);
    case 'gone':
      return gone(state, input);
    case 'tick':
      return tick(state, now);
    default:
      return act(state, input, now);
  }
}

function tick(state: Standing, now: Instant): Outcome {
  const until = forgottenAt(state);
  if (until !== undefined && now >= until) {
    const { state: done, effects } = closed(state, 'forgotten');
    return { state: done, effects: effects.filter((effect) => effect.type !== 'announce') };
  }
  let next = state;
  const effects: MeetingEffect[] = [];
  const reminder = remindsAt(state);
  if (reminder !== undefined && now >= reminder) {
    const reminded = remind(next, now);
    next = reminded.state;
    effects.push(...reminded.effects);
  }
  for (const attendee of inside(next)) {
    if (attendee.here || now < attendee.since + meetingLimits.admittedMs) continue;
    const after = without(next, attendee, 'lost');
    next = after.state;
    effects.push(...after.effects);
  }
  return { state: next, effects };
}

/** Those who were let in and have not joined the session yet. */
function late(state: Standing): Instant[] {
  return inside(state).flatMap(({ here, since }) => (here ? [] : since + meetingLimits.admittedMs));
}

/** While somebody is in it, it is not. */
function forgottenAt({ plan, usedAt, attendees }: Standing): Instant | undefined {
  if (Object.keys(attendees).length > 0) return undefined;
  const planned = plan.startsAt === undefined ? 0 : plan.startsAt + (plan.durationMs ?? meetingLimits.durationMsUsual);
  return Math.max(usedAt, planned) + meetingLimits.meetingKeptMs;
}
