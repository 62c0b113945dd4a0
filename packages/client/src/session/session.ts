import type {
  EventOf,
  ParticipantId,
  ReplyOf,
  RequestOf,
  SessionEvent,
  SessionId,
  SessionParticipant,
  SessionRecording,
  SessionStream,
  StreamRef,
} from '@offhook/core';
import { Emitter } from '../emitter.ts';
import { captureError, OffhookError } from '../errors.ts';
import type { PhoneLink } from '../part.ts';
import { openPhone } from '../phone.ts';
import type { Phone } from '../phone.ts';
import { Cameras } from './cameras.ts';
import { DataSender } from './data.ts';
import type { SendOptions } from './data.ts';
import { askToJoin, inTurn, unlessClosed } from './joining.ts';
import { Publisher } from './publisher.ts';
import type { LocalStream } from './publisher.ts';
import { dropError } from './dropped.ts';
import { qualityOf } from './quality.ts';
import { Receiver } from './receiver.ts';
import type { RemoteStream } from './receiver.ts';
import type { JoinOptions, PublishOptions, SessionEnd, SessionEvents } from './types.ts';

/**
 * Takes part in a session. Rejects e.g. with `session_not_found`, `session_full`, `session_locked`, `participant_here`,
 * `media_unavailable`.
 */
export async function join(phone: Phone, id: SessionId, { token, data }: JoinOptions = {}): Promise<Session> {
  const link: PhoneLink = { ...openPhone(phone), user: () => phone.user };
  const asked: Asked = { session: id, ...(token !== undefined && { token }), ...(data === true && { data }) };
  return inTurn(phone, id, async () => {
    // Its events may follow in the same moment; what came before the answer was for another part of this page in it.
    const early: SessionEvent[] = [];
    const listen = (told: object): void => {
      if (isSessionEvent(told)) early.push(told);
    };
    try {
      const joined = await askToJoin(link, asked, () => link.parts.add(listen));
      const session = new Session(link, phone, asked, joined, early);
      const sessions = current.get(phone) ?? new Map<SessionId, Session>();
      if (sessions.get(id)?.replaced() === true) session.begin();
      current.set(phone, sessions.set(id, session));
      return session;
    } finally {
      link.parts.delete(listen);
    }
  });
}

/** With what one joins, for the first time and again. */
type Asked = Pick<RequestOf<'session_join'>, 'session' | 'token' | 'data'>;

/** The last one of each id: who joins again begins anew. */
const current = new WeakMap<Phone, Map<SessionId, Session>>();

/** One's part in a session. Made by `join()`. */
export class Session extends Emitter<SessionEvents> {
  /** Its id, by which others join the same one. */
  readonly id: SessionId;
  readonly #link: PhoneLink;
  readonly #phone: Phone;
  readonly #asked: Asked;
  readonly #data: DataSender | undefined;
  readonly #publisher: Publisher;
  readonly #cameras: Cameras;
  readonly #receiver: Receiver;
  readonly #participants = new Map<ParticipantId, SessionParticipant>();
  /** Streams that are closed with this session: it has opened them, or was given them. */
  readonly #opened = new Set<MediaStream>();
  readonly #stop: () => void;
  #me: ParticipantId;
  #speaker: ParticipantId | undefined;
  #recording: SessionRecording | undefined;
  #isOver = false;

  /** Sessions are made by `join()`. @hideconstructor */
  constructor(link: PhoneLink, phone: Phone, asked: Asked, joined: ReplyOf<'session_join'>, early: readonly SessionEvent[]) {
    super((error) => link.platform.report(error));
    this.id = asked.session;
    this.#link = link;
    this.#phone = phone;
    this.#asked = asked;
    this.#data = asked.data === true ? new DataSender(link.platform.clock) : undefined;
    this.#publisher = new Publisher(link, this.id, this.#data);
    this.#cameras = new Cameras(this.#publisher);
    this.#receiver = new Receiver(link, this.id, {
      available: (remote) => this.emit('streamAvailable', remote),
      unavailable: (remote) => this.emit('streamUnavailable', remote),
      bytes: (...arrived) => this.emit('bytes', ...arrived),
      find: (stream) => this.#find(stream),
    });
    const tell: Parameters<typeof link.parts.add>[0] = (told) => {
      // What was told meanwhile is lost, and perhaps the server was begun anew.
      if (!('type' in told)) {
        if (!told.resumed) void this.#joinAgain();
      } else if (isSessionEvent(told) && told.session === this.id) this.#told(told);
    };
    link.parts.add(tell);
    const unwatch = link.platform.watchNetwork((event) => (event === 'changed' || event === 'online') && this.#renew());
    const off = phone.on('closed', (error) => this.#over('lost', error));
    this.#stop = () => {
      link.parts.delete(tell);
      unwatch();
      off();
    };
    this.#me = joined.participant;
    this.#show(joined);
    // Whoever awaits `join()` listens before anything is told.
    queueMicrotask(() => queueMicrotask(() => early.forEach((event) => event.session === this.id && this.#told(event))));
  }

  /** One's own id in it. */
  get participant(): ParticipantId {
    return this.#me;
  }

  /** All who are there, oneself included. */
  get participants(): readonly SessionParticipant[] {
    return [...this.#participants.values()];
  }

  /** What arrives from others at the moment. */
  get streams(): readonly RemoteStream[] {
    return this.#receiver.streams;
  }

  /** What one publishes oneself. */
  get published(): readonly LocalStream[] {
    return this.#publisher.streams;
  }

  /** Who is heard above the others; undefined: nobody. */
  get activeSpeaker(): SessionParticipant | undefined {
    return this.#speaker === undefined ? undefined : this.#participants.get(this.#speaker);
  }

  /** That the session is being recorded; undefined: it is not. */
  get recording(): SessionRecording | undefined {
    return this.#recording;
  }

  /** Whether one may record it. */
  get mayRecord(): boolean {
    return this.#participants.get(this.#me)?.record === true;
  }

  /**
   * Records everything that is said and shown, or goes on after a pause. Everybody is told. Rejects e.g. with `recording_refused`,
   * `recording_unavailable`, `disk_full`. What was recorded is to be had by the REST API.
   */
  startRecording(): Promise<void> {
    return this.#record('recording');
  }

  /** Leaves out what is said and shown until `startRecording()`. Rejects with `not_recording`. */
  pauseRecording(): Promise<void> {
    return this.#record('paused');
  }

  /** Resolves once the recording is complete. */
  stopRecording(): Promise<void> {
    return this.#record('stopped');
  }

  /**
   * Publishes a stream, or what is opened for these constraints. Pictures from 480 × 270 on are sent in two sizes, from 1,200 × 675 on in three.
   * Rejects with `publish_refused`, or as microphones and cameras do that may not be used.
   */
  async publish(
    input: MediaStream | MediaStreamConstraints = { audio: true, video: true },
    { alias, owned = false, redundant = false, dtx = false, scalabilityMode, codec }: PublishOptions = {},
  ): Promise<LocalStream> {
    if (this.#isOver) throw new OffhookError('closed');
    const stream = 'getTracks' in input ? input : await this.#open(input);
    const local: LocalStream = { stream, alias, redundant, dtx, scalabilityMode, codec };
    if (owned || stream !== input) this.#opened.add(stream);
    try {
      if (this.#isOver) throw new OffhookError('closed');
      const video = 'getTracks' in input ? undefined : input.video;
      // Before it is published: it may be turned off meanwhile.
      if (video !== undefined && video !== false) this.#cameras.remember(local, () => this.#open({ video }));
      await this.#publisher.add(local);
      return local;
    } catch (error) {
      this.#letGo(stream);
      throw error;
    }
  }

  /** Publishes it no longer; nothing named: nothing at all. What was opened for it is closed. */
  unpublish(...streams: readonly LocalStream[]): void {
    for (const local of streams.length === 0 ? this.published : streams) {
      this.#publisher.remove(local);
      this.#letGo(local.stream);
    }
  }

  /** Turns the microphone on or off, of one published stream or of all. The others see it. */
  setMicEnabled(on: boolean, stream?: LocalStream): void {
    this.#publisher.enable('audio', on, stream);
  }

  /**
   * The same for the camera. One that the session has opened is closed meanwhile: its light goes out, and its track is another one afterwards.
   * Resolves once it is on; rejects as cameras do that may not be used.
   */
  async setCameraEnabled(on: boolean, stream?: LocalStream): Promise<void> {
    const all = stream === undefined ? this.published : [stream];
    await Promise.all(all.map((local) => this.#cameras.set(local, on)));
  }

  /**
   * Sends something to one participant, or to all others (their event `data`), at most once. False: the server cannot be reached at the
   * moment.
   */
  send(data: unknown, to?: ParticipantId): boolean {
    return this.#link.connection.say({ type: 'session_data', session: this.id, data, ...(to !== undefined && { to }) });
  }

  /**
   * Sends bytes, up to 16 KiB, by way of the media worker to all who are subscribed to one and have joined with `data` (their event
   * `bytes`): fast, and not seen by the server. What is not `lossy` arrives, in order, as long as connections hold. Throws `too_large`,
   * `rate_limited` beyond 200 messages or 512 KiB per second or what the way carries, `publish_refused` where one may publish nothing,
   * `wrong_state` where one has joined without `data`, `closed`.
   */
  sendBytes(bytes: Uint8Array | ArrayBuffer, options: SendOptions = {}): void {
    if (this.#isOver) throw new OffhookError('closed');
    if (this.#data === undefined) throw new OffhookError('wrong_state', { message: 'Join with `data: true` to send bytes.' });
    if (this.#participants.get(this.#me)?.publish.length === 0) throw new OffhookError('publish_refused');
    this.#data.send(bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes), options);
    this.#publisher.connect();
  }

  /** Leaves it. What was opened for it is closed at once; resolves once the server knows. */
  async leave(): Promise<void> {
    if (this.#isOver) return;
    this.#over('left', undefined);
    await inTurn(this.#phone, this.id, async () => {
      // Whoever has taken its place stays.
      if (current.get(this.#phone)?.get(this.id) === this) await this.#askToLeave();
    }).catch(unlessClosed);
  }

  /** By another `join()` of this page. True: the server may yet take what it publishes for that of the other. @internal */
  replaced(): boolean {
    this.#over('replaced', undefined);
    return this.#publisher.isAsking;
  }

  /** What the one before it has asked for last may be carried out after it has come in. @internal */
  begin(): void {
    this.#publisher.clear();
  }

  async #record(to: 'recording' | 'paused' | 'stopped'): Promise<void> {
    await this.#link.connection.request('session_record', { session: this.id, to });
  }

  #find({ participant, mid }: StreamRef): SessionStream | undefined {
    return this.#participants.get(participant)?.streams.find((stream) => stream.mid === mid);
  }

  async #open(constraints: MediaStreamConstraints): Promise<MediaStream> {
    const { platform, capture } = this.#link;
    const { audio, video } = capture.constraints;
    try {
      return await platform.capture({
        ...constraints,
        ...(constraints.audio === true && { audio }),
        ...(constraints.video === true && { video }),
      });
    } catch (error) {
      throw captureError(constraints.video !== undefined && constraints.video !== false ? 'camera' : 'microphone', error);
    }
  }

  #letGo(stream: MediaStream): void {
    if (this.#opened.delete(stream)) for (const track of stream.getTracks()) track.stop();
  }

  #askToLeave(): Promise<object> {
    return this.#link.connection.request('session_leave', { session: this.id }, true);
  }

  #joinAgain(): Promise<void> {
    return inTurn(this.#phone, this.id, async () => {
      // Another one of this page has taken its place meanwhile.
      if (this.#isOver) return;
      try {
        const joined = await this.#link.connection.request('session_join', this.#asked, true);
        // It was over before the server was asked, which has let this page in anew.
        if (this.#isOver) return void (await this.#askToLeave());
        this.#receiver.reset();
        this.#show(joined);
        this.#publisher.renew();
      } catch (error) {
        this.#over('lost', error instanceof OffhookError ? error : new OffhookError('unreachable', { cause: error }));
      }
    });
  }

  #renew(): void {
    this.#publisher.renew();
    this.#receiver.renew();
  }

  #show({ participant, view }: ReplyOf<'session_join'>): void {
    const [before, wasRecording] = [new Map(this.#participants), this.#recording];
    this.#me = participant;
    this.#speaker = view.speaker;
    this.#recording = view.recording;
    this.#participants.clear();
    for (const one of view.participants) this.#participants.set(one.participant, one);
    for (const [id, one] of before) if (!this.#participants.has(id)) this.emit('participant', 'left', one);
    if (before.size === 0) return;
    if (wasRecording?.state !== view.recording?.state) this.emit('recording', view.recording, undefined);
    for (const [id, one] of this.#participants) this.emit('participant', before.has(id) ? 'changed' : 'joined', one);
  }

  #told(event: SessionEvent): void {
    switch (event.type) {
      case 'session_participant':
        return this.#participant(event);
      case 'session_streams':
        return this.#publishes(event.participant, event.streams);
      case 'session_offer':
        return this.#receiver.offered(event);
      case 'session_speaker':
        this.#speaker = event.participant;
        return this.emit('activeSpeaker', this.activeSpeaker);
      case 'session_recording':
        this.#recording = event.recording;
        return this.emit('recording', event.recording, event.cause);
      case 'session_quality':
        return this.emit('quality', qualityOf(event));
      case 'session_dropped':
        return this.emit('dropped', dropError(event.code), this.#publisher.at(event.mid));
      case 'session_watched':
        return this.#publisher.watched(event.mid, event.encodings);
      case 'session_data':
        return this.emit('data', event.from, event.data);
      case 'session_muted':
        this.#publisher.silence(event.streams);
        return this.emit('muted');
      case 'session_republish':
        this.#receiver.reset();
        // Of those who publish nothing anew nothing more is told.
        for (const { participant, streams } of this.participants) if (streams.length > 0) this.#publishes(participant, []);
        return this.#publisher.renew();
      case 'session_ended':
        return this.#over(event.cause, undefined);
    }
  }

  #publishes(id: ParticipantId, streams: SessionStream[]): void {
    const before = this.#participants.get(id);
    if (before === undefined) return;
    const participant = { ...before, streams };
    this.#participants.set(id, participant);
    this.#receiver.changed();
    this.emit('participant', 'changed', participant);
  }

  #participant({ change, participant }: EventOf<'session_participant'>): void {
    if (change === 'left') this.#participants.delete(participant.participant);
    else this.#participants.set(participant.participant, participant);
    this.#receiver.changed();
    this.emit('participant', change, participant);
  }

  #over(cause: SessionEnd, error: OffhookError | undefined): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#stop();
    this.#publisher.close();
    this.#receiver.reset();
    for (const stream of this.#opened) this.#letGo(stream);
    this.emit('ended', cause, error);
  }
}

function isSessionEvent(told: object): told is SessionEvent {
  return 'type' in told && typeof told.type === 'string' && told.type.startsWith('session_');
}
