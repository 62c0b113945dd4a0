/** What passes between a media worker and its mixing thread. */
import type { Instant } from '@offhook/core';

/** Codecs in which somebody may hear what is mixed. */
const mixedCodecs = ['opus', 'pcmu', 'pcma'] as const;
export type MixedCodec = (typeof mixedCodecs)[number];

/** In which a mix is heard by somebody who speaks this. */
export function mixedIn(codec: string): MixedCodec | undefined {
  return mixedCodecs.find((one) => one === codec.toLowerCase());
}

export type ToMixer =
  /** Something that is said, under a number of its own. */
  | { readonly type: 'stream'; readonly stream: number; readonly codec: string; readonly clockRate: number }
  | { readonly type: 'stream_gone'; readonly stream: number }
  /** Somebody who listens, under a number of their own. */
  | { readonly type: 'listener'; readonly listener: number; readonly codec: MixedCodec }
  /** What they hear from now on. */
  | { readonly type: 'hears'; readonly listener: number; readonly streams: readonly number[] }
  | { readonly type: 'listener_gone'; readonly listener: number }
  /** About every 20 ms, with the packets that came since (`packet-batch.ts`). */
  | { readonly type: 'tick'; readonly now: Instant; readonly packets?: Uint8Array | undefined };

export type FromMixer =
  /** 20 ms of sound for somebody. */
  | { readonly type: 'sound'; readonly listener: number; readonly frame: number; readonly payload: Uint8Array }
  /** One tick was done. */
  | { readonly type: 'ticked' };
