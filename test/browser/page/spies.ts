/** Watches what the page does with the browser's own media functions and its WebSocket. */

const connections: RTCPeerConnection[] = [];
const tracks: MediaStreamTrack[] = [];
/** Of screens that were shown. */
const screens: MediaStreamTrack[] = [];
const asked: { audio: boolean; video: boolean }[] = [];
/** What went over the WebSocket of late, shortened. */
const said: string[] = [];
const remembered = 80;

/** Must run before anything else uses the browser's media. */
export function spy(): void {
  const Native = RTCPeerConnection;
  globalThis.RTCPeerConnection = class extends Native {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      connections.push(this);
    }
  };
  const NativeSocket = WebSocket;
  globalThis.WebSocket = class extends NativeSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      this.addEventListener('message', ({ data }) => note('←', String(data)));
    }
    override send(data: string): void {
      note('→', data);
      super.send(data);
    }
  };
  const { mediaDevices } = navigator;
  const native = mediaDevices.getUserMedia.bind(mediaDevices);
  mediaDevices.getUserMedia = async (constraints = {}) => {
    asked.push({ audio: Boolean(constraints.audio), video: Boolean(constraints.video) });
    const stream = await native(constraints);
    for (const track of stream.getTracks()) watch(track);
    return stream;
  };
  const nativeDisplay = mediaDevices.getDisplayMedia.bind(mediaDevices);
  mediaDevices.getDisplayMedia = async (options) => {
    const stream = await nativeDisplay(options);
    screens.push(...stream.getTracks());
    return stream;
  };
}

/** Screens are watched apart: they are not to be counted as cameras. */
export function screenTracks(): readonly MediaStreamTrack[] {
  return screens;
}

function note(direction: string, text: string): void {
  const short = text.replaceAll(/"((?:sdp|candidate|token|resume)")\s*:\s*"(?:[^"\\]|\\.)*"/g, '"$1:…').slice(0, 300);
  said.push(`${(performance.timeOrigin + performance.now()).toFixed(0)} ${direction} ${short}`);
  if (said.length > remembered) said.shift();
}

function watch(track: MediaStreamTrack): void {
  tracks.push(track);
  const native = track.clone.bind(track);
  track.clone = () => {
    const copy = native();
    watch(copy);
    return copy;
  };
}

/** What was asked of `getUserMedia`, one entry a call. */
export function permissionsAsked(): readonly { audio: boolean; video: boolean }[] {
  return asked;
}

export interface Holdings {
  /** Peer connections that are not closed. */
  readonly connections: number;
  readonly microphones: number;
  readonly cameras: number;
}

/** What is open at the moment. */
export function holdings(): Holdings {
  return { connections: openConnections().length, microphones: live('audio'), cameras: live('video') };
}

function live(kind: 'audio' | 'video'): number {
  return tracks.filter((track) => track.kind === kind && track.readyState === 'live').length;
}

/** In the order in which they were made. */
export function allConnections(): readonly RTCPeerConnection[] {
  return connections;
}

export function openConnections(): RTCPeerConnection[] {
  return allConnections().filter(({ connectionState }) => connectionState !== 'closed');
}

/** The ICE generations of this side's open connections (RFC 8839 §5.4). */
export function generations(): string[] {
  return openConnections().flatMap(
    ({ localDescription }) => /^a=ice-ufrag:(\S+)/m.exec(localDescription?.sdp ?? '')?.[1] ?? [],
  );
}

/** The ICE servers of the newest connection. */
export function iceServersGiven(): RTCIceServer[] {
  return openConnections().at(-1)?.getConfiguration().iceServers ?? [];
}

/** What went over the WebSocket of late, shortened. */
export function saidOfLate(): readonly string[] {
  return said;
}
