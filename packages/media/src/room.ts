/** A session on this worker: its participants, what they publish, and who gets it. */
import type { Instant } from '@offhook/core';
import type { MediaKind } from './negotiation/codecs.ts';
import { readPublishOffer } from './negotiation/publish.ts';
import { PublishSide } from './publish-side.ts';
import type { Producer } from './router/producer.ts';
import { Speaker } from './router/speaker.ts';
import { SubscribeSide } from './subscribe-side.ts';
import type { StreamRef, SubscribedStream } from './subscribe-side.ts';
import type { TransportState, WebRtcOptions } from './transport/webrtc.ts';

export type RoomEvent =
  | {
      readonly type: 'offer';
      readonly participant: string;
      readonly revision: number;
      readonly offer: string;
      readonly streams: readonly SubscribedStream[];
    }
  | {
      readonly type: 'transport';
      readonly participant: string;
      readonly side: 'publish' | 'subscribe';
      readonly state: TransportState;
    }
  | { readonly type: 'speaker'; readonly participant: string | undefined };

export interface RoomDeps {
  readonly transport: WebRtcOptions;
  readonly clock: () => Instant;
  /** An unguessable number from 0, below `below`. */
  readonly random: (below: number) => number;
  readonly onEvent: (event: RoomEvent) => void;
}

export class Room {
  readonly #deps: RoomDeps;
  readonly #publishing = new Map<string, PublishSide>();
  readonly #subscribing = new Map<string, SubscribeSide>();
  readonly #speaker = new Speaker();

  constructor(deps: RoomDeps) {
    this.#deps = deps;
  }

  get isEmpty(): boolean {
    return this.#publishing.size === 0 && this.#subscribing.size === 0;
  }

  /** @throws NegotiationError */
  publish(
    participant: string,
    text: string,
    allowed: readonly MediaKind[],
  ): { readonly answer: string; readonly streams: readonly { readonly mid: string; readonly kind: MediaKind }[] } {
    const offer = readPublishOffer(text, allowed);
    let side = this.#publishing.get(participant);
    if (side === undefined) {
      side = new PublishSide(this.#deps, (state) =>
        this.#deps.onEvent({ type: 'transport', participant, side: 'publish', state }),
      );
      this.#publishing.set(participant, side);
    }
    const answer = side.publish(offer);
    for (const subscriber of this.#subscribing.values()) subscriber.update();
    return { answer, streams: offer.published.map(({ mid, kind }) => ({ mid, kind })) };
  }

  subscribe(participant: string, streams: readonly StreamRef[]): void {
    let side = this.#subscribing.get(participant);
    if (side === undefined) {
      if (streams.length === 0) return;
      side = new SubscribeSide({
        ...this.#deps,
        find: (stream) => this.#find(stream),
        onState: (state) => this.#deps.onEvent({ type: 'transport', participant, side: 'subscribe', state }),
        onOffer: (revision, offer, carried) =>
          this.#deps.onEvent({ type: 'offer', participant, revision, offer, streams: carried }),
      });
      this.#subscribing.set(participant, side);
    }
    side.want(streams);
  }

  /** @throws NegotiationError; false: the answer is to an offer that was replaced, or to none. */
  answer(participant: string, revision: number, text: string): boolean {
    return this.#subscribing.get(participant)?.answer(revision, text) ?? false;
  }

  restart(participant: string): void {
    this.#subscribing.get(participant)?.restart();
  }

  look(participant: string, stream: StreamRef, width: number): void {
    this.#subscribing.get(participant)?.look(stream, width);
  }

  leave(participant: string): void {
    this.#publishing.get(participant)?.close();
    this.#publishing.delete(participant);
    this.#subscribing.get(participant)?.close();
    this.#subscribing.delete(participant);
    for (const subscriber of this.#subscribing.values()) subscriber.update();
  }

  close(): void {
    for (const participant of new Set([...this.#publishing.keys(), ...this.#subscribing.keys()])) this.leave(participant);
  }

  /** To be called about every 50 ms. */
  tick(now: Instant): void {
    const levels = new Map<string, number>();
    for (const [participant, side] of this.#publishing) {
      side.tick(now);
      const { level } = side;
      if (level !== undefined) levels.set(participant, level);
    }
    for (const side of this.#subscribing.values()) side.tick(now);
    if (this.#speaker.hear(levels, now)) this.#deps.onEvent({ type: 'speaker', participant: this.#speaker.current });
  }

  #find({ participant, mid }: StreamRef): Producer | undefined {
    return this.#publishing.get(participant)?.producers.get(mid);
  }
}
