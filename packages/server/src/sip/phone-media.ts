/** How what a phone and a browser say to each other comes from the one to the other. */
import type { Answer, Candidate, Offer } from '@offhook/core';
import type { Meanwhile } from '../ports/bridge.ts';

/** @throws Refusal `call_ended` */
export type InTurn = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * Each side may begin; what one offers is answered by whoever is there for it. Of one call at one phone. All reject with a Refusal where
 * something cannot be taken, and with a MediaError where there is nobody to carry it.
 */
export interface PhoneMedia {
  /** The browser calls: what is offered to the phone. */
  ring(offer: Offer): Promise<string>;
  /** The phone has refused that with this status: what is offered instead; undefined: nothing is. */
  ringAgain(status: number): Promise<string> | undefined;
  /**
   * The phone describes what is heard of it while it rings: the answer to what the browser offers now; undefined: none is made of it.
   * Another one that rings may answer all the same.
   */
  early(answer: string, offer: Offer): Promise<Answer | undefined>;
  /** The phone has taken it with this answer: the one to what the browser offers now. */
  taken(answer: string, offer: Offer): Promise<Answer>;
  /** The phone calls, with this offer or none: what is offered to the browser. */
  place(offer: string | undefined): Promise<Offer>;
  /**
   * The browser has taken it with this answer: what the phone is told, as an answer or, where it has offered nothing, as an offer. `isEarly`:
   * it is heard, and nobody has taken it yet.
   */
  answered(answer: Answer, isEarly?: boolean): Promise<string>;
  /** The browser has called at the same moment, and what it offers was answered: what the phone is told, as by `answered`. */
  crossed(): Promise<string>;
  /** The answer of a phone that was told an offer. */
  phoneAnswered(answer: string): Promise<void>;
  /** The browser begins anew. */
  browserOffers(offer: Offer): Promise<Answer>;
  /** We begin anew with the browser, by another way or with somebody else; `answered` follows by `browserAnswered`. */
  offerBrowser(): Promise<Offer>;
  browserAnswered(answer: Answer, isEarly?: boolean): Promise<void>;
  /** The phone begins anew: the answer. `inTurn` does something once what was begun before is done. */
  phoneOffers(offer: string, inTurn: InTurn): Promise<string>;
  /** The same without an offer: what we offer it; `phoneAnswered` follows. */
  offerPhone(): Promise<string>;
  /** By which ways the browser is reached. */
  candidates(candidates: readonly Candidate[], isEnd: boolean): void;
  /** The phone has told by INFO that a key was pressed: the browser hears it as RFC 4733 has it, where anything of ours goes there. */
  press(digit: string): boolean;
  /** What the phone hears meanwhile in the place of the other side; undefined: nothing. */
  play(what: Meanwhile | undefined): void;
  close(): void;
}
