import { expect, it } from 'vitest';
import { KeyReader } from './key-reader.ts';
import { RtpPacket } from './packet.ts';

function event(code: number, timestamp: number, payload = [code, 10, 0, 160]): RtpPacket {
  const packet = new RtpPacket();
  const bytes = Buffer.concat([Buffer.alloc(12), Buffer.from(payload)]);
  bytes[0] = 0x80;
  bytes.writeUInt32BE(timestamp >>> 0, 4);
  expect(packet.read(bytes)).toBe(true);
  return packet;
}

it('tells each key once, whatever is repeated of it', () => {
  const reader = new KeyReader();
  const heard = [event(5, 100), event(5, 100), event(5, 260), event(11, 420), event(11, 420)].map((one) => reader.read(one, 0));
  expect(heard).toEqual(['5', undefined, '5', '#', undefined]);
});

it('goes on where timestamps begin anew, and leaves out what comes late', () => {
  const reader = new KeyReader();
  expect([-80, 80, -80].map((timestamp) => reader.read(event(1, timestamp), 0))).toEqual(['1', '1', undefined]);
});

it('takes neither other events nor what is too short', () => {
  const reader = new KeyReader();
  expect([reader.read(event(16, 1), 0), reader.read(event(0, 2, [3]), 0), reader.read(event(0, 3, []), 0)]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

it('tells no more keys than somebody could press', () => {
  const reader = new KeyReader();
  const told = Array.from({ length: 200 }, (_, n) => reader.read(event(1, 100 * (n + 1)), n)).filter(
    (one) => one !== undefined,
  );
  expect(told.length).toBeLessThan(40);
  expect(reader.read(event(2, 100_000), 5_000)).toBe('2');
});
