/** What the state of a call allows its peer connection, and how it is waited for. */
import type { EndpointState } from '@offhook/core';
import type { Endpoint } from './endpoint.ts';

/**
 * Whether another device may yet have the call. Until that is decided no packet goes to the caller: the DTLS handshake of the one
 * that loses would keep the winner's from coming about.
 */
export function isUndecided({ kind }: EndpointState): boolean {
  return kind === 'incoming' || kind === 'answering';
}

/** Whether the first answer is with both sides, so that this one may offer. */
export function isNegotiable(state: EndpointState): boolean {
  return state.kind === 'active' || state.kind === 'reconnecting' || (state.kind === 'connecting' && state.answered);
}

/** Waits for a state of an endpoint. */
export function decided(endpoint: Endpoint, isDecided: (state: EndpointState) => boolean): Promise<void> {
  return new Promise((resolve) => {
    if (isDecided(endpoint.state)) return resolve();
    const off = endpoint.on('changed', (_before, state) => {
      if (!isDecided(state)) return;
      off();
      resolve();
    });
  });
}
