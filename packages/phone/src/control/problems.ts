/** Errors of the SDK in the phone's own terms. */
import { OffhookError } from '@offhook/client';
import type { OffhookErrorCode } from '@offhook/client';
import { t, textFor } from '../texts/texts.ts';
import type { ClosedMeeting } from '../view/meeting.ts';
import type { MediaProblem, SignInProblem } from '../view/state.ts';
import { accountProblem } from '../view/account-problem.ts';
import { conversationProblemText, filesUnsentText } from '../view/conversation-texts.ts';
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

/** What of a meeting's way in is the end of it. */
export const meetingClosedBy: Partial<Record<OffhookErrorCode, ClosedMeeting>> = {
  meeting_not_found: 'unknown',
  meeting_locked: 'locked',
  meeting_full: 'full',
  meeting_removed: 'removed',
};

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
  return { message: nameMessage(error, name), passing, isTaken: errorCode(error) === 'name_taken', suggestions };
}

function nameMessage(error: unknown, name: string): string {
  const code = errorCode(error);
  if (code === 'name_taken') return t.wayIn.nameTaken(inSentence(name.trim()));
  return textFor(t.wayIn.problems, code) ?? t.wayIn.problems.other;
}

/** The same where people have accounts: links are invitations, and there are passwords. */
export function signInProblem(error: unknown, name: string): SignInProblem {
  const code = errorCode(error);
  const problem = nameProblem(error, name);
  return { ...problem, message: accountProblem(code) ?? problem.message, field: fieldOf(code) };
}

/** What is to be typed again; nothing where nothing was typed. */
function fieldOf(code: OffhookErrorCode): SignInProblem['field'] {
  switch (code) {
    case 'credentials_wrong':
    case 'password_weak':
      return 'password';
    case 'name_taken':
    case 'name_invalid':
      return 'name';
    default:
      return undefined;
  }
}

/** Files that could not be sent, each for its own reason. */
export class FilesUnsent extends Error {
  readonly files: readonly { readonly name: string; readonly error: unknown }[];

  constructor(files: readonly { readonly name: string; readonly error: unknown }[]) {
    super(`${files.length} files were not sent`);
    this.files = files;
  }
}

/** Why something did not work in a conversation, in words; undefined where it has none of its own. */
export function conversationProblem(error: unknown): string | undefined {
  if (error instanceof FilesUnsent)
    return filesUnsentText(error.files.map((file) => ({ name: file.name, why: fileProblem(file.error) })));
  return conversationProblemText(errorCode(error));
}

export function errorCode(error: unknown): OffhookErrorCode {
  return error instanceof OffhookError ? error.code : 'internal';
}

function fileProblem(error: unknown): string {
  return conversationProblem(error) ?? signInProblem(error, '').message;
}
