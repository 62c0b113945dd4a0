/** Peers of plain RTP that are no program of ours to test: sockets that send made packets, and ears of WebRTC that decode what arrives. */
import { once } from 'node:events';
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import type { Section } from '@offhook/sdp';
import { parseDescription } from '@offhook/sdp';
import { decoderFor } from '../../packages/media/src/recorder/speech.ts';
import { isRtcp, RtpPacket } from '../../packages/media/src/rtp/packet.ts';
import { WebRtcTransport } from '../../packages/media/src/transport/webrtc.ts';
import type { WebRtcOptions } from '../../packages/media/src/transport/webrtc.ts';
import { Sound } from './ffmpeg.ts';
import { readOffer, receiving } from './media-descriptions.ts';

/** One end of plain RTP: what has come, and how to send. */
export class RtpSocket {
  readonly got: Buffer[] = [];
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('message', (bytes) => this.got.push(bytes));
  }

  static async open(address = '127.0.0.1', port = 0): Promise<RtpSocket> {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
    socket.bind(port, address);
    await once(socket, 'listening');
    return new RtpSocket(socket);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  send(bytes: Buffer, port: number, address = '127.0.0.1'): void {
    this.#socket.send(bytes, port, address);
  }

  /** RTP alone. */
  get packets(): RtpPacket[] {
    return this.got.filter((bytes) => !isRtcp(bytes)).map(read);
  }

  get reports(): Buffer[] {
    return this.got.filter(isRtcp);
  }

  close(): void {
    this.#socket.close();
  }
}

function read(bytes: Buffer): RtpPacket {
  const packet = new RtpPacket();
  if (!packet.read(bytes)) throw new Error('no packet');
  return packet;
}

/** The sections of an answer. */
export function sectionsOf(answer: string): readonly Section[] {
  return parseDescription(answer).sections;
}

/** A browser's ear: takes what it is offered, and decodes Opus. */
export class Ear {
  readonly answer: string;
  readonly #transport: WebRtcTransport;
  readonly #payloads: Buffer[] = [];

  constructor(offer: string, options: WebRtcOptions) {
    const { transport, payloadTypes } = readOffer(offer);
    const packet = new RtpPacket();
    this.#transport = WebRtcTransport.answering(transport, options, {
      onPacket: (bytes) => {
        if (isRtcp(bytes) || !packet.read(bytes) || !payloadTypes.has(packet.payloadType)) return;
        this.#payloads.push(Buffer.from(bytes.subarray(packet.payloadStart, packet.payloadEnd)));
      },
      onState: () => {},
    });
    this.answer = receiving(offer, this.#transport.local);
  }

  get packets(): number {
    return this.#payloads.length;
  }

  /** What was heard so far. */
  async sound(): Promise<Sound> {
    const decoder = await decoderFor('opus');
    const parts = this.#payloads.map((payload) => decoder!.decode(payload).slice());
    decoder!.close();
    const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    return new Sound([all]);
  }

  close(): void {
    this.#transport.close();
  }
}
