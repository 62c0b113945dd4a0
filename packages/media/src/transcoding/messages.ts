/** What passes between a media worker and its transcoding thread. */
import type { Instant } from '@offhook/core';

const spokenCodecs = ['opus', 'g722', 'pcmu', 'pcma'] as const;
/** Codecs that telephones and browsers speak. */
export type SpokenCodec = (typeof spokenCodecs)[number];

export function spokenAs(codec: string): SpokenCodec | undefined {
  return spokenCodecs.find((one) => one === codec.toLowerCase());
}

/** What one side says, in a packet. */
export interface Said {
  readonly stream: number;
  /** Absent: it was made here, and comes in order. */
  readonly sequence: number | undefined;
  /** By the clock of the codec in which it is said. */
  readonly timestamp: number;
  readonly payload: Uint8Array;
}

/** 20 ms in the other codec. */
export interface Frame {
  readonly stream: number;
  /** By the clock of the other codec, from the first packet of the stream on. */
  readonly at: number;
  readonly payload: Uint8Array;
  /** Nothing was before it for a while. */
  readonly isFirst: boolean;
}

export type ToTranscoder =
  | { readonly type: 'open'; readonly stream: number; readonly from: SpokenCodec; readonly to: SpokenCodec }
  | { readonly type: 'close'; readonly stream: number }
  | { readonly type: 'said'; readonly now: Instant; readonly packets: readonly Said[] };

export interface FromTranscoder {
  /** As many packets were taken. */
  readonly taken: number;
  readonly frames: readonly Frame[];
}
