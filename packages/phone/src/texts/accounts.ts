import { accounts as english } from './english/accounts.ts';
import { speakLater } from './texts.ts';

export type AccountTexts = typeof english;

/** What people read who manage accounts and invite others, in the language in use. To be read when something is drawn, like all texts. */
export const a: AccountTexts = { ...english };

void speakLater(async (name) => {
  const texts = name === 'ar' ? (await import('./arabic/accounts.ts')).accounts : english;
  return () => void Object.assign(a, texts);
});
