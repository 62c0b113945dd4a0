/**
 * Drives one endpoint machine: feeds it what happens, and carries out its effects on peer connections, devices and the
 * connection. It decides nothing about the call, only how media follows from it.
 */
import { endpointMachine, newEndpoint } from '@offhook/core';
import type {
  CallView,
  EndpointEffect,
  EndpointInput,
  EndpointState,
  ErrorCode,
  Media,
  Quality,
  RequestType,
} from '@offhook/core';
import { Alarm } from './alarm.ts';
import type { Failed, Kind } from './capture.ts';
import type { EndpointEvents, EndpointHost } from './endpoint-host.ts';
import { isNegotiable, isUndecided } from './endpoint-state.ts';
import { Emitter } from './emitter.ts';
import { OffhookError } from './errors.ts';
import { LocalMedia } from './local-media.ts';
import { Peer } from './peer.ts';
import type { PeerObserver, Sent } from './peer.ts';
import { RemoteMedia } from './remote-media.ts';

/** What is said of one epoch, without its number. */
type OfEpoch<I> = I extends { readonly epoch: number } ? Omit<I, 'epoch'> : never;
type Effect<T extends EndpointEffect['type']> = Extract<EndpointEffect, { type: T }>;

export class Endpoint extends Emitter<EndpointEvents> {
  readonly #host: EndpointHost;
  readonly #alarm: Alarm;
  readonly #inputs: EndpointInput[] = [];
  readonly #remote: RemoteMedia;
  #local: LocalMedia;
  #instead: Partial<Sent> = {};
  #state: EndpointState;
  #stepping = false;
  /** Whether the microphone is to be opened; not when the call began without it, until it is turned on. */
  #microphone = true;
  #peer: Peer | undefined;
  /** The one of an earlier epoch, heard and seen until the next one has connected. */
  #previous: Peer | undefined;
  /** The one with somebody who has left. */
  #left: Peer | undefined;
  /** Counts what opens and closes peer connections, so that an offer whose devices come late finds itself overtaken. */
  #turn = 0;
  #error: OffhookError | undefined;
  /** What the server refused last. */
  #refusal: OffhookError | undefined;

  constructor(host: EndpointHost, call: string) {
    super((error) => host.platform.report(error));
    this.#host = host;
    this.#alarm = new Alarm(host.platform.clock);
    this.#state = newEndpoint(call);
    this.#local = this.#newLocal(undefined);
    this.#remote = new RemoteMedia(host.platform.newStream(), () => this.emit('remoteStream'));
  }

  get state(): EndpointState {
    return this.#state;
  }

  /** Whether another device may yet have the call. */
  get isUndecided(): boolean {
    return isUndecided(this.#state);
  }

  /** Why it ended, where an error is the reason. */
  get error(): OffhookError | undefined {
    const isRefused = this.#state.kind === 'ended' && this.#state.error === this.#refusal?.code;
    return this.#error ?? (isRefused ? this.#refusal : undefined);
  }

  get localStream(): MediaStream {
    return this.#local.stream;
  }

  get remoteStream(): MediaStream {
    return this.#remote.stream;
  }

  /** Takes an input in, after those which are being worked on. */
  input(input: EndpointInput): void {
    this.#inputs.push(input);
    if (this.#stepping) return;
    this.#stepping = true;
    try {
      for (let next = this.#inputs.shift(); next !== undefined; next = this.#inputs.shift()) this.#step(next);
    } finally {
      this.#stepping = false;
    }
  }

  /** What is to be sent, before anything is opened. */
  use(stream: MediaStream | undefined, microphone: boolean): void {
    this.#microphone = microphone;
    if (stream === undefined) return;
    this.#local.close();
    this.#local = this.#newLocal(stream);
    this.emit('localStream');
  }

  /** The other side's invite crossed this one: theirs is the call from now on, unless this page has answered it already. */
  merge(view: CallView): void {
    if (view.call === this.#state.call) return;
    const isFree = this.#host.yield(view.call);
    this.input(isFree ? { type: 'done', request: 'invite', merged: view } : { type: 'ended', cause: 'crossed' });
  }

  /** Whether these can be opened without the browser asking the person. */
  async isPermitted(media: Media): Promise<boolean> {
    return this.#local.isOwn || this.#host.capture.isPermitted(media);
  }

  /** Opens microphone and camera, without sending anything that the call does not send yet. Says what could not be opened. */
  open(media: Media): Promise<Failed> {
    this.#microphone ||= media.audio;
    return this.#local.open(media);
  }

  /** Another device was chosen: it takes the place of the one that is open, if one is. */
  reopen(kind: Kind, anew: boolean): Promise<Failed> {
    return this.#local.reopen(kind, anew);
  }

  closeCamera(): void {
    this.#local.closeCamera();
  }

  /** Sends these tracks in the place of camera and microphone: a screen, and its sound mixed with what is said. */
  sendInstead(tracks: Partial<Sent>): void {
    this.#instead = tracks;
    this.input({ type: 'update', change: { screen: Boolean(tracks.video) } });
    this.#sendAndPlay();
  }

  setIceServers(iceServers: RTCIceServer[]): void {
    this.#previous?.setIceServers(iceServers);
    this.#peer?.setIceServers(iceServers);
  }

  /** Of the present epoch; undefined while there is none. */
  get peerConnection(): RTCPeerConnection | undefined {
    return this.#peer?.connection;
  }

  /** Tells the server what is heard, for the record. */
  reportQuality(quality: Quality): void {
    if (this.#state.kind !== 'ended') this.#host.connection.say({ type: 'quality', call: this.#state.call, quality });
  }

  #newLocal(stream: MediaStream | undefined): LocalMedia {
    return new LocalMedia(this.#host.platform, this.#host.capture, stream, {
      changed: () => {
        this.#sendAndPlay();
        this.emit('localStream');
      },
      lost: (error, kind) => {
        this.input({ type: 'update', change: kind === 'video' ? { camera: false } : { muted: true } });
        this.emit('failed', error);
      },
    });
  }

  #step(input: EndpointInput): void {
    const { clock } = this.#host.platform;
    const before = this.#state;
    const { state, effects } = endpointMachine.step(before, input, clock.now());
    this.#state = state;
    for (const effect of effects) this.#carryOut(effect);
    if (state === before) return;
    if (isUndecided(before) && !isUndecided(state)) this.#peer?.release();
    if (isNegotiable(state)) this.#peer?.allowNegotiation();
    const deadline = endpointMachine.deadline(state);
    if (deadline === undefined) this.#alarm.clear();
    else this.#alarm.set(Math.max(0, deadline - clock.now()), () => this.input({ type: 'tick' }));
    this.emit('changed', before, state);
  }

  #carryOut(effect: EndpointEffect): void {
    switch (effect.type) {
      case 'send':
        return this.#send(effect.message);
      case 'open':
        return void this.#open(effect);
      case 'prepare':
        return this.#prepare(effect);
      case 'capture':
        this.#peer?.commit();
        return void this.#capture(effect.media);
      case 'remote':
        if (effect.open !== undefined) this.#newPeer(effect.epoch, effect.open.polite, false);
        return this.#peerOf(effect.epoch)?.describe(effect.description, effect.open !== undefined);
      case 'remote_candidates':
        return this.#peerOf(effect.epoch)?.addCandidates(effect.candidates, effect.end);
      case 'repeat':
        return this.#peerOf(effect.epoch)?.repeat(effect.offer);
      case 'restart_ice':
        return this.#peerOf(effect.epoch)?.restartIce();
      case 'apply':
        return this.#sendAndPlay();
      case 'part':
        return this.#part();
      case 'close':
        return this.#close();
      default:
        return effect satisfies never;
    }
  }

  #send(message: Effect<'send'>['message']): void {
    const { connection } = this.#host;
    switch (message.type) {
      case 'ringing':
      case 'candidates':
      case 'media':
        connection.say(message);
        return;
      case 'invite':
        // Refused for the moment, it is for the person to try again.
        return connection.ask<'invite'>(message, (outcome) => {
          if ('error' in outcome) return this.#refused('invite', outcome.error);
          const { merged } = outcome.ok;
          if (merged === undefined) this.input({ type: 'done', request: 'invite' });
          else this.merge(merged);
        });
      default:
        return connection.ask(
          message,
          (outcome) =>
            // What was said under the id of an invite that crossed says nothing of the call that it has become.
            'call' in message && message.call !== this.#state.call
              ? undefined
              : 'error' in outcome
                ? this.#refused(message.type, outcome.error)
                : this.input({ type: 'done', request: message.type }),
          true,
        );
    }
  }

  #refused(request: RequestType, error: OffhookError): void {
    // A phone that was closed has ended its calls itself.
    if (error.code === 'closed') return;
    this.#refusal = error;
    this.input({ type: 'failed', request, code: error.code as ErrorCode });
  }

  async #open({ epoch, media, polite }: Effect<'open'>): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    const failed = await this.#local.open({ audio: this.#microphone, video: media.video });
    if (turn !== this.#turn || !this.#isEnough(failed)) return;
    this.#newPeer(epoch, polite, false)?.offer(media);
  }

  #prepare({ epoch, offer, candidates, end }: Effect<'prepare'>): void {
    const peer = this.#newPeer(epoch, true, isUndecided(this.#state));
    peer?.prepare(offer);
    peer?.addCandidates(candidates, end);
    if (this.#state.kind !== 'incoming') peer?.commit();
  }

  async #capture({ video }: Media): Promise<void> {
    // What was open already, because the browser had to ask first, is now to be sent.
    if (this.#isEnough(await this.#local.open({ audio: this.#microphone, video }))) this.#sendAndPlay();
  }

  /** Without the microphone there is no call; without the camera there is. */
  #isEnough({ audio, video }: Failed): boolean {
    if (this.#state.kind === 'ended') return false;
    if (audio !== undefined) {
      this.#fail(audio);
      return false;
    }
    if (video !== undefined) {
      this.input({ type: 'update', change: { camera: false } });
      this.emit('failed', video);
    }
    return true;
  }

  #fail(error: OffhookError): void {
    this.#error = error;
    this.input({ type: 'media_failed' });
  }

  #peerOf(epoch: number): Peer | undefined {
    return this.#peer?.epoch === epoch ? this.#peer : undefined;
  }

  /** Opens a peer connection; the one before stays beside it as long as it is needed. */
  #newPeer(epoch: number, polite: boolean, held: boolean): Peer | undefined {
    this.#turn += 1;
    const { platform } = this.#host;
    const before = this.#peer;
    try {
      const options = { platform, epoch, polite, configuration: this.#host.configuration(), stream: this.localStream };
      const peer: Peer = new Peer(
        options,
        held,
        this.#observe(() => peer, this.#turn),
      );
      this.#peer = peer;
    } catch (cause) {
      this.#fail(cause instanceof OffhookError ? cause : new OffhookError('unsupported_browser', { cause }));
      return undefined;
    }
    if (before?.isConnected === true) {
      this.#previous?.close();
      this.#previous = before;
    } else before?.close();
    this.#sendAndPlay();
    return this.#peer;
  }

  /** What the peer connection of an epoch tells; of one that was replaced, only its tracks still count. */
  #observe(self: () => Peer, turn: number): PeerObserver {
    const tell = (input: OfEpoch<EndpointInput>): void => {
      if (turn === this.#turn) this.input({ ...input, epoch: self().epoch });
    };
    return {
      offered: (offer) => tell({ type: 'offer_ready', offer }),
      answered: (answer) => tell({ type: 'answer_ready', answer }),
      described: (description) => tell({ type: 'description_ready', description }),
      candidates: (candidates, end) => tell({ type: 'candidates_ready', candidates, end }),
      media: (state) => {
        this.#showRemote();
        tell({ type: 'media', state });
      },
      tracks: () => this.#showRemote(),
      failed: (cause, fatal) => {
        if (!fatal) tell({ type: 'epoch_failed' });
        else if (turn === this.#turn) this.#fail(new OffhookError('negotiation_failed', { cause }));
      },
    };
  }

  /** What is heard and seen: the newest peer connection that has connected, or the only one. */
  #showRemote(): void {
    if (this.#peer?.isConnected === true) {
      this.#previous?.close();
      this.#previous = undefined;
      this.#sendAndPlay();
    }
    const tracks = (this.#previous ?? this.#peer)?.tracks ?? [];
    this.#remote.show(this.#isLeft ? tracks.filter(({ kind }) => kind === 'audio') : tracks);
  }

  /** Sends and plays what both sides allow: while either holds the call, nothing flows in any direction. */
  #sendAndPlay(): void {
    const state = this.#state;
    if (state.kind === 'new' || state.kind === 'ended') return;
    const { mine, theirs } = state;
    const flows = !mine.held && !theirs.held;
    const audio = this.#local.track('audio');
    // At once, whatever the peer connection is busy with.
    if (audio !== null) audio.enabled = flows && !mine.muted;
    const camera = mine.camera ? this.#local.track('video') : null;
    const sent: Sent = flows ? { audio, video: camera, ...this.#instead } : { audio: null, video: null };
    if (!this.#isLeft) this.#previous?.send(sent);
    this.#peer?.send(sent);
    this.#remote.play(flows && !this.#isLeft);
  }

  /**
   * From here on nothing goes to the one who has left, nor comes from there. The peer connection stays open until the next one has
   * connected: its silent track keeps elements playing, which Chromium (156) pauses for good when a stream has none for a while.
   */
  #part(): void {
    this.#turn += 1;
    const last = this.#peer?.isConnected === true ? this.#peer : this.#previous;
    for (const one of [this.#peer, this.#previous]) if (one !== last) one?.close();
    this.#peer = undefined;
    this.#previous = this.#left = last;
    last?.send({ audio: null, video: null });
    this.#sendAndPlay();
    this.#showRemote();
  }

  /** Whether the former one has left, and nobody else is heard yet. */
  get #isLeft(): boolean {
    return this.#previous !== undefined && this.#previous === this.#left;
  }

  #close(): void {
    this.#turn += 1;
    this.#alarm.clear();
    this.#previous?.close();
    this.#peer?.close();
    this.#previous = this.#peer = undefined;
    this.#local.close();
    this.#remote.show([]);
  }
}
