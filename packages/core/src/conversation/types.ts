import type { CallRecord, From } from '../call/types.ts';
import type { ErrorCode } from '../errors.ts';
import type { Instant, Milliseconds } from '../machine.ts';
import type { Change, Conversation, ConversationId, Entry, FileInfo, Position } from '../protocol/conversations.ts';
import type { Address, CallId, Person } from '../protocol/signaling.ts';

/** No group has this id, or nobody has made it yet. */
export interface Unmade {
  readonly kind: 'unmade';
  readonly id: ConversationId;
}

interface Kept {
  readonly id: ConversationId;
  /** The position of the last entry; 0 before the first. */
  readonly last: number;
  /** When the last entry was made. */
  readonly activeAt: Instant;
}

/** The public room: everybody is in it. */
export interface Room extends Kept {
  readonly kind: 'room';
}

/** Between two people. It is there for them all along, and kept from its first entry on. */
export interface Direct extends Kept {
  readonly kind: 'direct';
  readonly people: readonly Person[];
}

export interface Group extends Kept {
  readonly kind: 'group';
  readonly maker: Address;
  readonly name: string;
  /** Who is in it now, in the order of joining. */
  readonly people: readonly Person[];
}

/** What is said in a meeting: who is in it is in this. */
export interface Gathering extends Kept {
  readonly kind: 'meeting';
  readonly name: string;
  readonly people: readonly Person[];
}

export type ConversationState = Unmade | Room | Direct | Group | Gathering;

/** What may become of a group after it was made. */
export type GroupChange = Exclude<Change, { type: 'made' }>;

export type ConversationInput =
  /**
   * `known`: the entry that this person made under this id, if there is one. `files`: those of this person that are in no other
   * conversation; `undefined`: one of those named is none of these.
   */
  | {
      readonly type: 'say';
      readonly from: From;
      readonly entry: string;
      readonly text: string;
      readonly reply?: Position | undefined;
      readonly files: readonly FileInfo[] | undefined;
      readonly known?: Entry | undefined;
    }
  /** `found`: the entry at the position, if there is one. */
  | {
      readonly type: 'edit';
      readonly from: From;
      readonly position: Position;
      readonly text: string;
      readonly found: Entry | undefined;
    }
  | { readonly type: 'delete'; readonly from: From; readonly position: Position; readonly found: Entry | undefined }
  | {
      readonly type: 'react';
      readonly from: From;
      readonly position: Position;
      readonly value: string;
      readonly on: boolean;
      readonly found: Entry | undefined;
    }
  /** `mark`: the read mark of this person so far. */
  | { readonly type: 'read'; readonly from: From; readonly position: number; readonly mark: number }
  | { readonly type: 'make'; readonly from: From; readonly name: string; readonly people: readonly Person[] }
  | {
      readonly type: 'change';
      readonly from: From;
      readonly entry: string;
      readonly change: GroupChange;
      readonly known?: Entry | undefined;
    }
  | { readonly type: 'leave'; readonly from: From; readonly entry: string; readonly known?: Entry | undefined }
  /** A call between the two people of a direct conversation is over. */
  | { readonly type: 'call'; readonly record: CallRecord }
  /** Somebody has left a message at the voicemail, or it was heard, or deleted. `found`: its entry, if there is one. */
  | {
      readonly type: 'voicemail';
      readonly voicemail: VoicemailFacts;
      readonly found?: Entry | undefined;
    }
  /** Of a meeting: these are in it now, or no longer. */
  | { readonly type: 'gather'; readonly name: string; readonly joined: readonly Person[]; readonly left: readonly Person[] }
  /** A meeting was made for those who are in it, or is otherwise now, or over. `found`: its entry, if there is one. */
  | {
      readonly type: 'meeting';
      readonly by: Person;
      readonly meeting: string;
      readonly title?: string | undefined;
      readonly startsAt?: Instant | undefined;
      readonly isOver: boolean;
      readonly found?: Entry | undefined;
    }
  /** Somebody in it has another name. */
  | { readonly type: 'renamed'; readonly person: Person };

/** A message at the voicemail of somebody. */
export interface VoicemailFacts {
  readonly id: string;
  readonly call: CallId;
  readonly from: Person;
  readonly to: Person;
  readonly durationMs: Milliseconds;
  /** Absent: it was deleted. */
  readonly file?: FileInfo | undefined;
  readonly heard: boolean;
}

export type Answered =
  | { readonly entry: Entry }
  | { readonly read: number }
  | { readonly conversation: Conversation }
  | Readonly<Record<string, never>>;

export type ConversationEffect =
  /** The one answer to the request that came with the input. */
  | { readonly type: 'reply'; readonly ok: Answered }
  | { readonly type: 'refuse'; readonly code: ErrorCode }
  /** Stored, then told to everybody in it: a new entry; one that is there already, as it is now. */
  | { readonly type: 'made'; readonly entry: Entry }
  | { readonly type: 'changed'; readonly entry: Entry }
  /** Stored: these belong to the conversation from now on; these are to be forgotten. */
  | { readonly type: 'files'; readonly files: readonly FileInfo[]; readonly are: 'said' | 'gone' }
  /** Stored. `told`: the other devices of this user hear of it, and between two people the other side. */
  | { readonly type: 'mark'; readonly user: Address; readonly read: number; readonly told: boolean }
  /** Stored: these are in it from now on, or no longer. Those who left are told. */
  | { readonly type: 'joined'; readonly people: readonly Person[] }
  | { readonly type: 'left'; readonly people: readonly Person[] }
  /** Everybody in it hears what it is like now. */
  | { readonly type: 'announce' };
