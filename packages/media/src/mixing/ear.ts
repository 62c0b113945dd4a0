/**
 * What somebody hears of a session as one sound, in one stream: a call that takes part, which has room for no more (RFC 7667 §3.4). Of
 * themselves they hear nothing.
 */
import type { Instant } from '@offhook/core';
import type { Producer } from '../router/producer.ts';
import type { StreamRef } from '../subscribe-side.ts';
import type { MixedCodec } from './messages.ts';
import type { Mixer } from './mixer.ts';
import { SoundSender } from './sound-sender.ts';
import type { MixTaps } from './taps.ts';

export interface EarDeps {
  readonly mixer: Mixer;
  readonly taps: MixTaps;
  readonly clock: () => Instant;
  readonly random: (below: number) => number;
  readonly find: (stream: StreamRef) => Producer | undefined;
  readonly send: (bytes: Buffer) => void;
}

export class Ear {
  readonly #deps: EarDeps;
  readonly #sender: SoundSender;
  #codec: MixedCodec | undefined;
  #listener: number | undefined;
  #wanted: readonly StreamRef[] = [];
  #producers: readonly Producer[] = [];

  constructor(deps: EarDeps) {
    this.#deps = deps;
    this.#sender = new SoundSender(deps);
  }

  /** Of the one stream. */
  get ssrc(): number {
    return this.#sender.ssrc;
  }

  /** What is heard by this ear, to be kept. */
  get producers(): readonly Producer[] {
    return this.#producers;
  }

  /** How it is sent from now on. */
  use(codec: MixedCodec, payloadType: number): void {
    this.#sender.use(codec, payloadType);
    if (codec === this.#codec) return;
    const { mixer, clock } = this.#deps;
    if (this.#listener !== undefined) mixer.forget(this.#listener);
    this.#codec = codec;
    this.#listener = mixer.listen(codec, clock(), (payload, frame) => this.#sender.send(payload, frame));
    this.update();
  }

  want(streams: readonly StreamRef[]): void {
    this.#wanted = streams;
    this.update();
  }

  /** Looks again which of the wanted streams are there. Pictures are not heard. */
  update(): void {
    const { find, mixer, taps } = this.#deps;
    this.#producers = this.#wanted
      .flatMap((stream) => find(stream) ?? [])
      .filter(({ published }) => published.kind === 'audio');
    if (this.#listener !== undefined)
      mixer.hear(
        this.#listener,
        this.#producers.map((producer) => taps.numberOf(producer)),
      );
  }

  tick(now: Instant): void {
    this.#sender.tick(now);
  }

  close(): void {
    if (this.#listener !== undefined) this.#deps.mixer.forget(this.#listener);
    this.#listener = undefined;
    this.#producers = [];
  }
}
