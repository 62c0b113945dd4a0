/** Who receives what. */
import type { StreamRef, Subscriptions } from '../protocol/sessions.ts';
import { media, participantOf } from './outcome.ts';
import type { Open, Participant, SessionEffect, SessionState } from './types.ts';

/** The streams that somebody is subscribed to, of those that are there now; never their own. */
export function wanted(state: Open, { id, subscriptions }: Participant): StreamRef[] {
  return Object.values(state.participants).flatMap((other) => (other.id === id ? [] : streamsOf(other, subscriptions)));
}

function streamsOf({ id, here }: Participant, { session, participants = [] }: Subscriptions): StreamRef[] {
  const named = participants.find(({ participant }) => participant === id);
  const isWanted = participants.length > 0 ? named !== undefined : session !== undefined;
  if (!isWanted || here === undefined) return [];
  const { aliases = [] } = named ?? {};
  return here.streams
    .filter(({ mid }) => here.silenced?.includes(mid) !== true)
    .filter(({ alias }) => aliases.length === 0 || (alias !== undefined && aliases.includes(alias)))
    .map(({ mid }) => ({ participant: id, mid }));
}

/** What the media worker has to be told after a step: whoever is to receive something else than before. */
export function resubscribed(before: SessionState, after: SessionState): SessionEffect[] {
  if (after.kind !== 'open' || before === after) return [];
  return Object.values(after.participants).flatMap((participant) => {
    if (participant.here === undefined) return [];
    const streams = wanted(after, participant);
    return isSame(streams, toldBefore(before, participant))
      ? []
      : media({ type: 'subscribe', participant: participant.id, streams });
  });
}

/** What was wanted before by the same page; one that has just joined was told nothing. */
function toldBefore(before: SessionState, { id, joins }: Participant): StreamRef[] {
  const known = before.kind === 'open' ? participantOf(before, id) : undefined;
  return before.kind === 'open' && known?.here !== undefined && known.joins === joins ? wanted(before, known) : [];
}

function isSame(a: readonly StreamRef[], b: readonly StreamRef[]): boolean {
  return (
    a.length === b.length && a.every(({ participant, mid }, at) => participant === b[at]?.participant && mid === b[at].mid)
  );
}
