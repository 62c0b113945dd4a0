/**
 * Somebody at a telephone keys the PIN of a meeting, and its passcode where it has one. What is played and looked up, others do.
 *
 *      answered ── connected ──► pin ── # ──► checking ──┬── there is no such meeting, or nothing was keyed in time ──► pin
 *                                                        ├── it has a passcode, or that was wrong ──► passcode ── # ──► checking
 *                                                        ├── they wait ──► waiting ── admitted ─┐
 *                                                        ├── they may come in ──────────────────┴► welcome ── played ──► in
 *                                                        └── they may not ──┐
 *                                          once too often, or sent away ────┴► leaving ── played ──► over: hung up
 */
import { dialInLimits } from '../dial-in-limits.ts';
import { meetingLimits } from '../meeting-limits.ts';
import type { Instant, Machine, Step, Tick } from '../machine.ts';

/**
 * Why a caller is let go. `tries`: there are no more of them. `waited`: nobody has let them in. `not_admitted`: a host did not want them.
 * `refused`: whatever else.
 */
export type KeyingRefusal = 'tries' | 'locked' | 'full' | 'removed' | 'over' | 'waited' | 'not_admitted' | 'refused';

/**
 * What a caller hears. `wrong_pin`, `wrong_passcode` and `incomplete`, that nothing or no `#` was keyed, come before what is asked for once
 * more. `no_host`: they wait, and nobody is there who could let them in.
 */
export type KeyingSound =
  | 'pin'
  | 'passcode'
  | 'wrong_pin'
  | 'wrong_passcode'
  | 'incomplete'
  | 'waiting'
  | 'no_host'
  | 'welcome'
  | KeyingRefusal;

/** What is being keyed. */
export type Keyed = 'pin' | 'passcode';

interface Asked {
  readonly what: Keyed;
  /** How often it was wrong. */
  readonly wrong: number;
}

export type KeyingState =
  | { readonly kind: 'answered' | 'welcome' | 'in' | 'over' }
  | { readonly kind: 'leaving'; readonly why: KeyingRefusal }
  | ({ readonly kind: 'keying'; readonly digits: string; readonly until: Instant } & Asked)
  | ({ readonly kind: 'checking' } & Asked)
  | { readonly kind: 'waiting'; readonly until: Instant };

/** What became of that which was keyed. `passcode`: it has one, or that was wrong. A refusal: no other PIN would help. */
export type KeyingVerdict = 'wrong' | 'passcode' | 'waiting' | 'no_host' | 'in' | KeyingRefusal;

export type KeyingInput =
  /** There is a way to the caller. */
  | { readonly type: 'connected' }
  /** The last of this was sent. */
  | { readonly type: 'played'; readonly sound: KeyingSound }
  | { readonly type: 'key'; readonly digit: string }
  | { readonly type: 'checked'; readonly verdict: KeyingVerdict }
  /** A host has let them in, or has sent them away. */
  | { readonly type: 'admitted' }
  | { readonly type: 'refused'; readonly why: KeyingRefusal }
  /** What carried the sound is gone. */
  | { readonly type: 'lost' }
  /** The call is over. */
  | { readonly type: 'ended' }
  | Tick;

export type KeyingEffect =
  /** In the place of what is being played; none: silence. */
  | { readonly type: 'play'; readonly sounds: readonly KeyingSound[] }
  | { readonly type: 'check'; readonly what: Keyed; readonly digits: string }
  /** Into the session of the meeting. */
  | { readonly type: 'come_in' }
  | { readonly type: 'hang_up' };

export const keyingStates = [
  'answered',
  'keying',
  'checking',
  'waiting',
  'welcome',
  'in',
  'leaving',
  'over',
] as const satisfies KeyingState['kind'][];

export const keyingInputs = [
  'connected',
  'played',
  'key',
  'checked',
  'admitted',
  'refused',
  'lost',
  'ended',
  'tick',
] as const satisfies KeyingInput['type'][];

type KeyingStep = Step<KeyingState, KeyingEffect>;

export const newKeying: KeyingState = { kind: 'answered' };

export const keyingMachine: Machine<KeyingState, KeyingInput, KeyingEffect> = {
  step(state, input, now) {
    // Whoever is in hears the session, which ends the call.
    if (state.kind === 'over' || state.kind === 'in') return unchanged(state);
    if (input.type === 'ended') return to({ kind: 'over' });
    if (input.type === 'lost') return to({ kind: 'over' }, { type: 'hang_up' });
    return stepKind(state, input, now);
  },
  deadline: (state) => ('until' in state ? state.until : undefined),
  recover: () => [],
};

type Said = Exclude<KeyingInput, { type: 'ended' | 'lost' }>;

function stepKind(state: KeyingState, input: Said, now: Instant): KeyingStep {
  switch (state.kind) {
    case 'answered':
      return input.type === 'connected' ? ask({ what: 'pin', wrong: 0 }, [], now) : unchanged(state);
    case 'keying':
      if (input.type === 'key') return key(state, input.digit, now);
      return input.type === 'tick' && now >= state.until ? again(state, 'incomplete', now) : unchanged(state);
    case 'checking':
      return input.type === 'checked' ? checked(state, input.verdict, now) : unchanged(state);
    case 'waiting':
      if (input.type === 'admitted') return play({ kind: 'welcome' }, 'welcome');
      if (input.type === 'refused') return leave(input.why);
      if (input.type === 'tick' && now >= state.until) return leave('waited');
      // A host may have come by then.
      return isPlayed(input, 'waiting') || isPlayed(input, 'no_host') ? play(state, 'waiting') : unchanged(state);
    case 'welcome':
      if (input.type === 'refused') return leave(input.why);
      return isPlayed(input, 'welcome') ? to({ kind: 'in' }, { type: 'come_in' }) : unchanged(state);
    case 'leaving':
      return isPlayed(input, state.why) ? to({ kind: 'over' }, { type: 'hang_up' }) : unchanged(state);
    case 'in':
    case 'over':
      return unchanged(state);
  }
}

/** `before`: what is said of what was keyed. */
function ask({ what, wrong }: Asked, before: readonly KeyingSound[], now: Instant): KeyingStep {
  const until = now + dialInLimits.triesMs;
  return to({ kind: 'keying', what, wrong, digits: '', until }, { type: 'play', sounds: [...before, what] });
}

/** `#` says that it is all, `*` that it was keyed wrongly. Nobody has to wait for the prompt to end. */
function key(state: Extract<KeyingState, { kind: 'keying' }>, digit: string, now: Instant): KeyingStep {
  const { what, wrong, digits } = state;
  if (digit === '*') return ask({ what, wrong }, [], now);
  if (digit === '#')
    return digits === '' ? unchanged(state) : to({ kind: 'checking', what, wrong }, { type: 'check', what, digits });
  if (!/^\d$/.test(digit) || digits.length >= meetingLimits.passcodeMost) return unchanged(state);
  const next: KeyingState = { ...state, digits: digits + digit };
  return digits === '' ? to(next, { type: 'play', sounds: [] }) : to(next);
}

function checked(state: Extract<KeyingState, { kind: 'checking' }>, verdict: KeyingVerdict, now: Instant): KeyingStep {
  switch (verdict) {
    case 'wrong':
      return again(state, wrongOf[state.what], now);
    case 'passcode':
      return state.what === 'pin' ? ask({ what: 'passcode', wrong: 0 }, [], now) : again(state, wrongOf.passcode, now);
    case 'waiting':
    case 'no_host':
      return play({ kind: 'waiting', until: now + dialInLimits.waitMs }, verdict);
    case 'in':
      return play({ kind: 'welcome' }, 'welcome');
    default:
      return leave(verdict);
  }
}

const wrongOf = { pin: 'wrong_pin', passcode: 'wrong_passcode' } as const satisfies Record<Keyed, KeyingSound>;

function again({ what, wrong }: Asked, why: KeyingSound, now: Instant): KeyingStep {
  return wrong + 1 < dialInLimits.tries ? ask({ what, wrong: wrong + 1 }, [why], now) : leave('tries');
}

function to(state: KeyingState, ...effects: readonly KeyingEffect[]): KeyingStep {
  return { state, effects };
}

function unchanged(state: KeyingState): KeyingStep {
  return { state, effects: [] };
}

function play(state: KeyingState, sound: KeyingSound): KeyingStep {
  return to(state, { type: 'play', sounds: [sound] });
}

function leave(why: KeyingRefusal): KeyingStep {
  return play({ kind: 'leaving', why }, why);
}

function isPlayed(input: Said, sound: KeyingSound): boolean {
  return input.type === 'played' && input.sound === sound;
}
