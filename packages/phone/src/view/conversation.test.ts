import type { CallEntry, MessageEntry } from '@offhook/core';
import { describe, expect, it } from 'vitest';
import { commandIn, commandsFor, itemsOf, piecesOf, seenOf } from './conversation.ts';
import {
  callText,
  changeText,
  filesUnsentText,
  lastText,
  saidText,
  sizeText,
  typingText,
  unsentText,
} from './conversation-texts.ts';
import type { OpenConversation } from './conversations-state.ts';

const anna = { address: 'anna', name: 'Anna' };
const bo = { address: 'bo', name: 'Bo' };
const now = new Date(2026, 5, 3, 12).getTime();
const minute = 60_000;

function message(position: number, from = bo, more: Partial<MessageEntry> = {}): MessageEntry {
  const at = now - 60 * minute + position * minute;
  return {
    kind: 'message',
    conversation: 'anna~bo',
    position,
    id: `m${position}`,
    from,
    at,
    text: `text ${position}`,
    reactions: [],
    ...more,
  };
}

function call(more: Partial<CallEntry>): CallEntry {
  return { ...message(9), kind: 'call', media: { audio: true, video: false }, cause: 'hangup', missed: false, ...more };
}

function open(more: Partial<OpenConversation>): OpenConversation {
  return {
    id: 'anna~bo',
    kind: 'direct',
    peer: bo,
    people: [anna, bo],
    isIn: true,
    hasEarlier: false,
    hasLater: false,
    theirs: 0,
    typing: [],
    addresses: new Map(),
    sending: [],
    ...more,
  };
}

const kinds = (more: Partial<OpenConversation>): string[] =>
  itemsOf(open(more), 'anna', now).map((item) => (item.kind === 'message' && item.follows ? 'follows' : item.kind));

describe('a conversation on the screen', () => {
  it('has its days as headings, and an author named once for what they said together', () => {
    const yesterday = message(1, bo, { at: now - 24 * 60 * minute });
    expect(kinds({ entries: [yesterday, message(2), message(3), message(4, anna), message(20, anna)] })).toEqual(
      ['day', 'message', 'day', 'message', 'follows', 'message', 'message'], //
    );
  });

  it('marks where the new begins: before the first of somebody else', () => {
    expect(kinds({ entries: [message(1), message(2, anna), message(3), message(4)], newFrom: 1 })).toEqual(
      ['day', 'message', 'message', 'new', 'message', 'follows'], //
    );
  });

  it('finds the message that one replies to', () => {
    const items = itemsOf(open({ entries: [message(1), message(2, anna, { reply: 1 })] }), 'anna', now);
    expect(items.at(-1)).toMatchObject({ mine: true, replied: { position: 1 } });
  });

  it('says that the other has seen the last message only when it is one’s own', () => {
    expect(seenOf(open({ entries: [message(1), message(2, anna)], theirs: 2 }), 'anna')).toBe('m2');
    expect(seenOf(open({ entries: [message(1), message(2, anna)], theirs: 1 }), 'anna')).toBeUndefined();
    expect(seenOf(open({ entries: [message(1, anna), message(2)], theirs: 2 }), 'anna')).toBeUndefined();
  });
});

describe('links', () => {
  it.each([
    ['see https://example.com/a?b=c.', ['see ', '→https://example.com/a?b=c', '.']],
    ['(http://example.com) it is', ['(', '→http://example.com', ') it is']],
    ['https://en.wikipedia.org/wiki/Bell_(phone)', ['→https://en.wikipedia.org/wiki/Bell_(phone)']],
    ['javascript:alert(1) data:text/html,x //example.com', ['javascript:alert(1) data:text/html,x //example.com']],
    ['https://', ['https://']],
    ['', []],
  ])('in %j are found, and only those of the web', (text, pieces) => {
    expect(piecesOf(text).map((piece) => ('link' in piece ? `→${piece.link}` : piece.text))).toEqual(pieces);
  });
});

describe('in words', () => {
  it('a call is what came of it for the one who reads', () => {
    expect(callText(call({ durationMs: 4 * minute }), 'anna')).toBe('Call · 4 min');
    expect(callText(call({ missed: true, cause: 'no_answer', media: { audio: true, video: true } }), 'anna')).toBe(
      'Missed video call',
    );
    expect(callText(call({ missed: true, cause: 'no_answer' }), 'bo')).toBe('Call · no answer');
  });

  it('the last entry says who said it where that is not clear', () => {
    expect(lastText(message(1, anna), 'direct', 'anna')).toBe('You: text 1');
    expect(lastText(message(1), 'direct', 'anna')).toBe('text 1');
    expect(lastText(message(1), 'room', 'anna')).toBe('Bo: text 1');
  });

  it('what has no text is named by what it shows', () => {
    const file = { file: 'f', name: 'plan.pdf', type: 'application/pdf', bytes: 12_300 };
    expect(saidText({ text: '', files: [file] })).toBe('plan.pdf');
    expect(saidText({ text: '', files: [{ ...file, type: 'image/png' }] })).toBe('Picture');
    expect(saidText({ text: '', files: [file, file] })).toBe('2 files');
    expect(saidText({ text: '', deletedAt: 1 })).toBe('Message deleted');
    expect(sizeText(file.bytes)).toBe('12 kB');
  });

  it('a group tells what became of it', () => {
    const change = { ...message(1), kind: 'change' } as const;
    expect(changeText({ ...change, change: { type: 'joined', people: [anna] } }, 'anna')).toBe('Bo added you');
    expect(changeText({ ...change, change: { type: 'left', people: [bo] } }, 'anna')).toBe('Bo left');
  });

  it('says who writes', () => {
    expect([[], [bo], [bo, anna]].map(typingText)).toEqual(['', 'Bo is writing…', 'Bo and Anna are writing…']);
  });

  it('names the files that were not sent, those together that have a reason in common', () => {
    const files = [
      { name: 'a.exe', why: 'No programs.' },
      { name: 'film.bin', why: 'Too large.' },
      { name: 'b.exe', why: 'No programs.' },
    ];
    expect(filesUnsentText(files)).toBe('Not sent: a.exe and b.exe. No programs. Not sent: film.bin. Too large.');
  });

  it.each([
    ['/', ['call', 'video']],
    ['/C', ['call']],
    ['/video ', ['video']],
    ['/calls', []],
    ['/call me', []],
    ['', []],
    ['call', []],
  ])('offers for “%s” the commands %j', (text, commands) => expect(commandsFor(text)).toEqual(commands));

  it('knows commands only where nothing else is said', () => {
    expect([' /call', '/call', '/VIDEO ', '/call me', '/calls'].map(commandIn)).toEqual(
      [undefined, 'call', 'video', undefined, undefined], //
    );
  });
});

it.each([
  [undefined, 'Not sent'],
  ['internal', 'Not sent'],
  ['blocked', 'Not sent. You have blocked them. Unblock them first.'],
  ['person_unavailable', 'Not sent. They cannot be reached at the moment.'],
  ['text_too_long', 'Not sent. This is too long for one message. Send it in parts.'],
  ['rate_limited', 'Not sent. That was a lot at once. Wait a moment and try again.'],
] as const)('says of a message that failed with %s: “%s”', (code, text) => {
  expect(unsentText(code)).toBe(text);
});
