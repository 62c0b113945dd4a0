/** What telephones hear on their way into a meeting. */
import type { KeyingSound } from '@offhook/core';
import type { PromptName, Prompts } from '../ports/prompts.ts';
import type { Sound } from '../ports/voicemail.ts';

const pause: Sound = { hertz: [], ms: 300 };
/** As a telephone rings elsewhere (ITU-T E.180): whoever waits hears that the call goes on. */
const rings: readonly Sound[] = Array.from({ length: 5 }, () => [
  { hertz: [425], ms: 1_000 },
  { hertz: [], ms: 4_000 },
]).flat();

const names: Readonly<Record<KeyingSound, PromptName>> = {
  pin: 'meeting-pin',
  passcode: 'meeting-passcode',
  wrong_pin: 'meeting-wrong-pin',
  wrong_passcode: 'meeting-wrong-passcode',
  incomplete: 'meeting-incomplete',
  waiting: 'meeting-waiting',
  no_host: 'meeting-no-host',
  welcome: 'meeting-welcome',
  tries: 'meeting-tries',
  locked: 'meeting-locked',
  full: 'meeting-full',
  removed: 'meeting-removed',
  over: 'meeting-over',
  waited: 'meeting-waited',
  not_admitted: 'meeting-not-admitted',
  refused: 'meeting-refused',
};

/** The words between two pauses: the one before until the caller listens, the other until the last has arrived. */
export function soundsOf(sound: KeyingSound, prompts: Prompts): readonly Sound[] {
  const words = [pause, prompts(names[sound]), pause];
  return sound === 'waiting' || sound === 'no_host' ? [...words, ...rings] : words;
}
