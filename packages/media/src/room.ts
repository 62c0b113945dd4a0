/** A session on this worker: its participants, what they publish, and who gets it. */
import type { Instant, Milliseconds, StreamQuality } from '@offhook/core';
import { DataRelay } from './data/relay.ts';
import type { Hearing } from './data/relay.ts';
import type { Dropped } from './dropped.ts';
import { Ears } from './mixing/ears.ts';
import { mixedIn } from './mixing/messages.ts';
import type { Mixer } from './mixing/mixer.ts';
import { NegotiationError } from './negotiation/bundle.ts';
import type { Allowed, MediaKind } from './negotiation/codecs.ts';
import { readPlainOffer } from './negotiation/plain.ts';
import { readPublishOffer } from './negotiation/publish.ts';
import type { PublishOffer } from './negotiation/publish.ts';
import { PlainLeg } from './plain/leg.ts';
import { Reservations, type Reservation } from './plain/reserved.ts';
import type { LegView } from './plain/leg.ts';
import { PublishSide } from './publish-side.ts';
import type { RecordingOrder } from './recorder/messages.ts';
import { RecorderError } from './recorder/recorder.ts';
import type { Recorder } from './recorder/recorder.ts';
import { Taps } from './recorder/taps.ts';
import type { RoomEvent } from './room-event.ts';
import { Meter } from './router/meter.ts';
import type { MeasuredStream } from './router/meter.ts';
import type { Producer } from './router/producer.ts';
import { qualityOf } from './router/quality.ts';
import { Speaker } from './router/speaker.ts';
import { SubscribeSide } from './subscribe-side.ts';
import type { StreamRef } from './subscribe-side.ts';
import { NoPortError } from './transport/ports.ts';
import type { UdpOptions } from './transport/udp.ts';
import type { WebRtcOptions } from './transport/webrtc.ts';

/** What somebody publishes from now on, and the answer to their offer. */
export interface PublishResult {
  readonly answer: string;
  readonly streams: readonly { readonly mid: string; readonly kind: MediaKind }[];
}

export interface RoomDeps {
  readonly transport: WebRtcOptions;
  /** Of plain RTP; absent: there is none. */
  readonly plain?: UdpOptions | undefined;
  /** Bits per second that each participant may send; absent: as the limits say. */
  readonly bitrate?: number | undefined;
  readonly clock: () => Instant;
  /** An unguessable number from 0, below `below`. */
  readonly random: (below: number) => number;
  readonly onEvent: (event: RoomEvent) => void;
  readonly recorder: Recorder;
  readonly mixer: Mixer;
  /** Where it is counted what is dropped; absent: nowhere. */
  readonly dropped?: Dropped | undefined;
}

/** How often it is told how everything sounds. */
const measureMs: Milliseconds = 5_000;

export class Room {
  readonly #deps: RoomDeps;
  readonly #publishing = new Map<string, PublishSide>();
  readonly #subscribing = new Map<string, SubscribeSide>();
  readonly #legs = new Map<string, PlainLeg>();
  readonly #reserved = new Reservations();
  /** From which addresses participants say what they do by plain RTP, where that is known. */
  readonly #saidFrom = new Map<string, string>();
  /** Sections that others may have, by participant. */
  readonly #admitted = new Map<string, ReadonlySet<string>>();
  readonly #ears: Ears;
  readonly #data = new DataRelay();
  readonly #speaker = new Speaker();
  readonly #meter = new Meter();
  #taps: Taps | undefined;
  #closing: { readonly recording: string; readonly done: Promise<void> } | undefined;
  #measured: Instant = 0;

  constructor(deps: RoomDeps) {
    this.#deps = deps;
    this.#ears = new Ears({ ...deps, find: (stream) => this.#find(stream) });
  }

  get isEmpty(): boolean {
    const all = [this.#publishing, this.#subscribing, this.#legs, this.#reserved, this.#saidFrom];
    return all.every(({ size }) => size === 0) && this.#taps === undefined;
  }

  /** @throws NegotiationError */
  publish(participant: string, text: string, allowed: readonly Allowed[]): PublishResult {
    const offer = readPublishOffer(text, allowed);
    return this.#published(offer, this.#side(participant).publish(offer));
  }

  /**
   * A call that takes part, for the first time or with another offer: it publishes, and hears what it is subscribed to as one sound.
   *
   * @throws NegotiationError
   */
  call(participant: string, text: string, allowed: readonly MediaKind[], streams: readonly StreamRef[]): PublishResult {
    const offer = readPublishOffer(text, allowed);
    const sound = offer.published.find(({ kind }) => kind === 'audio');
    const codec = sound && mixedIn(sound.codec.name);
    if (sound === undefined || codec === undefined) throw new NegotiationError('nothing in which a mix could be heard');
    const side = this.#side(participant);
    const ear = this.#ears.of(participant, (bytes) => side.send(bytes));
    const answer = side.publish(offer, ear.ssrc);
    ear.use(codec, sound.source.payloadType);
    ear.want(streams);
    return this.#published(offer, answer);
  }

  #side(participant: string): PublishSide {
    const known = this.#publishing.get(participant);
    if (known !== undefined) return known;
    const { onEvent, clock } = this.#deps;
    const side = new PublishSide(this.#deps, {
      onState: (state) => onEvent({ type: 'transport', participant, side: 'publish', state }),
      onData: (bytes, lossy) => this.#data.relay(participant, bytes, lossy, clock()),
      onDropped: (code, mid) => onEvent({ type: 'dropped', participant, mid, code }),
      onKey: (digit) => onEvent({ type: 'digit', participant, digit }),
      onWatched: (mid, encodings) => onEvent({ type: 'watched', participant, mid, encodings }),
    });
    this.#publishing.set(participant, side);
    return side;
  }

  #published(offer: PublishOffer, answer: string): PublishResult {
    this.#update();
    return { answer, streams: offer.published.map(({ mid, kind }) => ({ mid, kind })) };
  }

  /** From which address somebody says what goes to `attach`. */
  saysFrom(participant: string, address: string): void {
    this.#saidFrom.set(participant, address);
  }

  /** Offers sound by plain RTP: the answer goes to `attach`, as if it were an offer. @throws NoPortError */
  offerPlain(participant: string, wish: Reservation): Promise<string> {
    this.saysFrom(participant, wish.at);
    return this.#reserved.open(participant, this.#deps.plain, wish, this.#deps);
  }

  /**
   * Takes part by plain RTP, for the first time under this name. `mixes`: hears what it is subscribed to as one sound, instead of one stream in
   * each section. Undefined: it has left meanwhile.
   *
   * @throws NegotiationError, NoPortError
   */
  async attach(
    participant: string,
    text: string,
    allowed: readonly MediaKind[],
    streams: readonly StreamRef[],
    mixes = false,
  ): Promise<PublishResult | undefined> {
    const { plain: options, bitrate, dropped, clock, random, onEvent } = this.#deps;
    if (options === undefined) throw new NoPortError('no ports are set apart for plain RTP');
    const reserved = this.#reserved.take(participant);
    const offer = readPlainOffer(text, allowed);
    const leg = new PlainLeg(offer, mixes ? [] : streams, {
      options,
      from: this.#saidFrom.get(participant),
      reserved: (family) => reserved?.takeFor(family),
      bitrate,
      dropped,
      clock,
      random,
      onDropped: (code, mid) => onEvent({ type: 'dropped', participant, mid, code }),
      onKey: (digit) => onEvent({ type: 'digit', participant, digit }),
      find: (stream) => this.#find(stream),
      onState: (side, state) => onEvent({ type: 'transport', participant, side, state }),
    });
    this.#legs.set(participant, leg);
    try {
      const answer = await leg.open();
      if (answer === undefined) return undefined;
      if (mixes) this.#mix(participant, leg, streams);
      this.#update();
      return { answer, streams: leg.producers.map(({ published: { mid, kind } }) => ({ mid, kind })) };
    } catch (error) {
      if (this.#legs.get(participant) === leg) this.#legs.delete(participant);
      leg.close();
      throw error;
    } finally {
      reserved?.close();
    }
  }

  /** @throws NegotiationError */
  #mix(participant: string, { mixed }: PlainLeg, streams: readonly StreamRef[]): void {
    if (mixed === undefined) throw new NegotiationError('nothing in which a mix could be heard');
    const ear = this.#ears.of(participant, mixed.send);
    ear.use(mixed.codec, mixed.payloadType);
    ear.want(streams);
  }

  /** Replaces what somebody receives by plain RTP, or hears in a call. */
  receive(participant: string, streams: readonly StreamRef[]): void {
    if (this.#ears.has(participant)) this.#ears.want(participant, streams);
    else this.#legs.get(participant)?.want(streams);
  }

  attached(participant: string): LegView | undefined {
    return this.#legs.get(participant)?.view;
  }

  /** How what is published comes in, as it was measured last. */
  get measured(): readonly MeasuredStream[] {
    return this.#meter.streams;
  }

  subscribe(participant: string, streams: readonly StreamRef[]): void {
    if (streams.length === 0 && !this.#subscribing.has(participant)) return;
    this.#subscribed(participant).want(streams);
  }

  /**
   * Of what somebody publishes, the sections that others may have: only these are recorded, and make somebody the speaker. None until it is
   * said; said again, it replaces what was said before. What is recorded is still for as long as it is not admitted.
   */
  admit(participant: string, mids: readonly string[]): void {
    if (!this.#publishing.has(participant) && !this.#legs.has(participant)) return;
    this.#admitted.set(participant, new Set(mids));
    this.#taps?.update(this.#admissible());
  }

  /** Somebody has data channels from now on, and hears these by them. To be said before anything is received. */
  hear(participant: string, hearing: Hearing): void {
    this.#data.hear(
      participant,
      hearing,
      (bytes, lossy, most) => this.#subscribing.get(participant)?.sendData(bytes, lossy, most) ?? false,
    );
    if (hearing.from.length > 0) this.#subscribed(participant).hear();
  }

  /** @throws NegotiationError; false: the answer is to an offer that was replaced, or to none. */
  answer(participant: string, revision: number, text: string): boolean {
    return this.#subscribing.get(participant)?.answer(revision, text) ?? false;
  }

  restart(participant: string): void {
    this.#subscribing.get(participant)?.restart();
  }

  look(participant: string, stream: StreamRef, width: number): void {
    this.#subscribing.get(participant)?.look(stream, width);
  }

  /** Records everything that others may have from now on. @throws RecorderError */
  async record(order: RecordingOrder): Promise<void> {
    const [{ recorder, clock, onEvent }, { recording }] = [this.#deps, order];
    if (this.#taps !== undefined) throw new RecorderError('failed');
    // Known from now on: what is said to it while it opens holds, too.
    const taps = new Taps(recorder, order, clock, {
      onFile: (file) => onEvent({ type: 'recorded', recording, file }),
      onFailed: (fault) => {
        if (this.#taps?.recording !== recording) return;
        onEvent({ type: 'recording_failed', recording, fault });
        void this.stopRecording(recording);
      },
    });
    this.#taps = taps;
    taps.update(this.#admissible());
    try {
      await taps.opened;
    } catch (error) {
      await this.stopRecording(recording);
      throw error;
    }
  }

  pauseRecording(recording: string, isPaused: boolean): void {
    if (this.#taps?.recording !== recording) return;
    if (isPaused) this.#taps.pause(this.#deps.clock());
    else this.#taps.resume(this.#deps.clock());
  }

  /** Resolves once all its files are complete. */
  async stopRecording(recording: string): Promise<void> {
    const taps = this.#taps;
    if (taps?.recording === recording) {
      this.#taps = undefined;
      this.#closing = { recording, done: taps.close(this.#deps.clock()) };
    }
    // Also where it has failed, or was stopped before.
    if (this.#closing?.recording === recording) await this.#closing.done;
  }

  leave(participant: string): void {
    this.#data.forget(participant, this.#deps.clock());
    this.#publishing.get(participant)?.close();
    this.#publishing.delete(participant);
    this.#subscribing.get(participant)?.close();
    this.#subscribing.delete(participant);
    this.#legs.get(participant)?.close();
    this.#legs.delete(participant);
    this.#admitted.delete(participant);
    this.#reserved.close(participant);
    this.#saidFrom.delete(participant);
    this.#ears.close(participant);
    for (const side of this.#receiving()) side.update();
    this.#ears.update();
  }

  close(): void {
    if (this.#taps !== undefined) void this.stopRecording(this.#taps.recording);
    for (const participant of this.#participants()) this.leave(participant);
    this.#reserved.closeAll();
  }

  /** To be called about every 20 ms. */
  tick(now: Instant): void {
    for (const side of this.#publishing.values()) side.tick(now);
    for (const side of this.#subscribing.values()) side.tick(now);
    for (const leg of this.#legs.values()) leg.tick(now);
    this.#ears.tick(now);
    this.#taps?.tick(now);
    if (now - this.#measured >= measureMs) this.#measure(now);
    if (this.#speaker.hear(this.#levels(now), now)) this.#deps.onEvent({ type: 'speaker', participant: this.#speaker.current });
  }

  /** The loudest of what each says that others may have, in -dBov; of those who say it (RFC 6464). */
  #levels(now: Instant): ReadonlyMap<string, number> {
    const levels = new Map<string, number>();
    for (const [participant, producer] of this.#admissible()) {
      const level = producer.level(now);
      if (level !== undefined) levels.set(participant, Math.min(level, levels.get(participant) ?? level));
    }
    return levels;
  }

  #measure(now: Instant): void {
    this.#measured = now;
    const received = new Map<string, StreamQuality>();
    const roundTrips = new Map<string, Milliseconds>();
    for (const participant of this.#participants()) {
      const heard = this.#legs.get(participant)?.heard() ?? this.#subscribing.get(participant)?.heard() ?? [];
      const receives = qualityOf(heard);
      if (receives === undefined) continue;
      received.set(participant, receives);
      if (heard.some(({ roundTripMs }) => roundTripMs !== undefined)) roundTrips.set(participant, receives.roundTripMs);
    }
    const sent = this.#meter.measure(this.#producers(), roundTrips, now);
    for (const participant of this.#participants()) {
      const [sends, receives] = [sent.get(participant), received.get(participant)];
      if (sends !== undefined || receives !== undefined) this.#deps.onEvent({ type: 'quality', participant, sends, receives });
    }
  }

  *#producers(): Iterable<readonly [participant: string, producer: Producer]> {
    for (const [participant, { producers }] of this.#publishing)
      for (const producer of producers.values()) yield [participant, producer];
    for (const [participant, { producers }] of this.#legs) for (const producer of producers) yield [participant, producer];
  }

  /** Those that others may have. */
  *#admissible(): Iterable<readonly [participant: string, producer: Producer]> {
    for (const one of this.#producers()) {
      const [participant, { published }] = one;
      if (this.#admitted.get(participant)?.has(published.mid) === true) yield one;
    }
  }

  #subscribed(participant: string): SubscribeSide {
    const known = this.#subscribing.get(participant);
    if (known !== undefined) return known;
    const side = new SubscribeSide({
      ...this.#deps,
      data: this.#data.has(participant),
      find: (stream) => this.#find(stream),
      onState: (state) => this.#deps.onEvent({ type: 'transport', participant, side: 'subscribe', state }),
      onOffer: (revision, offer, carried) =>
        this.#deps.onEvent({ type: 'offer', participant, revision, offer, streams: carried }),
    });
    this.#subscribing.set(participant, side);
    return side;
  }

  #participants(): ReadonlySet<string> {
    return new Set([...this.#publishing.keys(), ...this.#subscribing.keys(), ...this.#legs.keys()]);
  }

  *#receiving(): Iterable<SubscribeSide | PlainLeg> {
    yield* this.#subscribing.values();
    yield* this.#legs.values();
  }

  /** Something is published that was not before, or no longer. */
  #update(): void {
    for (const side of this.#receiving()) side.update();
    this.#ears.update();
    this.#taps?.update(this.#admissible());
  }

  #find({ participant, mid }: StreamRef): Producer | undefined {
    return this.#publishing.get(participant)?.producers.get(mid) ?? this.#legs.get(participant)?.producer(mid);
  }
}
