/** What this browser can show. */
import { hasBadge } from './surfaces/attention.ts';
import { helper, isAllowed } from './surfaces/notification.ts';
import { isIos, isUsual } from './surfaces/os-media.ts';
import type { CallSessionSupport, CallSessionSurfaceSupport } from './types.ts';

export async function getSupport(): Promise<CallSessionSupport> {
  const canNotify = typeof Notification === 'function' && 'serviceWorker' in navigator;
  return {
    surfaces: {
      inline: 'automatic',
      'mini-window': miniWindow(),
      'video-pip': document.pictureInPictureEnabled ? 'click' : 'no',
      'os-media': !('mediaSession' in navigator) || isIos() ? 'no' : isUsual() ? 'automatic' : 'opt-in',
      notification: canNotify ? await notification() : 'no',
      badge: hasBadge() ? 'automatic' : 'no',
    },
    notificationActions: canNotify ? ((Notification as { maxActions?: number }).maxActions ?? 0) : 0,
    wakeLock: 'wakeLock' in navigator,
    orphanControl: 'locks' in navigator,
  };
}

/** Opening by itself takes an action of the media session that is known in Chromium, and a page of https. */
function miniWindow(): CallSessionSurfaceSupport {
  if (window.documentPictureInPicture === undefined) return 'no';
  return location.protocol === 'https:' && isUsual() ? 'automatic' : 'click';
}

async function notification(): Promise<CallSessionSurfaceSupport> {
  if (Notification.permission === 'denied') return 'no';
  if (!isAllowed()) return 'needs-permission';
  return (await helper({ callSession: 'sweep' })) === undefined ? 'needs-worker' : 'automatic';
}
