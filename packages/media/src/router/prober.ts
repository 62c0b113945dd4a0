/**
 * Finds out whether the way to a receiver carries more than is sent: nobody knows before it is tried. Instead of something better, which
 * would be seen to fail, what was sent is sent again, and thrown away there.
 *
 *               something is missing, nothing is congested, time has come
 *        rests ───────────────────────────────────────────────────────────▶ tries, for `tryMs`
 *          ▲                                                                   │
 *          └── it got through: the estimate is what was shown; next time soon ─┤
 *          └── it did not: longer until the next time ─────────────────────────┘
 */
import type { Instant, Milliseconds } from '@offhook/core';
import type { Bandwidth } from './bandwidth.ts';

const tryMs: Milliseconds = 500;
const [waitFirst, waitMost]: readonly [Milliseconds, Milliseconds] = [2_000, 4_000];
/** After a try that held: a way that has become wide again is to be found out in steps that follow one another. */
const waitNext: Milliseconds = 250;
/** What got through is less than what was sent by what was still under way. */
const shownShare = 0.8;
/** More lost packets than so many, and than such a part of those that were heard of, end a try: what is lost with them is seen. */
const [lostMost, lostShare] = [3, 0.08];

interface Try {
  readonly since: Instant;
  readonly target: number;
  readonly padding: number;
  /** What had been heard of as it began. */
  readonly heard: Bandwidth['heard'];
  padded: Instant;
}

export class Prober {
  readonly #bandwidth: Bandwidth;
  readonly #pad: (bytes: number, now: Instant) => void;
  #trying: Try | undefined;
  #wait: Milliseconds = waitFirst;
  #rested: Instant = 0;

  /** `pad` sends about so many bytes. */
  constructor(bandwidth: Bandwidth, pad: (bytes: number, now: Instant) => void) {
    this.#bandwidth = bandwidth;
    this.#pad = pad;
  }

  get isTrying(): boolean {
    return this.#trying !== undefined;
  }

  /** `missing`: bits per second of room for something better, undefined where nothing is; called as often as packets are to be sent. */
  tick(missing: number | undefined, now: Instant): void {
    const trying = this.#trying;
    if (trying === undefined) {
      if (missing === undefined || this.#bandwidth.isCongested) {
        this.#rested = Math.max(this.#rested, now - this.#wait + waitFirst / 2);
        return;
      }
      if (now - this.#rested < this.#wait) return;
      const target = this.#bandwidth.estimate + missing;
      const { heard } = this.#bandwidth;
      this.#trying = { since: now, target, padding: target - (this.#bandwidth.throughput(now) ?? 0), heard, padded: now };
      return;
    }
    if (this.#bandwidth.isCongested || this.#isTooMuch(trying)) return this.#rest(false, now);
    if (now - trying.since < tryMs) {
      this.#pad((trying.padding * (now - trying.padded)) / 8_000, now);
      trying.padded = now;
      return;
    }
    const through = this.#bandwidth.throughput(now) ?? 0;
    const held = through > trying.target * shownShare;
    if (held) this.#bandwidth.shown(Math.min(trying.target, through / shownShare));
    this.#rest(held, now);
  }

  #isTooMuch({ heard }: Try): boolean {
    const { got, lost } = this.#bandwidth.heard;
    const lostSince = lost - heard.lost;
    return lostSince > lostMost && lostSince > (lostSince + got - heard.got) * lostShare;
  }

  #rest(held: boolean, now: Instant): void {
    this.#trying = undefined;
    this.#rested = now;
    this.#wait = held ? waitNext : Math.min(waitMost, Math.max(waitFirst, this.#wait * 1.5));
  }
}
