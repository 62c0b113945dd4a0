import type { Media } from '@offhook/core';

/** What to send. */
export interface MediaOptions {
  /** The microphone. Default: true. When false it is opened at the first `mute(false)`. */
  readonly audio?: boolean | undefined;
  /** The camera. Default: false. */
  readonly video?: boolean | undefined;
  /** A stream of your own instead: what it holds is sent. Its tracks are never stopped; while muted or held, its audio track is disabled. */
  readonly stream?: MediaStream | undefined;
}

/** The kinds of media that these options send. */
export function kindsOf({ audio = true, video = false, stream }: MediaOptions): Media {
  if (stream === undefined) return { audio, video };
  return { audio: stream.getAudioTracks().length > 0, video: stream.getVideoTracks().length > 0 };
}
