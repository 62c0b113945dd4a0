/** What the server tells a call at a phone, as its machine has it. */
import type { EndpointInput, EndpointState, Event, Remote } from '@offhook/core';
import type { Meanwhile } from '../ports/bridge.ts';

/** None of what a phone could do nothing with. `isNew`: the call has not begun. */
export function inputsOf(event: Event, isNew: boolean): readonly EndpointInput[] {
  switch (event.type) {
    case 'incoming':
    case 'transferred':
    case 'forwarded':
      return [{ type: isNew ? 'incoming' : 'resync', view: event.view }];
    case 'reoffered':
    case 'ringing':
    case 'accepted':
    case 'answered':
    case 'described':
    case 'candidates':
    case 'epoch_failed':
    case 'updated':
    case 'peer':
    case 'ended':
      return [event];
    default:
      return [];
  }
}

/** What is known of whom it calls. */
export function remoteOf(state: EndpointState): Remote | undefined {
  return 'remote' in state ? state.remote : undefined;
}

/** What a phone hears that has been answered, while it hears nobody. */
export function meanwhileIn(state: EndpointState): Meanwhile | undefined {
  if ('theirs' in state && state.theirs.held) return 'music';
  const rings = remoteOf(state);
  return rings === undefined || rings === 'early' ? undefined : 'ringing';
}

/** Both sides have answered, as far as is known here. */
export const taken: readonly EndpointState['kind'][] = ['connecting', 'active', 'reconnecting'];
