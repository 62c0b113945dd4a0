/** Mistakes with sessions that are made on purpose, one of a kind each: whether the laws would notice them. */
import { sessionMachine } from '@offhook/core';
import type { SessionEffect, SessionInput, SessionState, Step } from '@offhook/core';
import { Latest } from '../../../packages/client/src/session/peers.ts';
import { MemoryStore } from '../../../packages/server/src/store/memory.ts';
import { replace } from '../faults.ts';
import type { Plant } from '../faults.ts';

type SessionStep = (state: SessionState, input: SessionInput, now: number) => Step<SessionState, SessionEffect>;

function session(
  wrong: (right: SessionStep, state: SessionState, input: SessionInput, now: number) => Step<SessionState, SessionEffect>,
): Plant {
  return () => replace(sessionMachine, 'step', (right) => (state, input, now) => wrong(right, state, input, now));
}

function effects(wrong: (effect: SessionEffect, input: SessionInput) => readonly SessionEffect[]): Plant {
  return session((right, state, input, now) => {
    const step = right(state, input, now);
    return { state: step.state, effects: step.effects.flatMap((effect) => wrong(effect, input)) };
  });
}

export const sessionFaults = {
  'who is removed goes on receiving': effects((effect, input) =>
    input.type === 'remove' && effect.type === 'media' && effect.ask.type === 'leave' ? [] : [effect],
  ),
  'who is removed may go on': session((right, state, input, now) => {
    if (input.type !== 'remove' || state.kind !== 'open') return right(state, input, now);
    return state.participants[input.participant] === undefined
      ? right(state, input, now)
      : { state, effects: [{ type: 'reply', ok: {} }] };
  }),
  'whoever is to receive nobody receives everybody': session((right, state, input, now) => {
    const isNothing =
      (input.type === 'add' || input.type === 'subscribe') &&
      input.subscriptions.session === undefined &&
      (input.subscriptions.participants ?? []).length === 0;
    return right(state, isNothing ? { ...input, subscriptions: { session: state.id } } : input, now);
  }),
  'what is said of subscriptions comes too late': effects((effect, input) =>
    input.type === 'subscribe' && effect.type === 'media' ? [] : [effect],
  ),
  'a stream is offered twice': effects((effect) =>
    effect.type === 'send' && effect.event.type === 'session_offer'
      ? [{ ...effect, event: { ...effect.event, streams: [...effect.event.streams, ...effect.event.streams] } }]
      : [effect],
  ),
  'the others do not hear what is published': effects((effect) =>
    effect.type === 'send' && effect.event.type === 'session_streams' ? [] : [effect],
  ),
  'the end is not told': effects((effect, input) =>
    input.type === 'end' && effect.type === 'send' && effect.event.type === 'session_ended' ? [] : [effect],
  ),
  'what is over is kept by the worker': effects((effect) =>
    effect.type === 'media' && effect.ask.type === 'close' ? [] : [effect],
  ),
  'nobody is asked to publish anew when the worker is lost': effects((effect) =>
    effect.type === 'send' && effect.event.type === 'session_republish' ? [] : [effect],
  ),
  'those who are gone are not missed': session((right, state, input, now) =>
    input.type === 'away' || input.type === 'gone' ? { state, effects: [] } : right(state, input, now),
  ),
  'a lock keeps nobody out': session((right, state, input, now) =>
    input.type === 'join' && state.kind === 'open' && state.locked
      ? right({ ...state, locked: false }, input, now)
      : right(state, input, now),
  ),
  'what the worker says of the time before counts': session((right, state, input, now) => {
    if ((input.type !== 'offer' && input.type !== 'transport') || state.kind !== 'open') return right(state, input, now);
    return right(state, { ...input, joins: state.participants[input.participant]?.joins ?? input.joins }, now);
  }),
  'answers do not wait for the store': () =>
    replace(
      MemoryStore.prototype,
      'commit',
      (right) =>
        function (this: MemoryStore, writes) {
          if (!writes.some(({ type }) => type === 'session')) return right.call(this, writes);
          right.call(this, writes).catch(() => undefined);
          return Promise.resolve();
        },
    ),
  'an offer that came to nothing is waited for': () => replace(Latest.prototype, 'abandon', () => () => undefined),
} satisfies Record<string, Plant>;

/** The law that each mistake breaks; where several are named, whichever is looked at first. */
export const sessionsBrokenBy: Readonly<Record<keyof typeof sessionFaults, readonly string[]>> = {
  'who is removed goes on receiving': ['P39', 'P38', 'P44'],
  'who is removed may go on': ['P39', 'P43'],
  'whoever is to receive nobody receives everybody': ['P38'],
  'what is said of subscriptions comes too late': ['P38', 'P41'],
  'a stream is offered twice': ['P41'],
  'the others do not hear what is published': ['P40', 'P41'],
  'the end is not told': ['P42', 'P44'],
  'what is over is kept by the worker': ['P42', 'P44'],
  'nobody is asked to publish anew when the worker is lost': ['P40', 'P41'],
  'those who are gone are not missed': ['P40'],
  'a lock keeps nobody out': ['P39'],
  'what the worker says of the time before counts': ['P41', 'P40'],
  'answers do not wait for the store': ['P43', 'P40'],
  'an offer that came to nothing is waited for': ['P41'],
};
