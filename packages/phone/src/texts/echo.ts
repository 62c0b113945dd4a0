import { echo as english } from './english/echo.ts';
import { speakLater } from './texts.ts';

export type EchoTexts = typeof english;

/** What people read about the echo test, in the language in use. To be read when something is drawn, like all texts. */
export const e: EchoTexts = { ...english };

void speakLater(async (name) => {
  const texts = name === 'ar' ? (await import('./arabic/echo.ts')).echo : english;
  return () => void Object.assign(e, texts);
});
