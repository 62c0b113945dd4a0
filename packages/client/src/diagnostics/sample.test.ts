import { describe, expect, it } from 'vitest';
import { between, sampleOf } from './sample.ts';
import type { Sample } from './sample.ts';

const nothing: Sample = { received: 0, lost: 0, jitterMs: 0, roundTripMs: 0, bufferedMs: 0, played: 0, energy: 0, seconds: 0 };
const sample = (change: Partial<Sample>): Sample => ({ ...nothing, ...change });

describe('a look at the statistics', () => {
  it('takes the sound, and the way in use', () => {
    const report = new Map<string, object>([
      ['a', { type: 'inbound-rtp', kind: 'audio', packetsReceived: 100, packetsLost: 3, jitter: 0.004, jitterBufferDelay: 12 }],
      ['v', { type: 'inbound-rtp', kind: 'video', packetsReceived: 200, packetsLost: 90 }],
      ['o', { type: 'outbound-rtp', kind: 'audio', packetsSent: 9_999 }],
      ['p', { type: 'candidate-pair', nominated: false, currentRoundTripTime: 9 }],
      ['q', { type: 'candidate-pair', nominated: true, currentRoundTripTime: 0.04 }],
    ]);
    expect(sampleOf(report as unknown as RTCStatsReport)).toEqual(
      sample({ received: 100, lost: 3, jitterMs: 4, roundTripMs: 40, bufferedMs: 12_000 }),
    );
  });
});

describe('between two looks', () => {
  const before = sample({ received: 1_000, lost: 10, bufferedMs: 500, played: 1_000 });

  it('a call without loss over a short way is as good as it gets', () => {
    const heard = between(before, sample({ received: 1_050, lost: 10, roundTripMs: 20, bufferedMs: 20_500, played: 2_000 }));
    expect(heard).toMatchObject({ loss: 0, roundTripMs: 20 });
    // 10 ms of the network, 20 ms in the buffer, 40 ms of packets: R = 93.2 - 0.024 · 70.
    expect(heard?.mos).toBeCloseTo(4.37, 2);
  });

  it('loss and delay are heard', () => {
    const lossy = between(before, sample({ received: 1_040, lost: 20 }));
    expect(lossy?.loss).toBeCloseTo(0.2);
    expect(lossy?.mos).toBeLessThan(2.6);
    const far = between(before, sample({ received: 1_050, lost: 10, roundTripMs: 1_200 }));
    expect(far?.mos).toBeLessThan(2.6);
  });

  it('tells how loud it was, where the browser does', () => {
    const looks = [
      sample({ received: 50, energy: 2, seconds: 10 }),
      sample({ received: 100, energy: 2.01, seconds: 11 }),
      sample({ received: 150 }),
    ] as const;
    expect(between(looks[0], looks[1])?.loudness).toBeCloseTo(0.1);
    expect(between(sample({}), looks[2])?.loudness).toBeUndefined();
  });

  it('too few packets, and counters that began anew, say nothing', () => {
    expect(between(nothing, sample({ received: 5, lost: 4 }))).toBeUndefined();
    expect(between(before, sample({ received: 50 }))).toBeUndefined();
  });
});
