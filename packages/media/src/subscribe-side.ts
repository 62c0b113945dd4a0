/**
 * The transport by which a participant receives, and what goes over it. Every change is an offer with the next revision; only the answer
 * to the latest one counts.
 */
import type { Instant } from '@offhook/core';
import { isOfUse, redPayloadType } from './negotiation/codecs.ts';
import type { ForwardedCodec } from './negotiation/codecs.ts';
import { readSubscribeAnswer, subscribeOffer } from './negotiation/subscribe.ts';
import type { Subscribed } from './negotiation/subscribe.ts';
import { Consumer } from './router/consumer.ts';
import type { Producer } from './router/producer.ts';
import type { Measured } from './router/quality.ts';
import { Subscriber } from './router/subscriber.ts';
import type { TransportState, WebRtcOptions } from './transport/webrtc.ts';
import { WebRtcTransport } from './transport/webrtc.ts';

export interface StreamRef {
  readonly participant: string;
  readonly mid: string;
}

/** A section of the offer, and what it carries. */
export interface SubscribedStream extends StreamRef {
  readonly section: string;
}

export interface SubscribeDeps {
  readonly transport: WebRtcOptions;
  readonly clock: () => Instant;
  readonly random: (below: number) => number;
  readonly find: (stream: StreamRef) => Producer | undefined;
  /** With data channels. */
  readonly data: boolean;
  readonly onState: (state: TransportState) => void;
  readonly onOffer: (revision: number, offer: string, streams: readonly SubscribedStream[]) => void;
}

/** A section keeps its place and its codec; what it carries changes. */
interface Place {
  readonly mid: string;
  readonly codec: ForwardedCodec;
  ssrc: number;
  retransmissionSsrc: number | undefined;
  carries: { readonly stream: StreamRef; readonly producer: Producer } | undefined;
  /** Once the browser has agreed to it. */
  consumer: Consumer | undefined;
  /** In how wide a picture it is seen, in CSS pixels; undefined: nobody has said. */
  width: number | undefined;
}

/** Places of one receiver: as many streams at once can be received. */
const placesMost = 256;
/** Tries to get through, before the browser is left to ask for another one. */
const triesMost = 4;

export class SubscribeSide {
  readonly #deps: SubscribeDeps;
  readonly #subscriber: Subscriber;
  readonly #places: Place[] = [];
  #transport: WebRtcTransport;
  #connected = false;
  #wanted: readonly StreamRef[] = [];
  #revision = 0;
  #answered = 0;
  /** Something that was received is published no more, and the browser has not been told. */
  #isStale = false;
  /** Transports that failed before they were ever connected. */
  #failed = 0;

  constructor(deps: SubscribeDeps) {
    this.#deps = deps;
    this.#subscriber = new Subscriber((bytes) => this.#transport.send(bytes), `${deps.random(2 ** 32)}`);
    this.#transport = this.#open();
  }

  /** Replaces what is received. */
  want(streams: readonly StreamRef[]): void {
    this.#wanted = streams;
    this.update();
  }

  /** Looks again which of the wanted streams are there; an offer follows where that has changed. */
  update(): void {
    const there = this.#wanted.flatMap((stream) => {
      const producer = this.#deps.find(stream);
      return producer === undefined ? [] : [{ stream, producer }];
    });
    let changed = this.#isStale;
    this.#isStale = false;
    for (const place of this.#places) {
      if (place.carries === undefined || there.some(({ producer }) => producer === place.carries?.producer)) continue;
      this.#empty(place);
      changed = true;
    }
    for (const one of there) {
      if (this.#places.some(({ carries }) => carries?.producer === one.producer)) continue;
      const place = this.#placeFor(one.producer.published.codec);
      if (place === undefined) continue;
      place.carries = one;
      place.width = undefined;
      changed = true;
    }
    if (changed) this.#offer();
  }

  /** @throws NegotiationError. False: the answer is to an earlier offer. */
  answer(revision: number, text: string): boolean {
    if (revision !== this.#revision || revision === this.#answered) return false;
    const { transport, mids, red, dependency, sctp } = readSubscribeAnswer(text, this.#described(), this.#deps.data);
    if (!this.#connected) this.#transport.connect(transport, sctp);
    this.#connected = true;
    this.#answered = revision;
    for (const place of this.#places) {
      const { carries } = place;
      if (carries === undefined || place.consumer !== undefined || !mids.has(place.mid)) continue;
      place.consumer = this.#consume(place, carries.producer, red.has(place.mid), dependency.has(place.mid));
    }
    return true;
  }

  /** There is something to be sent by data channels: they are offered, if nothing was. */
  hear(): void {
    if (this.#revision === 0) this.#offer();
  }

  /** False where it cannot be sent at the moment, as more than `most` bytes would wait. */
  sendData(bytes: Buffer, lossy: boolean, most: number): boolean {
    return this.#transport.sendData(bytes, lossy, most);
  }

  /** Begins anew with another transport, and the same streams on it. */
  restart(): void {
    this.#subscriber.open(false, this.#deps.clock());
    this.#transport.close();
    this.#transport = this.#open();
    this.#connected = false;
    this.#offer();
  }

  /** In how wide a picture a stream is seen; 0: not at all. */
  look({ participant, mid }: StreamRef, width: number): void {
    const place = this.#places.find(({ carries }) => carries?.stream.participant === participant && carries.stream.mid === mid);
    if (place === undefined) return;
    place.width = width;
    if (place.consumer !== undefined) place.consumer.width = width;
  }

  /** How the sound arrives that is received, since the last call. */
  heard(): readonly Measured[] {
    return this.#subscriber.heard();
  }

  tick(now: Instant): void {
    this.#subscriber.tick(now);
  }

  close(): void {
    for (const place of this.#places) this.#empty(place);
    this.#places.length = 0;
    this.#wanted = [];
    this.#transport.close();
  }

  #open(): WebRtcTransport {
    let wasConnected = false;
    const events = {
      onPacket: (bytes: Buffer) => this.#subscriber.receive(bytes, this.#deps.clock()),
      onState: (state: TransportState) => {
        if (this.#transport !== transport) return;
        if (state === 'connected') this.#failed = 0;
        // On a busy machine libdatachannel may hear the other side's certificate before it knows which one to expect, and refuses it then
        // (paullouisageneau/libdatachannel#1612).
        else if (state === 'failed' && !wasConnected && ++this.#failed < triesMost) return this.restart();
        wasConnected ||= state === 'connected';
        this.#subscriber.open(state === 'connected', this.#deps.clock());
        this.#deps.onState(state);
      },
    };
    const transport = WebRtcTransport.offering(this.#deps.transport, events, this.#deps.data);
    return transport;
  }

  #offer(): void {
    const streams = this.#places.flatMap(({ mid, carries }) =>
      carries === undefined ? [] : [{ section: mid, ...carries.stream }],
    );
    const offer = subscribeOffer(this.#described(), this.#transport.local, ++this.#revision, this.#deps.data);
    this.#deps.onOffer(this.#revision, offer, streams);
  }

  #described(): readonly Subscribed[] {
    return this.#places.map(({ mid, codec, ssrc, retransmissionSsrc, carries }) => ({
      mid,
      codec,
      ssrc,
      retransmissionSsrc,
      cname: carries?.stream.participant ?? '-',
      msid: carries && { stream: carries.stream.participant, track: `${carries.stream.participant}-${carries.stream.mid}` },
    }));
  }

  #placeFor(codec: ForwardedCodec): Place | undefined {
    const free = this.#places.find((place) => place.carries === undefined && place.codec === codec);
    if (free !== undefined) {
      // Other sources each time: SRTP takes no number twice (RFC 3711 §3.3.1), and browsers expect nothing more of one that has ended.
      free.ssrc = this.#freeSsrc();
      free.retransmissionSsrc = codec.retransmission === undefined ? undefined : this.#freeSsrc();
    }
    if (free !== undefined || this.#places.length === placesMost) return free;
    const place: Place = {
      mid: String(this.#places.length),
      codec,
      ssrc: this.#freeSsrc(),
      retransmissionSsrc: codec.retransmission === undefined ? undefined : this.#freeSsrc(),
      carries: undefined,
      consumer: undefined,
      width: undefined,
    };
    this.#places.push(place);
    return place;
  }

  #freeSsrc(): number {
    const taken = new Set(this.#places.flatMap(({ ssrc, retransmissionSsrc }) => [ssrc, retransmissionSsrc]));
    for (;;) {
      const ssrc = 1 + this.#deps.random(0xffff_fffe);
      if (!taken.has(ssrc)) return ssrc;
    }
  }

  #consume(place: Place, producer: Producer, takesRed: boolean, takesDependency: boolean): Consumer {
    const { codec, ssrc, retransmissionSsrc } = place;
    const { random, clock } = this.#deps;
    const consumer = new Consumer(
      producer,
      {
        ssrc,
        payloadType: codec.payloadType,
        red: takesRed ? redPayloadType : undefined,
        clockRate: codec.clockRate,
        sequence: random(0x1_0000),
        timestamp: random(2 ** 32),
        retransmission:
          retransmissionSsrc === undefined || codec.retransmission === undefined
            ? undefined
            : { ssrc: retransmissionSsrc, payloadType: codec.retransmission, sequence: random(0x1_0000) },
      },
      this.#subscriber,
      () => {
        this.#empty(place);
        this.#isStale = true;
      },
    );
    consumer.width = place.width;
    consumer.takesLayers = takesDependency || !isOfUse('dependency', codec);
    this.#subscriber.add(consumer, clock());
    return consumer;
  }

  #empty(place: Place): void {
    if (place.consumer !== undefined) this.#subscriber.remove(place.consumer);
    place.consumer = undefined;
    place.carries = undefined;
  }
}
