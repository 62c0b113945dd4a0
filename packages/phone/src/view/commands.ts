/** What a person can ask for by click or key. Components send commands up; the controller carries them out. */
import type { Role } from '@offhook/client/accounts';
import type { Outgoing } from '@offhook/client/conversations';
import type { Address, CallId, DeviceId, Person, Position, Settings, Status } from '@offhook/core';
import type { LanguageName } from '../texts/texts.ts';
import type { LinkScheme } from './call-link.ts';
import type { MeetingAction } from './meeting.ts';
import type { DeviceKind, MediaDevice, Processing } from './media.ts';
import type { PhonesAction } from './sip-phones.ts';
import type { Route, Theme } from './state.ts';

export type Command = WayIn | Administration | Usual;

/** Of somebody who is not signed in yet. */
export type WayIn =
  | { readonly type: 'sign-in'; readonly name: string }
  | { readonly type: 'sign-in-with-password'; readonly name: string; readonly password: string }
  | { readonly type: 'sign-in-at-provider' }
  /** By the invitation that this page was opened by; guests have no password. */
  | { readonly type: 'sign-up'; readonly name: string; readonly password?: string | undefined }
  /** By the link for a new password that this page was opened by. */
  | { readonly type: 'renew-password'; readonly password: string }
  | { readonly type: 'leave-invitation' }
  /** Into the meeting by whose link this page was opened, without an account. */
  | { readonly type: 'visit'; readonly name: string }
  | { readonly type: 'sign-in-as'; readonly address: Address }
  /** Take the link to add a device that this page was opened by, or leave it. */
  | { readonly type: 'join'; readonly accept: boolean };

/** On the page of people and invitations. */
export type Administration =
  | { readonly type: 'search-accounts'; readonly query: string }
  | { readonly type: 'more-accounts' }
  | { readonly type: 'set-role'; readonly address: Address; readonly role: 'admin' | 'member' }
  | { readonly type: 'close-account'; readonly person: Person }
  /** A link by which somebody chooses another password. */
  | { readonly type: 'password-link'; readonly address: Address }
  | { readonly type: 'invite'; readonly role: Role }
  | { readonly type: 'put-invitation-away' }
  | { readonly type: 'take-invitation-back'; readonly id: string };

/** What one does with calls. */
export type OfCalls =
  | { readonly type: 'call'; readonly to: Person; readonly video: boolean }
  /** Others that are going on are put on hold. */
  | { readonly type: 'answer'; readonly call: CallId; readonly video: boolean }
  | { readonly type: 'decline'; readonly call: CallId }
  /** Writes something instead of answering, or leaves off; `send`: says it. */
  | { readonly type: 'reply'; readonly call: CallId; readonly text: string | undefined; readonly send?: true }
  | { readonly type: 'hang-up'; readonly call: CallId }
  | { readonly type: 'mute'; readonly call: CallId; readonly muted: boolean }
  | { readonly type: 'camera'; readonly call: CallId; readonly on: boolean }
  /** Resuming one puts the others on hold. */
  | { readonly type: 'hold'; readonly call: CallId; readonly held: boolean }
  | { readonly type: 'show-call'; readonly call: CallId; readonly full: boolean }
  /** `sound`: also what it is heard to play. */
  | { readonly type: 'share-screen'; readonly call: CallId; readonly on: boolean; readonly sound: boolean }
  | { readonly type: 'digits'; readonly call: CallId; readonly digits: string }
  /** Puts the call on hold, and asks somebody whether they take it over. */
  | { readonly type: 'consult'; readonly call: CallId; readonly to: Person }
  /** Leads two others together, and leaves. */
  | { readonly type: 'connect'; readonly call: CallId; readonly with: CallId }
  /** Lets it ring at somebody else in one's place, and leaves. */
  | { readonly type: 'transfer'; readonly call: CallId; readonly to: Person }
  /** Gives up asking, and takes the first call up again. */
  | { readonly type: 'take-back'; readonly call: CallId; readonly from: CallId }
  | { readonly type: 'dismiss'; readonly call: CallId };

/** Where else one is signed in. */
export type OfDevices =
  | { readonly type: 'add-device'; readonly open: boolean }
  | { readonly type: 'name-device'; readonly device: DeviceId; readonly name: string }
  | { readonly type: 'remove-device'; readonly device: DeviceId }
  /** What callers hear at the voicemail; without a sound, what comes with the server. */
  | { readonly type: 'greeting'; readonly sound: Blob | undefined }
  | { readonly type: 'phones'; readonly what: PhonesAction };

/** What one does with microphone, camera and loudspeaker. */
export type OfMedia =
  | {
      readonly type: 'use-devices';
      /** Without a device: as the system has it. */
      readonly choices: readonly { readonly kind: DeviceKind; readonly device: MediaDevice | undefined }[];
    }
  | { readonly type: 'ask-for-speaker' }
  | { readonly type: 'process'; readonly change: Partial<Processing> }
  | { readonly type: 'try-device'; readonly kind: 'microphone' | 'camera'; readonly on: boolean };

export interface OfMeetings {
  readonly type: 'meeting';
  readonly what: MeetingAction;
}

/** What one says of oneself, and who others are to one. */
export type OfOneself =
  | { readonly type: 'rename'; readonly name: string }
  /** For a while, or until it is changed. */
  | {
      readonly type: 'status';
      readonly status: Pick<Status, 'text' | 'emoji'> | undefined;
      readonly forMs?: number | undefined;
    }
  | { readonly type: 'picture'; readonly file: File | undefined }
  | { readonly type: 'tell-seen'; readonly on: boolean }
  | { readonly type: 'star'; readonly person: Person; readonly on: boolean }
  | { readonly type: 'block'; readonly person: Person; readonly on: boolean };

/** What is set for this browser. */
export type OfPreferences =
  | { readonly type: 'theme'; readonly theme: Theme }
  | { readonly type: 'language'; readonly language: LanguageName | undefined }
  | { readonly type: 'ring-aloud'; readonly on: boolean }
  | { readonly type: 'media-keys'; readonly on: boolean };

/** Whether calls ring here while the page is closed, and what that is like. */
export type OfPush = { readonly type: 'ring-closed'; readonly on: boolean } | { readonly type: 'test-ring-closed' };

type Usual =
  | { readonly type: 'sign-out' }
  | { readonly type: 'go'; readonly to: Route }
  | { readonly type: 'search'; readonly query: string }
  /** Asks the server for people, beside the list. */
  | { readonly type: 'find-people'; readonly query: string }
  /** Takes somebody who is not here off the list, until they are here again. */
  | { readonly type: 'unlist'; readonly person: Person }
  | { readonly type: 'more-history' }
  | { readonly type: 'more-conversations' }
  | { readonly type: 'more-found' }
  /** To a message of some conversation, in its place. */
  | { readonly type: 'show-message'; readonly to: Route; readonly position: Position }
  /** Whether the browser tells of messages while nobody looks. */
  | { readonly type: 'notify'; readonly on: boolean }
  | OfPush
  | { readonly type: 'group'; readonly name: string; readonly people: readonly Address[] }
  | InConversation
  | OfCalls
  | OfMeetings
  | OfMedia
  | { readonly type: 'test-sound' }
  | { readonly type: 'full-screen' }
  /** Shows the call in a window above others. */
  | { readonly type: 'mini-window' }
  | { readonly type: 'play' }
  | OfOneself
  | { readonly type: 'settings'; readonly change: Partial<Settings> }
  /** All calls ring here again. */
  | { readonly type: 'stop-forwarding' }
  | OfPreferences
  /** Puts away what a link has led to. */
  | { readonly type: 'put-link-away' }
  /** Lets the browser hand links of this scheme to the phone, if the person says so to it. */
  | { readonly type: 'take-links'; readonly scheme: LinkScheme }
  | OfDevices
  | { readonly type: 'open-password'; readonly open: boolean }
  | { readonly type: 'change-password'; readonly current: string; readonly next: string; readonly signOutOthers: boolean }
  | { readonly type: 'dismiss-notice' }
  /** To a new version of the phone. */
  | { readonly type: 'reload' };

/** What is to be different in a group. */
export interface GroupChange {
  readonly name?: string | undefined;
  readonly add: readonly Address[];
  readonly remove: readonly Address[];
}

/** What one does in the conversation that is open. */
export type InConversation =
  | { readonly type: 'say'; readonly text: string; readonly reply?: Position | undefined }
  | { readonly type: 'edit'; readonly position: Position; readonly text: string }
  /** `voicemail`: what was left there, instead of a message of one's own. */
  | { readonly type: 'delete'; readonly position: Position; readonly voicemail?: string | undefined }
  | { readonly type: 'react'; readonly position: Position; readonly value: string; readonly on: boolean }
  /** Once more, or not at all, what was not sent. */
  | { readonly type: 'retry'; readonly outgoing: Outgoing }
  | { readonly type: 'discard'; readonly outgoing: Outgoing }
  /** In one message, with a text where there is one. */
  | {
      readonly type: 'send-files';
      readonly files: readonly File[];
      readonly text: string;
      readonly reply?: Position | undefined;
    }
  | { readonly type: 'earlier' }
  | { readonly type: 'later' }
  /** Back to what was said last. */
  | { readonly type: 'newest' }
  | { readonly type: 'seek'; readonly position: Position }
  | { readonly type: 'change-group'; readonly change: GroupChange }
  /** Everything that is loaded is before the person's eyes. */
  /** `heard`: a message of the voicemail, which was listened to. */
  | { readonly type: 'seen'; readonly heard?: string | undefined }
  | { readonly type: 'typing' }
  | { readonly type: 'leave-group' };
