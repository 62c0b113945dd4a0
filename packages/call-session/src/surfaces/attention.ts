/** The mark on the icon of an installed application, and a screen that stays on. */
import type { Stage, Surface } from './surface.ts';
import { ignore } from './surface.ts';

const name = 'badge';

export function hasBadge(): boolean {
  return 'setAppBadge' in navigator && matchMedia('(display-mode: standalone)').matches;
}

export function attention(stage: Stage): Surface {
  let isMarked = false;
  let lock: Promise<WakeLockSentinel | undefined> | undefined;
  let wanted = false;
  document.addEventListener('visibilitychange', () => stage.changed());
  return {
    name,
    update(view) {
      const mark = view !== undefined && view.init.badge !== 'off' && hasBadge();
      if (mark !== isMarked) void (mark ? navigator.setAppBadge() : navigator.clearAppBadge()).catch(ignore);
      isMarked = mark;

      const wish = view?.init.wakeLock ?? 'auto';
      const before = wanted;
      wanted = view !== undefined && !document.hidden && (wish === 'on' || (wish === 'auto' && view.kind !== 'audio'));
      if (wanted === before) return mark;
      // The browser lets go of it when the page is hidden; letting go once more does no harm.
      void lock?.then(async (held) => held?.release()).catch(ignore);
      lock = wanted ? navigator.wakeLock?.request('screen').catch(ignore) : undefined;
      return mark;
    },
  };
}
