/** The list of past calls in words. */
import type { HistoryEntry } from '@offhook/core';
import { t } from '../texts/texts.ts';
import { briefly } from './names.ts';
import { day, duration } from './time.ts';

export type EntryKind = 'missed' | 'incoming' | 'outgoing' | 'unanswered';

/** What an entry is to the one who reads it. `unanswered`: one's own call that nobody took. */
export function kindOf({ role, missed, durationMs }: HistoryEntry): EntryKind {
  if (role === 'callee') return missed ? 'missed' : 'incoming';
  return durationMs === undefined ? 'unanswered' : 'outgoing';
}

/** The second line of an entry: `Missed`, `Incoming · 4 min`, `Outgoing · no answer`. */
export function entryText(entry: HistoryEntry): string {
  const kind = kindOf(entry);
  const what = t.history.kinds[entry.media.video ? 'video' : 'audio'][kind];
  const more =
    kind === 'missed' ? missedText(entry) : entry.durationMs === undefined ? outcome(entry) : duration(entry.durationMs);
  return more === undefined ? what : `${what} · ${more}`;
}

/** Why it did not ring. */
function missedText({ cause }: HistoryEntry): string | undefined {
  if (cause === 'busy') return t.history.youWereBusy;
  return cause === 'do_not_disturb' ? t.history.doNotDisturb : undefined;
}

/** What came of a call that nobody talked in. */
export function outcome({ cause, forwardedTo }: Pick<HistoryEntry, 'cause' | 'forwardedTo'>): string {
  return forwardedTo === undefined ? t.history.outcomes[cause] : t.history.forwardedTo(briefly(forwardedTo.name));
}

/** Entries under the headings of their days, in their order. */
export function byDay(entries: readonly HistoryEntry[], now: number): readonly (readonly [string, readonly HistoryEntry[]])[] {
  return [...Map.groupBy(entries, ({ startedAt }) => day(startedAt, now))];
}
