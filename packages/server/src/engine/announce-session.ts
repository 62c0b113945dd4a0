/** What webhooks and the feed are told of a session. */
import { participantOf } from '@offhook/core';
import type { Instant, OpenSession, Recorded, SessionEffect, SessionState } from '@offhook/core';
import type { OutboxEntry } from '../ports/events.ts';
import type { Write } from '../ports.ts';

type Announcement = Extract<SessionEffect, { type: 'announce' }>;
type KeptRecording = Extract<SessionEffect, { type: 'keep' }>['recording'];

const aboutRecording: ReadonlySet<Announcement['event']> = new Set([
  'session.recording',
  'recording.paused',
  'recording.resumed',
  'recording.ended',
]);

/** What is to be stored of it, together with the step. */
export function announcedBy(
  effects: readonly SessionEffect[],
  before: SessionState,
  after: SessionState,
  now: Instant,
): Write[] {
  const recording = effects.find((effect) => effect.type === 'keep')?.recording;
  return effects.flatMap((effect): Write[] => {
    const entry = effect.type === 'announce' ? sessionAnnouncement(effect, before, after, now, recording) : undefined;
    return entry === undefined ? [] : [{ type: 'outbox', entry }];
  });
}

/** Undefined: it is for the log alone. `recording`: the one that this step has changed. */
function sessionAnnouncement(
  effect: Announcement,
  before: SessionState,
  after: SessionState,
  at: Instant,
  recording: KeptRecording | undefined,
): OutboxEntry | undefined {
  const { event, participant, stream, code, digit } = effect;
  if (event === 'media.lost') return undefined;
  const known = participant === undefined ? undefined : (inside(after, participant) ?? inside(before, participant));
  const tag = after.kind === 'open' ? after.tag : before.kind === 'open' ? before.tag : undefined;
  const data = {
    session: after.id,
    ...(tag !== undefined && { tag }),
    ...(participant !== undefined && {
      participant: {
        participant,
        ...(known?.tag !== undefined && { tag: known.tag }),
        ...(known?.here !== undefined && { user: known.here.from.person }),
      },
    }),
    ...(stream !== undefined && { stream: { mid: stream.mid, kind: stream.kind, alias: stream.alias } }),
    ...(code !== undefined && { code }),
    ...(digit !== undefined && { digit }),
    ...(recording !== undefined && aboutRecording.has(event) && { recording: recording.id }),
    ...(event === 'recording.ended' && recording?.state === 'ended' && { cause: recording.cause }),
    ...(event === 'session.ended' && after.kind === 'over' && { cause: after.cause }),
  };
  const body = JSON.stringify({ type: event, timestamp: new Date(at).toISOString(), data });
  return { event, about: after.id, at, body };
}

/** That nothing is written to the files of a recording any more, and which they are. */
export function completedAnnouncement(
  { id, session, cause, files }: Recorded,
  tag: string | undefined,
  at: Instant,
): OutboxEntry {
  const event = 'recording.completed';
  const data = { session, ...(tag !== undefined && { tag }), recording: id, cause, files };
  return { event, about: session, at, body: JSON.stringify({ type: event, timestamp: new Date(at).toISOString(), data }) };
}

function inside(state: SessionState, participant: string): OpenSession['participants'][string] | undefined {
  return state.kind === 'open' ? participantOf(state, participant) : undefined;
}
