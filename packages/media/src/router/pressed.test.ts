import { expect, it } from 'vitest';
import { forwarded } from '../negotiation/codecs.ts';
import { RtpPacket } from '../rtp/packet.ts';
import { rtp } from '../rtp/packets.fixture.ts';
import { Consumer } from './consumer.ts';
import { Publisher } from './publisher.ts';

const now = 1_795_000_000_000;
const opus = forwarded.find(({ name }) => name === 'opus')!;

it('keys that a publisher presses are told, and to receivers nothing is missing', () => {
  const keys: string[] = [];
  const publisher = new Publisher(() => {}, { onDropped: () => {}, onKey: (digit) => void keys.push(digit) });
  publisher.publish([
    {
      mid: '0',
      kind: 'audio',
      codec: opus,
      source: opus,
      retransmission: undefined,
      red: undefined,
      keys: { payloadType: 110, name: 'telephone-event', clockRate: 48_000, channels: 1, parameters: {}, feedback: [] },
      extensions: new Uint8Array(256),
      encodings: [{ ssrc: 7 }],
    },
  ]);
  const [producer] = publisher.producers.values();
  const got: string[] = [];
  const send = (bytes: Buffer): boolean => {
    const packet = new RtpPacket();
    expect(packet.read(bytes)).toBe(true);
    return got.push(`${packet.sequence} ${packet.payloadType} ${packet.payloadLength}`) > 0;
  };
  const options = { ssrc: 9, payloadType: 111, clockRate: 48_000, sequence: 100, timestamp: 0, retransmission: undefined };
  new Consumer(producer!, options, { isOpen: true, send }, () => {}).update(now);

  const says = (sequence: number): void =>
    publisher.receive(rtp({ ssrc: 7, payloadType: 111, sequence, timestamp: sequence * 960, payload: Buffer.from('ab') }), now);
  const presses = (sequence: number, isEnd: boolean): void => {
    const payload = Buffer.from([5, isEnd ? 0x8a : 10, 0, 160]);
    publisher.receive(rtp({ ssrc: 7, payloadType: 110, sequence, timestamp: 960, payload }), now);
  };
  says(1);
  presses(2, false);
  presses(3, true);
  presses(4, true);
  says(5);
  expect(keys).toEqual(['5']);
  expect(got).toEqual(['100 111 2', '101 111 0', '102 111 0', '103 111 0', '104 111 2']);
});
