/**
 * Who may ask what just now in an INVITE dialog: one INVITE at a time, and one offer at a time (RFC 3261 §14, RFC 3264 §4, RFC 3311 §5).
 *
 *             our offer                              their offer
 *    ┌──────────────────────────┐ ┌──────────────────────────────────┐
 *    ▼                          │ │                                  ▼
 *  ┌────────┐  their answer   ┌─────┐  our answer              ┌──────────┐
 *  │ asking │ ──────────────► │ idle│ ◄─────────────────────── │ answering│
 *  └────────┘  refused        └─────┘  refused                 └──────────┘
 */
export type OfferState = 'idle' | 'asking' | 'answering';

export interface Pending {
  readonly status: 491 | 500;
  /** Seconds for Retry-After, with 500. */
  readonly retryAfter?: number | undefined;
}

export class Exchanges {
  #offer: OfferState = 'idle';
  #isInviting = false;
  #isInvited = false;

  get offer(): OfferState {
    return this.#offer;
  }

  /** Whether an INVITE of ours may go out: no other is open either way (§14.1). */
  get mayInvite(): boolean {
    return !this.#isInviting && !this.#isInvited && this.#offer === 'idle';
  }

  /** Whether an UPDATE of ours with an offer may (RFC 3311 §5.1). */
  get mayOffer(): boolean {
    return this.#offer === 'idle';
  }

  inviting(): void {
    this.#isInviting = true;
  }

  /** Our INVITE has its final answer. */
  invited(): void {
    this.#isInviting = false;
  }

  offered(): void {
    this.#offer = 'asking';
  }

  /** Their INVITE: why it may not be served now (§14.2). `fraction` by chance, from 0 to below 1. */
  receiveInvite(fraction: number): Pending | undefined {
    if (this.#isInvited) return { status: 500, retryAfter: Math.floor(fraction * 11) };
    if (this.#isInviting || this.#offer === 'asking') return { status: 491 };
    if (this.#offer === 'answering') return { status: 500, retryAfter: Math.floor(fraction * 11) };
    this.#isInvited = true;
    return undefined;
  }

  /** Their INVITE has got its final answer from us. */
  answeredInvite(): void {
    this.#isInvited = false;
  }

  /** An offer in something else than an INVITE, such as UPDATE or PRACK: why it may not be served now (RFC 3311 §5.2). */
  receiveOffer(fraction: number): Pending | undefined {
    if (this.#offer === 'asking') return { status: 491 };
    if (this.#offer === 'answering') return { status: 500, retryAfter: Math.floor(fraction * 11) };
    this.#offer = 'answering';
    return undefined;
  }

  /** The offer of their INVITE, once that is served. */
  receivedOffer(): void {
    this.#offer = 'answering';
  }

  /** It was answered, refused, or given up. */
  settled(): void {
    this.#offer = 'idle';
  }
}

/** Milliseconds to wait after 491 (§14.1): who made the Call-ID waits longer, so that the other one comes first. `fraction` by chance. */
export function afterGlare(ownsCallId: boolean, fraction: number): number {
  return ownsCallId ? 2100 + Math.floor(fraction * 191) * 10 : Math.floor(fraction * 201) * 10;
}
