/** What one receiver gets of one producer, and which of its encodings: the best one that is wanted, and that the way there carries. */
import type { Instant } from '@offhook/core';
import type { IncomingStream } from './incoming.ts';
import { OutgoingStream } from './outgoing.ts';
import type { OutgoingOptions, Sink } from './outgoing.ts';
import type { Producer } from './producer.ts';

export class Consumer {
  readonly producer: Producer;
  readonly stream: OutgoingStream;
  /** The highest encoding that is of use, by the size in which it is seen; -1: it is not looked at. */
  wanted: number = Number.POSITIVE_INFINITY;
  /** The highest that the way carries; -1: none. */
  carried: number = Number.POSITIVE_INFINITY;
  readonly #isOpen: () => boolean;
  readonly #onClosed: () => void;

  constructor(producer: Producer, options: OutgoingOptions, sink: Sink & { readonly isOpen: boolean }, onClosed: () => void) {
    this.producer = producer;
    this.stream = new OutgoingStream(options, sink);
    this.#isOpen = () => sink.isOpen;
    this.#onClosed = onClosed;
    producer.add(this);
  }

  get isVideo(): boolean {
    return this.producer.published.kind === 'video';
  }

  /** Chooses anew, and asks for the picture with which the chosen one may begin. */
  update(now: Instant): void {
    const most = Math.min(this.wanted, this.carried);
    this.stream.choose(most < 0 ? undefined : this.#best(most, now));
    if (this.stream.isWaiting) this.producer.askPicture(this.stream.chosen!, now);
  }

  /** Something begins that may be sent, if there is a way. */
  streamOpened(now: Instant): void {
    if (this.#isOpen()) this.update(now);
  }

  /** Sends nothing more of what it is fed from until a smaller encoding begins: the way is so full that not even its start would get there. */
  cut(now: Instant): void {
    this.stream.choose(undefined);
    this.update(now);
  }

  /** The receiver has lost so much that it needs a whole picture. */
  askPicture(now: Instant): void {
    const stream = this.stream.followed ?? this.stream.chosen;
    if (stream !== undefined) this.producer.askPicture(stream, now);
  }

  producerClosed(): void {
    this.stream.choose(undefined);
    this.#onClosed();
  }

  close(): void {
    this.stream.choose(undefined);
    this.producer.remove(this);
  }

  #best(most: number, now: Instant): IncomingStream | undefined {
    const { streams } = this.producer;
    // Nothing is sent in silence, and all of it goes on with the same encoding.
    if (!this.isVideo) return streams[0];
    const active = streams.filter((one) => one.isActive(now));
    // Of one that begins, nothing came yet; it begins with a whole picture, which is not to be missed.
    return active.findLast((one) => one.layer <= most) ?? active[0] ?? this.stream.chosen ?? streams[0];
  }
}
