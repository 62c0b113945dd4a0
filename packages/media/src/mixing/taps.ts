/** The streams of a session that somebody hears in a mix: each passes to the mixing thread once, whoever listens. */
import type { Instant } from '@offhook/core';
import { Consumer } from '../router/consumer.ts';
import type { Producer } from '../router/producer.ts';
import type { Mixer } from './mixer.ts';

interface Tap {
  readonly stream: number;
  readonly consumer: Consumer;
}

export class MixTaps {
  readonly #mixer: Mixer;
  readonly #clock: () => Instant;
  readonly #taps = new Map<Producer, Tap>();

  constructor(mixer: Mixer, clock: () => Instant) {
    this.#mixer = mixer;
    this.#clock = clock;
  }

  /** Under which number the mixer has it. */
  numberOf(producer: Producer): number {
    return (this.#taps.get(producer) ?? this.#tap(producer)).stream;
  }

  /** All others are heard by nobody any more. */
  keep(heard: ReadonlySet<Producer>): void {
    for (const [producer, { consumer, stream }] of this.#taps) {
      if (heard.has(producer)) continue;
      this.#taps.delete(producer);
      consumer.close();
      this.#mixer.removeStream(stream);
    }
  }

  #tap(producer: Producer): Tap {
    const { name, clockRate, payloadType } = producer.published.codec;
    const now = this.#clock();
    const stream = this.#mixer.addStream(name, clockRate, now);
    const consumer = new Consumer(
      producer,
      { ssrc: stream, payloadType, clockRate, sequence: 0, timestamp: 0, retransmission: undefined },
      {
        isOpen: true,
        send: (bytes, _wide, at) => {
          this.#mixer.packet(stream, bytes, at);
          return true;
        },
      },
      // Those who listen look again, and let go of it.
      () => undefined,
    );
    const tap = { stream, consumer };
    this.#taps.set(producer, tap);
    consumer.update(now);
    return tap;
  }
}
