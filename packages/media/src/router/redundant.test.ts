import { describe, expect, it } from 'vitest';
import type { Published } from '../negotiation/publish.ts';
import { forwarded } from '../negotiation/codecs.ts';
import { RtpPacket } from '../rtp/packet.ts';
import { rtp } from '../rtp/packets.fixture.ts';
import { Consumer } from './consumer.ts';
import { Publisher } from './publisher.ts';

const now = 1_795_000_000_000;
const opus = forwarded.find(({ name }) => name === 'opus')!;
/** As its browser numbers them. */
const [plainType, redType] = [109, 45];
const published: Published = {
  mid: '0',
  kind: 'audio',
  codec: opus,
  source: { ...opus, payloadType: plainType },
  retransmission: undefined,
  red: redType,
  keys: undefined,
  extensions: new Uint8Array(256),
  encodings: [{ ssrc: 7 }],
};

/** A publisher of redundant sound, one who takes it and one who does not. What they get: `number time type text`. */
function stage(): {
  send: (sequence: number, ...texts: string[]) => void;
  red: string[];
  plain: string[];
  publisher: Publisher;
} {
  const publisher = new Publisher(() => {}, { onDropped: () => {} });
  publisher.publish([published]);
  const [producer] = publisher.producers.values();
  const got = [63, undefined].map((red) => {
    const list: string[] = [];
    const sink = {
      isOpen: true,
      send: (bytes: Buffer): boolean => {
        const packet = new RtpPacket();
        expect(packet.read(bytes)).toBe(true);
        const text = bytes.toString('latin1', packet.payloadStart, packet.payloadEnd);
        return list.push(`${packet.sequence} ${packet.timestamp / 960} ${packet.payloadType} ${text}`) > 0;
      },
    };
    const options = {
      payloadType: 111,
      red,
      clockRate: 48_000,
      sequence: 100,
      timestamp: 960 * 100,
      retransmission: undefined,
    };
    new Consumer(producer!, { ...options, ssrc: 9 }, sink, () => {}).update(now);
    return list;
  });
  const send = (sequence: number, ...texts: string[]): void => {
    const own = texts.pop() ?? '';
    const heads = texts.map((text, at) => {
      const offset = 960 * (texts.length - at);
      return Buffer.from([0x80 | plainType, offset >> 6, (offset << 2) & 0xff, text.length]);
    });
    const payload = Buffer.concat([
      ...heads,
      Buffer.from([plainType]),
      ...texts.map((one) => Buffer.from(one)),
      Buffer.from(own),
    ]);
    publisher.receive(rtp({ ssrc: 7, payloadType: redType, sequence, timestamp: sequence * 960, payload }), now);
  };
  return { send, red: got[0]!, plain: got[1]!, publisher };
}

describe('redundant sound', () => {
  it('passes as it is to those who take it, and alone to the others', () => {
    const { send, red, plain, publisher } = stage();
    send(1, 'a');
    send(2, 'a', 'b');
    publisher.receive(rtp({ ssrc: 7, payloadType: plainType, sequence: 3, timestamp: 2_880, payload: Buffer.from('c') }), now);
    expect(plain).toEqual(['100 100 111 a', '101 101 111 b', '102 102 111 c']);
    expect(red.map((one) => one.split(' ').slice(0, 3).join(' '))).toEqual(['100 100 63', '101 101 63', '102 102 111']);
    expect(red[1]).toMatch(/ab$/u);
  });

  it('is restored where a packet before was lost, and sent once if that comes late', () => {
    const { send, plain } = stage();
    send(1, 'a');
    send(4, 'b', 'c', 'd');
    send(3, 'b', 'c');
    send(5, 'c', 'd', 'e');
    expect(plain.map((one) => one.split(' ').join(' '))).toEqual([
      '100 100 111 a',
      '101 101 111 b',
      '102 102 111 c',
      '103 103 111 d',
      '104 104 111 e',
    ]);
  });

  it('leaves a gap where more was lost than it repeats, and repeats nothing that was not lost', () => {
    const { send, plain } = stage();
    send(1, 'a');
    send(5, 'd', 'e');
    expect(plain.map((one) => one[2] + one.slice(-1))).toEqual(['0a', '3d', '4e']);
    send(6, '', 'f');
    send(8, '', 'h');
    expect(plain.slice(3).map((one) => one[2] + one.slice(-1))).toEqual(['5f', '7h']);
  });

  it('is dropped where it has no form, or something else in it', () => {
    const { publisher, plain, red } = stage();
    for (const payload of [[], [0x80 | plainType, 0, 0], [redType, 1, 2]])
      publisher.receive(rtp({ ssrc: 7, payloadType: redType, sequence: 1, payload: Buffer.from(payload) }), now);
    expect(publisher.counters.malformed).toBe(3);
    expect([...plain, ...red]).toEqual([]);
  });
});
