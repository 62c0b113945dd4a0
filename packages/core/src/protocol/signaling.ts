/**
 * Everything said on the signalling WebSocket. One JSON object a message.
 *
 *   device → server   durable requests     { id, type, … }   exactly one { re: id, ok } or { re: id, error }, once stored
 *                     ephemeral messages   { type, … }       no reply; an { error } only where there is one
 *                     application messages { type: 'acme.cursor', to, data }   forwarded as they are
 *   server → device   replies              { re, ok | error }
 *                     events               { seq, type, … }  numbered per connection, replayed by a resume
 *                     application messages { type: 'acme.cursor', from, data }
 *
 * `from` is always stamped by the server. What calls are made of is in `calls.ts`, what is said of conversations in `conversations.ts`, of
 * people in `people.ts`, of devices without a page in `push.ts`, of sessions in `sessions.ts`, of meetings in `meetings.ts`;
 * `docs/protocol.md` is generated from all. Browser code imports only its types.
 */
import { z } from 'zod';
import { errors } from '../errors.ts';
import { limits, peopleLimits, serverLimits } from '../limits.ts';
import {
  conversationEphemerals,
  ConversationEvent,
  conversationEvents,
  conversationReplies,
  ConversationRequest,
  conversationRequests,
  Text,
} from './conversations.ts';
import {
  peopleEphemerals,
  peopleEvents,
  peopleReplies,
  PeopleRequest,
  peopleRequests,
  PersonPresence,
  Settings,
} from './people.ts';
import { MeetingEvent, meetingEvents, MeetingId, meetingReplies, MeetingRequest, meetingRequests } from './meetings.ts';
import { phoneReplies, PhoneRequest, phoneRequests } from './phones.ts';
import { voicemailReplies, VoicemailRequest, voicemailRequests } from './voicemail.ts';
import { pushReplies, PushRequest, pushRequests } from './push.ts';
import { sessionEphemerals, SessionEvent, sessionEvents, sessionReplies, SessionRequest, sessionRequests } from './sessions.ts';
import { Answer, Candidates, CallView, Description, EndedCall, Epoch, HistoryEntry, Offer, Quality, Side } from './calls.ts';
import { callEvents } from './call-events.ts';
import { Address, CallId, Device, DeviceId, event, heard, keys, Media, Name, Person, request, text } from './shared.ts';

export * from './calls.ts';
export * from './conversations.ts';
export * from './meetings.ts';
export * from './people.ts';
export * from './phones.ts';
export * from './voicemail.ts';
export * from './push.ts';
export * from './sessions.ts';
export { Address, CallId, Device, DeviceId, Media, Name, Person, RequestId } from './shared.ts';

// ── values ──────────────────────────────────────────────────────────────────────────────────────────────────────────

export const IceServer = z
  .object({ urls: z.array(z.string()), username: z.string().optional(), credential: z.string().optional() })
  .describe('RTCIceServer (W3C webrtc-pc §4.2.4) with credentials that expire.');
export const Ice = z.object({
  iceServers: z.array(IceServer),
  ttlMs: z.int().describe('Ask for new ones before this time has passed.'),
});

export const TransferTarget = z
  .union([z.object({ call: CallId }), z.object({ user: Address })])
  .describe(
    'Another call that you talk in on this connection, which ends `transferred`, too; or somebody whom the other side calls then.',
  );

// ── device → server: durable requests ───────────────────────────────────────────────────────────────────────────────

export const requests = {
  hello: request('hello', {
    version: z.int().describe('`protocolVersion`.'),
    token: text(serverLimits.tokenLength),
    device: z
      .object({ id: text(serverLimits.idLength), name: Name.optional() })
      .optional()
      .describe('This browser, for tokens that a host application has made: the same id each time makes it the same device.'),
    resume: z
      .string()
      .max(serverLimits.resumeLength)
      .optional()
      .describe('The secret of the connection to be resumed, from the last `hello`.'),
    seq: z.int().min(0).optional().describe('The last event seen; absent when the page forgot everything (a reload).'),
    calls: z.array(CallId).max(serverLimits.callsInHello).optional().describe('Calls this page believes to be alive.'),
  }).describe('The first message: signs in, or resumes a connection.'),
  refresh: request('refresh', { token: text(serverLimits.tokenLength) }).describe(
    'Goes on with a new token of the same person. Calls are not touched; what the new token allows holds from now on.',
  ),
  bye: request('bye', {}).describe('This connection will not be resumed; its calls end now.'),

  invite: request('invite', { call: CallId, to: Address, media: Media, offer: Offer }).describe(
    'Rings every device of a user.',
  ),
  reoffer: request('reoffer', { call: CallId, epoch: Epoch, offer: Offer }).describe(
    'Replaces the offer while it rings or waits for the answer; the epoch is a later one.',
  ),
  accept: request('accept', { call: CallId, epoch: Epoch, answer: Answer.optional() }).describe(
    'Claims a ringing call. The server alone decides the first.',
  ),
  answer: request('answer', { call: CallId, epoch: Epoch, answer: Answer }).describe(
    'The answer of a claim that did not carry it.',
  ),
  reject: request('reject', {
    call: CallId,
    reason: z
      .enum(['declined', 'busy', 'unreachable', 'no_answer', 'joined'])
      .describe(
        '`declined` ends it everywhere, `busy` only here; so do `unreachable` and `no_answer`, of a line that nobody is reached by. `joined` ends a ring that asks to a meeting, to which you go.',
      ),
    message: Text.optional().describe(
      'With `declined`: what you say instead of answering. It is kept as a message to the caller; where that may not be, nothing has changed.',
    ),
  }),
  hangup: request('hangup', { call: CallId }).describe('Legal in every state; repeating it is harmless.'),
  describe: request('describe', { call: CallId, epoch: Epoch, description: Description }).describe(
    'Renegotiates, or opens a later epoch with an offer.',
  ),
  transfer: request('transfer', {
    call: CallId,
    to: TransferTarget,
    into: CallId.describe('Your id for the call in which the others go on: random, like that of an invite.'),
  }).describe('You leave a call that you talk in; the other side goes on with somebody else, or calls them.'),
  move: request('move', {
    call: CallId,
    meeting: MeetingId,
    heard: z.boolean().describe('This side hears the other one there. Once both have said so, the call ends `joined`.'),
  }).describe('This side goes on in a meeting, and asks the other one to come there. Meanwhile the call goes on.'),
  update: request('update', { call: CallId, side: Side }).describe('Hold, microphone and camera of this side.'),

  rename: request('rename', { name: Name }),
  people: request('people', {
    query: z.string().max(limits.nameLength).optional().describe('Beginning of a name or address.'),
    after: z.string().max(serverLimits.cursorLength).optional().describe('`next` of the page before.'),
    limit: z.int().min(1).max(peopleLimits.peoplePage).optional(),
  }).describe(
    'A page of all people by name. The first begins with those who are here; a later one may name some of them once more.',
  ),
  watch: request('watch', {
    addresses: z.array(Address).describe('All addresses whose presence is wanted from now on, at most 200.'),
    arrivals: z.boolean().optional().describe('Also tell of people who come and go, while no more than 200 are here.'),
  }),
  history: request('history', {
    before: z.string().max(serverLimits.cursorLength).optional(),
    limit: z.int().min(1).max(serverLimits.historyPage).optional(),
  }),
  settings: request('settings', { change: Settings.partial() }),
  devices: request('devices', {}).describe('All devices that sign in as you.'),
  name_device: request('name_device', { device: DeviceId, name: Name }).describe(
    'Calls one of your devices otherwise, so that you can tell it from the others.',
  ),
  remove_device: request('remove_device', { device: DeviceId }).describe(
    'Signs one of your devices out for good: its token is void, its calls end, its pages are closed with `signed_out`. Tokens of an application name no device: void are those that its pages have shown, and those made until now where it shows them.',
  ),
  ice: request('ice', {}).describe('Fresh ICE servers.'),

  ...conversationRequests,
  ...peopleRequests,
  ...phoneRequests,
  ...voicemailRequests,
  ...pushRequests,
  ...sessionRequests,
  ...meetingRequests,
} as const;

export const Request = z.discriminatedUnion('type', [
  requests.hello,
  requests.refresh,
  requests.bye,
  requests.invite,
  requests.reoffer,
  requests.accept,
  requests.answer,
  requests.reject,
  requests.hangup,
  requests.describe,
  requests.transfer,
  requests.move,
  requests.update,
  requests.rename,
  requests.people,
  requests.watch,
  requests.history,
  requests.settings,
  requests.devices,
  requests.name_device,
  requests.remove_device,
  requests.ice,
  ConversationRequest,
  PeopleRequest,
  PhoneRequest,
  VoicemailRequest,
  PushRequest,
  SessionRequest,
  MeetingRequest,
]);

/** What `ok` carries, by type of request. Those not named carry an empty object. */
export const replies = {
  hello: z.object({
    connection: z.string().describe('The id of this connection, kept over resumes.'),
    resume: z.string().describe('Hands this connection over to a later socket.'),
    seq: z.int().describe('The number of the last event before those that follow.'),
    resumed: z.boolean().describe('True: the missed events follow. False: `calls` says all there is.'),
    user: Person,
    device: z.object({ id: DeviceId, name: Name }),
    settings: Settings,
    ice: Ice,
    calls: z.array(CallView),
    ended: z.array(EndedCall).describe('Which of the calls named in `hello` have ended, and why.'),
  }),
  refresh: z.object({
    expiresInMs: z.int().optional().describe('How long the new token is good; absent: until it is revoked.'),
  }),
  invite: z.object({
    call: CallId,
    merged: CallView.optional().describe('The other called at the same moment: this is their call, answered by you.'),
  }),
  people: z.object({ people: z.array(PersonPresence), next: z.string().optional() }),
  watch: z.object({ people: z.array(PersonPresence) }),
  history: z.object({ entries: z.array(HistoryEntry), next: z.string().optional() }),
  settings: z.object({ settings: Settings }),
  devices: z.object({ devices: z.array(Device) }),
  rename: z.object({ user: Person }),
  ice: Ice,
  ...conversationReplies,
  ...peopleReplies,
  ...phoneReplies,
  ...voicemailReplies,
  ...pushReplies,
  ...sessionReplies,
  ...meetingReplies,
} as const;

// ── device → server: ephemeral messages ─────────────────────────────────────────────────────────────────────────────

const epochOf = { call: CallId, epoch: Epoch };

export const ephemerals = {
  ringing: z.object({ type: z.literal('ringing'), ...heard, call: CallId }).describe('This device rings.'),
  candidates: z.object({
    type: z.literal('candidates'),
    ...heard,
    ...epochOf,
    candidates: Candidates,
    end: z.boolean().optional().describe('These were the last.'),
  }),
  media: z
    .object({ type: z.literal('media'), ...heard, ...epochOf, state: z.enum(['connected', 'interrupted', 'lost']) })
    .describe('Media of this side connected, was interrupted, or is lost for good: the other side is to open the next epoch.'),
  quality: z
    .object({ type: z.literal('quality'), ...heard, call: CallId, quality: Quality })
    .describe('What this side has heard so far, for the record; said every few seconds.'),
  ping: z.object({ type: z.literal('ping'), ...heard }).describe('Answered by `pong`.'),
  ...conversationEphemerals,
  ...peopleEphemerals,
  ...sessionEphemerals,
} as const;

export const Ephemeral = z.discriminatedUnion('type', [
  ephemerals.ringing,
  ephemerals.candidates,
  ephemerals.media,
  ephemerals.quality,
  ephemerals.ping,
  ephemerals.typing,
  ephemerals.activity,
  ephemerals.session_look,
  ephemerals.session_data,
]);

/** A type with a dot belongs to an application: forwarded at most once, never stored. */
export const applicationType: RegExp = /^[a-z][\w-]{0,31}(\.[\w-]{1,32}){1,3}$/i;
export const ApplicationType = z.string().regex(applicationType);
export const Receiver = z
  .union([z.object({ user: Address }), z.object({ user: Address, device: DeviceId }), z.object({ everyone: z.literal(true) })])
  .describe('All connections of a user, those of one device, or everyone who is here; never the one that sends.');
export const ApplicationMessage = z.object({ type: ApplicationType, to: Receiver, data: z.unknown().optional() });
export const ApplicationDelivery = z
  .object({
    type: ApplicationType,
    from: z.object({ user: Address, device: DeviceId.optional() }),
    data: z.unknown().optional(),
  })
  .describe(
    'What the receivers get. `from` is stamped by the server and may be answered to as it stands; without a device, a program has sent it.',
  );

// ── server → device: events ─────────────────────────────────────────────────────────────────────────────────────────

export const events = {
  ...callEvents,
  settings: event('settings', { settings: Settings }).describe('Changed on another device.'),
  renamed: event('renamed', { user: Person }).describe('Your own name was changed on another device.'),
  ...conversationEvents,
  ...peopleEvents,
  ...sessionEvents,
  ...meetingEvents,
} as const;

export const Event = z.discriminatedUnion('type', [
  events.incoming,
  events.reoffered,
  events.ringing,
  events.accepted,
  events.answered,
  events.described,
  events.candidates,
  events.updated,
  events.transferred,
  events.moving,
  events.forwarded,
  events.peer,
  events.epoch_failed,
  events.ended,
  events.presence,
  events.settings,
  events.renamed,
  events.profile,
  events.contacts,
  events.blocked,
  events.devices,
  events.accounts,
  ConversationEvent,
  SessionEvent,
  MeetingEvent,
]);

/** Unnumbered messages of the server. */
export const notices = {
  pong: z.object({ type: z.literal('pong') }),
  error: z.object({
    type: z.literal('error'),
    error: z.object({
      code: z.enum(keys(errors)),
      message: z.string(),
      detail: z.string().optional(),
    }),
    about: z.string().optional().describe('The type of the message that failed.'),
  }),
  token_expiring: z
    .object({ type: z.literal('token_expiring'), inMs: z.int() })
    .describe('The token will expire; `refresh` with a new one. When it has, the socket is closed with `token_expired`.'),
  draining: z.object({ type: z.literal('draining') }).describe('This server shuts down; connect anew, calls go on.'),
} as const;

// ── types ───────────────────────────────────────────────────────────────────────────────────────────────────────────

export type IceServer = z.infer<typeof IceServer>;
export type Ice = z.infer<typeof Ice>;
/** Who gets a message of an application: all connections of a user, those of one device, or everyone who is here; never the one that sends. */
export type Receiver = z.infer<typeof Receiver>;

export type Request = z.infer<typeof Request>;
export type RequestType = Request['type'];
export type RequestOf<T extends RequestType> = Extract<Request, { type: T }>;
export type ReplyOf<T extends RequestType> = T extends keyof typeof replies
  ? z.infer<(typeof replies)[T]>
  : Record<string, never>;
export type Ephemeral = z.infer<typeof Ephemeral>;
export type ApplicationMessage = z.infer<typeof ApplicationMessage>;
/** A message of an application as its receivers get it. `from` is written by the server and may be answered to as it stands. */
export type ApplicationDelivery = z.infer<typeof ApplicationDelivery>;
export type Event = z.infer<typeof Event>;
export type EventType = Event['type'];
export type EventOf<T extends EventType> = Extract<Event, { type: T }>;
export type Notice = z.infer<(typeof notices)[keyof typeof notices]>;
