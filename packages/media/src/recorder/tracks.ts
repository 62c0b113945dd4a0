/** The streams of a recording, from packets in any order to what its files keep. */
import type { Instant, Milliseconds } from '@offhook/core';
import type { RtpPacket } from '../rtp/packet.ts';
import { FrameMaker } from './frames.ts';
import type { Payload } from './frames.ts';
import { keyframeReaders } from './keyframe.ts';
import type { Keyframe, KeyframeReader } from './keyframe.ts';
import { opusDuration } from './opus-head.ts';
import { Reorder } from './reorder.ts';
import type { Speech } from './speech.ts';
import type { StreamFile } from './stream-file.ts';
import { Placement } from './timeline.ts';
import type { Timeline } from './timeline.ts';

export interface Track {
  /** What is kept of it is copied: the bytes are a small part of all that came at the time. */
  receive(packet: RtpPacket, arrived: Instant): void;
  tick(now: Instant): void;
  /** What comes next has nothing to do with what came before. */
  interrupt(): void;
  /** Nothing more comes. */
  close(): Promise<void>;
}

interface Arrived extends Payload {
  readonly arrived: Instant;
}

abstract class Ordered implements Track {
  readonly placement: Placement;
  readonly #reorder = new Reorder<Arrived>((payload, afterGap) => this.take(payload, afterGap));

  constructor(timeline: Timeline, clockRate: number) {
    this.placement = new Placement(timeline, clockRate);
  }

  receive({ bytes, sequence, timestamp, marker, payloadStart, payloadEnd }: RtpPacket, arrived: Instant): void {
    if (payloadEnd === payloadStart) return;
    const payload = Buffer.allocUnsafeSlow(payloadEnd - payloadStart);
    bytes.copy(payload, 0, payloadStart, payloadEnd);
    this.#reorder.add(sequence, { bytes: payload, timestamp, marker, arrived }, arrived);
  }

  tick(now: Instant): void {
    this.#reorder.tick(now);
  }

  interrupt(): void {
    this.#reorder.end();
    this.placement.reset();
  }

  async close(): Promise<void> {
    try {
      this.#reorder.end();
    } finally {
      await this.finish();
    }
  }

  protected abstract take(payload: Arrived, afterGap: boolean): void;
  protected abstract finish(): Promise<void>;
}

export class AudioTrack extends Ordered {
  readonly #open: (at: Milliseconds) => StreamFile | undefined;
  readonly #isOpus: boolean;
  readonly speech: Speech | undefined;
  #file: { readonly file: StreamFile | undefined; readonly from: Milliseconds } | undefined;

  /** `open`: makes its file, if it is to have one, when the first sound is there. */
  constructor(
    timeline: Timeline,
    clockRate: number,
    codec: string,
    speech: Speech | undefined,
    open: (at: Milliseconds) => StreamFile | undefined,
  ) {
    super(timeline, clockRate);
    this.#open = open;
    this.#isOpus = codec.toLowerCase() === 'opus';
    this.speech = speech;
  }

  protected take({ bytes, timestamp, arrived }: Arrived, afterGap: boolean): void {
    const at = this.placement.place(timestamp, arrived);
    // G.711 has a byte for each of 8,000 samples.
    const duration = this.#isOpus ? opusDuration(bytes) : bytes.length / 8;
    if (duration === 0) return;
    this.speech?.add(bytes, at, afterGap);
    this.#file ??= { file: this.#open(at), from: at };
    this.#file.file?.add(bytes, true, at - this.#file.from, duration);
  }

  protected async finish(): Promise<void> {
    await this.#file?.file?.close();
  }
}

/** How often a picture is asked for while one is needed. */
const askMs: Milliseconds = 1_000;

export class VideoTrack extends Ordered {
  readonly #frames: FrameMaker;
  readonly #keyframe: KeyframeReader;
  readonly #open: (first: Keyframe, at: Milliseconds) => StreamFile;
  readonly #askPicture: () => void;
  #file: { readonly file: StreamFile; readonly from: Milliseconds } | undefined;
  /** Nothing can be decoded before the next whole picture. */
  #needsKey = true;
  #asked: Instant = Number.NEGATIVE_INFINITY;

  /** @throws where nothing is known of the codec */
  constructor(
    timeline: Timeline,
    clockRate: number,
    codec: string,
    open: (first: Keyframe, at: Milliseconds) => StreamFile,
    askPicture: () => void,
  ) {
    super(timeline, clockRate);
    const keyframe = keyframeReaders[codec.toLowerCase()];
    if (keyframe === undefined) throw new Error(`${codec} cannot be recorded`);
    this.#keyframe = keyframe;
    this.#frames = new FrameMaker(codec);
    this.#open = open;
    this.#askPicture = askPicture;
  }

  override interrupt(): void {
    super.interrupt();
    this.#needsKey = true;
  }

  override tick(now: Instant): void {
    super.tick(now);
    if (!this.#needsKey || this.#file === undefined || now - this.#asked < askMs) return;
    this.#asked = now;
    this.#askPicture();
  }

  protected take(payload: Arrived, afterGap: boolean): void {
    if (afterGap) {
      this.#frames.gap();
      this.#needsKey = true;
    }
    const frame = this.#frames.add(payload);
    if (frame === undefined) return;
    const key = this.#keyframe(frame.bytes);
    if (this.#needsKey && key === undefined) return;
    this.#needsKey = false;
    const at = this.placement.place(frame.timestamp, payload.arrived);
    if (this.#file === undefined && key !== undefined) this.#file = { file: this.#open(key, at), from: at };
    // Of what was left out nothing that follows can be decoded.
    const isKept = this.#file?.file.add(frame.bytes, key !== undefined, at - this.#file.from, 0);
    if (isKept === false) this.#needsKey = true;
  }

  protected async finish(): Promise<void> {
    await this.#file?.file.close();
  }
}
