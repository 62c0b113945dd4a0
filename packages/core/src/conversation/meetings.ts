/** What is said in a meeting, by those who are in it; and meetings that begin in a conversation. */
import type { Instant } from '../machine.ts';
import type { MeetingEntry } from '../protocol/conversations.ts';
import { append, ignored } from './outcome.ts';
import type { Made, Outcome } from './outcome.ts';
import { begun } from './messages.ts';
import type { ConversationEffect, ConversationInput, ConversationState, Gathering } from './types.ts';

type Input<T extends ConversationInput['type']> = Extract<ConversationInput, { type: T }>;

/** What was said before is there for those who come, and counts as read. */
export function gather(state: ConversationState, { name, joined, left }: Input<'gather'>, now: Instant): Outcome {
  if (state.kind !== 'unmade' && state.kind !== 'meeting') return ignored(state);
  const before: Gathering =
    state.kind === 'meeting' ? state : { kind: 'meeting', id: state.id, name, people: [], last: 0, activeAt: now };
  const isThere = (address: string): boolean => before.people.some((person) => person.address === address);
  const gone = left.filter(({ address }) => isThere(address));
  const come = joined.filter(({ address }) => !isThere(address) && !left.some((one) => one.address === address));
  if (come.length === 0 && gone.length === 0) return ignored(state);
  const people = [...before.people.filter(({ address }) => !gone.some((one) => one.address === address)), ...come];
  const effects: ConversationEffect[] = [
    ...(come.length === 0 ? [] : [{ type: 'joined', people: come } as const]),
    ...come.map(({ address }) => ({ type: 'mark', user: address, read: before.last, told: false }) as const),
    ...(gone.length === 0 ? [] : [{ type: 'left', people: gone } as const]),
    { type: 'announce' },
  ];
  return { state: { ...before, people }, effects };
}

/** One entry a meeting: later it says what has become of it. */
export function meeting(state: Made, { by, found, isOver, ...facts }: Input<'meeting'>, now: Instant): Outcome {
  const { title, startsAt, meeting: id } = facts;
  const said = { ...(title !== undefined && { title }), ...(startsAt !== undefined && { startsAt }) };
  if (found?.kind === 'meeting') {
    const { title: _title, startsAt: _startsAt, ...kept } = found;
    const entry: MeetingEntry = isOver ? { ...found, endedAt: found.endedAt ?? Math.max(now, found.at) } : { ...kept, ...said };
    const isSame = entry.title === found.title && entry.startsAt === found.startsAt && entry.endedAt === found.endedAt;
    return isSame ? ignored(state) : { state, effects: [{ type: 'changed', entry }] };
  }
  if (isOver) return ignored(state);
  const next = append<Made, MeetingEntry>(state, { kind: 'meeting', id, from: by, meeting: id, ...said }, now);
  return { state: next.state, effects: [...begun(state), { type: 'made', entry: next.entry }] };
}
