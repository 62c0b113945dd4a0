/**
 * How good a call sounds, by the E-model (ITU-T G.107): what is measured of the network becomes a rating factor R from 0 to 100,
 * and that the opinion which people would have of it on average, from 1 (bad) to 5 (excellent).
 */
import type { Milliseconds } from '../machine.ts';

/** What was measured of one direction over some time. */
export interface Transmission {
  /** From mouth to ear. */
  readonly delayMs: Milliseconds;
  /** The part of the packets that was lost, 0 to 1. */
  readonly loss: number;
}

/** R of a transmission without delay and loss, all other parameters at their defaults (G.107 §7.7). */
const best = 93.2;
/** G.711 with packet loss concealment, also for Opus, for which nothing is standardised (G.113 Appendix I): Ie 0, Bpl 25.1. */
const robustness = 25.1;
/** Above this delay conversations suffer (G.107 §7.4, in the simplified form of Cole and Rosenbluth, 2001). */
const noticedDelayMs = 177.3;

export function ratingFactor({ delayMs, loss }: Transmission): number {
  const percent = Math.min(Math.max(loss, 0), 1) * 100;
  const delay = Math.max(delayMs, 0);
  const byDelay = 0.024 * delay + 0.11 * Math.max(0, delay - noticedDelayMs);
  const byLoss = (95 * percent) / (percent + robustness);
  return Math.min(Math.max(best - byDelay - byLoss, 0), 100);
}

/** The mean opinion score of a rating factor (G.107 Annex B). */
export function opinionScore(rating: number): number {
  if (rating <= 0) return 1;
  if (rating >= 100) return 4.5;
  return Math.max(1, 1 + 0.035 * rating + rating * (rating - 60) * (100 - rating) * 7e-6);
}

/** `good`: nobody minds (R ≥ 70, "some users dissatisfied" and better, G.107 Table B.1); `bad`: hardly anybody is content. */
export type Rating = 'good' | 'fair' | 'bad';

export function ratingOf(mos: number): Rating {
  return mos >= 3.6 ? 'good' : mos >= 2.6 ? 'fair' : 'bad';
}
