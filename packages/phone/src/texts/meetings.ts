import { meetings as english } from './english/meetings.ts';
import { speakLater } from './texts.ts';

export type MeetingTexts = typeof english;

/** What people read about meetings, in the language in use. To be read when something is drawn, like all texts. */
export const m: MeetingTexts = { ...english };

void speakLater(async (name) => {
  const texts = name === 'ar' ? (await import('./arabic/meetings.ts')).meetings : english;
  return () => void Object.assign(m, texts);
});
