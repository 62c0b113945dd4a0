/**
 * The workers of this machine. All of a session is on one of them; when that ends, the session is told that everything is lost, and goes
 * on with another one, which takes its place.
 */
import { serverLimits } from '@offhook/core';
import type { Milliseconds } from '@offhook/core';
import { nothingDropped, readPlainOffer, readPublishOffer } from '@offhook/media';
import type { BridgeNews, Dropped, IvrNews, RoomEvent, TransportState, UdpOptions, WebRtcOptions } from '@offhook/media';
import type { CallMedia } from '../ports/answering.ts';
import type { BridgeEvent, BridgeMedia, BridgeSide, Meanwhile, PhoneTerms } from '../ports/bridge.ts';
import type { EchoMedia } from '../ports/echo.ts';
import type { IvrMedia, IvrRecordingOrder, Sound } from '../ports/voicemail.ts';
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
import type { Log, Metrics } from '../ports.ts';
import { described, published, reading } from './answers.ts';
import { MediaWorker } from './worker.ts';

/** Several times of what a worker on a busy machine says nothing. */
const hangsMs: Milliseconds = 5_000;

export interface PoolOptions extends Omit<WebRtcOptions, 'port'> {
  /** UDP port of the first worker; the others have the following ones. */
  readonly port: number;
  readonly workers: number;
  /** Ports of plain RTP, which all workers share; absent: there is none. */
  readonly rtpPorts?: UdpOptions['ports'] | undefined;
  /** Bits per second that each participant may send; absent: as the limits say. */
  readonly bitrate?: number | undefined;
  /** A file, for telephones that are held; absent: what comes with the worker. */
  readonly holdMusic?: string | undefined;
  /** Bytes of the disk that recordings leave free. Default: that of the limits. */
  readonly freeBytes?: number | undefined;
  /** A worker that says nothing for so long hangs, and is replaced. Default: 5 s. */
  readonly hangMs?: Milliseconds | undefined;
  readonly log: Log;
  /** Where it is counted what the workers drop; absent: nowhere. */
  readonly metrics?: Pick<Metrics, 'count'> | undefined;
}

interface Seat {
  readonly port: number;
  worker: MediaWorker | undefined;
  readonly sessions: Set<string>;
  readonly echoes: Set<string>;
  readonly bridges: Set<string>;
  readonly ivrs: Set<string>;
}

export class MediaPool implements Media, StreamMeter, EchoMedia, RtpMedia, CallMedia, BridgeMedia, IvrMedia {
  readonly #options: PoolOptions;
  readonly #seats: readonly Seat[];
  readonly #listeners: ((event: MediaEvent) => void)[] = [];
  readonly #echoListeners: Parameters<EchoMedia['onEcho']>[0][] = [];
  readonly #ivrListeners: Parameters<IvrMedia['onIvr']>[0][] = [];
  readonly #bridgeListeners: ((event: BridgeEvent) => void)[] = [];
  #stopped = false;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#count(nothingDropped());
    this.#seats = Array.from({ length: options.workers }, (_, n) => ({
      port: options.port + n,
      worker: undefined,
      sessions: new Set<string>(),
      echoes: new Set<string>(),
      bridges: new Set<string>(),
      ivrs: new Set<string>(),
    }));
  }

  async publish(...[session, participant, offer, allowed]: Parameters<Media['publish']>): ReturnType<Media['publish']> {
    return published(await this.#workerFor(session).ask({ type: 'publish', session, participant, offer, allowed }));
  }

  read(offer: string, allowed: readonly MediaKind[]): readonly PublishedStream[] {
    return reading(() =>
      readPlainOffer(offer, allowed).sections.flatMap(({ mid, kind, published: one }) => (one ? { mid, kind } : [])),
    );
  }

  readCall(offer: string, allowed: readonly MediaKind[]): readonly PublishedStream[] {
    return reading(() => readPublishOffer(offer, allowed).published.map(({ mid, kind }) => ({ mid, kind })));
  }

  async call(session: string, participant: string, order: AttachOrder): ReturnType<CallMedia['call']> {
    return published(await this.#workerFor(session).ask({ type: 'call', session, participant, ...order }));
  }

  async attach(session: string, participant: string, order: AttachOrder): ReturnType<RtpMedia['attach']> {
    return published(await this.#workerFor(session).ask({ type: 'attach', session, participant, ...order }));
  }

  async offerPlain(session: string, participant: string, reservation: PlainReservation): Promise<string> {
    const result = await this.#workerFor(session).ask({ type: 'plain_offer', session, participant, reservation });
    if (typeof result !== 'object' || !('sdp' in result)) throw new MediaError('unavailable', 'it was not offered');
    return result.sdp;
  }

  saysFrom(session: string, participant: string, address: string): void {
    this.#workerFor(session).tell({ type: 'says_from', session, participant, address });
  }

  receive(session: string, participant: string, streams: readonly StreamRef[]): void {
    this.#workerOf(session)?.tell({ type: 'receive', session, participant, streams });
  }

  async attached(session: string, participant: string): Promise<Attached> {
    const result = await this.#workerOf(session)?.ask({ type: 'attached', session, participant });
    if (typeof result !== 'object' || !('sections' in result)) throw new MediaError('stale', 'it has left');
    return result;
  }

  async measured(session: string): Promise<readonly MeasuredStream[]> {
    const result = await this.#workerOf(session)
      ?.ask({ type: 'measured', session })
      .catch(() => undefined);
    return typeof result === 'object' && 'measured' in result ? result.measured : [];
  }

  subscribe(session: string, participant: string, streams: readonly StreamRef[]): void {
    if (this.#stopped) return;
    this.#workerFor(session).tell({ type: 'subscribe', session, participant, streams });
  }

  admit(session: string, participant: string, mids: readonly string[]): void {
    this.#workerOf(session)?.tell({ type: 'admit', session, participant, mids });
  }

  hear(session: string, participant: string, as: string, from: readonly string[]): void {
    if (this.#stopped) return;
    this.#workerFor(session).tell({ type: 'hear', session, participant, as, from });
  }

  async answer(session: string, participant: string, revision: number, answer: string): Promise<void> {
    const worker = this.#workerOf(session);
    if (worker === undefined) throw new MediaError('stale', 'nothing was offered');
    await worker.ask({ type: 'answer', session, participant, revision, answer });
  }

  restart(session: string, participant: string): void {
    this.#workerOf(session)?.tell({ type: 'restart', session, participant });
  }

  look(session: string, participant: string, stream: StreamRef, width: number): void {
    this.#workerOf(session)?.tell({ type: 'look', session, participant, stream, width });
  }

  async record(session: string, order: RecordingOrder): Promise<void> {
    const { freeBytes = serverLimits.recordingFreeBytes } = this.#options;
    await this.#workerFor(session).ask({ type: 'record', session, order: { ...order, freeBytes } });
  }

  pauseRecording(session: string, recording: string, isPaused: boolean): void {
    this.#workerOf(session)?.tell({ type: 'record_pause', session, recording, isPaused });
  }

  async stopRecording(session: string, recording: string): Promise<void> {
    // With a worker that is gone, the recording is, too.
    await this.#workerOf(session)
      ?.ask({ type: 'record_stop', session, recording })
      .catch((error: unknown) => this.#options.log.warn('recording', { session, error: String(error) }));
  }

  leave(session: string, participant: string): void {
    this.#workerOf(session)?.tell({ type: 'leave', session, participant });
  }

  close(session: string): void {
    const seat = this.#seatOf(session);
    seat?.worker?.tell({ type: 'close', session });
    seat?.sessions.delete(session);
  }

  onEvent(listener: (event: MediaEvent) => void): void {
    this.#listeners.push(listener);
  }

  async echo(call: string, offer: string): Promise<string> {
    const seat = this.#seats.find(({ echoes }) => echoes.has(call)) ?? this.#idlest();
    const result = await this.#running(seat).ask({ type: 'echo', call, offer });
    seat.echoes.add(call);
    return published(result).answer;
  }

  endEcho(call: string): void {
    for (const { echoes, worker } of this.#seats) if (echoes.delete(call)) worker?.tell({ type: 'echo_end', call });
  }

  onEcho(listener: Parameters<EchoMedia['onEcho']>[0]): void {
    this.#echoListeners.push(listener);
  }

  async answerIvr(ivr: string, offer: string): Promise<string> {
    const seat = this.#seats.find(({ ivrs }) => ivrs.has(ivr)) ?? this.#idlest();
    const result = await this.#running(seat).ask({ type: 'ivr_answer', ivr, offer });
    seat.ivrs.add(ivr);
    return published(result).answer;
  }

  play(ivr: string, play: number, sounds: readonly Sound[]): void {
    this.#ivrWorker(ivr)?.tell({ type: 'ivr_play', ivr, play, sounds });
  }

  async recordIvr(ivr: string, order: IvrRecordingOrder): Promise<void> {
    const { freeBytes = serverLimits.recordingFreeBytes } = this.#options;
    const worker = this.#ivrWorker(ivr);
    if (worker === undefined) throw new MediaError('stale', 'it is over');
    await worker.ask({ type: 'ivr_record', ivr, order: { ...order, freeBytes } });
  }

  async recordedIvr(ivr: string): Promise<number | undefined> {
    const result = await this.#ivrWorker(ivr)
      ?.ask({ type: 'ivr_recorded', ivr })
      .catch(() => undefined);
    return typeof result === 'object' && 'heardMs' in result ? result.heardMs : undefined;
  }

  endIvr(ivr: string): void {
    for (const { ivrs, worker } of this.#seats) if (ivrs.delete(ivr)) worker?.tell({ type: 'ivr_end', ivr });
  }

  onIvr(listener: Parameters<IvrMedia['onIvr']>[0]): void {
    this.#ivrListeners.push(listener);
  }

  async offer(bridge: string, side: BridgeSide, terms?: PhoneTerms): Promise<string> {
    return described(await this.#bridging(bridge).ask({ type: 'bridge_offer', bridge, side, terms }));
  }

  async answerOffer(bridge: string, side: BridgeSide, offer: string, terms?: PhoneTerms): Promise<string> {
    return described(await this.#bridging(bridge).ask({ type: 'bridge_answer', bridge, side, offer, terms }));
  }

  async accept(bridge: string, side: BridgeSide, answer: string, isEarly?: boolean): Promise<void> {
    await this.#bridging(bridge).ask({ type: 'bridge_accept', bridge, side, answer, isEarly });
  }

  async lead(bridge: string): Promise<string | undefined> {
    const led = await this.#bridging(bridge).ask({ type: 'bridge_lead', bridge });
    return led === true ? undefined : described(led);
  }

  press(bridge: string, side: BridgeSide, digit: string): void {
    this.#seats.find(({ bridges }) => bridges.has(bridge))?.worker?.tell({ type: 'bridge_press', bridge, side, digit });
  }

  playMeanwhile(bridge: string, what: Meanwhile | undefined): void {
    this.#seats.find(({ bridges }) => bridges.has(bridge))?.worker?.tell({ type: 'bridge_play', bridge, what });
  }

  endBridge(bridge: string): void {
    for (const { bridges, worker } of this.#seats) if (bridges.delete(bridge)) worker?.tell({ type: 'bridge_end', bridge });
  }

  onBridge(listener: (event: BridgeEvent) => void): void {
    this.#bridgeListeners.push(listener);
  }

  /** Process ids of the workers that run, for whoever watches them. */
  get pids(): readonly number[] {
    return this.#seats.flatMap(({ worker }) => worker?.pid ?? []);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#seats.map(async ({ worker }) => worker?.stop()));
  }

  #seatOf(session: string): Seat | undefined {
    return this.#seats.find(({ sessions }) => sessions.has(session));
  }

  #workerOf(session: string): MediaWorker | undefined {
    return this.#seatOf(session)?.worker;
  }

  #ivrWorker(ivr: string): MediaWorker | undefined {
    return this.#seats.find(({ ivrs }) => ivrs.has(ivr))?.worker;
  }

  /** The one that has it, or the one with the fewest, which is started with its first session. */
  #workerFor(session: string): MediaWorker {
    const seat = this.#seatOf(session) ?? this.#idlest();
    seat.sessions.add(session);
    return this.#running(seat);
  }

  #bridging(bridge: string): MediaWorker {
    const seat = this.#seats.find(({ bridges }) => bridges.has(bridge)) ?? this.#idlest();
    seat.bridges.add(bridge);
    return this.#running(seat);
  }

  /** With the fewest sessions and calls. */
  #idlest(): Seat {
    const load = ({ sessions, echoes, bridges, ivrs }: Seat): number => sessions.size + echoes.size + bridges.size + ivrs.size;
    const [seat] = this.#seats.toSorted((a, b) => load(a) - load(b));
    if (seat === undefined || this.#stopped) throw new MediaError('unavailable', 'no media worker');
    return seat;
  }

  #running(seat: Seat): MediaWorker {
    seat.worker ??= this.#start(seat);
    return seat.worker;
  }

  #start(seat: Seat): MediaWorker {
    const { listen, announced, rtpPorts: ports, bitrate, holdMusic, log, hangMs = hangsMs } = this.#options;
    const siblings = this.#seats.flatMap(({ port }) => (port === seat.port ? [] : port));
    const transport = { port: seat.port, siblings, listen, announced };
    const worker: MediaWorker = new MediaWorker(
      { type: 'listen', transport, plain: ports && { ports, listen, announced }, bitrate, holdMusic },
      (session, event) => seat.sessions.has(session) && this.#tell(session, event),
      (call, state) => this.#tellEcho(call, state),
      (bridge, event) => seat.bridges.has(bridge) && this.#tellBridge(bridge, event),
      (ivr, news) => seat.ivrs.has(ivr) && this.#tellIvr(ivr, news),
      (dropped) => this.#count(dropped),
      () => {
        seat.worker = undefined;
        const lost = [...seat.sessions];
        seat.sessions.clear();
        const calls = [...seat.echoes];
        seat.echoes.clear();
        const bridges = [...seat.bridges];
        seat.bridges.clear();
        const ivrs = [...seat.ivrs];
        seat.ivrs.clear();
        if (this.#stopped) return;
        log.error('media_worker_gone', { port: seat.port, sessions: lost.length });
        // Those who were on it come in a moment. One that ends before they do is replaced when they ask.
        if (lost.length + calls.length + bridges.length + ivrs.length > 0) seat.worker = this.#start(seat);
        for (const session of lost) this.#emit({ type: 'lost', session });
        for (const ivr of ivrs) for (const listener of this.#ivrListeners) listener(ivr, { type: 'media', state: 'lost' });
        for (const call of calls) for (const listener of this.#echoListeners) listener(call, 'lost');
        for (const bridge of bridges) for (const listener of this.#bridgeListeners) listener({ type: 'lost', bridge });
      },
      hangMs,
    );
    log.info('media_worker', { port: seat.port, pid: worker.pid });
    return worker;
  }

  #count(dropped: Dropped): void {
    for (const [why, count] of Object.entries(dropped)) this.#options.metrics?.count(`media_dropped_${why}`, count);
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

  #tellEcho(call: string, state: TransportState): void {
    if (state !== 'connected' && state !== 'disconnected' && state !== 'failed') return;
    for (const listener of this.#echoListeners) listener(call, state === 'connected' ? state : 'interrupted');
  }

  #tellIvr(ivr: string, news: IvrNews): void {
    for (const listener of this.#ivrListeners) {
      if (news.type === 'recorded') listener(ivr, { type: 'recorded' });
      else if (news.type !== 'media') listener(ivr, news);
      else if (news.state === 'connected') listener(ivr, { type: 'media', state: 'connected' });
      else if (news.state !== 'connecting' && news.state !== 'closed') listener(ivr, { type: 'media', state: 'interrupted' });
    }
  }

  #tellBridge(bridge: string, event: BridgeNews): void {
    if (event.type === 'media') {
      const { state } = event;
      if (state !== 'connected' && state !== 'disconnected' && state !== 'failed') return;
      for (const listener of this.#bridgeListeners) listener({ ...event, bridge, state });
      return;
    }
    for (const listener of this.#bridgeListeners) listener({ ...event, bridge });
  }

  #emit(event: MediaEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
