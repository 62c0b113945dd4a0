/**
 * A participant by plain RTP: publishes by the sections in which the other side sends, and receives one stream in each of those in which it
 * receives. What it is subscribed to and cannot be sent is refused, with the reason.
 */
import type { Instant } from '@offhook/core';
import type { Dropped } from '../dropped.ts';
import type { PlainLocal, PlainOffer } from '../negotiation/plain.ts';
import type { MediaKind } from '../negotiation/codecs.ts';
import type { Producer } from '../router/producer.ts';
import type { PublisherOptions } from '../router/publisher.ts';
import type { Measured } from '../router/quality.ts';
import type { StreamRef } from '../subscribe-side.ts';
import type { UdpCounters, UdpDeps, UdpOptions } from '../transport/udp.ts';
import type { TransportState } from '../transport/webrtc.ts';
import { LegSection } from './section.ts';
import type { MixWay } from './section.ts';

/** `no_shared_codec`: it does not read what is sent there. `no_free_section`: all sections that could carry it carry something else. */
export type RefusalReason = 'no_shared_codec' | 'no_free_section';

export interface RefusedStream extends StreamRef {
  readonly reason: RefusalReason;
}

/** A section as it is at the moment. */
export interface LegSectionView extends UdpCounters {
  readonly mid: string;
  readonly kind: MediaKind;
  /** Of what comes, or of all that may be sent there. */
  readonly codecs: readonly string[];
  readonly state: TransportState;
  /** To where packets go: address and port. */
  readonly remote: string | undefined;
  readonly carries: StreamRef | undefined;
}

export interface LegView {
  readonly sections: readonly LegSectionView[];
  readonly refused: readonly RefusedStream[];
}

export interface LegDeps extends UdpDeps, PublisherOptions {
  readonly dropped?: Dropped | undefined;
  readonly options: UdpOptions;
  /** From which address it has said what it does; undefined: nobody knows. */
  readonly from?: string | undefined;
  readonly find: (stream: StreamRef) => Producer | undefined;
  readonly onState: (side: 'publish' | 'subscribe', state: TransportState) => void;
}

export class PlainLeg {
  readonly #deps: LegDeps;
  readonly #offer: PlainOffer;
  #sections: readonly LegSection[] = [];
  #wanted: readonly StreamRef[];
  #refused: readonly RefusedStream[] = [];
  #state: TransportState = 'connecting';
  #closed = false;

  /** `wanted`: what it receives, as far as that is there and can be sent. */
  constructor(offer: PlainOffer, wanted: readonly StreamRef[], deps: LegDeps) {
    this.#offer = offer;
    this.#wanted = wanted;
    this.#deps = deps;
  }

  /** The answer; undefined where it was closed meanwhile. @throws NoPortError */
  async open(): Promise<string | undefined> {
    const opened: LegSection[] = [];
    try {
      for (const section of this.#offer.sections) {
        opened.push(
          await LegSection.open(this.#deps.options, section, {
            ...this.#deps,
            onState: () => this.#tell(),
            onFree: () => this.update(),
          }),
        );
      }
    } catch (error) {
      for (const one of opened) one.close();
      throw error;
    }
    if (this.#closed) {
      for (const one of opened) one.close();
      return undefined;
    }
    this.#sections = opened;
    this.update();
    const locals = opened.map(({ section, transport }): [string, PlainLocal] => [section.mid, transport.local]);
    return this.#offer.answer(new Map(locals));
  }

  get producers(): readonly Producer[] {
    return this.#sections.flatMap(({ publisher }) => [...(publisher?.producers.values() ?? [])]);
  }

  producer(mid: string): Producer | undefined {
    return this.producers.find(({ published }) => published.mid === mid);
  }

  /** The section by which it hears a mix: the first that has a codec for it. */
  get mixed(): MixWay | undefined {
    for (const section of this.#sections) {
      const way = section.mixed;
      if (way !== undefined) return way;
    }
    return undefined;
  }

  /** Replaces what is received. */
  want(streams: readonly StreamRef[]): void {
    this.#wanted = streams;
    this.update();
  }

  /** Looks again which of the wanted streams are there, and where they can be sent. */
  update(): void {
    const there = this.#wanted.flatMap((stream) => {
      const producer = this.#deps.find(stream);
      return producer === undefined ? [] : [{ stream, producer }];
    });
    for (const section of this.#sections) if (!there.some(({ producer }) => producer === section.producer)) section.free();
    const refused: RefusedStream[] = [];
    for (const { stream, producer } of there) {
      if (this.#sections.some((section) => section.producer === producer)) continue;
      const able = this.#sections.filter((section) => section.takes(producer));
      const free = able.find(({ carries }) => carries === undefined);
      if (free === undefined) refused.push({ ...stream, reason: able.length === 0 ? 'no_shared_codec' : 'no_free_section' });
      else free.carry(stream, producer);
    }
    this.#refused = refused;
  }

  /** How the sound arrives that it is sent, since the last call. */
  heard(): readonly Measured[] {
    return this.#sections.flatMap(({ subscriber }) => subscriber?.heard() ?? []);
  }

  tick(now: Instant): void {
    for (const section of this.#sections) section.tick(now);
  }

  get view(): LegView {
    return {
      sections: this.#sections.map(({ section, transport, carries }) => ({
        ...transport.counters,
        mid: section.mid,
        kind: section.kind,
        codecs: section.shared.map(({ ours }) => ours.name),
        state: transport.state,
        remote: transport.target && `${transport.target.address} ${transport.target.port}`,
        carries,
      })),
      refused: this.#refused,
    };
  }

  close(): void {
    this.#closed = true;
    for (const section of this.#sections) section.close();
    this.#sections = [];
  }

  /** It is there as long as one of its sections is. */
  #tell(): void {
    const states = this.#sections.map(({ transport }) => transport.state);
    const state = states.includes('connected') ? 'connected' : 'disconnected';
    if (this.#closed || state === this.#state) return;
    this.#state = state;
    this.#deps.onState(this.producers.length > 0 ? 'publish' : 'subscribe', state);
  }
}
