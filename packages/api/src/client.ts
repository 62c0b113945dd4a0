/** The REST API of an Offhook server. */
import type {
  AddedPhone,
  ApiCall,
  CallAnswer,
  ApiDevice,
  ApiUser,
  CallList,
  CallPlacing,
  CallTransfer,
  ConversationList,
  CreatedToken,
  CreatedParticipant,
  MeetingAttendee,
  MeetingCreation,
  MeetingId,
  MeetingInfo,
  MeetingInvitation,
  MeetingList,
  MeetingUpdate,
  MessageCreation,
  MessageEntry,
  MessageList,
  Participant,
  ParticipantCreation,
  ParticipantId,
  PhoneList,
  PutUser,
  Recording,
  RecordingChange,
  RecordingCreation,
  RtpAnswer,
  RtpOffer,
  RtpState,
  Session,
  SessionCreation,
  SessionId,
  Signal,
  Subscriptions,
  TokenCreation,
  UserList,
} from '@offhook/core';
import { CallsApi } from './calls.ts';
import { listen } from './listen.ts';
import type { ListenOptions } from './listen.ts';
import type * as Options from './options.ts';
import { path, query, Rest } from './rest.ts';
import type { ApiOptions, CreateOptions } from './rest.ts';
import { SessionsApi } from './sessions.ts';
import { TelephoneApi } from './telephones.ts';
import { TrunkApi } from './trunks.ts';
import { VoicemailApi } from './voicemail.ts';
import type { WebhookEvent } from './webhook.ts';
import { WebhooksApi } from './webhooks.ts';

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
  readonly #rest: Rest;
  /** Which calls go on. */
  readonly calls: CallsApi;
  /** What goes on in sessions. */
  readonly sessions: SessionsApi;
  /** The telephone network. */
  readonly trunks: TrunkApi;
  /** Telephones in meetings and sessions. */
  readonly telephones: TelephoneApi;
  /** Who is told what happens. */
  readonly webhooks: WebhooksApi;
  /** What callers have said to people. */
  readonly voicemail: VoicemailApi;

  constructor(options: ApiOptions) {
    this.#rest = new Rest(options);
    this.calls = new CallsApi(this.#rest);
    this.sessions = new SessionsApi(this.#rest);
    this.trunks = new TrunkApi(this.#rest);
    this.telephones = new TelephoneApi(this.#rest);
    this.webhooks = new WebhooksApi(this.#rest);
    this.voicemail = new VoicemailApi(this.#rest);
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
   * Again, it begins anew. Rejects with `rtp_unavailable` where the server has no ports for it.
   */
  attachRtp(session: SessionId, participant: ParticipantId, offer: RtpOffer): Promise<RtpAnswer> {
    return this.#rest.ask('POST', path`/sessions/${session}/participants/${participant}/rtp`, offer);
  }

  /** What comes and goes by plain RTP, and what a participant does not receive and why. */
  getRtp(session: SessionId, participant: ParticipantId): Promise<RtpState> {
    return this.#rest.ask('GET', path`/sessions/${session}/participants/${participant}/rtp`);
  }

  /** A participant that came by plain RTP leaves. */
  async detachRtp(session: SessionId, participant: ParticipantId): Promise<void> {
    await this.#rest.ask('DELETE', path`/sessions/${session}/participants/${participant}/rtp`);
  }

  /** Makes a meeting, for now or for a time. Who is invited by e-mail is written to. */
  async createMeeting(creation: MeetingCreation = {}, options: CreateOptions = {}): Promise<MeetingInfo> {
    return (await this.#rest.ask<{ meeting: MeetingInfo }>('POST', '/meetings', creation, options)).meeting;
  }

  /** A meeting as it is now. */
  async getMeeting(meeting: MeetingId): Promise<MeetingInfo> {
    return (await this.#rest.ask<{ meeting: MeetingInfo }>('GET', path`/meetings/${meeting}`)).meeting;
  }

  /** Those that are not over, the soonest first. `after`: `next` of the page before. */
  listMeetings(after?: string): Promise<MeetingList> {
    return this.#rest.ask('GET', `/meetings${query({ after })}`);
  }

  /** Changes what is named; `null` takes it away. Those invited by e-mail are told where it concerns their calendar. */
  async changeMeeting(meeting: MeetingId, change: MeetingUpdate): Promise<MeetingInfo> {
    return (await this.#rest.ask<{ meeting: MeetingInfo }>('PATCH', path`/meetings/${meeting}`, change)).meeting;
  }

  /** Calls it off; those invited by e-mail are told. */
  async cancelMeeting(meeting: MeetingId): Promise<void> {
    await this.#rest.ask('DELETE', path`/meetings/${meeting}`);
  }

  /** Ends it for all who are in it. Before its time it can still take place then. */
  async endMeeting(meeting: MeetingId): Promise<void> {
    await this.#rest.ask('POST', path`/meetings/${meeting}/end`);
  }

  /** Invites others, too. */
  async inviteToMeeting(meeting: MeetingId, invitation: MeetingInvitation): Promise<MeetingInfo> {
    return (await this.#rest.ask<{ meeting: MeetingInfo }>('POST', path`/meetings/${meeting}/invitations`, invitation)).meeting;
  }

  /** Who is in it, and who waits. */
  async listAttendees(meeting: MeetingId): Promise<readonly MeetingAttendee[]> {
    return (await this.#rest.ask<{ attendees: MeetingAttendee[] }>('GET', path`/meetings/${meeting}/attendees`)).attendees;
  }

  /** Lets somebody in who waits. */
  async admitAttendee(meeting: MeetingId, participant: ParticipantId): Promise<void> {
    await this.#rest.ask('POST', path`/meetings/${meeting}/attendees/${participant}/admit`);
  }

  /** Turns somebody's microphone off; they may turn it on again. */
  async muteAttendee(meeting: MeetingId, participant: ParticipantId): Promise<void> {
    await this.#rest.ask('POST', path`/meetings/${meeting}/attendees/${participant}/mute`);
  }

  /** Makes somebody a host, too, who then may what hosts may. Rejects with `forbidden` where it is a telephone. */
  async makeHost(meeting: MeetingId, participant: ParticipantId): Promise<void> {
    await this.#rest.ask('POST', path`/meetings/${meeting}/attendees/${participant}/host`);
  }

  /** Takes somebody out, or sends them away who waits; they do not come back. */
  async removeAttendee(meeting: MeetingId, participant: ParticipantId): Promise<void> {
    await this.#rest.ask('DELETE', path`/meetings/${meeting}/attendees/${participant}`);
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
  async downloadRecording(recording: string, file: string, { from = 0 }: Options.DownloadOptions = {}): Promise<Response> {
    return this.#rest.open(path`/recordings/${recording}/files/${file}`, from > 0 ? { range: `bytes=${from}-` } : {});
  }

  /**
   * What happens, as it happens, over lost connections and restarts of the server, until `signal` says that it is enough:
   *
   *     for await (const event of offhook.listen({ after: lastId })) console.log(event.id, event.type);
   *
   * `id` is to be kept by whoever wants to go on there: what happened meanwhile follows, for a week. Throws an `ApiError` where that was
   * not possible (`event_not_found`), or the key does not allow it.
   */
  listen(options: ListenOptions = {}): AsyncGenerator<WebhookEvent, void, undefined> {
    return listen(this.#rest, options);
  }

  /** People by name. `query`: the beginning of a name, of a word in it, or of an address. */
  listUsers(page: Options.UsersOptions = {}): Promise<UserList> {
    return this.#rest.ask('GET', `/users${query({ ...page })}`);
  }

  /** Somebody, and whether they are there. */
  async getUser(address: string): Promise<ApiUser> {
    return (await this.#rest.ask<{ user: ApiUser }>('GET', path`/users/${address}`)).user;
  }

  /** The browsers and apps of somebody; for phones there is `listPhones`. */
  async listDevices(address: string): Promise<readonly ApiDevice[]> {
    return (await this.#rest.ask<{ devices: ApiDevice[] }>('GET', path`/users/${address}/devices`)).devices;
  }

  /** Makes somebody who is not there yet, or renames them. `link`: by which somebody with a new account chooses a password. */
  putUser(address: string, name: string): Promise<PutUser> {
    return this.#rest.ask('PUT', path`/users/${address}`, { name });
  }

  /** Signs somebody out everywhere: their account is closed, tokens made until now are void. What was, stays in the history. */
  async removeUser(address: string): Promise<void> {
    await this.#rest.ask('DELETE', path`/users/${address}`);
  }

  /** Signs one of somebody's devices or phones out for good, and ends its calls. */
  async removeDevice(address: string, device: string): Promise<void> {
    await this.#rest.ask('DELETE', path`/users/${address}/devices/${device}`);
  }

  /** Somebody's SIP phones, oldest first, and where they register. Rejects with `phones_unavailable` where the server takes none. */
  listPhones(address: string): Promise<PhoneList> {
    return this.#rest.ask('GET', path`/users/${address}/phones`);
  }

  /** Gives somebody a SIP phone with a login of its own, as they call it. Its password is shown here alone. It goes by `removeDevice`. */
  addPhone(address: string, name: string, options: CreateOptions = {}): Promise<AddedPhone> {
    return this.#rest.ask('POST', path`/users/${address}/phones`, { name }, options);
  }

  /** Makes a token with which the page of somebody signs in. Where your server knows the secret, `mintToken` makes one without asking. */
  createToken(creation: TokenCreation, options: CreateOptions = {}): Promise<CreatedToken> {
    return this.#rest.ask('POST', '/tokens', creation, options);
  }

  /** Makes a token void, by its `id`, and ends at once what goes on with it. */
  async revokeToken(id: string): Promise<void> {
    await this.#rest.ask('DELETE', path`/tokens/${id}`);
  }

  /** Says something to somebody, or in a conversation, in the name of a user. */
  async sendMessage(creation: MessageCreation, options: CreateOptions = {}): Promise<MessageEntry> {
    return (await this.#rest.ask<{ message: MessageEntry }>('POST', '/messages', creation, options)).message;
  }

  /** What was said in a conversation, newest first. */
  listMessages(conversation: string, page: Options.MessagesOptions = {}): Promise<MessageList> {
    return this.#rest.ask('GET', `${path`/conversations/${conversation}/messages`}${query({ ...page })}`);
  }

  /** The conversations of somebody, the latest first. */
  listConversations(address: string, page: Options.ConversationsOptions = {}): Promise<ConversationList> {
    return this.#rest.ask('GET', `${path`/users/${address}/conversations`}${query({ ...page })}`);
  }

  /** Sends a message of your application to the pages of somebody, as an event `message`. Rejects with `not_delivered` where nobody is there. */
  async signal(signal: Signal): Promise<void> {
    await this.#rest.ask('POST', '/signals', signal);
  }

  /** The calls of somebody that are over, newest first, as they were for them. */
  listCalls(address: string, page: Options.CallsOptions = {}): Promise<CallList> {
    return this.#rest.ask('GET', `${path`/users/${address}/calls`}${query({ ...page })}`);
  }

  /** A call as it is now, or how it ended. */
  async getCall(call: string): Promise<ApiCall> {
    return (await this.#rest.ask<{ call: ApiCall }>('GET', path`/calls/${call}`)).call;
  }

  /** All calls that are not over, the oldest first; in pages by `calls.live`. `user`: only those of this user. */
  listLiveCalls({ user }: { readonly user?: string | undefined } = {}): Promise<readonly ApiCall[]> {
    return this.#rest.every('/calls', 'calls', { user });
  }

  /**
   * Places a call between two people: the devices of `from` ring, and whichever takes it calls `to`. Resolves as soon as they ring; a call
   * that `from` does not take ends `cancelled`, and `untaken` says why.
   */
  async placeCall(placing: CallPlacing, options: CreateOptions = {}): Promise<ApiCall> {
    return (await this.#rest.ask<{ call: ApiCall }>('POST', '/calls', placing, options)).call;
  }

  /** Hangs up for both. One that is over already stays as it was. */
  async hangUp(call: string): Promise<ApiCall> {
    return (await this.#rest.ask<{ call: ApiCall }>('DELETE', path`/calls/${call}`)).call;
  }

  /** Declines a call that rings, in the place of whom it rings for. Rejects with `wrong_state` where it does not ring any more. */
  async rejectCall(call: string): Promise<ApiCall> {
    return (await this.#rest.ask<{ call: ApiCall }>('POST', path`/calls/${call}/reject`)).call;
  }

  /** One of the two leaves, and the other one calls somebody else, in the call that is returned. `person_unavailable`: nobody can be rung. */
  async transferCall(call: string, transfer: CallTransfer, options: CreateOptions = {}): Promise<ApiCall> {
    return (await this.#rest.ask<{ call: ApiCall }>('POST', path`/calls/${call}/transfer`, transfer, options)).call;
  }

  /**
   * Answers a call that rings, in the place of whom it rings for: the caller takes part in a session as somebody who was added to it, may publish
   * sound, and hears what they are subscribed to as one sound. Rejects with `wrong_state` where it does not ring, and as sessions do.
   */
  async answerCall(call: string, as: CallAnswer): Promise<ApiCall> {
    return (await this.#rest.ask<{ call: ApiCall }>('POST', path`/calls/${call}/answer`, as)).call;
  }

  /** Asks both into a meeting, without ringing again. The call ends `joined` once they hear each other there. */
  async moveCall(call: string, meeting: MeetingId): Promise<ApiCall> {
    return (await this.#rest.ask<{ call: ApiCall }>('POST', path`/calls/${call}/move`, { meeting })).call;
  }
}
