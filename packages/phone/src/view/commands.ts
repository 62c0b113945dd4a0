/** What a person can ask for by click or key. Components send commands up; the controller carries them out. */
import type { Role } from '@offhook/client/accounts';
import type { Outgoing } from '@offhook/client/conversations';
import type { Address, CallId, DeviceId, Person, Position, Settings, Status } from '@offhook/core';
import type { LanguageName } from '../texts/texts.ts';
import type { DeviceKind, MediaDevice, Processing } from './media.ts';
import type { Route, Theme } from './state.ts';

export type Command = WayIn | Administration | Usual;

/** Of somebody who is not signed in yet. */
export type WayIn =
  | { readonly type: 'sign-in'; readonly name: string }
  | { readonly type: 'sign-in-with-password'; readonly name: string; readonly password: string }
  | { readonly type: 'sign-in-at-provider' }
  /** By the invitation that this page was opened by; guests have no password. */
  | { readonly type: 'sign-up'; readonly name: string; readonly password?: string | undefined }
  | { readonly type: 'leave-invitation' }
  | { readonly type: 'sign-in-as'; readonly address: Address }
  /** Take the link to add a device that this page was opened by, or leave it. */
  | { readonly type: 'join'; readonly accept: boolean };

/** On the page of people and invitations. */
export type Administration =
  | { readonly type: 'search-accounts'; readonly query: string }
  | { readonly type: 'more-accounts' }
  | { readonly type: 'set-role'; readonly address: Address; readonly role: 'admin' | 'member' }
  | { readonly type: 'close-account'; readonly person: Person }
  | { readonly type: 'invite'; readonly role: Role }
  | { readonly type: 'put-invitation-away' }
  | { readonly type: 'take-invitation-back'; readonly id: string };

type Usual =
  | { readonly type: 'sign-out' }
  | { readonly type: 'go'; readonly to: Route }
  | { readonly type: 'search'; readonly query: string }
  /** Takes somebody who is not here off the list, until they are here again. */
  | { readonly type: 'unlist'; readonly person: Person }
  | { readonly type: 'more-history' }
  | { readonly type: 'more-conversations' }
  | { readonly type: 'more-found' }
  /** To a message of some conversation, in its place. */
  | { readonly type: 'show-message'; readonly to: Route; readonly position: Position }
  /** Whether the browser tells of messages while nobody looks. */
  | { readonly type: 'notify'; readonly on: boolean }
  | { readonly type: 'group'; readonly name: string; readonly people: readonly Address[] }
  | InConversation
  | { readonly type: 'call'; readonly to: Person; readonly video: boolean }
  /** Others that are going on are put on hold. */
  | { readonly type: 'answer'; readonly call: CallId; readonly video: boolean }
  | { readonly type: 'decline'; readonly call: CallId }
  | { readonly type: 'hang-up'; readonly call: CallId }
  | { readonly type: 'mute'; readonly call: CallId; readonly muted: boolean }
  | { readonly type: 'camera'; readonly call: CallId; readonly on: boolean }
  /** Resuming one puts the others on hold. */
  | { readonly type: 'hold'; readonly call: CallId; readonly held: boolean }
  | { readonly type: 'show-call'; readonly call: CallId; readonly full: boolean }
  /** `sound`: also what it is heard to play. */
  | { readonly type: 'share-screen'; readonly call: CallId; readonly on: boolean; readonly sound: boolean }
  | { readonly type: 'digits'; readonly call: CallId; readonly digits: string }
  | {
      readonly type: 'use-devices';
      /** Without a device: as the system has it. */
      readonly choices: readonly { readonly kind: DeviceKind; readonly device: MediaDevice | undefined }[];
    }
  | { readonly type: 'ask-for-speaker' }
  | { readonly type: 'process'; readonly change: Partial<Processing> }
  | { readonly type: 'try-device'; readonly kind: 'microphone' | 'camera'; readonly on: boolean }
  | { readonly type: 'test-sound' }
  | { readonly type: 'full-screen' }
  | { readonly type: 'dismiss'; readonly call: CallId }
  | { readonly type: 'play' }
  | { readonly type: 'rename'; readonly name: string }
  | { readonly type: 'settings'; readonly change: Partial<Settings> }
  /** What one says of oneself: for a while, or until it is changed. */
  | {
      readonly type: 'status';
      readonly status: Pick<Status, 'text' | 'emoji'> | undefined;
      readonly forMs?: number | undefined;
    }
  | { readonly type: 'picture'; readonly file: File | undefined }
  | { readonly type: 'tell-seen'; readonly on: boolean }
  | { readonly type: 'star'; readonly person: Person; readonly on: boolean }
  | { readonly type: 'block'; readonly person: Person; readonly on: boolean }
  | { readonly type: 'theme'; readonly theme: Theme }
  | { readonly type: 'language'; readonly language: LanguageName | undefined }
  | { readonly type: 'ring-aloud'; readonly on: boolean }
  | { readonly type: 'add-device'; readonly open: boolean }
  | { readonly type: 'remove-device'; readonly device: DeviceId }
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
  | { readonly type: 'delete'; readonly position: Position }
  | { readonly type: 'react'; readonly position: Position; readonly value: string; readonly on: boolean }
  /** Once more, or not at all, what was not sent. */
  | { readonly type: 'retry'; readonly outgoing: Outgoing }
  | { readonly type: 'discard'; readonly outgoing: Outgoing }
  | { readonly type: 'send-files'; readonly files: readonly File[] }
  | { readonly type: 'earlier' }
  | { readonly type: 'later' }
  /** Back to what was said last. */
  | { readonly type: 'newest' }
  | { readonly type: 'seek'; readonly position: Position }
  | { readonly type: 'change-group'; readonly change: GroupChange }
  /** Everything that is loaded is before the person's eyes. */
  | { readonly type: 'seen' }
  | { readonly type: 'typing' }
  | { readonly type: 'leave-group' };
