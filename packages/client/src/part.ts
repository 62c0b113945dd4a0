/** How a further part of the SDK, an entry of its own, plugs into a phone. */
import type { ConversationEvent, EventOf, MeetingEvent, Person, SessionEvent } from '@offhook/core';
import type { Capture } from './capture.ts';
import type { Connection, Welcome } from './connection.ts';
import type { Platform } from './platform.ts';

/** A further part of the SDK: it is told of each welcome, and of each event that is not about a call. */
export type Part = (
  told:
    | Welcome
    | ConversationEvent
    | SessionEvent
    | MeetingEvent
    | EventOf<'moving' | 'profile' | 'contacts' | 'blocked' | 'devices' | 'accounts'>,
) => void;

/** What a phone opens to a further part. */
export interface Opened {
  readonly platform: Platform;
  readonly connection: Connection;
  /** The microphone and camera of this page. */
  readonly capture: Capture;
  /** For a new peer connection, with ICE servers whose credentials are valid. */
  configuration(): RTCConfiguration;
  /** Those who are told from here on. */
  readonly parts: Set<Part>;
}

/** What a further part of the SDK, an entry of its own, uses of a phone. */
export interface PhoneLink extends Opened {
  /** Who is signed in at the moment. */
  readonly user: () => Person;
}
