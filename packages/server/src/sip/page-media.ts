/**
 * What carries the sound of a page that speaks WebRTC: itself, as long as it talks with whom it has begun to talk with; media workers, once
 * somebody else comes in their place, as nobody can offer in the place of a page.
 *
 *     ┌────────┐ led on, the other side begins anew, called by programs ┌──────────┐
 *     │ direct │ ──────────────────────────────────────────────────────►│ anchored │
 *     └────────┘              our offer, the page's answer              └──────────┘
 *
 * Towards a page we begin the handshake of DTLS wherever we offer, so that it goes over to the next transport at once.
 */
import { noMedia } from '@offhook/core';
import type { Answer, Candidate, Offer } from '@offhook/core';
import type { Meanwhile } from '../ports/bridge.ts';
import { Refusal } from '../ports.ts';
import type { Clock } from '../ports.ts';
import type { AnchoredMedia } from './anchored.ts';
import { isNobody } from './bridged.ts';
import { DirectMedia } from './direct.ts';
import type { SipLeg } from './leg.ts';
import { asBefore, beginning, certificateIn, roleIn } from './page-descriptions.ts';
import type { InTurn, PhoneMedia } from './phone-media.ts';

export interface PageDeps {
  readonly clock: Clock;
  /** The dialog with the page, once it is up. */
  readonly leg: () => SipLeg | undefined;
  /** Tells the browser of an offer of the page; its answer comes by `browserAnswered`. */
  readonly describe: (offer: Offer) => void;
  /** Both sides have said all that they need. */
  readonly connected: () => void;
  readonly anchor: (page: PageMedia) => AnchoredMedia;
}

/** Of the page, until it is answered. */
interface PageOffer {
  readonly sdp: string;
  readonly answer: (sdp: string) => void;
}

export class PageMedia implements PhoneMedia {
  readonly #deps: PageDeps;
  readonly #direct: DirectMedia;
  #anchored: AnchoredMedia | undefined;
  /** While it is being led there. */
  #anchoring: Promise<AnchoredMedia> | undefined;
  /** Our side in DTLS, once it is known. */
  #role: 'active' | 'passive' | undefined;
  /** What the page has said last, and what it was told. */
  #said: string | undefined;
  #told = '';
  /** The certificate of whom it talks with. */
  #peer: string | undefined;
  readonly #offers = new Set<PageOffer>();
  /** So often it is being offered something. */
  #asking = 0;
  /** What it was told that it hears already, before anybody has taken its call. */
  #early: string | undefined;
  #plays: Meanwhile | undefined;
  /** Somebody else comes in the place of whom it has talked with. */
  #isLed = false;
  #isClosed = false;

  constructor(deps: PageDeps) {
    this.#deps = deps;
    const { clock, describe, connected } = deps;
    this.#direct = new DirectMedia({ clock, describe, connected, ask: (make) => this.#ask(() => this.#stillDirect(make)) });
  }

  async ring(offer: Offer): Promise<string> {
    if (isNobody(offer)) return this.#tell(await this.#open().offerPage(undefined));
    this.#peer = certificateIn(offer.sdp);
    return this.#tell(await this.#direct.ring(offer));
  }

  ringAgain(): undefined {}

  /** A page has nothing to announce. */
  early(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  async taken(answer: string, offer: Offer): Promise<Answer> {
    this.#hear(answer);
    if (this.#anchored === undefined) {
      this.#peer = certificateIn(offer.sdp);
      return this.#direct.taken(answer, offer);
    }
    await this.#anchored.pageAnswered(answer);
    return isNobody(offer) ? { ...noMedia, type: 'answer' } : this.#anchored.browserOffers(offer);
  }

  async place(offer: string | undefined): Promise<Offer> {
    this.#said = offer;
    return offer === undefined ? this.#open().offerBrowser() : { type: 'offer', sdp: offer };
  }

  async answered(answer: Answer, isEarly = false): Promise<string> {
    if (this.#anchored !== undefined) {
      await this.#anchored.browserAnswered(answer, isEarly);
      return this.crossed();
    }
    const peer = certificateIn(answer.sdp);
    // One INVITE has one answer.
    if (this.#early !== undefined && peer !== this.#peer) throw new Refusal('description_refused');
    this.#peer = peer;
    const told = this.#answer(await this.#direct.answered(answer));
    if (isEarly) this.#early = told;
    return told;
  }

  async crossed(): Promise<string> {
    if (this.#early !== undefined) return this.#early;
    const anchored = this.#open();
    if (this.#said === undefined) return this.#tell(await anchored.offerPage(undefined));
    return this.#answer(await anchored.pageOffers(this.#said));
  }

  async phoneAnswered(answer: string): Promise<void> {
    this.#hear(answer);
    await this.#anchored?.pageAnswered(answer);
  }

  async browserOffers(offer: Offer): Promise<Answer> {
    const peer = certificateIn(offer.sdp);
    if (this.#isLed && peer === this.#peer && peer !== undefined) throw new Refusal('wrong_state');
    if (this.#anchored === undefined && peer === this.#peer) return this.#direct.browserOffers(offer);
    const anchored = await this.#anchor();
    return anchored.browserOffers(offer);
  }

  async offerBrowser(): Promise<Offer> {
    const anchored = await this.#anchor();
    return anchored.offerBrowser();
  }

  async browserAnswered(answer: Answer, isEarly = false): Promise<void> {
    await (this.#anchored ?? this.#direct).browserAnswered(answer, isEarly);
  }

  /** Its turn need not wait for the answer, which may never come. */
  async phoneOffers(offer: string, inTurn: InTurn): Promise<string> {
    if (this.#asking > 0) return this.#asBefore(offer);
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const own: PageOffer = { sdp: offer, answer: resolve };
    this.#offers.add(own);
    inTurn(() => {
      if (this.#offers.has(own)) this.#answerTo(offer).then(resolve, reject);
      return Promise.resolve();
    }).catch(reject);
    try {
      const answer = await promise;
      this.#said = offer;
      return this.#answer(answer);
    } finally {
      this.#offers.delete(own);
    }
  }

  #answerTo(offer: string): Promise<string> {
    return this.#anchored === undefined ? this.#direct.phoneOffers(offer) : this.#anchored.pageOffers(offer);
  }

  async offerPhone(): Promise<string> {
    if (this.#anchored === undefined) throw new Refusal('description_refused');
    return this.#tell(await this.#anchored.offerPage(this.#said));
  }

  candidates(candidates: readonly Candidate[], isEnd: boolean): void {
    this.#direct.candidates(candidates, isEnd);
  }

  /** Where it goes directly nothing of ours goes to the browser, in which a key could be put. */
  press(digit: string): boolean {
    return this.#anchored?.press(digit) === true;
  }

  /** The same of music. */
  play(what: Meanwhile | undefined): void {
    this.#plays = what;
    this.#anchored?.play(what);
  }

  close(): void {
    this.#isClosed = true;
    this.#direct.close();
    this.#anchored?.close();
  }

  /** It is anchored from its beginning on, or before it has been answered. */
  #open(): AnchoredMedia {
    this.#anchored ??= this.#deps.anchor(this);
    return this.#anchored;
  }

  /** What was to be offered by whom it has talked with is offered no more, once somebody else comes in their place. */
  async #stillDirect(make: () => Promise<string>): Promise<string> {
    if (this.#isLed) throw new Refusal('wrong_state');
    return make();
  }

  /** Nobody is there any more with whom it has talked directly. */
  async #anchor(): Promise<AnchoredMedia> {
    if (this.#anchored !== undefined) return this.#anchored;
    // It has called, and nobody has taken that yet.
    if (this.#deps.leg() === undefined && this.#said !== undefined) return this.#open();
    this.#anchoring ??= this.#leadOver().finally(() => (this.#anchoring = undefined));
    return this.#anchoring;
  }

  async #leadOver(): Promise<AnchoredMedia> {
    const anchored = this.#deps.anchor(this);
    this.#isLed = true;
    try {
      await anchored.pageAnswered(await this.#ask(() => anchored.offerPage(this.#said)));
      if (this.#isClosed) throw new Refusal('call_ended');
    } catch (error) {
      anchored.close();
      throw error;
    }
    this.#anchored = anchored;
    this.#direct.close();
    anchored.play(this.#plays);
    return anchored;
  }

  /** Offers to the page. What it offers itself meanwhile is answered at once, as each would wait for the other (RFC 3261 §14.1). */
  async #ask(make: () => Promise<string>): Promise<string> {
    const leg = this.#deps.leg();
    if (leg === undefined) throw new Refusal('description_refused');
    this.#asking++;
    try {
      for (const one of this.#offers) {
        this.#offers.delete(one);
        one.answer(this.#asBefore(one.sdp));
      }
      this.#direct.giveWay();
      const answer = await leg.offer(async () => this.#tell(await make()));
      this.#hear(answer);
      return answer;
    } finally {
      this.#asking--;
    }
  }

  /** By which nothing changes. */
  #asBefore(offer: string): string {
    return asBefore(offer, this.#told, this.#role ?? 'active');
  }

  /** An offer to the page. */
  #tell(offer: string): string {
    this.#told = this.#role === 'passive' ? offer : beginning(offer);
    return this.#told;
  }

  /** An answer to it. */
  #answer(answer: string): string {
    const role = roleIn(answer);
    if (role !== 'actpass') this.#role = role ?? this.#role;
    this.#told = answer;
    return answer;
  }

  /** An answer of it. */
  #hear(answer: string): void {
    this.#said = answer;
    const role = roleIn(answer);
    if (role === 'active' || role === 'passive') this.#role = role === 'active' ? 'passive' : 'active';
  }
}
