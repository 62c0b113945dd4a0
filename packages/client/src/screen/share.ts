import { openCall } from '../call.ts';
import type { Call } from '../call.ts';
import { Emitter } from '../emitter.ts';
import { OffhookError } from '../errors.ts';
import { Mix } from './mix.ts';

/** What to show. */
export interface ScreenOptions {
  /** Also what the screen is heard to play, mixed with the microphone, where the browser offers it and the person agrees. Default: false. */
  readonly audio?: boolean | undefined;
}

/** What a screen that is shown tells. */
export interface ScreenShareEvents {
  /** Nothing is shown any more: by `stop()`, by the browser's own "Stop sharing", because the call is over or goes on with somebody else. */
  ended: [];
}

/** What Chromium takes beside the standard (W3C Screen Capture, and its extensions in draft). */
interface DisplayOptions extends DisplayMediaStreamOptions {
  readonly systemAudio?: 'include' | 'exclude';
  readonly surfaceSwitching?: 'include' | 'exclude';
  readonly selfBrowserSurface?: 'include' | 'exclude';
}

const texts = {
  screen_refused: 'Nothing is shown. To show your screen, choose a window, a tab or the whole screen.',
  screen_unavailable:
    'The system does not let this browser see the screen. Allow it in the settings of the system and try again.',
  screen_unsupported: 'This browser cannot show the screen in a call.',
} as const;

const shares = new WeakMap<Call, ScreenShare>();

/** Whether this browser can show a screen at all; those on phones cannot. */
export function canShareScreen(): boolean {
  const devices: MediaDevices | undefined = navigator.mediaDevices;
  return devices !== undefined && 'getDisplayMedia' in devices;
}

/** What this side shows in a call at the moment, if anything. */
export function shareOf(call: Call): ScreenShare | undefined {
  return shares.get(call);
}

/**
 * Lets the person choose a screen, a window or a tab, to publish it in a session: `session.publish(await chooseScreen(), { alias: 'screen' })`.
 * Has to be called from a click or key. Whoever has it stops its tracks. Rejects with `screen_refused`, `screen_unavailable` or
 * `screen_unsupported`, as `shareScreen` does.
 */
export async function chooseScreen({ audio = false }: ScreenOptions = {}): Promise<MediaStream> {
  if (!canShareScreen()) throw refusal('screen_unsupported');
  const options: DisplayOptions = {
    video: { frameRate: { max: 30 } },
    // What the other says is played by this very page, and need not go back.
    audio: audio && ({ restrictOwnAudio: true, echoCancellation: false, autoGainControl: false } as MediaTrackConstraints),
    ...(audio && { systemAudio: 'include' }),
    surfaceSwitching: 'include',
    selfBrowserSurface: 'exclude',
  };
  try {
    const stream = await navigator.mediaDevices.getDisplayMedia(options);
    // Text is to stay sharp, at the cost of movement (W3C MediaStreamTrack Content Hints).
    for (const track of stream.getVideoTracks()) track.contentHint = 'detail';
    return stream;
  } catch (cause) {
    throw refusal(codeOf(cause), cause);
  }
}

/**
 * Lets the person choose a screen, a window or a tab, and shows it in the call in the place of the camera, whose picture comes back
 * afterwards. Has to be called from a click or key. Where something is shown already, that is replaced once another was chosen.
 *
 * Rejects with `screen_refused` where the person chooses nothing, with `screen_unavailable` where the system forbids it, with
 * `screen_unsupported`, and with `wrong_state` where the call is not taken, or meanwhile ends or goes on with somebody else.
 */
export async function shareScreen(call: Call, options: ScreenOptions = {}): Promise<ScreenShare> {
  if (!canShareScreen()) throw refusal('screen_unsupported');
  if (call.duration === undefined || call.state === 'ended') throw new OffhookError('wrong_state');
  const { id } = call;
  const stream = await chooseScreen(options);
  // It may be over by now, or go on with somebody for whom this was not chosen.
  if ((call.state as string) === 'ended' || call.id !== id) {
    for (const track of stream.getTracks()) track.stop();
    throw new OffhookError('wrong_state');
  }
  shares.get(call)?.stop();
  const share = new ScreenShare(call, stream);
  shares.set(call, share);
  share.on('ended', () => shares.get(call) === share && shares.delete(call));
  return share;
}

/** A screen that is shown in a call. Made by `shareScreen(call)`. */
export class ScreenShare extends Emitter<ScreenShareEvents> {
  /** What is shown, for a preview. */
  readonly stream: MediaStream;
  /** Whether what it plays is heard, too. */
  readonly hasAudio: boolean;
  readonly #call: Call;
  readonly #mix: Mix | undefined;
  readonly #offs: readonly (() => void)[];
  #isOver = false;

  /** Made by `shareScreen(call)`. @hideconstructor */
  constructor(call: Call, stream: MediaStream) {
    super((error) => reportError(error));
    this.#call = call;
    this.stream = stream;
    const [video] = stream.getVideoTracks();
    const [audio] = stream.getAudioTracks();
    this.hasAudio = audio !== undefined;
    this.#mix = audio && new Mix(call, audio);
    openCall(call).sendInstead({ ...(video && { video }), ...(this.#mix && { audio: this.#mix.track }) });
    // Told before anything is opened to the new one: to them nothing of it is sent.
    this.#offs = [call.on('ended', () => this.stop()), call.on('transferred', () => this.stop())];
    // The browser's own "Stop sharing", or the window was closed.
    video?.addEventListener('ended', () => this.stop());
  }

  /** Shows nothing any more; the camera's picture comes back, if it is on. */
  stop(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const off of this.#offs) off();
    openCall(this.#call).sendInstead({});
    this.#mix?.close();
    for (const track of this.stream.getTracks()) track.stop();
    this.emit('ended');
  }
}

/** Both the person and the system refuse with `NotAllowedError`; only of the system browsers say so in words. */
function codeOf(error: unknown): keyof typeof texts {
  const { name = '', message = '' } = error instanceof Error ? error : {};
  if (name === 'NotAllowedError') return /system/i.test(message) ? 'screen_unavailable' : 'screen_refused';
  return name === 'AbortError' ? 'screen_refused' : 'screen_unavailable';
}

function refusal(code: keyof typeof texts, cause?: unknown): OffhookError {
  return new OffhookError(code, { message: texts[code], cause });
}
