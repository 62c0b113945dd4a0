/**
 * A phone that speaks WebRTC, such as a page with JsSIP: what the two sides say is passed on as it is, and their sound goes from the one to
 * the other by itself. SIP knows no candidates that come later (RFC 8840 is in no phone), so that they are waited for.
 */
import type { Answer, Candidate, Milliseconds, Offer } from '@offhook/core';
import { iceCredentials, writeDescription } from '@offhook/sdp';
import { Refusal } from '../ports.ts';
import type { Clock } from '../ports.ts';
import { readable } from './page-descriptions.ts';

/** Candidates that are not here by then are left out: those of the local network come at once, those of servers a round trip later. */
const gatherMs: Milliseconds = 1_500;

export interface DirectDeps {
  readonly clock: Clock;
  /** Offers to the phone within its call: resolves with its answer. */
  readonly ask: (make: () => Promise<string>) => Promise<string>;
  /** Tells the browser of an offer of the phone; its answer comes by `browserAnswered`. */
  readonly describe: (offer: Offer) => void;
  /** Both sides have said all that they need. */
  readonly connected: () => void;
}

export class DirectMedia {
  readonly #deps: DirectDeps;
  /** Of the browser, by the name of their transport (RFC 8838 §11). */
  readonly #candidates = new Map<string, { readonly lines: string[]; isComplete: boolean }>();
  /** Whoever waits for more of them. */
  readonly #waiting = new Set<() => void>();
  /** The offer that the phone was rung with. */
  #rung = '';
  #answered: PromiseWithResolvers<string> | undefined;

  constructor(deps: DirectDeps) {
    this.#deps = deps;
  }

  ring({ sdp }: Offer): Promise<string> {
    this.#rung = sdp;
    return this.#complete(sdp);
  }

  async taken(answer: string, offer: Offer): Promise<Answer> {
    // The browser has begun anew while it rang.
    const own: Answer = offer.sdp === this.#rung ? { type: 'answer', sdp: answer } : await this.browserOffers(offer);
    this.#deps.clock.schedule(0, () => this.#deps.connected());
    return own;
  }

  async answered({ sdp }: Answer): Promise<string> {
    const answer = await this.#complete(sdp);
    // How its sound is nobody tells us: whether it connects is seen on the side of the browser.
    this.#deps.connected();
    return answer;
  }

  async browserOffers({ sdp }: Offer): Promise<Answer> {
    return { type: 'answer', sdp: await this.#deps.ask(() => this.#complete(sdp)) };
  }

  async browserAnswered({ sdp }: Answer): Promise<void> {
    this.#answered?.resolve(await this.#complete(sdp));
  }

  async phoneOffers(offer: string): Promise<string> {
    this.#answered = Promise.withResolvers();
    this.#deps.describe({ type: 'offer', sdp: offer });
    try {
      return await this.#answered.promise;
    } finally {
      this.#answered = undefined;
    }
  }

  /** What the phone offers is answered by somebody else. */
  giveWay(): void {
    this.#answered?.reject(new Refusal('wrong_state'));
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
    if (/^a=end-of-candidates\b/m.test(sdp)) return sdp;
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
