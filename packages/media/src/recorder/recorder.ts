/** The recording thread as its media worker sees it: started with the first recording, for all of them. */
import type { Instant, Milliseconds } from '@offhook/core';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { RecordingFault } from './file.ts';
import type { FromRecorder, RecordedCodec, RecordedFile, RecordingOrder, ToRecorder } from './messages.ts';
import { PacketBatch } from './packet-batch.ts';

/** What a recording tells whoever feeds it. */
export interface RecordingEvents {
  onFile(file: RecordedFile): void;
  /** It has ended by itself; nothing more is taken. */
  onFailed(fault: RecordingFault): void;
  onPicture(stream: number): void;
  /** With `listens`: how much was heard so far, where it was more than before. */
  onHeard?(ms: Milliseconds): void;
}

/** Why nothing is recorded. */
export class RecorderError extends Error {
  override readonly name = 'RecorderError';
  readonly fault: RecordingFault;
  constructor(fault: RecordingFault, options?: ErrorOptions) {
    super(fault === 'disk_full' ? 'the disk is full' : 'it cannot be recorded', options);
    this.fault = fault;
  }
}

/** So many ticks behind, five seconds, the thread is given nothing more: a gap is better than a memory that is full. */
const behindMost = 250;

interface Known {
  readonly events: RecordingEvents;
  readonly streams: Set<number>;
  readonly opened: PromiseWithResolvers<void>;
  /** It has begun, and can only fail by itself any more. */
  isOpen: boolean;
  readonly closed: PromiseWithResolvers<void>;
}

export class Recorder {
  readonly #recordings = new Map<string, Known>();
  readonly #batch = new PacketBatch();
  #thread: Worker | undefined;
  #streams = 0;
  #behind = 0;

  /** Resolves once it records. @throws RecorderError */
  async open(order: RecordingOrder, now: Instant, events: RecordingEvents): Promise<void> {
    const known: Known = {
      events,
      streams: new Set(),
      opened: Promise.withResolvers(),
      isOpen: false,
      closed: Promise.withResolvers(),
    };
    this.#recordings.set(order.recording, known);
    this.#thread ??= this.#start();
    this.#post({ type: 'open', order, now });
    await known.opened.promise;
  }

  /** A number for a stream of this recording. */
  addStream(recording: string, participant: string, mid: string, codec: RecordedCodec): number {
    const stream = ++this.#streams;
    this.#recordings.get(recording)?.streams.add(stream);
    this.#post({ type: 'stream', recording, stream, participant, mid, codec });
    return stream;
  }

  removeStream(recording: string, stream: number, now: Instant): void {
    this.#recordings.get(recording)?.streams.delete(stream);
    this.#flush(now);
    this.#post({ type: 'stream_gone', stream, now });
  }

  /** On the way of every packet: nothing but a copy. */
  packet(stream: number, bytes: Buffer, now: Instant): void {
    this.#batch.add(stream, bytes, now);
  }

  pause(recording: string, now: Instant): void {
    this.#flush(now);
    this.#post({ type: 'pause', recording, now });
  }

  resume(recording: string, now: Instant): void {
    this.#post({ type: 'resume', recording, now });
  }

  /** Resolves once all files are complete. */
  async close(recording: string, now: Instant): Promise<void> {
    const known = this.#recordings.get(recording);
    if (known === undefined) return;
    this.#flush(now);
    this.#post({ type: 'close', recording, now });
    await known.closed.promise;
  }

  /** Ticks that the thread has yet to do. */
  get behind(): number {
    return this.#behind;
  }

  /** Resolves once everything that was closed is complete. */
  async drained(): Promise<void> {
    await Promise.all(Array.from(this.#recordings.values(), ({ closed }) => closed.promise));
  }

  /** To be called about every 20 ms. */
  tick(now: Instant): void {
    if (this.#recordings.size > 0) this.#flush(now);
  }

  #flush(now: Instant): void {
    const packets = this.#batch.take();
    if (this.#behind >= behindMost) return;
    this.#behind++;
    this.#post({ type: 'tick', now, packets }, packets === undefined ? [] : [packets.buffer]);
  }

  #post(message: ToRecorder, transfer: readonly ArrayBuffer[] = []): void {
    this.#thread?.postMessage(message, transfer);
  }

  #start(): Worker {
    const thread = new Worker(new URL(`./thread${extname(import.meta.url)}`, import.meta.url));
    thread.on('message', (message: FromRecorder) => this.#hear(message));
    // Calls go on without it; the next recording starts another one.
    thread.on('error', (error) => {
      this.#thread = undefined;
      this.#behind = 0;
      for (const [recording, known] of this.#recordings) {
        this.#recordings.delete(recording);
        known.closed.resolve();
        if (known.isOpen) known.events.onFailed('failed');
        else known.opened.reject(new RecorderError('failed', { cause: error }));
      }
    });
    return thread;
  }

  #hear(message: FromRecorder): void {
    if (message.type === 'ticked') {
      this.#behind--;
      return;
    }
    if (message.type === 'picture') {
      for (const { streams, events } of this.#recordings.values())
        if (streams.has(message.stream)) events.onPicture(message.stream);
      return;
    }
    const known = this.#recordings.get(message.recording);
    if (known === undefined) return;
    switch (message.type) {
      case 'opened':
        known.isOpen = true;
        return known.opened.resolve();
      case 'heard':
        return known.events.onHeard?.(message.ms);
      case 'file':
        return known.events.onFile(message.file);
      case 'failed':
        if (known.isOpen) return known.events.onFailed(message.fault);
        // It has never begun: nobody is to close it.
        this.#recordings.delete(message.recording);
        known.closed.resolve();
        return known.opened.reject(new RecorderError(message.fault));
      case 'closed':
        this.#recordings.delete(message.recording);
        return known.closed.resolve();
      default:
        return message satisfies never;
    }
  }
}
