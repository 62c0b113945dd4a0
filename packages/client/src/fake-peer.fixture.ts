/**
 * A peer connection without a network: the signalling states of W3C webrtc-pc §4.3.1 with rollback, negotiation-needed and
 * transceivers; whatever the specification forbids throws, and so do two operations at a time.
 */
import { FakeTrack } from './fake-media.fixture.ts';
import type { PeerConnection, PeerHandlers, Sender, Transceiver } from './platform.ts';

interface Described {
  readonly type: 'offer' | 'answer' | 'pranswer';
  readonly sdp: string;
}

class FakeTransceiver implements Transceiver {
  readonly mid: { value: string | undefined } = { value: undefined };
  readonly receiver: { readonly track: MediaStreamTrack };
  readonly sender: Sender;
  readonly kind: 'audio' | 'video';
  readonly #changed: () => void;
  #direction: RTCRtpTransceiverDirection;
  #track: MediaStreamTrack | null;

  constructor(
    kind: 'audio' | 'video',
    direction: RTCRtpTransceiverDirection,
    track: MediaStreamTrack | null,
    changed: () => void,
  ) {
    this.kind = kind;
    this.#direction = direction;
    this.#track = track;
    this.#changed = changed;
    this.receiver = { track: new FakeTrack(kind).media };
    const read = (): MediaStreamTrack | null => this.#track;
    this.sender = {
      get track() {
        return read();
      },
      replaceTrack: async (next) => {
        await Promise.resolve();
        this.#track = next;
      },
    };
  }

  get direction(): RTCRtpTransceiverDirection {
    return this.#direction;
  }

  set direction(direction: RTCRtpTransceiverDirection) {
    this.#direction = direction;
    this.#changed();
  }
}

export class FakePeer implements PeerConnection {
  readonly name: string;
  configuration: RTCConfiguration;
  /** What was done to it, in order. */
  readonly log: string[] = [];
  readonly candidates: RTCIceCandidateInit[] = [];
  readonly #handlers: PeerHandlers;
  readonly #transceivers: FakeTransceiver[] = [];
  signalingState: RTCSignalingState = 'stable';
  connectionState: RTCPeerConnectionState = 'new';
  #local: Described | null = null;
  #remote: Described | null = null;
  /** The descriptions of the last stable state, for a rollback. */
  #stable: readonly [Described | null, Described | null] = [null, null];
  #restart = false;
  #generation = 1;
  #busy = false;
  #neededQueued = false;
  /** While set, operations do not end. */
  gate: Promise<void> | undefined;

  constructor(name: string, configuration: RTCConfiguration, handlers: PeerHandlers) {
    this.name = name;
    this.configuration = configuration;
    this.#handlers = handlers;
  }

  get localDescription(): Described | null {
    return this.#local;
  }

  get ufrag(): string {
    return `${this.name}g${this.#generation}`;
  }

  /** The tracks that are sent, by kind. */
  get sending(): string[] {
    return this.#transceivers.flatMap(({ kind, sender }) => (sender.track === null ? [] : kind));
  }

  async createAnswer(): Promise<Described> {
    await this.#operate('createAnswer', () => {
      if (this.signalingState !== 'have-remote-offer') throw new Error('InvalidStateError');
    });
    return { type: 'answer', sdp: this.#sdp() };
  }

  async setLocalDescription(made?: Described): Promise<void> {
    await this.#operate('setLocalDescription', () => {
      const answers = this.signalingState === 'have-remote-offer';
      if (made !== undefined && !answers) throw new Error('InvalidStateError');
      if (!answers) {
        if (this.#restart) this.#generation += 1;
        this.#restart = false;
        for (const [index, one] of this.#transceivers.entries()) one.mid.value ??= String(index);
      }
      this.#local = made ?? { type: answers ? 'answer' : 'offer', sdp: this.#sdp() };
      this.#enter(answers ? 'stable' : 'have-local-offer');
    });
  }

  async setRemoteDescription({ type, sdp }: Described): Promise<void> {
    await this.#operate(`setRemoteDescription ${type}`, () => {
      const isAnswerable = ['have-local-offer', 'have-remote-pranswer'].includes(this.signalingState);
      if (type !== 'offer' && !isAnswerable) throw new Error('InvalidStateError');
      if (type === 'offer' && this.signalingState === 'have-local-offer') {
        this.log.push('rollback');
        [this.#local, this.#remote] = this.#stable;
        for (const one of this.#transceivers)
          if (!this.#local?.sdp.includes(`m=${one.kind} ${one.mid.value}`)) one.mid.value = undefined;
      }
      if (!sdp.includes('a=ice-ufrag:')) throw new Error('OperationError: no ufrag');
      this.#remote = { type, sdp };
      for (const [, kind = '', mid = ''] of sdp.matchAll(/^m=(audio|video) (\d+)/gm)) this.#associate(kind as 'audio', mid);
      this.#enter(type === 'offer' ? 'have-remote-offer' : type === 'pranswer' ? 'have-remote-pranswer' : 'stable');
    });
  }

  async addIceCandidate(candidate: RTCIceCandidateInit): Promise<void> {
    this.#mustBeOpen();
    if (this.#remote === null) throw new Error('InvalidStateError: no remote description');
    const { usernameFragment: ufrag } = candidate;
    if (ufrag && !this.#remote.sdp.includes(`a=ice-ufrag:${ufrag}\r`)) throw new Error('OperationError: unknown ufrag');
    this.candidates.push(candidate);
    await Promise.resolve();
  }

  addTransceiver(kind: 'audio' | 'video', { direction = 'sendrecv' }: RTCRtpTransceiverInit): Transceiver {
    return this.#add(kind, direction, null);
  }

  addTrack(track: MediaStreamTrack): Sender {
    this.log.push(`addTrack ${track.kind}`);
    return this.#add(track.kind as 'audio' | 'video', 'sendrecv', track).sender;
  }

  getTransceivers(): readonly Transceiver[] {
    return this.#transceivers;
  }

  restartIce(): void {
    this.log.push('restartIce');
    this.#restart = true;
    this.#need();
  }

  setConfiguration(configuration: RTCConfiguration): void {
    this.configuration = configuration;
  }

  getStats(): Promise<RTCStatsReport> {
    return Promise.resolve(new Map() as RTCStatsReport);
  }

  close(): void {
    this.signalingState = 'closed';
    this.connectionState = 'closed';
  }

  /** The state of ICE and DTLS changes. */
  become(state: RTCPeerConnectionState): void {
    this.connectionState = state;
    this.#handlers.connectionStateChanged();
  }

  /** A candidate of this side was found; without one gathering is complete. */
  gather(name?: string): void {
    this.#handlers.candidate(
      name === undefined
        ? undefined
        : { candidate: `candidate:${name}`, sdpMid: '0', sdpMLineIndex: 0, usernameFragment: this.ufrag },
    );
  }

  async #operate(name: string, effect: () => void): Promise<void> {
    this.#mustBeOpen();
    if (this.#busy) throw new Error(`${name} began while another operation was under way`);
    this.#busy = true;
    this.log.push(name);
    try {
      await this.gate;
      await Promise.resolve();
      if (this.connectionState === 'closed') await new Promise(() => {});
      effect();
    } finally {
      this.#busy = false;
      if (this.#isNeeded) this.#need();
    }
  }

  #mustBeOpen(): void {
    if (this.connectionState === 'closed') throw new Error('InvalidStateError: closed');
  }

  #enter(state: 'stable' | 'have-local-offer' | 'have-remote-offer' | 'have-remote-pranswer'): void {
    this.signalingState = state;
    if (state === 'stable') this.#stable = [this.#local, this.#remote];
  }

  #add(kind: 'audio' | 'video', direction: RTCRtpTransceiverDirection, track: MediaStreamTrack | null): FakeTransceiver {
    const transceiver = new FakeTransceiver(kind, direction, track, () => this.#need());
    this.#transceivers.push(transceiver);
    this.#need();
    return transceiver;
  }

  #associate(kind: 'audio' | 'video', mid: string): void {
    const known = this.#transceivers.find((one) => one.mid.value === mid);
    const free = this.#transceivers.find((one) => one.kind === kind && one.mid.value === undefined);
    const transceiver = known ?? free ?? this.#add(kind, 'recvonly', null);
    transceiver.mid.value = mid;
    if (known === undefined || this.signalingState === 'have-local-offer') this.#handlers.track(transceiver.receiver.track);
  }

  #sdp(): string {
    const agreed = this.#transceivers.filter(({ mid }) => mid.value !== undefined);
    const lines = agreed.map(({ kind, mid, direction }) => `m=${kind} ${mid.value} ${direction}`);
    return ['v=0', ...lines, `a=ice-ufrag:${this.ufrag}`, ''].join('\r\n');
  }

  get #isNeeded(): boolean {
    return this.#restart || this.#transceivers.some(({ mid }) => mid.value === undefined);
  }

  /** Told in a task of its own, and only if it is still so (webrtc-pc §4.7.3). */
  #need(): void {
    if (this.#neededQueued || this.signalingState !== 'stable') return;
    this.#neededQueued = true;
    queueMicrotask(() => {
      this.#neededQueued = false;
      if (this.#isNeeded && this.signalingState === 'stable' && !this.#busy) this.#handlers.negotiationNeeded();
    });
  }
}
