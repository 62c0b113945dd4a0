/** What is lost on the way out is sent again (NACK and RTX), and what was lost on the way in is put back where it comes again. */
import { expect, it } from 'vitest';
import type { Published } from '../negotiation/publish.ts';
import { extensionIds, forwarded } from '../negotiation/codecs.ts';
import { isRtcp, RtpPacket } from '../rtp/packet.ts';
import { rtp, vp8 } from '../rtp/packets.fixture.ts';
import { nack } from '../rtp/rtcp.ts';
import { ArrivalLog } from '../rtp/transport-feedback.ts';
import { Consumer } from './consumer.ts';
import { Publisher } from './publisher.ts';
import { Subscriber } from './subscriber.ts';

const start = 1_795_000_000_000;
const codec = forwarded.find(({ name }) => name === 'VP8')!;
/** Of the publisher: source and payload type of pictures, and of their retransmissions. */
const [source, repeating] = [
  { ssrc: 7, payloadType: 35 },
  { ssrc: 8, payloadType: 36 },
];
/** Sources of the same pictures, from the smallest. */
const sizes = [7, 17];
const published: Published = {
  mid: '0',
  kind: 'video',
  codec,
  source: { ...codec, payloadType: source.payloadType },
  retransmission: repeating.payloadType,
  red: undefined,
  keys: undefined,
  extensions: new Uint8Array(256).map((_, id) => id),
  encodings: [{ ssrc: source.ssrc, retransmissionSsrc: repeating.ssrc }],
};

interface Got {
  readonly ssrc: number;
  readonly payloadType: number;
  readonly sequence: number;
  readonly payload: string;
  /** Its transport-wide number. */
  readonly wide: number;
}

function isAsking(bytes: Buffer): boolean {
  return bytes[1] === 206 && (bytes[0]! & 0x1f) === 1;
}

/** One who publishes pictures, and one who receives them: the first has number 1,000 there, retransmissions begin after 50. */
function stage(encodings = published.encodings): {
  readonly publisher: Publisher;
  readonly subscriber: Subscriber;
  readonly consumer: Consumer;
  readonly got: Got[];
  /** Of which sources a whole picture was asked for. */
  readonly asked: number[];
} {
  const asked: number[] = [];
  const publisher = new Publisher((bytes) => void (isAsking(bytes) && asked.push(bytes.readUInt32BE(8))), {
    onDropped: () => {},
  });
  publisher.publish([{ ...published, encodings }]);
  const got: Got[] = [];
  const subscriber = new Subscriber((bytes) => {
    const packet = new RtpPacket();
    if (!isRtcp(bytes) && packet.read(Buffer.from(bytes))) {
      const { ssrc, payloadType, sequence, payloadStart, payloadEnd } = packet;
      const at = packet.extensionAt(extensionIds.transportSequence, 2);
      const wide = at === 0 ? 0 : packet.bytes.readUInt16BE(at);
      got.push({ ssrc, payloadType, sequence, payload: packet.bytes.toString('hex', payloadStart, payloadEnd), wide });
    }
    return true;
  }, 'test');
  subscriber.open(true, start);
  const retransmission = { ssrc: 98, payloadType: 97, sequence: 50 };
  const options = { ssrc: 99, payloadType: 96, clockRate: 90_000, sequence: 1_000, timestamp: 0, retransmission };
  const [producer] = publisher.producers.values();
  const consumer = new Consumer(producer!, options, subscriber, () => {});
  subscriber.add(consumer, start);
  return { publisher, subscriber, consumer, got, asked };
}

const picture = (n: number, more = 0): Buffer =>
  Buffer.concat([vp8({ key: n === 0, picture: n, base: n }), Buffer.alloc(more)]);

function send({ publisher }: { readonly publisher: Publisher }, n: number, more = 0): void {
  const payload = picture(n, more);
  const extensions = { [extensionIds.transportSequence]: Buffer.alloc(2) };
  publisher.receive(rtp({ ...source, sequence: n, timestamp: n * 3_000, marker: true, payload, extensions }), start + n * 33);
}

/** The number that was lost, and then what was in it (RFC 4588 §4). */
function numbered({ sequence, payload }: Got): string {
  return `${sequence.toString(16).padStart(4, '0')}${payload}`;
}

/** The same, as the publisher sends it. */
function sendAgain({ publisher }: { readonly publisher: Publisher }, n: number, sequence: number, now: number): void {
  const payload = Buffer.concat([Buffer.from([n >> 8, n & 0xff]), picture(n)]);
  publisher.receive(rtp({ ...repeating, sequence, timestamp: n * 3_000, marker: true, payload }), now);
}

it('what a receiver asks for by NACK is sent again as a retransmission, and nothing else is', () => {
  const on = stage();
  for (let n = 0; n < 4; n++) send(on, n);
  const sent = on.got.splice(0);
  expect(new Set(sent.map(({ ssrc }) => ssrc))).toEqual(new Set([99]));
  const [, second, third] = sent;
  on.subscriber.receive(nack(1, 99, [second!.sequence, third!.sequence, (sent[3]!.sequence + 100) & 0xffff]), start + 200);
  on.subscriber.receive(nack(1, 55, [second!.sequence]), start + 200);
  expect(on.got.map(({ ssrc, payloadType }) => [ssrc, payloadType])).toEqual([
    [98, 97],
    [98, 97],
  ]);
  expect(on.got.map(({ payload }) => payload)).toEqual([numbered(second!), numbered(third!)]);
  expect(((on.got[1]?.sequence ?? 0) - (on.got[0]?.sequence ?? 0)) & 0xffff).toBe(1);
});

it('what a publisher sends again is put back where it was lost, once', () => {
  const on = stage();
  for (const n of [0, 1, 3]) send(on, n);
  const before = on.got.splice(0);
  expect(before.map(({ sequence }) => (sequence - before[0]!.sequence) & 0xffff)).toEqual([0, 1, 3]);
  sendAgain(on, 2, 0, start + 150);
  sendAgain(on, 2, 1, start + 160);
  // What has come was not lost.
  sendAgain(on, 1, 2, start + 170);
  expect(
    on.got.map(({ ssrc, payloadType, sequence }) => [ssrc, payloadType, (sequence - before[0]!.sequence) & 0xffff]),
  ).toEqual([[99, 96, 2]]);
  const [restored] = on.got;
  expect(Buffer.from(restored?.payload ?? '', 'hex').readUInt16BE(2) & 0x7fff).toBe(
    (Buffer.from(before[1]!.payload, 'hex').readUInt16BE(2) & 0x7fff) + 1,
  );
});

it('what was lost is sent again as far as the way carries that, and later again', () => {
  const on = stage();
  for (let n = 0; n < 600; n++) send(on, n, 1_000);
  const sent = on.got.splice(0).slice(-400);
  const now = start + 20_000;
  const ask = (later: number): number => {
    on.subscriber.receive(
      nack(
        1,
        99,
        sent.map(({ sequence }) => sequence),
      ),
      now + later,
    );
    return on.got.splice(0).length;
  };
  // Of a way of 1 Mbit/s, in packets of a thousand bytes: that of 600 ms at once, and then what passes.
  const first = ask(0);
  expect(first).toBeGreaterThan(65);
  expect(first).toBeLessThan(80);
  expect(ask(20)).toBeLessThan(5);
  expect(ask(1_020)).toBeGreaterThan(65);
});

it('what was lost of a larger picture is not sent again once a smaller one is to come, or has begun', () => {
  const on = stage(sizes.map((ssrc) => ({ ssrc, retransmissionSsrc: ssrc + 100 })));
  const [small = 0, large = 0] = sizes;
  const pass = (ssrc: number, n: number, key: boolean): number => {
    const payload = vp8({ key, picture: n, base: n });
    on.publisher.receive(rtp({ ...source, ssrc, sequence: n, timestamp: n * 3_000, marker: true, payload }), start + n * 33);
    return on.got.at(-1)!.sequence;
  };
  const isRepaired = (sequence: number, n: number): boolean => {
    on.got.length = 0;
    on.subscriber.receive(nack(1, 99, [sequence]), start + n * 33 + 20);
    return on.got.length > 0;
  };
  for (const ssrc of sizes) pass(ssrc, 0, true);
  on.consumer.update(start + 10);
  const lost = pass(large, 1, true);
  expect(isRepaired(lost, 1)).toBe(true);
  on.consumer.carried = 0;
  on.consumer.update(start + 60);
  expect(isRepaired(lost, 2)).toBe(false);
  const begun = pass(small, 3, true);
  expect(begun).toBe(lost + 1);
  expect(isRepaired(lost, 3)).toBe(false);
  expect(isRepaired(begun, 4)).toBe(true);
  on.consumer.cut(start + 150);
  expect(isRepaired(begun, 5)).toBe(false);
});

it('a whole picture of another size is asked for once the browser listens again, which is some time after it was asked before', () => {
  const { publisher, asked } = stage(sizes.map((ssrc) => ({ ssrc, retransmissionSsrc: ssrc + 100 })));
  const [producer] = publisher.producers.values();
  for (const ssrc of sizes) publisher.receive(rtp({ ...source, ssrc, payload: picture(0) }), start);
  const [small, large] = producer!.streams;
  asked.length = 0;
  producer!.askPicture(large!, start + 1_000);
  producer!.askPicture(small!, start + 1_100);
  publisher.tick(start + 1_280);
  expect(asked).toEqual([large!.ssrc]);
  publisher.tick(start + 1_300);
  expect(asked).toEqual([large!.ssrc, small!.ssrc]);
});

it('what transport-wide feedback says is lost is sent again at once, and not once more because it is asked for, too', () => {
  const on = stage();
  const log = new ArrivalLog();
  for (let n = 0; n < 3; n++) send(on, n);
  const sent = on.got.splice(0);
  for (const n of [0, 2]) log.add(sent[n]!.wide, start + n * 33 + 10);
  on.subscriber.receive(log.take(1, 2)!, start + 110);
  const again = (): number[] => on.got.map(({ payload }) => Number.parseInt(payload.slice(0, 4), 16));
  const { sequence } = sent[1]!;
  expect(again()).toEqual([sequence]);
  on.subscriber.receive(nack(1, 99, [sequence]), start + 130);
  expect(again()).toEqual([sequence]);
  // It is lost once more.
  log.add((on.got[0]!.wide + 1) & 0xffff, start + 180);
  send(on, 6);
  on.subscriber.receive(log.take(1, 2)!, start + 200);
  expect(again().filter((one) => one === sequence)).toHaveLength(2);
});
