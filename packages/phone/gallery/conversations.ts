/** Conversations that were never held, for the gallery: every kind of entry, every script, what failed. */
import { OffhookError } from '@offhook/client';
import type { Outgoing } from '@offhook/client/conversations';
import type { CallEntry, ChangeEntry, Entry, FileInfo, MessageEntry, Person } from '@offhook/core';
import type { ConversationRow, ConversationsState, OpenConversation } from '../src/view/conversations-state.ts';
import { anna, bo, long, mira, noor, unbroken } from './people.ts';

const lena: Person = { address: 'lena', name: 'Lena Fischer' };
const ines: Person = { address: 'ines', name: 'Inês Carvalho' };
const minute = 60_000;
const noon = new Date().setHours(12, 0, 0, 0);

type Said = readonly [from: Person, ago: number, text: string, more?: Partial<MessageEntry>];

const every = (from: Person, position: number, ago: number) => ({
  conversation: 'gallery',
  position,
  id: `entry-${position}`,
  from,
  at: noon - ago * minute,
});

function said(position: number, [from, ago, text, more = {}]: Said): MessageEntry {
  return { kind: 'message', ...every(from, position, ago), text, reactions: [], ...more };
}

function call(position: number, from: Person, ago: number, more: Partial<CallEntry> = {}): CallEntry {
  const media = { audio: true, video: false };
  return { kind: 'call', ...every(from, position, ago), media, cause: 'hangup', missed: false, ...more };
}

function change(position: number, from: Person, ago: number, what: ChangeEntry['change']): ChangeEntry {
  return { kind: 'change', ...every(from, position, ago), change: what };
}

const plan: FileInfo = {
  file: 'plan',
  name: 'Floor plan of the new office, second floor.pdf',
  type: 'application/pdf',
  bytes: 1_240_000,
};
const view: FileInfo = { file: 'view', name: 'The view.png', type: 'image/png', bytes: 420_000 };
const addresses = new Map([
  ['plan', 'about:blank'],
  ['view', new URL('./portraits/anna.svg', import.meta.url).href],
]);

const withAnna: readonly Entry[] = [
  said(1, [anna, 26 * 60, 'Good morning! Have you seen the plan for the new office?']),
  said(2, [anna, 26 * 60, '', { files: [plan] }]),
  said(3, [
    lena,
    25 * 60,
    'Yes. I like it a lot. The kitchen is a bit small though: https://plans.example.com/office/2?floor=2',
    { editedAt: 1 },
  ]),
  call(4, lena, 25 * 60 - 5, { durationMs: 4 * minute }),
  said(5, [
    anna,
    120,
    'The view from the roof.',
    {
      files: [view],
      reactions: [
        { value: '★', by: ['lena'] },
        { value: '❤️', by: ['bo', 'mira'] },
      ],
    },
  ]),
  said(6, [lena, 118, 'Wow.', { reply: 5 }]),
  said(7, [lena, 117, 'Shall we meet there at three?\nI could bring the samples along.']),
  said(8, [anna, 60, '', { deletedAt: 1 }]),
  call(9, anna, 30, { cause: 'no_answer', missed: true }),
  said(10, [anna, 12, 'Tried to call you. Three is fine!']),
  said(11, [lena, 2, 'Perfect, see you then']),
];

const withNoor: readonly Entry[] = [
  said(1, [noor, 50, 'שלום! איך היה הטיול?']),
  said(2, [lena, 45, 'Very good, thank you. תודה רבה!']),
  said(3, [noor, 40, 'אשמח לראות תמונות: https://example.com/תמונות ונדבר מחר ב־10:30.']),
  call(4, noor, 20, { media: { audio: true, video: true }, durationMs: 62 * minute }),
];

const inRoom: readonly Entry[] = [
  said(1, [mira, 200, 'The canteen is closed today.']),
  said(2, [unbroken, 180, 'W'.repeat(180)]),
  said(3, [mira, 100, 'Pizza at noon in the kitchen on the second floor?']),
  said(4, [mira, 99, 'First come, first served.', { reactions: [{ value: '👍', by: ['bo', 'anna', 'tom'] }] }]),
  said(5, [bo, 90, 'I am in.', { reply: 3 }]),
];

const inGroup: readonly Entry[] = [
  change(1, lena, 300, { type: 'made', name: 'Office move', people: [lena, anna, bo] }),
  change(2, anna, 290, { type: 'joined', people: [mira, noor] }),
  said(3, [bo, 280, 'Who takes the plants?']),
  change(4, anna, 200, { type: 'renamed', name: 'Office move, June' }),
];

const failed: Outgoing = {
  kind: 'outgoing',
  id: 'failed',
  text: 'And the minutes of the meeting, all of them.',
  at: noon,
  state: 'failed',
  error: new OffhookError('rate_limited'),
  sent: Promise.withResolvers<MessageEntry>().promise,
};

function open(more: Partial<OpenConversation>): OpenConversation {
  return {
    id: 'anna',
    kind: 'direct',
    isIn: true,
    people: [],
    hasEarlier: false,
    hasLater: false,
    theirs: 0,
    typing: [],
    addresses,
    sending: [],
    ...more,
  };
}

export const opened = {
  anna: open({ id: 'anna', peer: anna, entries: withAnna, hasEarlier: true, newFrom: 7, theirs: 11, typing: [anna] }),
  noor: open({ id: 'noor', peer: noor, entries: withNoor }),
  long: open({
    id: 'long',
    peer: long,
    entries: [
      said(1, [long, 30, 'Would you send me the documents?']),
      failed,
      { ...failed, id: 'sending', state: 'sending', text: 'Here they come' },
    ],
    sending: [{ name: plan.name, part: 0.4 }],
  }),
  blocked: open({
    id: 'long',
    peer: long,
    entries: [said(1, [long, 30, 'Would you send me the documents?']), { ...failed, error: new OffhookError('blocked') }],
  }),
  everyone: open({ id: 'everyone', kind: 'room', entries: inRoom }),
  group: open({
    id: 'group',
    kind: 'group',
    name: 'Office move, June',
    people: [lena, anna, bo, mira, noor],
    entries: inGroup,
  }),
  sought: open({
    id: 'anna',
    peer: anna,
    entries: withAnna.slice(0, 8),
    hasEarlier: true,
    hasLater: true,
    sought: { position: 3 },
    theirs: 11,
  }),
  empty: open({ id: 'ines', peer: ines, entries: [] }),
} satisfies Record<string, OpenConversation>;

const row = ({ id, kind, name, peer, people, entries }: OpenConversation, unread = 0): ConversationRow => ({
  id,
  kind,
  name,
  peer,
  people,
  unread,
  last: entries?.findLast((entry) => entry.kind !== 'outgoing'),
});

export function conversations(one?: OpenConversation): ConversationsState {
  const list = [row(opened.anna), row(opened.noor, 2), row(opened.long), row(opened.everyone, 120), row(opened.group, 1)];
  return { list, more: true, unread: 123, open: one };
}

/** What a search for "plan" has found beside conversations and people. */
export function found(): ConversationsState {
  const messages = [...withAnna, ...inGroup, ...inRoom]
    .filter((entry) => entry.kind === 'message')
    .filter(({ text }) => /plan/i.test(text))
    .map((entry) => ({ entry, head: inGroup.includes(entry) ? opened.group : opened.anna }));
  return { ...conversations(opened.sought), found: { messages, more: true } };
}
