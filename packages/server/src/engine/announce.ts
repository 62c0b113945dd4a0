import type { CallEffect, CallRecord, CallState, Instant, Origin, Person } from '@offhook/core';
import type { OutboxEntry } from '../ports/events.ts';
import type { Log } from '../ports.ts';

type Announced = Extract<CallEffect, { type: 'announce' }>;

interface Facts {
  readonly caller: Person | undefined;
  readonly callee: Person | undefined;
  readonly record: CallRecord | undefined;
  readonly origin: Origin | undefined;
}

/** Who takes part: from the state that begins, or, for the end, from the record. */
function facts(before: CallState, state: CallState, effects: readonly CallEffect[]): Facts {
  const record = effects.find((effect) => effect.type === 'record')?.record;
  const live = state.kind === 'ringing' || state.kind === 'answering' || state.kind === 'active' ? state : before;
  if (live.kind === 'new' || live.kind === 'ended')
    return { caller: record?.caller, callee: record?.callee, record, origin: record?.origin };
  const callee = live.kind === 'ringing' ? live.callee : live.callee.person;
  const { person: caller } = live.caller;
  const origin = record?.origin ?? live.origin;
  // While the caller's devices ring, the two are the other way round.
  if (live.kind === 'ringing' && live.placing === true) return { caller: callee, callee: caller, record, origin };
  return { caller, callee, record, origin };
}

function durationMs(record: CallRecord): number | undefined {
  return record.connectedAt === undefined ? undefined : Math.round(record.endedAt - record.connectedAt);
}

/** The webhook for a transition. */
export function announcement(
  announced: Announced,
  before: CallState,
  state: CallState,
  effects: readonly CallEffect[],
  at: Instant,
): OutboxEntry {
  const { event } = announced;
  const { caller, callee, record, origin } = facts(before, state, effects);
  const ended = record && {
    cause: record.cause,
    durationMs: durationMs(record),
    media: record.media,
    quality: record.quality,
    transfer: record.transfer,
    forward: record.forward,
  };
  const pressed = event === 'call.digit' && { digit: announced.digit, by: announced.by };
  return {
    event,
    about: state.id,
    at,
    body: JSON.stringify({
      type: event,
      timestamp: new Date(at).toISOString(),
      data: { call: state.id, caller, callee, ...origin, ...ended, ...pressed },
    }),
  };
}

/** The one line a transition leaves in the log. */
export function logTransition(
  log: Log,
  event: Announced['event'] | 'call.answered',
  before: CallState,
  state: CallState,
  effects: readonly CallEffect[],
): void {
  const { caller, callee, record } = facts(before, state, effects);
  log.info(event, {
    call: state.id,
    from: caller?.address,
    to: callee?.address,
    ...(record && { cause: record.cause, durationMs: durationMs(record) }),
  });
}
