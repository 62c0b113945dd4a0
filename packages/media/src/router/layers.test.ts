import * as fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Published } from '../negotiation/publish.ts';
import { forwarded } from '../negotiation/codecs.ts';
import { RtpPacket } from '../rtp/packet.ts';
import { rtp, vp9 } from '../rtp/packets.fixture.ts';
import type { Vp9Made } from '../rtp/packets.fixture.ts';
import { pictureLoss } from '../rtp/rtcp.ts';
import { Vp8Descriptor } from '../rtp/vp8.ts';
import { Vp9Descriptor } from '../rtp/vp9.ts';
import { Closed } from './closed.ts';
import { Consumer } from './consumer.ts';
import { LayerFilter } from './layer-filter.ts';
import { LayerRates } from './layer-rates.ts';
import { Publisher } from './publisher.ts';
import { Subscriber } from './subscriber.ts';

const start = 1_795_000_000_000;
const codec = forwarded.find(({ name }) => name === 'VP9')!;
const published: Published = {
  mid: '0',
  kind: 'video',
  codec,
  source: codec,
  retransmission: undefined,
  red: undefined,
  keys: undefined,
  extensions: new Uint8Array(256),
  encodings: [{ ssrc: 7 }],
};

describe('the layers that somebody gets', () => {
  let filter: LayerFilter;
  const descriptor = new Vp9Descriptor();
  const passes = (made: Vp9Made): boolean => {
    const bytes = vp9(made);
    expect(descriptor.read(bytes, 0, bytes.length)).toBe(true);
    return filter.passes(descriptor);
  };
  /** Those of a picture that are sent, from the smallest: `yes` or `no` by spatial layer. */
  const picture = (made: Vp9Made, key: boolean, layers = 3): string =>
    Array.from({ length: layers }, (_, spatial) => passes({ ...made, spatial, predicted: !key }))
      .map((one) => (one ? 'y' : 'n'))
      .join('');
  const key = (): string => picture({}, true);

  beforeEach(() => {
    filter = new LayerFilter();
    filter.begin();
  });

  it('are all of them where nothing else is said', () => {
    expect([key(), picture({ temporal: 2 }, false)]).toEqual(['yyy', 'yyy']);
  });

  it('are fewer from the next picture on, not within one', () => {
    key();
    expect(passes({ spatial: 0 })).toBe(true);
    filter.spatialMost = 0;
    expect(passes({ spatial: 1 })).toBe(true);
    expect(picture({}, false)).toBe('ynn');
  });

  it('are more only with a picture that needs no earlier one', () => {
    filter.spatialMost = 0;
    expect(key()).toBe('ynn');
    filter.spatialMost = 1;
    expect(picture({}, false)).toBe('ynn');
    // In the midst of a picture, of which the end was marked already.
    expect([passes({ spatial: 0 }), passes({ spatial: 1, predicted: false })]).toEqual([true, false]);
    expect([key(), picture({}, false)]).toEqual(['yyn', 'yyn']);
  });

  it('have fewer pictures at once, and more where the publisher says that it may be', () => {
    filter.temporalMost = 0;
    key();
    expect(picture({ temporal: 1, up: true }, false)).toBe('nnn');
    filter.temporalMost = 2;
    expect(picture({ temporal: 1 }, false)).toBe('nnn');
    expect(picture({ temporal: 2 }, false)).toBe('nnn');
    expect(picture({ temporal: 1, up: true }, false)).toBe('yyy');
    // What follows needs nothing of the higher ones before it.
    expect(picture({ temporal: 2 }, false)).toBe('yyy');
    filter.temporalMost = 1;
    expect(picture({ temporal: 2 }, false)).toBe('nnn');
    filter.temporalMost = 2;
    expect([key(), picture({ temporal: 2 }, false)]).toEqual(['yyy', 'yyy']);
  });
});

describe('numbers', () => {
  it('go on without gaps over what is left out, and leave one for each that is missing', () => {
    const happens = fc.constantFrom('sent', 'left out', 'missing');
    fc.assert(
      fc.property(fc.array(happens, { minLength: 1, maxLength: 300 }), fc.nat(65_535), (all, first) => {
        const closed = new Closed();
        const [numbers, expected] = [[] as number[], [] as number[]];
        let next = 0;
        for (const [at, what] of [...all, 'sent' as const].entries()) {
          const sequence = (first + at) & 0xffff;
          if (what === 'left out') closed.leaveOut(sequence);
          else if (what === 'sent') numbers.push((sequence - closed.sent(sequence) - first) & 0xffff);
          if (what === 'sent') expected.push(next);
          // What is missing at the beginning nobody knows of.
          if (what !== 'left out') next++;
        }
        expect(numbers).toEqual(expected);
      }),
    );
  });

  it('of what comes late are those that were kept for it, once', () => {
    const closed = new Closed();
    expect(closed.sent(65_534)).toBe(0);
    closed.leaveOut(65_535);
    expect(closed.sent(2)).toBe(1);
    expect(closed.isLate(1)).toBe(true);
    expect([closed.late(1), closed.late(1), closed.late(0), closed.late(65_535), closed.late(2)]).toEqual([1, -1, 1, -1, -1]);
    expect(closed.isLate(3)).toBe(false);
  });
});

it('what layers cost is told by steps: the pictures of the smallest first, then its sizes', () => {
  const rates = new LayerRates();
  expect(rates.steps(start)).toEqual([]);
  const [descriptor, second] = [new Vp9Descriptor(), 1_000];
  for (const [spatial, temporal, octets] of [
    [0, 0, 1_000],
    [0, 1, 500],
    [1, 0, 4_000],
    [1, 1, 2_000],
  ] as const) {
    const bytes = vp9({ spatial, temporal });
    descriptor.read(bytes, 0, bytes.length);
    rates.add(descriptor, octets, start);
  }
  expect(rates.steps(start + second)).toEqual([
    { spatial: 0, temporal: 0, bitrate: 8_000 },
    { spatial: 0, temporal: 1, bitrate: 12_000 },
    { spatial: 1, temporal: 1, bitrate: 60_000 },
  ]);
  // A camera that is off costs nothing.
  expect(rates.steps(start + 60_000)).toEqual([]);
});

/** Somebody who receives it: `number size of its picture` with `.` at its end. */
function stage(): {
  readonly pad: (at: number) => void;
  readonly send: (made: Vp9Made, at: number) => void;
  readonly receiver: (width: number | undefined) => {
    readonly consumer: Consumer;
    readonly got: string[];
    readonly bytes: Buffer[];
  };
  readonly asked: () => number;
} {
  let asked = 0;
  const publisher = new Publisher((bytes) => void (asked += bytes[1] === 206 ? 1 : 0), { onDropped: () => {} });
  publisher.publish([published]);
  const [producer] = publisher.producers.values();
  let ssrc = 9;
  return {
    asked: () => asked,
    pad: (at) =>
      publisher.receive(rtp({ ssrc: 7, payloadType: codec.payloadType, sequence: at, payload: Buffer.alloc(0) }), start + at),
    send(made, at) {
      const marker = made.spatial === 2 && made.end !== false;
      publisher.receive(
        rtp({ ssrc: 7, payloadType: codec.payloadType, sequence: at & 0xffff, marker, payload: vp9(made) }),
        start + at,
      );
    },
    receiver(width) {
      const [got, all] = [[] as string[], [] as Buffer[]];
      const sink = {
        isOpen: true,
        send(bytes: Buffer): boolean {
          const packet = new RtpPacket();
          const descriptor = new Vp9Descriptor();
          all.push(Buffer.from(bytes));
          if (!packet.read(bytes)) return false;
          if (packet.payloadLength === 0) return got.push(`${packet.sequence} nothing`) > 0;
          descriptor.read(bytes, packet.payloadStart, packet.payloadEnd);
          return got.push(`${packet.sequence} ${descriptor.spatial}${packet.marker ? '.' : ''}`) > 0;
        },
      };
      const retransmission = { ssrc: ++ssrc + 1_000, payloadType: 99, sequence: 0 };
      const options = { ssrc, payloadType: 98, clockRate: 90_000, sequence: 0, timestamp: 0, retransmission };
      const consumer = new Consumer(producer!, options, sink, () => {});
      consumer.width = width;
      consumer.update(start);
      return { consumer, got, bytes: all };
    },
  };
}

describe('a source with several layers', () => {
  const layers = [0, 1, 2];

  it('is one picture to each, whole in its size, with its own end and no gaps', () => {
    const { send, receiver } = stage();
    const [large, small] = [receiver(undefined), receiver(300)];
    let at = 0;
    const picture = (predicted: boolean): void => {
      for (const spatial of layers) send({ spatial, predicted }, at++);
    };
    picture(false);
    for (let n = 1; n < 200; n++) picture(true);
    small.consumer.update(start + at);
    const from = small.got.length;
    for (let n = 0; n < 3; n++) picture(true);
    expect(large.got.slice(-6).map((one) => one.split(' ')[1])).toEqual(['0', '1', '2.', '0', '1', '2.']);
    const last = Number(small.got[from - 1]!.split(' ')[0]);
    expect(small.got.slice(from)).toEqual([1, 2, 3].map((n) => `${last + n} 0.`));
    // Each loses something, and gets it again as it was.
    const again = (one: typeof small): string => {
      const sequence = Number(one.got.at(-1)!.split(' ')[0]);
      expect(one.consumer.stream.repeat(sequence, new RtpPacket(), new Vp8Descriptor(), start)).toBe(true);
      const bytes = one.bytes.at(-1)!;
      return `${(bytes[1]! & 0x80) !== 0} ${bytes.readUInt16BE(12) === sequence}`;
    };
    expect([again(large), again(small)]).toEqual(['true true', 'true true']);
  });

  it('is larger again once a picture that needs no earlier one came, which is asked for', () => {
    const { send, receiver, asked } = stage();
    const { consumer, got } = receiver(300);
    let at = 0;
    const picture = (predicted: boolean): void => {
      for (const spatial of layers) send({ spatial, predicted }, at++);
    };
    picture(false);
    for (let n = 1; n < 200; n++) picture(true);
    consumer.update(start + at);
    picture(true);
    consumer.width = 1_280;
    const before = asked();
    consumer.update(start + at);
    expect(asked()).toBe(before + 1);
    picture(true);
    expect(got.at(-1)).toMatch(/ 0\.$/u);
    picture(false);
    expect(got.slice(-3).map((one) => one.split(' ')[1])).toEqual(['0', '1', '2.']);
    consumer.update(start + at + 600);
    expect(asked()).toBe(before + 1);
  });

  it('is the smallest alone to whoever cannot put layers together, from the beginning', () => {
    const { send, receiver } = stage();
    const { consumer, got } = receiver(undefined);
    consumer.takesLayers = false;
    consumer.update(start);
    for (const spatial of layers) send({ spatial, predicted: false }, spatial);
    for (let at = 3; at < 600; at++) send({ spatial: at % 3 }, at);
    consumer.update(start + 600);
    for (const spatial of layers) send({ spatial, predicted: false }, 600 + spatial);
    expect(new Set(got.map((one) => one.split(' ')[1]))).toEqual(new Set(['0.']));
    expect(got).toHaveLength(201);
  });

  it('closes up over padding, which is sent to nobody', () => {
    const { send, receiver, pad } = stage();
    const { got } = receiver(undefined);
    for (const spatial of layers) send({ spatial, predicted: false }, spatial);
    pad(3);
    for (const spatial of layers) send({ spatial }, 4 + spatial);
    const numbers = got.map((one) => Number(one.split(' ')[0]));
    expect(numbers).toEqual(numbers.map((_, n) => numbers[0]! + n));
    expect(numbers).toHaveLength(6);
  });

  it('leaves no number to what comes late and is not sent', () => {
    const { send, receiver } = stage();
    const { consumer, got } = receiver(300);
    for (const spatial of layers) send({ spatial, predicted: false }, spatial);
    for (let at = 3; at < 600; at++) send({ spatial: at % 3 }, at);
    consumer.update(start + 600);
    send({ spatial: 0 }, 600);
    // 601 and 602 are missing.
    send({ spatial: 0 }, 603);
    const [sent, next] = got.slice(-2).map((one) => Number(one.split(' ')[0]));
    expect(next! - sent!).toBe(3);
    send({ spatial: 1 }, 601);
    send({ spatial: 0, temporal: 0 }, 602);
    expect(got.slice(-2)).toEqual([`${sent! + 1} nothing`, `${sent! + 2} 0.`]);
  });

  it('gives a number once, also one that was sent without anything as the last of all', () => {
    const { send, receiver } = stage();
    const { consumer, got } = receiver(300);
    for (const spatial of layers) send({ spatial, predicted: false }, spatial);
    for (let at = 3; at < 600; at++) send({ spatial: at % 3 }, at);
    consumer.update(start + 600);
    send({ spatial: 0 }, 600);
    // 601 is missing, and after it nothing is sent.
    send({ spatial: 2 }, 602);
    send({ spatial: 1 }, 601);
    const last = Number(got.at(-1)!.split(' ')[0]);
    expect(got.at(-1)).toBe(`${last} nothing`);
    consumer.cut(start + 603);
    send({ spatial: 0, predicted: false }, 603);
    expect(got.at(-1)).toBe(`${last + 1} 0.`);
  });

  it('goes on where its numbers begin anew, lower than before', () => {
    const { send, receiver } = stage();
    const { got } = receiver(undefined);
    const picture = (from: number, predicted: boolean): void => {
      for (const spatial of layers) send({ spatial, predicted }, from + spatial);
    };
    picture(40_000, false);
    picture(10_000, true);
    picture(10_003, false);
    picture(10_006, true);
    const numbers = got.map((one) => Number(one.split(' ')[0]));
    expect(numbers).toEqual(numbers.map((_, n) => numbers[0]! + n));
    expect(numbers).toHaveLength(9);
  });
});

function fir(ssrc: number, number: number): Buffer {
  return Buffer.from([0x84, 206, 0, 4, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, ssrc, number, 0, 0, 0]);
}

/** Advice of a bitrate is of the same type. */
function isAsking(bytes: Buffer): boolean {
  return bytes[1] === 206 && (bytes[0]! & 0x1f) !== 15;
}

it.each([
  ['FIR (RFC 5104 §4.3.1)', fir],
  ['PLI (RFC 4585 §6.3.1)', (ssrc: number) => pictureLoss(1, ssrc)],
])('a whole picture that is asked for by %s again and again is asked of the publisher once, and once more later', (_, ask) => {
  const asked: string[] = [];
  const publisher = new Publisher((bytes) => isAsking(bytes) && asked.push(`${bytes[0]! & 0x1f} ${bytes.readUInt32BE(8)}`), {
    onDropped: () => {},
  });
  publisher.publish([published]);
  const [producer] = publisher.producers.values();
  const subscriber = new Subscriber(() => true, 'test');
  subscriber.open(true, start);
  const options = { ssrc: 9, payloadType: 98, clockRate: 90_000, sequence: 0, timestamp: 0, retransmission: undefined };
  subscriber.add(new Consumer(producer!, options, subscriber, () => {}), start);
  publisher.receive(rtp({ ssrc: 7, payloadType: codec.payloadType, payload: vp9({ predicted: false }) }), start);
  asked.length = 0;
  for (let n = 0; n < 10; n++) subscriber.receive(ask(9, n), start + 1_000 + n * 20);
  subscriber.receive(ask(10, 1), start + 1_400);
  expect(asked).toEqual(['1 7']);
  publisher.tick(start + 1_500);
  expect(asked).toEqual(['1 7', '1 7']);
});
