/** All that shows calls: loaded when the first call is made, as a page without calls has no use for it. */
import { attention } from './attention.ts';
import { inlineBar } from './inline-bar.ts';
import { miniWindow } from './mini-window.ts';
import { notification } from './notification.ts';
import { osMedia } from './os-media.ts';
import type { Stage, Surface } from './surface.ts';
import { videoPip } from './video-pip.ts';

export { press } from '../press.ts';
export { getSupport } from '../support.ts';
export { sweep } from './notification.ts';

/** In the order in which they are tried; the notification looks at those before it. */
export function surfaces(stage: Stage): Surface[] {
  return [inlineBar, miniWindow, videoPip, osMedia, notification, attention].map((make) => make(stage));
}
