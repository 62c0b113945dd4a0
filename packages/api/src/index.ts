/**
 * For the server of your application: make tokens with which your people sign in to Offhook, check the webhooks it posts, and run
 * sessions and meetings of several people.
 *
 *     const token = await mintToken({ secret: process.env.OFFHOOK_TOKEN_SECRET, address: 'anna', name: 'Anna Berg' });
 *     const event = await verifyWebhook({ secret: process.env.OFFHOOK_WEBHOOK_SECRET, headers: request.headers, body });
 *     const offhook = new OffhookApi({ url: 'https://calls.example.com', key: process.env.OFFHOOK_API_KEY });
 */
export { ApiError, OffhookApi } from './client.ts';
export type { ApiOptions, CreateOptions, DownloadOptions } from './client.ts';
export { mintToken } from './token.ts';
export type { MintOptions, Signer, TokenGrants } from './token.ts';
export { verifyWebhook, WebhookError } from './webhook.ts';
export type { WebhookCall, WebhookErrorCode, WebhookEvent, WebhookMeeting, WebhookOptions } from './webhook.ts';
export type {
  CreatedParticipant,
  MeetingAttendee,
  MeetingCreation,
  MeetingId,
  MeetingInfo,
  MeetingInvitation,
  MeetingUpdate,
  Participant,
  ParticipantCreation,
  Recording,
  RecordingChange,
  RecordingCreation,
  RecordingFile,
  Session,
  SessionCreation,
  Subscriptions,
} from '@offhook/core';
