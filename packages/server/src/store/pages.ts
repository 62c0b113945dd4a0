/** Cursors of pages, and what a page of the history shows. */
import { conversationOf, isMissed } from '@offhook/core';
import type { Address, CallRecord, ConversationId, ConversationView, HistoryEntry, Instant, Person } from '@offhook/core';
import type { StoredConversation } from '../ports/conversations.ts';

/** Where a page of people ended: what the last of them was ordered by. Neither contains a line break. */
export interface PeopleCursor {
  readonly term: string;
  readonly address: Address;
}

export function writePeopleCursor({ term, address }: PeopleCursor): string {
  return `${term}\n${address}`;
}

/** Undefined for a cursor that is none of ours. */
export function readPeopleCursor(cursor: string): PeopleCursor | undefined {
  const [term, address, ...rest] = cursor.split('\n');
  return term === undefined || address === undefined || rest.length > 0 ? undefined : { term, address };
}

/** Where a page of the history ended: when that call began, and its number among the records. */
export interface HistoryCursor {
  readonly startedAt: Instant;
  readonly number: number;
}

/** Later than every call. */
export const newest: HistoryCursor = { startedAt: Number.MAX_VALUE, number: Number.MAX_SAFE_INTEGER };

export function writeHistoryCursor({ startedAt, number }: HistoryCursor): string {
  return `${startedAt}_${number}`;
}

/** Undefined for a cursor that is none of ours. */
export function readHistoryCursor(cursor: string): HistoryCursor | undefined {
  const [, startedAt, number] = /^(\d+(?:\.\d+)?)_(\d+)$/.exec(cursor) ?? [];
  return startedAt === undefined ? undefined : { startedAt: Number(startedAt), number: Number(number) };
}

/** Where a page of conversations ended. */
export interface ActivityCursor {
  readonly activeAt: Instant;
  readonly id: ConversationId;
}

/** Later than every conversation. */
export const latest: ActivityCursor = { activeAt: Number.MAX_VALUE, id: '' };

export function writeActivityCursor({ activeAt, id }: ActivityCursor): string {
  return `${activeAt}_${id}`;
}

/** Undefined for a cursor that is none of ours. */
export function readActivityCursor(cursor: string): ActivityCursor | undefined {
  const [, activeAt, id] = /^(\d+(?:\.\d+)?)_(.+)$/su.exec(cursor) ?? [];
  return activeAt === undefined || id === undefined ? undefined : { activeAt: Number(activeAt), id };
}

/** Where a page of a search ended: the number of its last entry. Undefined for a cursor that is none of ours. */
export function readNumberCursor(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return Number.MAX_SAFE_INTEGER;
  return /^\d{1,16}$/.test(cursor) ? Math.min(Number(cursor), Number.MAX_SAFE_INTEGER) : undefined;
}

/** A conversation as one of those who are in it sees it. */
export function viewOfStored(
  state: StoredConversation,
  { theirs, ...mine }: Pick<ConversationView, 'entry' | 'unread' | 'read'> & { readonly theirs: number },
): ConversationView {
  const shown = conversationOf(state);
  if (shown === undefined) throw new Error('a conversation that is kept was made');
  return { ...shown, ...mine, ...(state.kind === 'direct' && { theirs }) };
}

/** A page of at most `limit` out of `found`, of which one more was asked for to see whether there is more. */
export function cut<T, U>(
  found: readonly T[],
  limit: number,
  show: (item: T) => U,
  cursor: (last: T) => string,
): { readonly items: readonly U[]; readonly next?: string | undefined } {
  const last = found[limit - 1];
  return {
    items: found.slice(0, limit).map(show),
    ...(last !== undefined && found.length > limit && { next: cursor(last) }),
  };
}

/** A call as one of its two sides remembers it. */
export function historyEntry(record: CallRecord, user: Address): HistoryEntry {
  const role = record.caller.address === user ? 'caller' : 'callee';
  return {
    call: record.call,
    role,
    peer: role === 'caller' ? record.callee : record.caller,
    media: record.media,
    startedAt: record.startedAt,
    ...(record.connectedAt !== undefined && { durationMs: Math.round(record.endedAt - record.connectedAt) }),
    cause: record.cause,
    ...(record.answeredOn !== undefined && { answeredOn: record.answeredOn }),
    missed: role === 'callee' && isMissed(record.cause),
    ...record.origin,
    ...(record.forward && { forwardedTo: record.forward.to }),
    ...(record.transfer && { transferredBy: byOf(record), transferredTo: record.transfer.to }),
    ...(record.quality?.[role] && { quality: record.quality[role] }),
  };
}

function byOf({ caller, callee, transfer }: CallRecord): Person {
  return transfer?.by === caller.address ? caller : callee;
}
