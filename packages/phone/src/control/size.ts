/** Whether calls are shown full or small in this tab, over a reload. */
const key = 'offhook small';

export function wasSmall(): boolean {
  try {
    return sessionStorage.getItem(key) !== null;
  } catch {
    return false;
  }
}

export function keepSize(full: boolean): void {
  try {
    if (full) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, '1');
  } catch {
    // A storage that is full or forbidden keeps nothing: the call is shown full.
  }
}
