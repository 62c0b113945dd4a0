/** The media worker of one life of the server, by its port: it takes its time, its ways to browsers are lost, and it may crash. */
import { whose } from '../../../packages/server/src/engine/media-names.ts';
import { MediaError } from '../../../packages/server/src/ports/media.ts';
import type {
  Media,
  MediaEvent,
  Allowed,
  MediaKind,
  PublishedStream,
  RecordingOrder,
  StreamRef,
} from '../../../packages/server/src/ports/media.ts';
import type { Place } from '../ether.ts';
import type { Scope } from '../time.ts';
import type { SessionPeer } from './peer.ts';
import type { SessionWorld } from './world.ts';
import { read, write } from './words.ts';

type Side = 'publish' | 'subscribe';

/** How long checks that are not answered are waited for, on both ends. */
const disconnectedMs = 5_000;
const failedMs = 15_000;

/** A section of what is offered to a receiver. Those that are free are offered as inactive. */
interface Section {
  readonly kind: MediaKind;
  stream: StreamRef | undefined;
}

interface Guest {
  streams: readonly PublishedStream[];
  wanted: readonly StreamRef[];
  sections: Section[];
  /** Of the receiving transport: another one has another certificate. */
  certificate: string;
  revision: number;
  readonly ways: Map<Side, Way>;
}

/** A transport and its peer connection. */
interface Way {
  readonly peer: SessionPeer;
  readonly address: number;
  state: 'connecting' | 'connected' | 'disconnected' | 'failed';
  cancel: () => void;
}

export class Worker implements Media, Place {
  readonly name = 'worker';
  readonly scope: Scope;
  isReachable = true;
  address = 0;
  readonly #world: SessionWorld;
  #rooms = new Map<string, Map<string, Guest>>();
  /** By session. */
  readonly #recordings = new Map<string, string>();
  /** Sessions that it was asked to publish in, and not told to close: they hear that it is lost also while nothing is done yet (`pool.ts`). */
  readonly #seats = new Set<string>();
  #listener: (event: MediaEvent) => void = () => undefined;
  #isDown = false;
  #lastAt = 0;

  constructor(world: SessionWorld, scope: Scope) {
    this.#world = world;
    this.scope = scope;
  }

  /** Everything that it holds, for the end. */
  get guests(): number {
    return [...this.#rooms.values()].reduce((sum, { size }) => sum + size, 0);
  }

  get recordings(): number {
    return this.#recordings.size;
  }

  publish(
    session: string,
    participant: string,
    offer: string,
    allowed: readonly Allowed[],
  ): Promise<{ readonly answer: string; readonly streams: readonly PublishedStream[] }> {
    this.#seats.add(session);
    return new Promise((resolve, reject) => {
      this.#soon(
        () => {
          const words = read(offer);
          const peer = words === undefined ? undefined : this.#world.peer(words.end);
          if (words === undefined || peer === undefined) return reject(new MediaError('bad_description', 'It cannot be read.'));
          const guest = this.#guest(session, participant);
          guest.streams = words.sections.flatMap(({ mid, kind, active }) =>
            active && allowed.includes(kind) ? [{ mid, kind }] : [],
          );
          this.#reach(session, participant, guest, 'publish', peer);
          resolve({ answer: 'taken', streams: guest.streams });
          this.#offerToThoseWhoWait(session, participant);
        },
        () => reject(new MediaError('unavailable', 'It is gone.')),
      );
    });
  }

  subscribe(session: string, participant: string, streams: readonly StreamRef[]): void {
    this.#world.sessionLaws.instructed(
      session,
      whose(participant).participant,
      streams.map((stream) => ({ ...stream, participant: whose(stream.participant).participant })),
    );
    this.#soon(() => {
      const guest = this.#guest(session, participant);
      guest.wanted = streams;
      this.#offer(session, participant, guest);
    });
  }

  /** What goes by data channels is nothing here. */
  hear(): void {}

  /** What of it is recorded is nothing here, either. */
  admit(): void {}

  answer(session: string, participant: string, revision: number, answer: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#soon(
        () => {
          const guest = this.#rooms.get(session)?.get(participant);
          if (guest === undefined || guest.revision !== revision) return reject(new MediaError('stale', 'It was replaced.'));
          const peer = this.#world.peer(read(answer)?.end ?? '');
          if (peer === undefined) return reject(new MediaError('bad_description', 'It cannot be read.'));
          this.#reach(session, participant, guest, 'subscribe', peer);
          resolve();
        },
        () => reject(new MediaError('unavailable', 'It is gone.')),
      );
    });
  }

  restart(session: string, participant: string): void {
    this.#soon(() => {
      const guest = this.#rooms.get(session)?.get(participant);
      if (guest === undefined) return;
      this.#renew(guest);
      this.#offer(session, participant, guest);
    });
  }

  look(session: string, participant: string, stream: StreamRef): void {
    this.#world.sessionLaws.looked(session, whose(participant).participant, {
      ...stream,
      participant: whose(stream.participant).participant,
    });
  }

  leave(session: string, participant: string): void {
    this.#world.sessionLaws.left(session, whose(participant).participant);
    this.#soon(() => this.#forget(session, participant));
  }

  close(session: string): void {
    this.#world.sessionLaws.closed(session);
    this.#seats.delete(session);
    this.#soon(() => {
      for (const participant of this.#rooms.get(session)?.keys() ?? []) this.#forget(session, participant);
      this.#rooms.delete(session);
      this.#recordings.delete(session);
    });
  }

  /** Begins a file for everybody, and one for each stream that is there. Its disk may be full. */
  record(session: string, { recording, part }: RecordingOrder): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#soon(
        () => {
          if (this.#world.chance.is(0.1)) return reject(new MediaError('disk_full', 'There is no room.'));
          const guests = this.#rooms.get(session) ?? new Map<string, Guest>();
          this.#rooms.set(session, guests);
          this.#recordings.set(session, recording);
          resolve();
          const streams = [...guests].flatMap(([participant, guest]) => guest.streams.map(({ mid }) => ({ participant, mid })));
          for (const [at, stream] of [undefined, ...streams].entries()) {
            const file = { name: `${part}-${at}`, type: 'audio/ogg', part, at: 0, ...stream };
            this.#tell({ type: 'recorded', session, recording, file });
          }
        },
        () => reject(new MediaError('unavailable', 'It is gone.')),
      );
    });
  }

  /** What is in a file is nothing here. */
  pauseRecording(): void {}

  stopRecording(session: string, recording: string): Promise<void> {
    return new Promise((resolve) => {
      const stop = (): void => {
        if (this.#recordings.get(session) === recording) this.#recordings.delete(session);
        resolve();
      };
      this.#soon(stop, resolve);
    });
  }

  onEvent(listener: (event: MediaEvent) => void): void {
    this.#listener = listener;
  }

  /** The process crashes, and another one takes its place: what was on its way to it is lost. */
  crash(): void {
    const rooms = [...this.#rooms.keys()];
    for (const guests of this.#rooms.values())
      for (const { ways } of guests.values()) for (const way of ways.values()) way.cancel();
    this.#rooms = new Map();
    this.#recordings.clear();
    this.#isDown = true;
    // What waits to be done finds it gone.
    this.scope.schedule(this.#lastAt - this.scope.now() + 1, () => {
      this.#isDown = false;
      // Also those that have asked before anybody knew that it is gone.
      const lost = new Set([...rooms, ...this.#seats]);
      this.#seats.clear();
      for (const session of lost) {
        this.#world.sessionLaws.closed(session);
        this.#listener({ type: 'lost', session });
      }
    });
  }

  /** Somebody is heard above the others, and everybody presses a key. */
  hears(): void {
    for (const [session, guests] of this.#rooms) {
      const speaking = [...guests].filter(([, { streams }]) => streams.some(({ kind }) => kind === 'audio'));
      const participant = this.#world.chance.is(0.8) && speaking.length > 0 ? this.#world.chance.pick(speaking)[0] : undefined;
      this.#tell({ type: 'speaker', session, participant });
      for (const pressing of guests.keys()) this.#tell({ type: 'digit', session, participant: pressing, digit: '5' });
    }
  }

  /** How it sounds what everybody sends. */
  measures(): void {
    for (const [session, guests] of this.#rooms)
      for (const participant of guests.keys()) {
        const rating = this.#world.chance.pick(['good', 'fair', 'bad'] as const);
        const quality = { sends: { mos: 3, loss: 0, jitterMs: 0, roundTripMs: 20, rating } };
        this.#tell({ type: 'quality', session, participant, quality });
      }
  }

  /** Pictures are watched more, or less. */
  watches(): void {
    for (const [session, guests] of this.#rooms)
      for (const [participant, { streams }] of guests)
        for (const { mid, kind } of streams)
          if (kind === 'video')
            this.#tell({ type: 'watched', session, participant, mid, encodings: this.#world.chance.pick([0, 1]) });
  }

  /** Somebody sends more than they may. */
  drops(): void {
    for (const [session, guests] of this.#rooms)
      for (const [participant, { streams }] of guests) {
        if (!this.#world.chance.is(0.3)) continue;
        const code = this.#world.chance.pick(['bitrate_exceeded', 'source_refused'] as const);
        this.#tell({ type: 'dropped', session, participant, mid: streams[0]?.mid, code });
      }
  }

  /** What it records it can write no longer. */
  diskFails(): void {
    for (const [session, recording] of this.#recordings)
      this.#tell({
        type: 'recording_failed',
        session,
        recording,
        fault: this.#world.chance.pick(['disk_full', 'too_large', 'failed']),
      });
    this.#recordings.clear();
  }

  /** Networks are otherwise than before. */
  networksChanged(): void {
    for (const [session, guests] of this.#rooms)
      for (const [participant, guest] of guests)
        for (const [side, way] of guest.ways) this.#check(session, participant, side, way);
  }

  #guest(session: string, participant: string): Guest {
    const guests = this.#rooms.get(session) ?? new Map<string, Guest>();
    this.#rooms.set(session, guests);
    const guest = guests.get(participant) ?? {
      streams: [],
      wanted: [],
      sections: [],
      certificate: this.#world.chance.token(48),
      revision: 0,
      ways: new Map<Side, Way>(),
    };
    guests.set(participant, guest);
    return guest;
  }

  /** What was not there when they were subscribed to it. */
  #offerToThoseWhoWait(session: string, publisher: string): void {
    for (const [receiver, guest] of this.#rooms.get(session) ?? []) {
      const waits = guest.wanted.some(
        (one) => one.participant === publisher && !guest.sections.some(({ stream }) => isSame(one, stream)),
      );
      if (waits) this.#offer(session, receiver, guest);
    }
  }

  #forget(session: string, participant: string): void {
    const guests = this.#rooms.get(session);
    for (const way of guests?.get(participant)?.ways.values() ?? []) way.cancel();
    guests?.delete(participant);
  }

  #renew(guest: Guest): void {
    guest.certificate = this.#world.chance.token(48);
    guest.sections = [];
  }

  #offer(session: string, participant: string, guest: Guest): void {
    for (const section of guest.sections)
      if (!guest.wanted.some((one) => isSame(one, section.stream))) section.stream = undefined;
    for (const stream of guest.wanted) {
      if (guest.sections.some((section) => isSame(stream, section.stream))) continue;
      const published = this.#rooms
        .get(session)
        ?.get(stream.participant)
        ?.streams.find(({ mid }) => mid === stream.mid);
      if (published === undefined) continue;
      const free = guest.sections.find((section) => section.stream === undefined && section.kind === published.kind);
      if (free === undefined) guest.sections.push({ kind: published.kind, stream });
      else free.stream = stream;
    }
    guest.revision += 1;
    const sections = guest.sections.map(({ kind, stream }, at) => ({ mid: String(at), kind, active: stream !== undefined }));
    const streams = guest.sections.flatMap(({ stream }, at) =>
      stream === undefined ? [] : [{ ...stream, section: String(at) }],
    );
    const offer = write({ end: guest.certificate, sections }, guest.certificate);
    this.#tell({ type: 'offer', session, participant, revision: guest.revision, offer, streams });
  }

  #reach(session: string, participant: string, guest: Guest, side: Side, peer: SessionPeer): void {
    const before = guest.ways.get(side);
    if (before?.peer === peer) return;
    before?.cancel();
    const way: Way = { peer, address: peer.page.address, state: 'connecting', cancel: () => undefined };
    guest.ways.set(side, way);
    this.#check(session, participant, side, way);
  }

  #check(session: string, participant: string, side: Side, way: Way): void {
    const works = !way.peer.isClosed && way.address === way.peer.page.address && this.#world.ether.reaches(this, way.peer.page);
    const isOn = way.state === 'connected';
    if (way.state === 'failed' || (works === isOn && way.state !== 'connecting')) return;
    way.cancel();
    if (works) {
      way.cancel = this.scope.schedule(this.#world.chance.between(20, 200), () => {
        way.state = 'connected';
        way.peer.enter('connected');
        this.#tell({ type: 'transport', session, participant, side, state: 'connected' });
        this.#check(session, participant, side, way);
      });
      return;
    }
    way.cancel = this.scope.schedule(disconnectedMs, () => {
      way.state = 'disconnected';
      this.#tell({ type: 'transport', session, participant, side, state: 'disconnected' });
      way.cancel = this.scope.schedule(failedMs - disconnectedMs, () => {
        way.state = 'failed';
        way.peer.enter('failed');
        this.#tell({ type: 'transport', session, participant, side, state: 'failed' });
      });
    });
  }

  /** In order, a moment later. */
  #soon(act: () => void, lost: () => void = () => undefined): void {
    const now = this.scope.now();
    this.#lastAt = Math.max(this.#lastAt, now + this.#world.chance.between(0, 5));
    this.scope.schedule(this.#lastAt - now, () => (this.#isDown ? lost() : act()));
  }

  #tell(event: MediaEvent): void {
    const now = this.scope.now();
    this.#lastAt = Math.max(this.#lastAt, now + this.#world.chance.between(0, 3));
    // The pool passes on what is told of sessions that this worker has.
    this.scope.schedule(this.#lastAt - now, () => {
      if (!this.#isDown && this.#rooms.has(event.session)) this.#listener(event);
    });
  }
}

function isSame(one: StreamRef, other: StreamRef | undefined): boolean {
  return one.participant === other?.participant && one.mid === other.mid;
}
