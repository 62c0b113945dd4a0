/**
 * What is said about conversations: requests, events, and what they are made of. An entry is known by its conversation and its
 * position, which grow by one without gaps: whoever sees a gap has missed something and asks for it. Browser code imports only
 * the types.
 */
import { z } from 'zod';
import { causes } from '../call/causes.ts';
import { conversationLimits, limits } from '../limits.ts';
import { Address, CallId, event, heard, keys, Media, Name, Person, request } from './shared.ts';

// ── values ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Two addresses of the longest kind and what stands between them. */
const idLength = 4 * limits.addressLength + 1;

export const ConversationId = z
  .string()
  .min(1)
  .max(idLength)
  .describe('`everyone` for the public room; what the maker of a group chose; made from both addresses between two people.');
export const GroupId = z
  .string()
  .regex(/^[\w-]{16,64}$/)
  .describe("The maker's id for a group: random, at least 96 bits.");
export const EntryId = z
  .string()
  .regex(/^[\w-]{16,64}$/)
  .describe('Chosen by whoever makes the entry: random, at least 96 bits. Said again under it, it is not made again.');
export const Position = z.int().min(1).max(Number.MAX_SAFE_INTEGER).describe('Of an entry in its conversation, from 1.');
export const ReadMark = z.int().min(0).max(Number.MAX_SAFE_INTEGER).describe('All entries up to this position were read.');
export const Text = z
  .string()
  .describe(
    'Plain text, at most `textLength` characters and `textBytes` bytes; markup in it stays text. Controls are taken out.',
  );

export const Where = z
  .union([z.object({ conversation: ConversationId }), z.object({ user: Address })])
  .describe('A conversation by its id, or the one with a user, which the first message makes.');

export const Reaction = z.object({ value: z.string(), by: z.array(Address) }).describe('An emoji, and who reacted with it.');

export const FileId = z.string().min(1).max(64).describe('Given by the server once all of the file has arrived.');
export const FileInfo = z
  .object({
    file: FileId,
    name: z.string().describe('As its sender calls it, without folders.'),
    type: z.string().describe('What it is by its content (RFC 6838), `application/octet-stream` where that is not known.'),
    bytes: z.int().min(0),
  })
  .describe('A file that was sent by `POST /v1/files`.');

export const Change = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('made'), name: Name, people: z.array(Person) }),
    z.object({ type: z.literal('renamed'), name: Name }),
    z.object({ type: z.literal('joined'), people: z.array(Person) }),
    z.object({ type: z.literal('left'), people: z.array(Person) }),
  ])
  .describe('What became of a group. `left`: by themselves, or taken out by `from`.');

const everyEntry = {
  conversation: ConversationId,
  position: Position,
  id: z.string().describe('Of a message or change: chosen by `from`. Of a call: its id.'),
  from: Person.describe('Who wrote, changed or called.'),
  at: z.number().describe('Milliseconds since the Unix epoch.'),
};

export const MessageEntry = z.object({
  kind: z.literal('message'),
  ...everyEntry,
  text: Text.describe('Empty once it was deleted.'),
  reply: Position.optional().describe('The position of the entry it replies to.'),
  editedAt: z.number().optional(),
  deletedAt: z.number().optional().describe('What it said is gone; its place remains.'),
  reactions: z.array(Reaction),
  files: z.array(FileInfo).max(conversationLimits.filesPerMessage).optional(),
});
export const CallEntry = z
  .object({
    kind: z.literal('call'),
    ...everyEntry,
    media: Media,
    cause: z.enum(keys(causes)),
    missed: z.boolean().describe('The other side should call back.'),
    durationMs: z.int().optional().describe('From first media to the end; absent when it was never answered.'),
    answeredOn: z.string().optional().describe('The name of the device that answered.'),
    forwardedTo: Person.optional().describe('With the cause `forwarded`: at whom it went on to ring.'),
  })
  .describe('A call between the two people of this conversation, once it is over.');
export const MeetingEntry = z
  .object({
    kind: z.literal('meeting'),
    ...everyEntry,
    meeting: z.string().describe('By which those who are in the conversation enter it.'),
    title: z.string().optional(),
    startsAt: z.number().optional().describe('Absent: it is for now. Milliseconds since the Unix epoch.'),
    endedAt: z.number().optional().describe('It is over since then.'),
  })
  .describe('A meeting that was made in this conversation.');
export const VoicemailEntry = z
  .object({
    kind: z.literal('voicemail'),
    ...everyEntry,
    call: CallId.describe('In which it was left.'),
    to: Person.describe('For whom.'),
    durationMs: z.int().min(0),
    file: FileInfo.optional().describe('What was said. Absent once it was deleted.'),
    heard: z.boolean().describe('Whether the one for whom it is has listened to it.'),
  })
  .describe('A message that was spoken to the voicemail, in the conversation of the two.');
export const ChangeEntry = z.object({ kind: z.literal('change'), ...everyEntry, change: Change });

export const Entry = z.discriminatedUnion('kind', [MessageEntry, CallEntry, ChangeEntry, MeetingEntry, VoicemailEntry]);

export const Conversation = z.object({
  conversation: ConversationId,
  kind: z.enum(['room', 'direct', 'group', 'meeting']).describe('`meeting`: what is said in one, while you are in it.'),
  name: z
    .string()
    .max(limits.nameLength * 8)
    .optional()
    .describe('Of a group, or a meeting.'),
  people: z.array(Person).describe('Who is in it; empty for the room, in which everybody is.'),
  last: z.int().min(0).describe('The position of the last entry; 0 when there is none yet.'),
});
export const ConversationView = Conversation.extend({
  entry: Entry.optional().describe('The last entry.'),
  unread: z
    .int()
    .min(0)
    .max(conversationLimits.unreadMost)
    .describe('Messages and missed calls of others after the read mark.'),
  read: ReadMark.describe('Your own.'),
  theirs: ReadMark.optional().describe("The other's, between two people."),
});

// ── requests ────────────────────────────────────────────────────────────────────────────────────────────────────────

const entry = z.object({ entry: Entry });

export const conversationRequests = {
  say: request('say', {
    in: Where,
    entry: EntryId,
    text: Text,
    reply: Position.optional().describe('The position of the entry this replies to.'),
    files: z
      .array(FileId)
      .max(conversationLimits.filesPerMessage)
      .optional()
      .describe('Of your own; then the text may be empty.'),
  }).describe('Writes a message. It also counts as having read everything before it.'),
  edit: request('edit', { in: Where, position: Position, text: Text }).describe('Changes the text of a message of your own.'),
  delete: request('delete', { in: Where, position: Position }).describe(
    'Takes away what a message of your own said; repeating it is harmless.',
  ),
  react: request('react', {
    in: Where,
    position: Position,
    value: z.string().min(1).max(64).describe('One emoji.'),
    on: z.boolean().describe('Whether you react with it from now on.'),
  }).describe('A value, not a toggle: repeating it is harmless.'),
  read: request('read', { in: Where, position: ReadMark }).describe('Moves your read mark; it never goes back.'),
  conversations: request('conversations', {
    after: z.string().max(512).optional().describe('`next` of the page before.'),
    limit: z.int().min(1).max(conversationLimits.conversationsPage).optional(),
  }).describe(
    'A page of your conversations, the latest activity first. Who has asked about conversations, by this or any other request, is told of them from then on.',
  ),
  conversation: request('conversation', { in: Where }),
  entries: request('entries', {
    in: Where,
    before: Position.optional().describe('The last ones before this position.'),
    after: ReadMark.optional().describe('The first ones after this position.'),
    around: Position.optional().describe('Those on both sides of this position.'),
    limit: z.int().min(1).max(conversationLimits.entriesPage).optional(),
  }).describe('A page of entries, oldest first; without a position, the last ones.'),
  search: request('search', {
    query: z
      .string()
      .min(1)
      .max(conversationLimits.searchLength)
      .describe('Words, or beginnings of words, that all must be in the text.'),
    in: Where.optional().describe('Only there; otherwise in all of your conversations.'),
    before: z.string().max(64).optional().describe('`next` of the page before.'),
    limit: z.int().min(1).max(conversationLimits.searchPage).optional(),
  }).describe('Messages by what they say, newest first, whatever case and accents.'),
  file: request('file', { file: FileId }).describe(
    'The address of a file, for a while; for those who are in its conversation.',
  ),
  group: request('group', {
    conversation: GroupId,
    name: Name,
    people: z.array(Address).max(conversationLimits.peoplePerGroup).describe('Who else is in it.'),
  }).describe('Makes a group.'),
  change: request('change', {
    conversation: ConversationId,
    entry: EntryId,
    change: z.discriminatedUnion('type', [
      z.object({ type: z.literal('renamed'), name: Name }),
      z.object({ type: z.literal('joined'), people: z.array(Address).min(1).max(conversationLimits.peoplePerGroup) }),
      z.object({ type: z.literal('left'), people: z.array(Address).min(1).max(conversationLimits.peoplePerGroup) }),
    ]),
  }).describe('Renames a group, takes people in or out. Every member may; repeating it is harmless.'),
  leave: request('leave', { conversation: ConversationId, entry: EntryId }).describe(
    'Leaves a group; repeating it is harmless.',
  ),
} as const;

export const ConversationRequest = z.discriminatedUnion('type', [
  conversationRequests.say,
  conversationRequests.edit,
  conversationRequests.delete,
  conversationRequests.react,
  conversationRequests.read,
  conversationRequests.conversations,
  conversationRequests.conversation,
  conversationRequests.entries,
  conversationRequests.search,
  conversationRequests.file,
  conversationRequests.group,
  conversationRequests.change,
  conversationRequests.leave,
]);

export const conversationReplies = {
  say: entry,
  edit: entry,
  delete: entry,
  react: entry,
  read: z.object({ read: ReadMark }),
  conversations: z.object({ conversations: z.array(ConversationView), next: z.string().optional() }),
  conversation: z.object({ conversation: ConversationView }),
  entries: z.object({
    entries: z.array(Entry),
    last: z.int().min(0).describe('The position of the last entry of the conversation.'),
  }),
  search: z.object({ entries: z.array(Entry), next: z.string().optional() }),
  file: z.object({
    url: z.string().describe('Below the address of the server; whoever has it may read the file.'),
    ttlMs: z.int().describe('Ask for another one after this time.'),
  }),
  group: z.object({ conversation: Conversation }),
  change: z.object({ conversation: Conversation }),
} as const;

export const conversationEphemerals = {
  typing: z
    .object({ type: z.literal('typing'), ...heard, in: Where })
    .describe('This person writes. Told to the others, at most every two seconds; not in the room.'),
} as const;

// ── events ──────────────────────────────────────────────────────────────────────────────────────────────────────────

export const conversationEvents = {
  entries: event('entries', { entries: z.array(Entry) }).describe('New or changed entries. Those of the room are gathered.'),
  conversation: event('conversation', { conversation: Conversation }).describe('It was made, renamed, or has other members.'),
  left: event('left', { conversation: ConversationId }).describe('You are no longer in this group.'),
  read: event('read', { conversation: ConversationId, user: Address, read: ReadMark }).describe(
    'A read mark has moved: your own, on another device, or that of the other side between two people.',
  ),
  typing: event('typing', { conversation: ConversationId, from: Person }).describe('Holds for a few seconds.'),
} as const;

export const ConversationEvent = z.discriminatedUnion('type', [
  conversationEvents.entries,
  conversationEvents.conversation,
  conversationEvents.left,
  conversationEvents.read,
  conversationEvents.typing,
]);

// ── types ───────────────────────────────────────────────────────────────────────────────────────────────────────────

export type ConversationId = z.infer<typeof ConversationId>;
export type Position = z.infer<typeof Position>;
export type Where = z.infer<typeof Where>;
/** A sign that people have put to a message. */
export type Reaction = z.infer<typeof Reaction>;
/** A file that has arrived at the server. What it is, its first bytes say. */
export type FileInfo = z.infer<typeof FileInfo>;
/** What has changed in a group. */
export type Change = z.infer<typeof Change>;
/** A message. */
export type MessageEntry = z.infer<typeof MessageEntry>;
/** A call that is over, in the conversation of its two people. */
export type CallEntry = z.infer<typeof CallEntry>;
/** A message that was spoken to the voicemail of somebody. */
export type VoicemailEntry = z.infer<typeof VoicemailEntry>;
/** A meeting that was made in a conversation. */
export type MeetingEntry = z.infer<typeof MeetingEntry>;
/** A group has changed. */
export type ChangeEntry = z.infer<typeof ChangeEntry>;
/** What stands in a conversation. Positions grow by one. */
export type Entry = z.infer<typeof Entry>;
export type Conversation = z.infer<typeof Conversation>;
export type ConversationView = z.infer<typeof ConversationView>;
export type ConversationRequest = z.infer<typeof ConversationRequest>;
export type ConversationEvent = z.infer<typeof ConversationEvent>;
