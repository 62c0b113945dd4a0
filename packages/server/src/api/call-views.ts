import type { ApiCall, Person } from '@offhook/core';
import type { KnownCall } from '../ports/calls.ts';

/** A call, as programs see it. */
export function callFrom(known: KnownCall): ApiCall {
  return 'over' in known ? ended(known.over) : present(known.live);
}

function present(call: Extract<KnownCall, { live: unknown }>['live']): ApiCall {
  const { id, media, startedAt, origin } = call;
  const caller = personOf(call.caller.person);
  const callee = personOf('person' in call.callee ? call.callee.person : call.callee);
  const { placed, transferredBy, forwardedFrom } = origin ?? {};
  const about = {
    ...(placed && { placed }),
    ...(transferredBy && { transferredBy: personOf(transferredBy) }),
    ...(forwardedFrom && { forwardedFrom: personOf(forwardedFrom) }),
  };
  // While the caller's devices ring, the two are the other way round.
  if (call.kind === 'ringing' && call.placing === true)
    return { call: id, state: 'placed', caller: callee, callee: caller, media, startedAt, ...about };
  const { connectedAt } = call.kind === 'active' ? call : {};
  const answeredOn = 'person' in call.callee ? call.callee.deviceName : undefined;
  return {
    call: id,
    state: call.kind,
    caller,
    callee,
    media,
    startedAt,
    ...(connectedAt !== undefined && { connectedAt }),
    ...about,
    ...(answeredOn !== undefined && { answeredOn }),
  };
}

function ended(record: Extract<KnownCall, { over: unknown }>['over']): ApiCall {
  const { call, caller, callee, media, startedAt, connectedAt, endedAt, cause, answeredOn, origin, transfer, forward } = record;
  const { placed, untaken, transferredBy, forwardedFrom } = origin ?? {};
  const into = transfer?.into ?? forward?.into;
  return {
    call,
    state: 'ended',
    caller: personOf(caller),
    callee: personOf(callee),
    media,
    startedAt,
    ...(connectedAt !== undefined && { connectedAt }),
    endedAt,
    cause,
    ...(placed && { placed }),
    ...(untaken !== undefined && { untaken }),
    ...(into !== undefined && { into }),
    ...(transferredBy && { transferredBy: personOf(transferredBy) }),
    ...(forwardedFrom && { forwardedFrom: personOf(forwardedFrom) }),
    ...(answeredOn !== undefined && { answeredOn }),
  };
}

export function personOf({ address, name }: Person): Person {
  return { address, name };
}
