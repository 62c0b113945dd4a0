/** A phone by plain RTP: both sides are answered by the bridge, each in its own way. */
import type { Answer, Offer } from '@offhook/core';
import { MediaError } from '../ports/media.ts';
import type { BridgeMedia } from '../ports/bridge.ts';
import { Refusal } from '../ports.ts';
import type { PhoneMedia } from './phone-media.ts';

export class BridgedMedia implements PhoneMedia {
  readonly #media: BridgeMedia;
  readonly #bridge: string;
  /** What a phone that calls is to be told once it is taken. */
  #answer: string | undefined;

  readonly #phone: string;

  /** `bridge`: a name that nobody else has. `phone`: its address. */
  constructor(media: BridgeMedia, bridge: string, phone: string) {
    this.#media = media;
    this.#bridge = bridge;
    this.#phone = phone;
  }

  ring(): Promise<string> {
    return this.#offer('phone');
  }

  async taken(answer: string, offer: Offer): Promise<Answer> {
    await this.phoneAnswered(answer);
    return this.browserOffers(offer);
  }

  async place(offer: string | undefined): Promise<Offer> {
    this.#answer = offer === undefined ? undefined : await this.phoneOffers(offer);
    return this.offerBrowser();
  }

  async answered(answer: Answer): Promise<string> {
    await this.browserAnswered(answer);
    return this.#answer ?? this.#offer('phone');
  }

  phoneAnswered(answer: string): Promise<void> {
    return refused(this.#media.accept(this.#bridge, 'phone', answer));
  }

  async browserOffers({ sdp }: Offer): Promise<Answer> {
    return { type: 'answer', sdp: await refused(this.#media.answerOffer(this.#bridge, 'browser', sdp)) };
  }

  async offerBrowser(): Promise<Offer> {
    return { type: 'offer', sdp: await this.#offer('browser') };
  }

  browserAnswered({ sdp }: Answer): Promise<void> {
    return refused(this.#media.accept(this.#bridge, 'browser', sdp));
  }

  phoneOffers(offer: string): Promise<string> {
    return refused(this.#media.answerOffer(this.#bridge, 'phone', offer, this.#phone));
  }

  offerPhone(): Promise<string> {
    return this.#offer('phone');
  }

  /** The browser comes to the bridge. */
  candidates(): void {}

  press(digit: string): void {
    this.#media.press(this.#bridge, 'browser', digit);
  }

  close(): void {
    this.#media.endBridge(this.#bridge);
  }

  #offer(side: 'browser' | 'phone'): Promise<string> {
    return refused(this.#media.offer(this.#bridge, side, this.#phone));
  }
}

/** What cannot be taken is refused; nobody being there to carry it is another matter. */
async function refused<T>(said: Promise<T>): Promise<T> {
  try {
    return await said;
  } catch (error) {
    if (error instanceof MediaError)
      throw new Refusal(error.code === 'unavailable' ? 'media_unavailable' : 'description_refused', error.message);
    throw error;
  }
}
