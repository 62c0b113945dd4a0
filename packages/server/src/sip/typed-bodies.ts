/** What bodies say by their type: a session, or a key that was pressed. Whoever sends them may send anything. */
import { fromUtf8, MessageError } from '@offhook/sip';
import type { Request, Response } from '@offhook/sip';

export const sdpType = 'application/sdp';

/** In bytes; a key takes some 30. What follows is tried at many places of a text, and so only where that is short. */
const longestDigit = 200;

/** What a message describes; undefined: nothing, or something else than a session, or it cannot be read what it is. */
export function sdpOf(message: Request | Response): string | undefined {
  return message.body !== '' && typeOf(message) === sdpType ? message.text : undefined;
}

/** The key that an INFO tells: `application/dtmf-relay` as many phones send it, and `application/dtmf`. */
export function digitOf(request: Request): string | undefined {
  const type = typeOf(request);
  if (request.body.length > longestDigit) return undefined;
  const text = fromUtf8(request.body);
  const [, digit] =
    type === 'application/dtmf-relay'
      ? (/^[ \t]*Signal[ \t]*=[ \t]*([0-9A-D#*])[ \t]*$/im.exec(text) ?? [])
      : type === 'application/dtmf'
        ? (/^\s*([0-9A-D#*])\s*$/i.exec(text) ?? [])
        : [];
  return digit?.toUpperCase();
}

function typeOf(message: Request | Response): string | undefined {
  try {
    return message.contentType?.value.toLowerCase();
  } catch (error) {
    if (error instanceof MessageError) return undefined;
    throw error;
  }
}
