import type { Unsubscribe } from '../emitter.ts';
import type { Platform } from '../platform.ts';
import { activityDeadline, isActive, stepActivity } from './activity.ts';
import type { Activity, ActivityInput } from './activity.ts';

/** Inputs closer than this change nothing that anybody would see. */
const inputEveryMs = 1_000;
const inputEvents = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const;

/** IdleDetector (W3C Idle Detection §4), which not every browser has. */
interface IdleDetector extends EventTarget {
  readonly userState: 'active' | 'idle' | null;
  readonly screenState: 'locked' | 'unlocked' | null;
  start(options: { threshold: number; signal: AbortSignal }): Promise<void>;
}

/** The shortest that IdleDetector takes. */
const thresholdMs = 60_000;

/** Tells whenever somebody begins or ceases to use this device, as far as the page can know. Nothing is asked of the person. */
export function watchActivity({ clock }: Platform, tell: (isActive: boolean) => void): Unsubscribe {
  const stop = new AbortController();
  const { signal } = stop;
  let activity: Activity = { inputAt: clock.now() };
  let wasActive = true;
  let cancel: (() => void) | undefined;

  const feed = (input: ActivityInput): void => {
    if (signal.aborted) return;
    const now = clock.now();
    activity = stepActivity(activity, input, now);
    const is = isActive(activity, now);
    cancel?.();
    const at = activityDeadline(activity, now);
    cancel = at === undefined ? undefined : clock.schedule(at - now, () => feed({ type: 'tick' }));
    if (is === wasActive) return;
    wasActive = is;
    tell(is);
  };
  const touched = (): void => {
    if (!wasActive || clock.now() - activity.inputAt >= inputEveryMs) feed({ type: 'input' });
  };

  for (const type of inputEvents) addEventListener(type, touched, { capture: true, passive: true, signal });
  const shown = (): void => (document.visibilityState === 'visible' ? touched() : undefined);
  document.addEventListener('visibilitychange', shown, { signal });
  void detect(signal, (state) => feed({ type: 'system', state }));
  feed({ type: 'tick' });
  return () => {
    stop.abort();
    cancel?.();
  };
}

/** Asks the system, where the person has allowed it before. */
async function detect(signal: AbortSignal, tell: (state: 'active' | 'idle' | 'locked') => void): Promise<void> {
  const { IdleDetector: Detector } = globalThis as { IdleDetector?: new () => IdleDetector };
  if (Detector === undefined) return;
  try {
    const { state } = await navigator.permissions.query({ name: 'idle-detection' as PermissionName });
    if (state !== 'granted' || signal.aborted) return;
    const detector = new Detector();
    const changed = (): void => tell(detector.screenState === 'locked' ? 'locked' : (detector.userState ?? 'active'));
    detector.addEventListener('change', changed, { signal });
    await detector.start({ threshold: thresholdMs, signal });
    changed();
  } catch {
    // Not here, then: input has to do.
  }
}
