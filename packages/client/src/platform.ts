/**
 * All that the SDK needs of the world, in one place: `browser.ts` is the browser's, tests bring their own. Each part is as
 * narrow as what is used of it.
 */
import type { Instant, Milliseconds } from '@offhook/core';

/** Time. */
export interface Clock {
  /** Milliseconds since the Unix epoch; never runs backwards. */
  now(): Instant;
  /** Runs `task` once after `delay`; the function returned takes it back. */
  schedule(delay: Milliseconds, task: () => void): () => void;
}

/** Chance. */
export interface Random {
  /** A string of `[0-9A-Za-z_-]` with at least this many bits of entropy, unguessable. */
  token(bits: number): string;
  /** From 0 to below 1, for spreading attempts in time. */
  fraction(): number;
}

/** What happens to a socket. Nothing is told after `closed`. */
export interface SocketHandlers {
  opened(): void;
  received(text: string): void;
  closed(code: number, reason: string): void;
}

/** A WebSocket (RFC 6455). */
export interface Socket {
  send(text: string): void;
  close(code?: number): void;
}

/** What happens to a peer connection, in W3C's words. */
export interface PeerHandlers {
  /** `undefined`: gathering is complete. */
  candidate(candidate: RTCIceCandidateInit | undefined): void;
  negotiationNeeded(): void;
  connectionStateChanged(): void;
  track(track: MediaStreamTrack): void;
}

/** What is used of an RTCRtpSender. */
export interface Sender {
  readonly track: MediaStreamTrack | null;
  replaceTrack(track: MediaStreamTrack | null): Promise<void>;
}

/** What is used of an RTCRtpTransceiver. */
export interface Transceiver {
  direction: RTCRtpTransceiverDirection;
  readonly sender: Sender;
  readonly receiver: { readonly track: MediaStreamTrack };
}

/** What is used of an RTCPeerConnection. */
export interface PeerConnection {
  readonly signalingState: RTCSignalingState;
  readonly connectionState: RTCPeerConnectionState;
  readonly localDescription: { readonly type: RTCSdpType; readonly sdp: string } | null;
  createAnswer(): Promise<RTCSessionDescriptionInit>;
  /** Without one: the one that is due. */
  setLocalDescription(description?: { type: 'answer'; sdp: string }): Promise<void>;
  setRemoteDescription(description: { type: 'offer' | 'answer' | 'pranswer'; sdp: string }): Promise<void>;
  addIceCandidate(candidate: RTCIceCandidateInit): Promise<void>;
  addTransceiver(kind: 'audio' | 'video', init: RTCRtpTransceiverInit): Transceiver;
  addTrack(track: MediaStreamTrack, stream: MediaStream): Sender;
  getTransceivers(): readonly Transceiver[];
  restartIce(): void;
  setConfiguration(configuration: RTCConfiguration): void;
  close(): void;
}

/** Text kept by name, as `localStorage` does. */
export interface Keep {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/**
 * `online`, `offline`: as the browser believes. `changed`: another network (its addresses are no longer ours). `visible`: the
 * page is looked at again, perhaps after a sleep. `leaving`: the page is closed or loaded again, or put aside by the browser.
 */
export type NetworkEvent = 'online' | 'offline' | 'changed' | 'visible' | 'leaving';

/** All that the SDK needs of the world. */
export interface Platform {
  readonly clock: Clock;
  readonly random: Random;
  /** Opens a WebSocket. Throws where its address is none, or not allowed to this page. */
  openSocket(url: string, protocol: string, handlers: SocketHandlers): Socket;
  /** Opens an RTCPeerConnection. Throws `unsupported_browser` where there is none. */
  openPeer(configuration: RTCConfiguration, handlers: PeerHandlers): PeerConnection;
  /** An empty MediaStream. */
  newStream(): MediaStream;
  /** `navigator.mediaDevices.getUserMedia`. Rejects with `insecure_origin` or `unsupported_browser` where there is none. */
  capture(constraints: MediaStreamConstraints): Promise<MediaStream>;
  /** Whether the person has given leave for good; undefined where the browser does not say. */
  permission(kind: 'microphone' | 'camera'): Promise<PermissionState | undefined>;
  /** Kept as long as this tab, over reloads (`sessionStorage`). */
  readonly tab: Keep;
  /** Kept in this browser (`localStorage`). */
  readonly browser: Keep;
  /**
   * A lock that one page of this browser at a time can have (Web Locks), waited for at most this long; undefined: another page
   * has it. The function returned gives it back, as does the end of the page. Absent where the browser has no locks.
   */
  readonly lock: ((name: string, patience: Milliseconds) => Promise<(() => void) | undefined>) | undefined;
  /** Tells of the network until the function returned is called. */
  watchNetwork(listener: (event: NetworkEvent) => void): () => void;
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** Where the page comes from, e.g. `https://example.com/`: the server's address if none is given. */
  readonly origin: string;
  /** A name for this device, e.g. `Firefox on Linux`. */
  readonly deviceName: string;
  /** Takes errors that nobody else would hear of: those which an application's own listeners throw. */
  report(error: unknown): void;
}
