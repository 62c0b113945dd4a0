/** Which part of what there is. */
import type { DeliveryState } from '@offhook/core';

/** Which people. `after`: the `next` of the page before. */
export interface UsersOptions {
  readonly query?: string | undefined;
  readonly after?: string | undefined;
  readonly limit?: number | undefined;
}

/** Which part of a list. `after`: the `next` of the page before. */
export interface PageOptions {
  readonly after?: string | undefined;
  readonly limit?: number | undefined;
}

/** Which sessions. `after`: the `next` of the page before. */
export interface SessionsOptions {
  readonly after?: string | undefined;
  readonly limit?: number | undefined;
}

/** Which participants of a session, or which of its recordings. `after`: the `next` of the page before. */
export interface OfSessionOptions {
  readonly after?: string | undefined;
  readonly limit?: number | undefined;
}

/** Which recordings of all. `before`: the `next` of the page before. */
export interface RecordingsOptions {
  readonly before?: string | undefined;
  readonly limit?: number | undefined;
}

/** Which calls. `before`: the `next` of the page before. */
export interface CallsOptions {
  readonly before?: string | undefined;
  readonly limit?: number | undefined;
}

/** Which calls that are not over. `after`: the `next` of the page before. */
export interface LiveCallsOptions {
  readonly user?: string | undefined;
  readonly after?: string | undefined;
  readonly limit?: number | undefined;
}

/** Which receivers of webhooks. `after`: the `next` of the page before. */
export interface WebhooksOptions {
  readonly after?: string | undefined;
  readonly limit?: number | undefined;
}

/** Which deliveries. */
export interface DeliveriesOptions {
  readonly state?: DeliveryState | undefined;
  readonly before?: string | undefined;
  readonly limit?: number | undefined;
}

/** Which messages at a voicemail. `before`: the `next` of the page before. */
export interface VoicemailsOptions {
  readonly before?: string | undefined;
  readonly limit?: number | undefined;
}

/** How a file is read. */
export interface DownloadOptions {
  /** The first byte that is wanted. Default: 0. */
  readonly from?: number | undefined;
}

/** Which conversations. `after`: the `next` of the page before. */
export interface ConversationsOptions {
  readonly after?: string | undefined;
  readonly limit?: number | undefined;
}

/** Which messages. `before`: the `next` of the page before. */
export interface MessagesOptions {
  readonly before?: string | undefined;
  readonly limit?: number | undefined;
}
