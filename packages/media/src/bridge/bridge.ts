/**
 * A phone and a browser that talk, each by its own transport:
 *
 *      phone ── plain RTP ──► relay ──► SRTP of the peer connection ──► browser
 *            ◄─────────────── relay ◄──────────────────────────────────
 *
 * Whichever side speaks first, the other is led to what that one has, so that both have one codec and nothing is decoded. Where they share
 * none, what the one says is told to the other in another codec.
 */
import type { Instant } from '@offhook/core';
import { NegotiationError } from '../negotiation/bundle.ts';
import type { ForwardedCodec } from '../negotiation/codecs.ts';
import { isRtcp } from '../rtp/packet.ts';
import { readRtcp } from '../rtp/rtcp.ts';
import type { UdpOptions } from '../transport/udp.ts';
import type { TransportState, WebRtcOptions } from '../transport/webrtc.ts';
import type { Transcoder } from '../transcoding/transcoder.ts';
import { BrowserSide } from './browser-side.ts';
import { Music } from './music.ts';
import { PhoneSide } from './phone-side.ts';
import type { Choice, PhoneTerms } from './phone-side.ts';
import { Relay } from './relay.ts';
import { ringingTone } from './ringing-tone.ts';
import { ofAll, sounds } from './sound.ts';
import type { Sound, Way } from './sound.ts';

export type BridgeSide = 'browser' | 'phone';

export interface BridgeDeps {
  readonly transport: WebRtcOptions;
  readonly plain: UdpOptions;
  readonly clock: () => Instant;
  readonly random: (below: number) => number;
  readonly onState: (side: BridgeSide, state: TransportState) => void;
  readonly onDigit: (side: BridgeSide, digit: string) => void;
  readonly transcoder: Transcoder;
  /** What a phone hears while it is held, as `Music` has it; undefined: what is made here. */
  readonly holdMusic?: (() => Int16Array | undefined) | undefined;
}

export class Bridge {
  readonly #browser: BrowserSide;
  readonly #phone: PhoneSide;
  readonly #clock: () => Instant;
  readonly #holdMusic: BridgeDeps['holdMusic'];
  readonly #toPhone: Relay;
  readonly #toBrowser: Relay;
  /** What the browser was asked to speak last. */
  #ledTo: ForwardedCodec | undefined;
  #isClosed = false;

  constructor({ transport, plain, clock, random, onState, onDigit, transcoder, holdMusic }: BridgeDeps) {
    this.#holdMusic = holdMusic;
    this.#clock = clock;
    const sendToBrowser = (bytes: Buffer): boolean => this.#browser.send(bytes);
    const sendToPhone = (bytes: Buffer): void => this.#phone.sendControl(bytes);
    this.#toPhone = new Relay({
      random,
      send: (bytes) => this.#phone.send(bytes),
      sendControl: sendToPhone,
      sendBack: (bytes) => void sendToBrowser(bytes),
      pressed: (digit) => onDigit('browser', digit),
      transcoder,
    });
    this.#toBrowser = new Relay({
      random,
      send: sendToBrowser,
      sendControl: (bytes) => void sendToBrowser(bytes),
      sendBack: sendToPhone,
      pressed: (digit) => onDigit('phone', digit),
      transcoder,
    });
    const hears = (side: BridgeSide, forwards: Relay, backwards: Relay) => ({
      onPacket: (bytes: Buffer): void => {
        if (!isRtcp(bytes)) return forwards.receive(bytes, clock());
        for (const one of readRtcp(bytes)) {
          forwards.hear(one, clock());
          backwards.hear(one, clock());
        }
      },
      onOther: (bytes: Buffer): void => forwards.receive(bytes, clock()),
      onState: (state: TransportState): void => onState(side, state),
    });
    this.#browser = new BrowserSide(transport, hears('browser', this.#toPhone, this.#toBrowser), this.#toBrowser.ssrc);
    this.#phone = new PhoneSide(
      plain,
      { clock, random },
      {
        ...hears('phone', this.#toBrowser, this.#toPhone),
        onOpen: (isOpen) => this.#toPhone.open(isOpen),
      },
    );
  }

  /** @throws NoPortError, NegotiationError */
  async offer(side: BridgeSide, terms: PhoneTerms = {}): Promise<string> {
    this.#mustBeOpen();
    if (side === 'phone') return this.#phone.offer(this.#choice(terms), terms);
    return this.#browser.offer(this.#for(this.#phone) ?? ofAll);
  }

  /** @throws NegotiationError, TransportError, NoPortError */
  async answer(side: BridgeSide, offer: string, terms: PhoneTerms = {}): Promise<string> {
    this.#mustBeOpen();
    const answer =
      side === 'phone'
        ? await this.#phone.answer(offer, this.#choice(terms), terms)
        : this.#browser.answer(offer, this.#for(this.#phone) ?? sounds, sounds);
    this.#agreed();
    return answer;
  }

  /** `isEarly`: another answer to the same offer may follow. @throws NegotiationError, TransportError */
  accept(side: BridgeSide, answer: string, isEarly = false): void {
    this.#mustBeOpen();
    if (side === 'phone') this.#phone.accept(answer, isEarly);
    else this.#browser.accept(answer, isEarly);
    this.#agreed();
  }

  /**
   * An offer that leads the browser to what the phone speaks since it has chosen another codec, so that nothing is told in two; undefined:
   * there is nothing to gain, or it has refused that before.
   */
  lead(): string | undefined {
    const [browser, phone] = [this.#browser.way?.codec, this.#phone.way?.codec];
    if (browser === undefined || phone === undefined || browser === phone || phone === this.#ledTo) return undefined;
    const offer = this.#browser.lead([phone, browser]);
    if (offer !== undefined) this.#ledTo = phone;
    return offer;
  }

  /** Presses a key for one side. */
  press(side: BridgeSide, digit: string): void {
    (side === 'phone' ? this.#toPhone : this.#toBrowser).press(digit);
  }

  /** What the phone hears in the place of the browser; undefined: nothing any more. */
  play(what: 'music' | 'ringing' | undefined): void {
    const round = what === 'ringing' ? ringingTone() : this.#holdMusic?.();
    this.#toPhone.play(what && new Music(this.#clock(), round));
  }

  tick(now: Instant): void {
    this.#phone.tick(now);
    this.#toPhone.tick(now);
    this.#toBrowser.tick(now);
  }

  close(): void {
    this.#isClosed = true;
    this.#toPhone.close();
    this.#toBrowser.close();
    this.#browser.close();
    this.#phone.close();
  }

  #mustBeOpen(): void {
    if (this.#isClosed) throw new NegotiationError('it was closed meanwhile');
  }

  /** What a phone may be led to. @throws NegotiationError where nothing of what it may be is known here */
  #choice({ codecs }: PhoneTerms): Choice {
    const allowed = codecs?.flatMap((name) => sounds.filter((one) => one.name.toLowerCase() === name.toLowerCase())) ?? sounds;
    if (allowed.length === 0) throw new NegotiationError('no codec that is known here');
    const shared = (this.#for(this.#browser) ?? allowed).filter((one) => allowed.includes(one));
    return { shared, all: codecs === undefined ? [...new Set([...shared, ...sounds])] : allowed };
  }

  /** What the other side is led to: what this one speaks, or could; undefined while nothing is known of it. */
  #for({
    way,
    sound,
  }: {
    readonly way: Way | undefined;
    readonly sound: Sound | undefined;
  }): readonly ForwardedCodec[] | undefined {
    return way === undefined ? sound?.codecs.map(({ ours }) => ours) : [way.codec];
  }

  #agreed(): void {
    const [browser, phone] = [this.#browser.way, this.#phone.way];
    this.#toPhone.use(browser, phone);
    this.#toBrowser.use(phone, browser);
  }
}
