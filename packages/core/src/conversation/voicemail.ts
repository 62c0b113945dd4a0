/** Messages that were spoken to the voicemail of one of two people. */
import type { Instant } from '../machine.ts';
import type { VoicemailEntry } from '../protocol/conversations.ts';
import { begun } from './messages.ts';
import { append, ignored } from './outcome.ts';
import type { Outcome } from './outcome.ts';
import type { ConversationEffect, ConversationInput, Direct } from './types.ts';

/** One entry a message: later it says that it was heard, or that nothing is left of it. */
export function voicemail(
  state: Direct,
  { voicemail: { id, call, from, to, durationMs, file, heard }, found }: Extract<ConversationInput, { type: 'voicemail' }>,
  now: Instant,
): Outcome {
  if (![from, to].every(({ address }) => state.people.some((person) => person.address === address))) return ignored(state);
  const said = { durationMs, heard, ...(file && { file }) };
  if (found?.kind === 'voicemail') {
    if (found.heard === heard && found.file?.file === file?.file) return ignored(state);
    const { file: before, ...kept } = found;
    const gone: readonly ConversationEffect[] =
      before === undefined || file !== undefined ? [] : [{ type: 'files', files: [before], are: 'gone' }];
    return { state, effects: [{ type: 'changed', entry: { ...kept, ...said } }, ...gone] };
  }
  if (file === undefined) return ignored(state);
  const next = append<Direct, VoicemailEntry>(state, { kind: 'voicemail', id, from, to, call, ...said }, now);
  const effects: readonly ConversationEffect[] = [
    ...begun(state),
    { type: 'made', entry: next.entry },
    { type: 'files', files: [file], are: 'said' },
  ];
  return { state: next.state, effects };
}
