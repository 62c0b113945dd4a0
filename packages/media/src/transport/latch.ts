/**
 * Symmetric RTP (RFC 4961): packets go to where genuine ones come from, as addresses behind a NAT are not those of the description. So that
 * nobody takes a stream over by sending something, it changes by these rules alone:
 *
 *      ┌─────────┐ the first genuine packet ┌─────────┐
 *      │ nowhere │ ───────────────────────► │ latched │ ◄─┐ with keys: a packet that is proven, once nothing came for a while
 *      └─────────┘                          └─────────┘ ──┘ without: one of the place that the description names; or of the same
 *                                                           address with another port, once nothing came for a while; or of
 *                                                           an address that is known, where another one was only guessed
 *
 * Everybody else is a stranger. Known are the address that the description names, and that from where the description itself came. Without
 * keys the first packet has to come from one of them, unless the one that is named is private, as behind a NAT, or none is: then whoever
 * sends first is guessed to be the one, as signalling may come by a proxy, and goes once one of the known addresses sends.
 */
import type { Instant, Milliseconds } from '@offhook/core';
import type { Place } from '../negotiation/plain.ts';

/** Without a packet for so long somebody may have moved. */
const movedMs: Milliseconds = 2_000;

export class Latch {
  readonly #signalled: Place | undefined;
  readonly #isProven: boolean;
  readonly #from: string | undefined;
  #current: Place | undefined;
  #takenAt: Instant = 0;

  /** `signalled`: what the description names. `isProven`: packets carry proof of a key. `from`: the address that the description came from. */
  constructor(signalled: Place | undefined, isProven: boolean, from?: string) {
    this.#signalled = signalled;
    this.#isProven = isProven;
    this.#from = from;
  }

  /** Whether the description still names the same place. */
  isOf(signalled: Place | undefined): boolean {
    return this.#signalled?.port === signalled?.port && this.#signalled?.address === signalled?.address;
  }

  /** Where genuine packets have come from. */
  get current(): Place | undefined {
    return this.#current;
  }

  /** Whether genuine packets come from there. */
  isAt({ address, port }: Place): boolean {
    return this.#current?.port === port && this.#current.address === address;
  }

  /** Where packets go: until something has come, to where the description says. */
  get target(): Place | undefined {
    return this.#current ?? this.#signalled;
  }

  /** Whether a packet from there may be looked at; else it is a stranger's. */
  admits({ address, port }: Place, now: Instant): boolean {
    const current = this.#current;
    if (current === undefined) return this.#mayBegin(address);
    if (this.isAt({ address, port })) return true;
    const hasGone = now - this.#takenAt >= movedMs;
    if (this.#isProven) return hasGone;
    if (this.#signalled?.port === port && this.#signalled.address === address) return true;
    if (this.#isKnown(address) && !this.#isKnown(current.address)) return true;
    return hasGone && current.address === address;
  }

  #mayBegin(address: string): boolean {
    const named = this.#signalled?.address;
    return this.#isProven || named === undefined || isPrivate(named) || this.#isKnown(address);
  }

  #isKnown(address: string): boolean {
    return this.#signalled?.address === address || this.#from === address;
  }

  /** It was genuine. */
  take({ address, port }: Place, now: Instant): void {
    this.#takenAt = now;
    if (!this.isAt({ address, port })) this.#current = { address, port };
  }
}

/** RFC 1918, RFC 6598, RFC 3927; RFC 4193, RFC 4291 §2.5.6. */
function isPrivate(address: string): boolean {
  return /^(10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|f[cd]|fe[89ab])/u.test(
    address,
  );
}
