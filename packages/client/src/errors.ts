/** Errors as applications see them: a stable code to act on, and a sentence that says what to do. */
import type { ErrorCode, WireError } from '@offhook/core';

type LocalCode =
  | 'microphone_refused'
  | 'no_microphone'
  | 'microphone_in_use'
  | 'microphone_lost'
  | 'camera_refused'
  | 'no_camera'
  | 'camera_in_use'
  | 'camera_lost'
  | 'insecure_origin'
  | 'unsupported_browser'
  | 'negotiation_failed'
  | 'unreachable'
  | 'name_needed'
  | 'closed';

/** Of further parts of the SDK, which bring the sentences along. */
type PartCode =
  | 'screen_refused'
  | 'screen_unavailable'
  | 'screen_unsupported'
  | 'digits_invalid'
  | 'digits_unsupported'
  | 'device_not_found'
  | 'file_unreadable'
  | 'notifications_refused'
  | 'push_unsupported';

/** What can go wrong: the codes of the server's error table, and those of the browser's side. */
export type OffhookErrorCode = ErrorCode | LocalCode | PartCode;

type CaptureCode<D extends string> = `${D}_refused` | `no_${D}` | `${D}_in_use` | `${D}_lost`;

function captureTexts<D extends 'microphone' | 'camera'>(device: D): Record<CaptureCode<D>, string> {
  return {
    [`${device}_refused`]: `The ${device} may not be used. Allow it by the icon beside the address and try again.`,
    [`no_${device}`]: `There is no ${device}. Connect one and try again.`,
    [`${device}_in_use`]: `The ${device} could not be opened. Close what else uses it and try again.`,
    [`${device}_lost`]: `The ${device} is gone. Connect one and try again.`,
  } as Record<CaptureCode<D>, string>;
}

/** Sentences for what this side finds out by itself; those of the server come with its codes. */
const texts: Readonly<Record<LocalCode, string>> & Partial<Readonly<Record<OffhookErrorCode, string>>> = {
  too_large: 'This is too large.',
  wrong_state: 'The call does not allow this now.',
  signed_out: 'This device was signed out.',
  ...captureTexts('microphone'),
  ...captureTexts('camera'),
  insecure_origin: 'Calls need https or localhost.',
  unsupported_browser: 'This browser cannot make calls.',
  negotiation_failed: 'The browsers could not agree on media.',
  unreachable: 'The server does not answer.',
  name_needed: 'Give a name or a token.',
  closed: 'This phone was closed.',
};

/** What `OffhookError` carries beside its code. */
export interface OffhookErrorDetails extends ErrorOptions {
  /** The sentence of the server. */
  readonly message?: string | undefined;
  /** Help for developers, e.g. which field of a message was wrong. */
  readonly detail?: string | undefined;
  /** With `name_taken`: names that are free. */
  readonly suggestions?: readonly string[] | undefined;
}

/** Every error the SDK throws or emits. Act on `code`; show `message`. */
export class OffhookError extends Error {
  override readonly name = 'OffhookError';
  /** Stable, e.g. `microphone_refused` or `user_not_found`. */
  readonly code: OffhookErrorCode;
  /** Help for developers, where there is more to say. */
  readonly detail: string | undefined;
  /** With `name_taken`: names that are free. */
  readonly suggestions: readonly string[];

  constructor(code: OffhookErrorCode, { message, detail, suggestions = [], ...options }: OffhookErrorDetails = {}) {
    super(message ?? texts[code] ?? `The server has refused this (${code}).`, options);
    this.code = code;
    this.detail = detail;
    this.suggestions = suggestions;
  }
}

/** What the server said, also where a later one has a code that this version does not know. */
export function fromWire({
  code,
  ...details
}: WireError & { readonly suggestions?: readonly string[] | undefined }): OffhookError {
  return new OffhookError(code, details);
}

/** A device that could not be opened: what `getUserMedia` threw (W3C Media Capture §10.2), in our words. */
export function captureError(kind: 'microphone' | 'camera', cause: unknown): OffhookError {
  if (cause instanceof OffhookError) return cause;
  const name = cause instanceof Error ? cause.name : '';
  switch (name) {
    case 'NotAllowedError':
    case 'SecurityError':
      return new OffhookError(`${kind}_refused`, { cause });
    case 'NotFoundError':
    case 'OverconstrainedError':
      return new OffhookError(`no_${kind}`, { cause });
    default:
      // NotReadableError (held by another program), AbortError, and whatever else a driver may do.
      return new OffhookError(`${kind}_in_use`, { cause });
  }
}
