/** Conversations in words. */
import type { Address, CallEntry, ChangeEntry, Entry, MeetingEntry, MessageEntry, Person } from '@offhook/core';
import type { OffhookErrorCode } from '@offhook/client';
import { t, textFor } from '../texts/texts.ts';
import type { ConversationHead } from './conversations-state.ts';
import { outcome } from './history.ts';
import { briefly, inSentence } from './names.ts';
import { formats } from './formats.ts';
import { day, daysBetween, duration, timeOfDay } from './time.ts';

export function titleOf({ kind, name, peer }: ConversationHead): string {
  if (kind === 'room') return t.conversations.everyone;
  return name ?? peer?.name ?? t.conversations.unnamed;
}

/** The last entry in the list: `You: See you`, `Bo: Yes`, `Missed call`. */
export function lastText(entry: Entry, kind: ConversationHead['kind'], me: Address): string {
  switch (entry.kind) {
    case 'message': {
      const said = saidText(entry);
      if (entry.from.address === me) return t.conversations.bySelf(said);
      return kind === 'direct' ? said : t.conversations.by(briefly(entry.from.name), said);
    }
    case 'call':
      return callText(entry, me);
    case 'change':
      return changeText(entry, me);
    case 'meeting':
      return meetingText(entry);
    case 'voicemail':
      return `${t.conversations.voicemail} · ${duration(entry.durationMs)}`;
  }
}

/** A meeting that was made in the conversation. */
export function meetingText({ title, endedAt }: MeetingEntry): string {
  const what = endedAt === undefined ? t.conversations.meeting : t.conversations.meetingOver;
  return title === undefined ? what : `${what} · ${inSentence(title)}`;
}

/** A message in one line. */
export function saidText({ text, files = [], deletedAt }: Pick<MessageEntry, 'text' | 'files' | 'deletedAt'>): string {
  if (deletedAt !== undefined) return t.conversations.deleted;
  if (text !== '') return text.replaceAll(/\s+/gu, ' ');
  const [file] = files;
  if (file === undefined) return '';
  if (files.length > 1) return t.conversations.files(files.length);
  return file.type.startsWith('image/') ? t.conversations.picture : inSentence(file.name);
}

/** `Call · 4 min`, `Missed video call`, `Call · no answer`. */
export function callText(entry: CallEntry, me: Address): string {
  const kind = entry.media.video ? 'video' : 'audio';
  if (isMissedBy(entry, me)) return t.conversations.missed[kind];
  return `${t.conversations.entry[kind]} · ${entry.durationMs === undefined ? outcome(entry) : duration(entry.durationMs)}`;
}

export function isMissedBy({ missed, from }: CallEntry, me: Address): boolean {
  return missed && from.address !== me;
}

/** What became of a group. */
export function changeText({ from, change }: ChangeEntry, me: Address): string {
  const who = from.address === me ? undefined : briefly(from.name);
  switch (change.type) {
    case 'made': {
      const name = inSentence(change.name);
      return who === undefined ? t.conversations.made(name) : t.conversations.madeBy(who, name);
    }
    case 'renamed': {
      const name = inSentence(change.name);
      return who === undefined ? t.conversations.named(name) : t.conversations.namedBy(who, name);
    }
    case 'joined': {
      const people = listed(change.people, me);
      return who === undefined ? t.conversations.added(people) : t.conversations.addedBy(who, people);
    }
    case 'left': {
      const [left] = change.people;
      if (change.people.length === 1 && left?.address === from.address)
        return who === undefined ? t.conversations.left : t.conversations.leftBy(who);
      const people = listed(change.people, me);
      return who === undefined ? t.conversations.removed(people) : t.conversations.removedBy(who, people);
    }
  }
}

/** `Anna is writing…` */
export function typingText(people: readonly Person[]): string {
  const [first, second] = people;
  if (first === undefined) return '';
  if (second === undefined) return t.conversations.writes(briefly(first.name));
  return people.length === 2
    ? t.conversations.bothWrite(briefly(first.name), briefly(second.name))
    : t.conversations.severalWrite;
}

/** When something happened, as short as a list has room for: the time today, otherwise the day. */
export function whenText(at: number, now: number): string {
  return daysBetween(at, now) <= 0 ? timeOfDay(at) : day(at, now);
}

/** Which files were not sent, and why: those together that have a reason in common. */
export function filesUnsentText(files: readonly { readonly name: string; readonly why: string }[]): string {
  const reasons = [...new Set(files.map(({ why }) => why))];
  const named = (why: string): string =>
    formats().list.format(files.filter((file) => file.why === why).map(({ name }) => inSentence(name)));
  return reasons.map((why) => t.conversations.unsent(named(why), why)).join(' ');
}

/** `12 kB`, `3.4 MB` */
export function sizeText(bytes: number): string {
  if (bytes < 1_000) return t.general.bytes(bytes);
  if (bytes < 1_000_000) return formats().kilobytes.format(bytes / 1_000);
  return formats().megabytes.format(bytes / 1_000_000);
}

/** Why something did not work in a conversation; undefined where it has no words of its own. */
export function conversationProblemText(code: OffhookErrorCode): string | undefined {
  return textFor(t.conversations.problems, code) ?? textFor(t.people.problems, code);
}

/** That a message was not sent, and why, where that is known. */
export function unsentText(code: OffhookErrorCode | undefined): string {
  const why = code && (conversationProblemText(code) ?? textFor(t.wayIn.problems, code));
  return why === undefined ? t.conversations.notSent : `${t.conversations.notSent}. ${why}`;
}

/** Who is in it, under its name. */
export function peopleText({ kind, people }: ConversationHead, me: Address): string {
  if (kind === 'room') return t.conversations.everybodyHere;
  // Oneself comes last.
  return listed(
    people.toSorted((a, b) => Number(a.address === me) - Number(b.address === me)),
    me,
  );
}

function listed(people: readonly Person[], me: Address): string {
  const names = people.map(({ address, name }) => (address === me ? t.general.oneself : briefly(name)));
  return formats().list.format(names);
}
