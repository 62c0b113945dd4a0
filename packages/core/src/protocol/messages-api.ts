/** What programs say in conversations, and to the pages of their applications. */
import { z } from 'zod';
import { serverLimits } from '../limits.ts';
import { ConversationId, ConversationView, Entry, Position, Text } from './conversations.ts';
import { PageSize } from './events.ts';
import { Address, DeviceId } from './shared.ts';

const Cursor = z.string().max(serverLimits.cursorLength);

export const MessageCreation = z
  .strictObject({
    from: Address.describe('In whose name it is said.'),
    to: Address.optional().describe('To whom; or `conversation`.'),
    conversation: ConversationId.optional().describe('Where `from` is in.'),
    text: Text,
    reply: Position.optional().describe('The position of the entry this replies to.'),
  })
  .refine(({ to, conversation }) => (to === undefined) !== (conversation === undefined), 'is either `to` or `conversation`')
  .describe('A message to somebody, or in a conversation.');
export const OneMessage = z.object({ message: Entry });
export const MessageQuery = z.strictObject({
  before: z
    .string()
    .regex(/^\d{1,15}$/)
    .optional()
    .describe('The `next` of the page before.'),
  limit: PageSize.optional(),
});
export const MessageList = z.object({
  entries: z.array(Entry).describe('Messages, calls, meetings and changes, newest first.'),
  next: z.string().optional().describe('For `before`; absent: this was the beginning.'),
});
export const ConversationQuery = z.strictObject({
  after: Cursor.optional().describe('The `next` of the page before.'),
  limit: PageSize.optional(),
});
export const ConversationList = z.object({
  conversations: z.array(ConversationView),
  next: Cursor.optional().describe('For `after`.'),
});

export const Signal = z
  .strictObject({
    from: Address.describe('In whose name.'),
    to: z.strictObject({ user: Address, device: DeviceId.optional() }).describe('A user, or one device of theirs.'),
    type: z.string().max(serverLimits.typeLength).describe('Of your application: contains a dot.'),
    data: z.unknown().optional(),
  })
  .describe('A message to the pages of your application: delivered at most once, and kept nowhere.');

/** A message to somebody, or in a conversation. */
export type MessageCreation = z.infer<typeof MessageCreation>;
/** What was said in a conversation, newest first; `next`: there is more. */
export type MessageList = z.infer<typeof MessageList>;
/** Conversations of somebody, the latest first; `next`: there are more. */
export type ConversationList = z.infer<typeof ConversationList>;
/** A message to the pages of an application. */
export type Signal = z.infer<typeof Signal>;
