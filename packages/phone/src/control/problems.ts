/** Errors of the SDK in the phone's own terms. */
import { OffhookError } from '@offhook/client';
import type { OffhookErrorCode } from '@offhook/client';
import type { MediaProblem, SignInProblem } from '../view/state.ts';
import { accountProblem } from '../view/accounts.ts';
import { inSentence } from '../view/names.ts';

const media: Partial<Record<OffhookErrorCode, MediaProblem>> = {
  microphone_refused: { device: 'microphone', reason: 'refused' },
  no_microphone: { device: 'microphone', reason: 'missing' },
  microphone_in_use: { device: 'microphone', reason: 'in_use' },
  microphone_lost: { device: 'microphone', reason: 'lost' },
  camera_refused: { device: 'camera', reason: 'refused' },
  no_camera: { device: 'camera', reason: 'missing' },
  camera_in_use: { device: 'camera', reason: 'in_use' },
  camera_lost: { device: 'camera', reason: 'lost' },
  insecure_origin: { device: 'microphone', reason: 'insecure' },
};

/** What is wrong with the microphone or the camera, if that is the error. */
export function mediaProblem(error: unknown): MediaProblem | undefined {
  return error instanceof OffhookError ? media[error.code] : undefined;
}

/** What is no better the next time. */
const lasting = new Set<OffhookErrorCode>([
  'name_taken',
  'name_invalid',
  'link_invalid',
  'too_many_devices',
  'unauthorized',
  'token_expired',
]);

/** Why nobody could be signed in, or a name could not be had. */
export function nameProblem(error: unknown, name: string): SignInProblem {
  const suggestions = error instanceof OffhookError ? error.suggestions : [];
  const passing = !(error instanceof OffhookError) || !lasting.has(error.code);
  return { message: nameMessage(error, name), passing, suggestions };
}

function nameMessage(error: unknown, name: string): string {
  switch (error instanceof OffhookError ? error.code : undefined) {
    case 'name_taken':
      return `Somebody here is already called ${inSentence(name.trim())}.`;
    case 'name_invalid':
      return 'A name needs a letter or a digit, and no more than 64 characters.';
    case 'link_invalid':
      return 'This link has been used or has expired. Ask for a new one on the other device.';
    case 'too_many_devices':
      return 'You are signed in on as many devices as possible.';
    case 'rate_limited':
      return 'That was a lot at once. Wait a moment and try again.';
    case 'unauthorized':
      return 'This browser is no longer signed in. Please sign in again.';
    case 'signed_out':
      return 'This browser is signed out.';
    case 'unreachable':
      return 'The server does not answer. Check your connection and try again.';
    default:
      return 'That did not work. Please try again.';
  }
}

/** The same where people have accounts: links are invitations, and there are passwords. */
export function signInProblem(error: unknown, name: string): SignInProblem {
  const code = errorCode(error);
  const problem = nameProblem(error, name);
  const field = code === 'credentials_wrong' || code === 'password_weak' ? 'password' : 'name';
  return { ...problem, message: accountProblem(code) ?? problem.message, field };
}

/** Why something did not work in a conversation, in words; undefined where it has none of its own. */
export function conversationProblem(error: unknown): string | undefined {
  switch (error instanceof OffhookError ? error.code : undefined) {
    case 'file_too_large':
      return 'A file may have 32 MB at most.';
    case 'file_refused':
      return 'Programs are not sent here. Put it into an archive, or send a link.';
    case 'files_full':
      return 'Your files take all the room they may. Delete messages with files, and try again.';
    case 'disk_full':
      return 'The server has no room for it at the moment. Please try again later.';
    case 'too_many_people':
      return 'A group has room for 200 people.';
    case 'text_too_long':
      return 'This is too long for one message. Send it in parts.';
    case 'not_changeable':
      return 'This message can no longer be changed.';
    case 'user_not_found':
      return 'Nobody here has this name any more.';
    case 'conversation_not_found':
      return 'There is no such conversation, or you are not in it.';
    case 'name_invalid':
      return 'A name needs a letter or a digit, and no more than 64 characters.';
    default:
      return undefined;
  }
}

export function errorCode(error: unknown): OffhookErrorCode {
  return error instanceof OffhookError ? error.code : 'internal';
}
