/**
 * Who is not listened to for a while: network addresses that guess passwords, or ask without end and never prove who they are. Nothing is
 * answered there, not even a refusal: what is sent from an address that is not one's own would be answered to somebody else.
 *
 * A place from which a phone has proven who it is lately is never shut out: an office has one address, and one wrong password in it.
 */
import { sipLimits } from '@offhook/core';
import type { Instant } from '@offhook/core';
import { Bucket } from '../ports/bucket.ts';
import type { Rate } from '../ports/bucket.ts';
import { network } from '../ports/network.ts';
import type { Clock, Log, Metrics } from '../ports.ts';
import { Latest } from './latest.ts';

export interface GuardDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** `stranger`: it proves nothing, as the first request of everybody does. `guess`: a wrong password, by a nonce that was given there. */
export type Offence = 'stranger' | 'guess';

const rates: Readonly<Record<Offence, Rate>> = {
  stranger: { perSecond: sipLimits.strangersPerSecond, burst: sipLimits.strangersBurst },
  guess: { perSecond: sipLimits.guessesPerMinute / 60, burst: sipLimits.guessBurst },
};
const bans: Readonly<Record<Offence, number>> = { stranger: sipLimits.strangersMs, guess: sipLimits.guessersMs };
/** How long it is believed that others behind an address are no guessers. */
const trustMs = 3_600_000;

export class SipGuard {
  readonly #deps: GuardDeps;
  readonly #offences = {
    stranger: new Latest<Bucket>(sipLimits.remembered),
    guess: new Latest<Bucket>(sipLimits.remembered),
  };
  /** Until when. */
  readonly #banned = new Latest<Instant>(sipLimits.remembered);
  readonly #trusted = new Latest<Instant>(sipLimits.remembered);

  constructor(deps: GuardDeps) {
    this.#deps = deps;
  }

  /** Whether nothing that comes from there is read. */
  shuns(address: string): boolean {
    if (this.#banned.size === 0) return false;
    const until = this.#banned.get(network(address));
    return until !== undefined && until > this.#deps.clock.now();
  }

  /** Whether somebody has proven there lately who they are. */
  trusts(address: string): boolean {
    return (this.#trusted.get(network(address)) ?? 0) > this.#deps.clock.now();
  }

  trust(address: string): void {
    const place = network(address);
    this.#trusted.set(place, this.#deps.clock.now() + trustMs);
    this.#banned.delete(place);
  }

  note(address: string, offence: Offence): void {
    const { clock, log, metrics } = this.#deps;
    const [place, now] = [network(address), clock.now()];
    if (this.trusts(place)) return;
    const bucket = this.#offences[offence].get(place) ?? new Bucket(rates[offence], now);
    this.#offences[offence].set(place, bucket);
    if (bucket.take(rates[offence], now) >= 0 || this.shuns(place)) return;
    const forMs = bans[offence];
    this.#banned.set(place, now + forMs);
    metrics.count('sip_bans');
    log.warn('sip.banned', { address: place, why: offence, forMs });
  }
}
