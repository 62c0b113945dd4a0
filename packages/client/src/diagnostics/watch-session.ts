import { ratingOf } from '@offhook/core';
import type { Milliseconds } from '@offhook/core';
import type { Session } from '../session/session.ts';
import { between, sampleOf } from './sample.ts';
import type { Sample } from './sample.ts';
import type { Heard } from './watch.ts';

const everyMs: Milliseconds = 1_000;

/**
 * Tells every second how a session sounds, all that one hears of it together, as long as something is heard. Ends with the session, or
 * when the function returned is called.
 */
export function watchSession(session: Session, listener: (heard: Heard) => void): () => void {
  let before: Sample | undefined;
  let isOver = false;

  const look = async (): Promise<void> => {
    const report = await session.stats();
    if (isOver) return;
    const sample = report && sampleOf(report);
    const quality = before && sample && between(before, sample);
    before = sample;
    if (quality !== undefined) listener({ ...quality, rating: ratingOf(quality.mos) });
  };

  // A connection that is closed meanwhile has no statistics.
  const timer = setInterval(() => void look().catch(() => undefined), everyMs);
  const off = session.on('ended', () => stop());
  const stop = (): void => {
    isOver = true;
    clearInterval(timer);
    off();
  };
  return stop;
}
