/** What passes between a media worker and its recording thread. */
import type { Instant, Milliseconds } from '@offhook/core';
import type { RecordingFault } from './file.ts';
import type { Mix } from './mixer.ts';

/** How a recording is to be made. */
export interface RecordingOrder {
  /** Its id. */
  readonly recording: string;
  /** Where its files are to lie; it is made where it is missing. */
  readonly folder: string;
  /** Grows each time a recording is taken up anew: its files have other names, and a time that begins anew. */
  readonly part: number;
  /** Everything that is said in one file; undefined: in none. */
  readonly mix?: Mix | undefined;
  /** Each stream in a file of its own. */
  readonly streams: boolean;
  /** Whether it is told how much of it is sound; of a mix. */
  readonly listens?: boolean | undefined;
  /** Bytes of the disk that stay free: before they are used up, the recording ends. */
  readonly freeBytes: number;
  /** Bytes of all its files, those of its parts before too, at which it ends. Absent: it may be as large as the disk. */
  readonly bytesMost?: number | undefined;
}

/** A file that a recording has begun. */
export interface RecordedFile {
  readonly name: string;
  readonly part: number;
  /** As in `Content-Type`. */
  readonly type: string;
  /** When it begins, on the time of the part: in milliseconds since it began, without pauses. */
  readonly at: Milliseconds;
  /** Whose stream it is; absent: what everybody says. */
  readonly participant?: string | undefined;
  readonly mid?: string | undefined;
}

export interface RecordedCodec {
  readonly name: string;
  readonly kind: 'audio' | 'video';
  readonly clockRate: number;
}

export type ToRecorder =
  | { readonly type: 'open'; readonly order: RecordingOrder; readonly now: Instant }
  /** A stream of a recording, under a number of its own. */
  | {
      readonly type: 'stream';
      readonly recording: string;
      readonly stream: number;
      readonly participant: string;
      readonly mid: string;
      readonly codec: RecordedCodec;
    }
  | { readonly type: 'stream_gone'; readonly stream: number; readonly now: Instant }
  | { readonly type: 'pause' | 'resume' | 'close'; readonly recording: string; readonly now: Instant }
  /** About every 20 ms, with what came since: packets one after the other, each behind its head (`packet-batch.ts`). */
  | { readonly type: 'tick'; readonly now: Instant; readonly packets?: Uint8Array | undefined };

export type FromRecorder =
  /** It records from now on. */
  | { readonly type: 'opened'; readonly recording: string }
  /** One tick was done. */
  | { readonly type: 'ticked' }
  /** How much was heard so far, where it was more than before. */
  | { readonly type: 'heard'; readonly recording: string; readonly ms: Milliseconds }
  | { readonly type: 'file'; readonly recording: string; readonly file: RecordedFile }
  /** A stream cannot go on without a whole picture. */
  | { readonly type: 'picture'; readonly stream: number }
  | { readonly type: 'failed'; readonly recording: string; readonly fault: RecordingFault }
  /** All its files are complete. */
  | { readonly type: 'closed'; readonly recording: string };
