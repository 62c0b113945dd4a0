/** What happens when something is pressed, on whatever surface. */
import { CallActionEvent } from './action-event.ts';
import type { Core } from './core.ts';
import type { CallSessionSurface } from './types.ts';

const toggles: Readonly<Record<string, 'microphone' | 'camera'>> = {
  togglemicrophone: 'microphone',
  togglecamera: 'camera',
};

export function press(core: Core, session: EventTarget, action: string, source: CallSessionSurface): void {
  const ask = (type: string): boolean => session.dispatchEvent(new CallActionEvent(type, action, source));
  // A notification may be clicked after the call.
  if (!core.up || !ask('action')) return;
  if (action === 'hangup' && ask('hangup')) core.end(action);
  // A handler may have ended it.
  if (!core.up) return;
  const what = toggles[action];
  if (what !== undefined) core.enable(what, !core.view.sending[what]);
  if (action !== 'togglescreenshare') return;
  for (const track of core.readings.flatMap(({ screen }) => screen)) {
    track.stop();
    // As when the browser's own button stops it: stopping alone fires nothing.
    track.dispatchEvent(new Event('ended'));
  }
  core.look();
}
