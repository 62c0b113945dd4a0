/** Packets and descriptions that are nearly right, and some that are not at all. */
import { extensionIds } from '../../packages/media/src/negotiation/codecs.ts';
import { rtp, vp8 } from '../../packages/media/src/rtp/packets.fixture.ts';
import { bye, maximumBitrate, nack, pictureLoss, receiverReport, senderReport } from '../../packages/media/src/rtp/rtcp.ts';
import { ArrivalLog } from '../../packages/media/src/rtp/transport-feedback.ts';
import type { Chance } from '../sim/chance.ts';

export function bytes(chance: Chance, most: number): Buffer {
  return Buffer.from(Array.from({ length: chance.between(0, most) }, () => chance.between(0, 255)));
}

function word(chance: Chance): number {
  return chance.between(0, 2 ** 32 - 1);
}

/** Of one of these sources mostly, with numbers that go on, jump, or come twice. */
export function packet(chance: Chance, ssrcs: readonly number[], at: number): Buffer {
  const extensions: Record<number, Buffer> = {};
  for (const id of Object.values(extensionIds)) if (chance.is(0.2)) extensions[id] = bytes(chance, 20);
  if (chance.is(0.7)) extensions[extensionIds.transportSequence] = Buffer.from([(at >> 8) & 0xff, at & 0xff]);
  return rtp({
    ssrc: chance.is(0.95) ? chance.pick(ssrcs) : word(chance),
    sequence: (chance.is(0.9) ? at : chance.between(0, 0xffff)) & 0xffff,
    timestamp: chance.is(0.9) ? (at * 300) >>> 0 : word(chance),
    payloadType: chance.is(0.9) ? chance.pick([96, 97]) : chance.between(0, 127),
    marker: chance.is(0.1),
    payload: chance.is(0.8)
      ? vp8({ key: chance.is(0.1), picture: at & 0x7fff, base: at & 0xff })
      : bytes(chance, chance.pick([0, 40])),
    extensions,
    padding: chance.is(0.1) ? chance.between(1, 255) : 0,
  });
}

export function control(chance: Chance, ssrcs: readonly number[]): Buffer {
  const ssrc = chance.is(0.8) ? chance.pick(ssrcs) : word(chance);
  const report = {
    ssrc,
    fractionLost: chance.between(0, 255),
    lost: 7,
    highest: word(chance),
    jitter: 5,
    lastSr: word(chance),
    delay: word(chance),
  };
  const arrivals = new ArrivalLog();
  let sequence = chance.between(0, 0xffff);
  for (let n = chance.between(0, 60); n > 0; n--) {
    sequence = (sequence + chance.between(1, chance.is(0.05) ? 4_000 : 3)) & 0xffff;
    arrivals.add(sequence, chance.between(0, 2 ** 40));
  }
  const all = [
    senderReport(
      { ssrc, ntpSeconds: word(chance), ntpFraction: word(chance), timestamp: word(chance), packets: 1, octets: 2 },
      [report],
    ),
    receiverReport(1, [report]),
    bye([ssrc]),
    nack(
      1,
      ssrc,
      Array.from({ length: chance.between(0, 40) }, () => chance.between(0, 0xffff)),
    ),
    pictureLoss(1, ssrc),
    maximumBitrate(1, 2 ** chance.between(0, 40), [ssrc]),
    arrivals.take(1, ssrc) ?? Buffer.alloc(0),
  ];
  return Buffer.concat(Array.from({ length: chance.between(1, 4) }, () => chance.pick(all)));
}

/** Cut off, with other bits, with a part twice, or as it is. */
export function damaged(chance: Chance, right: Buffer): Buffer {
  const copy = Buffer.from(right);
  switch (chance.between(0, 4)) {
    case 0:
      return copy.subarray(0, chance.between(0, copy.length));
    case 1:
      for (let n = chance.between(1, 6); n > 0 && copy.length > 0; n--)
        copy[chance.between(0, copy.length - 1)] = chance.between(0, 255);
      return copy;
    case 2: {
      const from = chance.between(0, copy.length);
      return Buffer.concat([copy.subarray(0, from), copy.subarray(chance.between(0, from))]);
    }
    default:
      return copy;
  }
}

const oddities = [
  '',
  ' ',
  '0',
  '-1',
  '99999999999999999999',
  '\u0000',
  'a'.repeat(5_000),
  '__proto__',
  '\u202e',
  '%n',
  '0 0 0',
  ':',
];

/** Lines that are missing, twice, somewhere else, or different in one word. */
export function rewritten(chance: Chance, description: string): string {
  const lines = description.split('\r\n');
  for (let n = chance.between(1, 4); n > 0; n--) {
    const at = chance.between(0, lines.length - 1);
    const line = lines[at] ?? '';
    switch (chance.between(0, 4)) {
      case 0:
        lines.splice(at, 1);
        break;
      case 1:
        lines.splice(chance.between(0, lines.length), 0, line);
        break;
      case 2:
        lines[at] = line.slice(0, chance.between(0, line.length));
        break;
      default: {
        const words = line.split(/(?<=[ :=/])/u);
        words[chance.between(0, words.length - 1)] = chance.is(0.5)
          ? chance.pick(oddities)
          : String(chance.between(0, 2 ** 32));
        lines[at] = words.join('');
      }
    }
  }
  return lines.join(chance.is(0.9) ? '\r\n' : '\n');
}

/** STUN (RFC 8489 §5), DTLS (RFC 6347 §4.1) and SRTP by their first bytes (RFC 7983 §7), with nonsense behind. */
export function datagram(chance: Chance, seen: readonly Buffer[]): Buffer {
  const rest = bytes(chance, chance.is(0.1) ? 1_400 : 100);
  switch (chance.between(0, 4)) {
    case 0:
      return Buffer.concat([Buffer.from([0, 1, 0, rest.length & 0xfc, 0x21, 0x12, 0xa4, 0x42]), rest]);
    case 1:
      return Buffer.concat([Buffer.from([chance.between(20, 63), 0xfe, 0xfd, 0, 0]), rest]);
    case 2:
      return Buffer.concat([Buffer.from([0x80, 96]), rest]);
    case 3:
      return damaged(chance, chance.pick(seen));
    default:
      return rest;
  }
}

/** A binding request with the names of a session, which is not signed (RFC 8445 §7.1.1). */
export function binding(user: string): Buffer {
  const name = Buffer.from(user);
  const padded = Buffer.concat([name, Buffer.alloc((4 - (name.length % 4)) % 4)]);
  const header = Buffer.from([0, 1, 0, padded.length + 4, 0x21, 0x12, 0xa4, 0x42, ...Array.from({ length: 12 }, (_, n) => n)]);
  return Buffer.concat([header, Buffer.from([0, 6, 0, name.length]), padded]);
}
