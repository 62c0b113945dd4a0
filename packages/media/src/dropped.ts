/** Packets that a worker has dropped, by why. */
import type { PublisherCounters } from './router/publisher.ts';
import type { WebRtcDropped } from './transport/complaints.ts';
import type { UdpDropped } from './transport/udp.ts';

export type Dropped = PublisherCounters & UdpDropped & WebRtcDropped;

export function nothingDropped(): Dropped {
  return { malformed: 0, unknown: 0, excess: 0, strangers: 0, forged: 0, replayed: 0, stun: 0, dtls: 0, srtp: 0 };
}
