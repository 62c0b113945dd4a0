import type { SessionParticipant, SessionRecording, SessionView } from '../protocol/sessions.ts';
import type { Open, Participant, Presence, Recorded } from './types.ts';

/** Somebody who is there, as the others see them. */
export function participantView({ id, publish, record, here }: Participant & { readonly here: Presence }): SessionParticipant {
  return {
    participant: id,
    user: here.from.person,
    publish: [...publish],
    ...(record === true && { record }),
    away: here.awaySince !== undefined,
    streams: [...here.streams],
  };
}

/** A session as those in it see it. */
export function sessionView(state: Open): SessionView {
  const participants = Object.values(state.participants).flatMap(({ here, ...participant }) =>
    here === undefined ? [] : participantView({ ...participant, here }),
  );
  return {
    session: state.id,
    participants,
    ...(state.speaker !== undefined && { speaker: state.speaker }),
    ...(state.recording !== undefined && { recording: recordingView(state.recording) }),
  };
}

export function recordingView({ id, state, startedAt }: Recorded): SessionRecording | undefined {
  return state === 'ended' ? undefined : { recording: id, state, startedAt };
}
