/** What conversations need of the store, and what signalling sees of them. */
import type {
  Address,
  ConversationId,
  ConversationRequest,
  ConversationState,
  ConversationView,
  Entry,
  Ephemeral,
  From,
  Person,
  Position,
  Unmade,
  VoicemailFacts,
} from '@offhook/core';
import type { Outcome, Write } from '../ports.ts';

/** A conversation that is kept. */
export type StoredConversation = Exclude<ConversationState, Unmade>;

export type ConversationWrite =
  /** Its present values. Who is in it is said apart, so that one who joins does not cost as much as all. */
  | { readonly type: 'conversation'; readonly state: StoredConversation }
  | { readonly type: 'member'; readonly conversation: ConversationId; readonly user: Address; readonly is: boolean }
  /** One that was not here before: `entry_exists` when its author has made another one under its id there. */
  | { readonly type: 'new_entry'; readonly entry: Entry }
  | { readonly type: 'entry'; readonly entry: Entry }
  /** A read mark never goes back. */
  | { readonly type: 'mark'; readonly conversation: ConversationId; readonly user: Address; readonly read: number };

export interface ConversationsPage {
  readonly conversations: readonly ConversationView[];
  readonly next?: string | undefined;
}

export interface EntriesPage {
  readonly entries: readonly Entry[];
  readonly next?: string | undefined;
}

/** The part of the store that keeps conversations. Names of people are those they have when it is read. */
export interface ConversationStore {
  conversation(id: ConversationId): Promise<StoredConversation | undefined>;
  /** As this user sees it; undefined for one that is not kept, and for groups the user is not in. */
  conversationView(id: ConversationId, user: Address): Promise<ConversationView | undefined>;
  /** The room and the conversations of a user, the latest activity first; `after` is the cursor of the page before. */
  conversations(user: Address, after: string | undefined, limit: number): Promise<ConversationsPage>;
  /** The entries from one position to another, oldest first. */
  entries(conversation: ConversationId, first: Position, last: Position): Promise<readonly Entry[]>;
  /** The entry that its author made under this id. */
  entryOf(conversation: ConversationId, author: Address, id: string): Promise<Entry | undefined>;
  readMark(conversation: ConversationId, user: Address): Promise<number>;
  /**
   * The messages that contain words beginning like all of these, newest first, in one conversation or, without, in all that the
   * user is in. Deleted ones are not found. `before` is the cursor of the page before.
   */
  searchEntries(
    user: Address,
    conversation: ConversationId | undefined,
    query: string,
    before: string | undefined,
    limit: number,
  ): Promise<EntriesPage>;
}

/** Conversations, as meetings see them. */
export interface MeetingTalk {
  isMember(conversation: ConversationId, user: Address): Promise<boolean>;
  /** What is said in a meeting is read by these from now on, or no longer. */
  gather(conversation: ConversationId, name: string, joined: readonly Person[], left: readonly Person[]): void;
  /** The conversation in which a meeting was made shows it, as it is now. */
  meeting(
    conversation: ConversationId,
    by: Person,
    meeting: {
      readonly meeting: string;
      readonly title?: string | undefined;
      readonly startsAt?: number | undefined;
      readonly isOver: boolean;
    },
  ): void;
}

/** Conversations, as the voicemail sees them. */
export interface VoicemailTalk {
  /** Stores what was said to the voicemail of somebody, or what became of that, and in the same transaction these writes. */
  commitVoicemail(voicemail: VoicemailFacts, writes: readonly Write[]): Promise<void>;
}

/** Conversations, as signalling sees them. */
export interface Conversations {
  /** A durable request. `respond` is called exactly once: after what it did is stored, and before anybody else hears of it. */
  request(from: From, request: ConversationRequest, respond: (outcome: Outcome) => void): void;
  typing(from: From, message: Extract<Ephemeral, { type: 'typing' }>): void;
  /** This user has another name. */
  renamed(person: Person): void;
}
