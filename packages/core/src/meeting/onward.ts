/** A meeting of two that goes on as a call of theirs: who its sides are, and how they begin. */
import { newEnd } from '../call/outcome.ts';
import type { End, From } from '../call/types.ts';
import type { ErrorCode } from '../errors.ts';
import type { Instant } from '../machine.ts';
import type { Open, Presence } from '../session/types.ts';
import type { Standing } from './types.ts';

export interface Sides {
  readonly caller: End;
  readonly callee: End;
}

/**
 * Whoever asks is its caller, and what each sends in the meeting is what they begin with. `wrong_state`: they are not two with an account,
 * each of them there with a microphone, so that nobody is asked for one.
 */
export function sidesOf(
  { attendees }: Standing,
  { participants }: Pick<Open, 'participants'>,
  { connection }: From,
  now: Instant,
): Sides | { readonly refused: ErrorCode } {
  const inside = Object.values(attendees).filter(({ place }) => place === 'in');
  const mine = inside.find((one) => one.connection === connection);
  if (mine === undefined) return { refused: 'meeting_not_found' };
  const [theirs, ...others] = inside.filter((one) => one !== mine);
  const [here, there] = [mine, theirs].map((one) => one && presence(participants[one.id]?.here));
  if (others.length > 0 || here === undefined || there === undefined) return { refused: 'wrong_state' };
  if (mine.guest || theirs?.guest !== false || here.from.person.address === there.from.person.address)
    return { refused: 'wrong_state' };
  return { caller: sideOf(here, now), callee: sideOf(there, now) };
}

/** Of a page that is there and can be told, and sends sound, be it muted. */
function presence(here: Presence | undefined): Presence | undefined {
  const speaks = here?.streams.some(({ kind, alias }) => kind === 'audio' && alias !== 'screen') === true;
  return here?.awaySince === undefined && speaks ? here : undefined;
}

function sideOf({ from, streams }: Presence, now: Instant): End {
  const sends = (kind: 'audio' | 'video'): boolean =>
    streams.some((stream) => stream.kind === kind && stream.alias !== 'screen' && !stream.muted);
  const end = newEnd(from, now, sends('video'));
  return { ...end, side: { ...end.side, muted: !sends('audio') } };
}
