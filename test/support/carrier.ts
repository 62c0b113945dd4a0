/**
 * A carrier on loopback that is told what to do with each call: what it says before the answer and after it are tones of its own. By the user
 * agent of the server, since no phone that can be had describes what is heard before somebody answers.
 */
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { compand } from '../../packages/media/src/mixing/compand.ts';
import { SipAgent } from '../../packages/server/src/sip/agent.ts';
import type { SipLeg } from '../../packages/server/src/sip/leg.ts';
import { IncomingInvite } from '../../packages/server/src/sip/incoming.ts';
import { SystemClock } from '../../packages/server/src/system/clock.ts';
import { RtpSocket } from './rtp-peers.ts';

const at = '127.0.0.1';
/** By their payload types (RFC 3551 §6). */
type Law = 0 | 8;
const [pcmu, pcma]: readonly [Law, Law] = [0, 8];
const frameSamples = 160;

export class Carrier {
  readonly port: number;
  readonly #calls: CarrierCall[] = [];
  readonly #arrived: ((call: CarrierCall) => void)[] = [];

  private constructor(port: number) {
    this.port = port;
  }

  /** Listens until the test is over. */
  static async open(): Promise<Carrier> {
    const socket = createSocket('udp4');
    socket.bind(0, at);
    await once(socket, 'listening');
    const { port } = socket.address();
    const carrier = new Carrier(port);
    const agent = new SipAgent({
      clock: new SystemClock(),
      random: () => randomBytes(12).toString('hex'),
      sentBy: () => ({ host: at, port }),
      send: (to, text) => socket.send(Buffer.from(text, 'latin1'), to.port, to.address),
      serve: (transaction, request, from) => carrier.#arrive(new IncomingInvite(agent, transaction, request, from)),
    });
    socket.on('message', (bytes, { address, port: from }) =>
      agent.receive(bytes.toString('latin1'), { transport: 'udp', address, port: from }),
    );
    onTestFinished(() => {
      for (const call of carrier.#calls) call.stop();
      agent.close();
      socket.close();
    });
    return carrier;
  }

  /** The next call that comes. */
  call(): Promise<CarrierCall> {
    return new Promise((resolve) => this.#arrived.push(resolve));
  }

  #arrive(invite: IncomingInvite): void {
    if (invite.request.method !== 'INVITE') return invite.refuse(200);
    const call = new CarrierCall(invite);
    this.#calls.push(call);
    this.#arrived.shift()?.(call);
  }
}

export class CarrierCall {
  /** 1,000 hertz, say. */
  #hertz = 0;
  /** Whoever called has hung up. */
  hasEnded = false;
  readonly #invite: IncomingInvite;
  #leg: SipLeg | undefined;
  #codec: Law = pcma;
  #media: { readonly socket: RtpSocket } | undefined;
  #version = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(invite: IncomingInvite) {
    this.#invite = invite;
  }

  ring(): void {
    this.#invite.progress(180);
  }

  /** Is heard, and has not answered. */
  async announce(hertz: number): Promise<void> {
    this.#invite.progress(183, await this.#speak(hertz));
  }

  async answer(hertz: number): Promise<void> {
    this.#leg = this.#invite.accept(await this.#speak(hertz), {
      offered: () => Promise.reject(new Error('nothing else is taken')),
      wanted: () => Promise.reject(new Error('nothing else is offered')),
      answered: () => undefined,
      pressed: () => undefined,
      referred: () => 403,
      ended: () => {
        this.hasEnded = true;
        this.stop();
      },
    });
  }

  /** Takes the other law from now on: offers nothing else within the call. */
  async changeCodec(): Promise<void> {
    this.#codec = this.#codec === pcma ? pcmu : pcma;
    await this.#leg?.offer(() => Promise.resolve(this.#description()));
  }

  /** Of the last packets that have come. */
  get hears(): readonly number[] {
    return [...new Set(this.#media?.socket.packets.slice(-10).map(({ payloadType }) => payloadType))];
  }

  refuse(status: number): void {
    this.stop();
    this.#invite.refuse(status);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#media?.socket.close();
    this.#media = undefined;
  }

  async #speak(hertz: number): Promise<string> {
    this.#hertz = hertz;
    if (this.#media !== undefined) return this.#description();
    const socket = await RtpSocket.open(at);
    this.#media = { socket };
    const to = Number(/^m=audio (\d+)/m.exec(this.#invite.offer ?? '')?.[1]);
    let frame = 0;
    this.#timer = setInterval(() => socket.send(this.#tone(frame++), to), 20);
    return this.#description();
  }

  #description(): string {
    const media = `m=audio ${this.#media?.socket.port ?? 0} RTP/AVP ${this.#codec}`;
    this.#version++;
    return ['v=0', `o=- 1 ${this.#version} IN IP4 ${at}`, 's=-', `c=IN IP4 ${at}`, 't=0 0', media, ''].join('\r\n');
  }

  #tone(frame: number): Buffer {
    const bytes = Buffer.alloc(12 + frameSamples);
    bytes[0] = 0x80;
    bytes[1] = this.#codec;
    bytes.writeUInt16BE(frame & 0xffff, 2);
    bytes.writeUInt32BE(frame * frameSamples, 4);
    bytes.writeUInt32BE(7, 8);
    for (let n = 0; n < frameSamples; n++) {
      const time = (frame * frameSamples + n) / 8_000;
      bytes[12 + n] = compand(0.3 * Math.sin(2 * Math.PI * this.#hertz * time), this.#codec === pcma ? 'a' : 'mu');
    }
    return bytes;
  }
}
