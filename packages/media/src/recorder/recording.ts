/** One recording: its time, its streams, and its files. */
import type { Instant, Milliseconds } from '@offhook/core';
import { mkdir, readdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { RtpPacket } from '../rtp/packet.ts';
import { faultOf, isOfDisk } from './file.ts';
import type { RecordingFault } from './file.ts';
import type { FromRecorder, RecordedCodec, RecordedFile, RecordingOrder } from './messages.ts';
import { Mixer } from './mixer.ts';
import { kept, StreamFile } from './stream-file.ts';
import { Timeline } from './timeline.ts';
import { AudioTrack, VideoTrack } from './tracks.ts';
import type { Track } from './tracks.ts';

/** How often it is looked whether the disk is full, and how large it has become. */
const lookMs: Milliseconds = 1_000;

export interface StreamAbout {
  readonly stream: number;
  readonly participant: string;
  readonly mid: string;
  readonly codec: RecordedCodec;
}

export class Recording {
  readonly #order: RecordingOrder;
  readonly #tell: (message: FromRecorder) => void;
  readonly #timeline: Timeline;
  readonly #tracks = new Map<number, Track>();
  /** Of streams whose packets could not be read. */
  readonly #ending = new Set<Promise<void>>();
  #mixer: Mixer | undefined;
  #files = 0;
  /** As it was told. */
  #heardMs: Milliseconds = 0;
  #looked: Instant = Number.NEGATIVE_INFINITY;
  #isLooking = false;
  #isOver = false;

  private constructor(order: RecordingOrder, now: Instant, tell: (message: FromRecorder) => void) {
    this.#order = order;
    this.#tell = tell;
    this.#timeline = new Timeline(now);
  }

  /** Rejects where its folder or its first file cannot be made. */
  static async open(order: RecordingOrder, now: Instant, tell: (message: FromRecorder) => void): Promise<Recording> {
    const recording = new Recording(order, now, tell);
    await mkdir(order.folder, { recursive: true, mode: 0o700 });
    if (!(await recording.#hasRoom())) throw Object.assign(new Error('the disk is full'), { code: 'ENOSPC' });
    const { mix } = order;
    if (mix === undefined) return recording;
    const path = recording.#begin({ type: 'audio/ogg; codecs=opus', at: 0 }, 'ogg');
    recording.#mixer = await Mixer.open(path, mix, recording.#timeline, (error) => recording.fail(error));
    return recording;
  }

  async add({ stream, participant, mid, codec }: StreamAbout): Promise<void> {
    if (this.#isOver) return;
    const { name, kind, clockRate } = codec;
    const how = this.#order.streams ? kept[name.toLowerCase()] : undefined;
    const failed = (error: unknown): void => this.fail(error);
    const begin = (at: Milliseconds, container: string, codecs: string): string => {
      const type = `${kind}/${container === 'mkv' ? 'x-matroska' : container}; codecs=${codecs}`;
      return this.#begin({ type, at, participant, mid }, container);
    };
    if (kind === 'audio') {
      const speech = await this.#mixer?.hear(participant, name);
      const open = (at: Milliseconds): StreamFile | undefined =>
        how && StreamFile.ofAudio(begin(at, how.container, how.codec), how, failed);
      this.#tracks.set(stream, new AudioTrack(this.#timeline, clockRate, name, speech, open));
    } else if (how !== undefined) {
      const track = new VideoTrack(
        this.#timeline,
        clockRate,
        name,
        (first, at) => StreamFile.ofVideo(begin(at, how.container, first.codec), how, first, failed),
        () => this.#tell({ type: 'picture', stream }),
      );
      this.#tracks.set(stream, track);
    }
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  receive(stream: number, packet: RtpPacket, arrived: Instant): void {
    if (this.#timeline.isPaused || this.#isOver) return;
    const track = this.#tracks.get(stream);
    if (track !== undefined) this.#attempt(stream, arrived, () => track.receive(packet, arrived));
  }

  async gone(stream: number, now: Instant): Promise<void> {
    const track = this.#tracks.get(stream);
    this.#tracks.delete(stream);
    if (track !== undefined) await this.#closed(track);
    if (track instanceof AudioTrack && track.speech !== undefined) this.#mixer?.forget(track.speech, now);
  }

  pause(now: Instant): void {
    for (const [stream, track] of this.#tracks) this.#attempt(stream, now, () => track.interrupt());
    this.#timeline.pause(now);
    this.#mixer?.flush(now);
  }

  resume(now: Instant): void {
    this.#timeline.resume(now);
  }

  tick(now: Instant): void {
    if (this.#isOver) return;
    for (const [stream, track] of this.#tracks) this.#attempt(stream, now, () => track.tick(now));
    try {
      this.#mixer?.tick(now);
    } catch (error) {
      this.fail(error);
    }
    this.#tellHeard();
    if (now - this.#looked < lookMs) return;
    this.#looked = now;
    void this.#look();
  }

  /** Resolves once all its files are complete, or as complete as they become. */
  async close(now: Instant): Promise<void> {
    this.#isOver = true;
    await Promise.all([...Array.from(this.#tracks.values(), (track) => this.#closed(track)), ...this.#ending]);
    this.#tracks.clear();
    this.#tellHeard();
    await this.#mixer?.close(now);
  }

  /** Nothing more is recorded; it is closed by whoever hears of it. */
  fail(error: unknown): void {
    this.#fail(faultOf(error));
  }

  /** What one stream carries is to end neither this recording nor another one. */
  #attempt(stream: number, now: Instant, act: () => void): void {
    try {
      act();
    } catch (error) {
      if (isOfDisk(error)) return this.fail(error);
      const ending = this.gone(stream, now)
        .catch((fault: unknown) => this.fail(fault))
        .finally(() => this.#ending.delete(ending));
      this.#ending.add(ending);
    }
  }

  async #closed(track: Track): Promise<void> {
    try {
      await track.close();
    } catch (error) {
      if (isOfDisk(error)) this.fail(error);
    }
  }

  #fail(fault: RecordingFault): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#tell({ type: 'failed', recording: this.#order.recording, fault });
  }

  #tellHeard(): void {
    const ms = this.#order.listens === true ? this.#mixer?.heardMs : undefined;
    if (ms === undefined || ms === this.#heardMs) return;
    this.#heardMs = ms;
    this.#tell({ type: 'heard', recording: this.#order.recording, ms });
  }

  #begin(file: Omit<RecordedFile, 'name' | 'part'>, container: string): string {
    const { recording, folder, part } = this.#order;
    const name = `${part}-${this.#files++}.${container}`;
    this.#tell({ type: 'file', recording, file: { ...file, name, part } });
    return join(folder, name);
  }

  async #look(): Promise<void> {
    // A disk that is slow is not asked by ever more at once.
    if (this.#isLooking) return;
    this.#isLooking = true;
    if (!(await this.#hasRoom())) this.#fail('disk_full');
    const { bytesMost = Infinity } = this.#order;
    if (bytesMost < Infinity && (await this.#bytes()) >= bytesMost) this.#fail('too_large');
    this.#isLooking = false;
  }

  /** Of all that lies in its folder: also what was recorded by workers that are gone. */
  async #bytes(): Promise<number> {
    const { folder } = this.#order;
    const names = await readdir(folder).catch(() => []);
    const sizes = await Promise.all(
      names.map((name) =>
        stat(join(folder, name)).then(
          ({ size }) => size,
          () => 0,
        ),
      ),
    );
    return sizes.reduce((sum, size) => sum + size, 0);
  }

  async #hasRoom(): Promise<boolean> {
    // A file system that does not say how much is free ends by its own errors.
    const { bsize, bavail } = await statfs(this.#order.folder).catch(() => ({ bsize: Infinity, bavail: 1 }));
    return bsize * bavail >= this.#order.freeBytes;
  }
}
