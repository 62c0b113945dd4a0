/** Others whom this server carries: a bridge that offers to the voicemail, say. Their candidates lead to a port of a worker on this machine. */
import { networkInterfaces } from 'node:os';
import type { WebRtcOptions } from './webrtc.ts';

type Near = Pick<WebRtcOptions, 'port' | 'siblings' | 'announced' | 'listen'>;

/** Whether a candidate line leads here. */
export function isHere(candidate: string, { port, siblings = [], announced = [], listen }: Near): boolean {
  const [, , , , address = '', at] = candidate.split(' ');
  if (![port, ...siblings].includes(Number(at))) return false;
  if (address === listen || announced.includes(address)) return true;
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return own.some((one) => one.address === address);
}
