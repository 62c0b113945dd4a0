import type { Instant } from '../machine.ts';
import type { Address, CallView, Side } from '../protocol/signaling.ts';
import type { Active, Answering, CallState, ConnectionId, End, Ringing, Role } from './types.ts';

/** How a side begins. */
export function initialSide(camera: boolean): Side {
  return { n: 0, held: false, muted: false, camera };
}

export function roleOf(state: Ringing | Answering | Active, user: Address): Role | undefined {
  if (state.caller.person.address === user) return 'caller';
  const callee = state.kind === 'ringing' ? state.callee : state.callee.person;
  return callee.address === user ? 'callee' : undefined;
}

/** Whether this user has taken a call that was placed for them, and the other one has not yet. */
export function wasTaken(state: CallState, user: Address): state is Ringing {
  return (
    state.kind === 'ringing' && state.origin?.placed === true && state.placing !== true && state.caller.person.address === user
  );
}

/** The call as one connection of a user sees it; undefined when it is over or none of this user's. */
export function viewOf(state: CallState, user: Address, connection: ConnectionId, now: Instant): CallView | undefined {
  if (state.kind === 'new' || state.kind === 'ended') return undefined;
  const role = roleOf(state, user);
  // Who asks to a meeting is there, and talks in no call.
  if (role === 'caller' && state.kind === 'ringing' && state.origin?.meeting !== undefined) return undefined;
  // One that was placed, and is not taken yet, is nothing to whom it is to go.
  if (role === 'caller' && state.kind === 'ringing' && state.placing === true) return undefined;
  // One without an offer does not ring yet.
  if (role === undefined || (role === 'callee' && state.kind === 'ringing' && state.offer === undefined)) return undefined;
  const callee: End | undefined = state.kind === 'ringing' ? undefined : state.callee;
  const mine = role === 'caller' ? state.caller : callee;
  const isTaken = wasTaken(state, user);
  // It has rung there, and does so no longer.
  if (isTaken && mine?.connection !== connection) return undefined;
  const replaces = state.replaces?.[role] ?? (isTaken && state.offer === undefined ? [state.id] : undefined);
  const theirs = role === 'caller' ? callee : state.caller;
  return {
    call: state.id,
    role,
    peer: role === 'callee' ? state.caller.person : state.kind === 'ringing' ? state.callee : state.callee.person,
    stage: state.kind,
    here: mine?.connection === connection,
    media: state.media,
    epoch: state.epoch,
    ...(role === 'callee' && state.kind !== 'active' && state.offer && { offer: state.offer }),
    ...(role === 'caller' && state.kind === 'active' && state.answer && { answer: state.answer }),
    candidates: [...(theirs?.candidates ?? [])],
    end: theirs?.end ?? false,
    ...(state.kind === 'ringing' && { ringMs: Math.max(0, Math.round(state.ringUntil - now)) }),
    waiting: state.kind === 'active' ? false : state.waiting,
    rings: state.kind === 'ringing' && Object.values(state.legs).includes('ringing'),
    away: state.kind !== 'ringing' && theirs?.awaySince !== undefined,
    ...(role === 'callee' && state.kind !== 'ringing' && state.crossed !== undefined && { crossed: state.crossed }),
    ...(state.kind === 'active' &&
      state.connectedAt !== undefined && { activeMs: Math.max(0, Math.round(now - state.connectedAt)) }),
    ...state.origin,
    // Whoever has missed that it calls now finds it here.
    ...(replaces && { replaces: [...replaces] }),
    mine: mine?.side ?? initialSide(false),
    theirs: theirs?.side ?? initialSide(false),
  };
}
