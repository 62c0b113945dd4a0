/** The language of the system, free of schemas: what a browser, a server and a program share. Schemas are in `./protocol`. */
export * from './machine.ts';
export * from './limits.ts';
export * from './meeting-limits.ts';
export * from './data-limits.ts';
export * from './sip-limits.ts';
export * from './trunk-limits.ts';
export * from './webhook-limits.ts';
export * from './number-limits.ts';
export * from './voicemail-limits.ts';
export * from './dial-in-limits.ts';
export * from './media-limits.ts';
export * from './version.ts';
export * from './errors.ts';
export * from './address.ts';
export { Allowance } from './allowance.ts';
export * from './call/cause-texts.ts';
export * from './grants.ts';
export * from './call/causes.ts';
export * from './call/call.ts';
export * from './call/join.ts';
export * from './call/lead.ts';
export * from './call/taken-up.ts';
export * from './call/endpoint.ts';
export * from './user/user.ts';
export * from './user/echo.ts';
export * from './user/outside.ts';
export * from './user/voicemail.ts';
export * from './user/meetings.ts';
export * from './voicemail/leaving.ts';
export * from './meeting/keying.ts';
export { isQuiet, isTimeZone, nextQuietChange, quietUntil } from './user/quiet.ts';
export { cleanStatus } from './user/status.ts';
export * from './quality/emodel.ts';
export * from './ringing/bell.ts';
export * from './trunk/rules.ts';
export * from './trunk/emergency.ts';
export * from './trunk/meter.ts';
export * from './number/lead.ts';
export * from './conversation/conversation.ts';
export {
  newSession,
  participantIn,
  participantOf,
  sessionInputs,
  sessionMachine,
  sessionStates,
  sessionView,
  wanted,
} from './session/session.ts';
export type {
  MediaAsk,
  Open as OpenSession,
  Recorded,
  RecordedFile,
  RecordingWishes,
  SessionEffect,
  SessionInput,
  SessionNews,
  SessionState,
} from './session/session.ts';
export {
  attendeesFor,
  attendeeView,
  isLed,
  meetingInputs,
  meetingMachine,
  meetingStart,
  meetingStates,
  meetingTag,
  meetingView,
  newMeeting,
  sidesOf,
} from './meeting/meeting.ts';
export type {
  Attendee,
  MeetingEffect,
  MeetingInput,
  MeetingNews,
  MeetingState,
  Plan,
  SessionAsk,
  Sides,
  Standing as StandingMeeting,
} from './meeting/meeting.ts';
export type {
  Address,
  Answer,
  ApplicationDelivery,
  ApplicationMessage,
  CallId,
  CallView,
  Candidate,
  Description,
  Device,
  DeviceId,
  Early,
  EndedCall,
  Ephemeral,
  Event,
  EventOf,
  EventType,
  HistoryEntry,
  Ice,
  IceServer,
  Media,
  Notice,
  Offer,
  Person,
  PersonPresence,
  PresenceState,
  Quality,
  Receiver,
  ReplyOf,
  Request,
  RequestOf,
  RequestType,
  Settings,
  Side,
} from './protocol/signaling.ts';
export type {
  CallEntry,
  Change,
  ChangeEntry,
  Conversation,
  ConversationEvent,
  ConversationId,
  ConversationRequest,
  ConversationView,
  Entry,
  FileInfo,
  MeetingEntry,
  MessageEntry,
  Position,
  Reaction,
  VoicemailEntry,
  Where,
} from './protocol/conversations.ts';
export type {
  Lobby,
  MeetingAct,
  MeetingAttendee,
  MeetingCause,
  MeetingChange,
  MeetingEvent,
  MeetingId,
  MeetingInfo,
  MeetingLook,
  MeetingPlan,
  MeetingRequest,
} from './protocol/meetings.ts';
export type {
  Contact,
  Forwards,
  PeopleRequest,
  Profile,
  QuietHours,
  QuietTimes,
  Status,
  VoicemailSettings,
} from './protocol/people.ts';
export type { AddedPhone, PhoneCreation, PhoneList, PhonePage, PhoneRequest, PhoneView, SipServer } from './protocol/phones.ts';
export type {
  Caps,
  OutgoingRule,
  OutgoingSetting,
  OutgoingSettings,
  Rate,
  Trunk,
  TrunkChange,
  TrunkCodec,
  TrunkCreation,
  TrunkList,
  TrunkNumbers,
  UserOutgoing,
  UserOutgoingSetting,
  UserOutgoingView,
} from './protocol/trunks.ts';
export type { NumberLead, NumberList, NumberSetting, NumberTimes, OwnNumber } from './protocol/numbers.ts';
export type { CallIntoSession, TelephoneCall } from './protocol/telephones.ts';
export type { GreetingView, VoicemailList, VoicemailRequest, VoicemailView } from './protocol/voicemail.ts';
export type { PushRequest } from './protocol/push.ts';
export type {
  ParticipantId,
  PublishedSection,
  RecordingCause,
  RecordingId,
  SessionCause,
  SessionEphemeral,
  SessionEvent,
  SessionId,
  SessionParticipant,
  SessionRecording,
  StreamQuality,
  DropCode,
  SessionRequest,
  SessionStream,
  SessionView,
  StreamKind,
  StreamRef,
  SubscribedSection,
  Subscriptions,
} from './protocol/sessions.ts';
export type {
  ApiScope,
  ApiStream,
  AttendeeList,
  CreatedParticipant,
  MeetingCreation,
  MeetingInvitation,
  MeetingList,
  MeetingUpdate,
  Participant,
  ParticipantCreation,
  ParticipantList,
  Recording,
  RecordingChange,
  RecordingCreation,
  RecordingFile,
  AllRecordings,
  RecordingList,
  Session,
  SessionChange,
  SessionCreation,
  SessionList,
  StreamList,
} from './protocol/resources.ts';
export type { RtpAnswer, RtpOffer, RtpState } from './protocol/rtp.ts';
export type { ApiCall, CallAnswer, CallList, CallPlacing, CallTransfer, LiveCallList } from './protocol/call-control.ts';
export type { ApiDevice, ApiUser, DeviceList, UserList } from './protocol/directory.ts';
export type { ConversationList, MessageCreation, MessageList, Signal } from './protocol/messages-api.ts';
export type { CreatedToken, PutUser, TokenCreation } from './protocol/people-api.ts';
export type { Delivery, DeliveryPage, DeliveryState, EventBody } from './protocol/events.ts';
export type {
  CreatedWebhook,
  Webhook,
  WebhookChange,
  WebhookCreation,
  WebhookPage,
  WebhookRotation,
} from './protocol/webhooks.ts';
export type { GrantsClaim, TokenClaims } from './protocol/tokens.ts';
