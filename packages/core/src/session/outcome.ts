/** The pieces that every decision of a session is made of. */
import type { ErrorCode } from '../errors.ts';
import type { Instant, Step } from '../machine.ts';
import type { ParticipantId, RecordingCause, SessionCause, SessionStream } from '../protocol/sessions.ts';
import type { Event } from '../protocol/signaling.ts';
import type { MediaAsk, Open, Participant, Presence, Recorded, SessionEffect, SessionNews, SessionState } from './types.ts';
import { participantView } from './view.ts';

export type Outcome = Step<SessionState, SessionEffect>;

type Announcement = Extract<SessionEffect, { type: 'announce' }>;

/** A participant who is there. */
export type Here = Participant & { readonly here: Presence };

/** An input that changes nothing and that nobody waits for. */
export function ignored(state: SessionState): Outcome {
  return { state, effects: [] };
}

export function refused(state: SessionState, code: ErrorCode): Outcome {
  return { state, effects: [{ type: 'refuse', code }] };
}

/** What was asked for is the case already, or concerns nobody else. */
export function answered(state: SessionState, ...effects: readonly SessionEffect[]): Outcome {
  return { state, effects: [reply(), ...effects] };
}

export function reply(ok: Extract<SessionEffect, { type: 'reply' }>['ok'] = {}): SessionEffect {
  return { type: 'reply', ok };
}

export function media(ask: MediaAsk): SessionEffect {
  return { type: 'media', ask };
}

export function announce(event: SessionNews, participant?: ParticipantId, stream?: SessionStream): Announcement {
  return {
    type: 'announce',
    event,
    ...(participant !== undefined && { participant }),
    ...(stream !== undefined && { stream }),
  };
}

/** What somebody publishes no longer, and what they have begun to. */
export function announceStreams({ id, here }: Here, streams: readonly SessionStream[]): SessionEffect[] {
  const gone = here.streams.filter((stream) => !isAmong(streams, stream));
  const begun = streams.filter((stream) => !isAmong(here.streams, stream));
  return [
    ...gone.map((stream) => announce('stream.unpublished', id, stream)),
    ...begun.map((stream) => announce('stream.published', id, stream)),
  ];
}

export function send({ here: { from } }: Here, event: Event): SessionEffect {
  return { type: 'send', to: { user: from.person.address, connection: from.connection }, event };
}

/** Whether this is told of already: one that is muted is the same. */
function isAmong(streams: readonly SessionStream[], { mid, kind, alias }: SessionStream): boolean {
  return streams.some((one) => one.mid === mid && one.kind === kind && one.alias === alias);
}

/** To all who are there but one. */
export function toOthers(state: Open, participant: ParticipantId, event: Event): SessionEffect[] {
  return present(state)
    .filter(({ id }) => id !== participant)
    .map((other) => send(other, event));
}

/** Those who are there, in the order in which they were added. */
export function present(state: Open): Here[] {
  return Object.values(state.participants).filter(isHere);
}

/** Undefined where there is none: also for words that every object knows, as `constructor`. */
export function participantOf({ participants }: Open, id: ParticipantId): Participant | undefined {
  return Object.hasOwn(participants, id) ? participants[id] : undefined;
}

/** The same where the session may not have begun, or be over. */
export function participantIn(state: SessionState, id: ParticipantId): Participant | undefined {
  return state.kind === 'open' ? participantOf(state, id) : undefined;
}

export function isHere(participant: Participant | undefined): participant is Here {
  return participant?.here !== undefined;
}

/** Who takes part by this very connection. */
export function at(state: Open, connection: string): Here | undefined {
  return present(state).find(({ here }) => here.from.connection === connection);
}

export function withParticipant(state: Open, participant: Participant): Open {
  return { ...state, participants: { ...state.participants, [participant.id]: participant } };
}

export function withPresence(state: Open, { here, ...participant }: Here, change: Partial<Presence>): Open {
  return withParticipant(state, { ...participant, here: { ...here, ...change } });
}

/** What somebody publishes is otherwise now: all others hear of it. */
export function withStreams(state: Open, participant: Here, streams: readonly SessionStream[]): Outcome {
  const next = withPresence(state, participant, { streams });
  const event: Event = { type: 'session_streams', session: state.id, participant: participant.id, streams: [...streams] };
  return { state: next, effects: [...toOthers(next, participant.id, event), ...announceStreams(participant, streams)] };
}

/** Tells the others of one who is there, as it is in this state. */
export function tell(state: Open, participant: Here, change: 'joined' | 'changed'): SessionEffect[] {
  return toOthers(state, participant.id, {
    type: 'session_participant',
    session: state.id,
    change,
    participant: participantView(participant),
  });
}

/** The one way out for somebody who is there. `cause`: what they are told; nothing where they know. */
export function without(
  state: Open,
  participant: Here,
  cause: SessionCause | undefined,
): { state: Open; effects: SessionEffect[] } {
  const { here: _here, ...absent } = participant;
  const { [participant.id]: _participant, ...rest } = state.participants;
  const participants = participant.guest === true ? rest : { ...rest, [participant.id]: absent };
  const isSpeaker = state.speaker === participant.id;
  const next: Open = { ...state, participants, ...(isSpeaker && { speaker: undefined }) };
  return {
    state: next,
    effects: [
      ...(cause === undefined ? [] : [send(participant, { type: 'session_ended', session: state.id, cause })]),
      media({ type: 'leave', participant: participant.id }),
      ...toOthers(next, participant.id, {
        type: 'session_participant',
        session: state.id,
        change: 'left',
        participant: { ...participantView(participant), streams: [] },
      }),
      ...announceStreams(participant, []),
      announce('participant.left', participant.id),
    ],
  };
}

/** A recording is over; its files are complete once the worker says so. */
export function keepEnded(recording: Recorded, cause: RecordingCause, now: Instant): SessionEffect[] {
  const ended: Recorded = { ...recording, state: 'ended', endedAt: now, cause, isComplete: false };
  return [{ type: 'keep', recording: ended }, announce('recording.ended')];
}

/** It is over for everybody. */
export function over(state: Open, cause: SessionCause, now: Instant, first: readonly SessionEffect[] = []): Outcome {
  const { recording } = state;
  return {
    state: { kind: 'over', id: state.id, cause },
    effects: [
      ...first,
      ...present(state).map((one) => send(one, { type: 'session_ended', session: state.id, cause })),
      media({ type: 'close' }),
      ...(recording === undefined ? [] : keepEnded(recording, 'ended', now)),
      ...present(state).flatMap((one) => [...announceStreams(one, []), announce('participant.left', one.id)]),
      announce('session.ended'),
    ],
  };
}

/** The first of these instants, if there is any. */
export function earliest(instants: readonly (Instant | undefined)[]): Instant | undefined {
  const known = instants.filter((instant) => instant !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
