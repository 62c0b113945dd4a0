import type { emoji as english } from './english/emoji.ts';
import { language } from './texts.ts';
import type { LanguageName } from './texts.ts';

export type EmojiTexts = typeof english;

const loaded = new Map<LanguageName, EmojiTexts>();

/**
 * What the emoji are called in the language in use. Loaded when somebody chooses one: they are many, and seldom needed. From then on
 * nothing is waited for, and the key that is pressed next finds what has opened.
 */
export async function emojiTexts(): Promise<EmojiTexts> {
  const name = language();
  const known = loaded.get(name);
  if (known !== undefined) return known;
  const { emoji } = name === 'ar' ? await import('./arabic/emoji.ts') : await import('./english/emoji.ts');
  loaded.set(name, emoji);
  return emoji;
}
