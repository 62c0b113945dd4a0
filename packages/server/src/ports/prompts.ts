/** What the server itself says to callers. */
import type { Sound } from './voicemail.ts';

export type PromptName =
  | 'voicemail-greeting'
  | 'voicemail-thanks'
  | 'voicemail-full'
  | 'meeting-pin'
  | 'meeting-passcode'
  | 'meeting-wrong-pin'
  | 'meeting-wrong-passcode'
  | 'meeting-incomplete'
  | 'meeting-waiting'
  | 'meeting-no-host'
  | 'meeting-welcome'
  | 'meeting-tries'
  | 'meeting-locked'
  | 'meeting-full'
  | 'meeting-removed'
  | 'meeting-over'
  | 'meeting-waited'
  | 'meeting-not-admitted'
  | 'meeting-refused';

/** The sound of each. */
export type Prompts = (name: PromptName) => Sound;
