/** What the engine reads off states, effects and messages. */
import type {
  Address,
  CallEffect,
  CallId,
  CallInput,
  CallRecord,
  CallState,
  Cause,
  ErrorCode,
  From,
  LedOn,
} from '@offhook/core';
import { Refusal } from '../ports.ts';
import type { CallEphemeral } from '../ports.ts';

/** The one with whom this connection talks; undefined where it does not. */
export function otherOf(state: CallState, { connection }: From): Address | undefined {
  if (state.kind !== 'active') return undefined;
  const { caller, callee } = state;
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
      return { type: 'ringing', from, early: message.early };
    case 'candidates':
      return { type: 'candidates', from, epoch: message.epoch, candidates: message.candidates, end: message.end ?? false };
    case 'media':
      return { type: 'media', from, epoch: message.epoch, state: message.state };
    case 'quality':
      return { type: 'quality', from, quality: message.quality };
  }
}

/** A call that is over, as memory and the store both know it. */
export interface Over extends LedOn {
  readonly cause: Cause;
  readonly caller: Address;
  readonly callee: Address;
}

export function over(record: CallRecord): Over {
  return { ...record, caller: record.caller.address, callee: record.callee.address };
}

export function wasOf(user: Address, { caller, callee }: Over): boolean {
  return user === caller || user === callee;
}

/** The call in which one goes on that has ended. */
export function ledInto({ transfer, forward }: LedOn): CallId | undefined {
  return transfer?.into ?? forward?.into;
}

/** The same for one of the two: who has left, or has forwarded it, does not go on. */
export function ledOn(ended: Over, user: Address): CallId | undefined {
  const { transfer, caller } = ended;
  const goesOn = transfer === undefined ? user === caller : user !== transfer.by && wasOf(user, ended);
  return goesOn ? ledInto(ended) : undefined;
}

/** Why somebody could not be looked up: they may not be called, or the store fails. */
export function codeOf(error: unknown): ErrorCode {
  return error instanceof Refusal ? error.code : 'store_failed';
}
