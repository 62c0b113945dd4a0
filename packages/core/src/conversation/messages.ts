/** What is said, changed, taken back, reacted to and read; and calls that are over. */
import { isMissed } from '../call/causes.ts';
import type { CallRecord } from '../call/types.ts';
import { conversationLimits } from '../limits.ts';
import type { Instant } from '../machine.ts';
import type { CallEntry, Entry, FileInfo, MessageEntry, Reaction } from '../protocol/conversations.ts';
import type { Address } from '../protocol/signaling.ts';
import { answered, append, ignored, refused, reply } from './outcome.ts';
import type { Made, Outcome } from './outcome.ts';
import { cleanText, isReaction } from './text.ts';
import type { ConversationEffect, ConversationInput, Direct } from './types.ts';

type Input<T extends ConversationInput['type']> = Extract<ConversationInput, { type: T }>;

export function say(state: Made, input: Input<'say'>, now: Instant): Outcome {
  if (input.known !== undefined) return answered(state, { entry: input.known });
  const { files } = input;
  if (files === undefined) return refused(state, 'file_not_found');
  const clean = cleanText(input.text);
  // A picture needs no words.
  const isWordless = 'error' in clean && clean.error === 'text_empty' && files.length > 0;
  if ('error' in clean && !isWordless) return refused(state, clean.error);
  if (input.reply !== undefined && input.reply > state.last) return refused(state, 'entry_not_found');
  const { person } = input.from;
  const next = append<Made, MessageEntry>(
    state,
    {
      kind: 'message',
      id: input.entry,
      from: person,
      text: 'text' in clean ? clean.text : '',
      ...(input.reply !== undefined && { reply: input.reply }),
      reactions: [],
      ...(files.length > 0 && { files: [...files] }),
    },
    now,
  );
  return {
    state: next.state,
    effects: [
      reply({ entry: next.entry }),
      ...begun(state),
      { type: 'made', entry: next.entry },
      ...filesEffect(files, 'said'),
      { type: 'mark', user: person.address, read: next.entry.position, told: false },
    ],
  };
}

function filesEffect(files: readonly FileInfo[], are: 'said' | 'gone'): ConversationEffect[] {
  return files.length === 0 ? [] : [{ type: 'files', files, are }];
}

/** A conversation of two people is kept from its first entry on. */
export function begun(state: Made): ConversationEffect[] {
  return state.kind === 'direct' && state.last === 0 ? [{ type: 'joined', people: state.people }, { type: 'announce' }] : [];
}

export function edit(state: Made, input: Input<'edit'>, now: Instant): Outcome {
  const found = own(input.found, input.from.person.address);
  if (typeof found === 'string') return refused(state, found);
  if (found.deletedAt !== undefined) return refused(state, 'not_changeable');
  const clean = cleanText(input.text);
  if ('error' in clean) return refused(state, clean.error);
  if (clean.text === found.text) return answered(state, { entry: found });
  return changed(state, { ...found, text: clean.text, editedAt: Math.max(now, found.at) });
}

export function deleteMessage(state: Made, input: Input<'delete'>, now: Instant): Outcome {
  const found = own(input.found, input.from.person.address);
  if (typeof found === 'string') return refused(state, found);
  if (found.deletedAt !== undefined) return answered(state, { entry: found });
  const { editedAt: _editedAt, files = [], ...rest } = found;
  const { effects, ...next } = changed(state, { ...rest, text: '', reactions: [], deletedAt: Math.max(now, found.at) });
  return { ...next, effects: [...effects, ...filesEffect(files, 'gone')] };
}

export function react(state: Made, { from, value, on, found }: Input<'react'>): Outcome {
  if (found === undefined) return refused(state, 'entry_not_found');
  if (found.kind !== 'message' || found.deletedAt !== undefined) return refused(state, 'not_changeable');
  if (!isReaction(value)) return refused(state, 'reaction_invalid');
  const user = from.person.address;
  const before = found.reactions.find((reaction) => reaction.value === value)?.by ?? [];
  if (before.includes(user) === on) return answered(state, { entry: found });
  const by = on ? [...before, user] : before.filter((other) => other !== user);
  const reactions = withReaction(found.reactions, { value, by });
  const all = reactions.reduce((sum, reaction) => sum + reaction.by.length, 0);
  const isTooMuch =
    reactions.length > conversationLimits.reactionsPerMessage || all > conversationLimits.reactionsPerMessageMost;
  return isTooMuch && on ? refused(state, 'too_many_reactions') : changed(state, { ...found, reactions });
}

/** In the order in which they were first used; one that nobody uses any more goes. */
function withReaction(reactions: readonly Reaction[], { value, by }: Reaction): Reaction[] {
  const isKnown = reactions.some((reaction) => reaction.value === value);
  const next = isKnown
    ? reactions.map((reaction) => (reaction.value === value ? { value, by } : reaction))
    : [...reactions, { value, by }];
  return next.filter((reaction) => reaction.by.length > 0);
}

export function read(state: Made, { from, position, mark }: Input<'read'>): Outcome {
  const to = Math.min(position, state.last);
  if (to <= mark) return answered(state, { read: mark });
  return {
    state,
    effects: [reply({ read: to }), { type: 'mark', user: from.person.address, read: to, told: true }],
  };
}

/** What both people see of a call once it is over. */
export function call(state: Direct, record: CallRecord, now: Instant): Outcome {
  const { caller, callee, media, connectedAt, endedAt, cause, answeredOn, forward } = record;
  if (![caller, callee].every(({ address }) => state.people.some((person) => person.address === address)))
    return ignored(state);
  const next = append<Direct, CallEntry>(
    state,
    {
      kind: 'call',
      id: record.call,
      from: caller,
      media,
      cause,
      missed: isMissed(cause),
      ...(connectedAt !== undefined && { durationMs: Math.round(endedAt - connectedAt) }),
      ...(answeredOn !== undefined && { answeredOn }),
      ...(forward && { forwardedTo: forward.to }),
    },
    now,
  );
  return { state: next.state, effects: [...begun(state), { type: 'made', entry: next.entry }] };
}

/** A message of this user, or why it is none. */
function own(found: Entry | undefined, user: Address): MessageEntry | 'entry_not_found' | 'not_changeable' | 'not_yours' {
  if (found === undefined) return 'entry_not_found';
  if (found.kind !== 'message') return 'not_changeable';
  return found.from.address === user ? found : 'not_yours';
}

function changed(state: Made, entry: MessageEntry): Outcome {
  return { state, effects: [reply({ entry }), { type: 'changed', entry }] };
}
