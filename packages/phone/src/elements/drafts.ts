import { directId } from '@offhook/core';
import type { Address, ConversationId } from '@offhook/core';

/** What was typed and not sent, per conversation, as long as the tab lives. */
const prefix = 'offhook draft ';

/** Under what the drafts of somebody in a conversation are kept. */
export function draftKey(me: Address, conversation: ConversationId): string {
  return `${me} ${conversation}`;
}

/** Behind what is there already. */
export function addToDraft(me: Address, to: Address, text: string): void {
  const key = draftKey(me, directId(me, to));
  keepDraft(key, [draftOf(key), text].filter(Boolean).join('\n'));
}

export function draftOf(key: string): string {
  try {
    return sessionStorage.getItem(prefix + key) ?? '';
  } catch {
    return '';
  }
}

export function keepDraft(key: string, text: string): void {
  try {
    if (text === '') sessionStorage.removeItem(prefix + key);
    else sessionStorage.setItem(prefix + key, text);
  } catch {
    // A storage that is full or forbidden keeps nothing over a change of place.
  }
}
