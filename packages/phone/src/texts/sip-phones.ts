import { sipPhones as english } from './english/sip-phones.ts';
import { speakLater } from './texts.ts';

export type SipPhoneTexts = typeof english;

/** What people read about their SIP phones, in the language in use. To be read when something is drawn, like all texts. */
export const p: SipPhoneTexts = { ...english };

void speakLater(async (name) => {
  const texts = name === 'ar' ? (await import('./arabic/sip-phones.ts')).sipPhones : english;
  return () => void Object.assign(p, texts);
});
