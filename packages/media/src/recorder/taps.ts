/**
 * What is recorded of a session: every stream, in its largest encoding. A recording receives as a participant does, so that it asks for
 * the picture with which it begins, and goes on when another encoding is the largest.
 */
import type { Instant, Milliseconds } from '@offhook/core';
import { Consumer } from '../router/consumer.ts';
import type { Producer } from '../router/producer.ts';
import type { RecordingFault } from './file.ts';
import type { RecordedFile, RecordingOrder } from './messages.ts';
import type { Recorder } from './recorder.ts';

/** How often the encodings are looked at. */
const chooseMs: Milliseconds = 200;

interface Tap {
  readonly stream: number;
  readonly consumer: Consumer;
  /** It is not to be recorded at the moment. */
  isStill: boolean;
}

export interface TapsEvents {
  onFile(file: RecordedFile): void;
  /** It has ended by itself. */
  onFailed(fault: RecordingFault): void;
}

export class Taps {
  readonly recording: string;
  /** Resolves once it records; what is told it meanwhile is carried out behind that. Rejects with a RecorderError. */
  readonly opened: Promise<void>;
  readonly #recorder: Recorder;
  readonly #clock: () => Instant;
  readonly #taps = new Map<Producer, Tap>();
  #isPaused = false;
  #chosen: Instant = 0;

  constructor(recorder: Recorder, order: RecordingOrder, clock: () => Instant, events: TapsEvents) {
    this.#recorder = recorder;
    this.recording = order.recording;
    this.#clock = clock;
    this.opened = recorder.open(order, clock(), {
      ...events,
      onPicture: (stream) => {
        for (const tap of this.#taps.values()) if (tap.stream === stream) tap.consumer.askPicture(clock());
      },
    });
  }

  /**
   * All that is to be recorded now. What was, and is not now, stays in its file, which is still meanwhile; of what is published no longer it
   * hears by itself.
   */
  update(all: Iterable<readonly [participant: string, producer: Producer]>): void {
    const now = this.#clock();
    const wanted = new Map([...all].map(([participant, producer]) => [producer, participant]));
    for (const [producer, tap] of this.#taps) {
      if (tap.isStill === !wanted.has(producer)) continue;
      tap.isStill = !tap.isStill;
      if (tap.isStill) tap.consumer.stream.choose(undefined);
      else if (!this.#isPaused) tap.consumer.update(now);
    }
    for (const [producer, participant] of wanted) if (!this.#taps.has(producer)) this.#tap(participant, producer);
  }

  pause(now: Instant): void {
    this.#isPaused = true;
    for (const { consumer } of this.#taps.values()) consumer.stream.choose(undefined);
    this.#recorder.pause(this.recording, now);
  }

  resume(now: Instant): void {
    this.#isPaused = false;
    this.#recorder.resume(this.recording, now);
    this.#choose(now);
  }

  tick(now: Instant): void {
    if (now - this.#chosen >= chooseMs && !this.#isPaused) this.#choose(now);
  }

  /** Resolves once all files are complete. */
  async close(now: Instant): Promise<void> {
    for (const { consumer } of this.#taps.values()) consumer.close();
    this.#taps.clear();
    await this.#recorder.close(this.recording, now);
  }

  #choose(now: Instant): void {
    this.#chosen = now;
    for (const { consumer, isStill } of this.#taps.values()) if (!isStill) consumer.update(now);
  }

  #tap(participant: string, producer: Producer): void {
    const { mid, kind, codec } = producer.published;
    const { name, clockRate, payloadType } = codec;
    const stream = this.#recorder.addStream(this.recording, participant, mid, { name, kind, clockRate });
    const taps = this.#taps;
    const consumer = new Consumer(
      producer,
      { ssrc: stream, payloadType, clockRate, sequence: 0, timestamp: 0, retransmission: undefined },
      {
        isOpen: true,
        send: (bytes, _wide, now) => {
          if (!this.#isPaused && taps.get(producer)?.isStill !== true) this.#recorder.packet(stream, bytes, now);
          return true;
        },
      },
      () => {
        taps.delete(producer);
        consumer.close();
        this.#recorder.removeStream(this.recording, stream, this.#clock());
      },
    );
    // Not every player makes one picture of several layers.
    consumer.takesLayers = false;
    taps.set(producer, { stream, consumer, isStill: false });
    if (!this.#isPaused) consumer.update(this.#clock());
  }
}
