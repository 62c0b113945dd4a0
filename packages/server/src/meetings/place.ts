import type { AnswerOrder } from '../ports/answering.ts';
import type { Place } from '../ports/meeting-phones.ts';
import { Refusal } from '../ports.ts';
import type { CallRequest } from '../ports.ts';

/** A request without what tells it apart from others. */
export type Unsent<R = CallRequest> = R extends CallRequest ? Omit<R, 'id'> : never;

/** Where somebody takes part who was let in. */
export function orderOf({ participant, session }: Place): AnswerOrder {
  if (session === undefined) throw new Refusal('session_not_found');
  return { participant, session };
}
