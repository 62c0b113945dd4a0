/** Telephones that a meeting calls, to bring those in who have no page. */
import { meetingLimits } from '../meeting-limits.ts';
import type { Instant } from '../machine.ts';
import { letIn, without } from './entering.ts';
import { all, ignored, inside, mayHost, refused, tell, withAttendee } from './outcome.ts';
import type { Outcome } from './outcome.ts';
import type { Attendee, MeetingInput, Standing } from './types.ts';
import { attendeeView } from './view.ts';

type InputOf<T extends MeetingInput['type']> = Extract<MeetingInput, { type: T }>;

/** By hosts, whose calls these are. Whoever was sent away may come again when they are called. */
export function dial(state: Standing, { by, phone, fresh }: InputOf<'dial'>, now: Instant): Outcome {
  if (!mayHost(state, by)) return refused(state, 'forbidden');
  const { person, device, connection } = phone;
  if (all(state).some((one) => one.phone && one.person.address === person.address)) return refused(state, 'participant_here');
  const ringing = all(state).filter(({ place }) => place === 'ringing').length;
  const isFull = inside(state).length + ringing >= meetingLimits.attendeesMost;
  if (isFull || ringing >= meetingLimits.rungAtOnce) return refused(state, 'meeting_full');
  const attendee: Attendee = {
    id: fresh.participant,
    person,
    device,
    connection,
    guest: true,
    phone: true,
    place: 'ringing',
    since: now,
    here: false,
  };
  const called = { ...state, barred: state.barred.filter((user) => user !== person.address) };
  const next = withAttendee(called, attendee);
  return { state: next, effects: [{ type: 'reply', ok: { entered: attendee.id } }, ...tell(next, attendee, 'joined')] };
}

/** Also into one that is locked: a host wants them there. */
export function answeredBy(state: Standing, { participant, fresh }: InputOf<'answered'>, now: Instant): Outcome {
  const attendee = state.attendees[participant];
  if (attendee?.place !== 'ringing') return refused(state, 'attendee_not_found');
  const within = letIn(state, attendee, fresh, now);
  return { state: within.state, effects: [{ type: 'reply', ok: { entered: attendee.id } }, ...within.effects] };
}

/** All who are in it hear why. */
export function unreached(state: Standing, { participant, cause }: InputOf<'unreached'>): Outcome {
  const attendee = state.attendees[participant];
  if (attendee?.place !== 'ringing') return ignored(state);
  const gone = without(state, attendee, undefined);
  const view = attendeeView(gone.state, attendee, cause);
  const effects = gone.effects.map((effect) =>
    effect.type === 'send' && effect.event.type === 'meeting_attendee'
      ? { ...effect, event: { ...effect.event, attendee: view } }
      : effect,
  );
  return { state: gone.state, effects };
}
