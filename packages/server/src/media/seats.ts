/**
 * The workers of this machine, and what each of them carries. All of a session is on one of them, as all of a call is; when that ends, whoever
 * has asked for it is told that it is lost, and goes on with another one, which takes its place.
 */
import type { Milliseconds } from '@offhook/core';
import { nothingDropped } from '@offhook/media';
import type {
  BridgeNews,
  Dropped,
  IvrNews,
  RoomEvent,
  TransportState,
  UdpOptions,
  WebRtcOptions,
  WorkerAnswer,
  WorkerCommand,
  WorkerRequest,
} from '@offhook/media';
import { MediaError } from '../ports/media.ts';
import type { Log, Metrics } from '../ports.ts';
import { Restarts } from './restarts.ts';
import { MediaWorker } from './worker.ts';
import type { WorkerNews } from './worker.ts';

/** Several times of what a worker on a busy machine says nothing. */
const hangsMs: Milliseconds = 5_000;

export interface SeatOptions extends Omit<WebRtcOptions, 'port'> {
  /** UDP port of the first worker; the others have the following ones. */
  readonly port: number;
  readonly workers: number;
  /** Ports of plain RTP, which all workers share; absent: there is none. */
  readonly rtpPorts?: UdpOptions['ports'] | undefined;
  /** Bits per second that each participant may send; absent: as the limits say. */
  readonly bitrate?: number | undefined;
  /** A file, for telephones that are held; absent: what comes with the worker. */
  readonly holdMusic?: string | undefined;
  /** A worker that says nothing for so long hangs, and is replaced. Default: 5 s. */
  readonly hangMs?: Milliseconds | undefined;
  readonly log: Log;
  /** Where it is counted what the workers drop, and how often one ends; absent: nowhere. */
  readonly metrics?: Pick<Metrics, 'count'> | undefined;
}

/** What a worker carries, and what it tells of it. */
interface News {
  session: RoomEvent;
  ivr: IvrNews;
  echo: TransportState;
  bridge: BridgeNews;
}

type Carried = keyof News;

/** In the order in which it is told that they are lost. */
const kinds = ['session', 'ivr', 'echo', 'bridge'] as const satisfies readonly Carried[];

interface Listener<Kind extends Carried> {
  readonly onNews: (id: string, news: News[Kind]) => void;
  readonly onLost: (id: string) => void;
}

interface Seat {
  readonly port: number;
  worker: MediaWorker | undefined;
  readonly carried: Readonly<Record<Carried, Set<string>>>;
  readonly restarts: Restarts;
  /** Before this, by the clock that never goes backwards, no other worker is started. */
  startsAt: Milliseconds;
}

export class Seats {
  readonly #options: SeatOptions;
  readonly #seats: readonly Seat[];
  readonly #listeners: { [Kind in Carried]?: Listener<Kind> } = {};
  #isStopped = false;

  constructor(options: SeatOptions) {
    this.#options = options;
    this.#count(nothingDropped());
    options.metrics?.count('media_workers_gone', 0);
    this.#seats = Array.from({ length: options.workers }, (_, n) => ({
      port: options.port + n,
      worker: undefined,
      carried: { session: new Set(), ivr: new Set(), echo: new Set(), bridge: new Set() },
      restarts: new Restarts(),
      startsAt: 0,
    }));
  }

  /** Of everything of a kind. */
  listen<Kind extends Carried>(kind: Kind, listener: Listener<Kind>): void {
    Object.assign(this.#listeners, { [kind]: listener });
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Process ids of the workers that run. */
  get pids(): readonly number[] {
    return this.#seats.flatMap(({ worker }) => worker?.pid ?? []);
  }

  /** The worker that carries it. */
  of(kind: Carried, id: string): MediaWorker | undefined {
    return this.#seatOf(kind, id)?.worker;
  }

  /** The one that carries it, or is going to. @throws MediaError `unavailable` */
  for(kind: Carried, id: string): MediaWorker {
    const seat = this.#seatOf(kind, id) ?? this.#idlest();
    seat.carried[kind].add(id);
    return this.#running(seat);
  }

  /** The same of what a worker carries only once it has taken the request. @throws MediaError */
  async begin(kind: Carried, id: string, request: WorkerRequest): Promise<WorkerAnswer> {
    const seat = this.#seatOf(kind, id) ?? this.#idlest();
    const answer = await this.#running(seat).ask(request);
    seat.carried[kind].add(id);
    return answer;
  }

  /** It is over, and the worker is told so. */
  end(kind: Carried, id: string, command: WorkerCommand): void {
    for (const { carried, worker } of this.#seats) if (carried[kind].delete(id)) worker?.tell(command);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all(this.#seats.map(async ({ worker }) => worker?.stop()));
  }

  #seatOf(kind: Carried, id: string): Seat | undefined {
    return this.#seats.find(({ carried }) => carried[kind].has(id));
  }

  /** With the fewest sessions and calls; one whose worker has yet to be started again only where all have. */
  #idlest(): Seat {
    const now = performance.now();
    const load = ({ carried }: Seat): number => kinds.reduce((sum, kind) => sum + carried[kind].size, 0);
    const pause = ({ startsAt }: Seat): number => Math.max(0, startsAt - now);
    const [seat] = this.#seats.toSorted((a, b) => pause(a) - pause(b) || load(a) - load(b));
    if (seat === undefined || this.#isStopped) throw new MediaError('unavailable', 'no media worker');
    return seat;
  }

  /** A worker is started with the first that it carries. */
  #running(seat: Seat): MediaWorker {
    seat.worker ??= this.#start(seat);
    return seat.worker;
  }

  #start(seat: Seat): MediaWorker {
    const { listen, announced, rtpPorts: ports, bitrate, holdMusic, log, hangMs = hangsMs } = this.#options;
    const { port } = seat;
    const siblings = this.#seats.flatMap((other) => (other === seat ? [] : other.port));
    const transport = { port, siblings, listen, announced };
    return new MediaWorker({
      listen: { type: 'listen', transport, plain: ports && { ports, listen, announced }, bitrate, holdMusic },
      hangMs,
      afterMs: Math.max(0, seat.startsAt - performance.now()),
      onStarted: (pid) => log.info('media_worker', { port, pid }),
      onNews: (news) => this.#hear(seat, news),
      onGone: (livedMs) => this.#gone(seat, livedMs),
    });
  }

  #gone(seat: Seat, livedMs: Milliseconds): void {
    const { log, metrics } = this.#options;
    const { port, carried } = seat;
    const sessions = carried.session.size;
    const lost = kinds.map((kind) => [kind, [...carried[kind]]] as const);
    for (const kind of kinds) carried[kind].clear();
    seat.worker = undefined;
    if (this.#isStopped) return;
    const pauseMs = seat.restarts.ended(livedMs);
    seat.startsAt = performance.now() + pauseMs;
    log.error('media_worker_gone', { port, sessions, livedMs: Math.round(livedMs), ...(pauseMs > 0 && { pauseMs }) });
    metrics?.count('media_workers_gone');
    // Those who were on it come in a moment. One that ends before they do is replaced when they ask.
    if (lost.some(([, ids]) => ids.length > 0)) seat.worker = this.#start(seat);
    for (const [kind, ids] of lost) for (const id of ids) this.#listeners[kind]?.onLost(id);
  }

  /** What comes of something that has ended meanwhile is nobody's news. */
  #hear({ carried }: Seat, news: WorkerNews): void {
    const { session, ivr, echo, bridge } = this.#listeners;
    if (news.type === 'dropped') this.#count(news.dropped);
    else if (news.type === 'echo') echo?.onNews(news.call, news.state);
    else if (news.type === 'event' && carried.session.has(news.session)) session?.onNews(news.session, news.event);
    else if (news.type === 'ivr' && carried.ivr.has(news.ivr)) ivr?.onNews(news.ivr, news.news);
    else if (news.type === 'bridge' && carried.bridge.has(news.bridge)) bridge?.onNews(news.bridge, news.event);
  }

  #count(dropped: Dropped): void {
    for (const [why, count] of Object.entries(dropped)) this.#options.metrics?.count(`media_dropped_${why}`, count);
  }
}
