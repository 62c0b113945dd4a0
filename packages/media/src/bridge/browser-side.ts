/** The browser's side of a bridge: its peer connection, and what was agreed on. */
import type { Setup } from '@offhook/sdp';
import type { ForwardedCodec } from '../negotiation/codecs.ts';
import { NegotiationError } from '../negotiation/bundle.ts';
import type { TransportEvents, WebRtcOptions } from '../transport/webrtc.ts';
import { WebRtcTransport } from '../transport/webrtc.ts';
import { readBrowser, writeBrowser } from './browser-description.ts';
import type { BrowserDescription } from './browser-description.ts';
import { described, keysFor, wayIn } from './sound.ts';
import type { Sound, Way } from './sound.ts';

export class BrowserSide {
  readonly #options: WebRtcOptions;
  readonly #events: TransportEvents;
  readonly #ssrc: number;
  #transport: WebRtcTransport | undefined;
  /** By what the browser says of its transport: another name or certificate is another one. */
  #place = '';
  /** Ours in DTLS, once it is known. */
  #role: Setup | undefined;
  /** What it said last. */
  #said: BrowserDescription | undefined;
  #offered: readonly ForwardedCodec[] | undefined;
  #version = 0;
  #way: Way | undefined;

  /** `ssrc`: under which sound goes there. */
  constructor(options: WebRtcOptions, events: TransportEvents, ssrc: number) {
    this.#options = options;
    this.#events = events;
    this.#ssrc = ssrc;
  }

  get sound(): Sound | undefined {
    return this.#said?.sound;
  }

  get way(): Way | undefined {
    return this.#way;
  }

  /** Begins anew with another transport. */
  offer(codecs: readonly ForwardedCodec[]): string {
    this.#transport?.close();
    this.#transport = this.#open((events) => WebRtcTransport.offering(this.#options, events));
    this.#place = '';
    this.#role = undefined;
    this.#offered = codecs;
    return this.#write('offer', [...codecs, ...keysFor(codecs)]);
  }

  /** The same by the transport that there is: with codecs that it may not have, the first of which is to be spoken. */
  lead(codecs: readonly ForwardedCodec[]): string | undefined {
    const [said, way] = [this.#said, this.#way];
    // What was offered before is answered first.
    if (this.#transport === undefined || said === undefined || way === undefined || this.#offered !== undefined)
      return undefined;
    this.#offered = codecs;
    // What has a number keeps it (RFC 3264 §8.3.2).
    const known = codecs.map((one) => said.sound.codecs.find(({ ours }) => ours === one)?.theirs ?? one);
    return this.#write('offer', [...known, ...(way.keys === undefined ? [] : [way.keys])]);
  }

  /** @throws NegotiationError, TransportError; nothing has changed then */
  answer(text: string, ...among: readonly (readonly ForwardedCodec[])[]): string {
    const said = readBrowser(text);
    const way = wayIn(said.sound, ...among);
    const place = placeOf(said);
    if (this.#transport === undefined || place !== this.#place) {
      const before = this.#transport;
      this.#transport = this.#open((events) => WebRtcTransport.answering(said.transport, this.#options, events));
      before?.close();
      this.#role = undefined;
    }
    this.#place = place;
    this.#offered = undefined;
    this.#take(said, way);
    return this.#write('answer', described(way));
  }

  /** `isEarly`: another answer may follow, of the same transport. @throws NegotiationError, TransportError */
  accept(text: string, isEarly: boolean): void {
    const [offered, transport] = [this.#offered, this.#transport];
    if (offered === undefined || transport === undefined) throw new NegotiationError('nothing was offered');
    const said = readBrowser(text);
    if (said.transport.setup === 'actpass') throw new NegotiationError('an answer has to choose its role in DTLS');
    const way = wayIn(said.sound, offered);
    const place = placeOf(said);
    if (this.#place === '') transport.connect(said.transport);
    else if (this.#place !== place) throw new NegotiationError('somebody else has answered before');
    if (!isEarly) this.#offered = undefined;
    this.#place = place;
    this.#role = said.transport.setup === 'active' ? 'passive' : 'active';
    this.#take(said, way);
  }

  send(bytes: Buffer): boolean {
    return this.#transport?.send(bytes) === true;
  }

  close(): void {
    this.#transport?.close();
    this.#transport = undefined;
  }

  #take(said: BrowserDescription, way: Way): void {
    this.#said = said;
    this.#way = way;
  }

  /** Of one that has been replaced nothing is heard any more. */
  #open(make: (events: TransportEvents) => WebRtcTransport): WebRtcTransport {
    const transport: WebRtcTransport = make({
      onPacket: (bytes) => {
        if (this.#transport === transport) this.#events.onPacket(bytes);
      },
      onState: (state) => {
        if (this.#transport === transport) this.#events.onState(state);
      },
    });
    return transport;
  }

  #write(type: 'offer' | 'answer', codecs: Parameters<typeof writeBrowser>[0]['codecs']): string {
    if (this.#transport === undefined) throw new Error('used before it was opened');
    const { local: transport } = this.#transport;
    // Who has begun the handshake does not change (RFC 5763 §6.6).
    const setup = type === 'offer' ? 'actpass' : (this.#role ?? transport.setup);
    const local = { ...transport, setup };
    const [sections, ssrc] = [this.#said?.sections ?? [], this.#ssrc];
    return writeBrowser({ type, local, sections, ssrc, codecs, version: ++this.#version });
  }
}

function placeOf({ transport: { ice, fingerprint } }: BrowserDescription): string {
  return `${ice.ufrag} ${fingerprint.value}`;
}
