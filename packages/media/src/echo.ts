/** Sends back to somebody what they say, a moment later: the test that telephones have. Nothing is decoded. */
import type { Instant, Milliseconds } from '@offhook/core';
import { readPublishOffer } from './negotiation/publish.ts';
import type { Published } from './negotiation/publish.ts';
import { IncomingStream } from './router/incoming.ts';
import { isRtcp, RtpPacket, rewrite } from './rtp/packet.ts';
import { readRtcp, receiverReport, senderReport, sourceDescription } from './rtp/rtcp.ts';
import { ntpOf } from './rtp/time.ts';
import { WebRtcTransport } from './transport/webrtc.ts';
import type { TransportState, WebRtcOptions } from './transport/webrtc.ts';

/** Long enough to tell the echo from one's own voice. */
const delayMs: Milliseconds = 1_000;
const reportMs: Milliseconds = 1_000;
/** More than a browser sends within the delay: what comes beyond it is dropped. */
const waitingMost = 512;

interface Waiting {
  readonly bytes: Buffer;
  readonly due: Instant;
}

export interface EchoDeps {
  readonly transport: WebRtcOptions;
  readonly clock: () => Instant;
  readonly random: (below: number) => number;
  readonly onState: (state: TransportState) => void;
}

export class Echo {
  readonly #deps: EchoDeps;
  readonly #ssrc: number;
  readonly #packet = new RtpPacket();
  readonly #waiting: Waiting[] = [];
  #transport: WebRtcTransport | undefined;
  /** What the browser says of its transport: another name or certificate is another one. */
  #place = '';
  #published: Published | undefined;
  #stream: IncomingStream | undefined;
  #version = 0;
  #reported: Instant = 0;
  #packets = 0;
  #octets = 0;

  constructor(deps: EchoDeps) {
    this.#deps = deps;
    this.#ssrc = 1 + deps.random(0xffff_fffe);
  }

  /** The answer to what a browser offers, for the first time or again. @throws NegotiationError, TransportError */
  answer(text: string): string {
    const offer = readPublishOffer(text, ['audio']);
    const { ice, fingerprint } = offer.transport;
    const place = `${ice.ufrag} ${fingerprint.value}`;
    if (this.#transport === undefined || place !== this.#place) {
      this.#transport?.close();
      const { clock, onState, transport: options } = this.#deps;
      const transport: WebRtcTransport = WebRtcTransport.answering(offer.transport, options, {
        onPacket: (bytes) => this.#receive(bytes, clock()),
        onState: (state) => {
          if (this.#transport === transport) onState(state);
        },
      });
      this.#transport = transport;
      this.#place = place;
    }
    [this.#published] = offer.published;
    return offer.answer(this.#transport.local, ++this.#version, { back: this.#ssrc });
  }

  /** To be called about every 20 ms. */
  tick(now: Instant): void {
    for (let [next] = this.#waiting; next !== undefined && next.due <= now; [next] = this.#waiting) {
      this.#waiting.shift();
      this.#send(next.bytes);
    }
    const report = now - this.#reported < reportMs ? undefined : this.#stream?.report(now);
    if (report === undefined) return;
    this.#reported = now;
    this.#transport?.send(receiverReport(this.#ssrc, [report]));
  }

  close(): void {
    this.#transport?.close();
    this.#transport = undefined;
    this.#waiting.length = 0;
  }

  #receive(bytes: Buffer, now: Instant): void {
    if (isRtcp(bytes)) {
      for (const one of readRtcp(bytes)) if (one.type === 'sr') this.#stream?.hear(one.sender, now);
      return;
    }
    const packet = this.#packet;
    const { source, codec } = this.#published ?? {};
    if (!packet.read(bytes) || packet.payloadType !== source?.payloadType || codec === undefined) return;
    if (this.#stream?.ssrc !== packet.ssrc) this.#stream = new IncomingStream(packet.ssrc, codec.clockRate, 0, false);
    if (this.#stream.receive(packet, now) && this.#waiting.length < waitingMost)
      this.#waiting.push({ bytes, due: now + delayMs });
  }

  /** As it came, gaps included, so that losses are heard; under a source of its own. */
  #send(bytes: Buffer): void {
    const packet = this.#packet;
    if (!packet.read(bytes)) return;
    const { payloadType, sequence, timestamp } = packet;
    rewrite(bytes, payloadType, sequence, timestamp, this.#ssrc);
    this.#octets += packet.payloadLength;
    if (this.#transport?.send(bytes) === true && ++this.#packets % 50 === 1) this.#tellTime(timestamp);
  }

  #tellTime(timestamp: number): void {
    const { seconds, fraction } = ntpOf(this.#deps.clock());
    const [ssrc, packets, octets] = [this.#ssrc, this.#packets, this.#octets];
    const info = { ssrc, ntpSeconds: seconds, ntpFraction: fraction, timestamp, packets, octets };
    this.#transport?.send(Buffer.concat([senderReport(info), sourceDescription(ssrc, 'echo')]));
  }
}
