/** The transcoding thread as its media worker sees it: started with the first call that needs it, for all of them. */
import type { Instant } from '@offhook/core';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Frame, FromTranscoder, Said, SpokenCodec, ToTranscoder } from './messages.ts';

/** Packets of each stream that wait for the thread: where it has no time for more, a gap is better than sound of long ago. */
const waitingMost = 25;

export type OnFrame = (frame: Frame) => void;

export class Transcoder {
  readonly #streams = new Map<number, OnFrame>();
  #thread: Worker | undefined;
  #numbers = 0;
  #packets: Said[] = [];
  #waiting = 0;
  #isFlushing = false;

  /** What is said in one codec is told in another. The number of this stream. */
  open(from: SpokenCodec, to: SpokenCodec, onFrame: OnFrame): number {
    const stream = ++this.#numbers;
    this.#streams.set(stream, onFrame);
    this.#start();
    this.#post({ type: 'open', stream, from, to });
    return stream;
  }

  /** `said.payload` is to stay as it is. */
  say(said: Said, now: Instant): void {
    if (this.#waiting >= waitingMost * this.#streams.size) return;
    this.#waiting++;
    this.#packets.push(said);
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    // All that came in one turn of the event loop at once.
    setImmediate(() => this.#flush(now));
  }

  close(stream: number): void {
    if (this.#streams.delete(stream)) this.#post({ type: 'close', stream });
  }

  /** To be called about every 20 ms: packets that are missing are waited for no longer. */
  tick(now: Instant): void {
    if (this.#streams.size > 0) this.#flush(now);
  }

  #flush(now: Instant): void {
    this.#isFlushing = false;
    this.#post({ type: 'said', now, packets: this.#packets });
    this.#packets = [];
  }

  #post(message: ToTranscoder): void {
    this.#thread?.postMessage(message);
  }

  #start(): void {
    if (this.#thread !== undefined) return;
    const thread = new Worker(new URL(`./thread${extname(import.meta.url)}`, import.meta.url));
    // It ends with its worker.
    thread.unref();
    this.#thread = thread;
    thread.on('message', ({ taken, frames }: FromTranscoder) => {
      this.#waiting -= taken;
      for (const frame of frames) this.#streams.get(frame.stream)?.(frame);
    });
    // Not foreseen, as whatever ends the worker: its calls begin anew on another one.
    thread.on('error', (error) => {
      throw error;
    });
  }
}
