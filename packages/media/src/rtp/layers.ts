/** What the router has to know of a packet whose source carries several layers at once (SVC), whatever the codec. */
import type { RtpPacket } from './packet.ts';

export interface LayeredPacket {
  /** From 0, the smallest picture. */
  readonly spatial: number;
  /** From 0, the lowest rate of pictures. */
  readonly temporal: number;
  /** The first, and the last packet of a layer of a picture. */
  readonly isBegin: boolean;
  readonly isEnd: boolean;
  /** This layer of the picture needs an earlier picture. */
  readonly isPredicted: boolean;
  /** The highest temporal layer that needs nothing of it before this picture, for whoever has all that is below; 0: that is not said. */
  readonly risesTo: number;
}

/** Reads it of one packet after the other, in place. */
export interface LayerReader extends LayeredPacket {
  /** False where it does not say it: padding, or nothing that can be told apart. */
  readPacket(packet: RtpPacket): boolean;
}

/** There are no more temporal layers than these: they are numbered in three bits. */
export const temporalMost = 7;
