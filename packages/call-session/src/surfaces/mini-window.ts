/** A window of its own above all others: Document Picture-in-Picture. Where the browser does that, it opens when the tab is left. */
import { card, dress } from './card.ts';
import type { Card } from './card.ts';
import { onMediaActions } from './media-actions.ts';
import type { View } from '../view.ts';
import type { Stage, Surface } from './surface.ts';
import { ignore } from './surface.ts';
import { remoteVideo } from './video-pip.ts';

declare global {
  interface Window {
    readonly documentPictureInPicture?: {
      requestWindow(options: { width: number; height: number }): Promise<Window & typeof globalThis>;
    };
  }
}

const name = 'mini-window';
const [width, height, heightWithPicture] = [340, 200, 320];

export function miniWindow(stage: Stage): Surface {
  let opened: Window | undefined;
  let opening: Promise<void> | undefined;
  let drawn: Card | undefined;
  let video: HTMLVideoElement | undefined;
  let armed = false;

  const open = async (view: View): Promise<void> => {
    const size = { width, height: view.video === undefined ? height : heightWithPicture };
    const pip = await window.documentPictureInPicture?.requestWindow(size);
    if (pip === undefined) return;
    const { document: doc } = pip;
    dress(doc, pip);
    const page = document.documentElement;
    const { direction: dir, colorScheme } = getComputedStyle(page);
    Object.assign(doc.documentElement, { lang: page.lang, dir });
    doc.documentElement.style.colorScheme = colorScheme;
    drawn = card(doc, (action) => stage.press(action, name), false);
    video = doc.createElement('video');
    video.className = 'v';
    doc.body.append(video, drawn.root);
    opened = pip;
    pip.addEventListener('pagehide', () => {
      if (opened === pip) opened = undefined;
      stage.changed();
    });
    stage.changed();
  };

  return {
    name,
    open(view) {
      if (window.documentPictureInPicture === undefined) return undefined;
      if (opened !== undefined) return Promise.resolve(opened.focus());
      // A page has one such window: asking for a second one would close the first.
      return (opening ??= open(view).finally(() => (opening = undefined)));
    },
    update(view) {
      const arm = view !== undefined && view.init.autoMiniWindow !== false;
      if (arm !== armed) onMediaActions(['enterpictureinpicture'], arm ? () => void stage.open().catch(ignore) : undefined);
      armed = arm;
      if (view === undefined) opened?.close();
      if (opened === undefined || view === undefined || drawn === undefined || video === undefined) return false;
      opened.document.title = view.header;
      drawn.render(view);
      video.hidden = view.video === undefined;
      drawn.root.classList.toggle('w', !video.hidden);
      remoteVideo(video, view.video);
      return true;
    },
  };
}
