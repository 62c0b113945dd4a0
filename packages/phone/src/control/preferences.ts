import { languageFor, languages, speak } from '../texts/texts.ts';
import type { LanguageName } from '../texts/texts.ts';
import type { Theme } from '../view/state.ts';

/** What is set for this browser and not for the person. */
export interface Preferences {
  readonly theme: Theme;
  readonly ringAloud: boolean;
  /** The browser tells of messages while nobody looks. */
  readonly notify: boolean;
  /** Undefined: the first of the browser's languages that there is. */
  readonly language?: LanguageName | undefined;
}

const key = 'offhook preferences';

export function loadPreferences(): Preferences {
  const { theme, ringAloud, notify, language } = read();
  return {
    theme: theme === 'light' || theme === 'dark' ? theme : 'system',
    ringAloud: ringAloud !== false,
    notify: notify === true,
    language: language === 'en' || language === 'ar' ? language : undefined,
  };
}

export function savePreferences(preferences: Preferences): void {
  localStorage.setItem(key, JSON.stringify(preferences));
}

export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}

/** Shows the page in this language. Rejects, and leaves it as it is, where the texts cannot be loaded. */
export async function applyLanguage(wanted: LanguageName | undefined): Promise<void> {
  const name = wanted ?? languageFor(navigator.languages);
  await speak(name);
  document.documentElement.lang = name;
  document.documentElement.dir = languages[name].dir;
}

function read(): Readonly<Partial<Record<keyof Preferences, unknown>>> {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(key) ?? '{}');
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
