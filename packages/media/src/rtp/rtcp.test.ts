import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { bye, maximumBitrate, nack, pictureLoss, readRtcp, receiverReport, senderReport, sourceDescription } from './rtcp.ts';
import type { ReportBlock, SenderInfo } from './rtcp.ts';
import { ahead, Unwrapped } from './sequence.ts';
import { instantOf, middle, ntpOf } from './time.ts';
import { ArrivalLog, readTransportFeedback } from './transport-feedback.ts';

const unsigned = fc.nat(0xffff_ffff);
const report: fc.Arbitrary<ReportBlock> = fc.record({
  ssrc: unsigned,
  fractionLost: fc.nat(255),
  lost: fc.integer({ min: -0x80_0000, max: 0x7f_ffff }),
  highest: unsigned,
  jitter: unsigned,
  lastSr: unsigned,
  delay: unsigned,
});
const sender: fc.Arbitrary<SenderInfo> = fc.record({
  ssrc: unsigned,
  ntpSeconds: unsigned,
  ntpFraction: unsigned,
  timestamp: unsigned,
  packets: unsigned,
  octets: unsigned,
});

it('reads compounds of what it writes', () => {
  fc.assert(
    fc.property(sender, fc.array(report, { maxLength: 31 }), unsigned, (info, reports, ssrc) => {
      const compound = Buffer.concat([
        senderReport(info, reports),
        sourceDescription(info.ssrc, 'anna'),
        receiverReport(ssrc, reports),
        pictureLoss(1, ssrc),
        bye([ssrc, 7]),
      ]);
      expect(readRtcp(compound)).toEqual([
        { type: 'sr', sender: info, reports },
        { type: 'rr', ssrc, reports },
        { type: 'pli', ssrc },
        { type: 'bye', ssrcs: [ssrc, 7] },
      ]);
    }),
  );
});

it('asks for the packets that are named, over the end of the numbers', () => {
  fc.assert(
    fc.property(fc.nat(0xffff), fc.uniqueArray(fc.nat(100), { minLength: 1 }), (first, offsets) => {
      const sequences = offsets.toSorted((a, b) => a - b).map((offset) => (first + offset) & 0xffff);
      expect(readRtcp(nack(1, 2, sequences))).toEqual([{ type: 'nack', ssrc: 2, sequences }]);
    }),
  );
});

it('writes bitrates to within what eighteen bits can say', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 40 }), (bitrate) => {
      const [one] = readRtcp(maximumBitrate(1, bitrate, [5, 6]));
      expect(one).toMatchObject({ type: 'remb', ssrcs: [5, 6] });
      const read = (one as { bitrate: number }).bitrate;
      expect(read).toBeLessThanOrEqual(bitrate);
      expect(read).toBeGreaterThan(bitrate * (1 - 2 ** -17) - 1);
    }),
  );
});

it('ends descriptions of sources with a zero, whatever the length of the name', () => {
  for (let length = 0; length < 9; length++) {
    const packet = sourceDescription(1, 'x'.repeat(length));
    expect(packet.length % 4).toBe(0);
    expect(packet.length).toBe((packet.readUInt16BE(2) + 1) * 4);
    expect(packet.at(-1)).toBe(0);
  }
});

it('takes any bytes', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => void readRtcp(Buffer.from(bytes))));
  fc.assert(
    fc.property(
      fc.constantFrom(200, 201, 203, 205, 206),
      fc.nat(31),
      fc.uint8Array({ maxLength: 60 }),
      (type, count, bytes) => {
        const body = Buffer.from(bytes.subarray(0, bytes.length & ~3));
        const header = Buffer.from([0x80 | count, type, 0, body.length / 4]);
        for (const one of readRtcp(Buffer.concat([header, body])))
          if (one.type === 'transport') readTransportFeedback(one.bytes);
      },
    ),
  );
});

it('counts on where sequence numbers begin anew', () => {
  expect(ahead(1, 0xffff)).toBe(2);
  expect(ahead(0xffff, 1)).toBe(-2);
  fc.assert(
    fc.property(fc.nat(0xffff), fc.array(fc.integer({ min: -1_000, max: 30_000 })), (first, steps) => {
      const unwrapped = new Unwrapped();
      let number = unwrapped.of(first);
      for (const step of steps) {
        expect(unwrapped.of((number + step) & 0xffff)).toBe(number + step);
        number += step;
      }
    }),
  );
});

it('keeps wall time in NTP time to a millisecond', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 2_000_000_000_000, noNaN: true }), (now) => {
      const { seconds, fraction } = ntpOf(now);
      expect(Math.abs(instantOf(seconds, fraction) - now)).toBeLessThan(0.01);
      expect(middle({ seconds, fraction })).toBe(
        Number(((BigInt(seconds) * 2n ** 32n + BigInt(fraction)) / 2n ** 16n) % 2n ** 32n),
      );
    }),
    { examples: [[1_795_000_000_123.4]] },
  );
});

it('tells what arrived and when, to a quarter of a millisecond', () => {
  const step = fc.record({
    skipped: fc.oneof({ weight: 8, arbitrary: fc.constant(0) }, fc.nat(40)),
    passed: fc.oneof(
      { weight: 8, arbitrary: fc.double({ min: 0, max: 40, noNaN: true }) },
      fc.double({ min: 0, max: 4_000, noNaN: true }),
    ),
  });
  fc.assert(
    fc.property(fc.nat(0xffff), fc.array(step, { minLength: 1, maxLength: 200 }), (first, steps) => {
      const log = new ArrivalLog();
      const wanted = new Map<number, number>();
      let [sequence, now] = [first, 1_795_000_000_000.5];
      for (const { skipped, passed } of steps) {
        sequence = (sequence + skipped + 1) & 0xffff;
        now += passed;
        log.add(sequence, now);
        wanted.set(sequence, now);
      }
      const packet = log.take(1, 2)!;
      const [feedback] = readRtcp(packet);
      expect(feedback).toMatchObject({ type: 'transport' });
      const read = readTransportFeedback(packet);
      expect(read.length).toBe(steps.slice(1).reduce((sum, { skipped }) => sum + skipped + 1, 1));
      const base = read[0]!.at! - wanted.get(read[0]!.sequence)!;
      for (const { sequence: of, at } of read) {
        const really = wanted.get(of);
        if (really === undefined) expect(at).toBeUndefined();
        else expect(Math.abs(at! - really - base)).toBeLessThanOrEqual(0.5);
      }
    }),
  );
});

it('says each packet once, and those in between as lost', () => {
  const log = new ArrivalLog();
  log.add(10, 1_000);
  expect(log.take(1, 2)).toBeDefined();
  expect(log.take(1, 2)).toBeUndefined();
  log.add(13, 1_010);
  const read = readTransportFeedback(log.take(1, 2)!);
  expect(read.map(({ sequence, at }) => [sequence, at !== undefined])).toEqual([
    [11, false],
    [12, false],
    [13, true],
  ]);
  // Too late: it was said to be lost.
  log.add(12, 1_020);
  expect(log.isEmpty).toBe(true);
});
