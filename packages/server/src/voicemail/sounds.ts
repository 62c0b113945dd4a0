/** What callers hear of the voicemail. */
import type { LeavingSound } from '@offhook/core';
import type { Prompts } from '../ports/prompts.ts';
import type { Sound } from '../ports/voicemail.ts';

/** Before words, until whoever has called listens; after them, until the last has arrived. */
export const pause: Sound = { hertz: [], ms: 300 };

export function leavingSounds(prompts: Prompts): Readonly<Record<LeavingSound, readonly Sound[]>> {
  return {
    /** Where nobody has recorded one of their own. */
    greeting: [pause, prompts('voicemail-greeting'), pause],
    /** From here on it is recorded. */
    beep: [{ hertz: [1_000], ms: 500 }],
    thanks: [prompts('voicemail-thanks'), pause],
    full: [pause, prompts('voicemail-full'), pause],
  };
}
