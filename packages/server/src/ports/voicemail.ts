/** Voicemail: what is kept of it, how the server talks with callers, and what others may know of it. */
import type {
  Address,
  CallId,
  GreetingView,
  Instant,
  Milliseconds,
  Origin,
  Person,
  VoicemailList,
  VoicemailView,
} from '@offhook/core';

/** A message that somebody has spoken, or is speaking. */
export interface StoredVoicemail {
  readonly id: string;
  /** For whom. */
  readonly user: Address;
  /** As they were called then. */
  readonly from: Person;
  readonly call: CallId;
  /** When it began. */
  readonly at: Instant;
  /** Absent while it is being spoken. */
  readonly kept?: KeptVoicemail | undefined;
}

export interface KeptVoicemail {
  readonly durationMs: Milliseconds;
  readonly file: string;
  readonly heardAt?: Instant | undefined;
}

/** What callers hear before the tone. */
export interface StoredGreeting {
  readonly file: string;
  readonly durationMs: Milliseconds;
}

export type VoicemailWrite =
  /** Its present values. */
  | { readonly type: 'voicemail'; readonly voicemail: StoredVoicemail }
  | { readonly type: 'voicemail_gone'; readonly voicemail: string }
  /** Absent: the one that comes with the server. */
  | { readonly type: 'greeting'; readonly user: Address; readonly greeting?: StoredGreeting | undefined };

/** How many messages somebody has heard, and has not. */
export interface VoicemailCount {
  readonly new: number;
  readonly old: number;
}

export interface VoicemailPage {
  readonly voicemails: readonly StoredVoicemail[];
  readonly next?: string | undefined;
}

/** The part of the store that knows it. */
export interface VoicemailStore {
  voicemail(id: string): Promise<StoredVoicemail | undefined>;
  /** Those that are kept, newest first; `before` is the cursor of the page before. */
  voicemails(user: Address, before: string | undefined, limit: number): Promise<VoicemailPage>;
  voicemailCount(user: Address): Promise<VoicemailCount>;
  /** Those that were being spoken when the last owner stopped. */
  unkeptVoicemails(): Promise<readonly StoredVoicemail[]>;
  greeting(user: Address): Promise<StoredGreeting | undefined>;
}

/** As phones show it (RFC 3842). */
export interface UnreadVoicemail {
  count(user: Address): Promise<VoicemailCount>;
  /** Told after a change is stored. Returns what ends it. */
  onChange(listener: (user: Address) => void): () => void;
}

/** The messages of somebody, as they and programs see them. */
export interface VoicemailBox {
  list(user: Address, before?: string, limit?: number): Promise<VoicemailList>;
  /** @throws Refusal `voicemail_not_found` */
  get(user: Address, id: string): Promise<VoicemailView>;
  /** Whether it was heard; repeating it is harmless. @throws Refusal `voicemail_not_found` */
  change(user: Address, id: string, heard: boolean): Promise<VoicemailView>;
  /** @throws Refusal `voicemail_not_found` */
  remove(user: Address, id: string): Promise<void>;
  readonly greetings: Greetings;
}

/** What callers hear before the tone, instead of what comes with the server. */
export interface Greetings {
  of(user: Address): Promise<GreetingView | undefined>;
  /** WAV, or Opus in Ogg or WebM. @throws Refusal `greeting_refused`, `greeting_too_long`, `greeting_too_large`; nothing has changed then */
  set(user: Address, bytes: Uint8Array): Promise<GreetingView>;
  /** The same of a file that its user has sent and shows nowhere; it is gone then. @throws Refusal `file_not_found` as well */
  take(user: Address, file: string): Promise<GreetingView>;
  /** Where there is none, nothing happens. */
  remove(user: Address): Promise<void>;
}

/** How a call leads to the voicemail of somebody without ringing there: whom it calls, and as what. */
export type ToVoicemail = (user: Person) => { readonly to: Address; readonly origin: Origin };

/** What is played: as `Sound` of `@offhook/media`. */
export type Sound = { readonly file: string } | { readonly hertz: readonly number[]; readonly ms: Milliseconds };

export type IvrEvent =
  /** Whether there is a way to the caller; `lost`: there is none until it offers anew, as the worker is gone. */
  | { readonly type: 'media'; readonly state: 'connected' | 'interrupted' | 'lost' }
  | { readonly type: 'key'; readonly digit: string }
  /** The last of what was played was sent; `play`: as it was asked for. */
  | { readonly type: 'played'; readonly play: number }
  /** The recording is to be ended. */
  | { readonly type: 'recorded' };

export interface IvrRecordingOrder {
  readonly recording: string;
  readonly folder: string;
  readonly silenceMs: Milliseconds;
  readonly mostMs: Milliseconds;
}

/** A media worker that talks with a caller: plays, hears keys and records. */
export interface IvrMedia {
  /** The answer to an offer of a call, for the first time or again. @throws MediaError `bad_description`, `unavailable` */
  answerIvr(call: CallId, offer: string): Promise<string>;
  /** In the place of what is being played. What cannot be played is passed over. */
  play(call: CallId, play: number, sounds: readonly Sound[]): void;
  /** Records into one file of its folder, `1-0.ogg`. Resolves once it does. @throws MediaError */
  recordIvr(call: CallId, order: IvrRecordingOrder): Promise<void>;
  /** Resolves once the file is complete, with how much of it is sound; undefined where the worker is gone. */
  recordedIvr(call: CallId): Promise<Milliseconds | undefined>;
  endIvr(call: CallId): void;
  onIvr(listener: (call: CallId, event: IvrEvent) => void): void;
}
