/** What workers answer, and what is read without asking one. */
import { NegotiationError } from '@offhook/media';
import type { WorkerAnswer } from '@offhook/media';
import { MediaError } from '../ports/media.ts';
import type { PublishedStream } from '../ports/media.ts';

export function published(result: WorkerAnswer): { readonly answer: string; readonly streams: readonly PublishedStream[] } {
  if (result === true || !('answer' in result)) throw new MediaError('unavailable', 'the media worker answered something else');
  return result;
}

export function described(result: WorkerAnswer): string {
  if (result === true || !('sdp' in result)) throw new MediaError('unavailable', 'the media worker answered something else');
  return result.sdp;
}

export function reading<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof NegotiationError) throw new MediaError('bad_description', error.message, { cause: error });
    throw error;
  }
}
