/** What callers hear who leave a message, in the settings. */
import type { VoicemailSettings } from '@offhook/core';
import { v } from '../src/texts/voicemail.ts';
import type { SignedIn, VoicemailBox } from '../src/view/state.ts';

const sound = 'data:audio/wav;base64,';

export function voicemailScreens(signedIn: (more: Partial<SignedIn>) => SignedIn): Readonly<Record<string, SignedIn>> {
  const { settings } = signedIn({});
  const shown = (box: Partial<VoicemailBox>, voicemail: VoicemailSettings = { on: true }): SignedIn => {
    const voicemailBox = { server: { on: true, email: true }, isSaving: false, ...box };
    return signedIn({ route: { section: 'settings' }, settings: { ...settings, voicemail, voicemailBox } });
  };
  return {
    'settings-voicemail': shown({}),
    'settings-voicemail-own': shown(
      { greeting: { address: sound, durationMs: 14_000 } },
      { on: true, email: 'lena@workshop.example' },
    ),
    'settings-voicemail-failed': shown({
      greeting: { address: sound, durationMs: 59_000 },
      problem: v.greetingProblems.greeting_too_long,
    }),
    'settings-voicemail-saving': shown({ isSaving: true }, { on: true, always: true }),
  };
}
