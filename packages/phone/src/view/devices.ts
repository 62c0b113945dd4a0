/** Devices as people read of them. */
import type { Device } from '@offhook/core';
import { t } from '../texts/texts.ts';
import { day, daysBetween } from './time.ts';

/** Whether a device is on at the moment, and otherwise when it last was. */
export function whereabouts({ current, connected, seenAt }: Device, now: number): string {
  if (current) return t.settings.thisBrowser;
  if (connected) return t.settings.connectedNow;
  const days = daysBetween(seenAt, now);
  if (days <= 0) return t.settings.lastHereToday;
  return days === 1 ? t.settings.lastHereYesterday : t.settings.lastHere(day(seenAt, now));
}

/** Whether it is one that is held in a hand, as far as its name tells. */
export function isHandheld(name: string): boolean {
  return /android|iphone|ipad|pixel|galaxy|phone/i.test(name);
}
