/** Views, inputs and a driver for tests of the endpoint machine. */
import type { Instant } from '../machine.ts';
import type { CallView } from '../protocol/signaling.ts';
import { alice, answer, bob, candidate, deepFreeze, offer, side, t0 } from './call.fixture.ts';
import { endpointMachine, newEndpoint } from './endpoint.ts';
import type { EndpointEffect, EndpointInput, EndpointState } from './endpoint.ts';

export const call = 'call-0123456789ab';
export const sound = { audio: true, video: false };

/** The view of a ringing callee; the rest is said by `change`. */
export function view(change: Partial<CallView> = {}): CallView {
  return {
    call,
    role: 'callee',
    peer: alice,
    stage: 'ringing',
    here: false,
    media: sound,
    epoch: 1,
    offer: offer('1'),
    candidates: [],
    end: false,
    ringMs: 45_000,
    waiting: false,
    rings: false,
    away: false,
    mine: side(0),
    theirs: side(0),
    ...change,
  };
}

/** The view of a side of a call that is talked. */
export function talked(change: Partial<CallView> = {}): CallView {
  const { offer: _offer, ringMs: _ringMs, ...rest } = view();
  return { ...rest, stage: 'active', here: true, ...change };
}

/** The view of the caller. */
export function called(change: Partial<CallView> = {}): CallView {
  const { offer: _offer, ...rest } = view();
  return { ...rest, role: 'caller', peer: bob, here: true, ...change };
}

/** One endpoint and everything that came out of it. Whatever goes into the machine is frozen, so that a change in place throws. */
export class Drive {
  state: EndpointState = newEndpoint(call);
  now: Instant = t0;
  readonly all: EndpointEffect[] = [];

  feed(...inputs: readonly EndpointInput[]): readonly EndpointEffect[] {
    let last: readonly EndpointEffect[] = [];
    for (const input of inputs) {
      const { state, effects } = endpointMachine.step(deepFreeze(this.state), deepFreeze(input), this.now);
      this.state = state;
      this.all.push(...effects);
      last = effects;
    }
    return last;
  }

  expire(): readonly EndpointEffect[] | undefined {
    const deadline = endpointMachine.deadline(this.state);
    if (deadline === undefined) return undefined;
    this.now = deadline;
    return this.feed({ type: 'tick' });
  }

  later(milliseconds: number): this {
    this.now += milliseconds;
    return this;
  }

  kind<K extends EndpointState['kind']>(kind: K): Extract<EndpointState, { kind: K }> {
    if (this.state.kind !== kind) throw new Error(`the endpoint is ${this.state.kind}, not ${kind}`);
    return this.state as Extract<EndpointState, { kind: K }>;
  }
}

function driven(...inputs: readonly EndpointInput[]): Drive {
  const drive = new Drive();
  drive.feed(...inputs);
  return drive;
}

export const offerReady = (epoch: number): EndpointInput => ({ type: 'offer_ready', epoch, offer: offer(String(epoch)) });
export const answerReady = (epoch: number): EndpointInput => ({ type: 'answer_ready', epoch, answer: answer(String(epoch)) });
export const connectedMedia = (epoch: number): EndpointInput => ({ type: 'media', epoch, state: 'connected' });
export const candidatesReady = (epoch: number): EndpointInput => ({
  type: 'candidates_ready',
  epoch,
  candidates: [candidate('mine')],
  end: true,
});

export const opening = (): Drive => driven({ type: 'place', to: 'bob', media: sound });
export const calling = (): Drive => driven({ type: 'place', to: 'bob', media: sound }, offerReady(1));
export const ringingOut = (): Drive =>
  driven({ type: 'place', to: 'bob', media: sound }, offerReady(1), { type: 'done', request: 'invite' });
export const incoming = (): Drive => driven({ type: 'incoming', view: view() });
export const prepared = (): Drive => driven({ type: 'incoming', view: view() }, answerReady(1), candidatesReady(1));
/** Claimed, with the answer; the server has not decided. */
export const claiming = (): Drive =>
  driven({ type: 'incoming', view: view() }, answerReady(1), { type: 'answer', media: sound });
/** Claimed before the answer was made. */
export const claimingEarly = (): Drive => driven({ type: 'incoming', view: view() }, { type: 'answer', media: sound });
export const callerConnecting = (): Drive =>
  driven({ type: 'place', to: 'bob', media: sound }, offerReady(1), { type: 'accepted', epoch: 1, answer: answer('1') });
export const calleeConnecting = (): Drive =>
  driven(
    { type: 'incoming', view: view() },
    answerReady(1),
    { type: 'answer', media: sound },
    { type: 'done', request: 'accept' },
  );
/** Has won the claim and has yet to answer. */
export const calleeAnswering = (): Drive =>
  driven({ type: 'incoming', view: view() }, { type: 'answer', media: sound }, { type: 'done', request: 'accept' });
export const callerActive = (): Drive =>
  driven(
    { type: 'place', to: 'bob', media: sound },
    offerReady(1),
    { type: 'accepted', epoch: 1, answer: answer('1') },
    connectedMedia(1),
  );
export const calleeActive = (): Drive =>
  driven(
    { type: 'incoming', view: view() },
    answerReady(1),
    { type: 'answer', media: sound },
    { type: 'done', request: 'accept' },
    connectedMedia(1),
  );
export const reconnecting = (): Drive => {
  const drive = callerActive();
  drive.feed({ type: 'media', epoch: 1, state: 'disconnected' });
  return drive;
};
export const endedHere = (): Drive => driven({ type: 'place', to: 'bob', media: sound }, { type: 'hangup' });

/** Every state that lives, by name. */
export const live: [name: string, start: () => Drive][] = [
  ['opening', opening],
  ['calling', calling],
  ['ringing out', ringingOut],
  ['incoming', incoming],
  ['answering', claiming],
  ['connecting as caller', callerConnecting],
  ['connecting as callee', calleeConnecting],
  ['active', callerActive],
  ['reconnecting', reconnecting],
];

/** The types of the messages that were sent. */
export function said(effects: readonly EndpointEffect[]): string[] {
  return effects.flatMap((effect) => (effect.type === 'send' ? effect.message.type : []));
}

/** The other effects, by type and epoch. */
export function did(effects: readonly EndpointEffect[]): string[] {
  return effects.flatMap((effect) =>
    effect.type === 'send' ? [] : 'epoch' in effect ? `${effect.type} ${effect.epoch}` : effect.type,
  );
}
