/** What is said in conversations, for programs, and what they say to the pages of their applications. */
import { cleanText, everyone, limits } from '@offhook/core';
import type { ConversationRequest, From } from '@offhook/core';
import {
  applicationType,
  ConversationList,
  ConversationQuery,
  MessageCreation,
  MessageList,
  MessageQuery,
  OneMessage,
  Signal,
} from '@offhook/core/protocol';
import type { Entry, MessageEntry } from '@offhook/core';
import type { Conversations } from '../ports/conversations.ts';
import type { Here } from '../ports/people-control.ts';
import { Refusal } from '../ports.ts';
import type { Hash, Outcome, Random, Store, StoredUser } from '../ports.ts';
import { idOf } from './derived.ts';
import { check, route, sizeOf } from './routes.ts';
import type { AnsweredRoute, Asking } from './routes.ts';

export interface MessageRoutesDeps {
  readonly conversations: Pick<Conversations, 'request'>;
  readonly here: Here;
  readonly store: Store;
  readonly hash: Hash;
  readonly random: Random;
}

export function messageRoutes(deps: MessageRoutesDeps): AnsweredRoute[] {
  const { here, store } = deps;
  const find = async (address: string): Promise<StoredUser> => {
    const user = await store.user(address);
    if (user === undefined) throw new Refusal('user_not_found', address);
    return user;
  };
  return [
    {
      scope: 'messages',
      method: 'POST',
      path: '/messages',
      summary: 'Says something to somebody, or in a conversation, in the name of a user.',
      makes: true,
      isIdempotent: true,
      body: MessageCreation,
      answers: OneMessage,
      answer: async (asking) => say(deps, find, asking),
    },
    route(
      'messages.read',
      'GET',
      '/conversations/:conversation/messages',
      { summary: 'What was said in a conversation, newest first.', query: MessageQuery, answers: MessageList },
      async ({ parameters, query }) => {
        const { before, limit } = check(MessageQuery, query, 'query');
        const id = parameters['conversation'] ?? '';
        const conversation = await store.conversation(id);
        if (conversation === undefined && id !== everyone) throw new Refusal('conversation_not_found');
        const last = Math.min(conversation?.last ?? 0, before === undefined ? Infinity : Number(before) - 1);
        const first = Math.max(1, last - sizeOf(limit) + 1);
        const entries = last < first ? [] : await store.entries(id, first, last);
        return { entries: entries.toReversed(), ...(last >= first && first > 1 && { next: String(first) }) };
      },
    ),
    route(
      'messages.read',
      'GET',
      '/users/:user/conversations',
      { summary: 'The conversations of somebody, the latest first.', query: ConversationQuery, answers: ConversationList },
      async ({ parameters, query }) => {
        const { after, limit } = check(ConversationQuery, query, 'query');
        const { address } = await find(parameters['user'] ?? '');
        const { conversations, next } = await store.conversations(address, after, sizeOf(limit));
        return { conversations, ...(next !== undefined && { next }) };
      },
    ),
    route(
      'messages',
      'POST',
      '/signals',
      { summary: 'Sends a message of your application to the pages of somebody: at most once, kept nowhere.', body: Signal },
      async ({ body }) => {
        const { from, to, type, data } = check(Signal, body);
        if (!applicationType.test(type)) throw new Refusal('unknown_type', type);
        if (Buffer.byteLength(JSON.stringify(data ?? null)) > limits.messageBytes) throw new Refusal('too_large');
        await Promise.all([find(from), find(to.user)]);
        if (!here.signal(to, { type, from: { user: from }, data })) throw new Refusal('not_delivered');
      },
    ),
  ];
}

async function say(
  deps: MessageRoutesDeps,
  find: (address: string) => Promise<StoredUser>,
  asking: Asking,
): Promise<{ readonly message: Entry }> {
  const { from, to, conversation, text, reply } = check(MessageCreation, asking.body);
  const { address, name } = await find(from);
  const where = to === undefined ? { conversation: conversation ?? '' } : { user: to };
  const entry = idOf(deps, 'message', asking);
  const message = await asked<Entry>(
    deps.conversations,
    { address, name },
    {
      type: 'say',
      id: entry,
      in: where,
      entry,
      text,
      ...(reply !== undefined && { reply }),
    },
  );
  const said = cleanText(text);
  const isSame = message.kind === 'message' && (isChanged(message) || ('text' in said && message.text === said.text));
  if (!isSame && asking.idempotencyKey !== undefined) throw new Refusal('idempotency_mismatch');
  return { message };
}

/** What it said is otherwise by now, or gone. */
function isChanged({ editedAt, deletedAt }: MessageEntry): boolean {
  return editedAt !== undefined || deletedAt !== undefined;
}

/** Of no device. */
function asked<T>(
  conversations: MessageRoutesDeps['conversations'],
  person: From['person'],
  request: ConversationRequest,
): Promise<T> {
  const from: From = { person, device: '', deviceName: '', connection: '' };
  return new Promise((resolve, reject) =>
    conversations.request(from, request, (outcome: Outcome) =>
      'error' in outcome ? reject(new Refusal(outcome.error, outcome.detail)) : resolve(outcome.ok['entry'] as T),
    ),
  );
}
