/** Conversations in words. */
import type { Address, CallEntry, ChangeEntry, Entry, MessageEntry, Person } from '@offhook/core';
import type { ConversationHead } from './conversations-state.ts';
import { outcome } from './history.ts';
import { briefly, inSentence } from './names.ts';
import { day, duration, timeOfDay } from './time.ts';

export function titleOf({ kind, name, peer }: ConversationHead): string {
  if (kind === 'room') return 'Everyone';
  return name ?? peer?.name ?? 'Conversation';
}

/** The last entry in the list: `You: See you`, `Bo: Yes`, `Missed call`. */
export function lastText(entry: Entry, kind: ConversationHead['kind'], me: Address): string {
  switch (entry.kind) {
    case 'message': {
      const said = saidText(entry);
      if (entry.from.address === me) return `You: ${said}`;
      return kind === 'direct' ? said : `${briefly(entry.from.name)}: ${said}`;
    }
    case 'call':
      return callText(entry, me);
    case 'change':
      return changeText(entry, me);
  }
}

/** A message in one line. */
export function saidText({ text, files = [], deletedAt }: Pick<MessageEntry, 'text' | 'files' | 'deletedAt'>): string {
  if (deletedAt !== undefined) return 'Message deleted';
  if (text !== '') return text.replaceAll(/\s+/gu, ' ');
  const [file] = files;
  if (file === undefined) return '';
  if (files.length > 1) return `${files.length} files`;
  return file.type.startsWith('image/') ? 'Picture' : inSentence(file.name);
}

/** `Call · 4 min`, `Missed video call`, `Call · no answer`. */
export function callText(entry: CallEntry, me: Address): string {
  const what = entry.media.video ? 'video call' : 'call';
  if (isMissedBy(entry, me)) return `Missed ${what}`;
  const call = entry.media.video ? 'Video call' : 'Call';
  return `${call} · ${entry.durationMs === undefined ? outcome(entry) : duration(entry.durationMs)}`;
}

export function isMissedBy({ missed, from }: CallEntry, me: Address): boolean {
  return missed && from.address !== me;
}

/** What became of a group. */
export function changeText({ from, change }: ChangeEntry, me: Address): string {
  const who = from.address === me ? 'You' : briefly(from.name);
  switch (change.type) {
    case 'made':
      return `${who} made the group ${inSentence(change.name)}`;
    case 'renamed':
      return `${who} named the group ${inSentence(change.name)}`;
    case 'joined':
      return `${who} added ${listed(change.people, me)}`;
    case 'left': {
      const [left] = change.people;
      if (change.people.length === 1 && left?.address === from.address) return `${who} left`;
      return `${who} removed ${listed(change.people, me)}`;
    }
  }
}

/** `Anna is writing…` */
export function typingText(people: readonly Person[]): string {
  const [first, second] = people;
  if (first === undefined) return '';
  if (second === undefined) return `${briefly(first.name)} is writing…`;
  return people.length === 2 ? `${briefly(first.name)} and ${briefly(second.name)} are writing…` : 'Several are writing…';
}

/** When something happened, as short as a list has room for: the time today, otherwise the day. */
export function whenText(at: number, now: number): string {
  const title = day(at, now);
  return title === 'Today' ? timeOfDay(at) : title;
}

/** `12 KB`, `3.4 MB` */
export function sizeText(bytes: number): string {
  if (bytes < 1_000) return `${bytes} bytes`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1_000)} KB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** Who is in it, under its name. */
export function peopleText({ kind, people }: ConversationHead, me: Address): string {
  if (kind === 'room') return 'All who are signed in here';
  // Oneself comes last.
  return listed(
    people.toSorted((a, b) => Number(a.address === me) - Number(b.address === me)),
    me,
  );
}

function listed(people: readonly Person[], me: Address): string {
  const names = people.map(({ address, name }) => (address === me ? 'you' : briefly(name)));
  return new Intl.ListFormat('en-GB').format(names);
}
