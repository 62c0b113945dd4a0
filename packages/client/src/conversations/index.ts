/**
 * Conversations: an entry of its own, so that pages which only call do not load it.
 *
 *     import { connect } from '@offhook/client';
 *     import { conversationsOf } from '@offhook/client/conversations';
 *
 *     const conversations = conversationsOf(await connect({ name: 'Anna' }));
 *     conversations.on('changed', (list) => show(list));
 *     await conversations.load();
 *
 *     const talk = await conversations.open('bo');
 *     talk.on('entries', (entries) => render(entries));
 *     await talk.load();
 *     talk.say('Have you seen the plan?');
 */
export { Conversations, conversationsOf } from './conversations.ts';
export type { ConversationsEvents, Found, Whom } from './conversations.ts';
export { Conversation } from './conversation.ts';
export type { ConversationEvents } from './conversation.ts';
export type { Outgoing, TimelineEntry } from './timeline.ts';
export type { SendOptions } from './files.ts';
export type { CallEntry, Change, ChangeEntry, Entry, FileInfo, MessageEntry, Reaction } from '@offhook/core';
