import type { Phone } from '@offhook/client';
import { setGreeting, voicemailAddress, voicemails } from '@offhook/client/voicemail';
import type { GreetingView } from '@offhook/client/voicemail';
import { textFor } from '../texts/texts.ts';
import { v } from '../texts/voicemail.ts';
import type { VoicemailBox } from '../view/state.ts';
import { Part } from './part.ts';
import { errorCode } from './problems.ts';

/** The voicemail of this person; undefined where the server has none. Loaded with the first look at the settings. */
export class VoicemailControl extends Part<{ readonly box?: VoicemailBox | undefined }> {
  readonly #phone: Phone;

  constructor(phone: Phone, changed: () => void) {
    super({}, changed);
    this.#phone = phone;
  }

  async refresh(): Promise<void> {
    try {
      const { server, greeting } = await voicemails(this.#phone, { limit: 1 });
      this.set({ box: { isSaving: false, ...this.state.box, server, greeting: await this.#shown(greeting) } });
    } catch (error) {
      if (errorCode(error) !== 'voicemail_unavailable') throw error;
      this.set({ box: undefined });
    }
  }

  /** What callers hear from now on; without a sound, what comes with the server. */
  async greet(sound: Blob | undefined): Promise<void> {
    this.#change({ isSaving: true, problem: undefined });
    try {
      this.#change({ greeting: await this.#shown(await setGreeting(this.#phone, sound)) });
    } catch (error) {
      this.#change({ problem: textFor(v.greetingProblems, errorCode(error)) ?? v.greetingProblems.other });
    } finally {
      this.#change({ isSaving: false });
    }
  }

  async #shown(greeting: GreetingView | undefined): Promise<VoicemailBox['greeting']> {
    return greeting && { address: await voicemailAddress(this.#phone, greeting), durationMs: greeting.durationMs };
  }

  #change(change: Partial<VoicemailBox>): void {
    const { box } = this.state;
    if (box !== undefined) this.set({ box: { ...box, ...change } });
  }
}
