/**
 * What libdatachannel drops before anything of ours sees it. It hands nothing of that over, but says in its log what was wrong: of each
 * datagram, or how many there were within a second. What it says there is counted.
 */
import { initLogger } from 'node-datachannel';

/** Datagrams and handshakes that libdatachannel has refused. */
export interface WebRtcDropped {
  /** Checks of ICE that cannot be read, or are not of whom they claim to be (RFC 8489 §6.3, §9.1.4). */
  stun: number;
  /** Handshakes of DTLS that failed. Single records that are damaged are passed over without a word (RFC 6347 §4.1.2.7). */
  dtls: number;
  /** Packets of SRTP or SRTCP that are forged or damaged (RFC 3711 §3.3). */
  srtp: number;
}

const complaints: Readonly<Record<keyof WebRtcDropped, RegExp>> = {
  stun: /juice: STUN message (?:reading|verification) failed/u,
  dtls: /DTLS handshake failed/u,
  srtp: /Number of SRTC?P packets received that (?:failed authentication checks|had an unknown libSRTP failure): (?<count>\d+)/u,
};

/** How many of what a line of its log tells of. */
export function complaintOf(line: string): readonly [what: keyof WebRtcDropped, count: number] | undefined {
  for (const what of ['stun', 'dtls', 'srtp'] as const) {
    const said = complaints[what].exec(line);
    if (said !== null) return [what, Number(said.groups?.['count'] ?? 1)];
  }
  return undefined;
}

/** Counts from now on, for all transports of this process; whoever called it last counts. */
export function countComplaints(dropped: WebRtcDropped): void {
  initLogger('Warning', (_, line) => {
    const complaint = complaintOf(line);
    if (complaint === undefined) return;
    const [what, count] = complaint;
    dropped[what] += count;
  });
}
