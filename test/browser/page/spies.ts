/** Watches what the page does with the browser's own media functions, and proves from their statistics what arrives. */

const connections: RTCPeerConnection[] = [];
const tracks: MediaStreamTrack[] = [];
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

function openConnections(): RTCPeerConnection[] {
  return connections.filter(({ connectionState }) => connectionState !== 'closed');
}

/** What has come in on all open connections, by track. */
export interface Received {
  readonly kind: 'audio' | 'video';
  /** Decoded energy (webrtc-stats `totalAudioEnergy`): that of a full-scale tone of this many seconds. */
  readonly energy: number;
  /** Seconds of sound handed to the loudspeaker, silence included. */
  readonly played: number;
  readonly frames: number;
}

export async function received(): Promise<Map<string, Received>> {
  const found = new Map<string, Received>();
  for (const [index, connection] of connections.entries()) {
    if (connection.connectionState === 'closed') continue;
    for (const report of (await connection.getStats()).values() as Iterable<RTCInboundRtpStreamStats>) {
      if (report.type !== 'inbound-rtp') continue;
      const { kind, totalAudioEnergy = 0, totalSamplesDuration = 0, framesDecoded = 0 } = report;
      found.set(`${index} ${report.id}`, {
        kind: kind === 'video' ? 'video' : 'audio',
        energy: totalAudioEnergy,
        played: totalSamplesDuration,
        frames: framesDecoded,
      });
    }
  }
  return found;
}

/** The types of all candidates of this side, once they are all known. */
export async function gathered(): Promise<string[] | undefined> {
  const open = openConnections();
  if (open.some(({ iceGatheringState }) => iceGatheringState !== 'complete')) return undefined;
  const reports = await Promise.all(open.map(async (connection) => [...(await connection.getStats()).values()]));
  const candidates = (reports.flat() as { type: string; candidateType?: string }[]).filter(
    ({ type }) => type === 'local-candidate',
  );
  return candidates.map(({ candidateType = '' }) => candidateType);
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

/** The candidate pairs in use, e.g. `relay→relay`. */
export async function paths(): Promise<string[]> {
  const found: string[] = [];
  for (const connection of openConnections()) {
    const reports = await connection.getStats();
    for (const report of reports.values() as Iterable<RTCIceCandidatePairStats>) {
      if (report.type !== 'candidate-pair' || report.state !== 'succeeded' || report.nominated !== true) continue;
      const type = (id: string): string => (reports.get(id) as { candidateType?: string } | undefined)?.candidateType ?? '?';
      found.push(`${type(report.localCandidateId)}→${type(report.remoteCandidateId)}`);
    }
  }
  return found;
}

/** What a failed test should say about media. */
export async function mediaReport(): Promise<unknown> {
  return {
    holdings: holdings(),
    asked,
    connections: connections.map((connection) => ({
      states: `${connection.connectionState} ${connection.iceConnectionState} ${connection.iceGatheringState} ${connection.signalingState}`,
      transceivers: connection.getTransceivers().map(({ mid, direction, currentDirection, sender: { track }, receiver }) => {
        const sends = track === null ? 'nothing' : `${track.label} ${track.enabled ? track.readyState : 'disabled'}`;
        return `${mid} ${receiver.track.kind} ${direction}, now ${currentDirection}, sends ${sends}`;
      }),
    })),
    received: Object.fromEntries(await received()),
    paths: await paths(),
    said,
  };
}
