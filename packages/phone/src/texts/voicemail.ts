import { voicemail as english } from './english/voicemail.ts';
import { speakLater } from './texts.ts';

export type VoicemailTexts = typeof english;

/** What people read about voicemail, in the language in use. To be read when something is drawn, like all texts. */
export const v: VoicemailTexts = { ...english };

void speakLater(async (name) => {
  const texts = name === 'ar' ? (await import('./arabic/voicemail.ts')).voicemail : english;
  return () => void Object.assign(v, texts);
});
