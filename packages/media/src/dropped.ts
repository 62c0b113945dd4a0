/** Packets that a worker has dropped, by why. */
import type { PublisherCounters } from './router/publisher.ts';
import type { UdpDropped } from './transport/udp.ts';

export type Dropped = PublisherCounters & UdpDropped;

export function nothingDropped(): Dropped {
  return { malformed: 0, unknown: 0, excess: 0, strangers: 0, forged: 0, replayed: 0 };
}
