/** Recordings of sessions, for programs. */
import type { ErrorCode, Recorded, RecordedFile, Recording, RecordingFile } from '@offhook/core';
import {
  AllRecordings,
  AllRecordingsQuery,
  OneRecording,
  RecordingChange,
  RecordingCreation,
  RecordingList,
  RecordingQuery,
} from '@offhook/core/protocol';
import { readRange } from '../ports/range.ts';
import type { RecordingFiles } from '../ports/recordings.ts';
import type { SessionAdministration, SessionOrder } from '../ports/sessions.ts';
import { Refusal } from '../ports.ts';
import type { Store } from '../ports.ts';
import { Download } from './download.ts';
import type { Idempotency } from './idempotency.ts';
import { pageOf, placeOf, readPlace } from './pages.ts';
import { check, route, sizeOf } from './routes.ts';
import type { ApiRoute, Asking } from './routes.ts';

export interface RecordingRoutesDeps {
  readonly sessions: SessionAdministration;
  readonly store: Store;
  readonly idempotency: Idempotency;
  /** Absent: this server keeps nothing on a disk. */
  readonly recordings: RecordingFiles | undefined;
}

/** What was recorded is heard by keys that may do everything with sessions, not by those that only look. */
export function recordingRoutes(deps: RecordingRoutesDeps): ApiRoute[] {
  const { store, sessions } = deps;
  const one = '/recordings/:recording';
  const ofSession = '/sessions/:session/recordings';
  return [
    {
      scope: 'sessions',
      method: 'POST',
      path: ofSession,
      summary: 'Records everything that is published in a session from now on. Whoever is there sees it.',
      makes: true,
      isIdempotent: true,
      body: RecordingCreation,
      isBodyOptional: true,
      answers: OneRecording,
      answer: (asking) => begin(deps, asking),
    },
    route(
      'sessions',
      'GET',
      ofSession,
      {
        summary: 'The recordings of a session, also of one that is over, the oldest first.',
        query: RecordingQuery,
        answers: RecordingList,
      },
      async ({ parameters, query }) => {
        const asked = check(RecordingQuery, query, 'query');
        const session = parameters['session'] ?? '';
        const all = await store.recordingsOf(session);
        if (all.length === 0 && sessions.session(session) === undefined) throw new Refusal('session_not_found');
        const { items, next } = pageOf(all, ({ startedAt, id }) => placeOf(startedAt, id), asked);
        const recordings = await Promise.all(items.map((recorded) => shown(deps, recorded)));
        return { recordings, ...(next !== undefined && { next }) };
      },
    ),
    route(
      'sessions',
      'GET',
      '/recordings',
      {
        summary: 'The recordings of all sessions, also of those that are over, newest first.',
        query: AllRecordingsQuery,
        answers: AllRecordings,
      },
      ({ query }) => listAll(deps, check(AllRecordingsQuery, query, 'query')),
    ),
    route('sessions', 'GET', one, { summary: 'A recording as it is now.', answers: OneRecording }, async ({ parameters }) => ({
      recording: await shown(deps, await find(store, parameters)),
    })),
    route(
      'sessions',
      'PATCH',
      one,
      { summary: 'Pauses a recording, goes on, or ends it.', body: RecordingChange, answers: OneRecording },
      async ({ parameters, body }) => {
        const recorded = await find(store, parameters);
        const { state } = check(RecordingChange, body);
        await (state === 'ended' ? end(sessions, recorded) : change(sessions, recorded, state));
        return { recording: await shown(deps, await find(store, parameters)) };
      },
    ),
    route('sessions', 'DELETE', one, { summary: 'Deletes a recording and its files.' }, async ({ parameters }) => {
      const recorded = await find(store, parameters);
      const { id } = recorded;
      await end(sessions, recorded);
      // Files first: of those that could not be deleted somebody is to know yet.
      await deps.recordings?.remove(id);
      await store.commit([{ type: 'recording_gone', recording: id }]);
    }),
    {
      scope: 'sessions',
      method: 'GET',
      path: `${one}/files/:file`,
      summary: 'A file of a recording.',
      sends: (asking) => download(deps, asking),
    },
  ];
}

async function listAll(
  deps: RecordingRoutesDeps,
  { before, limit }: { readonly before?: string | undefined; readonly limit?: string | undefined },
): Promise<AllRecordings> {
  const from = before === undefined ? undefined : readPlace(before);
  const size = sizeOf(limit);
  // One more, which says whether there are others.
  const found = await deps.store.recordings(from && { startedAt: from.at, id: from.id }, size + 1);
  const onPage = found.slice(0, size);
  const last = onPage.at(-1);
  const recordings = await Promise.all(onPage.map((recorded) => shown(deps, recorded)));
  return { recordings, ...(last !== undefined && found.length > size && { next: placeOf(last.startedAt, last.id) }) };
}

function begin(deps: RecordingRoutesDeps, asking: Asking): Promise<{ recording: Recording }> {
  const { sessions, store, idempotency } = deps;
  const { mix = 'together', streams = true } = check(RecordingCreation, asking.body ?? {});
  const of = asking.parameters['session'] ?? '';
  const again = async (id: string): Promise<{ recording: Recording }> => ({
    recording: await shown(deps, await find(store, { recording: id })),
  });
  const make = async (id: string): Promise<{ recording: Recording }> => {
    // Before the server has stopped in between.
    const known = await store.recording(id);
    if (known !== undefined && (known.session !== of || known.mix !== mix || known.streams !== streams))
      throw new Refusal('idempotency_mismatch');
    if (known !== undefined) return again(id);
    const session = sessions.session(of);
    if (session === undefined) throw new Refusal('session_not_found');
    if (session.recording !== undefined) throw new Refusal('recording_exists');
    // Refused as well where another one has begun in the same moment.
    const error = await sessions.order(session.id, { type: 'record', to: 'recording', id, wishes: { mix, streams } });
    if (error !== undefined) throw new Refusal(error);
    return again(id);
  };
  // Of another session, it is another request.
  return idempotency.once('recording', { ...asking, body: { session: of, mix, streams } }, make, again);
}

/** Ends it if it has not ended yet, as it may meanwhile with its session. Nothing writes to its files afterwards. */
async function end(sessions: SessionAdministration, recorded: Recorded): Promise<void> {
  const error = await ordered(sessions, recorded, 'stopped');
  if (error !== undefined && error !== 'not_recording') throw new Refusal(error);
  await sessions.written(recorded.id);
}

async function change(
  sessions: SessionAdministration,
  recorded: Recorded,
  to: Exclude<Recorded['state'], 'ended'>,
): Promise<void> {
  const error = await ordered(sessions, recorded, to);
  if (error !== undefined) throw new Refusal(error);
}

/** `not_recording`: it has ended, if only since it was looked up, and with its session. */
async function ordered(
  sessions: SessionAdministration,
  { id, session, state }: Recorded,
  to: Extract<SessionOrder, { type: 'record' }>['to'],
): Promise<ErrorCode | undefined> {
  if (state === 'ended') return 'not_recording';
  const error = await sessions.order(session, { type: 'record', to, id });
  return error === 'session_not_found' ? 'not_recording' : error;
}

async function find(store: Store, { recording: id }: Asking['parameters']): Promise<Recorded> {
  const recorded = await store.recording(id ?? '');
  if (recorded === undefined) throw new Refusal('recording_not_found');
  return recorded;
}

async function download({ store, recordings }: RecordingRoutesDeps, { parameters, range: asked }: Asking): Promise<Download> {
  const { id, files } = await find(store, parameters);
  const file = files.find(({ name }) => name === parameters['file']);
  const bytes = file && (await recordings?.bytes(id, file.name));
  if (file === undefined || bytes === undefined || recordings === undefined) throw new Refusal('file_not_found');
  const range = readRange(asked, bytes);
  const { type, name } = file;
  const content =
    range === 'unsatisfiable'
      ? []
      : recordings.read(id, name, range ?? (bytes === 0 ? undefined : { start: 0, end: bytes - 1 }));
  return new Download({ type, name, bytes, range, content });
}

async function shown({ recordings }: RecordingRoutesDeps, recorded: Recorded): Promise<Recording> {
  const { id, session, state, mix, streams, startedAt, endedAt, cause, files } = recorded;
  const sized = async (file: RecordedFile): Promise<RecordingFile> => ({
    ...file,
    bytes: (await recordings?.bytes(id, file.name)) ?? 0,
  });
  return {
    recording: id,
    session,
    state,
    mix,
    streams,
    startedAt,
    ...(endedAt !== undefined && { endedAt }),
    ...(cause !== undefined && { cause }),
    files: await Promise.all(files.map(sized)),
  };
}
