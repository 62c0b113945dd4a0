/** The REST API of an Offhook server. */
import { errorTexts } from '@offhook/core';
import type {
  CreatedParticipant,
  ErrorCode,
  MeetingAttendee,
  MeetingCreation,
  MeetingId,
  MeetingInfo,
  MeetingInvitation,
  MeetingUpdate,
  Participant,
  ParticipantCreation,
  ParticipantId,
  Recording,
  RecordingChange,
  RecordingCreation,
  Session,
  SessionCreation,
  SessionId,
  Subscriptions,
} from '@offhook/core';

/** Where the server is, and who asks. */
export interface ApiOptions {
  /** Of the server, e.g. `https://calls.example.com`. */
  readonly url: string;
  /** A key that `offhook api-key` has made. It belongs on your server, never into a page. */
  readonly key: string;
  /** Milliseconds after which a request is given up. Default: 10,000. */
  readonly timeout?: number | undefined;
}

/** How something is made. */
export interface CreateOptions {
  /**
   * Said again with the same one, the request makes nothing new: its answer is the same, and so is the token in it. Good for as long as
   * what was made is there.
   */
  readonly idempotencyKey?: string | undefined;
}

/** How a file is read. */
export interface DownloadOptions {
  /** The first byte that is wanted. Default: 0. */
  readonly from?: number | undefined;
}

/** Thrown for a request that was refused. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** Stable, e.g. `session_not_found`. */
  readonly code: ErrorCode;
  /** Of HTTP. */
  readonly status: number;
  /** Help for developers, e.g. which field was wrong. */
  readonly detail: string | undefined;
  constructor(status: number, code: ErrorCode, detail?: string) {
    super(detail === undefined ? errorTexts[code] : `${errorTexts[code]} ${detail}`);
    this.status = status;
    this.code = code;
    this.detail = detail;
  }
}

const defaultTimeout = 10_000;

/**
 * Sessions in which several people meet and those who take part, and meetings that open them by a link.
 *
 *     const offhook = new OffhookApi({ url: 'https://calls.example.com', key: process.env.OFFHOOK_API_KEY });
 *     const { session } = await offhook.createSession({ tag: 'Lesson 5' });
 *     const { participant, token } = await offhook.createParticipant({ publish: ['audio'] });
 *     await offhook.addParticipant(session, participant.participant, { session });
 *     // In the page: join(phone, session, { token })
 *
 * Methods reject with an `ApiError`, or as `fetch` does where the server cannot be reached.
 */
export class OffhookApi {
  readonly #url: string;
  readonly #key: string;
  readonly #timeout: number;

  constructor({ url, key, timeout = defaultTimeout }: ApiOptions) {
    this.#url = url.replace(/\/+$/, '');
    this.#key = key;
    this.#timeout = timeout;
  }

  /** Makes a session. It ends by itself some time after everybody has left it. */
  async createSession(creation: SessionCreation = {}, options: CreateOptions = {}): Promise<Session> {
    const { session } = await this.#ask<{ session: Session }>('POST', '/sessions', creation, options);
    return session;
  }

  /** A session as it is now. */
  async getSession(session: SessionId): Promise<Session> {
    return (await this.#ask<{ session: Session }>('GET', path`/sessions/${session}`)).session;
  }

  /** While it is locked nobody comes in who is not there. */
  async lockSession(session: SessionId, locked = true): Promise<Session> {
    return (await this.#ask<{ session: Session }>('PATCH', path`/sessions/${session}`, { locked })).session;
  }

  /** Ends it for all. */
  async endSession(session: SessionId): Promise<void> {
    await this.#ask('DELETE', path`/sessions/${session}`);
  }

  /** Those who were added, and those who came by themselves. */
  async listParticipants(session: SessionId): Promise<readonly Participant[]> {
    return (await this.#ask<{ participants: Participant[] }>('GET', path`/sessions/${session}/participants`)).participants;
  }

  /** Makes a participant for somebody, and the token with which their page joins. It is good for a day. */
  createParticipant(creation: ParticipantCreation = {}, options: CreateOptions = {}): Promise<CreatedParticipant> {
    return this.#ask('POST', '/participants', creation, options);
  }

  /** A participant that was made, wherever it is. */
  async getParticipant(participant: ParticipantId): Promise<Participant> {
    return (await this.#ask<{ participant: Participant }>('GET', path`/participants/${participant}`)).participant;
  }

  /** Its token is void; where it is in a session, it is removed. */
  async deleteParticipant(participant: ParticipantId): Promise<void> {
    await this.#ask('DELETE', path`/participants/${participant}`);
  }

  /**
   * Adds a participant to a session, and says what it receives there: `{ session }` stands for everybody, nothing for nobody. Rejects with
   * `participant_elsewhere` while it is in another session.
   */
  async addParticipant(
    session: SessionId,
    participant: ParticipantId,
    subscriptions: Subscriptions = {},
  ): Promise<Participant> {
    const place = path`/sessions/${session}/participants/${participant}`;
    return (await this.#ask<{ participant: Participant }>('PUT', place, subscriptions)).participant;
  }

  /** Takes somebody out of a session. */
  async removeParticipant(session: SessionId, participant: ParticipantId): Promise<void> {
    await this.#ask('DELETE', path`/sessions/${session}/participants/${participant}`);
  }

  /** What somebody receives, as it was said last. */
  getSubscriptions(session: SessionId, participant: ParticipantId): Promise<Subscriptions> {
    return this.#ask('GET', path`/sessions/${session}/participants/${participant}/subscriptions`);
  }

  /** Replaces what somebody receives as a whole. */
  setSubscriptions(session: SessionId, participant: ParticipantId, subscriptions: Subscriptions): Promise<Subscriptions> {
    return this.#ask('PUT', path`/sessions/${session}/participants/${participant}/subscriptions`, subscriptions);
  }

  /** Makes a meeting, for now or for a time. Who is invited by e-mail is written to. */
  async createMeeting(creation: MeetingCreation = {}, options: CreateOptions = {}): Promise<MeetingInfo> {
    return (await this.#ask<{ meeting: MeetingInfo }>('POST', '/meetings', creation, options)).meeting;
  }

  /** A meeting as it is now. */
  async getMeeting(meeting: MeetingId): Promise<MeetingInfo> {
    return (await this.#ask<{ meeting: MeetingInfo }>('GET', path`/meetings/${meeting}`)).meeting;
  }

  /** Those that are not over, the soonest first. `after`: `next` of the page before. */
  listMeetings(after?: MeetingId): Promise<{ readonly meetings: readonly MeetingInfo[]; readonly next?: MeetingId }> {
    return this.#ask('GET', after === undefined ? '/meetings' : path`/meetings?after=${after}`);
  }

  /** Changes what is named; `null` takes it away. Those invited by e-mail are told where it concerns their calendar. */
  async changeMeeting(meeting: MeetingId, change: MeetingUpdate): Promise<MeetingInfo> {
    return (await this.#ask<{ meeting: MeetingInfo }>('PATCH', path`/meetings/${meeting}`, change)).meeting;
  }

  /** Calls it off; those invited by e-mail are told. */
  async cancelMeeting(meeting: MeetingId): Promise<void> {
    await this.#ask('DELETE', path`/meetings/${meeting}`);
  }

  /** Ends it for all who are in it. Before its time it can still take place then. */
  async endMeeting(meeting: MeetingId): Promise<void> {
    await this.#ask('POST', path`/meetings/${meeting}/end`);
  }

  /** Invites others, too. */
  async inviteToMeeting(meeting: MeetingId, invitation: MeetingInvitation): Promise<MeetingInfo> {
    return (await this.#ask<{ meeting: MeetingInfo }>('POST', path`/meetings/${meeting}/invitations`, invitation)).meeting;
  }

  /** Who is in it, and who waits. */
  async listAttendees(meeting: MeetingId): Promise<readonly MeetingAttendee[]> {
    return (await this.#ask<{ attendees: MeetingAttendee[] }>('GET', path`/meetings/${meeting}/attendees`)).attendees;
  }

  /** Lets somebody in who waits. */
  async admitAttendee(meeting: MeetingId, participant: ParticipantId): Promise<void> {
    await this.#ask('POST', path`/meetings/${meeting}/attendees/${participant}/admit`);
  }

  /** Takes somebody out, or sends them away who waits; they do not come back. */
  async removeAttendee(meeting: MeetingId, participant: ParticipantId): Promise<void> {
    await this.#ask('DELETE', path`/meetings/${meeting}/attendees/${participant}`);
  }

  /** Records everything that is published in a session from now on. Whoever is there sees it. */
  async startRecording(session: SessionId, creation: RecordingCreation = {}): Promise<Recording> {
    return (await this.#ask<{ recording: Recording }>('POST', path`/sessions/${session}/recordings`, creation)).recording;
  }

  /** Pauses a recording, goes on, or ends it; resolves once it is so. One that has ended has all its files. */
  async changeRecording(recording: string, state: RecordingChange['state']): Promise<Recording> {
    return (await this.#ask<{ recording: Recording }>('PATCH', path`/recordings/${recording}`, { state })).recording;
  }

  /** A recording as it is now. */
  async getRecording(recording: string): Promise<Recording> {
    return (await this.#ask<{ recording: Recording }>('GET', path`/recordings/${recording}`)).recording;
  }

  /** Those of a session, also of one that is over. */
  async listRecordings(session: SessionId): Promise<readonly Recording[]> {
    return (await this.#ask<{ recordings: Recording[] }>('GET', path`/sessions/${session}/recordings`)).recordings;
  }

  /** Deletes a recording and its files. */
  async deleteRecording(recording: string): Promise<void> {
    await this.#ask('DELETE', path`/recordings/${recording}`);
  }

  /** A file of a recording, whole or from some byte on (`from`); read its `body`. */
  async downloadRecording(recording: string, file: string, { from = 0 }: DownloadOptions = {}): Promise<Response> {
    const response = await fetch(`${this.#url}/v1${path`/recordings/${recording}/files/${file}`}`, {
      headers: { authorization: `Bearer ${this.#key}`, ...(from > 0 && { range: `bytes=${from}-` }) },
    });
    return response.ok ? response : refused(response);
  }

  async #ask<T>(method: string, place: string, body?: object, { idempotencyKey }: CreateOptions = {}): Promise<T> {
    const response = await fetch(`${this.#url}/v1${place}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#key}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(this.#timeout),
    });
    return response.ok ? ((await response.json()) as T) : refused(response);
  }
}

/** @throws ApiError */
async function refused(response: Response): Promise<never> {
  const { error } = (await response.json()) as { readonly error?: { readonly code: ErrorCode; readonly detail?: string } };
  throw new ApiError(response.status, error?.code ?? 'internal', error?.detail);
}

/** What is put in stands for one part of a path. */
function path(texts: TemplateStringsArray, ...parts: readonly string[]): string {
  return String.raw({ raw: texts }, ...parts.map(encodeURIComponent));
}
