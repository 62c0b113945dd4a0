/**
 * What everybody hears who listens to a mix: of the streams they are to hear, those that are loudest at the moment, as one sound. Driven by
 * ticks; no clock of its own.
 */
import type { Instant, Milliseconds } from '@offhook/core';
import { Timeline } from '../recorder/timeline.ts';
import type { RtpPacket } from '../rtp/packet.ts';
import { encoderFor } from './encoders.ts';
import type { Encoder } from './encoders.ts';
import type { MixedCodec } from './messages.ts';
import { Source } from './source.ts';

const frameMs: Milliseconds = 20;
const frameSamples = 960;
/** How long after it came everything is heard: what is late by less is not lost. */
const waitMs: Milliseconds = 80;
/** So far behind, it goes on with what is now: whoever listens is not to hear it ever later. */
const behindMost: Milliseconds = 500;
/** More voices at once are noise. */
const voicesMost = 5;

interface Listener {
  readonly encoder: Encoder;
  hears: ReadonlySet<number>;
}

interface Voice {
  readonly stream: number;
  readonly samples: Float32Array;
  readonly energy: number;
}

export class Mixdown {
  readonly #timeline: Timeline;
  readonly #sources = new Map<number, Source>();
  readonly #listeners = new Map<number, Listener>();
  readonly #emit: (listener: number, payload: Uint8Array, frame: number) => void;
  readonly #sum = new Float32Array(frameSamples);
  /** Frames that were made. */
  #frames = 0;

  constructor(startedAt: Instant, emit: (listener: number, payload: Uint8Array, frame: number) => void) {
    this.#timeline = new Timeline(startedAt);
    this.#emit = emit;
  }

  /** What cannot be decoded is not heard. */
  async add(stream: number, codec: string, clockRate: number): Promise<void> {
    const source = await Source.open(codec, this.#timeline, clockRate, frameSamples);
    if (source !== undefined) this.#sources.set(stream, source);
  }

  remove(stream: number): void {
    this.#sources.get(stream)?.close();
    this.#sources.delete(stream);
  }

  async listen(listener: number, codec: MixedCodec): Promise<void> {
    this.#listeners.set(listener, { encoder: await encoderFor(codec), hears: new Set() });
  }

  hear(listener: number, streams: readonly number[]): void {
    const known = this.#listeners.get(listener);
    if (known !== undefined) known.hears = new Set(streams);
  }

  forget(listener: number): void {
    this.#listeners.get(listener)?.encoder.close();
    this.#listeners.delete(listener);
  }

  receive(stream: number, packet: RtpPacket, arrived: Instant): void {
    this.#sources.get(stream)?.receive(packet, arrived);
  }

  tick(now: Instant): void {
    for (const source of this.#sources.values()) source.tick(now);
    const until = this.#timeline.at(now) - waitMs;
    const behind = until - this.#frames * frameMs;
    if (behind > behindMost) this.#skip(Math.floor(until / frameMs));
    while ((this.#frames + 1) * frameMs <= until) this.#make();
  }

  /** What lies before is heard by nobody any more. */
  #skip(frame: number): void {
    for (const source of this.#sources.values()) source.skip(this.#frames * frameSamples, frame * frameSamples);
    this.#frames = frame;
  }

  #make(): void {
    const frame = this.#frames++;
    const at = frame * frameSamples;
    const voices: Voice[] = [];
    for (const [stream, source] of this.#sources) {
      const samples = source.take(at);
      const energy = samples.reduce((sum, sample) => sum + sample * sample, 0);
      if (energy > 0) voices.push({ stream, samples, energy });
    }
    voices.sort((a, b) => b.energy - a.energy);
    for (const [listener, { encoder, hears }] of this.#listeners) {
      this.#mix(voices, hears);
      this.#emit(listener, encoder.encode(this.#sum), frame);
    }
  }

  #mix(voices: readonly Voice[], hears: ReadonlySet<number>): void {
    const sum = this.#sum;
    sum.fill(0);
    let heard = 0;
    for (const { stream, samples } of voices) {
      if (!hears.has(stream)) continue;
      if (++heard > voicesMost) break;
      for (let n = 0; n < frameSamples; n++) sum[n]! += samples[n]!;
    }
    if (heard < 2) return;
    for (let n = 0; n < frameSamples; n++) sum[n] = softened(sum[n]!);
  }
}

/** Above three quarters of the loudest, ever less of it: several who shout at once are not cut off. */
function softened(sample: number): number {
  const size = Math.abs(sample);
  if (size <= 0.75) return sample;
  return Math.sign(sample) * (0.75 + 0.25 * Math.tanh((size - 0.75) / 0.25));
}
