import { addressOf, causeTexts } from '@offhook/core';
import type {
  Cause,
  EndedEndpoint,
  EndpointState,
  LiveEndpoint,
  Media,
  Milliseconds,
  Person,
  Quality,
  RequestOf,
  Side,
} from '@offhook/core';
import { Emitter } from './emitter.ts';
import type { Endpoint } from './endpoint.ts';
import type { EndpointHost } from './endpoint-host.ts';
import { decided } from './endpoint-state.ts';
import { OffhookError } from './errors.ts';
import { kindsOf } from './media-options.ts';
import type { MediaOptions } from './media-options.ts';
import type { Callee } from './phone.ts';

/**
 * How far a call is.
 *
 * - `opening`: microphone and camera are being opened (the browser may be asking), or media is opened anew
 * - `calling`: the other is being called; see `ringing` and `waiting`
 * - `incoming`: it rings here
 * - `answering`: answered here, not confirmed yet
 * - `connecting`: taken on both sides, media is on its way
 * - `active`: media flows
 * - `reconnecting`: media is interrupted; the SDK is working on it
 * - `ended`: over, see `cause`
 */
export type CallState = Exclude<EndpointState['kind'], 'new'>;

/** What a call tells. */
export interface CallEvents {
  /** `call.state` has changed. */
  state: [state: CallState];
  /** Anything about the call has changed, e.g. `ringing`, `muted`, `remote`; for redrawing. */
  change: [];
  /** `call.localStream` or `call.remoteStream` has other tracks than before, or `localStream` is another one. */
  stream: [which: 'local' | 'remote', stream: MediaStream];
  /** The other side's hold, microphone or camera has changed. */
  remote: [side: RemoteSide];
  /** The other side has led you on to somebody else, to whom you talk from now on: `call.peer`. The call has another id. */
  transferred: [peer: Person, by: Person];
  /** Your call rings somebody else: `call.peer`. The one whom you have called has it forwarded. The call has another id. */
  forwarded: [peer: Person, by: Person];
  /** It is over; with what the callee has said instead of answering. */
  ended: [cause: Cause, message: string | undefined];
  /** Something failed that did not end the call, e.g. `camera_lost`. */
  error: [error: OffhookError];
}

/** What the other side does at the moment. */
export type RemoteSide = Required<Omit<Side, 'n'>>;

/** Opens a call for a further part of the SDK; applications need none of it. */
export let openCall: (call: Call) => Endpoint;

/** A call beside another one, to ask somebody whether they take it over. Made by `call.consult()`. */
export interface Consultation {
  /** With the one who is asked. */
  readonly call: Call;
  /** Leads the two others together; both calls end here with the cause `transferred`. See `call.transfer()`. */
  complete(): Promise<void>;
  /** Ends it, and takes the call up again that is on hold meanwhile. */
  cancel(): void;
}

/** One call, from the first ring to its end. Made by `phone.call()`, or given to listeners of `incoming`. */
export class Call extends Emitter<CallEvents> {
  /** Whether it came from the other side. */
  readonly isIncoming: boolean;
  readonly #endpoint: Endpoint;
  readonly #host: EndpointHost;
  /** The last state in which the call was alive, for what is known of it after its end. */
  #live: LiveEndpoint | undefined;
  #answering: Promise<void> | undefined;
  #wantsCamera = false;

  static {
    openCall = (call) => call.#endpoint;
  }

  /** Calls are made by a `Phone`. @hideconstructor */
  constructor(endpoint: Endpoint, isIncoming: boolean, host: EndpointHost) {
    super((error) => host.platform.report(error));
    this.#endpoint = endpoint;
    this.isIncoming = isIncoming;
    this.#host = host;
    endpoint.on('changed', (before, state) => this.#changed(before, state));
    endpoint.on('localStream', () => this.emit('stream', 'local', this.localStream));
    endpoint.on('remoteStream', () => this.emit('stream', 'remote', this.remoteStream));
    endpoint.on('failed', (error) => this.emit('error', error));
  }

  /** The id of the call, the same on both sides. It changes once if both called each other at the same moment. */
  get id(): string {
    return this.#endpoint.state.call;
  }

  /** How far the call is. */
  get state(): CallState {
    const { kind } = this.#endpoint.state;
    return kind === 'new' ? 'opening' : kind;
  }

  /** The other person. */
  get peer(): Person {
    return this.#live?.peer ?? { address: '', name: '' };
  }

  /** Who has led you two together, if somebody has: you were transferred, or the call to you was. */
  get transferredBy(): Person | undefined {
    return this.#live?.transferredBy;
  }

  /** A program has placed it for you: it rings here first, and `answer()` calls `peer`. */
  get placed(): true | undefined {
    return this.#live?.placed;
  }

  /** It rings for this meeting: to take it, enter that instead of answering, and it stops on all your devices. See `./meetings`. */
  get meeting(): { readonly meeting: string; readonly title?: string | undefined } | undefined {
    return this.#live?.meeting;
  }

  /** Whom the caller wanted to reach, if that one has forwarded the call. */
  get forwardedFrom(): Person | undefined {
    return this.#live?.forwardedFrom;
  }

  /** The kinds of media the caller wanted to begin with: `video` makes it a video call. */
  get media(): Media {
    return this.#live?.media ?? { audio: true, video: false };
  }

  /** While `calling`: a device of the other side rings. */
  get ringing(): boolean {
    return this.#rings !== undefined;
  }

  /** While `calling`: the other side is heard already, e.g. an announcement. Make no sound of ringing then. */
  get early(): boolean {
    return this.#rings === 'early';
  }

  /** The one who is called was in another call when this one came: the other side while `calling`, you while `incoming`. */
  get waiting(): boolean {
    const { state } = this.#endpoint;
    return this.#rings === 'waiting' || (state.kind === 'incoming' && state.waiting);
  }

  /** This side has put the call on hold. While either side has, neither hears or sees the other. */
  get held(): boolean {
    return this.#live?.mine.held ?? false;
  }

  /** The microphone is off. */
  get muted(): boolean {
    return this.#live?.mine.muted ?? false;
  }

  /** The camera is on. */
  get camera(): boolean {
    return this.#live?.mine.camera ?? false;
  }

  /** This side shows its screen. See `./screen`. */
  get screen(): boolean {
    return this.#live?.mine.screen ?? false;
  }

  /** What the other side does: whether it has put the call on hold, its microphone is off, its camera is on, it shows its screen. */
  get remote(): RemoteSide {
    const { held = false, muted = false, camera = false, screen = false } = this.#live?.theirs ?? {};
    return { held, muted, camera, screen };
  }

  /** The other side cannot be reached by the server at the moment; what you hear and see may go on nevertheless. */
  get peerAway(): boolean {
    return this.#live?.peerAway ?? false;
  }

  /** What is sent. Show it in a muted `<video>`, and again at each event `stream`. */
  get localStream(): MediaStream {
    return this.#endpoint.localStream;
  }

  /**
   * What is received: the same stream from beginning to end. Give it to an `<audio>` or `<video>` element at each event `stream`,
   * although it is the same: browsers do not play a stream that had no tracks when they got it.
   */
  get remoteStream(): MediaStream {
    return this.#endpoint.remoteStream;
  }

  /** Milliseconds since media first flowed, or in all once it has ended; undefined before. Not reset by interruptions. */
  get duration(): Milliseconds | undefined {
    const { state } = this.#endpoint;
    if (state.kind === 'ended') return state.durationMs;
    return 'connectedAt' in state && state.connectedAt !== undefined
      ? this.#host.platform.clock.now() - state.connectedAt
      : undefined;
  }

  /** Why it ended; undefined while it has not. */
  get cause(): Cause | undefined {
    return this.#ended?.cause;
  }

  /** Why it ended, as a sentence for people, e.g. "Bo did not answer". */
  get causeText(): string | undefined {
    const ended = this.#ended;
    return ended && (this.error?.message ?? causeTexts[ended.cause][ended.role].replace('{name}', ended.peer.name));
  }

  /** With the cause `answered_elsewhere`: the name of the device that answered. */
  get answeredOn(): string | undefined {
    return this.#ended?.elsewhere;
  }

  /** With the cause `declined`: what the callee has said instead of answering. */
  get message(): string | undefined {
    return this.#ended?.message;
  }

  /** The error that ended it, if it was one. */
  get error(): OffhookError | undefined {
    const { error } = this.#endpoint;
    return this.#ended && error && !races.has(error.code) ? error : undefined;
  }

  /**
   * Answers. The browser asks for the microphone (and camera) now, if it has to. Resolves once it is decided: `connecting`, or
   * `ended` because somebody was faster. Rejects where it cannot be answered, e.g. with `microphone_refused`; it then goes on
   * ringing, unless the server had been told already.
   */
  answer(options: MediaOptions = {}): Promise<void> {
    this.#answering ??= this.#answer(options).finally(() => {
      this.#answering = undefined;
    });
    return this.#answering;
  }

  /** Declines: it ends on all your devices. With `busy` it stops ringing only here, and ends when no other device is left. */
  reject(reason?: 'declined' | 'busy'): void;
  /**
   * Declines, and says something instead of answering: the caller sees it at once, and it is kept in your conversation. Rejects where
   * it cannot be said, e.g. with `text_empty`; it then rings on.
   */
  reject(how: { readonly message: string }): Promise<void>;
  reject(how: 'declined' | 'busy' | { readonly message: string } = 'declined'): void | Promise<void> {
    if (typeof how !== 'string') return this.#ask('reject', { call: this.id, reason: 'declined', ...how });
    this.#endpoint.input({ type: 'reject', reason: how });
  }

  /** Ends the call, whatever its state. Here at once; the server is told as soon as it can be reached. */
  hangup(): void {
    this.#endpoint.input({ type: 'hangup' });
  }

  /** Puts the call on hold. */
  hold(): void {
    this.#update({ held: true });
  }

  /** Takes the call up again. Nothing flows before the other side has done so too, if it holds the call. */
  resume(): void {
    this.#update({ held: false });
  }

  /**
   * Leaves this call, and leads the other side on: to the one with whom you talk in another call, which ends as well; or to somebody
   * whom it calls then, without a word from you. Ends here with the cause `transferred`. Rejects with `wrong_state` unless answered,
   * `person_unavailable` where nobody could be rung, and where it cannot be; then nothing has changed.
   */
  async transfer(to: Call | Callee): Promise<void> {
    const target = to instanceof Call ? { call: to.id } : { user: personOf(to).address };
    await this.#ask('transfer', { call: this.id, to: target, into: this.#host.platform.random.token(128) });
  }

  /**
   * Puts this call on hold and calls somebody, to ask whether they take it over. Rejects where that call cannot be placed; this one
   * is then taken up again. After a reload, `first.transfer(second)` completes it as well.
   */
  async consult(to: Callee, options?: MediaOptions): Promise<Consultation> {
    this.hold();
    try {
      const call = await this.#host.call(to, options);
      const cancel = (): void => {
        call.hangup();
        this.resume();
      };
      return { call, cancel, complete: () => this.transfer(call) };
    } catch (error) {
      this.resume();
      throw error;
    }
  }

  /** Turns the microphone off, or with `false` on. At once; where it has to be opened and cannot be, `error` tells why. */
  mute(on = true): void {
    this.#update({ muted: on });
    if (on || this.state === 'incoming' || this.state === 'ended') return;
    void this.#endpoint.open({ audio: true, video: false }).then(({ audio: error }) => {
      if (error === undefined || this.state === 'ended') return;
      this.#update({ muted: true });
      this.emit('error', error);
    });
  }

  /**
   * Turns the camera on, or off with its light. Resolves when it is on; rejects where it cannot be opened, e.g. with
   * `camera_refused`, and with `wrong_state` while the call rings here or is over.
   */
  async setCamera(on: boolean): Promise<void> {
    if (this.state === 'incoming' || this.state === 'ended') throw new OffhookError('wrong_state');
    this.#wantsCamera = on;
    if (on) {
      const { video: error } = await this.#endpoint.open({ audio: false, video: true });
      if (error !== undefined) throw error;
    }
    // It may have been turned off while the browser was asking.
    if (this.#wantsCamera === on) this.#update({ camera: on });
    if (!this.#wantsCamera) this.#endpoint.closeCamera();
  }

  /**
   * The peer connection that carries the call at the moment, to look at: for statistics, or to show the call outside of the page.
   * Another one takes its place after a reload of the other side, or when one is led on, which `change` tells; undefined while there is none.
   */
  get peerConnection(): RTCPeerConnection | undefined {
    return this.#endpoint.peerConnection;
  }

  /** Tells the server what this side has heard on average so far, for the record; the last word counts. See `./diagnostics`. */
  reportQuality(quality: Quality): void {
    this.#endpoint.reportQuality(quality);
  }

  get #ended(): EndedEndpoint | undefined {
    const { state } = this.#endpoint;
    return state.kind === 'ended' ? state : undefined;
  }

  get #rings(): 'ringing' | 'waiting' | 'early' | undefined {
    return (this.#endpoint.state as { remote?: 'ringing' | 'waiting' | 'early' }).remote;
  }

  async #answer({ audio = true, video = false, stream }: MediaOptions): Promise<void> {
    if (this.state !== 'incoming') throw new OffhookError('wrong_state');
    const media = kindsOf({ audio, video, stream });
    this.#endpoint.use(stream, media.audio);
    // Where the browser has to ask, it rings on until there is leave: a refusal can be taken back, a lost call cannot.
    if (!(await this.#endpoint.isPermitted(media))) {
      const { audio: error } = await this.#endpoint.open(media);
      if (error !== undefined) throw error;
    }
    if (!media.audio) this.#update({ muted: true });
    this.#endpoint.input({ type: 'answer', media });
    await decided(this.#endpoint, ({ kind }) => kind !== 'answering');
    if (this.error !== undefined) throw this.error;
  }

  async #ask<T extends 'reject' | 'transfer'>(type: T, fields: Omit<RequestOf<T>, 'id' | 'type'>): Promise<void> {
    await this.#host.connection.request(type, fields);
  }

  #update(change: Partial<RemoteSide>): void {
    this.#endpoint.input({ type: 'update', change });
  }

  #changed(before: EndpointState, state: EndpointState): void {
    const known = this.#live;
    if (state.kind !== 'new' && state.kind !== 'ended') this.#live = state;
    if (known !== undefined) {
      const { peer, forwardedFrom, transferredBy } = this;
      if (known.theirs !== this.#live?.theirs) this.emit('remote', this.remote);
      // Another call goes on in its place, with somebody else.
      if (known.peer.address !== peer.address)
        if (forwardedFrom !== undefined && forwardedFrom !== known.forwardedFrom) this.emit('forwarded', peer, forwardedFrom);
        else if (transferredBy !== undefined) this.emit('transferred', peer, transferredBy);
    }
    if (before.kind !== state.kind) this.emit('state', this.state);
    this.emit('change');
    if (state.kind === 'ended') this.emit('ended', state.cause, state.message);
  }
}

/** Whom somebody means. */
export function personOf(to: Callee): Person {
  return typeof to === 'string' ? { address: addressOf(to) ?? to, name: to } : to;
}

/** Outcomes of a race between people rather than errors. */
const races: ReadonlySet<string> = new Set(['call_ended', 'answered_elsewhere']);
