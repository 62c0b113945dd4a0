/** What waits for somebody, as phones are told it (RFC 3842 §5). */
import type { Address, Milliseconds } from '@offhook/core';
import type { WaitingMessages } from '../ports/waiting.ts';
import type { Store } from '../ports.ts';

export interface SummaryDeps {
  readonly store: Pick<Store, 'conversations'>;
  /** Absent: there is none. */
  readonly voicemail?: WaitingMessages | undefined;
}

export const summaryEvent = 'message-summary';
export const summaryType = 'application/simple-message-summary';
/** What changes meanwhile is told together. */
export const settleMs: Milliseconds = 500;
/** The latest conversations; what is unread in older ones is of no day that a phone would show. */
const conversationsMost = 50;

/** Voicemail lights the lamp; where there is none, what is unread does. */
export async function waitingFor(user: Address, { store, voicemail }: SummaryDeps): Promise<string> {
  const [voice, { conversations }] = await Promise.all([
    voicemail?.count(user),
    store.conversations(user, undefined, conversationsMost),
  ]);
  const unread = conversations.reduce((sum, one) => sum + (one.kind === 'direct' ? one.unread : 0), 0);
  const lines = [
    `Messages-Waiting: ${(voice?.new ?? unread) > 0 ? 'yes' : 'no'}`,
    ...(voice === undefined ? [] : [`Voice-Message: ${voice.new}/${voice.old}`]),
    `Text-Message: ${unread}/0`,
  ];
  return `${lines.join('\r\n')}\r\n`;
}
