/** The least a forwarder can do: libdatachannel, and for each packet that arrives another sequence number and sending it to everybody. */
import { PeerConnection, Video } from 'node-datachannel';
import type { Track } from 'node-datachannel';
import { isRtcp } from '../../packages/media/src/rtp/packet.ts';
import { serve } from '../harness/service.ts';
import type { Described } from '../load/forward.ts';

export interface Subscribe {
  readonly name: string;
  readonly from: readonly string[];
}

interface Out {
  readonly track: Track;
  readonly ssrc: number;
  /** Added to the sequence numbers of the source. */
  readonly offset: number;
}

const port = Number(process.argv[2]);
const connections = new Map<string, PeerConnection>();
const outs = new Map<string, Out[]>();
/** A track that nobody holds is collected, and silent. */
const tracks: Track[] = [];
let ssrcs = 1;

function open(name: string): PeerConnection {
  const connection = new PeerConnection('', {
    iceServers: [],
    enableIceUdpMux: true,
    portRangeBegin: port,
    portRangeEnd: port,
    disableAutoNegotiation: true,
    mtu: 1_280,
  });
  connections.set(name, connection);
  return connection;
}

function described(connection: PeerConnection): string {
  return connection.localDescription()?.sdp ?? '';
}

function publish({ name, sdp }: Described): string {
  const connection = open(`${name} publishes`);
  const to: Out[] = [];
  outs.set(name, to);
  connection.onTrack((track) => {
    tracks.push(track);
    track.onMessage((bytes) => {
      if (isRtcp(bytes)) return;
      const sequence = bytes.readUInt16BE(2);
      for (const { track: out, ssrc, offset } of to) {
        bytes.writeUInt16BE((sequence + offset) & 0xffff, 2);
        bytes.writeUInt32BE(ssrc, 8);
        if (out.isOpen()) out.sendMessageBinary(bytes);
      }
    });
  });
  connection.setRemoteDescription(sdp, 'offer');
  connection.setLocalDescription('answer');
  return described(connection);
}

function subscribe({ name, from }: Subscribe): string {
  const connection = open(`${name} receives`);
  const media = new Video('0', 'SendRecv');
  media.addVP8Codec(96);
  const track = connection.addTrack(media);
  track.onMessage(() => {});
  track.onOpen(() => {
    for (const one of from) outs.get(one)?.push({ track, ssrc: ssrcs++, offset: 7 * ssrcs });
  });
  connection.setLocalDescription('offer');
  return described(connection);
}

function answer({ name, sdp }: Described): void {
  connections.get(`${name} receives`)?.setRemoteDescription(sdp, 'answer');
}

serve({ pid: () => process.pid, publish, subscribe, answer }, async () => {
  for (const connection of connections.values()) connection.close();
});
