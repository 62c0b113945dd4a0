/** How somebody is out of reach, comes back, or is there no more. */
import { sessionLimits } from '../limits.ts';
import type { Instant } from '../machine.ts';
import { at, ignored, present, tell, withPresence, without } from './outcome.ts';
import type { Here, Outcome } from './outcome.ts';
import type { Open, SessionEffect, SessionInput } from './types.ts';

type InputOf<T extends SessionInput['type']> = Extract<SessionInput, { type: T }>;

export function away(state: Open, { connection, left }: InputOf<'away'>, now: Instant): Outcome {
  const participant = at(state, connection);
  if (participant === undefined) return ignored(state);
  const { awaySince, left: hasLeft } = participant.here;
  // One whose socket was lost first may have left all the same: whoever has its connection since is another page.
  if (awaySince !== undefined && (left !== true || hasLeft === true)) return ignored(state);
  const next = withPresence(state, participant, { awaySince: now, ...(left === true && { left }) });
  return { state: next, effects: awaySince === undefined ? told(next, participant) : [] };
}

/** A page that has left by itself is back by joining again, and not by its connection alone: the page there now may be another one. */
export function back(state: Open, { connection }: InputOf<'back'>): Outcome {
  const participant = at(state, connection);
  if (participant?.here.awaySince === undefined || participant.here.left === true) return ignored(state);
  const next = withPresence(state, participant, { awaySince: undefined });
  return { state: next, effects: told(next, participant) };
}

function told(state: Open, { id }: Here): SessionEffect[] {
  const now = present(state).find((one) => one.id === id);
  return now === undefined ? [] : tell(state, now, 'changed');
}

/** When somebody counts as lost: signalling alone, or media alone for a while, can be gone. */
export function deadlineOf({ here }: Here): Instant | undefined {
  const { awaySince, left, ways, waysSince } = here;
  const all = [ways.publish, ways.subscribe];
  const isConnected = all.includes('connected');
  if (left === true && awaySince !== undefined) return awaySince + sessionLimits.participantLeftMs;
  if (isConnected) return undefined;
  if (awaySince !== undefined) return Math.max(awaySince, waysSince) + sessionLimits.participantLostMs;
  return all.includes('lost') ? waysSince + sessionLimits.sessionMediaMs : undefined;
}

/** Lets go of those who are lost by now. */
export function overdue(state: Open, now: Instant): Outcome {
  let open = state;
  const effects: SessionEffect[] = [];
  for (const participant of present(state)) {
    const deadline = deadlineOf(participant);
    if (deadline === undefined || now < deadline) continue;
    const left = without(open, participant, 'lost');
    open = left.state;
    effects.push(...left.effects);
  }
  return { state: open, effects };
}
