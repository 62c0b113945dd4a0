/** How a call begins: by an invite, in the place of others that somebody has led on, or out of a meeting. */
import type { Instant, Step } from '../machine.ts';
import type { Event } from '../protocol/signaling.ts';
import { finish, forwardedAs, ignored, newEnd, occupies, reply, send } from './outcome.ts';
import { pushes, told, wake } from './push.ts';
import { reachMs } from './ringing.ts';
import type { Admitted, CallEffect, CallInput, CallState, End, New, Ringing } from './types.ts';
import { viewOf } from './view.ts';

type CallStep = Step<CallState, CallEffect>;
type InputOf<T extends CallInput['type']> = Extract<CallInput, { type: T }>;

export function stepNew(state: New, input: CallInput, now: Instant): CallStep {
  switch (input.type) {
    case 'invite': {
      const { from, to, media, offer, origin, oneOfSeveral } = input;
      const more = { ...(origin && { origin }), ...(oneOfSeveral && { oneOfSeveral }) };
      const next = ringing(
        { id: state.id, caller: newEnd(from, now, media.video), callee: to, media, epoch: 1, offer, ...more },
        input,
        now,
      );
      return { state: next, effects: [reply({ call: state.id }), ...began(next)] };
    }
    case 'refused': {
      const { from, to, media, cause } = input;
      const caller = newEnd(from, now, media.video);
      const known = { id: state.id, media, startedAt: now, caller, callee: to };
      const event: Event = { type: 'ended', call: state.id, cause };
      if (input.cause === 'forwarded') {
        const ended = finish(known, forwardedAs(input.forward), now, { forward: input.forward });
        return { state: ended.state, effects: [reply({ call: state.id }), ...ended.effects] };
      }
      const ended = finish({ ...known, secret: input.secret }, cause, now);
      return { state: ended.state, effects: [reply({ call: state.id }), ...ended.effects, send(from, event)] };
    }
    case 'joined':
      return joined(state, input, now);
    case 'led':
      return led(state, input, now);
    default:
      return ignored(state);
  }
}

type Begun = Pick<
  Ringing,
  'id' | 'caller' | 'callee' | 'media' | 'epoch' | 'offer' | 'origin' | 'oneOfSeveral' | 'via' | 'replaces' | 'placing'
>;

export function ringing(begun: Begun, admitted: Admitted, now: Instant): Ringing {
  const { devices, left, waiting, ringMs } = admitted;
  const push = pushes(admitted);
  const state: Ringing = {
    kind: 'ringing',
    ...begun,
    waiting,
    legs: Object.fromEntries(devices.map((device) => [device, 'invited' as const])),
    startedAt: now,
    ringUntil: now + ringMs,
    reachBy: devices.length === 0 && !push?.sent.length ? now + reachMs(left) : undefined,
    ...(push && { push }),
  };
  return begun.offer === undefined ? state : told(state, now);
}

export function began(state: Ringing): CallEffect[] {
  const { caller, callee, offer, legs, push, placing } = state;
  return [
    ...(placing === true ? [] : [occupies('caller', caller.person.address, callee.address, 'engaged')]),
    { type: 'announce', event: placing === true ? 'call.placed' : 'call.ringing' },
    // The view, with the offer and what has been gathered, is taken when the event is written.
    ...(offer === undefined ? [] : Object.keys(legs)).map((device): CallEffect => ({
      type: 'ring',
      user: callee.address,
      device,
    })),
    ...wake(state, push?.sent ?? []),
  ];
}

/**
 * Calls in whose place it goes on end in the same transaction; where there is none, both pages hear of this one as it is. The caller opens
 * its first media.
 */
function joined(state: New, input: InputOf<'joined'>, now: Instant): CallStep {
  const { origin, caller, callee, replaces, epoch } = input;
  const next: CallState = {
    kind: 'active',
    id: state.id,
    caller: anew(caller, now),
    callee: anew(callee, now),
    media: { audio: true, video: caller.side.camera || callee.side.camera },
    epoch,
    startedAt: now,
    answeredAt: now,
    origin,
    replaces,
  };
  return {
    state: next,
    effects: [
      occupies('caller', caller.person.address, callee.person.address, 'engaged'),
      occupies('callee', callee.person.address, caller.person.address, 'engaged'),
      { type: 'announce', event: 'call.accepted' },
      ...(['caller', 'callee'] as const).flatMap((role) => {
        const { person, connection } = next[role];
        const about = replaces?.[role][0];
        const view = viewOf(next, person.address, connection, now);
        if (view === undefined) return [];
        return [
          send(next[role], about === undefined ? { type: 'incoming', view } : { type: 'transferred', call: about, view }),
        ];
      }),
    ],
  };
}

/** A side as it goes on in another call: whether it is here, and what it does, stays as it is, but for a screen that it showed. */
export function anew(end: End, now: Instant): End {
  const side = { ...end.side, screen: false };
  return {
    ...end,
    side,
    media: 'connecting',
    mediaSince: now,
    candidates: [],
    end: false,
    moving: undefined,
    quality: undefined,
  };
}

/** The caller hears whom it rings now. Where that one turns it away, it hears that next. */
function led(state: New, input: InputOf<'led'>, now: Instant): CallStep {
  const { told: news, caller, to, media, epoch, offer, origin, via, replaces, verdict } = input;
  const begun: Begun = { id: state.id, caller, callee: to, media, epoch, offer, origin, via, replaces: { caller: replaces } };
  const rings = ringing(begun, 'cause' in verdict ? { devices: [], waiting: false, ringMs: 0 } : verdict, now);
  const view = viewOf(rings, caller.person.address, caller.connection, now);
  const first = view === undefined ? [] : [send(caller, { type: news.as, call: news.about, view })];
  if (!('cause' in verdict)) return { state: rings, effects: [...first, ...began(rings)] };
  const { cause } = verdict;
  if (cause === 'forwarded') return finish(rings, forwardedAs(verdict.forward), now, { forward: verdict.forward });
  const ended = finish({ ...rings, secret: verdict.secret }, cause, now);
  return { state: ended.state, effects: [...ended.effects, ...first, send(caller, { type: 'ended', call: state.id, cause })] };
}
