/**
 * Somebody whose call the voicemail has taken leaves a message. What is played and recorded, others do.
 *
 *      answered ── connected ──► greeting ── played, or # ──► beep ── played ──► recording
 *          │                        │                          │                   │ # , nobody speaks, limit
 *          │ ended                  │ ended                    │ ended             ▼
 *          ▼                        ▼                          ▼             keep ──► thanks ── played ──► hang up
 *        over ◄─────────────────────┴──────────────────────────┘              ▲
 *          ▲                                                    ended, lost ──┘
 *          └───────────────────────────────────────────────────────────────────────────────────────────── over
 *
 * A caller who is gone before the tone has left nothing: of them the missed call tells.
 */
import type { Machine, Step } from '../machine.ts';

/** What a caller hears. `full`: nothing more can be taken. */
export type LeavingSound = 'greeting' | 'beep' | 'thanks' | 'full';

export interface LeavingState {
  readonly kind: 'answered' | 'greeting' | 'beep' | 'recording' | 'leaving' | 'over';
  /** Whether there is room for one more message. */
  readonly hasRoom: boolean;
}

export type LeavingInput =
  /** There is a way to the caller. */
  | { readonly type: 'connected' }
  /** The last of this was sent. */
  | { readonly type: 'played'; readonly sound: LeavingSound }
  | { readonly type: 'key'; readonly digit: string }
  /** Nobody speaks any more, it is as long as it may be, or nothing can be written. */
  | { readonly type: 'recorded' }
  /** Nothing was recorded, or what carried the sound is gone. */
  | { readonly type: 'lost' }
  /** The call is over. */
  | { readonly type: 'ended' };

export type LeavingEffect =
  | { readonly type: 'play'; readonly sound: LeavingSound }
  | { readonly type: 'record' }
  /** What was recorded is to be delivered, if there is something in it. */
  | { readonly type: 'keep' }
  | { readonly type: 'hang_up' };

export const leavingStates = [
  'answered',
  'greeting',
  'beep',
  'recording',
  'leaving',
  'over',
] as const satisfies LeavingState['kind'][];

export const leavingInputs = [
  'connected',
  'played',
  'key',
  'recorded',
  'lost',
  'ended',
] as const satisfies LeavingInput['type'][];

type LeavingStep = Step<LeavingState, LeavingEffect>;

export function newLeaving(hasRoom: boolean): LeavingState {
  return { kind: 'answered', hasRoom };
}

export const leavingMachine: Machine<LeavingState, LeavingInput, LeavingEffect> = {
  step(state, input) {
    if (state.kind === 'over') return { state, effects: [] };
    if (input.type === 'ended') return to(state, 'over', state.kind === 'recording' ? [{ type: 'keep' }] : []);
    if (input.type === 'lost')
      return to(state, 'over', [...(state.kind === 'recording' ? [{ type: 'keep' } as const] : []), { type: 'hang_up' }]);
    return stepKind(state, input);
  },
  deadline: () => undefined,
  recover: () => [],
};

function stepKind(state: LeavingState, input: Exclude<LeavingInput, { type: 'ended' | 'lost' }>): LeavingStep {
  switch (state.kind) {
    case 'answered':
      if (input.type !== 'connected') return { state, effects: [] };
      return state.hasRoom ? play(state, 'greeting', 'greeting') : play(state, 'leaving', 'full');
    case 'greeting':
      return isOf(input, 'greeting') || isHash(input) ? play(state, 'beep', 'beep') : { state, effects: [] };
    case 'beep':
      return isOf(input, 'beep') ? to(state, 'recording', [{ type: 'record' }]) : { state, effects: [] };
    case 'recording': {
      if (input.type !== 'recorded' && !isHash(input)) return { state, effects: [] };
      const { state: next, effects } = play(state, 'leaving', 'thanks');
      return { state: next, effects: [{ type: 'keep' }, ...effects] };
    }
    case 'leaving':
      return isOf(input, 'thanks') || isOf(input, 'full') ? to(state, 'over', [{ type: 'hang_up' }]) : { state, effects: [] };
    case 'over':
      return { state, effects: [] };
  }
}

function to(state: LeavingState, kind: LeavingState['kind'], effects: readonly LeavingEffect[]): LeavingStep {
  return { state: { ...state, kind }, effects };
}

function play(state: LeavingState, kind: LeavingState['kind'], sound: LeavingSound): LeavingStep {
  return to(state, kind, [{ type: 'play', sound }]);
}

function isOf(input: LeavingInput, sound: LeavingSound): boolean {
  return input.type === 'played' && input.sound === sound;
}

function isHash(input: LeavingInput): boolean {
  return input.type === 'key' && input.digit === '#';
}
