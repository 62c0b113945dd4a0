/** What the screens of conversations show, as plain values. */
import type { TimelineEntry } from '@offhook/client/conversations';
import type { Address, Entry, FileInfo, MessageEntry, Person } from '@offhook/core';

export interface ConversationsState {
  /** The latest activity first. Undefined until the first answer. */
  readonly list?: readonly ConversationRow[] | undefined;
  readonly more: boolean;
  /** Messages and missed calls of others in all of them. */
  readonly unread: number;
  /** What was found of what was said; undefined while nothing is searched for. */
  readonly found?: FoundMessages | undefined;
  /** The one that is looked at. */
  readonly open?: OpenConversation | undefined;
}

/** Messages of all conversations that have the words of a search. */
export interface FoundMessages {
  /** Newest first. */
  readonly messages: readonly FoundMessage[];
  readonly more: boolean;
}

export interface FoundMessage {
  readonly head: ConversationHead;
  readonly entry: MessageEntry;
}

/** What every conversation has. */
export interface ConversationHead {
  readonly id: string;
  readonly kind: 'room' | 'direct' | 'group' | 'meeting';
  /** Of a group. */
  readonly name?: string | undefined;
  /** The other one, between two people. */
  readonly peer?: Person | undefined;
  readonly people: readonly Person[];
}

export interface ConversationRow extends ConversationHead {
  readonly unread: number;
  readonly last?: Entry | undefined;
}

export interface OpenConversation extends ConversationHead {
  /** False once one has left the group, or was taken out. */
  readonly isIn: boolean;
  /** Loaded, oldest first. Undefined until the first answer. */
  readonly entries?: readonly TimelineEntry[] | undefined;
  readonly hasEarlier: boolean;
  /** What is loaded does not reach up to the newest. */
  readonly hasLater: boolean;
  /** The message that was searched for, and is to be seen; another object each time. */
  readonly sought?: { readonly position: number } | undefined;
  /** The position up to which one had read when it was opened; undefined when nothing was unread then. */
  readonly newFrom?: number | undefined;
  /** The position up to which the other has read. */
  readonly theirs: number;
  readonly typing: readonly Person[];
  /** Where files can be had, as far as that is known. */
  readonly addresses: ReadonlyMap<FileInfo['file'], string>;
  readonly sending: readonly FileOnItsWay[];
}

export interface FileOnItsWay {
  readonly name: string;
  /** From 0 to 1. */
  readonly part: number;
}

/** How a conversation is asked for: the one with a person, or one by its id. */
export type Where = { readonly person: Address } | { readonly conversation: string };
