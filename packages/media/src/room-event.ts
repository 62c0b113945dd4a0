/** What a session on a worker tells. */
import type { DropCode, StreamQuality } from '@offhook/core';
import type { RecordingFault } from './recorder/file.ts';
import type { RecordedFile } from './recorder/messages.ts';
import type { SubscribedStream } from './subscribe-side.ts';
import type { TransportState } from './transport/webrtc.ts';

export type RoomEvent =
  | {
      readonly type: 'offer';
      readonly participant: string;
      readonly revision: number;
      readonly offer: string;
      readonly streams: readonly SubscribedStream[];
    }
  | {
      readonly type: 'transport';
      readonly participant: string;
      readonly side: 'publish' | 'subscribe';
      readonly state: TransportState;
    }
  | { readonly type: 'speaker'; readonly participant: string | undefined }
  /** How it sounds what somebody sends, and what they receive; absent: nothing is known of it at the moment. */
  | {
      readonly type: 'quality';
      readonly participant: string;
      readonly sends?: StreamQuality | undefined;
      readonly receives?: StreamQuality | undefined;
    }
  /** What it sends is dropped; `mid`: of which stream, where it is one. Told once while that goes on. */
  | {
      readonly type: 'dropped';
      readonly participant: string;
      readonly mid: string | undefined;
      readonly code: DropCode;
    }
  /** So many encodings of a picture anybody watches, from the smallest; told when that changes. */
  | { readonly type: 'watched'; readonly participant: string; readonly mid: string; readonly encodings: number }
  /** A key of a telephone was pressed (RFC 4733); told once. */
  | { readonly type: 'digit'; readonly participant: string; readonly digit: string }
  | { readonly type: 'recorded'; readonly recording: string; readonly file: RecordedFile }
  /** It has ended by itself. */
  | { readonly type: 'recording_failed'; readonly recording: string; readonly fault: RecordingFault };
