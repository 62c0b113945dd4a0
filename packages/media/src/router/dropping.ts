/** What a publisher sends and is not let in: that it is told of it once, and not with every packet. */
import { mediaLimits } from '@offhook/core';
import type { DropCode, Instant, Milliseconds } from '@offhook/core';
import { Allowance } from './allowance.ts';
import type { Producer } from './producer.ts';

/** Who goes on after so long without is told again. */
const quietMs: Milliseconds = 30_000;
/** Sources that are no more, of which some packets are still on their way. */
const goneMost = 256;

/** Whether something that happens over and over is news. */
class Notice {
  #at: Instant = Number.NEGATIVE_INFINITY;

  isNews(now: Instant): boolean {
    const quiet = now - this.#at;
    this.#at = now;
    return quiet > quietMs;
  }
}

interface Share {
  readonly allowance: Allowance;
  readonly notice: Notice;
}

export interface DroppingOptions {
  /** Bits per second of all that somebody may send; absent: as the limits say. */
  readonly bitrate?: number | undefined;
  /** `mid`: of the stream; undefined: all of them, or none that was announced. */
  readonly onDropped: (code: DropCode, mid: string | undefined) => void;
}

export class Dropping {
  readonly #onDropped: DroppingOptions['onDropped'];
  readonly #bitrate: number;
  readonly #all: Share;
  readonly #foreign = new Notice();
  readonly #shares = new Map<Producer, Share>();
  readonly #gone = new Set<number>();

  constructor({ bitrate = mediaLimits.participantBitrate, onDropped }: DroppingOptions) {
    this.#onDropped = onDropped;
    this.#bitrate = bitrate;
    this.#all = share(bitrate);
  }

  open(producer: Producer): void {
    const half = this.#bitrate / 2;
    this.#shares.set(producer, share(producer.published.kind === 'audio' ? Math.min(half, mediaLimits.audioBitrate) : half));
  }

  /** `ssrcs`: its sources, which are not foreign while something of them is under way. */
  close(producer: Producer, ssrcs: readonly number[]): void {
    this.#shares.delete(producer);
    for (const ssrc of ssrcs) this.#gone.add(ssrc);
    for (const ssrc of this.#gone) {
      if (this.#gone.size <= goneMost) break;
      this.#gone.delete(ssrc);
    }
  }

  /** False: it is too much, and dropped. */
  takes(producer: Producer, octets: number, now: Instant): boolean {
    const own = this.#shares.get(producer);
    if (own?.allowance.takes(octets, now) === false) {
      if (own.notice.isNews(now)) this.#onDropped('bitrate_exceeded', producer.published.mid);
      return false;
    }
    if (this.#all.allowance.takes(octets, now)) return true;
    if (this.#all.notice.isNews(now)) this.#onDropped('bitrate_exceeded', undefined);
    return false;
  }

  /** A source that was not announced, or that is another one than the one that is. */
  foreign(ssrc: number, now: Instant): void {
    if (this.#gone.has(ssrc)) return;
    if (this.#foreign.isNews(now)) this.#onDropped('source_refused', undefined);
  }

  /** Bits per second that its browser may send: all that is allowed, or with which each stream keeps to its own. */
  advice(now: Instant): number {
    let [within, isOver] = [0, false];
    for (const { allowance } of this.#shares.values()) {
      const offered = allowance.offered(now);
      within += Math.min(offered, allowance.bitrate);
      isOver ||= offered > allowance.bitrate;
    }
    return isOver ? Math.min(this.#bitrate, within) : this.#bitrate;
  }
}

function share(bitrate: number): Share {
  return { allowance: new Allowance(bitrate, mediaLimits.burstMs), notice: new Notice() };
}
