/** A meeting as its screens show it, as plain values: from the way in over the room to the end. */
import type { ParticipantId } from '@offhook/client/session';
import type { Address, CallId, Person } from '@offhook/core';
import type { Measured, MediaProblem } from './state.ts';

/** Why nobody comes in by this link, or no longer. */
export type ClosedMeeting = 'unknown' | 'locked' | 'full' | 'removed';

/** Why one is in it no longer. `replaced`: one goes on in another page. */
export type MeetingEnd = 'left' | 'refused' | 'removed' | 'ended' | 'cancelled' | 'lost' | 'replaced';

/** Times are on the scale of `performance.now()`. */
export type MeetingStage =
  /** What the link leads to is asked for. */
  | { readonly kind: 'looking' }
  | { readonly kind: 'closed'; readonly why: ClosedMeeting }
  /** How one looks and sounds, before one goes in. */
  | {
      readonly kind: 'before';
      readonly busy: boolean;
      /** One will have to be let in. */
      readonly waits: boolean;
      readonly problem?: string | undefined;
    }
  /** The host is asked. */
  | { readonly kind: 'lobby' }
  | { readonly kind: 'in'; readonly since: number }
  | { readonly kind: 'ended'; readonly why: MeetingEnd; readonly durationMs?: number | undefined };

/** What of a person is sent, or why it is not. */
export interface Attendee {
  readonly id: ParticipantId;
  readonly address: Address;
  readonly name: string;
  readonly isMe: boolean;
  readonly isHost: boolean;
  readonly isGuest: boolean;
  /** By telephone. */
  readonly isPhone?: boolean | undefined;
  /** Nothing is heard of them: the microphone is off, or there is none. */
  readonly muted: boolean;
  /** Their picture; undefined while the camera is off. */
  readonly picture?: MediaStream | undefined;
  /** What they show of their screen. */
  readonly screen?: MediaStream | undefined;
  /** Since when their hand is up, in milliseconds since the Unix epoch. */
  readonly hand?: number | undefined;
  /** Their line to the server is gone at the moment. */
  readonly away: boolean;
}

/** How it is reached by telephone. */
export interface DialIn {
  readonly pin: string;
  readonly numbers: readonly { readonly number: string; readonly name: string }[];
}

/** A telephone that the meeting calls. */
export interface Called {
  readonly id: ParticipantId;
  readonly address: Address;
  readonly name: string;
}

/** Somebody waits to be let in. */
export interface Knock {
  readonly id: ParticipantId;
  readonly address: Address;
  readonly name: string;
  readonly isGuest: boolean;
  readonly isPhone?: boolean | undefined;
}

/** Who waits to be let in. */
export type Lobby = 'off' | 'guests' | 'all';

/** What is said of a meeting when it is made, or changed. */
export interface MeetingPlan {
  readonly title: string;
  /** In milliseconds since the Unix epoch; undefined: at any time. */
  readonly startsAt?: number | undefined;
  readonly durationMs?: number | undefined;
  readonly passcode?: string | undefined;
  readonly lobby: Lobby;
  /** Who is invited by e-mail; where it is changed: in addition. */
  readonly emails: readonly string[];
}

/** Inviting others by e-mail to the meeting that one is in. */
export interface MailInvites {
  readonly busy: boolean;
  /** What has come of it last, in words. */
  readonly done?: string | undefined;
  readonly problem?: string | undefined;
}

/** A meeting in the list. */
export interface MeetingRow extends MeetingPlan {
  readonly id: string;
  readonly url: string;
  /** Where it is had as an entry for a calendar. */
  readonly calendarUrl: string;
  readonly dialIn?: DialIn | undefined;
  /** Who has made it, if that is somebody else. */
  readonly by?: string | undefined;
  readonly isHost: boolean;
  readonly isGoing: boolean;
  readonly people: number;
}

/** The meetings of somebody, and the one that they are in or on the way into. */
/** It is being asked for, or was not had. */
export type Planning = { readonly kind: 'busy' } | { readonly kind: 'failed'; readonly problem: string };

export interface MeetingsState {
  /** The soonest first; undefined until the first answer. */
  readonly list?: readonly MeetingRow[] | undefined;
  /** Others may be invited by e-mail. */
  readonly byEmail?: boolean | undefined;
  /** The meeting that was just planned. */
  readonly made?: MeetingRow | undefined;
  /** What was said last of one that is planned, or changed; absent: it is done, or was nothing. */
  readonly planning?: Planning | undefined;
  readonly meeting?: MeetingState | undefined;
  /** Whether one goes along is asked. */
  readonly follow?: Follow | undefined;
  /** What the others in it say. */
  readonly voices?: readonly { readonly id: string; readonly remote: MediaStream }[] | undefined;
}

export type MeetingLayout = 'grid' | 'speaker';
export type MeetingPanel = 'people' | 'chat' | 'devices';

/** How the server is reached at the moment. `blocked`: it answers, but sound does not get through. */
export type NetworkCheck = 'checking' | 'good' | 'slow' | 'poor' | 'blocked' | 'down';

export interface NetworkState {
  readonly network: NetworkCheck;
  /** By a short call; undefined where there was none. */
  readonly measured?: Measured | undefined;
}

export interface MeetingState extends NetworkState {
  /** Of its link. */
  readonly id: string;
  /** Empty: it has none. */
  readonly title: string;
  /** By which others come in. */
  readonly url: string;
  readonly dialIn?: DialIn | undefined;
  readonly stage: MeetingStage;
  readonly isHost: boolean;
  /** Admits, mutes, removes, locks: a host, or whoever stands in while there is none. */
  readonly leads: boolean;
  /** Whoever comes in has to say it; undefined: there is none, or one need not. */
  readonly passcode?: 'wanted' | 'wrong' | undefined;
  readonly startsAt?: number | undefined;
  /** Who has made it. */
  readonly hostName?: string | undefined;
  readonly durationMs?: number | undefined;
  /** How many are in it, as far as that is known before. */
  readonly there?: number | undefined;
  readonly lobby: Lobby;
  readonly locked: boolean;
  /** Oneself first, then as they have come. */
  readonly people: readonly Attendee[];
  /** Who is heard above the others. */
  readonly speaker?: ParticipantId | undefined;
  /** Who has spoken, the last one first. */
  readonly spoke: readonly ParticipantId[];
  readonly knocks: readonly Knock[];
  readonly called?: readonly Called[] | undefined;
  /** Undefined: one may not. */
  readonly invites?: MailInvites | undefined;
  readonly microphone: boolean;
  readonly camera: boolean;
  /** What is open of one's own. */
  readonly open: { readonly microphone?: MediaStream | undefined; readonly camera?: MediaStream | undefined };
  readonly problems: {
    readonly microphone?: MediaProblem | undefined;
    readonly camera?: MediaProblem | undefined;
    readonly screen?: 'system' | 'failed' | undefined;
  };
  /** The line to the server is gone at the moment. */
  readonly isDown: boolean;
  /** One receives so badly that it is worth a word. */
  readonly poor: boolean;
  /** The browser wants a click before it plays what the others say. */
  readonly silenced: boolean;
  readonly layout: MeetingLayout;
  /** The tile that stays large. */
  readonly pinned?: string | undefined;
  readonly panel?: MeetingPanel | undefined;
  /** The conversation beside it, by its id. */
  readonly chat?: string | undefined;
  /** What was written there and not read. */
  readonly unread: number;
  /** The host has turned the microphone off. */
  readonly mutedByHost: boolean;
  /** It is being recorded. */
  readonly recording?: Recording | undefined;
  readonly mayRecord?: boolean | undefined;
}

export type Recording = 'recording' | 'paused';

/** The other side of a call goes on in a meeting, while one is in another one. */
export interface Follow {
  readonly call: CallId;
  readonly name: string;
  /** Of the meeting that one is in. */
  readonly title: string;
}

/** One is in it, or waits to be let in. */
export function isTakenPartIn(meeting: MeetingState | undefined): boolean {
  return meeting?.stage.kind === 'in' || meeting?.stage.kind === 'lobby';
}

/** Microphone and camera are one's own to turn on and off. */
export function isPrepared(meeting: MeetingState | undefined): meeting is MeetingState {
  return meeting?.stage.kind === 'before' || isTakenPartIn(meeting);
}

/** Two are in it, both with an account: they may go on as a call. */
export function isForTwo({ people }: MeetingState): boolean {
  return people.length === 2 && people.every(({ isGuest }) => !isGuest);
}

/** What one does with meetings: makes them, comes in, and what one does there. */
export type MeetingAction =
  /** At once, for those of a conversation or for whoever gets the link. */
  | { readonly act: 'start'; readonly conversation?: string | undefined }
  /** To the meeting that one was rung for. */
  | { readonly act: 'take'; readonly meeting: string }
  /** A call goes on in it, so that others can be asked in. */
  | { readonly act: 'move'; readonly call: CallId }
  | { readonly act: 'plan'; readonly plan: MeetingPlan }
  | { readonly act: 'change'; readonly meeting: string; readonly plan: MeetingPlan }
  | { readonly act: 'cancel'; readonly meeting: MeetingRow }
  /** Whether one goes along with the other side of a call. */
  | { readonly act: 'follow'; readonly call: CallId; readonly yes: boolean }
  /** What has come of planning one is seen. */
  | { readonly act: 'put-made-away' }
  | { readonly act: 'join'; readonly passcode?: string | undefined }
  | { readonly act: 'leave' }
  /** Puts away what remains of it. */
  | { readonly act: 'close' }
  | { readonly act: 'again' }
  | { readonly act: 'microphone' | 'camera' | 'screen' | 'hand'; readonly on: boolean }
  | { readonly act: 'layout'; readonly layout: MeetingLayout }
  | { readonly act: 'pin'; readonly tile: string | undefined }
  | { readonly act: 'panel'; readonly panel: MeetingPanel | undefined }
  /** How wide each tile is seen, in CSS pixels; what is not named is not seen. */
  | { readonly act: 'look'; readonly widths: ReadonlyMap<string, number> }
  | { readonly act: 'admit' | 'refuse'; readonly id: ParticipantId }
  | { readonly act: 'mute' | 'remove' | 'make-host' | 'lower-hand'; readonly id: ParticipantId }
  | { readonly act: 'lock'; readonly on: boolean }
  | { readonly act: 'record'; readonly to: Recording | 'stopped' }
  | { readonly act: 'set-lobby'; readonly lobby: Lobby }
  /** Rings somebody who is not there. */
  | { readonly act: 'ring'; readonly person: Person }
  /** Invites by e-mail. */
  | { readonly act: 'write'; readonly emails: readonly string[] }
  /** The two who are in it go on as a call. */
  | { readonly act: 'call' }
  | { readonly act: 'end' };
