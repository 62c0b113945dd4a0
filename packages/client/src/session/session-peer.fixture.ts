import { FakeTrack } from '../fake-media.fixture.ts';
import type { PeerHandlers } from '../platform.ts';
import type { SessionPeer } from './peers.ts';

/** A peer connection whose descriptions are words: `0:audio 1:video`, and what is inactive as `0:-`. */
export class WordsPeer {
  readonly handlers: PeerHandlers;
  /** Descriptions that were set from outside. */
  readonly heard: string[] = [];
  connectionState: RTCPeerConnectionState = 'new';
  localDescription: { readonly type: RTCSdpType; readonly sdp: string } | null = null;
  isClosed = false;
  /** By their labels. */
  readonly channels = new Map<string, WordsChannel>();
  readonly #transceivers: WordsTransceiver[] = [];

  constructor(handlers: PeerHandlers) {
    this.handlers = handlers;
  }

  /** As what is used of an RTCPeerConnection. */
  get peer(): SessionPeer {
    return this as unknown as SessionPeer;
  }

  addTransceiver(what: FakeTrack | 'audio' | 'video', init: RTCRtpTransceiverInit): WordsTransceiver {
    const transceiver = new WordsTransceiver(typeof what === 'string' ? what : what.kind, init);
    this.#transceivers.push(transceiver);
    return transceiver;
  }

  createDataChannel(label: string): WordsChannel {
    const channel = new WordsChannel();
    this.channels.set(label, channel);
    return channel;
  }

  getTransceivers(): readonly WordsTransceiver[] {
    return this.#transceivers;
  }

  async setLocalDescription(): Promise<void> {
    await Promise.resolve();
    for (const [index, one] of this.#transceivers.entries()) one.mid ??= String(index);
    const sdp = this.#transceivers
      .map(({ mid, kind, direction }) => `${mid}:${direction === 'inactive' ? '-' : kind}`)
      .join(' ');
    this.localDescription = { type: 'offer', sdp };
  }

  async setRemoteDescription({ type, sdp }: { readonly type: string; readonly sdp: string }): Promise<void> {
    await Promise.resolve();
    this.heard.push(sdp);
    if (type !== 'offer') return;
    for (const [, mid = '', kind] of sdp.matchAll(/(\w+):(audio|video)/g)) {
      if (this.#transceivers.some((one) => one.mid === mid)) continue;
      this.addTransceiver(kind as 'audio', { direction: 'recvonly' }).mid = mid;
    }
  }

  close(): void {
    this.isClosed = true;
  }

  fail(): void {
    this.connectionState = 'failed';
    this.handlers.connectionStateChanged();
  }
}

export class WordsChannel extends EventTarget {
  readyState: RTCDataChannelState = 'connecting';
  bufferedAmount = 0;
  binaryType = '';
  /** Frames as numbers. */
  readonly sent: string[] = [];

  open(): void {
    this.readyState = 'open';
    this.dispatchEvent(new Event('open'));
  }

  send(frame: Uint8Array): void {
    this.sent.push([...frame].join(' '));
  }

  give(...frame: readonly number[]): void {
    this.dispatchEvent(new MessageEvent('message', { data: new Uint8Array(frame).buffer }));
  }
}

class WordsTransceiver {
  readonly kind: string;
  readonly layers: number;
  readonly receiver: { readonly track: FakeTrack };
  mid: string | null = null;
  direction: RTCRtpTransceiverDirection;
  /** Which of its encodings are sent. */
  readonly active: boolean[];
  /** How many times smaller than the picture each of them is. */
  readonly scales: (number | undefined)[];
  /** As a browser that does not take other parameters. */
  isStubborn = false;
  readonly sender: {
    replaceTrack(): Promise<void>;
    getParameters(): { encodings: RTCRtpEncodingParameters[] };
    setParameters(parameters: { encodings: RTCRtpEncodingParameters[] }): Promise<void>;
  };

  constructor(kind: 'audio' | 'video', { direction = 'sendrecv', sendEncodings = [] }: RTCRtpTransceiverInit) {
    this.kind = kind;
    this.direction = direction;
    this.layers = sendEncodings.length;
    this.receiver = { track: new FakeTrack(kind) };
    const encodings = sendEncodings.length === 0 ? [{}] : sendEncodings;
    this.active = encodings.map(({ active = true }) => active);
    this.scales = encodings.map(({ scaleResolutionDownBy }) => scaleResolutionDownBy);
    this.sender = {
      replaceTrack: () => Promise.resolve(),
      getParameters: () => ({
        encodings: this.active.map((active, at) => {
          const scale = this.scales[at];
          return { active, ...(scale !== undefined && { scaleResolutionDownBy: scale }) };
        }),
      }),
      setParameters: async (parameters) => {
        await Promise.resolve();
        if (this.isStubborn) throw new DOMException('not now', 'InvalidStateError');
        for (const [at, { active = true, scaleResolutionDownBy }] of parameters.encodings.entries()) {
          this.active[at] = active;
          this.scales[at] = scaleResolutionDownBy;
        }
      },
    };
  }
}
