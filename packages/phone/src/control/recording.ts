import type { Unsubscribe } from '@offhook/client';
import type { RecordingCause, Session, SessionRecording } from '@offhook/client/session';
import { m } from '../texts/meetings.ts';
import { textFor } from '../texts/texts.ts';
import type { Recording } from '../view/meeting.ts';
import { errorCode } from './problems.ts';

/** Says in words what becomes of the recording of a session: everybody has a right to know. */
export function followRecording(session: Session, say: (text: string) => void): Unsubscribe {
  let before = session.recording?.state;
  // Of one that has begun before one came.
  if (before !== undefined) say(m.recording[before]);
  return session.on('recording', (recording, cause) => {
    const text = said(recording, cause, before, session.mayRecord);
    before = recording?.state;
    if (text !== undefined) say(text);
  });
}

function said(
  recording: SessionRecording | undefined,
  cause: RecordingCause | undefined,
  before: Recording | undefined,
  mayRecord: boolean,
): string | undefined {
  if (recording?.state === 'recording' && before === 'paused') return m.recording.goesOn;
  if (recording !== undefined) return m.recording[recording.state];
  // Nobody is there any more who could read it.
  if (before === undefined || cause === 'empty' || cause === 'ended') return undefined;
  const how = textFor(m.recording.over, cause ?? 'stopped') ?? m.recording.over.stopped;
  return mayRecord ? `${how} ${m.recording.where}` : how;
}

/** Records, pauses, or ends it. Resolves with why it could not be. */
export async function record(session: Session | undefined, to: Recording | 'stopped'): Promise<string | undefined> {
  try {
    if (to === 'recording') await session?.startRecording();
    else await (to === 'paused' ? session?.pauseRecording() : session?.stopRecording());
    return undefined;
  } catch (error) {
    return textFor(m.recording.problems, errorCode(error)) ?? m.recording.problems.other;
  }
}
