/** What a worker has dropped: packets, by why, and descriptions. */
import type { PublisherCounters } from './router/publisher.ts';
import type { WebRtcDropped } from './transport/complaints.ts';
import type { UdpDropped } from './transport/udp.ts';

export interface DescriptionsDropped {
  /** Offers and answers that cannot be read, or of which nothing can be taken. */
  descriptions: number;
}

export type Dropped = PublisherCounters & UdpDropped & WebRtcDropped & DescriptionsDropped;

export function nothingDropped(): Dropped {
  return {
    malformed: 0,
    unknown: 0,
    excess: 0,
    strangers: 0,
    forged: 0,
    replayed: 0,
    stun: 0,
    dtls: 0,
    srtp: 0,
    descriptions: 0,
  };
}
