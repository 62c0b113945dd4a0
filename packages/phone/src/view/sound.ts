import type { Sound } from '../sound/melodies.ts';
import { isMine, rings } from './state.ts';
import type { PhoneState } from './state.ts';

/** What is to be heard in this state beside the voices. */
export function soundOf(state: PhoneState): Sound | undefined {
  if (state.kind !== 'signed-in') return undefined;
  const { bell, calls, settings } = state;
  if (bell === 'here' && calls.some(rings)) {
    if (calls.some(isMine)) return 'waiting';
    return settings.ringAloud ? 'ringing' : undefined;
  }
  const calling = calls.some(({ stage }) => stage.kind === 'calling' && stage.remote !== undefined && !stage.early);
  return calling ? 'calling' : undefined;
}
