import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { isRtcp, rewrite, RtpPacket } from './packet.ts';
import { rtp, vp8 } from './packets.fixture.ts';
import { keyframeTests } from './payload.ts';
import { Vp8Descriptor } from './vp8.ts';

const made = fc.record({
  ssrc: fc.nat(0xffff_ffff),
  sequence: fc.nat(0xffff),
  timestamp: fc.nat(0xffff_ffff),
  payloadType: fc.nat(127),
  marker: fc.boolean(),
  payload: fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  extensions: fc.dictionary(
    fc.integer({ min: 1, max: 14 }).map(String),
    fc.uint8Array({ minLength: 1, maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
  ),
  padding: fc.nat(20),
});

it('reads what was written, header extensions of both forms and padding included', () => {
  const packet = new RtpPacket();
  fc.assert(
    fc.property(made, (wanted) => {
      expect(packet.read(rtp(wanted))).toBe(true);
      const { ssrc, sequence, timestamp, payloadType, marker, payload, extensions } = wanted;
      expect(packet).toMatchObject({ ssrc, sequence, timestamp, payloadType, marker });
      expect(packet.bytes.subarray(packet.payloadStart, packet.payloadEnd)).toEqual(payload);
      for (let id = 1; id < 15; id++) {
        const at = packet.extensionAt(id);
        expect(at === 0 ? undefined : packet.bytes.subarray(at, at + packet.extensionLength(id))).toEqual(extensions[id]);
      }
    }),
  );
});

it('gives extensions other ids, for itself and for whoever reads the bytes afterwards', () => {
  const to = new Uint8Array(256);
  [to[3], to[4]] = [4, 3];
  const packet = new RtpPacket();
  const extensions = { 3: Buffer.from('ab'), 4: Buffer.from('c'), 5: Buffer.from('gone') };
  packet.read(rtp({ extensions }));
  packet.renumberExtensions(to);
  for (const reader of [packet, new RtpPacket()]) {
    if (reader !== packet) expect(reader.read(packet.bytes)).toBe(true);
    expect([3, 4, 5].map((id) => reader.extensionText(id))).toEqual(['c', 'ab', undefined]);
  }
});

it('refuses what is no packet, and reads nothing beyond the end', () => {
  const packet = new RtpPacket();
  expect(packet.read(Buffer.alloc(11))).toBe(false);
  expect(packet.read(Buffer.alloc(12))).toBe(false);
  const whole = rtp({ extensions: { 1: Buffer.from('abc') } });
  expect(packet.read(whole.subarray(0, 14))).toBe(false);
  const padded = rtp({ padding: 4 });
  padded[padded.length - 1] = 200;
  expect(packet.read(padded)).toBe(false);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      if (!packet.read(Buffer.from(bytes))) return;
      expect(packet.payloadEnd).toBeLessThanOrEqual(bytes.length);
      expect(packet.payloadStart).toBeLessThanOrEqual(packet.payloadEnd);
      for (let id = 1; id < 16; id++)
        expect(packet.extensionAt(id) + packet.extensionLength(id)).toBeLessThanOrEqual(bytes.length + 255);
    }),
  );
});

it('tells RTCP apart (RFC 5761 §4)', () => {
  expect([200, 201, 205, 206].every((type) => isRtcp(Buffer.from([0x80, type])))).toBe(true);
  expect([96, 111, 0, 127, 128 + 96].some((type) => isRtcp(Buffer.from([0x80, type])))).toBe(false);
});

it('rewrites the header and leaves the marker', () => {
  const bytes = rtp({ marker: true, payloadType: 96 });
  rewrite(bytes, 120, 0xffff, 0xffff_ffff, 7);
  const packet = new RtpPacket();
  packet.read(bytes);
  expect(packet).toMatchObject({ marker: true, payloadType: 120, sequence: 0xffff, timestamp: 0xffff_ffff, ssrc: 7 });
});

it.for([
  ['vp8', '90c0800101 00', true],
  ['vp8', '90c0800101 01', false],
  // Not the first partition, and not its start.
  ['vp8', '91c0800101 00', false],
  ['vp8', '80c0800101 00', false],
  ['vp8', '10 00', true],
  ['vp8', '90', false],
  ['vp9', '0800', true],
  ['vp9', '4800', false],
  ['vp9', '0000', false],
  // A higher spatial layer.
  ['vp9', '2802', false],
  ['vp9', 'a8 8001 00', true],
  ['h264', '6742e01f', true],
  ['h264', '6588', true],
  ['h264', '4188', false],
  ['h264', '7c85', true],
  ['h264', '7c05', false],
  ['h264', '78 0002 0930 0002 6742', true],
  ['h264', '78 0002 0930', false],
  ['av1', '08', true],
  ['av1', '10', false],
] as const)('sees whether a picture of %s begins anew in %s', ([codec, payload, begins]) => {
  const bytes = Buffer.from(payload.replaceAll(' ', ''), 'hex');
  expect(keyframeTests[codec]!(bytes, 0, bytes.length)).toBe(begins);
});

it('never reads beyond a payload', () => {
  const numbers = new Vp8Descriptor();
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys(keyframeTests)), fc.uint8Array({ maxLength: 12 }), (codec, bytes) => {
      const payload = Buffer.from(bytes);
      keyframeTests[codec]!(payload, 0, payload.length);
      numbers.read(payload, 0, payload.length);
      numbers.write(payload, 0x7fff, 0xff);
      expect(payload.length).toBe(bytes.length);
    }),
  );
});

it('reads and rewrites the numbers of VP8', () => {
  const numbers = new Vp8Descriptor();
  const payload = vp8({ picture: 0x1234, base: 9 });
  numbers.read(payload, 0, payload.length);
  expect(numbers).toMatchObject({ picture: 0x1234, base: 9 });
  numbers.write(payload, 0x8000 + 5, 256 + 6);
  numbers.read(payload, 0, payload.length);
  expect(numbers).toMatchObject({ picture: 5, base: 6 });
});
