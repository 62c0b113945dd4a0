import { melodies } from './melodies.ts';
import type { Melody, Note, Sound } from './melodies.ts';

const gestures = ['pointerdown', 'keydown'] as const;

/**
 * Plays what is to be heard beside the voices. Browsers let a page make sounds only after a gesture: until then it is silent, and
 * says so. The loudspeaker is held only while something sounds: a context that runs takes power all day.
 */
export class Ringer {
  readonly #audible: (audible: boolean) => void;
  readonly #rendered = new Map<Sound, Promise<AudioBuffer>>();
  #context: AudioContext | undefined;
  /** The page has been heard, or could have been. */
  #isAudible = false;
  #playing: Sound | undefined;
  #source: AudioBufferSourceNode | undefined;
  /** What sounds once, at the moment. */
  #sounding = 0;

  /** `audible` is told when the page may make sounds. */
  constructor(audible: (audible: boolean) => void) {
    this.#audible = audible;
    for (const type of gestures) addEventListener(type, this.#onGesture, { capture: true });
  }

  /** What goes on sounding from now on. */
  play(sound: Sound | undefined): void {
    if (sound === this.#playing) return;
    this.#playing = sound;
    this.#source?.stop();
    this.#source = undefined;
    if (sound === undefined) this.#rest();
    else void this.#start(sound);
  }

  /** Sounds once, whatever else does. */
  async once(sound: Sound): Promise<void> {
    const context = this.#context;
    if (context === undefined || !this.#isAudible) return;
    this.#sounding += 1;
    const source = this.#connect(context, await this.#render(sound));
    source.addEventListener('ended', () => this.#sounded());
    source.start();
    await context.resume();
  }

  /** Sounds once on the loudspeaker that was chosen: `place` sends an element there. */
  async test(place: (element: HTMLAudioElement) => () => void): Promise<void> {
    const context = (this.#context ??= this.#open());
    this.#sounding += 1;
    await context.resume();
    const out = new MediaStreamAudioDestinationNode(context);
    const element = new Audio();
    const displace = place(element);
    element.srcObject = out.stream;
    const source = new AudioBufferSourceNode(context, { buffer: await this.#render('ringing') });
    source.connect(out);
    source.addEventListener('ended', () => {
      element.srcObject = null;
      displace();
      this.#sounded();
    });
    source.start();
    await element.play();
  }

  async #start(sound: Sound): Promise<void> {
    // Some browsers trust a page they have heard before: then it may begin without a gesture.
    const context = (this.#context ??= this.#open());
    const buffer = await this.#render(sound);
    if (this.#playing !== sound || this.#source !== undefined) return;
    this.#source = this.#connect(context, buffer);
    this.#source.loop = melodies[sound].every !== undefined;
    this.#source.start();
    await context.resume();
  }

  #sounded(): void {
    this.#sounding -= 1;
    this.#rest();
  }

  /** Lets go of the loudspeaker when nothing sounds. Once it has been heard a page may take it again without a gesture. */
  #rest(): void {
    if (this.#isAudible && this.#playing === undefined && this.#sounding === 0) void this.#context?.suspend();
  }

  #connect(context: AudioContext, buffer: AudioBuffer): AudioBufferSourceNode {
    const source = new AudioBufferSourceNode(context, { buffer });
    source.connect(context.destination);
    return source;
  }

  #open(): AudioContext {
    const context = new AudioContext();
    const look = (): void => {
      if (context.state !== 'running') return;
      if (!this.#isAudible) this.#audible((this.#isAudible = true));
      this.#rest();
    };
    context.addEventListener('statechange', look);
    look();
    return context;
  }

  readonly #onGesture = (): void => {
    this.#context ??= this.#open();
    if (!this.#isAudible) void this.#context.resume();
    else for (const type of gestures) removeEventListener(type, this.#onGesture, { capture: true });
  };

  #render(sound: Sound): Promise<AudioBuffer> {
    const known = this.#rendered.get(sound);
    if (known) return known;
    const rendered = render(melodies[sound]);
    this.#rendered.set(sound, rendered);
    return rendered;
  }
}

const sampleRate = 24_000;

/** The melody as samples, once: looping them needs no timer, which a hidden page would not get in time. */
function render({ notes, every }: Melody): Promise<AudioBuffer> {
  const length = every ?? Math.max(...notes.map((note) => note.at + note.length)) + 0.1;
  const context = new OfflineAudioContext(1, Math.ceil(length * sampleRate), sampleRate);
  for (const note of notes) add(context, note);
  return context.startRendering();
}

function add(context: OfflineAudioContext, { at, pitch, length, loudness, kind }: Note): void {
  const gain = new GainNode(context, { gain: 0 });
  gain.connect(context.destination);
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(loudness, at + (kind === 'pluck' ? 0.008 : 0.04));
  if (kind === 'pluck') {
    gain.gain.exponentialRampToValueAtTime(0.0005, at + length);
  } else {
    gain.gain.setValueAtTime(loudness, at + length - 0.06);
    gain.gain.linearRampToValueAtTime(0, at + length);
  }
  // The fundamental and a quiet octave: a bar of wood rather than a whistle.
  const parts = kind === 'pluck' ? [1, 0.25] : [1];
  parts.forEach((share, index) => {
    const part = new GainNode(context, { gain: share });
    const oscillator = new OscillatorNode(context, { type: 'sine', frequency: pitch * 2 ** (index * 2) });
    oscillator.connect(part).connect(gain);
    oscillator.start(at);
    oscillator.stop(at + length);
  });
}
