/** Calls that programs have placed, while they ring at whoever is to make them. */
import type { Person } from '@offhook/core';
import type { CallStage, CallState, SignedIn } from '../src/view/state.ts';
import { long, noor } from './people.ts';

type MakeCall = (peer: Person, stage: CallStage, more: Partial<CallState>) => CallState;

export function placedScreens(call: MakeCall, signedIn: (more: Partial<SignedIn>) => SignedIn): Record<string, SignedIn> {
  const placed = (peer: Person, video: boolean): SignedIn => {
    const media = { audio: true, video };
    return signedIn({ calls: [call(peer, { kind: 'incoming', waiting: false }, { placed: true, media })] });
  };
  return { 'incoming-placed': placed(noor, false), 'incoming-placed-video': placed(long, true) };
}
