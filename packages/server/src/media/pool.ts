/** Sessions on the workers of this machine, and beside them the calls that these carry. */
import { serverLimits } from '@offhook/core';
import { readPlainOffer, readPublishOffer } from '@offhook/media';
import type { RoomEvent } from '@offhook/media';
import type { CallMedia } from '../ports/answering.ts';
import type {
  MeasuredStream,
  Media,
  MediaEvent,
  MediaKind,
  PublishedStream,
  RecordingOrder,
  StreamMeter,
  StreamRef,
} from '../ports/media.ts';
import { MediaError } from '../ports/media.ts';
import type { Attached, AttachOrder, PlainReservation, RtpMedia } from '../ports/rtp.ts';
import type { Log } from '../ports.ts';
import { published, reading } from './answers.ts';
import { BridgedCalls, EchoCalls, IvrCalls } from './calls.ts';
import { Seats } from './seats.ts';
import type { SeatOptions } from './seats.ts';

export interface PoolOptions extends SeatOptions {
  /** Bytes of the disk that recordings leave free. Default: that of the limits. */
  readonly freeBytes?: number | undefined;
  /** Bytes of one recording of a session. Default: that of the limits. */
  readonly recordingBytes?: number | undefined;
}

export class MediaPool implements Media, StreamMeter, RtpMedia, CallMedia {
  readonly #seats: Seats;
  readonly #log: Log;
  readonly #metrics: PoolOptions['metrics'];
  readonly #room: { readonly freeBytes: number; readonly bytesMost: number };
  readonly #listeners: ((event: MediaEvent) => void)[] = [];
  readonly echoes: EchoCalls;
  readonly ivrs: IvrCalls;
  readonly bridges: BridgedCalls;

  constructor(options: PoolOptions) {
    const { log, metrics, freeBytes = serverLimits.recordingFreeBytes, recordingBytes = serverLimits.recordingBytes } = options;
    this.#seats = new Seats(options);
    this.#log = log;
    this.#metrics = metrics;
    this.#room = { freeBytes, bytesMost: recordingBytes };
    this.#seats.listen('session', {
      onNews: (session, event) => this.#tell(session, event),
      onLost: (session) => this.#emit({ type: 'lost', session }),
    });
    this.echoes = new EchoCalls(this.#seats);
    this.ivrs = new IvrCalls(this.#seats, freeBytes);
    this.bridges = new BridgedCalls(this.#seats);
  }

  async publish(...[session, participant, offer, allowed]: Parameters<Media['publish']>): ReturnType<Media['publish']> {
    return published(await this.#seats.for('session', session).ask({ type: 'publish', session, participant, offer, allowed }));
  }

  read(offer: string, allowed: readonly MediaKind[]): readonly PublishedStream[] {
    return this.#reading(() =>
      readPlainOffer(offer, allowed).sections.flatMap(({ mid, kind, published: one }) => (one ? { mid, kind } : [])),
    );
  }

  readCall(offer: string, allowed: readonly MediaKind[]): readonly PublishedStream[] {
    return this.#reading(() => readPublishOffer(offer, allowed).published.map(({ mid, kind }) => ({ mid, kind })));
  }

  async call(session: string, participant: string, order: AttachOrder): ReturnType<CallMedia['call']> {
    return published(await this.#seats.for('session', session).ask({ type: 'call', session, participant, ...order }));
  }

  async attach(session: string, participant: string, order: AttachOrder): ReturnType<RtpMedia['attach']> {
    return published(await this.#seats.for('session', session).ask({ type: 'attach', session, participant, ...order }));
  }

  async offerPlain(session: string, participant: string, reservation: PlainReservation): Promise<string> {
    const result = await this.#seats.for('session', session).ask({ type: 'plain_offer', session, participant, reservation });
    if (typeof result !== 'object' || !('sdp' in result)) throw new MediaError('unavailable', 'it was not offered');
    return result.sdp;
  }

  saysFrom(session: string, participant: string, address: string): void {
    this.#seats.for('session', session).tell({ type: 'says_from', session, participant, address });
  }

  receive(session: string, participant: string, streams: readonly StreamRef[]): void {
    this.#seats.of('session', session)?.tell({ type: 'receive', session, participant, streams });
  }

  async attached(session: string, participant: string): Promise<Attached> {
    const result = await this.#seats.of('session', session)?.ask({ type: 'attached', session, participant });
    if (typeof result !== 'object' || !('sections' in result)) throw new MediaError('stale', 'it has left');
    return result;
  }

  async measured(session: string): Promise<readonly MeasuredStream[]> {
    const result = await this.#seats
      .of('session', session)
      ?.ask({ type: 'measured', session })
      .catch(() => undefined);
    return typeof result === 'object' && 'measured' in result ? result.measured : [];
  }

  subscribe(session: string, participant: string, streams: readonly StreamRef[]): void {
    if (this.#seats.isStopped) return;
    this.#seats.for('session', session).tell({ type: 'subscribe', session, participant, streams });
  }

  admit(session: string, participant: string, mids: readonly string[]): void {
    this.#seats.of('session', session)?.tell({ type: 'admit', session, participant, mids });
  }

  hear(session: string, participant: string, as: string, from: readonly string[]): void {
    if (this.#seats.isStopped) return;
    this.#seats.for('session', session).tell({ type: 'hear', session, participant, as, from });
  }

  async answer(session: string, participant: string, revision: number, answer: string): Promise<void> {
    const worker = this.#seats.of('session', session);
    if (worker === undefined) throw new MediaError('stale', 'nothing was offered');
    await worker.ask({ type: 'answer', session, participant, revision, answer });
  }

  restart(session: string, participant: string): void {
    this.#seats.of('session', session)?.tell({ type: 'restart', session, participant });
  }

  look(session: string, participant: string, stream: StreamRef, width: number): void {
    this.#seats.of('session', session)?.tell({ type: 'look', session, participant, stream, width });
  }

  async record(session: string, order: RecordingOrder): Promise<void> {
    await this.#seats.for('session', session).ask({ type: 'record', session, order: { ...order, ...this.#room } });
  }

  pauseRecording(session: string, recording: string, isPaused: boolean): void {
    this.#seats.of('session', session)?.tell({ type: 'record_pause', session, recording, isPaused });
  }

  async stopRecording(session: string, recording: string): Promise<void> {
    // With a worker that is gone, the recording is, too.
    await this.#seats
      .of('session', session)
      ?.ask({ type: 'record_stop', session, recording })
      .catch((error: unknown) => this.#log.warn('recording', { session, error: String(error) }));
  }

  leave(session: string, participant: string): void {
    this.#seats.of('session', session)?.tell({ type: 'leave', session, participant });
  }

  close(session: string): void {
    this.#seats.end('session', session, { type: 'close', session });
  }

  onEvent(listener: (event: MediaEvent) => void): void {
    this.#listeners.push(listener);
  }

  /** Process ids of the workers that run, for whoever watches them. */
  get pids(): readonly number[] {
    return this.#seats.pids;
  }

  stop(): Promise<void> {
    return this.#seats.stop();
  }

  /** As a worker does it, and counts it. */
  #reading<T>(read: () => T): T {
    try {
      return reading(read);
    } catch (error) {
      if (error instanceof MediaError) this.#metrics?.count('media_dropped_descriptions');
      throw error;
    }
  }

  #tell(session: string, event: RoomEvent): void {
    if (event.type === 'transport') {
      const { state } = event;
      if (state !== 'connected' && state !== 'disconnected' && state !== 'failed') return;
      return this.#emit({ ...event, session, state });
    }
    if (event.type === 'quality') {
      const { type, participant, sends, receives } = event;
      return this.#emit({ type, session, participant, quality: { sends, receives } });
    }
    this.#emit({ ...event, session });
  }

  #emit(event: MediaEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
