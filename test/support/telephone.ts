/**
 * A telephone in the network behind a trunk: our SIP stack on a socket of its own, and plain RTP in PCMU. It says a tone, presses keys in both
 * ways that there are, and knows which tones it hears.
 */
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { Dialog, fieldsOf, nameAddr, Request, responseTo, sipUri, toUtf8 } from '@offhook/sip';
import { onTestFinished } from 'vitest';
import { compand } from '../../packages/media/src/mixing/compand.ts';
import { muLaw } from '../../packages/media/src/recorder/g711.ts';
import { isRtcp, RtpPacket } from '../../packages/media/src/rtp/packet.ts';
import { rtp } from '../../packages/media/src/rtp/packets.fixture.ts';
import { SipAgent } from '../../packages/server/src/sip/agent.ts';
import { IncomingInvite } from '../../packages/server/src/sip/incoming.ts';
import type { LegEvents, SipLeg } from '../../packages/server/src/sip/leg.ts';
import { OutgoingInvite } from '../../packages/server/src/sip/outgoing.ts';
import { SystemClock } from '../../packages/server/src/system/clock.ts';
import { Sound } from './ffmpeg.ts';
import { joined } from './spoken.ts';
import type { Heard } from './spoken.ts';
import { random } from './sip-endpoint.ts';

const [frameMs, rate] = [20, 8_000];
const frameSamples = (frameMs * rate) / 1_000;
const keys = '0123456789*#';
const keysType = 101;

export class Telephone {
  readonly #number: string;
  readonly #tone: number;
  readonly #sip: Socket;
  readonly #rtp: Socket;
  readonly #agent: SipAgent;
  readonly #timer: NodeJS.Timeout;
  readonly #heard: Int16Array[] = [];
  #leg: SipLeg | undefined;
  /** Where what it says goes to. */
  #to: { readonly port: number } | undefined;
  #sent = 0;
  /** Packets that are still to be sent in the place of sound. */
  readonly #pressed: Buffer[] = [];
  /** What has happened to its calls: `ringing`, `answered`, `over`, `refused 486`. */
  readonly events: string[] = [];
  /** The call that it makes, to be given up before it is answered. */
  #calling: OutgoingInvite | undefined;
  /** The call that rings here. */
  #ringing: IncomingInvite | undefined;
  /** With which status it turns calls away; undefined: it rings. */
  refusesWith: number | undefined;

  private constructor(number: string, tone: number, sip: Socket, media: Socket) {
    this.#number = number;
    this.#tone = tone;
    this.#sip = sip;
    this.#rtp = media;
    this.#agent = new SipAgent({
      clock: new SystemClock(),
      random,
      sentBy: () => ({ host: '127.0.0.1', port: this.port }),
      send: (to, text) => this.#sip.send(Buffer.from(text, 'latin1'), to.port, to.address),
      serve: (transaction, request, from) => {
        // Whether it is there, is asked by OPTIONS.
        if (request.method !== 'INVITE') return this.#agent.respond(transaction, responseTo(request, 200, { toTag: random() }));
        const invite = new IncomingInvite(this.#agent, transaction, request, from);
        if (this.refusesWith !== undefined) return invite.refuse(this.refusesWith);
        this.#ringing = invite;
        invite.onCancelled = () => this.events.push('cancelled');
        invite.progress(180);
        this.events.push('ringing');
      },
    });
    sip.on('message', (bytes, { address, port }) =>
      this.#agent.receive(bytes.toString('latin1'), { transport: 'udp', address, port }),
    );
    media.on('message', (bytes) => this.#hear(bytes));
    this.#timer = setInterval(() => this.#speak(), frameMs);
    onTestFinished(() => this.close());
  }

  /** `tone`: what is said into it, in Hz. */
  static async open(number: string, tone: number): Promise<Telephone> {
    const [sip, media] = [createSocket('udp4'), createSocket('udp4')];
    for (const socket of [sip, media]) {
      socket.bind(0, '127.0.0.1');
      await once(socket, 'listening');
    }
    return new Telephone(number, tone, sip, media);
  }

  /** On which it listens for SIP. */
  get port(): number {
    return this.#sip.address().port;
  }

  /** Calls a number by the server that listens at this port. */
  call(number: string, port: number): void {
    let early = '';
    this.#calling = new OutgoingInvite(
      this.#agent,
      {
        target: sipUri('127.0.0.1', { user: number }),
        to: [{ transport: 'udp', address: '127.0.0.1', port }],
        from: nameAddr(sipUri('127.0.0.1', { user: this.#number })),
        offer: this.#description,
      },
      {
        ...this.#talking,
        ringing: () => this.events.push('ringing'),
        early: (sdp) => (early = sdp),
        taken: (leg, sdp) => this.#answered(leg, sdp ?? early),
        refused: (status) => this.events.push(`refused ${status}`),
      },
    );
  }

  /** The same without an offer: it answers in its ACK what it is offered (RFC 3261 §13.2.1). */
  callWithoutOffer(user: string, port: number): void {
    const to = { transport: 'udp', address: '127.0.0.1', port } as const;
    const fields = {
      From: `<sip:${this.#number}@127.0.0.1>;tag=${random()}`,
      To: `<sip:${user}@127.0.0.1>`,
      'Call-ID': random(),
      CSeq: '1 INVITE',
      Contact: `<sip:127.0.0.1:${this.port}>`,
    };
    const invite = new Request('INVITE', sipUri('127.0.0.1', { user }), fieldsOf(fields));
    this.#agent.ask(invite, to, {
      response: (response) => {
        if (response.status < 200) return;
        if (response.status >= 300) return void this.events.push(`refused ${response.status}`);
        this.#aim(response.text);
        this.events.push('answered');
        const ack = Dialog.ofClient(invite, response).ack(1);
        this.#agent.acknowledge(ack.withBody('application/sdp', toUtf8(this.#description)), to);
      },
      failed: (status) => this.events.push(`refused ${status}`),
    });
  }

  /** Takes the call that rings. */
  answer(): void {
    const invite = this.#ringing;
    const leg = invite?.accept(this.#description, this.#talking);
    if (leg !== undefined) this.#answered(leg, invite?.offer ?? '');
  }

  /** By RFC 4733. */
  press(digits: string): void {
    for (const digit of digits) {
      const packets = Array.from({ length: 6 }, (_, n) => {
        const isLast = n >= 3;
        const payload = Buffer.from([keys.indexOf(digit), isLast ? 0x8a : 0x0a, 0, 0]);
        payload.writeUInt16BE(Math.min(n + 1, 4) * frameSamples, 2);
        return payload;
      });
      this.#pressed.push(...packets, Buffer.alloc(0), Buffer.alloc(0));
    }
  }

  /** By INFO, as some telephones do. */
  async pressByInfo(digits: string): Promise<void> {
    for (const digit of digits) {
      const text = `Signal=${digit}\r\nDuration=160\r\n`;
      await this.#leg?.say('INFO', {}, { type: 'application/dtmf-relay', text });
    }
  }

  hangUp(): void {
    if (this.#leg === undefined) this.#calling?.cancel({});
    this.#leg?.hangUp();
    this.#over();
  }

  /** For how many seconds it has heard a tone since its call began, or since `forget`. */
  heardTone(hertz: number): number {
    const all = new Float32Array(this.#heard.reduce((sum, { length }) => sum + length, 0) * 6);
    let at = 0;
    // As often as the ear of the tests counts.
    for (const frame of this.#heard) for (const sample of frame) all.fill(sample / 32_768, at, (at += 6));
    return new Sound([all]).heard(hertz);
  }

  /** All of it, since its call began or since `forget`. */
  get heard(): Heard {
    return { samples: joined(this.#heard), rate };
  }

  forget(): void {
    this.#heard.length = 0;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#sip.close();
    this.#rtp.close();
  }

  get #description(): string {
    const { port } = this.#rtp.address();
    const lines = ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0'];
    lines.push(`m=audio ${port} RTP/AVP 0 ${keysType}`, 'a=rtpmap:0 PCMU/8000', `a=rtpmap:${keysType} telephone-event/8000`);
    return [...lines, `a=fmtp:${keysType} 0-15`, 'a=sendrecv', ''].join('\r\n');
  }

  get #talking(): LegEvents {
    return {
      offered: (sdp) => {
        this.#aim(sdp);
        return Promise.resolve(this.#description);
      },
      wanted: () => Promise.resolve(this.#description),
      answered: (sdp) => this.#aim(sdp),
      pressed: () => undefined,
      referred: () => 603,
      ended: () => this.#over(),
    };
  }

  #answered(leg: SipLeg, sdp: string): void {
    this.#leg = leg;
    this.#aim(sdp);
    this.events.push('answered');
  }

  #aim(sdp: string): void {
    const port = Number(/^m=audio (\d+)/m.exec(sdp)?.[1]);
    this.#to = { port };
  }

  #over(): void {
    if (this.#to !== undefined) this.events.push('over');
    this.#to = undefined;
  }

  /** Keys take the place of sound; all packets of one have the time at which it began. */
  #speak(): void {
    if (this.#to === undefined) return;
    const pressed = this.#pressed.shift();
    const isKey = pressed !== undefined && pressed.length > 0;
    if (!isKey) this.#began = undefined;
    const timestamp = this.#sent * frameSamples;
    if (isKey) this.#began ??= timestamp;
    const bytes = rtp({
      ssrc: 7,
      sequence: this.#sent & 0xffff,
      timestamp: this.#began ?? timestamp,
      payloadType: isKey ? keysType : 0,
      payload: isKey ? pressed : this.#frame(timestamp),
    });
    this.#sent++;
    this.#rtp.send(bytes, this.#to.port, '127.0.0.1');
  }

  #began: number | undefined;

  #frame(from: number): Buffer {
    const sample = (n: number): number => 0.4 * Math.sin((2 * Math.PI * this.#tone * (from + n)) / rate);
    return Buffer.from(Uint8Array.from({ length: frameSamples }, (_, n) => compand(sample(n), 'mu')));
  }

  #hear(bytes: Buffer): void {
    const packet = new RtpPacket();
    if (isRtcp(bytes) || !packet.read(bytes) || packet.payloadType !== 0) return;
    const payload = bytes.subarray(packet.payloadStart, packet.payloadEnd);
    this.#heard.push(Int16Array.from(payload, (byte) => muLaw[byte]!));
  }
}
