/**
 * A call is led on to ring at somebody else, by a transfer without a word (RFC 5589 §6, REFER of RFC 3515) or because its callee
 * forwards it (302 of RFC 3261 §21.3.3, the history of RFC 7044), with the server in the place of the caller's phone.
 *
 *      anna ══ call ══ bo                         bo: transfer the call to carla
 *      anna ── next ──► carla                     the call has ended `transferred`; it rings as soon as anna's offer is here
 *
 *      anna ── call ──► bo                        bo forwards to carla: always, on busy, on no answer
 *      anna ── next ──► carla                     the call has ended `forwarded`; it rings with the offer that anna has made
 *
 * A call has the same two people from its beginning to its end, so that history, conversations and webhooks tell of each what was.
 */
import type { Instant, Step } from '../machine.ts';
import type { CallId, Person } from '../protocol/signaling.ts';
import { anew } from './begin.ts';
import { callMachine, newCall } from './call.ts';
import { replaced } from './join.ts';
import { newEnd } from './outcome.ts';
import type {
  Active,
  Admitted,
  CallEffect,
  CallInput,
  CallState,
  Forward,
  From,
  Origin,
  Ringing,
  TurnedAway,
} from './types.ts';

type CallStep = Step<CallState, CallEffect>;
type Led = Omit<Extract<CallInput, { type: 'led' }>, 'type' | 'to' | 'verdict'>;

/** Somebody who has forwarded the call with this id. */
export interface Hop {
  readonly call: CallId;
  readonly by: Person;
  readonly forward: Forward;
}

/** Where a call comes to: by way of those who forward it, to the one where it rings, or who turns it away. */
export interface Way {
  readonly hops: readonly Hop[];
  readonly call: CallId;
  readonly to: Person;
  readonly verdict: Admitted | TurnedAway;
  /** As what it comes there, where that is more than those who have led it there. */
  readonly origin?: Origin | undefined;
}

/** An invite that its callee forwards at once: it ends, and the calls that follow it begin; all are stored together. */
export function forwardInvite(invite: Invite, way: Way, now: Instant): CallStep[] {
  const { call, from, to, media, offer, origin } = invite;
  const [hop] = way.hops;
  if (hop === undefined) return [];
  const ended: CallInput = { type: 'refused', from, to, media, cause: 'forwarded', forward: hop.forward };
  const known = { id: call, caller: newEnd(from, now, media.video), media, epoch: 1, offer, origin };
  return [callMachine.step(newCall(call), ended, now), ...followed(known, way, now)];
}

type Invite = Pick<Extract<CallInput, { type: 'invite' }>, 'from' | 'to' | 'media' | 'offer' | 'origin'> & {
  readonly call: CallId;
};

/** A call that was placed, when its caller has taken it: it rings at the callee, or is led on from there. */
export function takePlaced(call: Ringing, from: From, way: Way, now: Instant): CallStep[] {
  const [hop] = way.hops;
  const onward = hop === undefined ? way.verdict : ({ cause: 'forwarded', forward: hop.forward } as const);
  const taken = callMachine.step(call, { type: 'accept', from, epoch: call.epoch, onward }, now);
  const { id, media, epoch, origin } = call;
  const known = { id, caller: newEnd(from, now, media.video), media, epoch: epoch + 1, origin };
  return [taken, ...followed(known, way, now)];
}

/** The same of a call that nobody has taken. */
export function forwardRinging(call: Ringing, way: Way, now: Instant): CallStep[] {
  const [hop] = way.hops;
  if (hop === undefined) return [];
  return [callMachine.step(call, { type: 'forward', forward: hop.forward }, now), ...followed(call, way, now)];
}

/** The caller goes on as it is, with the offer it has made and the candidates that are known of it. */
function followed(call: Followed, { hops: [first, ...hops], ...way }: Way, now: Instant): CallStep[] {
  if (first === undefined) return [];
  const { id, caller, media, epoch, offer, via = [] } = call;
  const led: Led = {
    told: { as: 'forwarded', about: id },
    caller,
    media,
    epoch,
    offer,
    origin: { ...call.origin, forwardedFrom: first.by },
    via: [...via, first.by.address],
    replaces: replaced(call, caller),
  };
  return along(led, { ...way, hops }, now);
}

type Followed = Pick<Ringing, 'id' | 'caller' | 'media' | 'epoch' | 'offer' | 'via' | 'origin' | 'replaces'>;

/** `from` leaves, and the other side calls whom `way` leads to. Only the end: it was refused, or has been done before. */
export function transferTo(
  call: CallState,
  from: From,
  to: Person,
  way: Way,
  now: Instant,
): { readonly left: CallStep; readonly next: readonly CallStep[] } {
  const into = way.hops[0]?.call ?? way.call;
  const left = callMachine.step(call, { type: 'transfer', from, to, into }, now);
  if (left.state === call || call.kind !== 'active') return { left, next: [] };
  const caller = anew(otherSide(call, from), now);
  const led: Led = {
    told: { as: 'transferred', about: call.id },
    caller,
    media: { audio: true, video: caller.side.camera },
    // Of an offer that was made before, nobody there knows.
    epoch: call.epoch + 1,
    origin: { transferredBy: from.person },
    via: [],
    replaces: replaced(call, caller),
  };
  return { left, next: along(led, way, now) };
}

function otherSide({ caller, callee }: Active, { connection }: From): Active['caller'] {
  return caller.connection === connection ? callee : caller;
}

function along(led: Led, { hops: [hop, ...hops], call, to, verdict, origin }: Way, now: Instant): CallStep[] {
  if (hop === undefined) return [begin(call, { ...led, origin: { ...led.origin, ...origin }, to, verdict }, now)];
  const { forward, by } = hop;
  const next: Led = {
    ...led,
    origin: { ...led.origin, forwardedFrom: by },
    via: [...led.via, by.address],
    replaces: [hop.call, ...led.replaces],
  };
  return [
    begin(hop.call, { ...led, to: by, verdict: { cause: 'forwarded', forward } }, now),
    ...along(next, { hops, call, to, verdict, origin }, now),
  ];
}

function begin(call: CallId, led: Led & { to: Person; verdict: Admitted | TurnedAway }, now: Instant): CallStep {
  return callMachine.step(newCall(call), { type: 'led', ...led }, now);
}
