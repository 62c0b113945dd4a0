/**
 * A phone that speaks WebRTC, such as a page with JsSIP: what the two sides say is passed on as it is, and their sound goes from the one to
 * the other by itself. SIP knows no candidates that come later (RFC 8840 is in no phone), so that they are waited for.
 */
import type { Answer, Candidate, Milliseconds, Offer } from '@offhook/core';
import { DescriptionError, iceCredentials, parseDescription, writeDescription } from '@offhook/sdp';
import { Refusal } from '../ports.ts';
import type { Clock } from '../ports.ts';
import type { SipLeg } from './leg.ts';
import type { PhoneMedia } from './phone-media.ts';

/** Candidates that are not here by then are left out: those of the local network come at once, those of servers a round trip later. */
const gatherMs: Milliseconds = 1_500;

export interface DirectDeps {
  readonly clock: Clock;
  /** The dialog with the phone, once it is up. */
  readonly leg: () => SipLeg | undefined;
  /** Tells the browser of an offer of the phone; its answer comes by `browserAnswered`. */
  readonly describe: (offer: Offer) => void;
  /** Both sides have said all that they need. */
  readonly connected: () => void;
}

/** Whether a description is one of WebRTC (RFC 8827): keys by DTLS, ways by ICE. */
export function isWebRtc(sdp: string): boolean {
  return /^m=audio \d+ UDP\/TLS\/RTP\/SAVPF /m.test(sdp) && /^a=fingerprint:/m.test(sdp);
}

export class DirectMedia implements PhoneMedia {
  readonly #deps: DirectDeps;
  /** Of the browser, by the name of their transport (RFC 8838 §11). */
  readonly #candidates = new Map<string, { readonly lines: string[]; isComplete: boolean }>();
  /** Whoever waits for more of them. */
  readonly #waiting = new Set<() => void>();
  /** The offer that the phone was rung with. */
  #rung = '';
  #answered: PromiseWithResolvers<string> | undefined;
  /** The phone is asked for an answer. */
  #isAsking = false;

  constructor(deps: DirectDeps) {
    this.#deps = deps;
  }

  ring({ sdp }: Offer): Promise<string> {
    this.#rung = sdp;
    return this.#complete(sdp);
  }

  ringAgain(): undefined {}

  /** A page has nothing to announce. */
  early(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  async taken(answer: string, offer: Offer): Promise<Answer> {
    // The browser has begun anew while it rang.
    const own: Answer = offer.sdp === this.#rung ? { type: 'answer', sdp: answer } : await this.browserOffers(offer);
    this.#deps.clock.schedule(0, () => this.#deps.connected());
    return own;
  }

  place(offer: string | undefined): Promise<Offer> {
    return offer === undefined ? unknown() : Promise.resolve({ type: 'offer', sdp: offer });
  }

  async answered({ sdp }: Answer): Promise<string> {
    const answer = await this.#complete(sdp);
    // How its sound is nobody tells us: whether it connects is seen on the side of the browser.
    this.#deps.connected();
    return answer;
  }

  /** Both have offered: there is no answer to what the phone has. */
  crossed(): Promise<string> {
    return unknown();
  }

  phoneAnswered(): Promise<void> {
    return unknown();
  }

  async browserOffers({ sdp }: Offer): Promise<Answer> {
    // Both have begun at once, and the phone gives way.
    this.#answered?.reject(new Refusal('wrong_state'));
    const leg = this.#deps.leg();
    if (leg === undefined) return unknown();
    this.#isAsking = true;
    try {
      return { type: 'answer', sdp: await leg.offer(() => this.#complete(sdp)) };
    } finally {
      this.#isAsking = false;
    }
  }

  /** We have nothing to offer without the phone. */
  offerBrowser(): Promise<Offer> {
    return unknown();
  }

  async browserAnswered({ sdp }: Answer): Promise<void> {
    this.#answered?.resolve(await this.#complete(sdp));
  }

  async phoneOffers(offer: string): Promise<string> {
    if (this.#isAsking) throw new Refusal('wrong_state');
    this.#answered = Promise.withResolvers();
    this.#deps.describe({ type: 'offer', sdp: offer });
    try {
      return await this.#answered.promise;
    } finally {
      this.#answered = undefined;
    }
  }

  offerPhone(): Promise<string> {
    return unknown();
  }

  candidates(candidates: readonly Candidate[], isEnd: boolean): void {
    for (const { candidate, usernameFragment } of candidates) {
      const of = this.#of(usernameFragment ?? '');
      if (candidate === '') of.isComplete = true;
      else of.lines.push(candidate.replace(/^candidate:/, ''));
    }
    if (isEnd) for (const one of this.#candidates.values()) one.isComplete = true;
    for (const look of this.#waiting) look();
  }

  /** Nothing of ours goes to the browser, in which a key could be put. */
  press(): boolean {
    return false;
  }

  /** Nor could it hear music by us. */
  play(): void {}

  close(): void {
    this.#answered?.reject(new Refusal('call_ended'));
    for (const look of this.#waiting) look();
  }

  #of(ufrag: string): { readonly lines: string[]; isComplete: boolean } {
    const known = this.#candidates.get(ufrag) ?? { lines: [], isComplete: false };
    this.#candidates.set(ufrag, known);
    return known;
  }

  /** With the candidates of its transport in it, once they are there. */
  async #complete(sdp: string): Promise<string> {
    const description = readable(sdp);
    const [first] = description.sections.filter(({ port }) => port !== 0);
    const ufrag = (first && iceCredentials(first, description)?.ufrag) ?? '';
    await this.#gathered(ufrag);
    const found = [...this.#of(ufrag).lines, ...(ufrag === '' ? [] : this.#of('').lines)];
    const attributes = [...found.map((value) => ({ name: 'candidate', value })), { name: 'end-of-candidates' }];
    // All sections go by the transport of the first (RFC 9143 §7.1.3).
    const sections = description.sections.map((one) =>
      one === first ? { ...one, attributes: [...one.attributes, ...attributes] } : one,
    );
    return writeDescription({ ...description, sections });
  }

  #gathered(ufrag: string): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#waiting.delete(look);
        cancel();
        resolve();
      };
      const cancel = this.#deps.clock.schedule(gatherMs, done);
      const look = (): void => {
        if (this.#of(ufrag).isComplete || this.#of('').isComplete) done();
      };
      this.#waiting.add(look);
      look();
    });
  }
}

function readable(sdp: string): ReturnType<typeof parseDescription> {
  try {
    return parseDescription(sdp);
  } catch (error) {
    if (error instanceof DescriptionError) throw new Refusal('description_refused', error.message);
    throw error;
  }
}

/** Phones of this kind are always rung with an offer, and always offer. */
function unknown(): Promise<never> {
  return Promise.reject(new Refusal('description_refused'));
}
