/** Groups: made, renamed, joined, left. Every member may do all of it. */
import { cleanName } from '../address.ts';
import { conversationLimits } from '../limits.ts';
import type { Instant } from '../machine.ts';
import type { Change, ChangeEntry, Conversation } from '../protocol/conversations.ts';
import type { Person } from '../protocol/signaling.ts';
import type { From } from '../call/types.ts';
import { answered, append, refused, reply } from './outcome.ts';
import type { Outcome } from './outcome.ts';
import type { ConversationEffect, ConversationInput, ConversationState, Group } from './types.ts';

type Input<T extends ConversationInput['type']> = Extract<ConversationInput, { type: T }>;

export function make(state: ConversationState, { from, name, people }: Input<'make'>, now: Instant): Outcome {
  const maker = from.person;
  if (state.kind !== 'unmade') {
    const isRepeated = state.kind === 'group' && state.maker === maker.address && has(state, maker);
    return isRepeated ? answered(state, { conversation: show(state) }) : refused(state, 'conversation_exists');
  }
  const clean = cleanName(name);
  if (clean === undefined) return refused(state, 'name_invalid');
  const all = distinct([maker, ...people]);
  if (all.length > conversationLimits.peoplePerGroup) return refused(state, 'too_many_people');
  const group: Group = { kind: 'group', id: state.id, maker: maker.address, name: clean, people: all, last: 0, activeAt: now };
  const next = appendChange(group, from, state.id, { type: 'made', name: clean, people: all }, now);
  return {
    state: next.state,
    effects: [
      reply({ conversation: show(next.state) }),
      { type: 'joined', people: all },
      { type: 'announce' },
      { type: 'made', entry: next.entry },
      { type: 'mark', user: maker.address, read: next.entry.position, told: false },
    ],
  };
}

export function change(state: Group, input: Input<'change'>, now: Instant): Outcome {
  if (input.known !== undefined) return answered(state, { conversation: show(state) });
  switch (input.change.type) {
    case 'renamed': {
      const name = cleanName(input.change.name);
      if (name === undefined) return refused(state, 'name_invalid');
      if (name === state.name) return answered(state, { conversation: show(state) });
      return changed({ ...state, name }, input, { type: 'renamed', name }, [], now);
    }
    case 'joined': {
      const people = distinct(input.change.people).filter((person) => !has(state, person));
      if (people.length === 0) return answered(state, { conversation: show(state) });
      const all = [...state.people, ...people];
      if (all.length > conversationLimits.peoplePerGroup) return refused(state, 'too_many_people');
      return changed(
        { ...state, people: all },
        input,
        { type: 'joined', people },
        [{ type: 'joined', people }, ...caughtUp(people, state.last)],
        now,
      );
    }
    case 'left': {
      const named = new Set(input.change.people.map(({ address }) => address));
      const people = state.people.filter(({ address }) => named.has(address));
      if (people.length === 0) return answered(state, { conversation: show(state) });
      return changed(without(state, named), input, { type: 'left', people }, [{ type: 'left', people }], now);
    }
  }
}

export function leave(state: Group, { from, entry, known }: Input<'leave'>, now: Instant): Outcome {
  // Only those who were in it once have made an entry; who was taken in again since then stays.
  if (known !== undefined) return answered(state, {});
  const person = state.people.find(({ address }) => address === from.person.address);
  if (person === undefined) return refused(state, 'conversation_not_found');
  const rest = without(state, new Set([person.address]));
  const next = appendChange(rest, from, entry, { type: 'left', people: [person] }, now);
  return { state: next.state, effects: [reply({}), ...told(next.entry, [{ type: 'left', people: [person] }])] };
}

function changed(
  state: Group,
  { from, entry }: Input<'change'>,
  what: Change,
  effects: readonly ConversationEffect[],
  now: Instant,
): Outcome {
  const next = appendChange(state, from, entry, what, now);
  return { state: next.state, effects: [reply({ conversation: show(next.state) }), ...told(next.entry, effects)] };
}

/** What was said before they came is there for those who join, and not unread. */
function caughtUp(people: readonly Person[], read: number): ConversationEffect[] {
  return people.map(({ address }) => ({ type: 'mark', user: address, read, told: false }));
}

/** Those who come see the group before its entry; those who go hear nothing more of it. */
function told(entry: ChangeEntry, effects: readonly ConversationEffect[]): ConversationEffect[] {
  return [...effects, { type: 'announce' }, { type: 'made', entry }];
}

function appendChange(state: Group, from: From, id: string, what: Change, now: Instant) {
  return append<Group, ChangeEntry>(state, { kind: 'change', id, from: from.person, change: what }, now);
}

function show({ id, name, people, last }: Group): Conversation {
  return { conversation: id, kind: 'group', name, people: [...people], last };
}

function has(state: Group, { address }: Person): boolean {
  return state.people.some((person) => person.address === address);
}

function without(state: Group, addresses: ReadonlySet<string>): Group {
  return { ...state, people: state.people.filter(({ address }) => !addresses.has(address)) };
}

function distinct(people: readonly Person[]): Person[] {
  return [...new Map(people.map((person) => [person.address, person])).values()];
}
