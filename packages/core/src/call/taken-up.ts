/** A call that goes on after a restart. */
import { serverLimits } from '../limits.ts';
import type { Instant } from '../machine.ts';
import type { CallState, End } from './types.ts';

/** As it is found then: should the clock have been put back meanwhile, nothing has happened later than now, and nobody waits longer than from now on. */
export function takenUp(state: CallState, now: Instant): CallState {
  switch (state.kind) {
    case 'ringing': {
      const { caller, push, startedAt, ringUntil, reachBy } = state;
      return {
        ...state,
        caller: sideBy(caller, now),
        startedAt: Math.min(startedAt, now),
        ringUntil: Math.min(ringUntil, now + serverLimits.ringMsMost),
        ...(reachBy !== undefined && { reachBy: Math.min(reachBy, now + serverLimits.reachMs) }),
        ...(push?.confirmBy !== undefined && {
          push: { ...push, confirmBy: Math.min(push.confirmBy, now + serverLimits.confirmMs) },
        }),
      };
    }
    case 'answering': {
      const { caller, callee, startedAt, answerBy } = state;
      return {
        ...state,
        caller: sideBy(caller, now),
        callee: sideBy(callee, now),
        startedAt: Math.min(startedAt, now),
        answerBy: Math.min(answerBy, now + serverLimits.answerMs),
      };
    }
    case 'active': {
      const { caller, callee, startedAt, answeredAt, connectedAt } = state;
      return {
        ...state,
        caller: sideBy(caller, now),
        callee: sideBy(callee, now),
        startedAt: Math.min(startedAt, now),
        answeredAt: Math.min(answeredAt, now),
        ...(connectedAt !== undefined && { connectedAt: Math.min(connectedAt, now) }),
      };
    }
    case 'new':
    case 'ended':
      return state;
  }
}

function sideBy(end: End, now: Instant): End {
  const { mediaSince, awaySince, moving } = end;
  return {
    ...end,
    mediaSince: Math.min(mediaSince, now),
    ...(awaySince !== undefined && { awaySince: Math.min(awaySince, now) }),
    ...(moving !== undefined && { moving: { ...moving, since: Math.min(moving.since, now) } }),
  };
}
