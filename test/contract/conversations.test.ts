/** What every adapter of the Store port does for conversations. */
import { conversationLimits, everyone } from '@offhook/core';
import type { CallEntry, Entry, MessageEntry, Person } from '@offhook/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StoredConversation } from '../../packages/server/src/ports/conversations.ts';
import type { Store, Write } from '../../packages/server/src/ports.ts';
import { record, user } from './samples.ts';
import { stores } from './stores.ts';
import type { Place } from './stores.ts';

const alice: Person = { address: 'alice', name: 'Alice' };
const bob: Person = { address: 'bob', name: 'Bob' };
const carol: Person = { address: 'carol', name: 'Carol' };
const ab = 'alice~bob';

function message(conversation: string, position: number, from: Person, more: Partial<MessageEntry> = {}): MessageEntry {
  const id = `entry-${conversation}-${position}`;
  return {
    kind: 'message',
    conversation,
    position,
    id,
    from,
    at: 1_000 + position,
    text: `text ${position}`,
    reactions: [],
    ...more,
  };
}

function direct(last: number, activeAt = 1_000 + last): StoredConversation {
  return { kind: 'direct', id: ab, people: [alice, bob], last, activeAt };
}

function group(id: string, last: number, activeAt: number): StoredConversation {
  return { kind: 'group', id, name: `Group ${id}`, maker: 'alice', people: [], last, activeAt };
}

const member = (conversation: string, who: Person, is = true): Write => ({
  type: 'member',
  conversation,
  user: who.address,
  is,
});
const put = (state: StoredConversation): Write => ({ type: 'conversation', state });
const made = (entry: Entry): Write => ({ type: 'new_entry', entry });
const mark = (conversation: string, who: Person, read: number): Write => ({
  type: 'mark',
  conversation,
  user: who.address,
  read,
});

/** A conversation of Alice and Bob with so many messages, by turns. */
function talk(...texts: string[]): Write[] {
  return [
    put(direct(texts.length)),
    member(ab, alice),
    member(ab, bob),
    ...texts.map((text, at) => made(message(ab, at + 1, at % 2 === 0 ? alice : bob, { text }))),
  ];
}

describe.each(stores)('conversations in the store: $name', ({ place: makePlace }) => {
  let place: Place;
  let open: Store[];
  let store: Store;

  const openAgain = async (): Promise<Store> => {
    const opened = await place.open();
    open.push(opened);
    return opened;
  };

  beforeEach(async () => {
    place = makePlace();
    open = [];
    store = await openAgain();
    await store.commit(['Alice', 'Bob', 'Carol'].map((name): Write => ({ type: 'new_user', user: user(name) })));
  });

  afterEach(async () => {
    for (const opened of open) await opened.close();
    place.remove();
  });

  const found = async (query: string, who: Person = alice, where?: string): Promise<number[]> =>
    (await store.searchEntries(who.address, where, query, undefined, 50)).entries.map(({ position }) => position);

  it('has the room from the beginning, for everybody', async () => {
    expect(await store.conversation(everyone)).toEqual({ kind: 'room', id: everyone, last: 0, activeAt: 0 });
    expect(await store.conversations('carol', undefined, 10)).toEqual({
      conversations: [{ conversation: everyone, kind: 'room', people: [], last: 0, unread: 0, read: 0 }],
    });
    expect(await store.conversation('group-0123456789-')).toBeUndefined();
  });

  it('gives a conversation back as it was, also to the next owner', async () => {
    await store.commit([...talk('one', 'two'), put(group('g', 1, 5)), member('g', bob), member('g', alice)]);
    store = await openAgain();
    expect(await store.conversation(ab)).toEqual(direct(2));
    expect(await store.conversation('g')).toEqual({ ...group('g', 1, 5), people: [bob, alice] });
    expect(await store.entries(ab, 1, 2)).toEqual([
      message(ab, 1, alice, { text: 'one' }),
      message(ab, 2, bob, { text: 'two' }),
    ]);
  });

  it('gives pages of entries by their positions', async () => {
    await store.commit(talk('a', 'b', 'c', 'd'));
    const positions = async (first: number, last: number): Promise<number[]> =>
      (await store.entries(ab, first, last)).map(({ position }) => position);
    expect(await positions(2, 3)).toEqual([2, 3]);
    expect(await positions(4, 9)).toEqual([4]);
    expect(await positions(1, 0)).toEqual([]);
    expect(await store.entries('nowhere', 1, 9)).toEqual([]);
  });

  it('takes a second entry of one author under one id for the first, and none of its group', async () => {
    await store.commit(talk('a'));
    const again = message(ab, 2, alice, { id: `entry-${ab}-1` });
    await expect(store.commit([put(direct(2)), made(again), mark(ab, alice, 2)])).rejects.toMatchObject({
      code: 'entry_exists',
    });
    expect(await store.conversation(ab)).toEqual(direct(1));
    expect(await store.readMark(ab, 'alice')).toBe(0);
    expect(await store.entryOf(ab, 'alice', again.id)).toMatchObject({ position: 1 });
    expect(await store.entryOf(ab, 'bob', again.id)).toBeUndefined();
    await store.commit([put(direct(2)), made({ ...again, from: bob })]);
    expect(await store.entryOf(ab, 'bob', again.id)).toMatchObject({ position: 2 });
  });

  it('lets a refused entry take none of its neighbours along', async () => {
    await store.commit(talk('a'));
    const results = await Promise.allSettled([
      store.commit([mark(ab, bob, 1)]),
      store.commit([put(direct(2)), made(message(ab, 2, alice, { id: `entry-${ab}-1` }))]),
      store.commit([put(direct(2)), made(message(ab, 2, alice))]),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await store.readMark(ab, 'bob')).toBe(1);
    expect(await store.entries(ab, 1, 9)).toHaveLength(2);
  });

  it('replaces an entry that was changed', async () => {
    await store.commit(talk('before'));
    const entry = message(ab, 1, alice, { text: 'after', editedAt: 9, reactions: [{ value: '👍', by: ['bob'] }] });
    await store.commit([{ type: 'entry', entry }]);
    expect(await store.entries(ab, 1, 1)).toEqual([entry]);
    expect([await found('before'), await found('after')]).toEqual([[], [1]]);
  });

  it('lists the conversations of a user, the latest first, page by page', async () => {
    const writes = [1, 2, 3, 4].flatMap((n) => [put(group(`g${n}`, 0, n)), member(`g${n}`, alice)]);
    await store.commit([...writes, put(group('other', 0, 9)), member('other', bob), put(group('g2', 0, 8))]);
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await store.conversations('alice', after, 2);
      seen.push(...page.conversations.map(({ conversation }) => conversation));
      after = page.next;
    } while (after !== undefined);
    expect(seen).toEqual(['g2', 'g4', 'g3', 'g1', everyone]);
    expect(await store.conversations('alice', 'nonsense', 2)).toEqual({ conversations: [] });
  });

  it('shows a conversation as its user sees it, and to nobody else', async () => {
    await store.commit([...talk('a', 'b', 'c'), mark(ab, bob, 2), mark(ab, alice, 3)]);
    expect(await store.conversationView(ab, 'bob')).toEqual({
      conversation: ab,
      kind: 'direct',
      people: [alice, bob],
      last: 3,
      entry: message(ab, 3, alice, { text: 'c' }),
      unread: 1,
      read: 2,
      theirs: 3,
    });
    expect(await store.conversationView(ab, 'carol')).toBeUndefined();
    await store.commit([put(group('g', 0, 1)), member('g', alice), member('g', carol)]);
    await store.commit([member('g', carol, false)]);
    expect(await store.conversationView('g', 'carol')).toBeUndefined();
    expect((await store.conversationView('g', 'alice'))?.people).toEqual([alice]);
  });

  it('counts what others have said and nobody took back, and missed calls, up to a limit', async () => {
    const call: CallEntry = {
      kind: 'call',
      conversation: ab,
      position: 4,
      id: 'call-1',
      from: bob,
      at: 1_004,
      media: { audio: true, video: false },
      cause: 'no_answer',
      missed: true,
    };
    await store.commit([
      ...talk('a', 'b', 'c'),
      put(direct(5)),
      made(call),
      made({ ...call, position: 5, id: 'call-2', missed: false }),
    ]);
    const unread = async (who: Person, id = ab) => (await store.conversationView(id, who.address))?.unread;
    expect([await unread(alice), await unread(bob)]).toEqual([2, 2]);
    await store.commit([{ type: 'entry', entry: message(ab, 2, bob, { text: '', deletedAt: 9 }) }]);
    expect(await unread(alice)).toBe(1);
    const many = Array.from({ length: conversationLimits.unreadMost + 5 }, (_, at) => made(message(everyone, at + 1, bob)));
    await store.commit([put({ kind: 'room', id: everyone, last: many.length, activeAt: 1 }), ...many]);
    expect(await unread(alice, everyone)).toBe(0);
    await store.commit([mark(everyone, alice, 1)]);
    expect(await unread(alice, everyone)).toBe(conversationLimits.unreadMost);
  });

  it('never moves a read mark back', async () => {
    for (const position of [2, 1, 3, 2]) await store.commit([mark(ab, alice, position)]);
    expect(await store.readMark(ab, 'alice')).toBe(3);
    expect(await store.readMark(ab, 'bob')).toBe(0);
  });

  it('shows people under the names they have', async () => {
    await store.commit(talk('a'));
    await store.commit([{ type: 'user', user: user('Alicia', { address: 'alice' }) }]);
    const alicia = { address: 'alice', name: 'Alicia' };
    expect((await store.conversation(ab)) as object).toMatchObject({ people: [alicia, bob] });
    expect(await store.entries(ab, 1, 1)).toMatchObject([{ from: alicia }]);
    expect(await store.conversationView(ab, 'bob')).toMatchObject({ people: [alicia, bob], entry: { from: alicia } });
  });

  it('stores a call with its entry, or neither', async () => {
    const entry: CallEntry = {
      kind: 'call',
      conversation: ab,
      position: 1,
      id: 'call-1',
      from: alice,
      at: 1,
      media: { audio: true, video: false },
      cause: 'hangup',
      missed: false,
    };
    const answered = record('call-1', { answeredOn: 'Laptop' });
    await store.commit([{ type: 'record', record: answered }, put(direct(1)), member(ab, alice), member(ab, bob), made(entry)]);
    expect(await store.record('call-1')).toEqual(answered);
    expect((await store.history('bob', undefined, 1)).entries).toMatchObject([{ answeredOn: 'Laptop' }]);
    const led = record('call-0', {
      cause: 'transferred',
      origin: { transferredBy: alice },
      transfer: { by: 'bob', to: alice, into: 'call-1' },
    });
    await store.commit([{ type: 'record', record: led }]);
    expect(await store.record('call-0')).toEqual(led);
    const carol = { address: 'carol', name: 'Carol' };
    const forwarded = record('call-9', {
      cause: 'forwarded',
      origin: { forwardedFrom: carol },
      forward: { to: carol, into: 'call-1', why: 'no_answer' },
    });
    await store.commit([{ type: 'record', record: forwarded }]);
    expect(await store.record('call-9')).toEqual(forwarded);
    const { entries } = await store.history('bob', undefined, 3);
    expect(entries).toContainEqual(expect.objectContaining({ transferredBy: bob, transferredTo: alice }));
    expect(entries).toContainEqual(
      expect.objectContaining({ cause: 'forwarded', forwardedFrom: carol, forwardedTo: carol, missed: false }),
    );
    const second = [{ type: 'record', record: record('call-2') } as const, put(direct(2)), made({ ...entry, position: 2 })];
    await expect(store.commit(second)).rejects.toMatchObject({ code: 'entry_exists' });
    expect(await store.record('call-2')).toBeUndefined();
  });

  it('knows files, where they are shown, and which are shown nowhere', async () => {
    const file = { file: 'file-1', name: 'plan.png', type: 'image/png', bytes: 5, owner: 'alice', createdAt: 10 };
    const other = { ...file, file: 'file-2', createdAt: 20 };
    await store.commit([
      { type: 'file', file },
      { type: 'file', file: other },
    ]);
    expect(await store.files(['file-1', 'file-3'])).toEqual([file]);
    expect((await store.unsaidFiles(20)).map((one) => one.file)).toEqual(['file-1']);
    expect([await store.fileBytes('alice'), await store.fileBytes('bob')]).toEqual([10, 0]);
    await store.commit([{ type: 'file_said', file: 'file-1', conversation: ab }]);
    await store.commit([{ type: 'file', file: { ...file, owner: 'bob' } }]);
    expect(await store.files(['file-1'])).toEqual([{ ...file, conversation: ab }]);
    await store.commit([{ type: 'file_gone', file: 'file-2' }]);
    expect([await store.files(['file-2']), await store.unsaidFiles(99)]).toEqual([[], []]);
    expect(await store.fileBytes('alice')).toBe(5);
  });

  describe('search', () => {
    it('finds all words by their beginnings, whatever case, accents and punctuation', async () => {
      await store.commit(talk('Größe der Äpfel', 'The plan, the whole PLAN!', 'caffè 3 👍', '会議は明日です', 'नमस्ते दुनिया'));
      for (const [query, positions] of [
        ['grosse', [1]],
        ['APFEL gro', [1]],
        ['plan', [2]],
        ['pla who', [2]],
        ['pla nothing', []],
        ['lan', []],
        ['CAFFE', [3]],
        ['3', [3]],
        ['👍', [3]],
        ['明日', [4]],
        ['नमस्', [5]],
        ['p', []],
      ] as const) {
        expect(await found(query), query).toEqual(positions);
      }
    });

    it('takes no word for a command', async () => {
      await store.commit(talk('this AND that', 'quote "here"', 'place c1'));
      expect(await found('this AND that')).toEqual([1]);
      for (const query of [
        '"',
        '* OR *',
        'place : c1) OR (text : this',
        'NEAR(this that)',
        '^this',
        "this' --",
        '-this',
        '{text} : this',
      ]) {
        expect((await found(query)).length, query).toBeLessThanOrEqual(1);
      }
      expect(await found('"here"')).toEqual([2]);
      for (const nothing of ['', '   ', '?!', '\u0000']) expect(await found(nothing)).toEqual([]);
    });

    it('looks only where the user is', async () => {
      await store.commit([
        ...talk('plan of two'),
        put(group('g', 1, 1)),
        member('g', carol),
        made(message('g', 1, carol, { text: 'plan of a group' })),
        put({ kind: 'room', id: everyone, last: 1, activeAt: 1 }),
        made(message(everyone, 1, bob, { text: 'plan of all' })),
      ]);
      const where = async (who: Person, id?: string): Promise<string[]> =>
        (await store.searchEntries(who.address, id, 'plan', undefined, 50)).entries.map(({ conversation }) => conversation);
      expect(await where(alice)).toEqual([everyone, ab]);
      expect(await where(carol)).toEqual([everyone, 'g']);
      expect(await where(alice, ab)).toEqual([ab]);
      expect(await where(alice, 'nowhere')).toEqual([]);
      await store.commit([member('g', carol, false)]);
      expect(await where(carol)).toEqual([everyone]);
    });

    it('forgets what was taken back', async () => {
      await store.commit(talk('secret'));
      await store.commit([{ type: 'entry', entry: message(ab, 1, alice, { text: '', deletedAt: 5 }) }]);
      expect(await found('secret')).toEqual([]);
    });

    it('gives pages, newest first', async () => {
      await store.commit(talk('plan', 'plan', 'other', 'plan'));
      const first = await store.searchEntries('alice', undefined, 'plan', undefined, 2);
      expect(first.entries.map(({ position }) => position)).toEqual([4, 2]);
      const second = await store.searchEntries('alice', undefined, 'plan', first.next, 2);
      expect(second.entries.map(({ position }) => position)).toEqual([1]);
      expect(second.next).toBeUndefined();
      expect(await store.searchEntries('alice', undefined, 'plan', 'nonsense', 2)).toEqual({ entries: [] });
    });
  });
});
