/** What somebody has recorded for callers, in whatever form it comes: made Ogg with one channel of Opus in packets of 20 ms, as it is played. */
import type { Milliseconds } from '@offhook/core';
import { createDecoder, createEncoder } from 'libopus-wasm';
import {
  AudioSampleSink,
  BufferSource,
  BufferTarget,
  EncodedAudioPacketSource,
  EncodedPacket,
  EncodedPacketSink,
  Input,
  MATROSKA,
  OGG,
  OggOutputFormat,
  Output,
  WAVE,
  WEBM,
} from 'mediabunny';
import type { InputAudioTrack } from 'mediabunny';
import { opusHead } from '../recorder/opus-head.ts';
import { GreetingError } from './greeting-error.ts';
import { frameMs } from './sounds.ts';

export interface Greeting {
  /** Ogg with Opus. */
  readonly bytes: Uint8Array;
  readonly durationMs: Milliseconds;
}

const rate = 48_000;
const frameSamples = (rate * frameMs) / 1_000;
const bitrate = 32_000;
/** So many frames are encoded, or parts decoded, in one turn of the event loop: calls are not to wait for it. */
const framesOfTurn = 25;
const partsOfTurn = 5;
/** Samples a second of WAV. */
const [rateLeast, rateMost] = [8_000, 192_000];
/** As many as 7.1 has. */
const channelsMost = 8;

/** WAV, and Opus in Ogg or WebM, as browsers record it. @throws GreetingError */
export async function makeGreeting(bytes: Uint8Array, mostMs: Milliseconds): Promise<Greeting> {
  const samples = await samplesOf(bytes, (mostMs * rate) / 1_000);
  if (samples.length < frameSamples) throw new GreetingError('refused');
  return { bytes: await written(samples), durationMs: Math.round((samples.length * 1_000) / rate) };
}

/** One channel, 48,000 a second; `most`: so many at most. @throws GreetingError */
export async function samplesOf(bytes: Uint8Array, most: number): Promise<Float32Array> {
  const input = new Input({ source: new BufferSource(bytes), formats: [WAVE, OGG, WEBM, MATROSKA] });
  try {
    const track = await input.getPrimaryAudioTrack();
    if (track === null) throw new GreetingError('refused');
    if (track.codec === 'opus') return await joined(opusOf(track), most);
    // WAV is read in parts of 2,048 frames; elsewhere a part of PCM could be as long as the file.
    if ((await input.getFormat()) !== WAVE) throw new GreetingError('refused');
    return await joined(pcmOf(track, most), most);
  } catch (error) {
    throw error instanceof GreetingError ? error : new GreetingError('refused', { cause: error });
  } finally {
    input.dispose();
  }
}

async function joined(parts: AsyncIterable<Float32Array>, most: number): Promise<Float32Array> {
  const all: Float32Array[] = [];
  let length = 0;
  for await (const part of parts) {
    length += part.length;
    if (length > most) throw new GreetingError('too_long');
    all.push(part);
    if (all.length % partsOfTurn === 0) await turn();
  }
  const samples = new Float32Array(length);
  let at = 0;
  for (const part of all) {
    samples.set(part, at);
    at += part.length;
  }
  return samples;
}

/** libopus makes one channel of two by itself (RFC 6716 §2.1.2). */
async function* opusOf(track: InputAudioTrack): AsyncGenerator<Float32Array> {
  const decoder = await createDecoder({ channels: 1, sampleRate: rate });
  try {
    // A copy: what it hands out is written over by the next.
    for await (const { data } of new EncodedPacketSink(track).packets()) yield decoder.decodeFloat(data).slice();
  } finally {
    decoder.free();
  }
}

/** `most`: samples that it may become. */
async function* pcmOf(track: InputAudioTrack, most: number): AsyncGenerator<Float32Array> {
  if (track.codec?.startsWith('pcm-') !== true && track.codec !== 'ulaw' && track.codec !== 'alaw')
    throw new GreetingError('refused');
  if (track.sampleRate < rateLeast || track.sampleRate > rateMost || track.numberOfChannels > channelsMost)
    throw new GreetingError('refused');
  const scale = track.sampleRate / rate;
  let left = most * scale;
  for await (const sample of new AudioSampleSink(track).samples()) {
    const frames = sample.numberOfFrames;
    left -= frames;
    if (left < 0) {
      sample.close();
      throw new GreetingError('too_long');
    }
    const mono = new Float32Array(frames);
    const channel = new Float32Array(frames);
    for (let plane = 0; plane < sample.numberOfChannels; plane++) {
      sample.copyTo(channel, { planeIndex: plane, format: 'f32-planar' });
      for (const [n, value] of channel.entries()) mono[n] = (mono[n] ?? 0) + value / sample.numberOfChannels;
    }
    sample.close();
    yield scale === 1 ? mono : resampled(mono, scale);
  }
}

/** Between two samples on a straight line: speech bears it. */
function resampled(samples: Float32Array, scale: number): Float32Array {
  return Float32Array.from({ length: Math.round(samples.length / scale) }, (_, n) => {
    const at = n * scale;
    const before = Math.floor(at);
    const [one = 0, next = one] = [samples[before], samples[before + 1]];
    return one + (next - one) * (at - before);
  });
}

async function written(samples: Float32Array): Promise<Uint8Array> {
  const encoder = await createEncoder({ channels: 1, sampleRate: rate, bitrate });
  const source = new EncodedAudioPacketSource('opus');
  const target = new BufferTarget();
  const output = new Output({ format: new OggOutputFormat(), target });
  output.addAudioTrack(source);
  const description = opusHead(1, encoder.getLookahead());
  const meta = { decoderConfig: { codec: 'opus', sampleRate: rate, numberOfChannels: 1, description } };
  try {
    await output.start();
    const frames = Math.ceil(samples.length / frameSamples);
    for (let n = 0; n < frames; n++) {
      const frame = new Float32Array(frameSamples);
      frame.set(samples.subarray(n * frameSamples, (n + 1) * frameSamples));
      const packet = new EncodedPacket(encoder.encodeFloat(frame).slice(), 'key', (n * frameMs) / 1_000, frameMs / 1_000);
      await source.add(packet, meta);
      if (n % framesOfTurn === 0) await turn();
    }
    await output.finalize();
  } finally {
    encoder.free();
  }
  if (target.buffer === null) throw new Error('nothing was written');
  return new Uint8Array(target.buffer);
}

function turn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
