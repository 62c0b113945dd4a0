/** Whether what is received is bad enough to tell a person: by W3C webrtc-stats, between two looks. */

export interface Sample {
  readonly received: number;
  readonly lost: number;
  /** Seconds. */
  readonly roundTrip: number | undefined;
}

/** Speech with this much loss has gaps that concealment no longer hides. */
const poorLoss = 0.08;
/** Seconds; people begin to talk over one another (ITU-T G.114 allows 400 ms one way at most). */
const poorRoundTrip = 0.8;
/** Too few packets say nothing. */
const fewPackets = 20;

export function sampleOf(report: RTCStatsReport): Sample {
  let [received, lost] = [0, 0];
  let roundTrip: number | undefined;
  for (const stat of report.values() as Iterable<Record<string, unknown>>) {
    if (stat['type'] === 'inbound-rtp') {
      received += number(stat['packetsReceived']);
      lost += number(stat['packetsLost']);
    } else if (stat['type'] === 'candidate-pair' && stat['nominated'] === true && stat['currentRoundTripTime'] !== undefined) {
      roundTrip = number(stat['currentRoundTripTime']);
    }
  }
  return { received, lost, roundTrip };
}

export function isPoor(before: Sample, after: Sample): boolean {
  const lost = Math.max(0, after.lost - before.lost);
  const expected = lost + Math.max(0, after.received - before.received);
  return (expected >= fewPackets && lost / expected > poorLoss) || (after.roundTrip ?? 0) > poorRoundTrip;
}

function number(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
