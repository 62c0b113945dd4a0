/**
 * Two calls of one person become one call of the two others: the consultation transfer of RFC 5589 §7, with the server in the place
 * of REFER (RFC 3515) and Replaces (RFC 3891).
 *
 *      anna ══ first ══ bo ══ second ══ carla        bo: transfer first to second
 *      anna ══════════ joined ══════════ carla       first and second have ended `transferred`
 *
 * A call has the same two people from its beginning to its end, so that history, conversations and webhooks tell of each what was.
 */
import type { Instant, Step } from '../machine.ts';
import type { CallId } from '../protocol/signaling.ts';
import type { ErrorCode } from '../errors.ts';
import { callMachine, newCall } from './call.ts';
import type { CallEffect, CallState, End, From, Ringing } from './types.ts';

type CallStep = Step<CallState, CallEffect>;

/** What is stored together. Only `first`: it was refused, or has been done before. */
export interface Join {
  readonly first: CallStep;
  readonly second?: CallStep;
  readonly joined?: CallStep;
}

/** `from` leaves both calls, and the two others go on in the call `into`. The other side of `first` is its caller. */
export function join(first: CallState, second: CallState, from: From, into: CallId, now: Instant): Join {
  const caller = otherEnd(first, from);
  const callee = otherEnd(second, from);
  const to = callee?.person ?? { refused: whyNot(second, from) };
  const left = callMachine.step(first, { type: 'transfer', from, to, into }, now);
  if (left.state === first || first.kind !== 'active' || second.kind !== 'active' || !caller || !callee) return { first: left };
  const replaces = { caller: replaced(first, caller), callee: replaced(second, callee) };
  const epoch = Math.max(first.epoch, second.epoch);
  return {
    first: left,
    second: callMachine.step(second, { type: 'transfer', from, to: caller.person, into }, now),
    joined: callMachine.step(
      newCall(into),
      { type: 'joined', origin: { transferredBy: from.person }, caller, callee, replaces, epoch },
      now,
    ),
  };
}

/** The calls in whose place one goes on in which `end` goes on after `call`, the last one first. */
export function replaced(call: Pick<Ringing, 'id' | 'caller' | 'replaces'>, end: End): CallId[] {
  const role = call.caller.connection === end.connection ? 'caller' : 'callee';
  return [call.id, ...(call.replaces?.[role] ?? [])].slice(0, replacedMost);
}

/** Whoever has missed more of them finds the last one anew, as after a reload. */
const replacedMost = 8;

/** Of a call that is being talked in on the very connection that asks. */
function otherEnd(state: CallState, { connection }: From): End | undefined {
  if (state.kind !== 'active') return undefined;
  if (state.caller.connection === connection) return state.callee;
  return state.callee.connection === connection ? state.caller : undefined;
}

/** To strangers there is no such call. */
function whyNot(state: CallState, { person: { address } }: From): ErrorCode {
  switch (state.kind) {
    case 'new':
      return 'call_not_found';
    case 'ended':
      return [state.caller, state.callee].includes(address) ? 'call_ended' : 'call_not_found';
    case 'ringing':
    case 'answering':
    case 'active': {
      const callee = state.kind === 'ringing' ? state.callee : state.callee.person;
      return [state.caller.person.address, callee.address].includes(address) ? 'wrong_state' : 'call_not_found';
    }
  }
}
