/**
 * Under which names the media worker knows those who take part. Whoever joins anew has another one from then on, so that what the worker
 * still says of the time before is told apart.
 */
import { participantOf } from '@offhook/core';
import type { ParticipantId, SessionState, StreamRef } from '@offhook/core';

/** In no id of a participant. */
const separator = '~';

/** As they are in this state. */
export function nameOf(participant: ParticipantId, state: SessionState): string {
  const joins = state.kind === 'open' ? participantOf(state, participant)?.joins : undefined;
  return joins === undefined || joins <= 1 ? participant : `${participant}${separator}${joins}`;
}

export function namedStream({ participant, mid }: StreamRef, state: SessionState): StreamRef {
  return { participant: nameOf(participant, state), mid };
}

/** Whose name it is, and how often they had joined then. */
export function whose(name: string): { readonly participant: ParticipantId; readonly joins: number } {
  const [participant = name, joins = '1'] = name.split(separator);
  return { participant, joins: Number(joins) };
}
