/**
 * One peer connection with a browser, as far as packets go: ICE, DTLS and SRTP by libdatachannel, which is shown a description with one
 * section and hands over every RTP and RTCP packet of the bundle at it, whatever its source. What is really negotiated with the browser,
 * `negotiation/` knows.
 */
import { dataLimits } from '@offhook/core';
import type { Fingerprint, IceCredentials, Setup } from '@offhook/sdp';
import { attribute, attributes, fingerprint, iceCredentials, parseDescription } from '@offhook/sdp';
import { PeerConnection, Video } from 'node-datachannel';
import type { DataChannel, DataChannelInitConfig, Track } from 'node-datachannel';
import { isHere } from './nearby.ts';

/** What one side of a transport says of itself. */
export interface TransportParameters {
  readonly ice: IceCredentials;
  readonly fingerprint: Fingerprint;
  readonly setup: Setup;
  /** Candidate lines without `candidate:` (RFC 8839 §5.1). */
  readonly candidates: readonly string[];
}

export interface WebRtcOptions {
  /** UDP port of all transports of the worker; they are told apart by their credentials. */
  readonly port: number;
  /** The one address to listen on; undefined: all. */
  readonly listen?: string | undefined;
  /** Addresses under which browsers reach this machine, where they are not its own (behind NAT). */
  readonly announced?: readonly string[] | undefined;
  /** UDP ports of the other workers of this server. */
  readonly siblings?: readonly number[] | undefined;
  /** Called before each packet is handed over, whosever it is. */
  readonly onArrival?: (() => void) | undefined;
}

export type TransportState = 'connecting' | 'connected' | 'disconnected' | 'failed' | 'closed';

export interface TransportEvents {
  /** RTP or RTCP; the bytes are the receiver's to keep and to change. */
  onPacket(bytes: Buffer): void;
  onState(state: TransportState): void;
  /** What comes by a data channel, once they are open. */
  onData?(bytes: Buffer, lossy: boolean): void;
}

/** What the browser says of its side of SCTP (RFC 8841 §5). */
export interface SctpParameters {
  readonly port: number;
}

/**
 * The data channels of a connection, which both sides know (RFC 8831 §6.6): by their streams of SCTP, one that loses nothing and keeps the
 * order, and one that does neither. They are there from the beginning or not at all: opened later, libdatachannel waits for ever where
 * the other side has begun already.
 */
export const dataChannels = { reliable: 0, lossy: 1 } as const;
/** What is put around a message: never more. */
const envelopeBytes = 256;
/** Of one message, with what is put around it: what is larger libdatachannel drops. */
export const dataBytesMost: number = dataLimits.messageBytes + envelopeBytes;

/** libdatachannel does not take what the browser said of its transport. */
export class TransportError extends Error {
  override readonly name = 'TransportError';
}

/** The only section that libdatachannel knows; its codec is of no account. */
const section = ['c=IN IP4 0.0.0.0', 'a=mid:0', 'a=sendrecv', 'a=rtcp-mux', 'a=rtpmap:96 VP8/90000'];

export class WebRtcTransport {
  readonly #connection: PeerConnection;
  readonly #options: WebRtcOptions;
  readonly #events: TransportEvents;
  #track: Track | undefined;
  #channels: { readonly reliable: DataChannel; readonly lossy: DataChannel } | undefined;
  #open = false;
  #state: TransportState = 'connecting';
  /** By us. Libdatachannel closes what has failed, and what the other side has closed; what listens to it stays. */
  #isTornDown = false;

  /** `isNear`: for somebody whom this server carries as well. Two who share a port could not tell their packets apart. */
  private constructor(options: WebRtcOptions, events: TransportEvents, isNear = false) {
    // No address that is announced leads there.
    this.#options = isNear ? { ...options, announced: [] } : options;
    this.#events = events;
    const { port, listen } = options;
    this.#connection = new PeerConnection('', {
      iceServers: [],
      ...(isNear ? {} : { enableIceUdpMux: true, portRangeBegin: port, portRangeEnd: port }),
      ...(listen === undefined ? {} : { bindAddress: listen }),
      disableAutoNegotiation: true,
      mtu: 1_280,
      maxMessageSize: dataBytesMost,
    });
    // Those that both sides know are made by us.
    this.#connection.onDataChannel((channel) => channel.close());
    this.#connection.onStateChange((state) => this.#onState(state));
  }

  /**
   * For a browser that offers: it controls ICE, and we begin the DTLS handshake.
   *
   * @throws TransportError
   */
  static answering(
    remote: TransportParameters,
    options: WebRtcOptions,
    events: TransportEvents,
    sctp?: SctpParameters,
  ): WebRtcTransport {
    const isNear = remote.candidates.some((candidate) => isHere(candidate, options));
    const transport = new WebRtcTransport(options, events, isNear);
    transport.#connection.onTrack((track) => (transport.#state === 'closed' ? track.close() : transport.#attach(track)));
    if (sctp !== undefined) transport.#openData();
    // Nearby the other side is to begin, once it has our answer: else the handshake may be over before libdatachannel knows our certificate there.
    const candidates = isNear ? [] : remote.candidates;
    transport.#hear({ ...remote, candidates, setup: 'actpass' }, 'offer', sctp);
    return transport;
  }

  /** For a browser that will answer, by `connect`. */
  static offering(options: WebRtcOptions, events: TransportEvents, data = false): WebRtcTransport {
    const transport = new WebRtcTransport(options, events);
    const media = new Video('0', 'SendRecv');
    media.addVP8Codec(96);
    transport.#attach(transport.#connection.addTrack(media));
    if (data) transport.#openData();
    transport.#connection.setLocalDescription('offer');
    return transport;
  }

  /**
   * What the browser answered; once.
   *
   * @throws TransportError
   */
  connect(remote: TransportParameters, sctp?: SctpParameters): void {
    this.#hear(remote, 'answer', sctp);
  }

  /** Candidates that came later. One that cannot be used is left out. */
  addCandidate(candidate: string): void {
    try {
      this.#connection.addRemoteCandidate(`candidate:${candidate}`, '0');
    } catch {
      // Names of multicast DNS that nobody here resolves, and what is none at all: the browser has others, or comes to us.
    }
  }

  /** False where it is not open (yet), or more is waiting than `most` bytes. */
  sendData(bytes: Uint8Array, lossy: boolean, most: number): boolean {
    const channel = lossy ? this.#channels?.lossy : this.#channels?.reliable;
    try {
      return channel?.isOpen() === true && channel.bufferedAmount() + bytes.length <= most && channel.sendMessageBinary(bytes);
    } catch {
      // It has closed, and we have not been told yet.
      return false;
    }
  }

  get local(): TransportParameters {
    const description = this.#connection.localDescription();
    if (description === null) throw new Error('a transport that was closed');
    const parsed = parseDescription(description.sdp);
    const [only] = parsed.sections;
    const ice = only && iceCredentials(only, parsed);
    const print = only && fingerprint(only, parsed);
    if (only === undefined || ice === undefined || print === undefined)
      throw new Error('libdatachannel described no transport');
    const setup = attribute('setup', only, parsed) === 'actpass' ? 'actpass' : 'active';
    return { ice, fingerprint: print, setup, candidates: this.#announced(attributes('candidate', only)) };
  }

  get state(): TransportState {
    return this.#state;
  }

  /** False where it is not connected (yet), or the operating system takes no more. */
  send(bytes: Buffer): boolean {
    if (!this.#open) return false;
    try {
      return this.#track?.sendMessageBinary(bytes) === true;
    } catch {
      // It has closed, and we have not been told yet; or libsrtp does not take this one packet, as its number is too old.
      this.#open = this.#track?.isOpen() === true;
      return false;
    }
  }

  close(): void {
    if (this.#isTornDown) return;
    this.#isTornDown = true;
    this.#state = 'closed';
    this.#open = false;
    // A track that is on its way to us when its connection is closed is lost there, with 6 KB of libdatachannel.
    if (this.#track === undefined) setImmediate(() => this.#tearDown());
    else this.#tearDown();
  }

  #tearDown(): void {
    // Each by itself: what listens to one that was not closed stays for good, and with it all of this.
    this.#track?.close();
    this.#channels?.reliable.close();
    this.#channels?.lossy.close();
    this.#connection.close();
  }

  #hear(remote: TransportParameters, type: 'offer' | 'answer', sctp: SctpParameters | undefined): void {
    try {
      this.#connection.setRemoteDescription(described(remote, sctp), type);
      if (type === 'offer') this.#connection.setLocalDescription('answer');
    } catch (error) {
      this.close();
      throw new TransportError(String(error), { cause: error });
    }
    // Not in the description: libdatachannel wants its own side first.
    for (const candidate of remote.candidates) this.addCandidate(candidate);
  }

  #openData(): void {
    const { reliable, lossy } = dataChannels;
    this.#channels = {
      reliable: this.#channel('reliable', { negotiated: true, id: reliable }),
      lossy: this.#channel('lossy', { negotiated: true, id: lossy, unordered: true, maxRetransmits: 0 }),
    };
  }

  #channel(label: 'reliable' | 'lossy', config: DataChannelInitConfig): DataChannel {
    const channel = this.#connection.createDataChannel(label, config);
    channel.onMessage((message) => {
      if (this.#state !== 'closed' && Buffer.isBuffer(message)) this.#events.onData?.(message, label === 'lossy');
    });
    return channel;
  }

  #attach(track: Track): void {
    this.#track = track;
    track.onOpen(() => {
      this.#open = this.#state !== 'closed';
    });
    track.onClosed(() => {
      this.#open = false;
    });
    track.onMessage((bytes) => {
      this.#options.onArrival?.();
      if (this.#state !== 'closed') this.#events.onPacket(bytes);
    });
  }

  #onState(state: string): void {
    if (this.#state === 'closed') return;
    const known = state === 'new' ? 'connecting' : (state as TransportState);
    if (known === this.#state) return;
    this.#state = known;
    this.#events.onState(known);
  }

  /** Host candidates under the addresses that are announced, if there are any. */
  #announced(candidates: readonly string[]): readonly string[] {
    const { announced = [] } = this.#options;
    if (announced.length === 0) return candidates;
    return announced.flatMap((address) => {
      const family = address.includes(':');
      const like = candidates.find((candidate) => candidate.split(' ')[4]?.includes(':') === family) ?? candidates[0];
      if (like === undefined) return [];
      const parts = like.split(' ');
      parts[4] = address;
      return [parts.join(' ')];
    });
  }
}

function described({ ice, fingerprint: print, setup }: TransportParameters, sctp: SctpParameters | undefined): string {
  const transport = [
    `a=ice-ufrag:${ice.ufrag}`,
    `a=ice-pwd:${ice.pwd}`,
    `a=fingerprint:${print.algorithm} ${print.value}`,
    `a=setup:${setup}`,
  ];
  const data =
    sctp === undefined
      ? []
      : [
          'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
          'c=IN IP4 0.0.0.0',
          'a=mid:1',
          `a=sctp-port:${sctp.port}`,
          `a=max-message-size:${dataBytesMost}`,
          ...transport,
        ];
  const lines = [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    `a=group:BUNDLE 0${sctp === undefined ? '' : ' 1'}`,
    'm=video 9 UDP/TLS/RTP/SAVPF 96',
    ...section,
    ...transport,
    ...data,
  ];
  return `${lines.join('\r\n')}\r\n`;
}
