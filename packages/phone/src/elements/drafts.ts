/** What was typed and not sent, per conversation, as long as the tab lives. */
const prefix = 'offhook draft ';

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
