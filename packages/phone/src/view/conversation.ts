/** A conversation as it stands on the screen: entries in order, under days, with what is new marked. */
import type { Outgoing, TimelineEntry } from '@offhook/client/conversations';
import type { Address, CallEntry, ChangeEntry, MeetingEntry, MessageEntry, VoicemailEntry } from '@offhook/core';
import type { OpenConversation } from './conversations-state.ts';
import { day } from './time.ts';

export type Item =
  | { readonly kind: 'day'; readonly key: string; readonly title: string }
  | { readonly kind: 'new'; readonly key: string }
  | MessageItem
  | { readonly kind: 'outgoing'; readonly key: string; readonly entry: Outgoing }
  | { readonly kind: 'call'; readonly key: string; readonly entry: CallEntry }
  | { readonly kind: 'change'; readonly key: string; readonly entry: ChangeEntry }
  | { readonly kind: 'meeting'; readonly key: string; readonly entry: MeetingEntry }
  | { readonly kind: 'voicemail'; readonly key: string; readonly entry: VoicemailEntry };

export interface MessageItem {
  readonly kind: 'message';
  readonly key: string;
  readonly entry: MessageEntry;
  readonly mine: boolean;
  /** Follows a message of the same author closely: no name again. */
  readonly follows: boolean;
  /** The message it replies to, as far as that is loaded. */
  readonly replied?: MessageEntry | undefined;
}

/** Messages of one author within this time stand together. */
const togetherMs = 5 * 60_000;

export function itemsOf({ entries = [], newFrom }: OpenConversation, me: Address, now: number): readonly Item[] {
  const items: Item[] = [];
  const byPosition = new Map(entries.flatMap((entry) => (entry.kind === 'message' ? [[entry.position, entry]] : [])));
  let before: TimelineEntry | undefined;
  let isMarked = false;
  for (const entry of entries) {
    const title = day(entry.at, now);
    if (before === undefined || day(before.at, now) !== title) {
      items.push({ kind: 'day', key: `day ${title}`, title });
      before = undefined;
    }
    if (!isMarked && isNews(entry, newFrom, me)) {
      items.push({ kind: 'new', key: 'new' });
      isMarked = true;
      before = undefined;
    }
    items.push(itemOf(entry, before, byPosition, me));
    before = entry;
  }
  return items;
}

function itemOf(
  entry: TimelineEntry,
  before: TimelineEntry | undefined,
  messages: ReadonlyMap<number, MessageEntry>,
  me: Address,
): Item {
  const key = entry.id;
  if (entry.kind !== 'message') return { key, kind: entry.kind, entry } as Item;
  const replied = entry.reply === undefined ? undefined : messages.get(entry.reply);
  const follows = before?.kind === 'message' && before.from.address === entry.from.address && entry.at - before.at < togetherMs;
  return { kind: 'message', key, entry, mine: entry.from.address === me, follows, replied };
}

function isNews(entry: TimelineEntry, newFrom: number | undefined, me: Address): boolean {
  return newFrom !== undefined && entry.kind !== 'outgoing' && entry.position > newFrom && entry.from.address !== me;
}

/** The last message of one's own that the other has read, where one knows: it is marked as seen. */
export function seenOf({ kind, entries = [], theirs }: OpenConversation, me: Address): string | undefined {
  if (kind !== 'direct') return undefined;
  const last = entries.findLast((entry) => entry.kind === 'message');
  return last?.kind === 'message' && last.from.address === me && last.position <= theirs ? last.id : undefined;
}

export type Piece = { readonly text: string } | { readonly link: string };

// Only what is surely meant as a link: a scheme of the web, up to a space; what ends a sentence is not part of it.
const address = /https?:\/\/[^\s<>"]+/giu;

/** A text in pieces, of which those that are links can be clicked. No other scheme becomes one, so that none runs script. */
export function piecesOf(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const { 0: found, index } of text.matchAll(address)) {
    const link = found.replace(/[.,;:!?'’”)\]}]+$/u, (end) => (end.startsWith(')') && found.includes('(') ? ')' : ''));
    if (!URL.canParse(link)) continue;
    if (index > at) pieces.push({ text: text.slice(at, index) });
    pieces.push({ link });
    at = index + link.length;
  }
  if (at < text.length) pieces.push({ text: text.slice(at) });
  return pieces;
}

/** What a line of the composer asks for instead of being sent: `/call`, `/video`. */
export function commandIn(text: string): Spoken | undefined {
  const [, command] = /^\/(call|video)\s*$/iu.exec(text) ?? [];
  return command?.toLowerCase() as Spoken | undefined;
}

/** What one can type to do something else than to write. */
export type Spoken = 'call' | 'video';
const spoken: readonly Spoken[] = ['call', 'video'];

/** The commands that begin with what is typed so far; none where it is none. */
export function commandsFor(text: string): readonly Spoken[] {
  return text.startsWith('/') ? spoken.filter((command) => `/${command}`.startsWith(text.trimEnd().toLowerCase())) : [];
}
