/** People, inputs and a driver for tests of the call machine. */
import type { Instant } from '../machine.ts';
import type { Answer, Candidate, Offer, Person, Side } from '../protocol/signaling.ts';
import { limits } from '../limits.ts';
import { callMachine, newCall } from './call.ts';
import type { CallEffect, CallInput, CallState, From } from './types.ts';

export const alice: Person = { address: 'alice', name: 'Alice' };
export const bob: Person = { address: 'bob', name: 'Bob' };
export const carol: Person = { address: 'carol', name: 'Carol' };

export function from(person: Person, device: string, tab = 1): From {
  return { person, device, deviceName: `${person.name}'s ${device}`, connection: `${person.address}/${device}/${tab}` };
}

export const aliceLaptop: From = from(alice, 'laptop');
export const bobPhone: From = from(bob, 'phone');
export const bobPhoneTab2: From = from(bob, 'phone', 2);
export const bobDesk: From = from(bob, 'desk');
export const carolPhone: From = from(carol, 'phone');

export function offer(name: string): Offer {
  return { type: 'offer', sdp: `offer ${name}` };
}

export function answer(name: string): Answer {
  return { type: 'answer', sdp: `answer ${name}` };
}

export function candidate(name: string): Candidate {
  return { candidate: `candidate:${name}`, sdpMid: '0' };
}

export function side(n: number, change: Partial<Side> = {}): Side {
  return { n, held: false, muted: false, camera: false, ...change };
}

export const invite: Extract<CallInput, { type: 'invite' }> = {
  type: 'invite',
  from: aliceLaptop,
  to: bob,
  media: { audio: true, video: false },
  offer: offer('1'),
  devices: ['phone', 'desk'],
  waiting: false,
  ringMs: limits.ringMs,
};

export const t0: Instant = 1_000_000;

export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
  }
  return value;
}

/** One call and everything that came out of it. Whatever goes into the machine is frozen, so that a change in place throws. */
export class Drive {
  state: CallState = newCall('call-0123456789ab');
  now: Instant = t0;
  readonly all: CallEffect[] = [];

  /** Feeds inputs one after the other and returns the effects of the last. */
  feed(...inputs: readonly CallInput[]): readonly CallEffect[] {
    let last: readonly CallEffect[] = [];
    for (const input of inputs) {
      const { state, effects } = callMachine.step(deepFreeze(this.state), deepFreeze(input), this.now);
      this.state = state;
      this.all.push(...effects);
      last = effects;
    }
    return last;
  }

  /** Goes to the deadline and ticks there; undefined when there is none. */
  expire(): readonly CallEffect[] | undefined {
    const deadline = callMachine.deadline(this.state);
    if (deadline === undefined) return undefined;
    this.now = deadline;
    return this.feed({ type: 'tick' });
  }

  later(milliseconds: number): this {
    this.now += milliseconds;
    return this;
  }

  kind<K extends CallState['kind']>(kind: K): Extract<CallState, { kind: K }> {
    if (this.state.kind !== kind) throw new Error(`the call is ${this.state.kind}, not ${kind}`);
    return this.state as Extract<CallState, { kind: K }>;
  }
}

export function ringing(change: Partial<typeof invite> = {}): Drive {
  const drive = new Drive();
  drive.feed({ ...invite, ...change });
  return drive;
}

export function answering(): Drive {
  const drive = ringing();
  drive.feed({ type: 'accept', from: bobPhone, epoch: 1 });
  return drive;
}

export function active(): Drive {
  const drive = ringing();
  drive.feed({ type: 'accept', from: bobPhone, epoch: 1, answer: answer('1') });
  return drive;
}

/** Media up on both sides, a second after the answer. */
export function connected(): Drive {
  const drive = active().later(1_000);
  for (const by of [aliceLaptop, bobPhone]) drive.feed({ type: 'media', from: by, epoch: 1, state: 'connected' });
  return drive;
}

export function ended(): Drive {
  const drive = active();
  drive.feed({ type: 'hangup', from: aliceLaptop });
  return drive;
}

/** The events sent, each as `whom: type`, with what tells them apart. */
export function told(effects: readonly CallEffect[]): string[] {
  return effects.flatMap((effect) => {
    if (effect.type === 'ring') return `${effect.user}/${effect.device}: incoming`;
    if (effect.type !== 'send') return [];
    const { to, event } = effect;
    const whom =
      'connection' in to ? to.connection : `${to.user}/${to.device}${to.except === undefined ? '' : ` but ${to.except}`}`;
    const detail = event.type === 'ended' ? ` ${event.cause}` : event.type === 'peer' ? ` ${event.state}` : '';
    return `${whom}: ${event.type}${detail}`;
  });
}

/** What the one who asked was answered: `ok`, the code of the refusal, or nothing. */
export function answered(effects: readonly CallEffect[]): string | undefined {
  const answers = effects.filter((effect) => effect.type === 'reply' || effect.type === 'refuse');
  if (answers.length > 1) throw new Error('more than one answer');
  const [first] = answers;
  return first === undefined ? undefined : first.type === 'reply' ? 'ok' : first.code;
}
