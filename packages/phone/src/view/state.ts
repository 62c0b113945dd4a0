/** What the web phone shows, as plain values: the controller makes them, components draw them, the gallery invents them. */
import type { OffhookErrorCode } from '@offhook/client';
import type { Invited, SignInWays } from '@offhook/client/accounts';
import type { MeetingLook } from '@offhook/client/meetings';
import type {
  Address,
  CallId,
  Cause,
  Device,
  HistoryEntry,
  Media,
  Person,
  PersonPresence,
  Settings,
  Side,
  VoicemailList,
} from '@offhook/core';
import type { LanguageName } from '../texts/texts.ts';
import type { AccountState, AdministrationState } from './accounts.ts';
import type { Heard } from '@offhook/client/diagnostics';
import type { LinkScheme, LinkState } from './call-link.ts';
import type { Command } from './commands.ts';
import type { ConversationsState } from './conversations-state.ts';
import type { MediaState } from './media.ts';
import type { MeetingsState } from './meeting.ts';
import type { OwnState } from './own.ts';
import type { PushState } from './push.ts';
import type { SipPhonesState } from './sip-phones.ts';

export type PhoneState = Starting | SignedOut | SignedIn;

/** A known person is being signed in. */
export interface Starting {
  readonly kind: 'starting';
  /** The server does not answer; it is asked again. */
  readonly waiting: boolean;
}

export interface SignedOut {
  readonly kind: 'signed-out';
  /** How one may sign in here; undefined until the server has said. */
  readonly ways?: SignInWays | undefined;
  /** People who have used this browser before. */
  readonly known: readonly Person[];
  /** This page was opened by a link to add a device to somebody's phone. */
  readonly joining: boolean;
  /** This page was opened by an invitation; what it is for is undefined until the server has said. */
  readonly invitation?: { readonly what?: Invited | undefined; readonly isUseless: boolean } | undefined;
  /** This page was opened by the link of a meeting; what it is, is undefined until the server has said. */
  readonly meeting?: { readonly what?: MeetingLook | undefined; readonly isUseless: boolean } | undefined;
  readonly busy: boolean;
  readonly problem?: SignInProblem | undefined;
}

export interface SignInProblem {
  readonly message: string;
  /** The same may succeed later. */
  readonly passing?: boolean | undefined;
  /** What is to be typed again. */
  readonly field?: 'name' | 'password' | undefined;
  /** Somebody has the name, who may be the one that asks. */
  readonly isTaken?: boolean | undefined;
  /** Names that are still free. */
  readonly suggestions: readonly string[];
}

export interface SignedIn {
  readonly kind: 'signed-in';
  readonly me: Person;
  /** The line to the server. Calls go on without it. */
  readonly line: 'up' | 'down';
  readonly route: Route;
  readonly people: PeopleState;
  /** What one says of oneself and of others; undefined until the first answer. */
  readonly own?: OwnState | undefined;
  readonly history: HistoryState;
  readonly conversations: ConversationsState;
  readonly settings: SettingsState;
  /** The page of people and invitations. */
  readonly administration: AdministrationState;
  readonly calls: readonly CallState[];
  readonly meetings: MeetingsState;
  /** Undefined until what knows of devices is loaded. */
  readonly media?: MediaState | undefined;
  /** The call in front, and whether it fills the window or is a bar above the rest. */
  readonly front?: { readonly call: CallId; readonly full: boolean } | undefined;
  /** The browser lets this page ring aloud. */
  readonly audible: boolean;
  /** What rings is heard from this tab, or from another one of this browser; undefined: that is being found out, or nothing rings. */
  readonly bell?: 'here' | 'elsewhere' | undefined;
  /** The browser wants a click before it plays what the other says. */
  readonly silenced: boolean;
  /** What a link has led to, until somebody says what is to become of it. */
  readonly link?: LinkState | undefined;
  /** A call can be shown in a small window above others, at a click. */
  readonly miniWindow?: boolean | undefined;
  /** What was just done and needs no answer. */
  readonly notice?: Notice | undefined;
}

export interface Notice {
  readonly text: string;
  /** A call that can be made again. */
  readonly again?: Again | undefined;
  /** What one can do about it. */
  readonly action?: { readonly label: string; readonly command: Command } | undefined;
}

export interface Again {
  readonly to: Person;
  readonly video: boolean;
  /** `Call again`, `Call back`. */
  readonly label: string;
}

export type Section = 'conversations' | 'people' | 'calls' | 'meetings' | 'settings';

export interface Route {
  readonly section: Section;
  /** With whom the conversation is that is open beside the list. */
  readonly person?: Address | undefined;
  /** The id of the conversation that is open beside the list, where it is with several. */
  readonly conversation?: string | undefined;
  /** The meeting that one is in, or on the way into, by the id of its link. */
  readonly meeting?: string | undefined;
  /** A page behind the settings: accounts and invitations. */
  readonly page?: 'accounts' | undefined;
}

export interface PeopleState {
  /** Everybody but oneself and those taken off the list, in no order. Undefined until the first answer. */
  readonly list?: readonly PersonPresence[] | undefined;
  readonly query: string;
  /** There are more than the list holds; a search finds them. */
  readonly more: boolean;
}

export interface HistoryState {
  /** Newest first. Undefined until the first answer. */
  readonly entries?: readonly HistoryEntry[] | undefined;
  readonly more: boolean;
  /** Missed calls since the list was last looked at. */
  readonly unseen: number;
}

export type Theme = 'system' | 'light' | 'dark';

export interface SettingsState extends Settings {
  readonly theme: Theme;
  /** Undefined: as the browser has it. */
  readonly language?: LanguageName | undefined;
  /** Whether this browser makes a sound when it rings. */
  readonly ringAloud: boolean;
  /** Calls are shown with the media keys. */
  readonly mediaKeys: boolean;
  /** The browser tells of messages while nobody looks. */
  readonly notify: boolean;
  /** The browser was told not to tell of anything. */
  readonly notifyBlocked?: boolean | undefined;
  /** Whether calls ring here while the page is closed; undefined until that is known. */
  readonly push?: PushState | undefined;
  /** For which links the browser was asked to hand them to the phone; undefined where it hands on none. */
  readonly links?: readonly LinkScheme[] | undefined;
  /** Why the last change of the name did not work. */
  readonly nameProblem?: string | undefined;
  readonly deviceLink: DeviceLink;
  /** Where this person is signed in; undefined until the first answer. */
  readonly devices?: readonly Device[] | undefined;
  /** Undefined where the server takes none. */
  readonly phones?: SipPhonesState | undefined;
  /** Undefined where the server has no voicemail. */
  readonly voicemailBox?: VoicemailBox | undefined;
  /** The account of this server that one is signed in with, if there is one. */
  readonly account?: AccountState | undefined;
  /** Whether there is one is not known yet. */
  readonly accountPending?: boolean | undefined;
}

/** What belongs to the page rather than to the person who is signed in. */
export interface Page {
  readonly audible: boolean;
  readonly silenced: boolean;
  readonly miniWindow: boolean;
}

/** The voicemail of the server, and what one has said there for callers. */
export interface VoicemailBox {
  readonly server: VoicemailList['server'];
  /** Undefined: callers hear what comes with the server. */
  readonly greeting?: { readonly address: string; readonly durationMs: number } | undefined;
  readonly isSaving: boolean;
  /** Why the last one was not taken. */
  readonly problem?: string | undefined;
}

/** The way a further device of the same person is added. */
export type DeviceLink =
  | { readonly kind: 'none' }
  | { readonly kind: 'busy' }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'ready'; readonly url: string; readonly expiresAt: number };

// ── calls ───────────────────────────────────────────────────────────────────────────────────────────────────────────

export type SideState = Omit<Side, 'n'>;

export interface CallState {
  readonly id: CallId;
  readonly role: 'caller' | 'callee';
  readonly peer: Person;
  /** The other is the echo test, which says back what one says. */
  readonly echo?: true | undefined;
  /** The kinds of media it began with. */
  readonly media: Media;
  readonly stage: CallStage;
  readonly mine: SideState;
  readonly theirs: SideState;
  /** The other's line to the server is gone at the moment. */
  readonly peerAway: boolean;
  readonly local?: MediaStream | undefined;
  readonly remote?: MediaStream | undefined;
  /** What carries it at the moment. */
  readonly connection?: RTCPeerConnection | undefined;
  /** The call goes on without this device of ours. */
  readonly problem?: MediaProblem | undefined;
  /** What is received is bad enough to say so. */
  readonly poor: boolean;
  /** How it sounded in the last second. */
  readonly heard?: Heard | undefined;
  /** What both see if nobody sits between them. */
  readonly safety?: string | undefined;
  /** What this side shows of its screen. */
  readonly screen?: MediaStream | undefined;
  readonly screenSound?: boolean | undefined;
  /** Why it could not be shown. */
  readonly screenProblem?: 'system' | 'failed' | undefined;
  readonly keypad?: KeypadState | undefined;
  /** It asks to this meeting, which is entered instead of answering. */
  readonly meeting?: { readonly meeting: string; readonly title?: string | undefined } | undefined;
  /** A program has placed it: whoever takes it calls `peer`. */
  readonly placed?: boolean | undefined;
  /** Who has led the two together. */
  readonly transferredBy?: Person | undefined;
  /** Whom the caller wanted to reach. */
  readonly forwardedFrom?: Person | undefined;
  /** The others of this tab that it can be led together with. */
  readonly beside?: readonly Beside[] | undefined;
  /** What is written instead of answering, while somebody does. */
  readonly reply?: ReplyState | undefined;
}

export interface Beside {
  readonly call: CallId;
  readonly peer: Person;
  /** Somebody is asked in this call whether they take over that one. */
  readonly asked: boolean;
  /** Both are answered. */
  readonly ready: boolean;
}

export interface ReplyState {
  readonly text: string;
  /** On its way. */
  readonly busy: boolean;
  /** Why it could not be said. */
  readonly problem?: string | undefined;
}

export interface KeypadState {
  readonly pressed: string;
  readonly problem?: 'unsupported' | 'later' | undefined;
}

/** Times are on the scale of `performance.now()`. */
export type CallStage =
  /** The microphone is being opened; `asking`: the browser asks the person first. */
  | { readonly kind: 'opening'; readonly asking: boolean }
  /** `early`: the other side is heard already. */
  | { readonly kind: 'calling'; readonly remote?: 'ringing' | 'waiting' | undefined; readonly early?: boolean }
  | { readonly kind: 'incoming'; readonly waiting: boolean }
  /** `led`: on to somebody else, and not known yet whether it rings there or was taken already. */
  | { readonly kind: 'connecting'; readonly asking: boolean; readonly led?: true | undefined }
  | { readonly kind: 'active'; readonly since: number }
  | { readonly kind: 'reconnecting'; readonly since: number }
  | Ended;

export interface Ended {
  readonly kind: 'ended';
  readonly cause: Cause;
  readonly error?: OffhookErrorCode | undefined;
  readonly durationMs?: number | undefined;
  /** How well one heard the other. Undefined where too little was heard to tell. */
  readonly quality?: Quality | undefined;
  /** The name of the device that answered. */
  readonly elsewhere?: string | undefined;
  /** Why no microphone or camera could be opened. */
  readonly problem?: MediaProblem | undefined;
  /** What was said instead of answering. */
  readonly message?: string | undefined;
  /** What the echo test has shown; undefined where it was too short to tell. */
  readonly measured?: (Measured & { readonly silent: boolean }) | undefined;
}

/** What a try has shown of the way to the server and back. */
export interface Measured {
  readonly roundTripMs: number;
  /** From 0 to 1. */
  readonly loss: number;
}

/** `uneven`: bad at times. */
export type Quality = 'good' | 'uneven' | 'poor';

export interface MediaProblem {
  readonly device: 'microphone' | 'camera';
  readonly reason: 'refused' | 'missing' | 'in_use' | 'lost' | 'insecure';
}

export type CallOf<K extends CallStage['kind']> = CallState & { readonly stage: Extract<CallStage, { kind: K }> };

export function isIn<K extends CallStage['kind']>(call: CallState, ...kinds: readonly K[]): call is CallOf<K> {
  return kinds.some((kind) => kind === call.stage.kind);
}

/** Rings here and waits for this person. */
export function rings(call: CallState): boolean {
  return call.stage.kind === 'incoming';
}

/** Taken up by this person: anything but a call that rings here or is over. */
export function isMine(call: CallState): boolean {
  return call.stage.kind !== 'incoming' && call.stage.kind !== 'ended';
}

/** Nobody hears anybody. */
export function isHeld({ mine, theirs }: Pick<CallState, 'mine' | 'theirs'>): boolean {
  return mine.held || theirs.held;
}

/** The screen of this call is for pictures. */
export function hasVideo({ mine, theirs }: Pick<CallState, 'mine' | 'theirs'>): boolean {
  return mine.camera || theirs.camera || theirs.screen === true;
}
