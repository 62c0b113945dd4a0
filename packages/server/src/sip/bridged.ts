/** A phone by plain RTP: both sides are answered by the bridge, each in its own way. */
import { randomInt } from 'node:crypto';
import { noMedia } from '@offhook/core';
import type { Answer, ErrorCode, Offer } from '@offhook/core';
import { MediaError } from '../ports/media.ts';
import type { BridgeMedia, Meanwhile, PhoneTerms } from '../ports/bridge.ts';
import { Refusal } from '../ports.ts';
import { isSaidIn } from './hold.ts';
import type { InTurn, PhoneMedia } from './phone-media.ts';

/** How a phone, or a trunk, is to be spoken with. */
export interface PhoneManner {
  /** `offered`: SRTP first, and plain RTP where that is refused. Default: `off`. */
  readonly srtp?: 'off' | 'offered' | 'required' | undefined;
  /** As in `PhoneTerms`. */
  readonly codecs?: PhoneTerms['codecs'];
}

/** What is offered cannot be taken: RFC 3261 §21.4.13, §21.4.26, §21.6.4. */
const ofMedia: readonly number[] = [415, 488, 606];

export class BridgedMedia implements PhoneMedia {
  readonly #media: BridgeMedia;
  readonly #bridge: string;
  readonly #describe: (offer: Offer) => void;
  readonly #phone: Pick<PhoneTerms, 'at' | 'isLocal'>;
  readonly #srtp: NonNullable<PhoneManner['srtp']>;
  readonly #codecs: PhoneTerms['codecs'];
  /** What a phone that calls is to be told once it is taken. */
  #answer: string | undefined;
  /** What the phone has described last, for a bridge that begins anew. */
  #said: string | undefined;
  /** Which of our descriptions comes next, whichever bridge composes it. */
  readonly #session: number = randomInt(2 ** 32);
  #version = 0;
  /** Keys were refused. */
  #isPlain = false;
  #plays: Meanwhile | undefined;
  #isClosed = false;

  /** `bridge`: a name that nobody else has. `phone`: where it is. `describe`: offers something to the browser; `browserAnswered` follows. */
  constructor(
    media: BridgeMedia,
    bridge: string,
    phone: Pick<PhoneTerms, 'at' | 'isLocal'>,
    { srtp = 'off', codecs }: PhoneManner,
    describe: (offer: Offer) => void,
  ) {
    this.#describe = describe;
    this.#media = media;
    this.#bridge = bridge;
    this.#phone = phone;
    this.#srtp = srtp;
    this.#codecs = codecs;
  }

  /** Whether the phone says that it sends anything. */
  get sends(): boolean {
    return this.#said !== undefined && isSaidIn(this.#said);
  }

  ring(): Promise<string> {
    return this.#offerPhone(this.#srtp === 'off' ? 'off' : 'required');
  }

  /** Without keys, once: whoever refuses them is not lost. */
  ringAgain(status: number): Promise<string> | undefined {
    if (this.#srtp !== 'offered' || this.#isPlain || !ofMedia.includes(status)) return undefined;
    this.#isPlain = true;
    return this.#offerPhone('off');
  }

  async early(answer: string, offer: Offer): Promise<Answer | undefined> {
    await this.#phoneAnswered(answer, true);
    return isNobody(offer) ? undefined : this.browserOffers(offer);
  }

  async taken(answer: string, offer: Offer): Promise<Answer> {
    await this.phoneAnswered(answer);
    if (isNobody(offer)) return { ...noMedia, type: 'answer' };
    return this.browserOffers(offer);
  }

  async place(offer: string | undefined): Promise<Offer> {
    this.#answer = offer === undefined ? undefined : await this.#phoneOffers(offer);
    return this.offerBrowser();
  }

  async answered(answer: Answer, isEarly = false): Promise<string> {
    await this.browserAnswered(answer, isEarly);
    return this.crossed();
  }

  async crossed(): Promise<string> {
    return this.#answer ?? this.offerPhone();
  }

  phoneAnswered(answer: string): Promise<void> {
    return this.#phoneAnswered(answer, false);
  }

  async #phoneAnswered(answer: string, isEarly: boolean): Promise<void> {
    await this.#asked(() => this.#media.accept(this.#bridge, 'phone', answer, isEarly));
    this.#said = answer;
    // A bridge that begins anew knows nothing of it.
    if (this.#plays !== undefined && !this.#isClosed) this.#media.playMeanwhile(this.#bridge, this.#plays);
  }

  async browserOffers({ sdp }: Offer): Promise<Answer> {
    return { type: 'answer', sdp: await this.#asked(() => this.#media.answerOffer(this.#bridge, 'browser', sdp)) };
  }

  async offerBrowser(): Promise<Offer> {
    return { type: 'offer', sdp: await this.#asked(() => this.#media.offer(this.#bridge, 'browser')) };
  }

  browserAnswered({ sdp }: Answer, isEarly = false): Promise<void> {
    return this.#asked(() => this.#media.accept(this.#bridge, 'browser', sdp, isEarly));
  }

  phoneOffers(offer: string, inTurn: InTurn): Promise<string> {
    return inTurn(() => this.#phoneOffers(offer));
  }

  async #phoneOffers(offer: string): Promise<string> {
    const terms = this.#terms(this.#srtp);
    const answer = await this.#asked(() => this.#media.answerOffer(this.#bridge, 'phone', offer, terms));
    this.#version++;
    this.#said = offer;
    // Where that cannot be, one is told in the codec of the other, as it was.
    this.#lead().catch(() => undefined);
    return answer;
  }

  /** The phone may have changed its codec. */
  async #lead(): Promise<void> {
    const sdp = await this.#asked(() => this.#media.lead(this.#bridge));
    if (sdp !== undefined && !this.#isClosed) this.#describe({ type: 'offer', sdp });
  }

  /** Whoever asks for an offer cannot be asked twice: it may take keys, or leave them. */
  offerPhone(): Promise<string> {
    return this.#offerPhone(this.#srtp);
  }

  /** The browser comes to the bridge. */
  candidates(): void {}

  press(digit: string): boolean {
    this.#media.press(this.#bridge, 'browser', digit);
    return true;
  }

  play(what: Meanwhile | undefined): void {
    if (this.#isClosed || what === this.#plays) return;
    this.#plays = what;
    this.#media.playMeanwhile(this.#bridge, what);
  }

  close(): void {
    this.#isClosed = true;
    this.#media.endBridge(this.#bridge);
  }

  async #offerPhone(srtp: PhoneTerms['srtp']): Promise<string> {
    const offer = await this.#asked(() => this.#media.offer(this.#bridge, 'phone', this.#terms(srtp)));
    this.#version++;
    return offer;
  }

  #terms(srtp: PhoneTerms['srtp']): PhoneTerms {
    const origin = { id: this.#session, version: this.#version + 1 };
    return { ...this.#phone, srtp, codecs: this.#codecs, before: this.#said, origin };
  }

  #asked<T>(ask: () => Promise<T>): Promise<T> {
    return bridgeAsked(ask, this.#isClosed);
  }
}

const refusedFor: Partial<Record<MediaError['code'], ErrorCode>> = { unavailable: 'media_unavailable', no_port: 'rtp_full' };

/**
 * What cannot be taken is refused; nobody being there to carry it is another matter. Nothing is asked once the call is over: a bridge that
 * is not there begins. @throws Refusal
 */
export async function bridgeAsked<T>(ask: () => Promise<T>, isOver: boolean): Promise<T> {
  if (isOver) throw new Refusal('call_ended');
  try {
    return await ask();
  } catch (error) {
    if (error instanceof MediaError) throw new Refusal(refusedFor[error.code] ?? 'description_refused', error.message);
    throw error;
  }
}

/** Nobody is there yet to talk with. */
export function isNobody({ sdp }: Offer): boolean {
  return sdp === noMedia.sdp;
}
