/** In which meeting this tab is, and what was on, over a reload. */
const key = 'offhook meeting';

interface Kept {
  readonly microphone: boolean;
  readonly camera: boolean;
}

export function keptMeeting(id: string): Kept | undefined {
  try {
    const kept = JSON.parse(sessionStorage.getItem(key) ?? '{}') as Partial<Kept> & { readonly id?: string };
    return kept.id === id ? { microphone: kept.microphone === true, camera: kept.camera === true } : undefined;
  } catch {
    return undefined;
  }
}

export function keepMeeting(id: string, { microphone, camera }: Kept): void {
  try {
    sessionStorage.setItem(key, JSON.stringify({ id, microphone, camera }));
  } catch {
    // A storage that is full or forbidden keeps nothing: one is asked again after a reload.
  }
}

export function forgetMeeting(): void {
  try {
    sessionStorage.removeItem(key);
  } catch {
    // There is nothing to forget then.
  }
}
