/**
 * The media session of the operating system: lock screen, media keys, headset. Browsers show none for calls alone, so a silent sound
 * is played along, the anchor; it must be a file of several seconds and may not be muted. That no browser promises this is why it
 * can be switched off; on iOS, where it would fight with the call for the loudspeaker, it is never played.
 */
import type { View } from '../view.ts';
import { onMediaActions } from './media-actions.ts';
import type { Stage, Surface } from './surface.ts';
import { ignore } from './surface.ts';

const name = 'os-media';
const actions = ['play', 'pause', 'stop', 'previoustrack', 'nexttrack'];
const seconds = 10;
const rate = 8000;

/** iPhone, iPad, and iPads that say they were Macs. */
export function isIos(): boolean {
  const { userAgent, maxTouchPoints } = navigator;
  return /iP(?:hone|ad|od)/.test(userAgent) || (userAgent.includes('Macintosh') && maxTouchPoints > 1);
}

/** Whether it is shown without asking for it: in Chromium on desktops. */
export function isUsual(): boolean {
  const { userAgentData: agent } = navigator as { userAgentData?: { readonly mobile: boolean } };
  return agent?.mobile === false;
}

export function osMedia(stage: Stage): Surface {
  let anchor: HTMLAudioElement | undefined;
  let started = false;

  let current: View | undefined;

  const press = (action: string): void => {
    const at = actions.indexOf(action);
    const [previous, next] = current?.buttons.filter(({ draw }) => draw === undefined) ?? [];
    // Play and Pause say which way it is to be.
    const same = current?.sending.microphone === (at === 0);
    const toggle = same ? undefined : 'togglemicrophone';
    const pressed = [toggle, toggle, 'hangup', previous?.action, next?.action][at];
    if (pressed !== undefined) stage.press(pressed, name);
  };

  const start = (): void => {
    anchor = new Audio(URL.createObjectURL(silence()));
    anchor.loop = true;
    anchor.addEventListener('error', () => (started = false));
    onMediaActions(actions, press);
  };

  const stop = (): void => {
    if (anchor === undefined) return;
    anchor.pause();
    URL.revokeObjectURL(anchor.src);
    anchor.removeAttribute('src');
    // Lets go of it: in a hidden tab, Chromium would go on showing that something is paused.
    anchor.load();
    anchor = undefined;
    started = false;
    navigator.mediaSession.metadata = null;
    navigator.mediaSession.playbackState = 'none';
    onMediaActions(actions, undefined);
  };

  return {
    name,
    update(view) {
      current = view;
      const wish = view?.init.osMedia ?? 'auto';
      const can = 'mediaSession' in navigator && !isIos() && (wish === 'force' || (wish === 'auto' && isUsual()));
      if (view === undefined || !can) {
        stop();
        return false;
      }
      if (anchor === undefined) start();
      // Not played again once it was: it is paused when something else wants to be heard, which does not touch the call.
      if (!started) {
        const playing = anchor;
        void anchor?.play().then(() => {
          started = playing === anchor;
          stage.changed();
        }, ignore);
      }
      const session = navigator.mediaSession;
      const { header: title, subtext: artist, sendingText: album, artwork } = view;
      if (
        session.metadata?.title === title &&
        session.metadata.artwork.map(({ src }) => src).join() === artwork.map(({ src }) => src).join()
      )
        Object.assign(session.metadata, { artist, album });
      else session.metadata = new MediaMetadata({ title, artist, album, artwork: [...artwork] });
      // Playing is speaking. What is said to be paused while the anchor plays, browsers call playing.
      const [first] = view.buttons;
      const isMuted = first?.draw === 'microphone' && first.off === true;
      if (started && isMuted) anchor?.pause();
      // Only then: something else that wants to be heard pauses it, too.
      else if (started && session.playbackState === 'paused') void anchor?.play().catch(ignore);
      session.playbackState = isMuted ? 'paused' : 'playing';
      session.setPositionState?.({ duration: Infinity, position: view.duration, playbackRate: 1 });
      return started;
    },
  };
}

/** A WAV file of one channel of 8 bits. Its numbers are little-endian, as are those of every machine that has a browser. */
function silence(): Blob {
  const length = seconds * rate;
  const format = [16, 0x1_0001, rate, rate, 0x8_0001];
  const parts = ['RIFF', Int32Array.of(36 + length), 'WAVEfmt ', Int32Array.from(format), 'data', Int32Array.of(length)];
  return new Blob([...parts, new Uint8Array(length).fill(128)], { type: 'audio/wav' });
}
