/** The mixing thread as its media worker sees it: started with the first who listens to a mix, for all of them. */
import type { Instant } from '@offhook/core';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { PacketBatch } from '../recorder/packet-batch.ts';
import type { FromMixer, MixedCodec, ToMixer } from './messages.ts';

/** So many ticks behind, a second, the thread is given nothing more: a gap is better than sound of long ago. */
const behindMost = 50;

/** Is given what is mixed: 20 ms of sound each, numbered; numbers that are missing were never mixed. */
export type OnSound = (payload: Uint8Array, frame: number) => void;

export class Mixer {
  readonly #listeners = new Map<number, OnSound>();
  readonly #batch = new PacketBatch();
  #thread: Worker | undefined;
  #numbers = 0;
  #behind = 0;

  /** Something that may be heard. Its number. */
  addStream(codec: string, clockRate: number, now: Instant): number {
    const stream = ++this.#numbers;
    this.#start(now);
    this.#post({ type: 'stream', stream, codec, clockRate });
    return stream;
  }

  removeStream(stream: number): void {
    this.#post({ type: 'stream_gone', stream });
  }

  /** On the way of every packet: nothing but a copy. */
  packet(stream: number, bytes: Buffer, now: Instant): void {
    if (this.#listeners.size > 0) this.#batch.add(stream, bytes, now);
  }

  /** Somebody who listens, to nothing yet. Their number. */
  listen(codec: MixedCodec, now: Instant, onSound: OnSound): number {
    const number = ++this.#numbers;
    this.#start(now);
    this.#listeners.set(number, onSound);
    this.#post({ type: 'listener', listener: number, codec });
    return number;
  }

  /** Replaces what they hear. */
  hear(listener: number, streams: readonly number[]): void {
    this.#post({ type: 'hears', listener, streams });
  }

  forget(listener: number): void {
    this.#listeners.delete(listener);
    this.#post({ type: 'listener_gone', listener });
  }

  /** To be called about every 20 ms. */
  tick(now: Instant): void {
    if (this.#listeners.size > 0) this.#tick(now);
  }

  #tick(now: Instant): void {
    const packets = this.#batch.take();
    if (this.#behind >= behindMost) return;
    this.#behind++;
    this.#post({ type: 'tick', now, packets }, packets === undefined ? [] : [packets.buffer]);
  }

  #post(message: ToMixer, transfer: readonly ArrayBuffer[] = []): void {
    this.#thread?.postMessage(message, transfer);
  }

  #start(now: Instant): void {
    if (this.#thread !== undefined) return;
    const thread = new Worker(new URL(`./thread${extname(import.meta.url)}`, import.meta.url));
    // It ends with its worker.
    thread.unref();
    this.#thread = thread;
    thread.on('message', (message: FromMixer) => {
      if (message.type === 'ticked') this.#behind--;
      else this.#listeners.get(message.listener)?.(message.payload, message.frame);
    });
    // Not foreseen, as whatever ends the worker: its sessions begin anew on another one.
    thread.on('error', (error) => {
      throw error;
    });
    // Its time begins.
    this.#tick(now);
  }
}
