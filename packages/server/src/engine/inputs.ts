/** What the engine reads off states, effects and messages. */
import type { Address, CallEffect, CallInput, CallState, From } from '@offhook/core';
import type { CallEphemeral } from '../ports.ts';

/** The one with whom this connection talks. */
export function otherOf({ caller, callee }: Extract<CallState, { kind: 'active' }>, { connection }: From): Address {
  return (caller.connection === connection ? callee : caller).person.address;
}

/** Whom an effect occupies. */
export function occupied(effect: CallEffect): Address[] {
  return effect.type === 'occupies' ? [effect.user] : [];
}

/** What a message that needs no answer is to a call. */
export function ephemeralInput(from: From, message: CallEphemeral): CallInput {
  switch (message.type) {
    case 'ringing':
      return { type: 'ringing', from };
    case 'candidates':
      return { type: 'candidates', from, epoch: message.epoch, candidates: message.candidates, end: message.end ?? false };
    case 'media':
      return { type: 'media', from, epoch: message.epoch, state: message.state };
    case 'quality':
      return { type: 'quality', from, quality: message.quality };
  }
}
