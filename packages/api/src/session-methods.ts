/** Sessions, who takes part in them, and what is recorded of them. */
import type {
  CreatedParticipant,
  Participant,
  ParticipantCreation,
  ParticipantId,
  Recording,
  RecordingChange,
  RecordingCreation,
  RtpAnswer,
  RtpOffer,
  RtpState,
  Session,
  SessionCreation,
  SessionId,
  Subscriptions,
} from '@offhook/core';
import type { DownloadOptions } from './options.ts';
import { path } from './rest.ts';
import type { CreateOptions, Rest } from './rest.ts';

/** Sessions, who takes part in them, and what is recorded of them: methods of `OffhookApi`. */
export class SessionMethods {
  readonly #rest: Rest;

  /** @internal */
  constructor(rest: Rest) {
    this.#rest = rest;
  }

  /** Makes a session. It ends by itself some time after everybody has left it. */
  async createSession(creation: SessionCreation = {}, options: CreateOptions = {}): Promise<Session> {
    return (await this.#rest.ask<{ session: Session }>('POST', '/sessions', creation, options)).session;
  }

  /** A session as it is now. */
  async getSession(session: SessionId): Promise<Session> {
    return (await this.#rest.ask<{ session: Session }>('GET', path`/sessions/${session}`)).session;
  }

  /** While it is locked nobody comes in who is not there. */
  async lockSession(session: SessionId, locked = true): Promise<Session> {
    return (await this.#rest.ask<{ session: Session }>('PATCH', path`/sessions/${session}`, { locked })).session;
  }

  /** Ends it for all. */
  async endSession(session: SessionId): Promise<void> {
    await this.#rest.ask('DELETE', path`/sessions/${session}`);
  }

  /** All who were added, and who came by themselves; in pages by `sessions.participants`. */
  listParticipants(session: SessionId): Promise<readonly Participant[]> {
    return this.#rest.every(path`/sessions/${session}/participants`, 'participants');
  }

  /** Makes a participant for somebody, and the token with which their page joins. It is good for a day. */
  createParticipant(creation: ParticipantCreation = {}, options: CreateOptions = {}): Promise<CreatedParticipant> {
    return this.#rest.ask('POST', '/participants', creation, options);
  }

  /** A participant that was made, wherever it is. */
  async getParticipant(participant: ParticipantId): Promise<Participant> {
    return (await this.#rest.ask<{ participant: Participant }>('GET', path`/participants/${participant}`)).participant;
  }

  /** Its token is void; where it is in a session, it is removed. */
  async deleteParticipant(participant: ParticipantId): Promise<void> {
    await this.#rest.ask('DELETE', path`/participants/${participant}`);
  }

  /**
   * Adds a participant to a session, and says what it receives there: `{ session }` stands for everybody, nothing for nobody. Rejects with
   * `participant_elsewhere` while it is in another session.
   */
  async addParticipant(session: SessionId, participant: ParticipantId, receives: Subscriptions = {}): Promise<Participant> {
    const place = path`/sessions/${session}/participants/${participant}`;
    return (await this.#rest.ask<{ participant: Participant }>('PUT', place, receives)).participant;
  }

  /** Takes somebody out of a session. */
  async removeParticipant(session: SessionId, participant: ParticipantId): Promise<void> {
    await this.#rest.ask('DELETE', path`/sessions/${session}/participants/${participant}`);
  }

  /** What somebody receives, as it was said last. */
  getSubscriptions(session: SessionId, participant: ParticipantId): Promise<Subscriptions> {
    return this.#rest.ask('GET', path`/sessions/${session}/participants/${participant}/subscriptions`);
  }

  /** Replaces what somebody receives as a whole. */
  setSubscriptions(session: SessionId, participant: ParticipantId, subscriptions: Subscriptions): Promise<Subscriptions> {
    return this.#rest.ask('PUT', path`/sessions/${session}/participants/${participant}/subscriptions`, subscriptions);
  }

  /**
   * Lets a participant that was added come in by plain RTP or SRTP: a media program, a bot, a gateway. The answer says where to send to.
   * Again, it begins anew. Rejects with `rtp_unavailable` where the server has no ports for it, with `rtp_full` where all of them are in use,
   * and with `rtp_not_attached` where a later request has its place.
   */
  attachRtp(session: SessionId, participant: ParticipantId, offer: RtpOffer): Promise<RtpAnswer> {
    return this.#rest.ask('POST', path`/sessions/${session}/participants/${participant}/rtp`, offer);
  }

  /** What comes and goes by plain RTP, and what a participant does not receive and why. Rejects with `rtp_not_attached`. */
  getRtp(session: SessionId, participant: ParticipantId): Promise<RtpState> {
    return this.#rest.ask('GET', path`/sessions/${session}/participants/${participant}/rtp`);
  }

  /** A participant that came by plain RTP leaves. Rejects with `rtp_not_attached`. */
  async detachRtp(session: SessionId, participant: ParticipantId): Promise<void> {
    await this.#rest.ask('DELETE', path`/sessions/${session}/participants/${participant}/rtp`);
  }

  /** Records everything that is published in a session from now on. Whoever is there sees it. */
  async startRecording(session: SessionId, creation: RecordingCreation = {}, options: CreateOptions = {}): Promise<Recording> {
    const to = path`/sessions/${session}/recordings`;
    return (await this.#rest.ask<{ recording: Recording }>('POST', to, creation, options)).recording;
  }

  /** Pauses a recording, goes on, or ends it; resolves once it is so. One that has ended has all its files. */
  async changeRecording(recording: string, state: RecordingChange['state']): Promise<Recording> {
    return (await this.#rest.ask<{ recording: Recording }>('PATCH', path`/recordings/${recording}`, { state })).recording;
  }

  /** A recording as it is now. */
  async getRecording(recording: string): Promise<Recording> {
    return (await this.#rest.ask<{ recording: Recording }>('GET', path`/recordings/${recording}`)).recording;
  }

  /** All of a session, also of one that is over, the oldest first; in pages by `sessions.recordings`. */
  listRecordings(session: SessionId): Promise<readonly Recording[]> {
    return this.#rest.every(path`/sessions/${session}/recordings`, 'recordings');
  }

  /** Deletes a recording and its files. */
  async deleteRecording(recording: string): Promise<void> {
    await this.#rest.ask('DELETE', path`/recordings/${recording}`);
  }

  /** A file of a recording, whole or from some byte on (`from`); read its `body`. */
  async downloadRecording(recording: string, file: string, { from = 0 }: DownloadOptions = {}): Promise<Response> {
    return this.#rest.open(path`/recordings/${recording}/files/${file}`, from > 0 ? { range: `bytes=${from}-` } : {});
  }
}
