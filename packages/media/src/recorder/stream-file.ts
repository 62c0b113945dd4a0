/** What one stream carries, in a file of its own, as it was sent. */
import type { Milliseconds } from '@offhook/core';
import { EncodedAudioPacketSource, EncodedPacket, EncodedVideoPacketSource } from 'mediabunny';
import type { AudioCodec, Output, VideoCodec } from 'mediabunny';
import { fileOutput, isOfDisk } from './file.ts';
import type { Container } from './file.ts';
import { aLaw, expand, muLaw } from './g711.ts';
import type { Keyframe } from './keyframe.ts';
import { opusHead } from './opus-head.ts';

/** How a codec is kept. */
export interface Kept {
  readonly container: Container;
  readonly codec: AudioCodec | VideoCodec;
  /** What files have in its place, where they know nothing of it; lossless. */
  readonly expand?: (packet: Uint8Array) => Uint8Array;
}

/** By the names that codecs have in RTP, in lower case. G.722 is not kept. */
export const kept: Readonly<Record<string, Kept>> = {
  vp8: { container: 'webm', codec: 'vp8' },
  vp9: { container: 'webm', codec: 'vp9' },
  av1: { container: 'webm', codec: 'av1' },
  h264: { container: 'mkv', codec: 'avc' },
  opus: { container: 'webm', codec: 'opus' },
  pcmu: { container: 'mkv', codec: 'pcm-s16', expand: (packet) => expand(packet, muLaw) },
  pcma: { container: 'mkv', codec: 'pcm-s16', expand: (packet) => expand(packet, aLaw) },
};

/** Bytes that wait for the disk: beyond these, what comes is left out rather than piled up. */
const waitingMost = 8_388_608;
/** What one packet costs besides its bytes, about. */
const packetBytes = 512;

const same = (packet: Uint8Array): Uint8Array => packet;

/** `failed`, of those that make one, is told of faults of the disk; what cannot be kept for another reason ends this file alone. */
export class StreamFile {
  readonly #output: Output;
  readonly #add: (packet: EncodedPacket) => Promise<void>;
  #work: Promise<void>;
  #waiting = 0;
  #last: Milliseconds = -1;
  /** No player could read what comes. */
  #isOver = false;
  readonly #diskFailed: (error: unknown) => void;

  private constructor(output: Output, add: (packet: EncodedPacket) => Promise<void>, failed: (error: unknown) => void) {
    this.#output = output;
    this.#add = add;
    this.#diskFailed = failed;
    this.#work = output.start().catch((error: unknown) => this.#failed(error));
  }

  static ofAudio(
    path: string,
    { container, codec, expand: expanded = same }: Kept,
    failed: (error: unknown) => void,
  ): StreamFile {
    const output = fileOutput(path, container);
    const source = new EncodedAudioPacketSource(codec as AudioCodec);
    output.addAudioTrack(source);
    const isOpus = codec === 'opus';
    const config: AudioDecoderConfig = isOpus
      ? { codec, sampleRate: 48_000, numberOfChannels: 2, description: opusHead(2, 0) }
      : { codec, sampleRate: 8_000, numberOfChannels: 1 };
    const add = (packet: EncodedPacket): Promise<void> =>
      source.add(packet.clone({ data: expanded(packet.data) }), { decoderConfig: config });
    return new StreamFile(output, add, failed);
  }

  /** Begins with this picture. */
  static ofVideo(path: string, { container, codec }: Kept, first: Keyframe, failed: (error: unknown) => void): StreamFile {
    const output = fileOutput(path, container);
    const source = new EncodedVideoPacketSource(codec as VideoCodec);
    output.addVideoTrack(source);
    const { width, height, codec: name, description } = first;
    const config: VideoDecoderConfig = {
      codec: name,
      codedWidth: width,
      codedHeight: height,
      ...(description !== undefined && { description }),
    };
    return new StreamFile(output, (packet) => source.add(packet, { decoderConfig: config }), failed);
  }

  /** `at`: since the file began. False: the disk is behind, and it was left out. */
  add(bytes: Uint8Array, isKey: boolean, at: Milliseconds, duration: Milliseconds): boolean {
    if (this.#isOver) return true;
    if (this.#waiting > waitingMost) return false;
    const cost = bytes.length + packetBytes;
    this.#waiting += cost;
    // Time does not run backwards in a file, nor stand still: its milliseconds are all different.
    this.#last = Math.max(this.#last + 1, at);
    const packet = new EncodedPacket(bytes, isKey ? 'key' : 'delta', this.#last / 1_000, duration / 1_000);
    this.#work = this.#work
      .then(() => (this.#isOver ? undefined : this.#add(packet)))
      .catch((error: unknown) => this.#failed(error))
      .finally(() => (this.#waiting -= cost));
    return true;
  }

  /** Everything is in the file. */
  async close(): Promise<void> {
    await this.#work;
    await this.#output.finalize().catch((error: unknown) => this.#failed(error));
  }

  #failed(error: unknown): void {
    this.#isOver = true;
    if (isOfDisk(error)) this.#diskFailed(error);
  }
}
