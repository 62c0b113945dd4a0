import type { ConversationView, MessageEntry } from '@offhook/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { connect } from '../connect.ts';
import type { Phone } from '../phone.ts';
import { settle, World } from '../world.fixture.ts';
import type { Conversation } from './conversation.ts';
import { conversationsOf } from './conversations.ts';
import type { Conversations } from './conversations.ts';

const alice = { address: 'alice', name: 'Alice' };
const bo = { address: 'bo', name: 'Bo' };
const id = 'alice~bo';

function message(position: number, more: Partial<MessageEntry> = {}): MessageEntry {
  return {
    kind: 'message',
    conversation: id,
    position,
    id: `entry-of-bo-${position}`,
    from: bo,
    at: 1_000 + position,
    text: `text ${position}`,
    reactions: [],
    ...more,
  };
}

function view(change: Partial<ConversationView> = {}): ConversationView {
  return { conversation: id, kind: 'direct', people: [alice, bo], last: 0, unread: 0, read: 0, theirs: 0, ...change };
}

const range = (first: number, last: number): MessageEntry[] =>
  Array.from({ length: last - first + 1 }, (_, at) => message(first + at));

let world: World;
let phone: Phone;
let conversations: Conversations;
beforeEach(async () => {
  world = new World();
  await signIn();
});

async function signIn(): Promise<void> {
  const opening = connect({ token: 'secret' }, world.platform);
  await world.welcome();
  phone = await opening;
  conversations = conversationsOf(phone);
  await settle();
}

async function answer(type: string, ok: object): Promise<void> {
  world.socket.answer(type, ok);
  await settle();
}

async function happens(event: object): Promise<void> {
  world.seq += 1;
  world.socket.give({ seq: world.seq, ...event });
  await settle();
}

/** A conversation of which the last entries are loaded, up to 20. */
async function open(
  entries: readonly MessageEntry[] = range(11, 20),
  change: Partial<ConversationView> = {},
): Promise<Conversation> {
  const opening = conversations.open('bo');
  const [entry] = entries.slice(-1);
  await answer('conversation', { conversation: view({ last: entry?.position ?? 0, ...(entry && { entry }), ...change }) });
  const talk = await opening;
  const loading = talk.load();
  await answer('entries', { entries, last: entry?.position ?? 0 });
  await loading;
  return talk;
}

const positions = (talk: Conversation): (number | string)[] =>
  talk.entries.map((entry) => ('position' in entry ? entry.position : entry.state));

describe('saying', () => {
  it('shows a message at once, and its entry once it is stored', async () => {
    const talk = await open();
    const said = talk.say('Hello', { reply: 20 });
    expect(positions(talk).slice(-2)).toEqual([20, 'sending']);
    expect(world.socket.last('say')).toMatchObject({ in: { conversation: id }, entry: said.id, text: 'Hello', reply: 20 });
    const entry = message(21, { id: said.id, from: alice, text: 'Hello' });
    await answer('say', { entry });
    expect(positions(talk).slice(-2)).toEqual([20, 21]);
    expect(await said.sent).toEqual(entry);
    expect([talk.read, talk.unread, talk.last]).toEqual([21, 0, entry]);
  });

  it('keeps the order: one is asked at a time', async () => {
    const talk = await open();
    const [one, two] = [talk.say('one'), talk.say('two')];
    const asked = (): unknown[] => world.socket.sent.filter(({ type }) => type === 'say').map(({ text }) => text);
    expect(asked()).toEqual(['one']);
    world.socket.refuse('say', 'rate_limited');
    await world.clock.pass(2_000);
    expect(asked()).toEqual(['one', 'one']);
    await answer('say', { entry: message(21, { id: one.id, from: alice }) });
    expect(asked()).toEqual(['one', 'one', 'two']);
    await answer('say', { entry: message(22, { id: two.id, from: alice }) });
    expect(positions(talk).slice(-2)).toEqual([21, 22]);
  });

  it('is said again on the next connection under the same id, and shown once', async () => {
    const talk = await open();
    const said = talk.say('Hello');
    world.socket.drop();
    await world.clock.pass(2_000);
    await world.welcome({ resumed: true });
    expect(world.socket.last('say')).toMatchObject({ entry: said.id });
    const entry = message(21, { id: said.id, from: alice });
    await happens({ type: 'entries', entries: [entry] });
    expect(positions(talk).slice(-2)).toEqual([20, 21]);
    await answer('say', { entry });
    expect(positions(talk).slice(-2)).toEqual([20, 21]);
  });

  it('survives a reload of the page', async () => {
    const talk = await open();
    const { id: entry } = talk.say('Hello', { reply: 3 });
    const { tab } = world;
    world = new World({ tab });
    await signIn();
    await answer('conversation', { conversation: view({ last: 20 }) });
    expect(world.socket.last('say')).toMatchObject({ in: { conversation: id }, entry, text: 'Hello', reply: 3 });
    await answer('say', { entry: message(21, { id: entry, from: alice }) });
    world = new World({ tab });
    await signIn();
    expect(world.socket.sent.map(({ type }) => type)).not.toContain('say');
  });

  it.each(['store_failed', 'draining', 'rate_limited'] as const)(
    'survives a reload also where its conversation is refused for the moment: %s',
    async (refusal) => {
      const talk = await open();
      const { id: entry } = talk.say('Hello');
      world = new World({ tab: world.tab });
      await signIn();
      world.socket.refuse('conversation', refusal);
      await world.clock.pass(1_000);
      await answer('conversation', { conversation: view({ last: 20 }) });
      expect(world.socket.last('say')).toMatchObject({ entry, text: 'Hello' });
    },
  );

  it.each([
    ['is closed', (): void => void phone.close()],
    ['is signed out for good', (): void => world.socket.drop('token_revoked')],
  ])('is kept for the next sign-in of this tab where the phone %s meanwhile', async (_how, end) => {
    const talk = await open();
    const { id: entry } = talk.say('Hello');
    end();
    await world.clock.pass(2_000);
    // The conversation is being asked for when it happens again.
    world = new World({ tab: world.tab });
    await signIn();
    end();
    await world.clock.pass(2_000);
    world = new World({ tab: world.tab });
    await signIn();
    await answer('conversation', { conversation: view({ last: 20 }) });
    expect(world.socket.last('say')).toMatchObject({ entry, text: 'Hello' });
  });

  it('is not said again once it was taken back after the phone has ended', async () => {
    const talk = await open();
    const said = talk.say('Hello');
    world.socket.drop('token_revoked');
    talk.discard(said);
    world = new World({ tab: world.tab });
    await signIn();
    expect(world.socket.sent.map(({ type }) => type)).not.toContain('conversation');
  });

  it('is forgotten after a reload where its conversation is gone', async () => {
    const talk = await open();
    talk.say('Hello');
    const { tab } = world;
    world = new World({ tab });
    await signIn();
    world.socket.refuse('conversation', 'conversation_not_found');
    await settle();
    world = new World({ tab });
    await signIn();
    expect(world.socket.sent.map(({ type }) => type)).not.toContain('conversation');
  });

  it('fails where the server will not take it, and lets it be said again or forgotten', async () => {
    const talk = await open();
    const said = talk.say('x');
    world.socket.refuse('say', 'text_too_long');
    await settle();
    await expect(said.sent).rejects.toMatchObject({ code: 'text_too_long' });
    const [failed] = talk.entries.slice(-1);
    expect(failed).toMatchObject({ kind: 'outgoing', state: 'failed', error: { code: 'text_too_long' } });
    if (failed?.kind !== 'outgoing') return;
    talk.retry(failed);
    expect(positions(talk).slice(-1)).toEqual(['sending']);
    world.socket.refuse('say', 'text_too_long');
    await settle();
    talk.discard(failed);
    expect(positions(talk).slice(-1)).toEqual([20]);
  });
});

describe('entries', () => {
  it('are paged both ways without gaps', async () => {
    const talk = await open();
    const earlier = talk.loadEarlier({ limit: 5 });
    expect(world.socket.last('entries')).toMatchObject({ before: 11, limit: 5 });
    await answer('entries', { entries: range(6, 10), last: 20 });
    expect(await earlier).toBe(true);
    const found = talk.loadAround(3, { limit: 3 });
    await answer('entries', { entries: range(2, 4), last: 20 });
    await found;
    expect(positions(talk)).toEqual([2, 3, 4]);
    expect([talk.hasEarlier, talk.hasLater]).toEqual([true, true]);
    await happens({ type: 'entries', entries: [message(21)] });
    expect(positions(talk)).toEqual([2, 3, 4]);
    const later = talk.loadLater();
    expect(world.socket.last('entries')).toMatchObject({ after: 4 });
    await answer('entries', { entries: range(5, 21), last: 21 });
    expect(await later).toBe(false);
    expect(positions(talk).slice(-1)).toEqual([21]);
    const first = talk.loadEarlier();
    await answer('entries', { entries: [message(1)], last: 21 });
    expect(await first).toBe(false);
    expect(await talk.loadEarlier()).toBe(false);
  });

  it('are taken in as they come, changed ones in their place', async () => {
    const talk = await open();
    await happens({ type: 'entries', entries: [message(21), message(15, { text: 'changed' })] });
    expect(positions(talk).slice(-2)).toEqual([20, 21]);
    expect(talk.entries[4]).toMatchObject({ position: 15, text: 'changed' });
  });

  it('that were missed are asked for', async () => {
    const talk = await open();
    await happens({ type: 'entries', entries: [message(24)] });
    expect(world.socket.last('entries')).toMatchObject({ after: 20, limit: 100 });
    await answer('entries', { entries: range(21, 24), last: 24 });
    expect(positions(talk)).toEqual(range(11, 24).map(({ position }) => position));
  });

  it('are read again when what was told meanwhile is lost', async () => {
    const talk = await open();
    await conversationsLoaded();
    world.socket.drop();
    await world.clock.pass(2_000);
    await world.welcome({ resumed: false });
    await answer('conversations', { conversations: [view({ last: 60, unread: 3, read: 57, entry: message(60) })] });
    expect(world.socket.last('entries')).toMatchObject({ in: { conversation: id }, limit: 50 });
    await answer('entries', { entries: range(11, 60), last: 60 });
    expect([positions(talk).at(-1), talk.unread]).toEqual([60, 3]);
  });
});

async function conversationsLoaded(): Promise<void> {
  const loading = conversations.load();
  await answer('conversations', { conversations: [view({ last: 20, entry: message(20) })], next: 'next' });
  await loading;
}

describe('reading', () => {
  it('counts what others say, and nothing any more once it is read', async () => {
    const talk = await open();
    talk.markRead();
    await happens({ type: 'entries', entries: [message(21), message(22)] });
    expect([talk.unread, conversations.unread]).toEqual([2, 2]);
    talk.markRead();
    expect([talk.unread, talk.read]).toEqual([0, 22]);
    expect(world.socket.last('read')).toMatchObject({ position: 22 });
    talk.markRead(5);
    expect(world.socket.last('read')).toMatchObject({ position: 22 });
  });

  it('is heard of: on the other devices, and of the other side', async () => {
    const talk = await open();
    await happens({ type: 'entries', entries: [message(21)] });
    await happens({ type: 'read', conversation: id, user: 'bo', read: 20 });
    await happens({ type: 'read', conversation: id, user: 'alice', read: 21 });
    expect([talk.theirs, talk.read, talk.unread]).toEqual([21, 21, 0]);
    await happens({ type: 'entries', entries: [message(22), message(23)] });
    await happens({ type: 'read', conversation: id, user: 'alice', read: 22 });
    await answer('conversation', { conversation: view({ last: 23, unread: 1, read: 22, theirs: 23, entry: message(23) }) });
    expect(talk.unread).toBe(1);
  });

  it('asks how much is unread when something unread was taken back', async () => {
    const talk = await open(range(11, 20), { unread: 2, read: 18 });
    await happens({ type: 'entries', entries: [message(19, { text: '', deletedAt: 5 })] });
    await answer('conversation', { conversation: view({ last: 20, unread: 1, read: 18, theirs: 20, entry: message(20) }) });
    expect(talk.unread).toBe(1);
  });
});

describe('the list', () => {
  it('begins with the latest activity, page by page', async () => {
    await conversationsLoaded();
    expect([conversations.list.length, conversations.hasMore]).toEqual([1, true]);
    const more = conversations.loadMore();
    expect(world.socket.last('conversations')).toMatchObject({ after: 'next' });
    const room = { conversation: 'everyone', kind: 'room', people: [], last: 1, unread: 0, read: 0 } as const;
    await answer('conversations', { conversations: [{ ...room, entry: message(1, { conversation: 'everyone', at: 5 }) }] });
    expect(await more).toBe(false);
    expect(conversations.list.map((one) => one.id)).toEqual([id, 'everyone']);
    await happens({ type: 'entries', entries: [message(2, { conversation: 'everyone', at: 99_999 })] });
    expect(conversations.list.map((one) => one.id)).toEqual(['everyone', id]);
  });

  it('takes in conversations that others begin, and tells what was heard', async () => {
    await conversationsLoaded();
    const heard: string[] = [];
    conversations.on('heard', (talk, entry) => heard.push(`${talk.peer?.name ?? talk.name ?? ''} ${entry.position}`));
    const carol = { address: 'carol', name: 'Carol' };
    const theirs = { conversation: 'alice~carol', kind: 'direct', people: [alice, carol], last: 1 };
    await happens({ type: 'conversation', conversation: theirs });
    const entry = message(1, { conversation: 'alice~carol', from: carol, at: 99_999 });
    await happens({ type: 'entries', entries: [entry] });
    await answer('conversation', { conversation: { ...theirs, unread: 1, read: 0, theirs: 1, entry } });
    await happens({ type: 'entries', entries: [{ ...entry, text: 'changed', editedAt: 100_000 }] });
    expect(heard).toEqual(['Carol 1']);
    expect(conversations.list[0]?.unread).toBe(1);
  });

  it('asks about a conversation that it has not loaded', async () => {
    await conversationsLoaded();
    const group = { conversation: 'group-0123456789-', kind: 'group', name: 'Friends', people: [alice, bo] } as const;
    const entry = message(9, { conversation: group.conversation, at: 99_999 });
    await happens({ type: 'entries', entries: [entry] });
    await answer('conversation', { conversation: { ...group, last: 9, unread: 4, read: 5, entry } });
    expect(conversations.list[0]).toMatchObject({ name: 'Friends', unread: 4 });
  });
});

describe('groups', () => {
  it('are made, changed and left', async () => {
    const making = conversations.group('Friends', ['bo']);
    const conversation = world.socket.last('group')['conversation'];
    const shown = { conversation, kind: 'group', name: 'Friends', people: [alice, bo], last: 1 };
    await answer('group', { conversation: shown });
    const group = await making;
    const renaming = group.rename('Work');
    expect(world.socket.last('change')).toMatchObject({ conversation, change: { type: 'renamed', name: 'Work' } });
    await answer('change', { conversation: { ...shown, name: 'Work', last: 2 } });
    await renaming;
    expect([group.name, group.people]).toEqual(['Work', [alice, bo]]);
    let left = 0;
    group.on('left', () => (left += 1));
    const leaving = group.leave();
    await answer('leave', {});
    await leaving;
    await happens({ type: 'left', conversation });
    expect([left, group.isIn, conversations.list.includes(group)]).toEqual([1, false, false]);
  });
});

it('tells of typing, and says it seldom', async () => {
  const talk = await open();
  const typing: string[] = [];
  talk.on('typing', ({ name }) => typing.push(name));
  await happens({ type: 'typing', conversation: id, from: bo });
  for (let key = 0; key < 5; key += 1) talk.typing();
  await world.clock.pass(2_000);
  talk.typing();
  expect(typing).toEqual(['Bo']);
  expect(world.socket.sent.filter(({ type }) => type === 'typing')).toHaveLength(2);
});

it('changes entries, and searches', async () => {
  const talk = await open();
  const editing = talk.edit(20, 'new');
  await answer('edit', { entry: message(20, { text: 'new', editedAt: 5 }) });
  expect((await editing).text).toBe('new');
  expect(talk.entries.at(-1)).toMatchObject({ text: 'new' });
  const reacting = talk.react(20, '👍');
  expect(world.socket.last('react')).toMatchObject({ value: '👍', on: true });
  world.socket.refuse('react', 'reaction_invalid');
  await expect(reacting).rejects.toMatchObject({ code: 'reaction_invalid' });
  const searching = conversations.search('plan', { in: talk, limit: 5 });
  expect(world.socket.last('search')).toMatchObject({ query: 'plan', in: { conversation: id }, limit: 5 });
  await answer('search', { entries: [message(3)], next: '3' });
  expect(await searching).toMatchObject({ entries: [{ position: 3 }], next: '3' });
});
