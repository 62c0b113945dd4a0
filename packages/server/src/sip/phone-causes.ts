/** What a phone is told of how a call has ended. */
import { causes } from '@offhook/core';
import type { Cause, ErrorCode } from '@offhook/core';
import { writeReason } from '@offhook/sip';

/** For CANCEL and BYE (RFC 3326): a phone that reads it shows no missed call where somebody else has answered. */
export function reasonOf(cause: Cause): string {
  if (cause === 'answered_elsewhere') return writeReason({ protocol: 'SIP', cause: 200, text: 'Call completed elsewhere' });
  return writeReason({ protocol: 'Q.850', cause: causes[cause].q850 });
}

/** Of the answer to an INVITE that comes to nothing. */
export function statusOf(cause: Cause, error: ErrorCode | undefined): number {
  switch (error) {
    case 'user_not_found':
      return 404;
    case 'blocked':
    case 'self_call':
    case 'forbidden':
      return 403;
    default: {
      const { sip } = causes[cause];
      return sip < 400 ? 480 : sip;
    }
  }
}
