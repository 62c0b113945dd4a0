import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RtpPacket } from '../rtp/packet.ts';
import { rtp, vp8 } from '../rtp/packets.fixture.ts';
import { Vp8Descriptor } from '../rtp/vp8.ts';
import { ahead } from '../rtp/sequence.ts';
import { ntpOf } from '../rtp/time.ts';
import { IncomingStream } from './incoming.ts';
import { OutgoingStream } from './outgoing.ts';

const clockRate = 90_000;
const start = 1_795_000_000_000;

function packetOf(bytes: Buffer): RtpPacket {
  const packet = new RtpPacket();
  expect(packet.read(bytes)).toBe(true);
  return packet;
}

const stream = (): IncomingStream => new IncomingStream(1, clockRate, 0, true);
const take = (into: IncomingStream, sequence: number, now = start): boolean =>
  into.receive(packetOf(rtp({ sequence, timestamp: sequence * 3_000 })), now);

describe('what comes in', () => {
  it('asks for what was lost until it comes, each time later', () => {
    const one = stream();
    for (const sequence of [65_534, 2]) take(one, sequence);
    expect(one.due(start, 50)).toEqual([65_535, 0, 1]);
    expect(one.due(start + 10, 50)).toEqual([]);
    expect(take(one, 0, start + 20)).toBe(true);
    expect(one.due(start + 61, 50)).toEqual([65_535, 1]);
    // Given up.
    expect(one.due(start + 1_001, 50)).toEqual([]);
  });

  it('takes each packet once', () => {
    const one = stream();
    expect([5, 6, 6, 5, 8, 7, 7].map((sequence) => take(one, sequence))).toEqual([true, true, false, false, true, true, false]);
  });

  it('begins anew where numbers jump', () => {
    const one = stream();
    take(one, 100);
    take(one, 30_000);
    expect(one.due(start, 50)).toEqual([]);
    expect(one.report(start)).toMatchObject({ lost: 0, fractionLost: 0 });
  });

  it('reports what was lost since the last report, and in all (RFC 3550 §A.3)', () => {
    const one = stream();
    expect(one.report(start)).toBeUndefined();
    for (const sequence of [65_533, 65_534, 0, 1]) take(one, sequence);
    expect(one.report(start)).toMatchObject({ ssrc: 1, lost: 1, fractionLost: Math.floor(256 / 5), highest: 0x1_0001 });
    for (const sequence of [2, 3]) take(one, sequence);
    expect(one.report(start)).toMatchObject({ lost: 1, fractionLost: 0, highest: 0x1_0003 });
  });

  it('repeats the time of the last sender report (RFC 3550 §6.4.1)', () => {
    const one = stream();
    take(one, 1);
    const ntp = ntpOf(start);
    one.hear(
      { ssrc: 1, ntpSeconds: ntp.seconds, ntpFraction: ntp.fraction, timestamp: 90_000, packets: 0, octets: 0 },
      start + 40,
    );
    expect(one.report(start + 540)).toMatchObject({
      lastSr: ((ntp.seconds & 0xffff) * 0x1_0000 + (ntp.fraction >>> 16)) >>> 0,
      delay: 32_768,
    });
    expect(one.capturedAt(90_000 + 900)).toBeCloseTo(start + 10, 1);
  });

  it('measures jitter (RFC 3550 §A.8)', () => {
    const one = stream();
    for (let n = 0; n < 200; n++)
      one.receive(packetOf(rtp({ sequence: n, timestamp: n * 3_000 })), start + (n * 100) / 3 + (n % 2) * 10);
    expect(one.jitter).toBeGreaterThan(9);
    expect(one.jitter).toBeLessThan(11);
  });

  it('knows its bitrate, and whether it is sent at all', () => {
    const one = stream();
    expect(one.isActive(start)).toBe(false);
    for (let n = 0; n < 100; n++) {
      one.receive(packetOf(rtp({ sequence: n, payload: Buffer.alloc(988) })), start + n * 10);
      one.bitrate(start + n * 10);
    }
    expect(one.bitrate(start + 1_001)).toBeGreaterThan(700_000);
    expect(one.bitrate(start + 1_001)).toBeLessThan(900_000);
    expect(one.isActive(start + 1_900)).toBe(true);
    expect(one.isActive(start + 2_000)).toBe(false);
  });
});

/** A publisher with encodings of their own numbers, a receiver that is fed from one of them, and what it gets. */
function relay(layers: number): {
  readonly incoming: readonly IncomingStream[];
  readonly outgoing: OutgoingStream;
  readonly got: Buffer[];
  /** While it is held, what is sent waits; and how often it was to forget that. */
  readonly way: { isHeld: boolean; forgotten: number };
  readonly frame: (layer: number, now: number, key: boolean, lost?: boolean) => void;
  /** Its numbers begin anew so much further. */
  readonly jump: (layer: number, further: number) => void;
} {
  const got: Buffer[] = [];
  const way = { isHeld: false, forgotten: 0 };
  const outgoing = new OutgoingStream(
    {
      ssrc: 99,
      payloadType: 100,
      clockRate,
      sequence: 65_530,
      timestamp: 4_294_960_000,
      retransmission: { ssrc: 98, payloadType: 101, sequence: 3 },
    },
    {
      send(bytes, _, __, one, sequence = 0) {
        if (way.isHeld) return true;
        one?.left(sequence);
        return got.push(Buffer.from(bytes)) > 0;
      },
      forget: () => way.forgotten++,
    },
  );
  const incoming = Array.from({ length: layers }, (_, layer) => new IncomingStream(layer + 1, clockRate, layer, true));
  const counts = incoming.map((_, layer) => ({
    sequence: 65_500 + layer * 7_000,
    timestamp: 1_000_000 * (layer + 1),
    picture: 32_760 - layer * 100,
    base: 250,
  }));
  const numbers = new Vp8Descriptor();
  for (const [layer, stream] of incoming.entries()) {
    const ntp = ntpOf(start);
    stream.hear(
      {
        ssrc: 1,
        ntpSeconds: ntp.seconds,
        ntpFraction: ntp.fraction,
        timestamp: counts[layer]!.timestamp,
        packets: 0,
        octets: 0,
      },
      start,
    );
  }
  return {
    incoming,
    outgoing,
    got,
    way,
    jump(layer, further) {
      counts[layer]!.sequence = (counts[layer]!.sequence + further) & 0xffff;
    },
    frame(layer, now, key, lost = false) {
      const count = counts[layer]!;
      const stream = incoming[layer]!;
      count.picture = (count.picture + 1) & 0x7fff;
      count.base = (count.base + 1) & 0xff;
      for (const part of [0, 1]) {
        count.sequence = (count.sequence + 1) & 0xffff;
        if (lost && part === 1) continue;
        const timestamp = (count.timestamp + (now - start) * 90) >>> 0;
        const payload = Buffer.concat([
          vp8({ key: key && part === 0, picture: count.picture, base: count.base }),
          Buffer.from([layer, part]),
        ]);
        const packet = packetOf(rtp({ ssrc: layer + 1, sequence: count.sequence, timestamp, payload, marker: part === 1 }));
        stream.receive(packet, now);
        numbers.read(packet.bytes, packet.payloadStart, packet.payloadEnd);
        outgoing.forward(stream, packet, key && part === 0, 0, numbers, now);
      }
    },
  };
}

describe('what goes out', () => {
  it('goes on in numbers and times whatever encoding it is fed from', () => {
    const happens = fc.record({ choose: fc.option(fc.nat(2), { freq: 3 }), key: fc.boolean(), lost: fc.boolean() });
    fc.assert(
      fc.property(fc.array(happens, { minLength: 20, maxLength: 120 }), (all) => {
        const { outgoing, incoming, got, frame } = relay(3);
        outgoing.choose(incoming[0]);
        let now = start;
        let lostOfFollowed = 0;
        for (const { choose, key, lost } of all) {
          now += 33;
          if (choose !== null) outgoing.choose(incoming[choose]);
          for (const layer of [0, 1, 2]) {
            frame(layer, now + layer, key, lost && !key);
            if (lost && !key && outgoing.followed === incoming[layer]) lostOfFollowed++;
          }
        }
        const packets = got.map((bytes) => packetOf(bytes));
        const numbers = new Vp8Descriptor();
        let [gaps, picture] = [0, undefined as number | undefined];
        for (const [n, packet] of packets.entries()) {
          expect(packet).toMatchObject({ ssrc: 99, payloadType: 100 });
          numbers.read(packet.bytes, packet.payloadStart, packet.payloadEnd);
          const before = packets[n - 1];
          if (before !== undefined) {
            const step = ahead(packet.sequence, before.sequence);
            expect(step).toBeGreaterThan(0);
            gaps += step - 1;
            const later = (packet.timestamp - before.timestamp) | 0;
            expect(later).toBeGreaterThanOrEqual(0);
            expect(later).toBeLessThanOrEqual((all.length + 2) * 33 * 90);
            const further: number = (numbers.picture! - picture!) & 0x7fff;
            expect(further).toBeLessThanOrEqual(1);
          }
          picture = numbers.picture;
        }
        expect(gaps).toBeLessThanOrEqual(lostOfFollowed);
      }),
    );
  });

  it('changes to another encoding with a whole picture of it, and not before', () => {
    const { outgoing, incoming, got, frame } = relay(2);
    const layers = (): number[] => got.map((bytes) => bytes.at(-2)!);
    outgoing.choose(incoming[0]);
    frame(0, start, false);
    expect(layers()).toEqual([]);
    expect(outgoing.isWaiting).toBe(true);
    frame(0, start + 33, true);
    frame(1, start + 34, true);
    expect(outgoing.isWaiting).toBe(false);
    outgoing.choose(incoming[1]);
    for (const [at, key] of [
      [66, false],
      [99, true],
      [132, false],
    ] as const) {
      frame(0, start + at, false);
      frame(1, start + at + 1, key);
    }
    expect(layers()).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 1, 1]);
    // Captured together, sent one after the other.
    const times = got.map((bytes) => packetOf(bytes).timestamp);
    expect((times[6]! - times[4]!) | 0).toBeGreaterThan(0);
    expect((times[8]! - times[6]!) | 0).toBe(33 * 90);
  });

  it('sends nothing of what is not chosen, and begins again with a whole picture', () => {
    const { outgoing, incoming, got, frame } = relay(1);
    outgoing.choose(incoming[0]);
    frame(0, start, true);
    outgoing.choose(undefined);
    frame(0, start + 33, true);
    outgoing.choose(incoming[0]);
    frame(0, start + 66, false);
    expect(got.length).toBe(2);
    frame(0, start + 99, true);
    const packets = got.map((bytes) => packetOf(bytes));
    expect(packets.length).toBe(4);
    expect(ahead(packets[2]!.sequence, packets[1]!.sequence)).toBe(1);
    expect((packets[2]!.timestamp - packets[1]!.timestamp) | 0).toBe(99 * 90);
  });

  it('sends again what was lost, as it was (RFC 4588 §4)', () => {
    const { outgoing, incoming, got, frame } = relay(2);
    outgoing.choose(incoming[0]);
    for (let n = 0; n < 8; n++) frame(0, start + n * 33, n === 0);
    outgoing.choose(incoming[1]);
    for (let n = 8; n < 16; n++) frame(1, start + n * 33, n === 8);
    const sent = got.map((bytes) => Buffer.from(bytes));
    const [scratch, numbers] = [new RtpPacket(), new Vp8Descriptor()];
    for (const original of sent) {
      const { sequence, timestamp, payloadStart, marker } = packetOf(original);
      got.length = 0;
      expect(outgoing.repeat(sequence, scratch, numbers, start)).toBe(true);
      const again = packetOf(got[0]!);
      expect(again).toMatchObject({ ssrc: 98, payloadType: 101, timestamp, marker });
      expect(again.bytes.readUInt16BE(again.payloadStart)).toBe(sequence);
      expect(again.bytes.subarray(again.payloadStart + 2)).toEqual(original.subarray(payloadStart));
    }
    expect(outgoing.repeat(500, scratch, numbers, start)).toBe(false);
  });

  it('is sent again as often as one may lose it, however often it is asked for', () => {
    const { outgoing, incoming, got, frame } = relay(1);
    outgoing.choose(incoming[0]);
    frame(0, start, true);
    const { sequence } = packetOf(got[0]!);
    const [scratch, numbers] = [new RtpPacket(), new Vp8Descriptor()];
    const repaired = (now: number): number => {
      got.length = 0;
      for (let n = 0; n < 100; n++) outgoing.repair(sequence, scratch, numbers, now);
      return got.length;
    };
    expect([0, 9, 10, 19, 20].map((later) => repaired(start + later))).toEqual([1, 0, 0, 0, 1]);
    expect(Array.from({ length: 40 }, (_, n) => repaired(start + 100 + n * 50)).filter((count) => count > 0)).toHaveLength(8);
    // What fills the way, to try what it carries, is not asked for.
    got.length = 0;
    expect(outgoing.repeatLate(1, scratch, numbers, start)).toBeGreaterThan(0);
    // The same number, when it comes again, is another packet.
    for (let n = 1; n <= 32_768; n++) frame(0, start + n * 33, false);
    expect(packetOf(got.at(-2)!).sequence).toBe(sequence);
    expect(repaired(start + 32_769 * 33)).toBe(1);
  });

  it('is sent again, and has not waited in vain, however long ago it began', () => {
    const { outgoing, incoming, got, frame } = relay(1);
    outgoing.choose(incoming[0]);
    const [scratch, numbers] = [new RtpPacket(), new Vp8Descriptor()];
    for (let n = 0; n < 40_000; n++) {
      frame(0, start + n * 33, n === 0);
      const { sequence } = packetOf(got.at(-1)!);
      got.length = 0;
      if (n % 1_000 !== 0) continue;
      expect(outgoing.isCurrent(sequence)).toBe(true);
      expect(outgoing.repair(sequence, scratch, numbers, start + n * 33)).toBeGreaterThan(0);
    }
  });

  it('goes on as long as something comes, whatever number it has come to', () => {
    const { outgoing, incoming, got, frame } = relay(1);
    outgoing.choose(incoming[0]);
    for (let n = 0; n < 70_000; n++) frame(0, start + n * 33, n === 0);
    expect(got).toHaveLength(140_000);
  });

  it.each([20_000, 40_000])('goes on with a whole picture where numbers begin anew, %s further', (further) => {
    const { outgoing, incoming, got, frame, jump } = relay(1);
    outgoing.choose(incoming[0]);
    for (let n = 0; n < 5; n++) frame(0, start + n * 33, n === 0);
    jump(0, further);
    frame(0, start + 165, false);
    expect([got.length, outgoing.isWaiting]).toEqual([10, true]);
    frame(0, start + 198, true);
    frame(0, start + 231, false);
    const numbers = got.map((bytes) => packetOf(bytes).sequence);
    expect(numbers).toEqual(numbers.map((_, n) => (numbers[0]! + n) & 0xffff));
    expect(numbers).toHaveLength(14);
  });

  it('of sound that pauses keeps its times, and its numbers go on (RFC 7587 §3.1.3)', () => {
    const got: RtpPacket[] = [];
    const options = { ssrc: 9, payloadType: 111, clockRate: 48_000, sequence: 5, timestamp: 7, retransmission: undefined };
    const outgoing = new OutgoingStream(options, { send: (bytes) => got.push(packetOf(Buffer.from(bytes))) > 0 });
    const incoming = new IncomingStream(1, 48_000, 0, false);
    outgoing.choose(incoming);
    // Three packets, a second of silence with one packet each 400 ms, then speech again, which is marked.
    const times = [0, 20, 40, 440, 840, 1_240, 1_260];
    for (const [sequence, later] of times.entries()) {
      const packet = packetOf(rtp({ sequence, timestamp: later * 48, marker: later === 1_240, payload: Buffer.alloc(3) }));
      expect(incoming.receive(packet, start + later)).toBe(true);
      outgoing.forward(incoming, packet, true, 0, undefined, start + later);
    }
    expect(got.map(({ sequence }) => sequence - got[0]!.sequence)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(got.map(({ timestamp }) => (timestamp - got[0]!.timestamp) / 48)).toEqual(times);
    expect(got.map(({ marker }) => marker)).toEqual([false, false, false, false, false, true, false]);
  });

  it('leaves no gap for what waited when something else began', () => {
    const { outgoing, incoming, got, way, frame } = relay(2);
    outgoing.choose(incoming[1]);
    frame(1, start, true);
    expect([got.length, way.forgotten]).toEqual([2, 1]);
    way.isHeld = true;
    frame(1, start + 33, false);
    outgoing.choose(incoming[0]);
    frame(1, start + 66, false);
    way.isHeld = false;
    frame(0, start + 99, true);
    expect(way.forgotten).toBe(2);
    frame(0, start + 132, false);
    const [first, ...others] = got.map((bytes) => packetOf(bytes).sequence);
    expect(others).toEqual([1, 2, 3, 4, 5].map((further) => (first! + further) & 0xffff));
  });

  it('says in its reports what was sent, on its own clock', () => {
    const { outgoing, incoming, frame } = relay(1);
    expect(outgoing.info(start)).toBeUndefined();
    outgoing.choose(incoming[0]);
    frame(0, start, true);
    expect(outgoing.info(start + 500)).toMatchObject({
      ssrc: 99,
      packets: 2,
      octets: 20,
      timestamp: (4_294_960_000 + 45_000) % 2 ** 32,
    });
  });
});
