/** NTP time (RFC 3550 §4): seconds since 1900 and their fraction, 32 bits each. */
import type { Instant } from '@offhook/core';

const epochSeconds = 2_208_988_800;

export function ntpOf(now: Instant): { readonly seconds: number; readonly fraction: number } {
  const seconds = Math.floor(now / 1_000);
  return { seconds: (seconds + epochSeconds) >>> 0, fraction: Math.floor(((now - seconds * 1_000) / 1_000) * 2 ** 32) };
}

/** The middle 32 bits, as receivers repeat them (`lastSr`). */
export function middle(ntp: { readonly seconds: number; readonly fraction: number }): number {
  return (((ntp.seconds & 0xffff) << 16) | (ntp.fraction >>> 16)) >>> 0;
}

export function instantOf(seconds: number, fraction: number): Instant {
  return (seconds - epochSeconds) * 1_000 + (fraction / 2 ** 32) * 1_000;
}
