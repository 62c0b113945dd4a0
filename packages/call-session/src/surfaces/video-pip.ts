/**
 * Picture-in-Picture of a video: the other's picture, or where there is none a drawn card. The browser puts its own buttons on it, which
 * Chromium takes from the media session.
 */
import type { View } from '../view.ts';
import { onMediaActions } from './media-actions.ts';
import type { Stage, Surface } from './surface.ts';
import { ignore } from './surface.ts';

const name = 'video-pip';
const actions = ['hangup', 'togglemicrophone', 'togglecamera'];
const [width, height] = [480, 270];

export function videoPip(stage: Stage): Surface {
  let video: HTMLVideoElement | undefined;
  let paint: ReturnType<typeof painter> | undefined;
  let armed = false;

  const show = (view: View): void => {
    if (video === undefined) return;
    if (view.video === undefined) {
      paint ??= painter();
      paint(view);
    }
    remoteVideo(video, view.video ?? paint?.track);
  };

  const close = (): void => {
    video?.remove();
    video = undefined;
    paint?.track.stop();
    paint = undefined;
    stage.changed();
  };

  return {
    name,
    open(view) {
      if (!document.pictureInPictureEnabled) return undefined;
      if (video !== undefined) return Promise.resolve();
      const made = (video = document.createElement('video'));
      Object.assign(made.style, { position: 'fixed', width: '1px', height: '1px', opacity: 0, pointerEvents: 'none' });
      made.addEventListener('leavepictureinpicture', close);
      document.body.append(made);
      const ready = new Promise((resolve) => made.addEventListener('loadedmetadata', resolve, { once: true }));
      show(view);
      return ready
        .then(async () => made.requestPictureInPicture())
        .then(() => stage.changed())
        .catch((error: unknown) => {
          close();
          throw error;
        });
    },
    update(view) {
      if ((view !== undefined) !== armed) {
        armed = view !== undefined;
        onMediaActions(actions, armed ? (action) => stage.press(action, name) : undefined);
      }
      if (view !== undefined) {
        void tell(view).catch(ignore);
        show(view);
      }
      const isOpen = video !== undefined && document.pictureInPictureElement === video;
      if (view === undefined && isOpen) void document.exitPictureInPicture().catch(ignore);
      return isOpen && view !== undefined;
    },
  };
}

/** Which of the browser's own buttons are on. Rejects where the browser lets only a click say so. */
async function tell({ sending }: View): Promise<void> {
  const session = navigator.mediaSession as MediaSession | undefined;
  await session?.setMicrophoneActive?.(sending.microphone);
  await session?.setCameraActive?.(sending.camera);
}

/** Plays this track, and nothing else. What it sounds like is the page's to play. */
export function remoteVideo(video: HTMLVideoElement, track: MediaStreamTrack | undefined): void {
  const { srcObject } = video;
  const playing = srcObject instanceof MediaStream ? srcObject.getTracks()[0] : undefined;
  if (playing?.id === track?.id) return;
  video.muted = video.autoplay = video.playsInline = true;
  video.srcObject = track === undefined ? null : new MediaStream([track]);
  void video.play().catch(ignore);
}

interface Painter {
  (view: View): void;
  readonly track: MediaStreamTrack;
}

/** Draws header, clock and picture. */
function painter(): Painter {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width, height });
  const context = canvas.getContext('2d');
  const image = new Image();
  // A picture that would forbid to show the canvas is not loaded at all.
  image.crossOrigin = 'anonymous';
  const paint = (view: View): void => {
    if (context === null) return;
    const src = view.artwork[0]?.src ?? '';
    if (image.src !== src) image.src = src;
    const line = (text: string, y: number, font: string, color: string): void => {
      Object.assign(context, { font: `${font} system-ui,sans-serif`, fillStyle: color, textAlign: 'center' });
      context.fillText(text, width / 2, y, width - 40);
    };
    context.fillStyle = '#1e1f25';
    context.fillRect(0, 0, width, height);
    context.save();
    context.beginPath();
    context.arc(width / 2, 84, 48, 0, 7);
    context.fillStyle = '#5a5fc7';
    context.fill();
    context.clip();
    if (image.complete && image.naturalWidth > 0) context.drawImage(image, width / 2 - 48, 36, 96, 96);
    else line(view.initials, 98, '600 40px', '#fff');
    context.restore();
    line(view.header, 176, '600 24px', '#f2f3f5');
    line(view.subtext, 212, '20px', '#a9adb8');
    line(view.sendingText, 242, '18px', '#ff8d92');
  };
  const [track] = canvas.captureStream().getVideoTracks();
  if (track === undefined) throw new DOMException('No video here.', 'NotSupportedError');
  return Object.assign(paint, { track });
}
