import { languageFor, languages, speak } from '../texts/texts.ts';
import type { LanguageName } from '../texts/texts.ts';
import type { OfPreferences } from '../view/commands.ts';
import type { Theme } from '../view/state.ts';
import { Part } from './part.ts';

/** What is set for this browser and not for the person. */
export interface Preferences {
  readonly theme: Theme;
  readonly ringAloud: boolean;
  /** Calls are shown with the media keys. */
  readonly mediaKeys: boolean;
  /** The browser tells of messages while nobody looks. */
  readonly notify: boolean;
  /** Undefined: the first of the browser's languages that there is. */
  readonly language?: LanguageName | undefined;
}

const key = 'offhook preferences';

export function loadPreferences(): Preferences {
  const { theme, ringAloud, mediaKeys, notify, language } = read();
  return {
    theme: theme === 'light' || theme === 'dark' ? theme : 'system',
    ringAloud: ringAloud !== false,
    mediaKeys: mediaKeys !== false,
    notify: notify === true,
    language: language === 'en' || language === 'ar' ? language : undefined,
  };
}

/** What is set for this browser, here or in another tab of it. */
export class PreferencesControl extends Part<Preferences> {
  constructor(changed: () => void) {
    super(loadPreferences(), changed);
    addEventListener('storage', this.#onStorage);
  }

  async run(command: OfPreferences): Promise<void> {
    switch (command.type) {
      case 'ring-aloud':
        return this.prefer({ ringAloud: command.on });
      case 'media-keys':
        return this.prefer({ mediaKeys: command.on });
      case 'theme':
        applyTheme(command.theme);
        return this.prefer({ theme: command.theme });
      case 'language':
        await applyLanguage(command.language);
        return this.prefer({ language: command.language });
    }
  }

  prefer(change: Partial<Preferences>): void {
    this.set(change);
    localStorage.setItem(key, JSON.stringify(this.state));
  }

  close(): void {
    removeEventListener('storage', this.#onStorage);
  }

  readonly #onStorage = (event: StorageEvent): void => {
    if (event.key !== key) return;
    this.set(loadPreferences());
    applyTheme(this.state.theme);
    // Where the texts cannot be loaded they stay as they are.
    applyLanguage(this.state.language).catch(() => undefined);
  };
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
