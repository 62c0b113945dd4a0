import { describe, expect, it } from 'vitest';
import { RtpPacket } from '../rtp/packet.ts';
import { rtp } from '../rtp/packets.fixture.ts';
import { readRtcp, senderReport } from '../rtp/rtcp.ts';
import { eventOf, KeyPress } from './keys.ts';
import { muLaw } from '../recorder/g711.ts';
import { Transcoder } from '../transcoding/transcoder.ts';
import { Music } from './music.ts';
import { ringingTone } from './ringing-tone.ts';
import { Relay } from './relay.ts';
import { keysFor, sounds } from './sound.ts';
import type { Way } from './sound.ts';

const [pcmu] = sounds.filter(({ name }) => name === 'PCMU');
const [opus] = sounds.filter(({ name }) => name === 'opus');
const wayOf = (payloadType: number, keyType: number, codec = pcmu!, keyRate = codec.clockRate): Way => {
  const [keys] = keysFor([codec]);
  return { codec, theirs: { ...codec, payloadType }, keys: { ...keys!, payloadType: keyType, clockRate: keyRate } };
};

/** From a phone (0, keys 101) to a browser (8, keys 126), unless said otherwise; what it has sent. */
function relay(from: Way | undefined = wayOf(0, 101), to: Way | undefined = wayOf(8, 126)) {
  const sent: Buffer[] = [];
  const control: Buffer[] = [];
  const back: Buffer[] = [];
  const digits: string[] = [];
  const one = new Relay({
    random: () => 65_534,
    send: (bytes) => sent.push(Buffer.from(bytes)) > 0,
    sendControl: (bytes) => void control.push(bytes),
    sendBack: (bytes) => void back.push(bytes),
    pressed: (digit) => void digits.push(digit),
    transcoder: new Transcoder(),
  });
  one.use(from, to);
  const packets = (): RtpPacket[] =>
    sent.map((bytes) => {
      const packet = new RtpPacket();
      expect(packet.read(bytes)).toBe(true);
      return packet;
    });
  return { one, sent, control, back, digits, packets };
}

const sound = (sequence: number, timestamp = sequence * 160, ssrc = 5, payloadType = 0): Buffer =>
  rtp({ ssrc, sequence, timestamp, payloadType, payload: Buffer.alloc(160, sequence) });
const silence = (sequence: number): Buffer =>
  rtp({ ssrc: 5, sequence, timestamp: sequence * 160, payloadType: 13, payload: Buffer.from([40]) });
/** Of a packet of PCMU: 1 for the loudest. */
const energy = (bytes: Buffer): number =>
  Math.sqrt(bytes.subarray(12).reduce((sum, byte) => sum + muLaw[byte]! ** 2, 0) / 160) / 32_768;
const key = (
  sequence: number,
  event: number,
  { timestamp = 8_000, end = false, duration = 160, payloadType = 101 } = {},
): Buffer => {
  const payload = Buffer.from([event, (end ? 0x80 : 0) | 10, duration >> 8, duration & 0xff]);
  return rtp({ ssrc: 5, sequence, timestamp, payloadType, payload });
};

describe('what passes a bridge', () => {
  it('goes on as it came, under our source and the payload type of the other side', () => {
    const { one, packets } = relay();
    for (const n of [10, 11, 13]) one.receive(sound(n), n * 20);
    const got = packets();
    expect(got.map(({ payloadType, ssrc }) => [payloadType, ssrc])).toEqual(Array.from({ length: 3 }, () => [8, one.ssrc]));
    // A gap stays a gap, over the end of the numbers as well.
    expect(got.map(({ sequence }) => sequence)).toEqual([65_535, 0, 2]);
    expect(got.map(({ timestamp }) => (timestamp - got[0]!.timestamp) >>> 0)).toEqual([0, 160, 480]);
    expect(got[1]!.bytes.at(-1)).toBe(11);
  });

  it('is sent once, and in numbers that go on where another source takes over', () => {
    const { one, packets } = relay();
    one.receive(sound(10), 200);
    one.receive(sound(10), 201);
    one.receive(sound(30_000, 1, 7), 220);
    one.receive(sound(40_000, 77, 6), 500);
    one.receive(sound(40_001, 237, 6), 520);
    const got = packets();
    expect(got.map(({ sequence }) => sequence)).toEqual([65_535, 0, 1]);
    // 300 ms have passed.
    expect(got.map(({ timestamp }) => (timestamp - got[0]!.timestamp) >>> 0)).toEqual([0, 2_400, 2_560]);
  });

  it('goes on where the numbers of its source begin anew, and without what is too late for that', () => {
    const { one, packets } = relay();
    for (const n of [5_000, 5_001, 100, 101, 5_002]) one.receive(sound(n), 20);
    one.receive(sound(102), 40);
    expect(packets().map(({ sequence }) => sequence)).toEqual([65_535, 0, 1, 2, 3, 4]);
  });

  it('goes on for hours, whatever was held or pressed meanwhile', () => {
    const { one, sent } = relay();
    const passed = (from: number, most: number): number => {
      const before = sent.length;
      for (let n = from; n < from + most; n++)
        one.receive(rtp({ ssrc: 5, sequence: n & 0xffff, timestamp: (n * 160) >>> 0, payloadType: 0 }), n * 20);
      return sent.length - before;
    };
    expect(passed(0, 40_000)).toBe(40_000);
    one.open(false);
    expect(passed(40_000, 35_000)).toBe(0);
    one.open(true);
    one.press('1');
    for (let n = 0; n < 7; n++) one.tick(75_000 * 20 + n);
    expect(passed(75_000, 35_000)).toBe(35_000);
    const numbers = sent.map((bytes) => bytes.readUInt16BE(2));
    expect(numbers.every((number, at) => at === 0 || number === ((numbers[at - 1]! + 1) & 0xffff))).toBe(true);
  });

  it('is nothing of another payload type, nothing while nobody is there, and nothing to a phone that does not receive', () => {
    const { one, packets } = relay();
    one.receive(sound(1, 160, 5, 18), 20);
    one.receive(Buffer.from([0x80, 0]), 20);
    one.open(false);
    one.receive(sound(2), 40);
    one.open(true);
    one.use(wayOf(0, 101), undefined);
    one.receive(sound(3), 60);
    expect(packets()).toEqual([]);
  });

  it('has no gap where something of another payload type was, and that is no loss', () => {
    const { one, packets, back } = relay();
    one.receive(sound(1, 160, 6, 13), 0);
    for (const [n, type] of [0, 0, 13, 13, 0].entries()) one.receive(sound(n, n * 160, 5, type), n * 20);
    one.tick(2_000);
    expect(packets().map(({ sequence }) => sequence)).toEqual([65_535, 0, 1]);
    expect(packets().map(({ timestamp }, _, [first]) => (timestamp - first!.timestamp) >>> 0)).toEqual([0, 160, 640]);
    expect(readRtcp(back[0]!)[0]).toMatchObject({ reports: [{ ssrc: 5, lost: 0 }] });
  });

  it('is told in another codec where the sides share none, with keys between', { timeout: 30_000 }, async () => {
    const { one, packets } = relay(wayOf(0, 101), wayOf(111, 110, opus));
    for (let n = 0; n < 10; n++) one.receive(sound(n), n * 20);
    await expect.poll(() => packets().length, { timeout: 20_000 }).toBe(10);
    one.receive(key(10, 5, { timestamp: 1_600, duration: 800 }), 200);
    for (let n = 11; n < 20; n++) one.receive(sound(n), n * 20);
    await expect.poll(() => packets().length, { timeout: 20_000 }).toBe(20);
    const got = packets();
    expect(got.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 20 }, (_, n) => (65_535 + n) & 0xffff));
    expect(got.map(({ payloadType }) => payloadType)).toEqual([...Array(10).fill(111), 110, ...Array(9).fill(111)]);
    expect((got[19]!.timestamp - got[0]!.timestamp) >>> 0).toBe(19 * 960);
    expect(got[10]!.bytes.readUInt16BE(got[10]!.payloadStart + 2)).toBe(4_800);
    // As before, once they share one.
    one.use(wayOf(0, 101), wayOf(8, 126));
    one.receive(sound(20), 400);
    expect(packets().at(-1)).toMatchObject({ payloadType: 8, sequence: 19 });
    one.close();
  });

  it('is noise while its source has told of silence, until that speaks again', () => {
    const from = { ...wayOf(0, 101), noise: { ...pcmu!, name: 'CN', payloadType: 13 } };
    const { one, packets } = relay(from, wayOf(0, 126));
    one.receive(sound(0), 0);
    one.receive(silence(1), 20);
    for (let now = 30; now <= 100; now += 20) one.tick(now);
    one.receive(sound(2, 5 * 160), 100);
    one.tick(120);
    const got = packets();
    expect(got.map(({ payloadType }) => payloadType)).toEqual([0, 0, 0, 0, 0]);
    expect(got.map(({ sequence }) => sequence)).toEqual([65_535, 0, 1, 2, 3]);
    expect(got.map(({ timestamp }) => (timestamp - got[0]!.timestamp) / 160)).toEqual([0, 1, 2, 3, 5]);
    // 40 dB below the loudest.
    expect(energy(got[1]!.bytes)).toBeGreaterThan(0.006);
    expect(energy(got[1]!.bytes)).toBeLessThan(0.015);
  });

  it('is ringing, one second of five, where it was led on and rings there', () => {
    const { one, packets } = relay(wayOf(0, 101), wayOf(0, 126));
    one.play(new Music(0, ringingTone()));
    for (let now = 0; now <= 10_000; now += 20) one.tick(now);
    const loud = packets().map(({ bytes }) => energy(bytes) > 0.01);
    expect(loud).toHaveLength(500);
    expect(loud.flatMap((is, n) => (is ? n : []))).toEqual(
      [0, 250].flatMap((first) => Array.from({ length: 50 }, (_, n) => first + n)),
    );
  });

  it('is music while the browser holds, in the codec of the phone, and goes on where it was', { timeout: 30_000 }, async () => {
    const { one, packets } = relay(wayOf(0, 101), wayOf(0, 126));
    one.receive(sound(0), 0);
    one.play(new Music(0));
    for (let now = 5; now <= 405; now += 20) {
      one.receive(sound(now), now);
      one.tick(now);
    }
    const during = packets().slice(1);
    expect(during).toHaveLength(20);
    expect(during.every(({ bytes }) => energy(bytes) > 0)).toBe(true);
    expect(Math.max(...during.map(({ bytes }) => energy(bytes)))).toBeGreaterThan(0.02);
    expect(during.map(({ timestamp }) => (timestamp - during[0]!.timestamp) >>> 0)).toEqual(during.map((_, n) => n * 160));
    one.play(undefined);
    one.receive(sound(900), 420);
    const all = packets();
    expect(all.map(({ sequence }) => sequence)).toEqual(all.map((_, n) => (65_535 + n) & 0xffff));
    expect(all.at(-1)?.bytes.at(-1)).toBe(900 & 0xff);
    // Also where the phone has another codec than music is made in.
    const other = relay(wayOf(0, 101), wayOf(111, 110, opus));
    other.one.play(new Music(0));
    for (let now = 0; now <= 400; now += 20) other.one.tick(now);
    await expect.poll(() => other.packets().length, { timeout: 20_000 }).toBe(20);
    expect(new Set(other.packets().map(({ payloadType }) => payloadType))).toEqual(new Set([111]));
    other.one.close();
  });

  it('leaves header extensions behind: their ids are those of one side', () => {
    const { one, packets } = relay();
    one.receive(
      rtp({ ssrc: 5, sequence: 1, payloadType: 0, payload: Buffer.from([1, 2, 3]), extensions: { 1: Buffer.from([9]) } }),
      20,
    );
    const [got] = packets();
    expect([got?.isExtended, got?.payloadLength]).toEqual([false, 3]);
  });
});

describe('keys', () => {
  it('are told once, however often their end is said, and go on with their own payload type and one timestamp', () => {
    const { one, digits, packets } = relay();
    one.receive(sound(1), 20);
    for (const n of [2, 3, 4]) one.receive(key(n, 5, { duration: n * 160 }), n * 20);
    for (const n of [5, 6, 7]) one.receive(key(n, 5, { end: true, duration: 800 }), 100);
    one.receive(key(8, 11, { timestamp: 16_000 }), 200);
    expect(digits).toEqual(['5', '#']);
    one.receive(sound(9), 210);
    one.receive(key(10, 11, { timestamp: 16_000, end: true }), 220);
    expect(digits).toEqual(['5', '#']);
    const events = packets().filter(({ payloadType }) => payloadType !== 8);
    expect(events.map(({ payloadType }) => payloadType)).toEqual(Array.from({ length: 8 }, () => 126));
    expect(new Set(events.slice(0, 6).map(({ timestamp }) => timestamp)).size).toBe(1);
  });

  it('are told in their order, and what is too late of one not at all', () => {
    const { one, digits } = relay();
    one.receive(key(1, 1, { timestamp: 8_000 }), 20);
    one.receive(key(3, 2, { timestamp: 9_600 }), 40);
    one.receive(key(2, 1, { timestamp: 8_000, end: true }), 60);
    one.receive(key(4, 2, { timestamp: 9_600, end: true }), 80);
    expect(digits).toEqual(['1', '2']);
  });

  it('have the length of the other clock', () => {
    const { one, packets } = relay(wayOf(111, 101, opus, 8_000), wayOf(96, 110, opus));
    one.receive(key(1, 1, { duration: 800 }), 20);
    const [got] = packets();
    expect(got?.bytes.readUInt16BE(got.payloadStart + 2)).toBe(4_800);
  });

  it('that are pressed for a side are events that grow, with their end three times, in the place of what is said', () => {
    const { one, packets } = relay();
    one.receive(sound(1), 20);
    one.press('*');
    one.press('x');
    for (let n = 1; n <= 7; n++) {
      one.tick(20 + n * 20);
      if (n === 2) one.receive(sound(3), 60);
    }
    one.receive(sound(2), 170);
    one.receive(sound(4), 180);
    const got = packets();
    const events = got.slice(1, -1);
    expect(events.map(({ bytes, payloadStart }) => bytes[payloadStart])).toEqual(Array.from({ length: 8 }, () => 10));
    expect(events.map(({ bytes, payloadStart }) => bytes.readUInt16BE(payloadStart + 2))).toEqual([
      160, 320, 480, 640, 800, 800, 800, 800,
    ]);
    expect(events.map(({ bytes, payloadStart }) => bytes[payloadStart + 1]! >> 7)).toEqual([0, 0, 0, 0, 0, 1, 1, 1]);
    expect(events.map(({ marker }) => marker)).toEqual([true, ...Array.from({ length: 7 }, () => false)]);
    const numbers = got.map(({ sequence }) => sequence);
    // The one that was left out is no gap; the late one is, as it is not sent any more.
    expect(numbers).toEqual([65_535, 0, 1, 2, 3, 4, 5, 6, 7, 9]);
    expect(got.at(-1)?.payloadType).toBe(8);
  });

  it('are those of a keypad', () => {
    expect(['0', '9', '*', '#', 'd', 'E', '', '12'].map(eventOf)).toEqual([0, 9, 10, 11, 15, undefined, undefined, undefined]);
    const press = new KeyPress(0);
    for (let n = 0; n < 6; n++) press.tick(8_000);
    expect(press.isOver).toBe(true);
  });
});

describe('reports', () => {
  it('tell one side what has arrived of it, and the other what was sent', () => {
    const { one, control, back } = relay();
    for (const n of [1, 2, 5]) one.receive(sound(n), n * 20);
    const [sr] = readRtcp(
      senderReport({ ssrc: 5, ntpSeconds: 0x1234_5678, ntpFraction: 0x9abc_def0, timestamp: 0, packets: 3, octets: 480 }),
    );
    one.hear(sr!, 900);
    one.tick(2_000);
    const [told] = readRtcp(back[0]!);
    expect(told).toMatchObject({ type: 'rr', reports: [{ ssrc: 5, lost: 2, lastSr: 0x5678_9abc }] });
    const [sent] = readRtcp(control[0]!);
    expect(sent).toMatchObject({ type: 'sr', sender: { ssrc: one.ssrc, packets: 3, octets: 480 } });
    one.tick(2_500);
    expect(back).toHaveLength(1);
  });
});
