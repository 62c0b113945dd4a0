/** Plays packets of Opus into the mixing thread, one after the other as time goes on: from there they come in the codec of whoever hears them. */
import type { Instant } from '@offhook/core';
import type { Mixer } from '../mixing/mixer.ts';
import { frameMs } from './sounds.ts';

const samplesPerMs = 48;
/** After a standstill longer than this it goes on with what is now. */
const lateMost = 200;

interface Playing {
  readonly packets: readonly Uint8Array[];
  next: number;
  /** When the first of them was due. */
  began: Instant;
  readonly onDone: () => void;
}

export class Player {
  /** Its number in the mixer. */
  readonly stream: number;
  readonly #mixer: Mixer;
  readonly #startedAt: Instant;
  #sequence = 0;
  #playing: Playing | undefined;

  constructor(mixer: Mixer, now: Instant) {
    this.#mixer = mixer;
    this.#startedAt = now;
    this.stream = mixer.addStream('opus', 48_000, now);
  }

  /** In the place of what is being played. `onDone`: the last of it was handed on; not where something else has taken its place. */
  play(packets: readonly Uint8Array[], now: Instant, onDone: () => void): void {
    this.#playing = { packets, next: 0, began: now, onDone };
  }

  stop(): void {
    this.#playing = undefined;
  }

  /** To be called about every 20 ms. */
  tick(now: Instant): void {
    const playing = this.#playing;
    if (playing === undefined) return;
    const behind = now - playing.began - playing.next * frameMs;
    if (behind > lateMost) playing.began += behind;
    for (let due = playing.began + playing.next * frameMs; due <= now; due += frameMs) {
      const packet = playing.packets[playing.next++];
      if (packet === undefined) {
        this.#playing = undefined;
        return playing.onDone();
      }
      this.#hand(packet, due, now);
    }
  }

  close(): void {
    this.stop();
    this.#mixer.removeStream(this.stream);
  }

  #hand(payload: Uint8Array, due: Instant, now: Instant): void {
    const bytes = Buffer.alloc(12 + payload.length);
    const timestamp = Math.round((due - this.#startedAt) * samplesPerMs);
    bytes[0] = 0x80;
    bytes.writeUInt16BE(this.#sequence, 2);
    bytes.writeUInt32BE(timestamp >>> 0, 4);
    bytes.set(payload, 12);
    this.#sequence = (this.#sequence + 1) & 0xffff;
    this.#mixer.packet(this.stream, bytes, now);
  }
}
