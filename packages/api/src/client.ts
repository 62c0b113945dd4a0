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
  ParticipantId,
  PhonePage,
  PutUser,
  Signal,
  TokenCreation,
  UserList,
} from '@offhook/core';
import { CallsApi } from './calls.ts';
import { listen } from './listen.ts';
import type { ListenOptions } from './listen.ts';
import { MeetingsApi } from './meetings.ts';
import type * as Options from './options.ts';
import { RecordingsApi } from './recordings.ts';
import { path, query, Rest } from './rest.ts';
import type { ApiOptions, CreateOptions } from './rest.ts';
import { SessionMethods } from './session-methods.ts';
import { SessionsApi } from './sessions.ts';
import { TelephoneApi } from './telephones.ts';
import { TrunkApi } from './trunks.ts';
import { UsersApi } from './users.ts';
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
export class OffhookApi extends SessionMethods {
  readonly #rest: Rest;
  /** Which calls go on. */
  readonly calls: CallsApi;
  /** What goes on in sessions. */
  readonly sessions: SessionsApi;
  /** What was recorded. */
  readonly recordings: RecordingsApi;
  /** Who is in meetings. */
  readonly meetings: MeetingsApi;
  /** Where people are reached. */
  readonly users: UsersApi;
  /** The telephone network. */
  readonly trunks: TrunkApi;
  /** Telephones in meetings and sessions. */
  readonly telephones: TelephoneApi;
  /** Who is told what happens. */
  readonly webhooks: WebhooksApi;
  /** What callers have said to people. */
  readonly voicemail: VoicemailApi;

  constructor(options: ApiOptions) {
    const rest = new Rest(options);
    super(rest);
    this.#rest = rest;
    this.calls = new CallsApi(rest);
    this.sessions = new SessionsApi(rest);
    this.recordings = new RecordingsApi(rest);
    this.meetings = new MeetingsApi(rest);
    this.users = new UsersApi(rest);
    this.trunks = new TrunkApi(rest);
    this.telephones = new TelephoneApi(rest);
    this.webhooks = new WebhooksApi(rest);
    this.voicemail = new VoicemailApi(rest);
  }

  /** Makes a meeting, for now or for a time. Who is invited by e-mail is written to. */
  async createMeeting(creation: MeetingCreation = {}, options: CreateOptions = {}): Promise<MeetingInfo> {
    return (await this.#rest.ask<{ meeting: MeetingInfo }>('POST', '/meetings', creation, options)).meeting;
  }

  /** A meeting as it is now. */
  async getMeeting(meeting: MeetingId): Promise<MeetingInfo> {
    return (await this.#rest.ask<{ meeting: MeetingInfo }>('GET', path`/meetings/${meeting}`)).meeting;
  }

  /** Those that are not over, the soonest first. */
  listMeetings(page: Options.PageOptions = {}): Promise<MeetingList> {
    return this.#rest.ask('GET', `/meetings${query({ ...page })}`);
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

  /** All who are in it, and who wait, in the order in which they knocked or came in; in pages by `meetings.attendees`. */
  listAttendees(meeting: MeetingId): Promise<readonly MeetingAttendee[]> {
    return this.#rest.every(path`/meetings/${meeting}/attendees`, 'attendees');
  }

  /** Lets somebody in who waits. */
  async admitAttendee(meeting: MeetingId, participant: ParticipantId): Promise<void> {
    await this.#rest.ask('POST', path`/meetings/${meeting}/attendees/${participant}/admit`);
  }

  /** Turns somebody's microphone off; they may turn it on again. */
  async muteAttendee(meeting: MeetingId, participant: ParticipantId): Promise<void> {
    await this.#rest.ask('POST', path`/meetings/${meeting}/attendees/${participant}/mute`);
  }

  /** Lowers a hand that is raised. Where it is not, nothing happens. */
  async lowerHand(meeting: MeetingId, participant: ParticipantId): Promise<void> {
    await this.#rest.ask('POST', path`/meetings/${meeting}/attendees/${participant}/lower`);
  }

  /** Makes somebody a host, too, who then may what hosts may. Rejects with `forbidden` where it is a telephone. */
  async makeHost(meeting: MeetingId, participant: ParticipantId): Promise<void> {
    await this.#rest.ask('POST', path`/meetings/${meeting}/attendees/${participant}/host`);
  }

  /** Takes somebody out, or sends them away who waits; they do not come back. */
  async removeAttendee(meeting: MeetingId, participant: ParticipantId): Promise<void> {
    await this.#rest.ask('DELETE', path`/meetings/${meeting}/attendees/${participant}`);
  }

  /**
   * What happens, as it happens, over lost connections and restarts of the server, until `signal` says that it is enough:
   *
   *     for await (const event of offhook.listen({ after: lastId })) console.log(event.id, event.type);
   *
   * `id` is to be kept by whoever wants to go on there: what happened meanwhile follows, for a week. `after: '0'` begins with all that is
   * kept. Throws an `EventsMissedError` where what came after another id is not kept any more, and an `ApiError` where the key does not
   * allow it.
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

  /** All browsers and apps of somebody, oldest first; in pages by `users.devices`. For phones there is `listPhones`. */
  listDevices(address: string): Promise<readonly ApiDevice[]> {
    return this.#rest.every(path`/users/${address}/devices`, 'devices');
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
  listPhones(address: string, page: Options.PageOptions = {}): Promise<PhonePage> {
    return this.#rest.ask('GET', `${path`/users/${address}/phones`}${query({ ...page })}`);
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
