/** One sound of all that is said, as an Opus file: together, or one side in each channel. Written some time after it was said, as packets may come late. */
import type { Instant, Milliseconds } from '@offhook/core';
import { createEncoder } from 'libopus-wasm';
import type { OpusEncoderHandle } from 'libopus-wasm';
import { EncodedAudioPacketSource, EncodedPacket } from 'mediabunny';
import type { Output } from 'mediabunny';
import { fileOutput } from './file.ts';
import { opusHead } from './opus-head.ts';
import { decoderFor, Speech } from './speech.ts';
import type { Timeline } from './timeline.ts';

export type Mix = 'together' | 'sides';

/** Whoever speaks is still so long now and then. */
const pauseMs: Milliseconds = 1_000;
/** Longer than a lost packet is waited for. */
const waitMs: Milliseconds = 1_200;
const frameMs: Milliseconds = 20;
const frameSamples = 960;
/** Frames that wait for the disk, a minute: while there are so many, what is said is left out. */
const waitingMost = 3_000;
/** Bits per second of a channel: speech is as good as it gets, and music is fine. */
const bitrate = 40_000;

export class Mixer {
  readonly #timeline: Timeline;
  readonly #encoder: OpusEncoderHandle;
  readonly #source = new EncodedAudioPacketSource('opus');
  readonly #output: Output;
  readonly #failed: (error: unknown) => void;
  readonly #mix: Mix;
  /** Whose they are. */
  readonly #speeches = new Map<Speech, string>();
  /** Whoever is heard first is on the left, the second on the right, and those after them in the middle. */
  readonly #sides: string[] = [];
  readonly #config: AudioDecoderConfig;
  readonly #pcm: Float32Array;
  #heardMs: Milliseconds = 0;
  #heardUntil: Milliseconds = Number.NEGATIVE_INFINITY;
  /** Frames written. */
  #frames = 0;
  /** Of them, those that are not in the file. */
  #waiting = 0;
  #work: Promise<void>;

  private constructor(
    path: string,
    mix: Mix,
    timeline: Timeline,
    encoder: OpusEncoderHandle,
    failed: (error: unknown) => void,
  ) {
    this.#timeline = timeline;
    this.#encoder = encoder;
    this.#failed = failed;
    this.#mix = mix;
    const channels = mix === 'sides' ? 2 : 1;
    this.#pcm = new Float32Array(frameSamples * channels);
    const description = opusHead(channels, encoder.getLookahead());
    this.#config = { codec: 'opus', sampleRate: 48_000, numberOfChannels: channels, description };
    this.#output = fileOutput(path, 'ogg');
    this.#output.addAudioTrack(this.#source);
    this.#work = this.#output.start().catch(failed);
  }

  static async open(path: string, mix: Mix, timeline: Timeline, failed: (error: unknown) => void): Promise<Mixer> {
    const channels = mix === 'sides' ? 2 : 1;
    const encoder = await createEncoder({ channels, sampleRate: 48_000, bitrate: bitrate * channels });
    return new Mixer(path, mix, timeline, encoder, failed);
  }

  /** What one participant says; undefined where its codec cannot be mixed. */
  async hear(participant: string, codec: string): Promise<Speech | undefined> {
    const decoder = await decoderFor(codec);
    if (decoder === undefined) return undefined;
    // Whoever joins anew has a name with a number behind it, and is the same person.
    const [person = participant] = participant.split('~');
    const speech = new Speech(decoder, (at, ms) => {
      const pause = at - this.#heardUntil;
      this.#heardMs += pause >= 0 && pause < pauseMs ? pause + ms : ms;
      this.#heardUntil = at + ms;
      if (!this.#sides.includes(person)) this.#sides.push(person);
    });
    this.#speeches.set(speech, person);
    return speech;
  }

  /** How much was said that can be heard, of all together, with the pauses that belong to it. */
  get heardMs(): Milliseconds {
    return this.#heardMs;
  }

  /** No more comes of it; what was said is mixed yet. */
  forget(speech: Speech, now: Instant): void {
    this.flush(now);
    this.#speeches.delete(speech);
    speech.close();
  }

  tick(now: Instant): void {
    this.#write(this.#timeline.at(now) - waitMs);
  }

  /** What there is so far, without waiting for what is late. */
  flush(now: Instant): void {
    this.#write(this.#timeline.at(now));
  }

  async close(now: Instant): Promise<void> {
    do {
      this.flush(now);
      await this.#work;
    } while (this.#isBehind(this.#timeline.at(now)));
    await this.#output.finalize().catch(this.#failed);
    for (const speech of this.#speeches.keys()) speech.close();
    this.#encoder.free();
  }

  #write(until: Milliseconds): void {
    while (this.#isBehind(until) && this.#waiting < waitingMost) this.#writeFrame();
  }

  #isBehind(until: Milliseconds): boolean {
    return (this.#frames + 1) * frameMs <= until;
  }

  #writeFrame(): void {
    const pcm = this.#pcm;
    const at = this.#frames * frameSamples;
    pcm.fill(0);
    for (const [{ ring }, person] of this.#speeches) {
      const place = this.#sides.indexOf(person);
      if (this.#mix === 'together') ring.take(at, frameSamples, pcm, 1, 0);
      else {
        if (place !== 1) ring.take(at, frameSamples, pcm, 2, 0);
        if (place !== 0) ring.take(at, frameSamples, pcm, 2, 1);
      }
      ring.clear(at, frameSamples);
    }
    for (let n = 0; n < pcm.length; n++) pcm[n] = Math.max(-1, Math.min(1, pcm[n]!));
    // A copy: what the encoder hands out is written over by the next.
    const bytes = this.#encoder.encodeFloat(pcm).slice();
    const packet = new EncodedPacket(bytes, 'key', (this.#frames * frameMs) / 1_000, frameMs / 1_000);
    this.#frames++;
    this.#waiting++;
    this.#work = this.#work
      .then(() => this.#source.add(packet, { decoderConfig: this.#config }))
      .catch(this.#failed)
      .finally(() => this.#waiting--);
  }
}
