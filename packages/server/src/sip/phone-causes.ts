/** What a phone is told of how a call has ended, and what it says of that. */
import { causes } from '@offhook/core';
import type { Cause, ErrorCode } from '@offhook/core';
import { writeReason } from '@offhook/sip';
import type { Refused } from './phone-host.ts';

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
    case 'too_many_hops':
      return 483;
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

/**
 * What a phone says of its person, or the network of somebody whom it has not connected (RFC 3398 §8.2.6.1 the other way round), by the status
 * of a refusal. Only who declines does it for all devices.
 */
export function refusalOf(status: number): Refused {
  switch (status) {
    case 486:
    case 600:
      return 'busy';
    case 603:
    case 607:
      return 'declined';
    case 408:
    case 480:
    case 487:
      return 'no_answer';
    default:
      return 'unreachable';
  }
}
