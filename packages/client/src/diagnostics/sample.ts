/** What one look at the statistics of a peer connection tells of the network (W3C webrtc-stats). */
import { opinionScore, ratingFactor } from '@offhook/core';
import type { Quality } from '@offhook/core';

/** Counters since the beginning, and how things are at the moment. */
export interface Sample {
  readonly received: number;
  readonly lost: number;
  readonly jitterMs: number;
  readonly roundTripMs: number;
  /** The time that what is played has waited in the jitter buffer, in all, and for how many samples. */
  readonly bufferedMs: number;
  readonly played: number;
  /** What was heard: its energy, as W3C's `totalAudioEnergy` adds it up, and for how many seconds. */
  readonly energy: number;
  readonly seconds: number;
}

/** How it sounded between two looks. */
export interface Between extends Quality {
  /** How loud the other was, from 0 to 1 as a root mean square: a voice is above 0.01; undefined where the browser does not say. */
  readonly loudness?: number | undefined;
}

/** Too few packets say nothing. */
const fewPackets = 10;
/** Packets of 20 ms are filled before they are sent, and one is in the encoder. */
const packetMs = 40;

/** Sound where there is any; what is said of pictures is left out, of which fewer may come without anybody minding. */
export function sampleOf(report: RTCStatsReport): Sample {
  const sample = { received: 0, lost: 0, jitterMs: 0, roundTripMs: 0, bufferedMs: 0, played: 0, energy: 0, seconds: 0 };
  for (const stat of report.values() as Iterable<Record<string, unknown>>) {
    if (stat['type'] === 'inbound-rtp' && stat['kind'] === 'audio') {
      sample.received += number(stat['packetsReceived']);
      sample.lost += number(stat['packetsLost']);
      sample.jitterMs = Math.max(sample.jitterMs, number(stat['jitter']) * 1000);
      sample.bufferedMs += number(stat['jitterBufferDelay']) * 1000;
      sample.played += number(stat['jitterBufferEmittedCount']);
      sample.energy += number(stat['totalAudioEnergy']);
      sample.seconds += number(stat['totalSamplesDuration']);
    } else if (stat['type'] === 'candidate-pair' && (stat['nominated'] === true || stat['selected'] === true)) {
      sample.roundTripMs = Math.max(sample.roundTripMs, number(stat['currentRoundTripTime']) * 1000);
    }
  }
  return sample;
}

/** How it sounded between two looks; undefined where too little came to tell, or the counters began anew. */
export function between(before: Sample, after: Sample): Between | undefined {
  const received = after.received - before.received;
  const lost = Math.max(0, after.lost - before.lost);
  if (received < 0 || received + lost < fewPackets) return undefined;
  const { jitterMs, roundTripMs } = after;
  const played = after.played - before.played;
  const bufferMs = played > 0 ? (after.bufferedMs - before.bufferedMs) / played : 2 * jitterMs;
  const loss = lost / (received + lost);
  const mos = opinionScore(ratingFactor({ delayMs: roundTripMs / 2 + bufferMs + packetMs, loss }));
  const seconds = after.seconds - before.seconds;
  const loudness = seconds > 0 ? Math.sqrt(Math.max(0, after.energy - before.energy) / seconds) : undefined;
  return { mos, loss, jitterMs, roundTripMs, loudness };
}

function number(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}
