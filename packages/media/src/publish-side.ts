/** The transport by which a participant publishes, and what comes over it. */
import type { Instant } from '@offhook/core';
import type { PublishOffer } from './negotiation/publish.ts';
import type { Producer } from './router/producer.ts';
import { Demand } from './router/demand.ts';
import type { DroppingOptions } from './router/dropping.ts';
import { Publisher } from './router/publisher.ts';
import type { PublisherOptions } from './router/publisher.ts';
import type { TransportState, WebRtcOptions } from './transport/webrtc.ts';
import { WebRtcTransport } from './transport/webrtc.ts';

interface Deps {
  readonly transport: WebRtcOptions;
  readonly clock: () => Instant;
  readonly bitrate?: DroppingOptions['bitrate'];
  readonly dropped?: PublisherOptions['dropped'];
}

interface Events {
  readonly onState: (state: TransportState) => void;
  /** What comes by its data channels. */
  readonly onData: (bytes: Buffer, lossy: boolean) => void;
  readonly onDropped: DroppingOptions['onDropped'];
  readonly onKey: PublisherOptions['onKey'];
  /** So many encodings of a picture are watched, from the smallest. */
  readonly onWatched: (mid: string, encodings: number) => void;
}

export class PublishSide {
  readonly #deps: Deps;
  readonly #events: Events;
  readonly #publisher: Publisher;
  #transport: WebRtcTransport | undefined;
  /** By what the browser says of its side: another name is another path (RFC 8445 §2.4), and libdatachannel needs another transport for it. */
  #ufrag = '';
  /** Of its certificate: another one is another connection, whose sources are others also where they have the same names. */
  #fingerprint = '';
  /** By section, as long as there is this connection: what its page was told. */
  readonly #demands = new Map<string, Demand>();
  #hasData = false;
  #version = 0;

  constructor(deps: Deps, events: Events) {
    this.#deps = deps;
    this.#events = events;
    const { bitrate, dropped } = deps;
    const { onDropped, onKey } = events;
    this.#publisher = new Publisher((bytes) => void this.#transport?.send(bytes), { bitrate, dropped, onDropped, onKey });
  }

  get producers(): ReadonlyMap<string, Producer> {
    return this.#publisher.producers;
  }

  /** The answer. `back`: the source of what is sent back to it. */
  publish(offer: PublishOffer, back?: number): string {
    const { ice, fingerprint } = offer.transport;
    const { ufrag } = ice;
    if (this.#transport === undefined || ufrag !== this.#ufrag) {
      const events = {
        onPacket: (bytes: Buffer) => this.#publisher.receive(bytes, this.#deps.clock()),
        onState: (state: TransportState) => {
          if (this.#transport === transport) this.#events.onState(state);
        },
        onData: this.#events.onData,
      };
      // What is not taken changes nothing.
      const transport = WebRtcTransport.answering(offer.transport, this.#deps.transport, events, offer.sctp);
      this.#transport?.close();
      this.#ufrag = ufrag;
      this.#transport = transport;
      this.#hasData = offer.sctp !== undefined;
    }
    if (fingerprint.value !== this.#fingerprint) {
      this.#publisher.publish([]);
      this.#demands.clear();
    }
    this.#fingerprint = fingerprint.value;
    for (const { published } of this.#publisher.publish(offer.published).opened) {
      if (published.kind === 'audio') continue;
      const demand = this.#demands.get(published.mid) ?? new Demand(published.encodings.length);
      demand.begin();
      this.#demands.set(published.mid, demand);
    }
    return offer.answer(this.#transport.local, ++this.#version, { data: this.#hasData, back });
  }

  /** What is sent back. */
  send(bytes: Buffer): void {
    this.#transport?.send(bytes);
  }

  tick(now: Instant): void {
    this.#publisher.tick(now);
    for (const [mid, producer] of this.producers) {
      const tells = this.#demands.get(mid)?.see(producer.watched, now);
      if (tells !== undefined) this.#events.onWatched(mid, tells);
    }
  }

  close(): void {
    this.#publisher.publish([]);
    this.#transport?.close();
    this.#transport = undefined;
  }
}
