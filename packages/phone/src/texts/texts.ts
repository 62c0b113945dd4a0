import { english } from './english/english.ts';
import type { Texts } from './english/english.ts';

export type LanguageName = 'en' | 'ar';

interface Language {
  /** What it is called in itself. */
  readonly title: string;
  readonly dir: 'ltr' | 'rtl';
  /** How dates, lists and numbers are written (BCP 47). */
  readonly locale: string;
  readonly load: () => Promise<Texts>;
}

/** The languages of the phone. English is part of the first script, the others are loaded when somebody reads them. */
export const languages: Readonly<Record<LanguageName, Language>> = {
  en: { title: 'English', dir: 'ltr', locale: 'en-GB', load: () => Promise.resolve(english) },
  ar: { title: 'العربية', dir: 'rtl', locale: 'ar', load: async () => (await import('./arabic/arabic.ts')).arabic },
};

/** The texts of the language in use. To be read when something is drawn, not before: the language changes. */
export const t: Texts = { ...english };

let current: LanguageName = 'en';
let asked: LanguageName = 'en';
const observers = new Set<() => void>();
/** Texts of parts that are loaded later. */
const more = new Set<(name: LanguageName) => Promise<() => void>>();

export function language(): LanguageName {
  return current;
}

/** How dates, lists and numbers are written at the moment (BCP 47). */
export function locale(): string {
  return languages[current].locale;
}

/** Shows everything in another language from now on. Rejects, and leaves all as it is, where its texts cannot be loaded. */
export async function speak(wanted: LanguageName): Promise<void> {
  asked = wanted;
  const [texts, ...uses] = await Promise.all([languages[wanted].load(), ...Array.from(more, (load) => load(wanted))]);
  // Asked for another one meanwhile.
  if (asked !== wanted || wanted === current) return;
  Object.assign(t, texts);
  for (const use of uses) use();
  current = wanted;
  for (const changed of observers) changed();
}

/** A part that comes later brings texts along: they are in the language in use from now on. `load` resolves with what takes them into use. */
export async function speakLater(load: (name: LanguageName) => Promise<() => void>): Promise<void> {
  more.add(load);
  const name = current;
  const use = await load(name);
  if (name !== current) return;
  use();
  for (const changed of observers) changed();
}

/** Tells when the language has changed. Returns the way to stop. */
export function onLanguage(changed: () => void): () => void {
  observers.add(changed);
  return () => observers.delete(changed);
}

/** The text for a code, where there is one. */
export function textFor(texts: Readonly<Record<string, string>>, code: string): string | undefined {
  return Object.hasOwn(texts, code) ? texts[code] : undefined;
}

/** The first language of the reader's own that there is (BCP 47, most wanted first), otherwise English. */
export function languageFor(wanted: readonly string[]): LanguageName {
  for (const tag of wanted) {
    const [name = ''] = tag.toLowerCase().split('-');
    if (Object.hasOwn(languages, name)) return name as LanguageName;
  }
  return 'en';
}
