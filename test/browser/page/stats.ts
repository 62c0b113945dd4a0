/** What the statistics of the page's peer connections say (W3C webrtc-stats). */
import { allConnections, holdings, openConnections, permissionsAsked, saidOfLate } from './spies.ts';

type Report = Readonly<Record<string, unknown>> & { readonly id: string; readonly type: string };

/** What has come in on one track. */
export interface Received {
  readonly kind: 'audio' | 'video';
  /** Decoded energy (`totalAudioEnergy`): that of a full-scale tone of this many seconds. */
  readonly energy: number;
  /** Seconds of sound handed to the loudspeaker, silence included. */
  readonly played: number;
  readonly frames: number;
}

/** What has come in on all open connections, by track. */
export async function received(): Promise<Map<string, Received>> {
  const found = new Map<string, Received>();
  for (const [index, connection] of allConnections().entries()) {
    for (const report of (await statsOf(connection)).values()) {
      if (report.type !== 'inbound-rtp') continue;
      const { kind, totalAudioEnergy = 0, totalSamplesDuration = 0, framesDecoded = 0 } = report;
      found.set(`${index} ${report.id}`, {
        kind: kind === 'video' ? 'video' : 'audio',
        energy: Number(totalAudioEnergy),
        played: Number(totalSamplesDuration),
        frames: Number(framesDecoded),
      });
    }
  }
  return found;
}

/** In which codecs sound goes out and comes in at the moment, on open connections: `audio/PCMA`. */
export async function soundCodecs(): Promise<{ readonly out: string[]; readonly in: string[] }> {
  const reports = (await Promise.all(openConnections().map(statsOf))).flatMap((one) => [...one.values()]);
  const of = (type: string): string[] =>
    reports
      .filter((one) => one.type === type && one['kind'] === 'audio')
      .map(({ codecId }) => String(reports.find(({ id }) => id === codecId)?.['mimeType']));
  return { out: of('outbound-rtp'), in: of('inbound-rtp') };
}

/** The types of all candidates of this side, once they are all known. */
export async function gathered(): Promise<string[] | undefined> {
  const open = openConnections();
  if (open.some(({ iceGatheringState }) => iceGatheringState !== 'complete')) return undefined;
  const reports = await Promise.all(open.map(async (connection) => [...(await statsOf(connection)).values()]));
  return reports
    .flat()
    .filter(({ type }) => type === 'local-candidate')
    .map(({ candidateType }) => String(candidateType));
}

/** The candidate pairs in use, e.g. `relay→relay`. */
export async function paths(): Promise<string[]> {
  const found: string[] = [];
  for (const connection of openConnections()) {
    const reports = await statsOf(connection);
    const selected = new Set([...reports.values()].map(({ selectedCandidatePairId }) => selectedCandidatePairId));
    for (const pair of reports.values()) {
      // Firefox has no transport statistics, but says it of the pair.
      if (pair.type !== 'candidate-pair' || !(selected.has(pair.id) || pair['selected'] === true)) continue;
      const type = (id: unknown): string => String(reports.get(String(id))?.['candidateType']);
      found.push(`${type(pair['localCandidateId'])}→${type(pair['remoteCandidateId'])}`);
    }
  }
  return found;
}

/** What a failed test should say about media. */
export async function mediaReport(): Promise<unknown> {
  return {
    holdings: holdings(),
    asked: permissionsAsked(),
    connections: allConnections().map((connection) => ({
      states: `${connection.connectionState} ${connection.iceConnectionState} ${connection.iceGatheringState} ${connection.signalingState}`,
      transceivers: connection.getTransceivers().map(({ mid, direction, currentDirection, sender: { track }, receiver }) => {
        const sends = track === null ? 'nothing' : `${track.label} ${track.enabled ? track.readyState : 'disabled'}`;
        return `${mid} ${receiver.track.kind} ${direction}, now ${currentDirection}, sends ${sends}`;
      }),
    })),
    received: Object.fromEntries(await received()),
    paths: await paths(),
    said: saidOfLate(),
  };
}

/** Firefox never answers when the connection is closed meanwhile. */
async function statsOf(connection: RTCPeerConnection): Promise<ReadonlyMap<string, Report>> {
  const nothing: ReadonlyMap<string, Report> = new Map();
  let timer: ReturnType<typeof setInterval> | undefined;
  const closed = new Promise<ReadonlyMap<string, Report>>((resolve) => {
    timer = setInterval(() => connection.connectionState === 'closed' && resolve(nothing), 50);
  });
  try {
    return connection.connectionState === 'closed'
      ? nothing
      : await Promise.race([connection.getStats() as Promise<ReadonlyMap<string, Report>>, closed]);
  } finally {
    clearInterval(timer);
  }
}
