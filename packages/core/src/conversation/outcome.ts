/** The pieces that every decision of a conversation is made of. */
import type { ErrorCode } from '../errors.ts';
import type { Instant, Step } from '../machine.ts';
import type { Entry } from '../protocol/conversations.ts';
import type { Answered, ConversationEffect, ConversationState, Direct, Gathering, Group, Room } from './types.ts';

export type Made = Room | Direct | Group | Gathering;

export type Outcome = Step<ConversationState, ConversationEffect>;

/** An input that changes nothing and that nobody waits for. */
export function ignored(state: ConversationState): Outcome {
  return { state, effects: [] };
}

export function refused(state: ConversationState, code: ErrorCode): Outcome {
  return { state, effects: [{ type: 'refuse', code }] };
}

/** What was asked for is the case already. */
export function answered(state: ConversationState, ok: Answered): Outcome {
  return { state, effects: [reply(ok)] };
}

export function reply(ok: Answered): ConversationEffect {
  return { type: 'reply', ok };
}

type Unplaced<E> = E extends unknown ? Omit<E, 'conversation' | 'position' | 'at'> : never;

/** The next entry of a conversation, and the conversation with it. Times of entries never go back. */
export function append<State extends Made, E extends Entry>(
  state: State,
  entry: Unplaced<E>,
  now: Instant,
): { readonly state: State; readonly entry: E } {
  const position = state.last + 1;
  const at = Math.max(now, state.activeAt);
  return {
    state: { ...state, last: position, activeAt: at },
    entry: { ...entry, conversation: state.id, position, at } as unknown as E,
  };
}
