/** Keys of telephones among the packets of a stream (RFC 4733 §2): each is told once, when it is first heard of. */
import type { Instant } from '@offhook/core';
import type { RtpPacket } from './packet.ts';

const digits = '0123456789*#ABCD';
/** Nobody presses more keys than that; what machines dial leaves 70 ms for each (ITU-T Q.24). */
const keys = { perSecond: 15, burst: 32 };

export class KeyReader {
  /** The timestamp of the last one. */
  #began: number | undefined;
  #allowed = keys.burst;
  #at: Instant = 0;

  /** A packet of an event: the key that was pressed, where it is news; undefined for what is no key, has no form, or is too much. */
  read({ bytes, payloadStart, payloadLength, timestamp }: RtpPacket, now: Instant): string | undefined {
    const digit = digits[bytes[payloadStart] ?? digits.length];
    if (payloadLength < 4 || digit === undefined) return undefined;
    // All packets of one have the same timestamp, and what is said of one before it comes too late.
    if (this.#began !== undefined && ((timestamp - this.#began) | 0) <= 0) return undefined;
    this.#began = timestamp;
    this.#allowed = Math.min(keys.burst, this.#allowed + ((now - this.#at) / 1_000) * keys.perSecond);
    this.#at = now;
    if (this.#allowed < 1) return undefined;
    this.#allowed -= 1;
    return digit;
  }
}
