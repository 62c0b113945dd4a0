/**
 * A conversation: who is in it, what may be said, changed and taken back there, and at which position it stands. Everything that
 * is said is decided here; entries that are there already are handed in with the input (`known`, `found`, `mark`), as a
 * conversation may be longer than any memory.
 *
 *      room    ── everybody is in it, always ──────────────► say, edit, delete, react, read
 *      direct  ── two people, kept from the first entry on ► the same, calls, and what was said to the voicemail
 *      unmade  ── make ──► group ── its members ───────────► the same, and change, leave
 *      unmade  ── gather ──► meeting ── those who are in it ► say, edit, delete, react, read
 *
 * To those who are not in it a conversation does not exist.
 */
import { unreachable } from '../machine.ts';
import type { Machine, Step } from '../machine.ts';
import type { Conversation, ConversationId } from '../protocol/conversations.ts';
import type { Address, Person } from '../protocol/signaling.ts';
import { change, leave, make } from './groups.ts';
import { gather, meeting } from './meetings.ts';
import { voicemail } from './voicemail.ts';
import { call, deleteMessage, edit, react, read, say } from './messages.ts';
import { ignored, refused } from './outcome.ts';
import type { ConversationEffect, ConversationInput, ConversationState, Direct, Room } from './types.ts';

export { cleanText, isReaction } from './text.ts';
export type {
  ConversationEffect,
  ConversationInput,
  ConversationState,
  Direct,
  Gathering,
  Group,
  GroupChange,
  Room,
  Unmade,
  VoicemailFacts,
} from './types.ts';

/** The id of the public room. */
export const everyone: ConversationId = 'everyone';

/** Stands in no address. */
const between = '~';

/** The id of the conversation of two people, whoever of them asks. */
export function directId(a: Address, b: Address): ConversationId {
  return a < b ? a + between + b : b + between + a;
}

/** Whose conversation this is; undefined for ids that are not of this kind. */
export function peopleOfDirect(id: ConversationId): readonly [Address, Address] | undefined {
  const [a = '', b = '', ...more] = id.split(between);
  return a !== '' && b !== '' && a < b && more.length === 0 ? [a, b] : undefined;
}

export const newRoom: Room = { kind: 'room', id: everyone, last: 0, activeAt: 0 };

export function newDirect(a: Person, b: Person): Direct {
  return {
    kind: 'direct',
    id: directId(a.address, b.address),
    people: a.address < b.address ? [a, b] : [b, a],
    last: 0,
    activeAt: 0,
  };
}

/** Whether this user takes part in it, and so may read it. */
export function isIn(state: ConversationState, user: Address): boolean {
  switch (state.kind) {
    case 'unmade':
      return false;
    case 'room':
      return true;
    case 'direct':
    case 'group':
    case 'meeting':
      return state.people.some(({ address }) => address === user);
  }
}

/** A conversation as everybody in it sees it; undefined for one that was not made. */
export function conversationOf(state: ConversationState): Conversation | undefined {
  switch (state.kind) {
    case 'unmade':
      return undefined;
    case 'room':
      return { conversation: state.id, kind: 'room', people: [], last: state.last };
    case 'direct':
      return { conversation: state.id, kind: 'direct', people: [...state.people], last: state.last };
    case 'group':
      return { conversation: state.id, kind: 'group', name: state.name, people: [...state.people], last: state.last };
    case 'meeting':
      return { conversation: state.id, kind: 'meeting', name: state.name, people: [...state.people], last: state.last };
  }
}

export const conversationInputs = [
  'say',
  'edit',
  'delete',
  'react',
  'read',
  'make',
  'change',
  'leave',
  'call',
  'gather',
  'meeting',
  'voicemail',
  'renamed',
] as const satisfies ConversationInput['type'][];

export const conversationStates = [
  'unmade',
  'room',
  'direct',
  'group',
  'meeting',
] as const satisfies ConversationState['kind'][];

export const conversationMachine: Machine<ConversationState, ConversationInput, ConversationEffect> = {
  step(state, input, now) {
    if (input.type === 'make') return make(state, input, now);
    if (input.type === 'call') return state.kind === 'direct' ? call(state, input.record, now) : ignored(state);
    if (input.type === 'voicemail') return state.kind === 'direct' ? voicemail(state, input, now) : ignored(state);
    if (input.type === 'gather') return gather(state, input, now);
    if (input.type === 'meeting')
      return state.kind === 'unmade' || !isIn(state, input.by.address) ? ignored(state) : meeting(state, input, now);
    if (input.type === 'renamed') return renamed(state, input.person);
    // One who has left is answered once more.
    if (input.type === 'leave' && state.kind === 'group') return leave(state, input, now);
    if (state.kind === 'unmade' || !isIn(state, input.from.person.address)) return refused(state, 'conversation_not_found');
    switch (input.type) {
      case 'say':
        return say(state, input, now);
      case 'edit':
        return edit(state, input, now);
      case 'delete':
        return deleteMessage(state, input, now);
      case 'react':
        return react(state, input);
      case 'read':
        return read(state, input);
      case 'change':
        return state.kind === 'group' ? change(state, input, now) : refused(state, 'not_a_group');
      case 'leave':
        return refused(state, 'not_a_group');
      default:
        return unreachable(input);
    }
  },
  deadline: () => undefined,
  recover: () => [],
};

/** Whoever is told of the conversation from now on reads the new name. */
function renamed(state: ConversationState, person: Person): Step<ConversationState, ConversationEffect> {
  if (state.kind === 'unmade' || state.kind === 'room') return ignored(state);
  if (!state.people.some(({ address, name }) => address === person.address && name !== person.name)) return ignored(state);
  const people = state.people.map((other) => (other.address === person.address ? person : other));
  return { state: { ...state, people }, effects: [] };
}
