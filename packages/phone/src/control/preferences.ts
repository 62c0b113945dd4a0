import type { Theme } from '../view/state.ts';

/** What is set for this browser and not for the person. */
export interface Preferences {
  readonly theme: Theme;
  readonly ringAloud: boolean;
}

const key = 'offhook preferences';

export function loadPreferences(): Preferences {
  const { theme, ringAloud } = read();
  return { theme: theme === 'light' || theme === 'dark' ? theme : 'system', ringAloud: ringAloud !== false };
}

export function savePreferences(preferences: Preferences): void {
  localStorage.setItem(key, JSON.stringify(preferences));
}

export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}

function read(): { readonly theme?: unknown; readonly ringAloud?: unknown } {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(key) ?? '{}');
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
