/** The list of past calls in words. */
import type { HistoryEntry } from '@offhook/core';
import { day, duration } from './time.ts';

export type EntryKind = 'missed' | 'incoming' | 'outgoing' | 'unanswered';

/** What an entry is to the one who reads it. `unanswered`: one's own call that nobody took. */
export function kindOf({ role, missed, durationMs }: HistoryEntry): EntryKind {
  if (role === 'callee') return missed ? 'missed' : 'incoming';
  return durationMs === undefined ? 'unanswered' : 'outgoing';
}

/** The second line of an entry: `Missed`, `Incoming · 4 min`, `Outgoing · no answer`. */
export function entryText(entry: HistoryEntry): string {
  const { durationMs, cause, media } = entry;
  const what = media.video ? 'video' : undefined;
  const first = (text: string): string => [text, what].filter(Boolean).join(' ');
  switch (kindOf(entry)) {
    case 'missed':
      return `${first('Missed')}${cause === 'busy' ? ' · you were busy' : cause === 'do_not_disturb' ? ' · do not disturb' : ''}`;
    case 'incoming':
      return `${first('Incoming')} · ${durationMs === undefined ? outcome(entry) : duration(durationMs)}`;
    case 'outgoing':
      return `${first('Outgoing')} · ${durationMs === undefined ? outcome(entry) : duration(durationMs)}`;
    case 'unanswered':
      return `${first('Outgoing')} · ${outcome(entry)}`;
  }
}

/** What came of a call that nobody talked in. */
export function outcome({ cause }: Pick<HistoryEntry, 'cause'>): string {
  switch (cause) {
    case 'declined':
      return 'declined';
    case 'busy':
      return 'was busy';
    case 'do_not_disturb':
      return 'do not disturb';
    case 'no_answer':
      return 'no answer';
    case 'cancelled':
      return 'cancelled';
    case 'unreachable':
      return 'was not there';
    case 'answered_elsewhere':
      return 'answered elsewhere';
    case 'transferred':
      return 'transferred';
    case 'crossed':
      return 'you called each other';
    case 'hangup':
    case 'media_failed':
    case 'connection_lost':
    case 'server_lost':
      return 'no connection';
  }
}

/** Entries under the headings of their days, in their order. */
export function byDay(entries: readonly HistoryEntry[], now: number): readonly (readonly [string, readonly HistoryEntry[]])[] {
  return [...Map.groupBy(entries, ({ startedAt }) => day(startedAt, now))];
}
