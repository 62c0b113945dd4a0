/** Devices as people read of them. */
import type { Device } from '@offhook/core';
import { day } from './time.ts';

/** Whether a device is on at the moment, and otherwise when it last was. */
export function whereabouts({ current, connected, seenAt }: Device, now: number): string {
  if (current) return 'This browser';
  if (connected) return 'Connected now';
  const when = day(seenAt, now);
  return `Last here ${when === 'Today' || when === 'Yesterday' ? when.toLowerCase() : `on ${when}`}`;
}

/** Whether it is one that is held in a hand, as far as its name tells. */
export function isHandheld(name: string): boolean {
  return /android|iphone|ipad|pixel|galaxy|phone/i.test(name);
}
