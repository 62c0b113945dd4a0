/**
 * A page that speaks WebRTC, anchored on media workers: as somebody else comes in the place of whom it talks with, its own peer connection
 * stays, and what it is connected to.
 *
 *      page ── its peer connection ── bridge ── plain RTP, here ── bridge ── peer connection ── whoever comes and goes
 */
import { randomInt } from 'node:crypto';
import type { Answer, Offer } from '@offhook/core';
import type { BridgeMedia, Meanwhile, PhoneTerms } from '../ports/bridge.ts';
import { BridgedMedia, bridgeAsked } from './bridged.ts';
import { answering, laidOut } from './page-descriptions.ts';

/** Between the two bridges nothing leaves this host. */
const here: Pick<PhoneTerms, 'at' | 'isLocal'> = { at: '127.0.0.1', isLocal: true };

export class AnchoredMedia {
  readonly #media: BridgeMedia;
  /** Between the page, which is the browser here, and the other bridge. */
  readonly #bridge: string;
  /** To which the page is a phone. */
  readonly #onward: BridgedMedia;
  readonly #session: number = randomInt(2 ** 32);
  #version = 0;
  #isLinked = false;
  #isClosed = false;

  /** `bridge` and `onward`: names that nobody else has. `describe`: offers something to the other side. */
  constructor(media: BridgeMedia, bridge: string, onward: string, describe: (offer: Offer) => void) {
    this.#media = media;
    this.#bridge = bridge;
    this.#onward = new BridgedMedia(media, onward, here, {}, describe);
  }

  /** What the page is offered, which has described itself so before, if it has. The first time, or by another transport. */
  async offerPage(known: string | undefined): Promise<string> {
    await this.#link();
    const offer = await this.#asked(() => this.#media.offer(this.#bridge, 'browser'));
    return known === undefined ? offer : laidOut(offer, known);
  }

  pageAnswered(answer: string): Promise<void> {
    return this.#asked(() => this.#media.accept(this.#bridge, 'browser', answer));
  }

  async pageOffers(offer: string): Promise<string> {
    await this.#link();
    return answering(offer, await this.#asked(() => this.#media.answerOffer(this.#bridge, 'browser', offer)));
  }

  browserOffers(offer: Offer): Promise<Answer> {
    return this.#onward.browserOffers(offer);
  }

  offerBrowser(): Promise<Offer> {
    return this.#onward.offerBrowser();
  }

  browserAnswered(answer: Answer, isEarly?: boolean): Promise<void> {
    return this.#onward.browserAnswered(answer, isEarly);
  }

  press(digit: string): boolean {
    return this.#onward.press(digit);
  }

  play(what: Meanwhile | undefined): void {
    this.#onward.play(what);
  }

  /** A bridge is gone: both begin anew with the next offer to the page. Whether that was not known. */
  lose(): boolean {
    const wasLinked = this.#isLinked;
    this.#isLinked = false;
    return wasLinked;
  }

  close(): void {
    this.#isClosed = true;
    this.#onward.close();
    this.#media.endBridge(this.#bridge);
  }

  /** The two bridges speak with each other, by the first codec of all that there are. */
  async #link(): Promise<void> {
    if (this.#isLinked) return;
    // Of the one that may be left nothing is kept.
    this.#media.endBridge(this.#bridge);
    const offer = await this.#onward.offerPhone();
    const origin = { id: this.#session, version: ++this.#version };
    const answer = await this.#asked(() => this.#media.answerOffer(this.#bridge, 'phone', offer, { ...here, origin }));
    await this.#onward.phoneAnswered(answer);
    this.#isLinked = true;
  }

  #asked<T>(ask: () => Promise<T>): Promise<T> {
    return bridgeAsked(ask, this.#isClosed);
  }
}
