/**
 * Whether somebody uses this device, from what its browser tells.
 *
 *      input, visible ──► active ── no input for `idleMs`, and the system says nothing better ──► idle
 *                           ▲  └──── the screen is locked, or the system says that nobody is there ──► idle
 *                           └──────────── input, or the system says that somebody is there ◄─────────────┘
 *
 * A page in the background gets no input: somebody may be busy in another one for `idleMs`, after that nobody knows. Where the system
 * is asked (IdleDetector, W3C Idle Detection §4), it knows better.
 */
import type { Instant, Milliseconds } from '@offhook/core';

/** As long as it takes to read a page. */
export const idleMs: Milliseconds = 300_000;

export interface Activity {
  /** When there was input the last time, as far as this page knows. */
  readonly inputAt: Instant;
  /** What the system says of the person and the screen; undefined where it is not asked. */
  readonly system?: 'active' | 'idle' | 'locked' | undefined;
}

export type ActivityInput =
  /** A key, a pointer or a touch; or the page came to the front. */
  | { readonly type: 'input' }
  | { readonly type: 'system'; readonly state: 'active' | 'idle' | 'locked' | undefined }
  | { readonly type: 'tick' };

export function stepActivity(activity: Activity, input: ActivityInput, now: Instant): Activity {
  switch (input.type) {
    case 'input':
      // Nobody types through a locked screen; the system tells of that before it tells of its end.
      return { ...activity, inputAt: now };
    case 'system':
      return { system: input.state, inputAt: input.state === 'active' ? now : activity.inputAt };
    case 'tick':
      return activity;
  }
}

export function isActive({ inputAt, system }: Activity, now: Instant): boolean {
  if (system === 'locked') return false;
  return system === 'active' || now - inputAt < idleMs;
}

/** When to look again. */
export function activityDeadline(activity: Activity, now: Instant): Instant | undefined {
  return activity.system === undefined && isActive(activity, now) ? activity.inputAt + idleMs : undefined;
}
