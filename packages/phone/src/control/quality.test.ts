import { describe, expect, it } from 'vitest';
import { isPoor, sampleOf } from './quality.ts';

const sample = (received: number, lost: number, roundTrip?: number) => ({ received, lost, roundTrip });

describe('isPoor', () => {
  it('hears gaps from eight lost packets in a hundred', () => {
    expect(isPoor(sample(1_000, 10), sample(1_093, 17))).toBe(false);
    expect(isPoor(sample(1_000, 10), sample(1_090, 20))).toBe(true);
  });

  it('makes nothing of few packets, nor of counters that began anew', () => {
    expect(isPoor(sample(0, 0), sample(5, 5))).toBe(false);
    expect(isPoor(sample(5_000, 50), sample(150, 0))).toBe(false);
  });

  it('minds a long way to the other side', () => {
    expect(isPoor(sample(0, 0), sample(150, 0, 0.3))).toBe(false);
    expect(isPoor(sample(0, 0), sample(150, 0, 1.2))).toBe(true);
  });
});

describe('sampleOf', () => {
  it('adds up what is received, and takes the way in use', () => {
    const report = new Map<string, object>([
      ['a', { type: 'inbound-rtp', kind: 'audio', packetsReceived: 100, packetsLost: 3 }],
      ['v', { type: 'inbound-rtp', kind: 'video', packetsReceived: 200 }],
      ['o', { type: 'outbound-rtp', packetsSent: 9_999 }],
      ['p', { type: 'candidate-pair', nominated: false, currentRoundTripTime: 9 }],
      ['q', { type: 'candidate-pair', nominated: true, currentRoundTripTime: 0.04 }],
    ]);
    expect(sampleOf(report as unknown as RTCStatsReport)).toEqual(sample(300, 3, 0.04));
  });
});
