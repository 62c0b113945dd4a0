import type { IncomingStream } from './incoming.ts';

/** So many packets of one stream, a power of two. */
export const remembered = 1_024;

/** What was sent under a sequence number: from which packet, and what was written into it. */
export class Remembered {
  readonly own: Uint16Array = new Uint16Array(remembered);
  readonly source: Uint16Array = new Uint16Array(remembered);
  readonly timestamp: Uint32Array = new Uint32Array(remembered);
  readonly picture: Uint16Array = new Uint16Array(remembered);
  readonly base: Uint8Array = new Uint8Array(remembered);
  readonly marker: Uint8Array = new Uint8Array(remembered);
  readonly wide: Uint16Array = new Uint16Array(remembered);
  readonly repairs: Uint8Array = new Uint8Array(remembered);
  readonly repairedAt: Float64Array = new Float64Array(remembered);
  readonly from: (IncomingStream | undefined)[] = Array.from({ length: remembered });

  remember(
    stream: IncomingStream,
    source: number,
    own: number,
    timestamp: number,
    picture: number,
    base: number,
    wide: number,
    marker: boolean,
  ): void {
    const slot = own % remembered;
    this.own[slot] = own;
    this.source[slot] = source;
    this.timestamp[slot] = timestamp;
    this.picture[slot] = picture;
    this.base[slot] = base;
    this.wide[slot] = wide;
    this.marker[slot] = Number(marker);
    this.repairs[slot] = 0;
    this.repairedAt[slot] = 0;
    this.from[slot] = stream;
  }
}
