/** Mistakes that are made on purpose, one of a kind each: whether the laws would notice them. */
import { callMachine, endpointMachine, userMachine } from '@offhook/core';
import type {
  CallEffect,
  CallInput,
  CallState,
  EndpointEffect,
  EndpointInput,
  EndpointState,
  Step,
  UserInput,
  UserState,
} from '@offhook/core';
import type { UserEffect } from '@offhook/core';
import { LocalMedia } from '../../packages/client/src/local-media.ts';
import { Outbox } from '../../packages/client/src/outbox.ts';
import { Peer } from '../../packages/client/src/peer.ts';
import { Engine } from '../../packages/server/src/engine/engine.ts';
import { PushDesk } from '../../packages/server/src/push/desk.ts';
import type { Write } from '../../packages/server/src/ports.ts';
import { Backlog } from '../../packages/server/src/signaling/backlog.ts';
import { Connection } from '../../packages/server/src/signaling/connection.ts';
import { MemoryStore } from '../../packages/server/src/store/memory.ts';

/** Makes the mistake from now on. The function returned ends it. */
export type Plant = () => () => void;

type CallStep = (state: CallState, input: CallInput, now: number) => Step<CallState, CallEffect>;
type EndpointStep = (state: EndpointState, input: EndpointInput, now: number) => Step<EndpointState, EndpointEffect>;
type UserStep = (state: UserState, input: UserInput, now: number) => Step<UserState, UserEffect>;

/** Puts another member in place of one. */
export function replace<T extends object, K extends keyof T>(target: T, key: K, make: (right: T[K]) => T[K]): () => void {
  const right = target[key];
  target[key] = make(right);
  return () => {
    target[key] = right;
  };
}

function call(wrong: (right: CallStep, state: CallState, input: CallInput, now: number) => Step<CallState, CallEffect>): Plant {
  return () => replace(callMachine, 'step', (right) => (state, input, now) => wrong(right, state, input, now));
}

function endpoint(
  wrong: (right: EndpointStep, state: EndpointState, input: EndpointInput, now: number) => Step<EndpointState, EndpointEffect>,
): Plant {
  return () => replace(endpointMachine, 'step', (right) => (state, input, now) => wrong(right, state, input, now));
}

function user(wrong: (right: UserStep, state: UserState, input: UserInput, now: number) => Step<UserState, UserEffect>): Plant {
  return () => replace(userMachine, 'step', (right) => (state, input, now) => wrong(right, state, input, now));
}

function isOfRinging(write: Write): boolean {
  return write.type === 'outbox' && write.entry.event === 'call.ringing';
}

/** Calls whose effects are others than they should be. */
function callEffects(wrong: (effect: CallEffect, before: CallState) => readonly CallEffect[]): Plant {
  return call((right, state, input, now) => {
    const step = right(state, input, now);
    return { state: step.state, effects: step.effects.flatMap((effect) => wrong(effect, state)) };
  });
}

function endpointEffects(wrong: (effect: EndpointEffect) => readonly EndpointEffect[]): Plant {
  return endpoint((right, state, input, now) => {
    const step = right(state, input, now);
    return { state: step.state, effects: step.effects.flatMap(wrong) };
  });
}

export const faults = {
  // The claim.
  'a second accept wins as well': call((right, state, input, now) =>
    input.type === 'accept' &&
    (state.kind === 'answering' || state.kind === 'active') &&
    input.from.person.address === state.callee.person.address
      ? { state: { ...state, callee: { ...state.callee, ...input.from } }, effects: [{ type: 'reply', ok: {} }] }
      : right(state, input, now),
  ),
  'those who lost the race are not told': callEffects((effect) =>
    effect.type === 'send' && effect.event.type === 'ended' && effect.event.cause === 'answered_elsewhere' ? [] : [effect],
  ),
  'the caller is not told of the answer': callEffects((effect) =>
    effect.type === 'send' && (effect.event.type === 'accepted' || effect.event.type === 'answered') ? [] : [effect],
  ),
  'an answer to an earlier offer counts': call((right, state, input, now) =>
    input.type === 'accept' && state.kind === 'ringing'
      ? right(state, { ...input, epoch: state.epoch }, now)
      : input.type === 'answer' && state.kind === 'answering'
        ? right(state, { ...input, epoch: state.epoch }, now)
        : right(state, input, now),
  ),
  'invites that cross are two calls': user((right, state, input, now) => {
    const step = right(state, input, now);
    if (input.type !== 'place' || !step.effects.some(({ type }) => type === 'cross')) return step;
    const calls = state.calls.with(input.call, { role: 'caller', peer: input.to, stage: 'ringing' });
    return { state: { ...state, calls }, effects: [{ type: 'placed' }] };
  }),
  'a repeated invite is a second call': () => {
    const seen = new Set<string>();
    return replace(
      Engine.prototype,
      'request',
      (right) =>
        function (this: Engine, from, request, respond) {
          const invite = `${from.person.address} ${request.call}`;
          if (request.type !== 'invite') return right.call(this, from, request, respond);
          if (!seen.has(invite)) {
            seen.add(invite);
            return right.call(this, from, request, respond);
          }
          return right.call(this, from, { ...request, call: `${request.call}-again` }, respond);
        },
    );
  },

  // Push.
  'what a killed server had yet to push is forgotten': () =>
    replace(PushDesk.prototype, 'start', () => () => Promise.resolve()),
  'whoever is not to be disturbed is pushed to': user((right, state, input, now) => {
    const step = right(state, input, now);
    const isTurnedAway = step.effects.some((effect) => effect.type === 'turn_away' && effect.cause === 'do_not_disturb');
    if (input.type !== 'offered' || !isTurnedAway || state.pushable.size === 0) return step;
    const push = { asleep: [...state.pushable], awake: [] };
    const calls = state.calls.with(input.call, { role: 'callee', peer: input.from, stage: 'ringing' });
    const { ringMs } = state.settings;
    return {
      state: { ...step.state, calls },
      effects: [{ type: 'admit', devices: [], left: false, waiting: false, ringMs, push }],
    };
  }),
  'quiet hours are forgotten where no page is open': user((right, state, input, now) => {
    if (input.type !== 'offered' || state.devices.size > 0 || state.settings.quietHours === undefined)
      return right(state, input, now);
    const step = right({ ...state, isQuiet: state.settings.doNotDisturb, quietUntil: undefined }, input, now);
    return { ...step, state: { ...step.state, isQuiet: state.isQuiet, quietUntil: state.quietUntil } };
  }),
  'a page that does not say that it rings is not pushed to': call((right, state, input, now) => {
    const step = right(state, input, now);
    if (step.state.kind !== 'ringing' || step.state.push === undefined) return step;
    return { ...step, state: { ...step.state, push: { ...step.state.push, confirmBy: undefined } } };
  }),
  'a device whose last page goes while it rings is not pushed to': call((right, state, input, now) =>
    right(state, input.type === 'detach' ? { ...input, asleep: undefined } : input, now),
  ),
  'what was pushed is never stopped': callEffects((effect) =>
    effect.type === 'push' && effect.notice.over !== undefined ? [] : [effect],
  ),

  // The end.
  'ringing has no deadline': () =>
    replace(callMachine, 'deadline', (right) => (state) => (state.kind === 'ringing' ? undefined : right(state))),
  'hanging up while it rings is forgotten': call((right, state, input, now) =>
    input.type === 'hangup' && state.kind === 'ringing'
      ? { state, effects: [{ type: 'reply', ok: {} }] }
      : right(state, input, now),
  ),
  'hanging up is not told to the server': endpointEffects((effect) =>
    effect.type === 'send' && effect.message.type === 'hangup' ? [] : [effect],
  ),
  'those who are gone are not missed': call((right, state, input, now) =>
    input.type === 'away' ? { state, effects: [] } : right(state, input, now),
  ),
  'the caller is not released': callEffects((effect, state) =>
    effect.type === 'released' && state.kind !== 'new' && state.kind !== 'ended' && effect.user === state.caller.person.address
      ? []
      : [effect],
  ),
  'a call is recorded twice': callEffects((effect) => (effect.type === 'record' ? [effect, effect] : [effect])),
  'the history tells another cause than the phone': callEffects((effect) =>
    effect.type === 'record' && effect.record.cause === 'declined'
      ? [{ ...effect, record: { ...effect.record, cause: 'no_answer' } }]
      : [effect],
  ),
  'the duration begins anew when media is back': call((right, state, input, now) => {
    const step = right(state, input, now);
    const isBack = input.type === 'media' && input.state === 'connected' && step.state !== state;
    return isBack && step.state.kind === 'active' ? { ...step, state: { ...step.state, connectedAt: now } } : step;
  }),

  // Transfers.
  'who is led on is not told': callEffects((effect) =>
    effect.type === 'send' && effect.event.type === 'transferred' ? [] : [effect],
  ),
  'who is led on is led to the one who leaves': call((right, state, input, now) =>
    input.type === 'joined'
      ? right(state, { ...input, caller: { ...input.caller, person: input.origin.transferredBy ?? input.caller.person } }, now)
      : right(state, input, now),
  ),
  'a transfer takes the place of nothing': () =>
    replace(
      MemoryStore.prototype,
      'commit',
      (right) =>
        function (this: MemoryStore, writes) {
          const isJoined = writes.some(({ type }) => type === 'new_call') && writes.some(({ type }) => type === 'record');
          return right.call(this, isJoined ? writes.filter(({ type }) => type !== 'new_call') : writes);
        },
    ),
  'whoever hangs up while being led on is forgotten': call((right, state, input, now) => {
    const step = right(state, input, now);
    if (step.state.kind !== 'ended' || step.state.transfer === undefined) return step;
    const { transfer: _transfer, ...rest } = step.state;
    return { ...step, state: rest };
  }),

  // Forwards.
  'whose call is forwarded is not told': callEffects((effect) =>
    effect.type === 'send' && effect.event.type === 'forwarded' ? [] : [effect],
  ),
  'a forwarded call leads nowhere': call((right, state, input, now) =>
    input.type === 'led' && input.told.as === 'forwarded'
      ? right(state, { ...input, to: input.caller.person }, now)
      : right(state, input, now),
  ),
  'who has forwarded a call is forgotten': call((right, state, input, now) =>
    right(state, input.type === 'led' ? { ...input, via: [] } : input, now),
  ),
  'what is to be forwarded rings': user((right, state, input, now) => {
    if (input.type !== 'offered') return right(state, input, now);
    const step = right({ ...state, settings: { ...state.settings, forward: null } }, input, now);
    return { ...step, state: { ...step.state, settings: state.settings } };
  }),

  // The store.
  'replies do not wait for the store': () =>
    replace(
      MemoryStore.prototype,
      'commit',
      (right) =>
        function (this: MemoryStore, writes) {
          right.call(this, writes).catch(() => undefined);
          return Promise.resolve();
        },
    ),
  'what the disk failed to store counts as stored': () =>
    replace(
      MemoryStore.prototype,
      'commit',
      (right) =>
        function (this: MemoryStore, writes) {
          return right.call(this, writes).catch(() => undefined);
        },
    ),
  'webhooks overtake one another': () => {
    const late: Write[] = [];
    return replace(
      MemoryStore.prototype,
      'commit',
      (right) =>
        function (this: MemoryStore, writes) {
          const now = writes.filter((write) => !isOfRinging(write));
          if (now.some(({ type }) => type === 'outbox')) now.push(...late.splice(0));
          late.push(...writes.filter(isOfRinging));
          return right.call(this, now);
        },
    );
  },

  // The way between page and server.
  'what is told while the socket is gone is lost': () =>
    replace(
      Connection.prototype,
      'event',
      (right) =>
        function (this: Connection, json) {
          if (this.link !== undefined) right.call(this, json);
        },
    ),
  'resumed, it is said, though events are gone': () =>
    replace(
      Backlog.prototype,
      'add',
      (right) =>
        function (this: Backlog, seq, json) {
          this.trim(seq - 1);
          right.call(this, seq, json);
        },
    ),
  'requests on their way are not repeated': () => replace(Outbox.prototype, 'all', () => () => []),
  'the full state after a lost connection is passed over': endpoint((right, state, input, now) =>
    input.type === 'resync' ? { state, effects: [] } : right(state, input, now),
  ),

  // Users.
  'a change of presence is not told': user((right, state, input, now) => {
    const step = right(state, input, now);
    return { state: step.state, effects: step.effects.filter(({ type }) => input.type !== 'released' || type !== 'presence') };
  }),
  'those whose pages have gone stay online': () => replace(userMachine, 'deadline', () => () => undefined),
  'calls are not counted': user((right, state, input, now) => {
    if (input.type !== 'offered') return right(state, input, now);
    const step = right({ ...state, settings: { ...state.settings, maxCalls: Infinity } }, input, now);
    return { ...step, state: { ...step.state, settings: state.settings } };
  }),
  'do not disturb is passed over': user((right, state, input, now) => {
    if (input.type !== 'offered') return right(state, input, now);
    const step = right({ ...state, isQuiet: false, quietUntil: undefined }, input, now);
    const effects = step.effects.filter(({ type }) => type !== 'presence');
    return { effects, state: { ...step.state, isQuiet: state.isQuiet, quietUntil: state.quietUntil } };
  }),

  // Media.
  'hold is a switch instead of a value': endpoint((right, state, input, now) =>
    input.type === 'updated' && 'theirs' in state
      ? right(state, { ...input, side: { ...input.side, held: input.side.held !== state.theirs.held } }, now)
      : right(state, input, now),
  ),
  'an older value of a side wins': call((right, state, input, now) => {
    if (input.type !== 'update' || (state.kind !== 'answering' && state.kind !== 'active')) return right(state, input, now);
    const role = (['caller', 'callee'] as const).find((one) => state[one].connection === input.from.connection);
    return right(
      role === undefined ? state : { ...state, [role]: { ...state[role], side: { ...state[role].side, n: -1 } } },
      input,
      now,
    );
  }),
  'the microphone is asked for while it rings': endpoint((right, state, input, now) => {
    const step = right(state, input, now);
    if (input.type !== 'incoming' || step.state.kind !== 'incoming') return step;
    return { ...step, effects: [...step.effects, { type: 'capture', media: step.state.media }] };
  }),
  'capture goes on after the call': () => replace(LocalMedia.prototype, 'close', () => () => undefined),
  'peer connections stay open after the call': () => replace(Peer.prototype, 'close', () => () => undefined),
  'the page that was loaded again opens no new epoch': endpoint((right, state, input, now) => {
    const step = right(state, input, now);
    if (input.type !== 'restore' || !('epoch' in step.state)) return step;
    const effects = step.effects.map((effect) => (effect.type === 'open' ? { ...effect, epoch: effect.epoch - 1 } : effect));
    return { state: { ...step.state, epoch: step.state.epoch - 1 }, effects };
  }),
  'nobody is polite': endpointEffects((effect) =>
    effect.type === 'open'
      ? [{ ...effect, polite: false }]
      : effect.type === 'remote' && effect.open !== undefined
        ? [{ ...effect, open: { polite: false } }]
        : [effect],
  ),
  'ICE is not restarted': endpointEffects((effect) => (effect.type === 'restart_ice' ? [] : [effect])),
  'candidates are not passed on': callEffects((effect) =>
    effect.type === 'send' && effect.event.type === 'candidates' ? [] : [effect],
  ),
} satisfies Record<string, Plant>;

/** The law that each mistake breaks; where several are named, whichever is looked at first. */
export const brokenBy: Readonly<Record<keyof typeof faults, readonly string[]>> = {
  'a second accept wins as well': ['S2', 'S7'],
  'those who lost the race are not told': ['S4'],
  'the caller is not told of the answer': ['S3', 'S4', 'S12'],
  'an answer to an earlier offer counts': ['S14'],
  'invites that cross are two calls': ['S18'],
  'a repeated invite is a second call': ['S4', 'S7'],
  'what was pushed is never stopped': ['S4'],
  'what a killed server had yet to push is forgotten': ['S4'],
  'whoever is not to be disturbed is pushed to': ['S18'],
  'quiet hours are forgotten where no page is open': ['S18'],
  'a page that does not say that it rings is not pushed to': ['S22'],
  'a device whose last page goes while it rings is not pushed to': ['S22'],
  'ringing has no deadline': ['S1', 'S3', 'S22'],
  'hanging up while it rings is forgotten': ['S7'],
  'hanging up is not told to the server': ['S3'],
  'those who are gone are not missed': ['S1'],
  'the caller is not released': ['S9'],
  'a call is recorded twice': ['S1'],
  'the history tells another cause than the phone': ['S1'],
  'the duration begins anew when media is back': ['S11'],
  'who is led on is not told': ['S3', 'S5', 'S12'],
  'who is led on is led to the one who leaves': ['S19', 'S17', 'S3'],
  'a transfer takes the place of nothing': ['S19', 'S20'],
  'whoever hangs up while being led on is forgotten': ['S7'],
  'whose call is forwarded is not told': ['S3', 'S5', 'S12'],
  'a forwarded call leads nowhere': ['S20'],
  'who has forwarded a call is forgotten': ['S21', 'S18'],
  'what is to be forwarded rings': ['S18'],
  'replies do not wait for the store': ['S7'],
  'what the disk failed to store counts as stored': ['S7', 'S2'],
  'webhooks overtake one another': ['S1'],
  'what is told while the socket is gone is lost': ['S3', 'S4', 'S9'],
  'resumed, it is said, though events are gone': ['S3', 'S5'],
  'requests on their way are not repeated': ['S3'],
  'the full state after a lost connection is passed over': ['S3', 'S4'],
  'a change of presence is not told': ['S9'],
  'those whose pages have gone stay online': ['S9'],
  'calls are not counted': ['S18'],
  'do not disturb is passed over': ['S18'],
  'hold is a switch instead of a value': ['S3'],
  'an older value of a side wins': ['S3'],
  'the microphone is asked for while it rings': ['S6'],
  'capture goes on after the call': ['S5'],
  'peer connections stay open after the call': ['S5'],
  'the page that was loaded again opens no new epoch': ['S3', 'S14'],
  'nobody is polite': ['S3', 'S5'],
  'ICE is not restarted': ['S3'],
  'candidates are not passed on': ['S3', 'S12'],
};
