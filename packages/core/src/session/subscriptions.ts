/** Who receives what. */
import type { ParticipantId, SessionStream, StreamRef, Subscriptions } from '../protocol/sessions.ts';
import { media, participantOf } from './outcome.ts';
import type { Open, Participant, SessionEffect, SessionState } from './types.ts';

/** The streams that somebody is subscribed to, of those that are there now; never their own. */
export function wanted(state: Open, { id, subscriptions }: Participant): StreamRef[] {
  return Object.values(state.participants).flatMap((other) => (other.id === id ? [] : streamsOf(other, subscriptions)));
}

/** Whoever may publish anything may send data. */
export function sendsData({ here, publish }: Participant): boolean {
  return here?.data === true && publish.length > 0;
}

/** Whose data somebody is sent: of whomever they are subscribed to, whichever of the streams; never their own. Undefined: nobody's ever. */
function heard(state: Open, { id, here, subscriptions }: Participant): ParticipantId[] | undefined {
  if (here?.data !== true) return undefined;
  return Object.values(state.participants).flatMap((other) =>
    other.id !== id && sendsData(other) && isSubscribed(other, subscriptions) ? other.id : [],
  );
}

function isSubscribed({ id }: Participant, { session, participants = [] }: Subscriptions): boolean {
  return participants.length > 0 ? participants.some(({ participant }) => participant === id) : session !== undefined;
}

function streamsOf(other: Participant, subscriptions: Subscriptions): StreamRef[] {
  const { id, here } = other;
  if (here === undefined || !isSubscribed(other, subscriptions)) return [];
  const { aliases = [] } = subscriptions.participants?.find(({ participant }) => participant === id) ?? {};
  return admitted(other)
    .filter(({ alias }) => aliases.length === 0 || (alias !== undefined && aliases.includes(alias)))
    .map(({ mid }) => ({ participant: id, mid }));
}

/** What others may have of what somebody publishes: what was named, and whoever runs the session has not muted. */
function admitted({ here }: Participant): readonly SessionStream[] {
  return here?.streams.filter(({ mid }) => here.silenced?.includes(mid) !== true) ?? [];
}

const midsOf = (participant: Participant): string[] => admitted(participant).map(({ mid }) => mid);

/** What the media worker has to be told after a step: of whom others may have something else than before, and who is to receive it. */
export function resubscribed(before: SessionState, after: SessionState): SessionEffect[] {
  if (after.kind !== 'open' || before === after) return [];
  return Object.values(after.participants).flatMap((participant) => {
    if (participant.here === undefined) return [];
    const [streams, from] = [wanted(after, participant), heard(after, participant)];
    const known = knownBefore(before, participant);
    const mids = midsOf(participant);
    const [streamsBefore, fromBefore] = known === undefined ? [[], undefined] : [wanted(...known), heard(...known)];
    return [
      ...(mids.join(' ') === (known === undefined ? '' : midsOf(known[1]).join(' '))
        ? []
        : [media({ type: 'admit', participant: participant.id, mids })]),
      // Data channels are there before anything is received, or not at all.
      ...(from === undefined || from.join() === fromBefore?.join()
        ? []
        : [media({ type: 'hear', participant: participant.id, from })]),
      ...(isSame(streams, streamsBefore) ? [] : [media({ type: 'subscribe', participant: participant.id, streams })]),
    ];
  });
}

/** The same page before; of one that has just joined the worker was told nothing. */
function knownBefore(before: SessionState, { id, joins }: Participant): [Open, Participant] | undefined {
  const known = before.kind === 'open' ? participantOf(before, id) : undefined;
  return before.kind === 'open' && known?.here !== undefined && known.joins === joins ? [before, known] : undefined;
}

function isSame(a: readonly StreamRef[], b: readonly StreamRef[]): boolean {
  return (
    a.length === b.length && a.every(({ participant, mid }, at) => participant === b[at]?.participant && mid === b[at].mid)
  );
}
