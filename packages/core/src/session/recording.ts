/** That a session is recorded: by whoever runs it, or who takes part and may. Everybody who is there sees it. */
import type { Instant } from '../machine.ts';
import type { RecordingCause } from '../protocol/sessions.ts';
import type { Event } from '../protocol/signaling.ts';
import {
  announce,
  answered,
  at,
  ignored,
  isHere,
  keepEnded,
  media,
  participantOf,
  present,
  refused,
  reply,
  send,
} from './outcome.ts';
import type { Outcome } from './outcome.ts';
import type { Open, Recorded, RecordingWishes, SessionEffect, SessionInput } from './types.ts';
import { recordingView } from './view.ts';

type InputOf<T extends SessionInput['type']> = Extract<SessionInput, { type: T }>;

export function record(state: Open, input: InputOf<'record'>, now: Instant): Outcome {
  const { from, to, id, wishes } = input;
  if (from !== undefined) {
    const participant = at(state, from.connection);
    if (participant === undefined) return refused(state, 'not_joined');
    if (participant.record !== true) return refused(state, 'recording_refused');
  }
  const { recording } = state;
  if (recording === undefined) {
    if (to === 'recording' && wishes !== undefined) return begin(state, id, wishes, now);
    return to === 'stopped' ? answered(state) : refused(state, 'not_recording');
  }
  // The one that is spoken of may have ended, and another one begun, since somebody has looked.
  if (from === undefined && recording.id !== id)
    return refused(state, wishes === undefined ? 'not_recording' : 'recording_exists');
  if (to === 'stopped') return stopped(state, recording, 'stopped', now, true);
  if (recording.state === to) return answered(state);
  const next = { ...recording, state: to };
  const { state: changed, effects } = kept(state, next);
  const ask = media({ type: 'record_pause', recording: recording.id, isPaused: to === 'paused' });
  const news = announce(to === 'paused' ? 'recording.paused' : 'recording.resumed');
  return { state: changed, effects: [reply(), ...effects, ask, ...told(changed), news] };
}

function begin(state: Open, id: string, { mix, streams }: RecordingWishes, now: Instant): Outcome {
  const recording: Recorded = { id, session: state.id, state: 'recording', startedAt: now, mix, streams, part: 0, files: [] };
  const { state: next, effects } = kept(state, recording);
  const ask = media({ type: 'record', recording: id, part: 0, mix, streams });
  return { state: next, effects: [ask, ...effects, ...told(next), announce('session.recording')] };
}

/** A file is there from the moment in which it begins, so that it is found whatever happens to its worker. */
export function recorded(state: Open, { recording: id, file }: InputOf<'recorded'>): Outcome {
  const { recording } = state;
  if (recording?.id !== id) return ignored(state);
  const participant = file.participant === undefined ? undefined : participantOf(state, file.participant);
  const stream = isHere(participant) ? participant.here.streams.find(({ mid }) => mid === file.mid) : undefined;
  const named = stream?.alias === undefined ? file : { ...file, alias: stream.alias };
  return kept(state, { ...recording, files: [...recording.files, named] });
}

export function failed(state: Open, { recording: id, fault }: InputOf<'recording_failed'>, now: Instant): Outcome {
  const { recording } = state;
  return recording?.id === id ? stopped(state, recording, fault, now, false) : ignored(state);
}

/** The worker that has recorded is gone: it is taken up anew with the next one, in further files. */
export function taken(state: Open): { state: Open; effects: SessionEffect[] } {
  const { recording } = state;
  if (recording === undefined) return { state, effects: [] };
  const { id, mix, streams } = recording;
  const next = { ...recording, part: recording.part + 1 };
  const asks = [media({ type: 'record', recording: id, part: next.part, mix, streams })];
  if (next.state === 'paused') asks.push(media({ type: 'record_pause', recording: id, isPaused: true }));
  const { state: changed, effects } = kept(state, next);
  return { state: changed, effects: [...asks, ...effects] };
}

/** `answers`: somebody waits for it, and is answered by the worker. */
export function stopped(state: Open, recording: Recorded, cause: RecordingCause, now: Instant, answers: boolean): Outcome {
  const { recording: _recording, ...rest } = state;
  return {
    state: rest,
    effects: [
      media({ type: 'record_stop', recording: recording.id, answers }),
      ...keepEnded(recording, cause, now),
      ...told(rest, cause),
    ],
  };
}

function kept(state: Open, recording: Recorded): { state: Open; effects: SessionEffect[] } {
  return { state: { ...state, recording }, effects: [{ type: 'keep', recording }] };
}

function told(state: Open, cause?: RecordingCause): SessionEffect[] {
  const recording = state.recording && recordingView(state.recording);
  const event: Event = {
    type: 'session_recording',
    session: state.id,
    ...(recording !== undefined && { recording }),
    ...(cause !== undefined && { cause }),
  };
  return present(state).map((one) => send(one, event));
}
