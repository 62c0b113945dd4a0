/** How it sounds, in numbers and in plain words. */
import type { EventOf, StreamQuality } from '@offhook/core';

/** How one's sound comes in at the server, and how that of the others comes in here. */
export interface SessionQuality {
  /** Absent: one sends no sound. */
  readonly sends: StreamQuality | undefined;
  /** Absent: one receives none. */
  readonly receives: StreamQuality | undefined;
  /** For the person, in a sentence. */
  readonly words: string;
}

export function qualityOf({ sends, receives }: EventOf<'session_quality'>): SessionQuality {
  return { sends, receives, words: words(sends?.rating, receives?.rating) };
}

type Rating = StreamQuality['rating'] | undefined;

function words(sends: Rating, receives: Rating): string {
  if (sends === 'bad' && receives === 'bad') return 'Your connection is bad: you and the others hear each other badly.';
  if (sends === 'bad') return 'Your connection is bad: the others hear you badly.';
  if (receives === 'bad') return 'Your connection is bad: you hear the others badly.';
  const isFair = sends === 'fair' || receives === 'fair';
  return isFair ? 'Your connection is not the best; some words may be lost.' : 'Your connection is good.';
}
