/** Somebody hears themselves. */
import { echoPerson } from '@offhook/core';
import type { Person } from '@offhook/core';
import type { CallStage, CallState, Ended, SignedIn } from '../src/view/state.ts';

type MakeCall = (peer: Person, stage: CallStage, more: Partial<CallState>) => CallState;
type InFront = (call: CallState, more: Partial<SignedIn>) => SignedIn;

export function echoScreens(call: MakeCall, front: InFront): Record<string, SignedIn> {
  const echoing = (stage: CallStage): SignedIn =>
    front(call(echoPerson, stage, { echo: true }), {
      route: { section: 'people' },
      people: { list: [], query: '', more: false },
    });
  const over = (more: Partial<Ended>): SignedIn => echoing({ kind: 'ended', cause: 'hangup', durationMs: 12_000, ...more });
  return {
    echo: echoing({ kind: 'active', since: performance.now() - 9_000 }),
    'echo-ended': over({ quality: 'good', measured: { loss: 0, roundTripMs: 24, silent: false } }),
    'echo-silent': over({ quality: 'uneven', measured: { loss: 0.041, roundTripMs: 148, silent: true } }),
    'echo-short': over({ durationMs: 2_000 }),
  };
}
