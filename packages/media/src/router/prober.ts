/**
 * Finds out whether the way to a receiver carries more than is sent: nobody knows before it is tried. Instead of something better, which
 * would be seen to fail, what was sent is sent again, and thrown away there.
 *
 *               something is missing, nothing is congested, time has come           time is over  
 *        rests ───────────────────────────────────────────────────────────▶ tries ──────────────────▶ listens
 *          ▲                                                                  │                           │
 *          ├── it did not get through: longer until the next time ◀───────────┤ losses, a queue           │
 *          ├── it did not get through ◀────────────────────────────────────────────────────────────────────┤ all, or nothing more
 *          └── it did: the estimate is what was shown; soon the next one, for twice as much ◀──────────────┘ was heard
 */
import type { Instant, Milliseconds } from '@offhook/core';
import type { Bandwidth } from './bandwidth.ts';
import type { Passage } from './passage.ts';

/** A gate lets more through at first: near to what was too much one looks longer. */
const [tryMs, tryNearMs]: readonly [Milliseconds, Milliseconds] = [500, 800];
/** What was heard until then counts. */
const listenMs: Milliseconds = 400;
const [waitFirst, waitMost]: readonly [Milliseconds, Milliseconds] = [2_000, 4_000];
/** While pictures wait because it is thought that no more gets through: what is tried with them costs nothing. */
const waitDelayed: Milliseconds = 600;
/** After a try that held: a way that has become wide again is to be found out in steps that follow one another. */
const waitNext: Milliseconds = 100;
/** So much more is tried at least: of a way that has become wider than it was, to nobody knows what, and near to what was too much. */
const [growth, growthNear] = [2, 1.05];
/** Such a part has to get through in time, */
const shownShare = 0.85;
/** and not more than such a part of the packets be lost; */
const lossMost = 0.03;
/** so many of them, and such a part, end a try: what is lost with them is seen. */
const [lostEnds, lossEnds] = [2, 0.03];

interface Try {
  readonly since: Instant;
  readonly target: number;
  readonly lasts: Milliseconds;
  readonly passage: Passage;
  isListening: boolean;
}

export class Prober {
  readonly #bandwidth: Bandwidth;
  readonly #pad: (bytes: number, now: Instant) => void;
  #trying: Try | undefined;
  #wait: Milliseconds = waitFirst;
  #rested: Instant = 0;
  /** Whether the last one held. */
  #hasHeld = false;

  /** `pad` sends about so many bytes. */
  constructor(bandwidth: Bandwidth, pad: (bytes: number, now: Instant) => void) {
    this.#bandwidth = bandwidth;
    this.#pad = pad;
  }

  /** Bits per second that are tried. */
  get target(): number | undefined {
    return this.#trying?.target;
  }

  get isTrying(): boolean {
    return this.#trying !== undefined;
  }

  /** `waits`: pictures do. `missing`: bits per second of room for something better, undefined where nothing is; called as often as packets are to be sent. */
  tick(missing: number | undefined, waits: boolean, now: Instant): void {
    const trying = this.#trying;
    if (trying === undefined) return this.#begin(missing, waits, now);
    const { since, target, lasts, passage } = trying;
    if (this.#bandwidth.isCongested || (passage.lost >= lostEnds && passage.loss > lossEnds)) return this.#rest(false, now);
    if (now - since < lasts) return this.#pad(Math.max(0, (target * (now - since)) / 8_000 - passage.sent), now);
    if (!trying.isListening) {
      trying.isListening = true;
      passage.end(now);
      this.#bandwidth.unwatch();
    }
    if (!passage.isComplete && now - since < lasts + listenMs) return;
    const through = passage.bitrate(now);
    const holds = through > target * shownShare && passage.loss <= lossMost;
    if (holds) this.#bandwidth.shown(Math.min(target, through));
    this.#rest(holds, now);
  }

  #begin(missing: number | undefined, waits: boolean, now: Instant): void {
    if (missing === undefined || this.#bandwidth.isCongested) {
      this.#rested = Math.max(this.#rested, now - this.#wait + waitFirst / 2);
      this.#hasHeld = false;
      return;
    }
    if (now - this.#rested < (waits ? waitDelayed : this.#wait)) return;
    const { estimate } = this.#bandwidth;
    const isWide = this.#hasHeld && this.#bandwidth.isBeyond;
    const target = Math.max(estimate + missing, estimate * (isWide ? growth : growthNear));
    const lasts = this.#bandwidth.isBeyond ? tryMs : tryNearMs;
    this.#trying = { since: now, target, lasts, passage: this.#bandwidth.watch(now), isListening: false };
  }

  #rest(held: boolean, now: Instant): void {
    this.#trying = undefined;
    this.#bandwidth.unwatch();
    this.#rested = now;
    this.#hasHeld = held;
    this.#wait = held ? waitNext : Math.min(waitMost, Math.max(waitFirst, this.#wait * 1.5));
  }
}
