import type { Call } from '../call.ts';
import { renderTune } from './render.ts';

/** Seconds in which the music comes. */
const fade = 0.3;

/** The music of a call. */
export interface HoldMusic {
  /** What plays it, e.g. for `devices.play(music.element)`. */
  readonly element: HTMLAudioElement;
  /** Plays no more. It ends with the call by itself. */
  stop(): void;
}

/** Plays music as long as the other side has put this call on hold, and this side has not done so, too. */
export function playHoldMusic(call: Call): HoldMusic {
  const element = new Audio();
  let playing: Playing | undefined;

  const follow = (): void => {
    const isOnHold = call.remote.held && !call.held && call.duration !== undefined && call.state !== 'ended';
    if (isOnHold) playing ??= new Playing(element);
    else {
      playing?.stop();
      playing = undefined;
    }
  };
  const off = call.on('change', follow);
  const stop = (): void => {
    off();
    playing?.stop();
    playing = undefined;
  };
  call.on('ended', stop);
  follow();
  return { element, stop };
}

/** The music from its beginning to its end. */
class Playing {
  readonly #element: HTMLAudioElement;
  readonly #context = new AudioContext();
  readonly #volume = new GainNode(this.#context, { gain: 0 });
  readonly #out = new MediaStreamAudioDestinationNode(this.#context);

  constructor(element: HTMLAudioElement) {
    this.#element = element;
    // By way of an element, which all browsers let choose its loudspeaker that let anything choose it.
    element.srcObject = this.#out.stream;
    this.#volume.connect(this.#out);
    void this.#start();
  }

  stop(): void {
    if (this.#element.srcObject === this.#out.stream) this.#element.srcObject = null;
    void this.#context.close();
  }

  async #start(): Promise<void> {
    const buffer = await renderTune();
    if (this.#context.state === 'closed') return;
    const source = new AudioBufferSourceNode(this.#context, { buffer, loop: true });
    source.connect(this.#volume);
    source.start();
    this.#volume.gain.setTargetAtTime(1, this.#context.currentTime, fade / 3);
    // Pages that have the microphone open may play; another one may have to wait for a click, and plays then.
    await Promise.allSettled([this.#context.resume(), this.#element.play()]);
  }
}
