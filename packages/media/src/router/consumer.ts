/**
 * What one receiver gets of one producer, and which of its encodings: the best one that is wanted, and that the way there carries. The steps
 * of a source with several layers are counted as encodings are; so are, before the others, those of the smallest of several encodings.
 */
import type { Instant } from '@offhook/core';
import type { Candidate } from './allocate.ts';
import type { IncomingStream } from './incoming.ts';
import type { LayerStep } from './layer-rates.ts';
import { OutgoingStream } from './outgoing.ts';
import type { OutgoingOptions, Sink } from './outgoing.ts';
import type { Producer } from './producer.ts';

/** What the largest encoding of a camera is taken to be; each smaller one has half of it. */
const widthMost = 1_280;

export class Consumer {
  readonly producer: Producer;
  readonly stream: OutgoingStream;
  /** In how wide a picture it is seen, in CSS pixels; 0: not at all; undefined: nobody has said. */
  width: number | undefined;
  /** Whether it can make one picture of several spatial layers, as browsers do; else it gets the smallest alone. */
  takesLayers: boolean = true;
  /** The highest that the way carries; -1: none. */
  carried: number = Number.POSITIVE_INFINITY;
  /** The same of the rates of pictures of what it gets, where that is the smallest encoding. */
  #carriedRate: number = Number.POSITIVE_INFINITY;
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

  /** How many of the encodings it may be fed from, from the smallest. */
  get watches(): number {
    const sizes = this.producer.published.encodings.length;
    return Math.min(sizes, this.#wanted(sizes) + 1);
  }

  /** What it could get. */
  candidate(now: Instant): Candidate {
    const { streams } = this.producer;
    const { followed, filter } = this.stream;
    const steps = this.#steps(now);
    if (steps === undefined) {
      const rates = this.#rates(now);
      const below = Math.max(0, rates.length - 1);
      const whole = streams.map((one) => (one.isActive(now) ? one.bitrate(now) : 0));
      const wanted = this.#wanted(this.producer.published.encodings.length);
      const at = followed === undefined ? -1 : streams.indexOf(followed);
      const sent = filter?.temporal ?? Number.POSITIVE_INFINITY;
      return {
        bitrates: [...rates.map(({ bitrate }) => bitrate), ...whole.slice(rates.length > 0 ? 1 : 0)],
        wanted: wanted < 0 ? wanted : wanted + below,
        current: at === 0 && below > 0 ? rates.findLastIndex(({ temporal }) => temporal <= sent) : at < 0 ? at : at + below,
      };
    }
    const isSent = ({ spatial, temporal }: LayerStep): boolean =>
      filter !== undefined && spatial <= filter.spatial && temporal <= filter.temporal;
    return {
      bitrates: steps.map(({ bitrate }) => bitrate),
      wanted: this.#wantedStep(steps),
      current: steps.findLastIndex(isSent),
    };
  }

  /** The way carries this one of what it could get. */
  carry(at: number, now: Instant, most: number): void {
    const { followed } = this.stream;
    // The smallest one is sent in any case: a still picture says less than one that stops now and then.
    const least = Math.max(0, at);
    const isLayered = this.producer.layerSteps(now) !== undefined;
    const rates = isLayered ? [] : this.#rates(now);
    const below = Math.max(0, rates.length - 1);
    this.carried = isLayered ? least : (this.producer.streams[Math.max(0, least - below)]?.layer ?? 0);
    this.#carriedRate = least < below ? rates[least]!.temporal : Number.POSITIVE_INFINITY;
    if (!isLayered && followed !== undefined && followed.layer > this.carried && followed.bitrate(now) > most) this.cut(now);
    else this.update(now);
  }

  /** Chooses anew, and asks for the picture with which the chosen one may begin. */
  update(now: Instant): void {
    const steps = this.#steps(now);
    const wanted = steps === undefined ? this.#wanted(this.producer.published.encodings.length) : this.#wantedStep(steps);
    const most = Math.min(wanted, this.carried);
    const step = steps?.[Math.min(most, steps.length - 1)];
    if (steps === undefined) this.stream.aim(Number.POSITIVE_INFINITY, this.#carriedRate);
    else this.#aim(steps, step);
    this.stream.choose(most < 0 ? undefined : this.#best(most, now));
    const { filter, chosen } = this.stream;
    const isSmall = step !== undefined && filter !== undefined && filter.spatial < step.spatial;
    if (this.stream.isWaiting || (isSmall && chosen !== undefined)) this.producer.askPicture(chosen!, now);
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
    const stream = this.stream.isLeft ? this.stream.chosen : this.stream.followed;
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

  /** The smallest of so many encodings that fills its picture, with a little less than one of its pixels for each; -1: none. */
  #wanted(sizes: number): number {
    const { width } = this;
    if (width === undefined) return Number.POSITIVE_INFINITY;
    if (width === 0) return -1;
    for (let layer = 0; layer < sizes - 1; layer++) if ((widthMost / 2 ** (sizes - 1 - layer)) * 1.1 >= width) return layer;
    return sizes - 1;
  }

  #steps(now: Instant): readonly LayerStep[] | undefined {
    const steps = this.producer.layerSteps(now);
    return this.takesLayers ? steps : steps?.filter(({ spatial }) => spatial === 0);
  }

  /** Of the smallest encoding, while it is sent. */
  #rates(now: Instant): readonly LayerStep[] {
    return this.producer.streams[0]?.isActive(now) === true ? this.producer.smallestSteps(now) : [];
  }

  /** Whoever gets all that there is now gets what is added to it, too. `step`: undefined before anything is known of the layers. */
  #aim(steps: readonly LayerStep[], step: LayerStep | undefined): void {
    const last = steps.at(-1);
    const all = Number.POSITIVE_INFINITY;
    const spatial = step === undefined || step.spatial === last?.spatial ? all : step.spatial;
    const temporal = step === undefined || step.temporal === last?.temporal ? all : step.temporal;
    this.stream.aim(this.takesLayers ? spatial : 0, temporal);
  }

  #wantedStep(steps: readonly LayerStep[]): number {
    const wanted = this.#wanted((steps.at(-1)?.spatial ?? 0) + 1);
    // Before anything is known of the layers all of them are.
    const isAll = wanted === Number.POSITIVE_INFINITY || (steps.length === 0 && wanted === 0);
    return isAll ? Number.POSITIVE_INFINITY : steps.findLastIndex(({ spatial }) => spatial <= wanted);
  }

  #best(most: number, now: Instant): IncomingStream | undefined {
    const { streams } = this.producer;
    // Nothing is sent in silence, and all of it goes on with the same encoding.
    if (!this.isVideo) return streams[0];
    const active = streams.filter((one) => one.isActive(now));
    // Of one that begins, nothing came yet; it begins with a whole picture, which is not to be missed.
    if (this.producer.layerSteps(now) !== undefined) return streams[0];
    return active.findLast((one) => one.layer <= most) ?? active[0] ?? this.stream.chosen ?? streams[0];
  }
}
