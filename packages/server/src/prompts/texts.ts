/** What is said in each prompt. The files in `sounds` are made of it by `scripts/prompts.ts`. */
import type { PromptName } from '../ports/prompts.ts';

export const promptTexts: Readonly<Record<PromptName, string>> = {
  'voicemail-greeting': 'The person you are calling is not available. Please leave a message after the tone.',
  'voicemail-thanks': 'Your message has been saved. Goodbye.',
  'voicemail-full': 'The mailbox is full. Please call again later. Goodbye.',
  'meeting-pin': 'Please enter the PIN of the meeting, then press the hash key.',
  'meeting-passcode': 'Please enter the passcode of the meeting, then press the hash key.',
  'meeting-wrong-pin': 'That PIN is not right.',
  'meeting-wrong-passcode': 'That passcode is not right.',
  'meeting-incomplete': 'Nothing was entered, or the hash key is missing.',
  'meeting-waiting': 'Please wait until a host lets you in.',
  'meeting-no-host': 'The host has not come yet. Please wait.',
  'meeting-welcome': 'You are joining the meeting now.',
  'meeting-tries': 'You have no more tries. Goodbye.',
  'meeting-locked': 'The meeting is locked. Goodbye.',
  'meeting-full': 'The meeting is full. Please call again later. Goodbye.',
  'meeting-removed': 'You were removed from this meeting. Goodbye.',
  'meeting-over': 'The meeting is over. Goodbye.',
  'meeting-waited': 'Nobody has let you in. Please call again later. Goodbye.',
  'meeting-not-admitted': 'You were not let in. Goodbye.',
  'meeting-refused': 'You cannot join this meeting by telephone. Goodbye.',
};
