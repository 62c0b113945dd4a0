/**
 * For the server of your application: make tokens with which your people sign in to Offhook, check the webhooks it posts, and run
 * sessions and meetings of several people.
 *
 *     const token = await mintToken({ secret: process.env.OFFHOOK_TOKEN_SECRET, address: 'anna', name: 'Anna Berg' });
 *     const event = await verifyWebhook({ secret: process.env.OFFHOOK_WEBHOOK_SECRET, headers: request.headers, body });
 *     const offhook = new OffhookApi({ url: 'https://calls.example.com', key: process.env.OFFHOOK_API_KEY });
 */
export { CallsApi } from './calls.ts';
export { OffhookApi } from './client.ts';
export { MeetingsApi } from './meetings.ts';
export type {
  CallsOptions,
  ConversationsOptions,
  DeliveriesOptions,
  DownloadOptions,
  LiveCallsOptions,
  MessagesOptions,
  OfSessionOptions,
  PageOptions,
  RecordingsOptions,
  SessionsOptions,
  UsersOptions,
  VoicemailsOptions,
  WebhooksOptions,
} from './options.ts';
export { EventsMissedError } from './listen.ts';
export type { ListenOptions } from './listen.ts';
export { RecordingsApi } from './recordings.ts';
export { ApiError } from './rest.ts';
export type { ApiOptions, CreateOptions } from './rest.ts';
export { SessionMethods } from './session-methods.ts';
export { SessionsApi } from './sessions.ts';
export { TelephoneApi } from './telephones.ts';
export { TrunkApi } from './trunks.ts';
export { UsersApi } from './users.ts';
export { WebhooksApi } from './webhooks.ts';
export { VoicemailApi } from './voicemail.ts';
export { mintToken } from './token.ts';
export type { MintOptions, Signer, TokenGrants } from './token.ts';
export { verifyWebhook, WebhookError } from './webhook.ts';
export type {
  WebhookCall,
  WebhookCallEvent,
  WebhookErrorCode,
  WebhookEvent,
  WebhookMeeting,
  WebhookMeetingEvent,
  WebhookNumber,
  WebhookNumberEvent,
  WebhookOptions,
  WebhookSession,
  WebhookKeyEvent,
  WebhookSessionEvent,
  WebhookTrunk,
  WebhookTrunkEvent,
  WebhookVoicemail,
  WebhookVoicemailEvent,
} from './webhook.ts';
export type {
  AddedPhone,
  AllRecordings,
  ApiCall,
  CallAnswer,
  ApiDevice,
  ApiStream,
  ApiUser,
  AttendeeList,
  CallList,
  CallPlacing,
  CallTransfer,
  Caps,
  ConversationList,
  CreatedToken,
  CreatedParticipant,
  CreatedWebhook,
  Delivery,
  DeliveryPage,
  DeliveryState,
  DeviceList,
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
  NumberLead,
  NumberList,
  OutgoingRule,
  OutgoingSetting,
  OutgoingSettings,
  Participant,
  ParticipantCreation,
  ParticipantList,
  PhonePage,
  PhoneView,
  PutUser,
  Rate,
  Recording,
  RecordingChange,
  RecordingCreation,
  RecordingFile,
  RecordingList,
  RtpAnswer,
  RtpOffer,
  RtpState,
  Session,
  SessionCreation,
  SessionList,
  Signal,
  SipServer,
  StreamList,
  Subscriptions,
  TokenCreation,
  Trunk,
  TrunkChange,
  TrunkCodec,
  TrunkCreation,
  TrunkList,
  TrunkNumbers,
  VoicemailList,
  VoicemailView,
  GreetingView,
  LiveCallList,
  UserList,
  UserOutgoing,
  UserOutgoingSetting,
  UserOutgoingView,
  Webhook,
  WebhookChange,
  WebhookCreation,
  WebhookPage,
  WebhookRotation,
} from '@offhook/core';
