import { beforeEach, describe, expect, it } from 'vitest';
import { conversationLimits } from '../limits.ts';
import type { CallEntry, ChangeEntry } from '../protocol/conversations.ts';
import { anna, bo, direct, Drive, entryId, eve, from, person, record, refusal, types, unmade } from './conversation.fixture.ts';
import type { VoicemailFacts } from './types.ts';
import { conversationMachine, conversationOf, directId, isIn, newRoom, peopleOfDirect } from './conversation.ts';

let talk: Drive;
beforeEach(() => {
  talk = new Drive(direct);
});

const meeting = (drive: Drive, more: object = {}, by = anna.person) =>
  drive.input({ type: 'meeting', by, meeting: 'meeting-0123456789', isOver: false, ...more });

function group(...people: string[]): Drive {
  const made = new Drive(unmade);
  made.input({ type: 'make', from: anna, name: 'Friends', people: people.map(person) });
  return made;
}

describe('who is in it', () => {
  it('[K1] everybody is in the room, and nobody can change it', () => {
    const room = new Drive(newRoom);
    for (const who of [anna, bo, eve]) expect(isIn(room.state, who.person.address)).toBe(true);
    expect(types(room.say(eve, 'Hello'))).toEqual(['reply', 'made', 'mark']);
    const change = { type: 'renamed', name: 'Mine' } as const;
    expect(refusal(room.input({ type: 'change', from: eve, entry: entryId(), change }))).toBe('not_a_group');
    expect(refusal(room.input({ type: 'leave', from: eve, entry: entryId() }))).toBe('not_a_group');
    expect(conversationOf(room.state)).toEqual({ conversation: 'everyone', kind: 'room', people: [], last: 1 });
  });

  it('[K2] two people have one conversation, whoever begins', () => {
    expect(directId('anna', 'bo')).toBe(directId('bo', 'anna'));
    expect(peopleOfDirect(directId('bo', 'anna'))).toEqual(['anna', 'bo']);
    for (const id of ['bo~anna', 'anna~', '~bo', 'a~b~c', 'anna~anna', 'everyone', ''])
      expect(peopleOfDirect(id)).toBeUndefined();
  });

  it('[K2] it is kept, and both hear of it, with its first entry: a message or a call', () => {
    expect(types(talk.say(bo, 'Hello'))).toEqual(['reply', 'joined', 'announce', 'made', 'mark']);
    expect(types(talk.say(anna, 'Hello'))).toEqual(['reply', 'made', 'mark']);
    const called = new Drive(direct);
    expect(types(called.input({ type: 'call', record: record(anna.person, bo.person) }))).toEqual([
      'joined',
      'announce',
      'made',
    ]);
  });

  it('[K3] a group is made once, by the one who chose its id', () => {
    const made = group('Bo', 'Anna');
    expect(conversationOf(made.state)).toEqual({
      conversation: unmade.id,
      kind: 'group',
      name: 'Friends',
      people: [anna.person, bo.person],
      last: 1,
    });
    expect(made.entries).toMatchObject([{ kind: 'change', position: 1, change: { type: 'made', people: [{}, {}] } }]);
    const before = made.state;
    expect(types(made.input({ type: 'make', from: anna, name: 'Other', people: [] }))).toEqual(['reply']);
    expect(refusal(made.input({ type: 'make', from: bo, name: 'Other', people: [] }))).toBe('conversation_exists');
    expect(made.state).toBe(before);
  });

  it.each(['stranger', 'former member'])('[K4] to a %s it does not exist', (role) => {
    const made = group('Bo', ...(role === 'former member' ? ['Eve'] : []));
    made.say(anna, 'secret');
    if (role === 'former member') {
      made.input({ type: 'change', from: anna, entry: entryId(), change: { type: 'left', people: [eve.person] } });
    }
    const before = made.state;
    const asked = [
      made.say(eve, 'Let me in'),
      made.input({ type: 'edit', from: eve, position: 2, text: 'x' }),
      made.input({ type: 'delete', from: eve, position: 2 }),
      made.input({ type: 'react', from: eve, position: 2, value: '👍', on: true }),
      made.input({ type: 'read', from: eve, position: 2 }),
      made.input({ type: 'change', from: eve, entry: entryId(), change: { type: 'joined', people: [eve.person] } }),
      made.input({ type: 'leave', from: eve, entry: entryId() }),
    ];
    for (const effects of asked) expect(effects).toEqual([{ type: 'refuse', code: 'conversation_not_found' }]);
    expect(made.state).toBe(before);
    expect(refusal(talk.say(eve, 'x'))).toBe('conversation_not_found');
    expect(refusal(new Drive(unmade).say(eve, 'x'))).toBe('conversation_not_found');
  });
});

describe('entries', () => {
  it('[K5] stand one behind the other, also when the clock goes back', () => {
    talk.say(anna, 'one');
    talk.now -= 60_000;
    talk.say(bo, 'two');
    talk.input({ type: 'call', record: record(anna.person, bo.person) });
    expect(talk.entries.map(({ position }) => position)).toEqual([1, 2, 3]);
    expect(talk.entries.map(({ at }) => at)).toEqual(talk.entries.map(({ at }) => at).toSorted((a, b) => a - b));
  });

  it('[K6] said again under its id it is answered by what there is', () => {
    const entry = entryId();
    talk.say(anna, 'one', { entry });
    talk.input({ type: 'edit', from: anna, position: 1, text: 'two' });
    const before = talk.state;
    expect(talk.say(anna, 'one', { entry })).toEqual([{ type: 'reply', ok: { entry: talk.message(1) } }]);
    expect(talk.state).toBe(before);
    expect(types(talk.say(bo, 'mine', { entry }))).toContain('made');
    const made = group('Bo');
    const change = { type: 'renamed', name: 'New' } as const;
    const id = entryId();
    made.input({ type: 'change', from: bo, entry: id, change });
    made.input({ type: 'change', from: bo, entry: entryId(), change: { type: 'renamed', name: 'Newer' } });
    expect(made.input({ type: 'change', from: bo, entry: id, change })).toMatchObject([
      { ok: { conversation: { name: 'Newer' } } },
    ]);
  });

  it('[K8] a reply names an entry that is there', () => {
    expect(refusal(talk.say(anna, 'x', { reply: 1 }))).toBe('entry_not_found');
    talk.say(anna, 'x');
    expect(talk.say(bo, 'y', { reply: 1 })).toMatchObject([{ ok: { entry: { reply: 1 } } }, {}, {}]);
  });

  it('[K9] who says something has read what is before it', () => {
    talk.say(anna, 'x');
    expect(talk.say(bo, 'y')).toContainEqual({ type: 'mark', user: 'bo', read: 2, told: false });
  });

  it('[K10] only its author changes a message, and only messages', () => {
    talk.say(anna, 'x');
    talk.input({ type: 'call', record: record(anna.person, bo.person) });
    const before = [...talk.entries];
    for (const [who, position, code] of [
      [bo, 1, 'not_yours'],
      [anna, 2, 'not_changeable'],
      [anna, 3, 'entry_not_found'],
    ] as const) {
      expect(refusal(talk.input({ type: 'edit', from: who, position, text: 'y' }))).toBe(code);
      expect(refusal(talk.input({ type: 'delete', from: who, position }))).toBe(code);
    }
    expect(refusal(talk.input({ type: 'edit', from: anna, position: 1, text: ' ' }))).toBe('text_empty');
    expect(talk.entries).toEqual(before);
  });

  it('[K11] an edit keeps everything but the text', () => {
    talk.say(anna, 'x');
    talk.input({ type: 'react', from: bo, position: 1, value: '👍', on: true });
    const before = talk.message(1);
    expect(types(talk.input({ type: 'edit', from: anna, position: 1, text: 'y' }))).toEqual(['reply', 'changed']);
    expect(talk.message(1)).toEqual({ ...before, text: 'y', editedAt: talk.now });
    expect(types(talk.input({ type: 'edit', from: anna, position: 1, text: 'y ' }))).toEqual(['reply']);
  });

  it('[K12] a deleted one says nothing any more and stays where it was', () => {
    talk.say(anna, 'secret');
    talk.input({ type: 'react', from: bo, position: 1, value: '👍', on: true });
    talk.input({ type: 'edit', from: anna, position: 1, text: 'secret!' });
    expect(types(talk.input({ type: 'delete', from: anna, position: 1 }))).toEqual(['reply', 'changed']);
    expect(talk.message(1)).toMatchObject({ position: 1, text: '', reactions: [], deletedAt: talk.now });
    expect(JSON.stringify(talk.message(1))).not.toMatch(/secret|editedAt/);
    expect(types(talk.input({ type: 'delete', from: anna, position: 1 }))).toEqual(['reply']);
    expect(refusal(talk.input({ type: 'edit', from: anna, position: 1, text: 'y' }))).toBe('not_changeable');
    expect(refusal(talk.input({ type: 'react', from: bo, position: 1, value: '👍', on: false }))).toBe('not_changeable');
  });

  it('[K13] a reaction is a value', () => {
    talk.say(anna, 'x');
    const react = (who: typeof anna, value: string, on: boolean) =>
      talk.input({ type: 'react', from: who, position: 1, value, on });
    expect(types(react(bo, '👍', true))).toEqual(['reply', 'changed']);
    expect(types(react(bo, '👍', true))).toEqual(['reply']);
    react(anna, '🎉', true);
    react(anna, '👍', true);
    expect(talk.message(1).reactions).toEqual([
      { value: '👍', by: ['bo', 'anna'] },
      { value: '🎉', by: ['anna'] },
    ]);
    react(bo, '👍', false);
    react(anna, '👍', false);
    expect(types(react(anna, '👍', false))).toEqual(['reply']);
    expect(talk.message(1).reactions).toEqual([{ value: '🎉', by: ['anna'] }]);
    expect(refusal(react(anna, 'hello', true))).toBe('reaction_invalid');
  });

  it('[K13] there are only so many', () => {
    const many = new Drive(newRoom);
    many.say(anna, 'x');
    const react = (who: string, n: number, on = true) =>
      refusal(many.input({ type: 'react', from: from(who), position: 1, value: String.fromCodePoint(0x1f600 + n), on }));
    for (let n = 0; n < conversationLimits.reactionsPerMessage; n += 1) expect(react('Anna', n)).toBeUndefined();
    expect(react('Bo', conversationLimits.reactionsPerMessage)).toBe('too_many_reactions');
    for (let n = conversationLimits.reactionsPerMessage; n < conversationLimits.reactionsPerMessageMost; n += 1)
      expect(react(`User${n}`, 0)).toBeUndefined();
    expect(react('Bo', 1)).toBe('too_many_reactions');
    expect(react('Anna', 0, false)).toBeUndefined();
    expect(react('Bo', 1)).toBeUndefined();
  });

  it('[K14] a call is an entry once it is over', () => {
    talk.input({ type: 'call', record: record(anna.person, bo.person) });
    expect(talk.entries[0]).toEqual({
      kind: 'call',
      conversation: 'anna~bo',
      position: 1,
      id: 'call-0123456789-',
      from: anna.person,
      at: talk.now,
      media: { audio: true, video: false },
      cause: 'hangup',
      missed: false,
      durationMs: 60_000,
      answeredOn: "Bo's browser",
    } satisfies CallEntry);
    const missed = { connectedAt: undefined, answeredOn: undefined, cause: 'no_answer' } as const;
    talk.input({ type: 'call', record: record(bo.person, anna.person, { ...missed, call: 'call-0000000002-' }) });
    expect(talk.entries[1]).toMatchObject({ missed: true, cause: 'no_answer', from: bo.person });
    expect(talk.entries[1]).not.toHaveProperty('durationMs');
    expect(talk.input({ type: 'call', record: record(anna.person, eve.person) })).toEqual([]);
    expect(new Drive(newRoom).input({ type: 'call', record: record(anna.person, eve.person) })).toEqual([]);
  });
});

function read(position: number): ReturnType<Drive['input']> {
  return talk.input({ type: 'read', from: bo, position });
}

describe('[K23] files', () => {
  const picture = { file: 'file-1', name: 'plan.png', type: 'image/png', bytes: 5 };

  it('are shown by a message, which needs no text, and are gone with it', () => {
    talk.files = [picture];
    expect(talk.say(anna, '')).toContainEqual({ type: 'files', files: [picture], are: 'said' });
    expect(talk.message(1)).toMatchObject({ text: '', files: [picture] });
    expect(talk.input({ type: 'delete', from: anna, position: 1 })).toContainEqual({
      type: 'files',
      files: [picture],
      are: 'gone',
    });
    expect(talk.message(1)).not.toHaveProperty('files');
  });

  it('that are not there are refused, whatever else is said', () => {
    talk.files = undefined;
    expect(refusal(talk.say(anna, 'x'))).toBe('file_not_found');
    talk.files = [picture];
    expect(refusal(talk.say(anna, 'x'.repeat(conversationLimits.textLength + 1)))).toBe('text_too_long');
    talk.files = [];
    expect(refusal(talk.say(anna, ''))).toBe('text_empty');
  });
});

it('[K15] a read mark goes forward only, to the last entry at most', () => {
  for (const text of ['a', 'b', 'c']) talk.say(anna, text);
  expect(read(2)).toEqual([
    { type: 'reply', ok: { read: 2 } },
    { type: 'mark', user: 'bo', read: 2, told: true },
  ]);
  expect(read(1)).toEqual([{ type: 'reply', ok: { read: 2 } }]);
  expect(read(99)[0]).toEqual({ type: 'reply', ok: { read: 3 } });
  expect(read(0)).toEqual([{ type: 'reply', ok: { read: 3 } }]);
});

type GroupChange = Extract<Parameters<Drive['input']>[0], { type: 'change' }>['change'];

function change(made: Drive, who: typeof anna, what: GroupChange): ReturnType<Drive['input']> {
  return made.input({ type: 'change', from: who, entry: entryId(), change: what });
}

function last(made: Drive): ChangeEntry['change'] {
  return (made.entries.at(-1) as ChangeEntry).change;
}

describe('groups', () => {
  it('[K16] every member changes it, each change is one entry', () => {
    const made = group('Bo');
    expect(types(change(made, bo, { type: 'renamed', name: ' Good   friends ' }))).toEqual(['reply', 'announce', 'made']);
    expect(last(made)).toEqual({ type: 'renamed', name: 'Good friends' });
    change(made, bo, { type: 'joined', people: [eve.person, anna.person, eve.person] });
    expect(last(made)).toEqual({ type: 'joined', people: [eve.person] });
    change(made, eve, { type: 'left', people: [anna.person, person('Nobody')] });
    expect(last(made)).toEqual({ type: 'left', people: [anna.person] });
    expect(conversationOf(made.state)?.people).toEqual([bo.person, eve.person]);
    const { length } = made.entries;
    const same: GroupChange[] = [
      { type: 'renamed', name: 'Good friends' },
      { type: 'joined', people: [bo.person] },
      { type: 'left', people: [anna.person] },
    ];
    for (const what of same) expect(types(change(made, bo, what))).toEqual(['reply']);
    expect(made.entries).toHaveLength(length);
  });

  it('[K17] it has only so many members, and a name that can be read', () => {
    const names = Array.from({ length: conversationLimits.peoplePerGroup }, (_, n) => `User${n}`);
    const tooMany = new Drive(unmade).input({ type: 'make', from: anna, name: 'All', people: names.map(person) });
    expect(refusal(tooMany)).toBe('too_many_people');
    const full = group(...names.slice(1));
    expect(refusal(change(full, anna, { type: 'joined', people: [eve.person] }))).toBe('too_many_people');
    expect(refusal(change(full, anna, { type: 'renamed', name: '\u202e\u0000' }))).toBe('name_invalid');
    expect(refusal(new Drive(unmade).input({ type: 'make', from: anna, name: ' ', people: [] }))).toBe('name_invalid');
    expect(full.entries).toHaveLength(1);
  });

  it('[K18] those who join have read what was said before', () => {
    const made = group('Bo');
    made.say(bo, 'x');
    const effects = change(made, anna, { type: 'joined', people: [eve.person] });
    expect(types(effects)).toEqual(['reply', 'joined', 'mark', 'announce', 'made']);
    expect(effects).toContainEqual({ type: 'mark', user: 'eve', read: 2, told: false });
  });

  it('[K19] those who leave hear it, and leave once', () => {
    const made = group('Bo', 'Eve');
    const leave = (who: typeof anna, entry = entryId()) => made.input({ type: 'leave', from: who, entry });
    const entry = entryId();
    expect(types(leave(bo, entry))).toEqual(['reply', 'left', 'announce', 'made']);
    expect(last(made)).toEqual({ type: 'left', people: [bo.person] });
    expect(leave(bo, entry)).toEqual([{ type: 'reply', ok: {} }]);
    expect(refusal(leave(bo))).toBe('conversation_not_found');
    change(made, anna, { type: 'joined', people: [bo.person] });
    expect(leave(bo, entry)).toEqual([{ type: 'reply', ok: {} }]);
    leave(bo);
    expect(change(made, anna, { type: 'left', people: [eve.person] })).toContainEqual({ type: 'left', people: [eve.person] });
    leave(anna);
    expect(conversationOf(made.state)?.people).toEqual([]);
    expect(refusal(made.input({ type: 'make', from: anna, name: 'Again', people: [] }))).toBe('conversation_exists');
  });
});

it('[K22] a new name is read by those who are told later, and nobody is told because of it', () => {
  talk.say(anna, 'x');
  const renamed = { address: 'bo', name: 'Bodil' };
  expect(talk.input({ type: 'renamed', person: renamed })).toEqual([]);
  expect(conversationOf(talk.state)?.people).toEqual([anna.person, renamed]);
  const before = talk.state;
  for (const other of [renamed, eve.person]) talk.input({ type: 'renamed', person: other });
  expect(talk.state).toBe(before);
});

it('[K21] has no deadline, and nothing to recover', () => {
  expect(conversationMachine.deadline(direct)).toBeUndefined();
  expect(conversationMachine.recover(direct, 0)).toEqual([]);
});

describe('meetings', () => {
  it('[K24] one that was made in a conversation is one entry of it, which changes with it', () => {
    const made = group('Bo');
    expect(types(meeting(made, { title: 'Stand-up', startsAt: 5 }))).toEqual(['made']);
    expect(made.entries.at(-1)).toMatchObject({ kind: 'meeting', from: anna.person, title: 'Stand-up', startsAt: 5 });
    expect(meeting(made, { title: 'Stand-up', startsAt: 5 })).toEqual([]);
    expect(types(meeting(made))).toEqual(['changed']);
    expect(made.entries.at(-1)).not.toHaveProperty('title');
    expect(types(meeting(made, { isOver: true }))).toEqual(['changed']);
    expect(made.entries.at(-1)).toMatchObject({ endedAt: made.now });
    expect(meeting(made, { isOver: true })).toEqual([]);
    expect(meeting(made, {}, eve.person)).toEqual([]);
    expect(meeting(new Drive(unmade))).toEqual([]);
    expect(types(meeting(talk))).toEqual(['joined', 'announce', 'made']);
    expect(meeting(new Drive(direct), { isOver: true })).toEqual([]);
  });

  it('[K25] what is said in one is a conversation of those who are in it at the moment', () => {
    const said = new Drive(unmade);
    const gather = (joined: readonly (typeof anna)[], left: readonly (typeof anna)[] = []) =>
      said.input({
        type: 'gather',
        name: 'Stand-up',
        joined: joined.map((one) => one.person),
        left: left.map((one) => one.person),
      });
    expect(types(gather([anna]))).toEqual(['joined', 'mark', 'announce']);
    expect(conversationOf(said.state)).toMatchObject({ kind: 'meeting', name: 'Stand-up', people: [anna.person] });
    said.say(anna, 'Hello');
    expect(gather([bo])).toContainEqual({ type: 'mark', user: 'bo', read: 1, told: false });
    expect(gather([bo])).toEqual([]);
    expect(types(said.say(bo, 'Hi'))).toEqual(['reply', 'made', 'mark']);
    expect(types(gather([], [bo]))).toEqual(['left', 'announce']);
    expect(refusal(said.say(bo, 'Still here?'))).toBe('conversation_not_found');
    expect(refusal(said.input({ type: 'leave', from: anna, entry: entryId() }))).toBe('not_a_group');
    const change = { type: 'renamed', name: 'Mine' } as const;
    expect(refusal(said.input({ type: 'change', from: anna, entry: entryId(), change }))).toBe('not_a_group');
    expect(types(group('Bo').input({ type: 'gather', name: 'x', joined: [eve.person], left: [] }))).toEqual([]);
  });
});

describe('voicemail', () => {
  const file = { file: 'said', name: 'voicemail.ogg', type: 'audio/ogg', bytes: 4_000 };
  const spoken = { id: 'one', call: 'call-one', from: anna.person, to: bo.person, durationMs: 3_000, file, heard: false };
  const leave = (drive: Drive, more: Partial<VoicemailFacts> = {}) =>
    drive.input({ type: 'voicemail', voicemail: { ...spoken, ...more } });

  it('[K26] what was said is one entry by the caller, which says that it was heard, and that it is gone', () => {
    const drive = new Drive(direct);
    expect(types(leave(drive))).toEqual(['joined', 'announce', 'made', 'files']);
    expect(drive.entries).toMatchObject([
      { kind: 'voicemail', id: 'one', from: anna.person, to: bo.person, heard: false, file },
    ]);
    expect(leave(drive)).toEqual([]);
    expect(types(leave(drive, { heard: true }))).toEqual(['changed']);
    expect(drive.entries).toMatchObject([{ heard: true, file, durationMs: 3_000 }]);
    expect(leave(drive, { heard: true, file: undefined })).toContainEqual({ type: 'files', files: [file], are: 'gone' });
    expect(drive.entries[0]).not.toHaveProperty('file');
    expect(leave(drive, { heard: true, file: undefined })).toEqual([]);
    // Nobody takes it back by hand.
    expect(refusal(drive.input({ type: 'delete', from: anna, position: 1 }))).toBe('not_changeable');
  });

  it('[K26] is in the conversation of its two people alone', () => {
    expect(leave(new Drive(direct), { from: eve.person })).toEqual([]);
    expect(leave(new Drive(direct), { file: undefined })).toEqual([]);
    for (const drive of [group('Bo'), new Drive(unmade)]) expect(leave(drive)).toEqual([]);
  });
});
