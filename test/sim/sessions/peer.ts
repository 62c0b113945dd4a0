/** RTCPeerConnection as far as the SDK uses it in sessions (W3C webrtc-pc §4). Its other end is a media worker. */
import type { PeerHandlers } from '../../../packages/client/src/platform.ts';
import { named } from '../named.ts';
import type { Page } from '../page.ts';
import { FakeTrack } from '../tracks.ts';
import { read, write } from './words.ts';

interface Init {
  readonly direction?: RTCRtpTransceiverDirection;
}

interface SendParameters {
  readonly encodings: { active: boolean }[];
}

class FakeTransceiver {
  encoding = { active: true };
  readonly kind: 'audio' | 'video';
  readonly receiver: { readonly track: FakeTrack };
  readonly sender: {
    track: FakeTrack | null;
    replaceTrack(track: FakeTrack | null): Promise<void>;
    getParameters(): SendParameters;
    setParameters(parameters: SendParameters): Promise<void>;
  };
  mid: string | null = null;
  direction: RTCRtpTransceiverDirection;

  constructor(kind: 'audio' | 'video', direction: RTCRtpTransceiverDirection, track: FakeTrack | null, received: FakeTrack) {
    this.kind = kind;
    this.direction = direction;
    this.receiver = { track: received };
    this.sender = {
      track,
      replaceTrack: async (next) => {
        this.sender.track = next;
      },
      getParameters: () => ({ encodings: [{ ...this.encoding }] }),
      setParameters: async ({ encodings: [encoding] }) => {
        if (encoding !== undefined) this.encoding = encoding;
      },
    };
  }
}

export class SessionPeer {
  readonly id: string;
  readonly page: Page;
  connectionState: RTCPeerConnectionState = 'new';
  localDescription: { readonly type: 'offer' | 'answer'; readonly sdp: string } | null = null;
  readonly #handlers: PeerHandlers;
  readonly #transceivers: FakeTransceiver[] = [];
  #isOffered = false;

  constructor(page: Page, id: string, handlers: PeerHandlers) {
    this.page = page;
    this.id = id;
    this.#handlers = handlers;
  }

  addTransceiver(what: FakeTrack | 'audio' | 'video', { direction = 'sendrecv' }: Init): FakeTransceiver {
    const [kind, track] = typeof what === 'string' ? [what, null] : [what.kind, what];
    const received = new FakeTrack(kind, `${this.id}-${this.#transceivers.length}`, false);
    const transceiver = new FakeTransceiver(kind, direction, track, received);
    this.#transceivers.push(transceiver);
    return transceiver;
  }

  getTransceivers(): readonly FakeTransceiver[] {
    return [...this.#transceivers];
  }

  async setLocalDescription(): Promise<void> {
    await this.#operation();
    for (const [at, one] of this.#transceivers.entries()) one.mid ??= String(at);
    const sections = this.#transceivers.map(({ mid, kind, direction }) => ({
      mid: mid ?? '',
      kind,
      active: direction !== 'inactive',
    }));
    const type = this.#isOffered ? 'answer' : 'offer';
    this.localDescription = { type, sdp: write({ end: this.id, sections }, this.id) };
  }

  async setRemoteDescription({ type, sdp }: { readonly type: string; readonly sdp: string }): Promise<void> {
    await this.#operation();
    this.#isOffered = type === 'offer';
    for (const { mid, kind } of this.#isOffered ? (read(sdp)?.sections ?? []) : []) {
      if (this.#transceivers.some((one) => one.mid === mid)) continue;
      this.addTransceiver(kind, { direction: 'recvonly' }).mid = mid;
    }
  }

  /** The worker's checks reach this end, or have not for long. */
  enter(state: 'connected' | 'failed'): void {
    if (this.isClosed || this.connectionState === state) return;
    this.connectionState = state;
    this.page.scope.whenAwake(() => this.isClosed || this.#handlers.connectionStateChanged());
  }

  get isClosed(): boolean {
    return this.connectionState === 'closed';
  }

  close(): void {
    this.connectionState = 'closed';
  }

  /** Nothing settles after `close`. */
  #operation(): Promise<void> {
    if (this.isClosed) return Promise.reject(named('InvalidStateError'));
    return new Promise((resolve) => {
      this.page.scope.schedule(1, () => this.isClosed || resolve());
    });
  }
}
