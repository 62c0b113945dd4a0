/** What goes on in sessions. */
import type { ApiStream, ParticipantList, RecordingList, SessionId, SessionList, StreamList } from '@offhook/core';
import type { OfSessionOptions, SessionsOptions } from './options.ts';
import { path, query } from './rest.ts';
import type { Rest } from './rest.ts';

/**
 * Which sessions there are, and what is published in them.
 *
 *     const { sessions } = await offhook.sessions.list();
 *     for (const { user, kind, measured } of await offhook.sessions.streams(session)) console.log(user.name, kind, measured?.loss);
 */
export class SessionsApi {
  readonly #rest: Rest;

  /** @internal */
  constructor(rest: Rest) {
    this.#rest = rest;
  }

  /** Those that are open, the oldest first. */
  list(page: SessionsOptions = {}): Promise<SessionList> {
    return this.#rest.ask('GET', `/sessions${query({ ...page })}`);
  }

  /** Who takes part in a session, in the order of their ids. */
  participants(session: SessionId, page: OfSessionOptions = {}): Promise<ParticipantList> {
    return this.#rest.ask('GET', `${path`/sessions/${session}/participants`}${query({ ...page })}`);
  }

  /** The recordings of a session, also of one that is over, the oldest first. */
  recordings(session: SessionId, page: OfSessionOptions = {}): Promise<RecordingList> {
    return this.#rest.ask('GET', `${path`/sessions/${session}/recordings`}${query({ ...page })}`);
  }

  /**
   * All that is published in a session, and how it comes in at the server: bitrate, loss, jitter and round trip, of sound also what people would
   * say of it (E-model). It is measured every five seconds. Rejects with `session_not_found` where there is none.
   */
  streams(session: SessionId): Promise<readonly ApiStream[]> {
    return this.#rest.every(path`/sessions/${session}/streams`, 'streams');
  }

  /** The same page by page, in the order of the ids of those who publish. */
  streamsPage(session: SessionId, page: OfSessionOptions = {}): Promise<StreamList> {
    return this.#rest.ask('GET', `${path`/sessions/${session}/streams`}${query({ ...page })}`);
  }
}
