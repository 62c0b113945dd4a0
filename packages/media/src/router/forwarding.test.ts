/** What one publishes in each codec is what the others get, with numbers of theirs that have no gaps; and layers of it where there are some. */
import { describe, expect, it } from 'vitest';
import { extensionIds, forwarded } from '../negotiation/codecs.ts';
import type { Published, PublishedEncoding } from '../negotiation/publish.ts';
import { RtpPacket } from '../rtp/packet.ts';
import { dependency, rtp, vp8 } from '../rtp/packets.fixture.ts';
import type { DependencyMade, Made, Vp8Made } from '../rtp/packets.fixture.ts';
import { Vp8Descriptor } from '../rtp/vp8.ts';
import { Consumer } from './consumer.ts';
import { Publisher } from './publisher.ts';

const start = 1_795_000_000_000;

interface Got {
  readonly sequence: number;
  readonly timestamp: number;
  readonly payloadType: number;
  readonly marker: boolean;
  readonly payload: Buffer;
}

function published(name: string, encodings: readonly PublishedEncoding[] = [{ ssrc: 7 }]): Published {
  const codec = forwarded.find((one) => one.name === name)!;
  const extensions = new Uint8Array(256);
  [extensions[11], extensions[12]] = [extensionIds.dependency, extensionIds.audioLevel];
  // As the publisher numbers it.
  const source = { ...codec, payloadType: 35 };
  const beside = { retransmission: undefined, red: undefined, keys: undefined };
  return { mid: '0', kind: codec.kind, codec, source, ...beside, extensions, encodings };
}

/** One who publishes, and one who receives it. */
function stage(of: Published): {
  readonly send: (made: Made, at: number) => void;
  readonly got: readonly Got[];
  readonly consumer: Consumer;
  readonly asked: () => number;
} {
  let asked = 0;
  const publisher = new Publisher((bytes) => void (asked += bytes[1] === 206 && (bytes[0]! & 0x1f) === 1 ? 1 : 0), {
    onDropped: () => {},
  });
  publisher.publish([of]);
  const [producer] = publisher.producers.values();
  const got: Got[] = [];
  const sink = {
    isOpen: true,
    send(bytes: Buffer): boolean {
      const packet = new RtpPacket();
      expect(packet.read(Buffer.from(bytes))).toBe(true);
      expect(packet.ssrc).toBe(99);
      const { sequence, timestamp, payloadType, marker, payloadStart, payloadEnd } = packet;
      const payload = packet.bytes.subarray(payloadStart, payloadEnd);
      return got.push({ sequence, timestamp, payloadType, marker, payload }) > 0;
    },
  };
  const { payloadType, clockRate } = of.codec;
  const options = { ssrc: 99, payloadType, clockRate, sequence: 65_530, timestamp: 4_294_967_000, retransmission: undefined };
  const consumer = new Consumer(producer!, options, sink, () => {});
  consumer.update(start);
  return {
    send: (made, at) => publisher.receive(rtp({ ssrc: 7, payloadType: 35, ...made }), start + at),
    got,
    consumer,
    asked: () => asked,
  };
}

/** How each number goes on from the one before. */
function steps(values: readonly number[], of: number): readonly number[] {
  return values.slice(1).map((value, at) => (value - values[at]! + of) % of);
}

const sequenceSteps = (got: readonly Got[]): readonly number[] =>
  steps(
    got.map(({ sequence }) => sequence),
    0x1_0000,
  );

describe('sound', () => {
  // G.722 counts 8,000 a second, as RFC 3551 §4.5.2 has it, though it has twice as many samples.
  it.for([
    { name: 'G722', payloadType: 9, octets: 160, ticks: 160 },
    { name: 'PCMU', payloadType: 0, octets: 160, ticks: 160 },
    { name: 'PCMA', payloadType: 8, octets: 160, ticks: 160 },
    { name: 'opus', payloadType: 111, octets: 80, ticks: 960 },
  ])('in $name is what was said, in the same time', ({ name, payloadType, octets, ticks }) => {
    const { send, got } = stage(published(name));
    const said = Array.from({ length: 50 }, (_, n) => Buffer.alloc(octets, n));
    for (const [n, payload] of said.entries())
      send(
        { sequence: (65_500 + n) & 0xffff, timestamp: (4_294_960_000 + n * ticks) % 2 ** 32, marker: n === 0, payload },
        n * 20,
      );
    expect(got.map(({ payload }) => payload)).toEqual(said);
    expect(new Set(got.map((one) => one.payloadType))).toEqual(new Set([payloadType]));
    expect(new Set(sequenceSteps(got))).toEqual(new Set([1]));
    expect(
      new Set(
        steps(
          got.map(({ timestamp }) => timestamp),
          2 ** 32,
        ),
      ),
    ).toEqual(new Set([ticks]));
    expect(got.map(({ marker }) => marker)).toEqual(said.map((_, n) => n === 0));
  });

  it('that was lost leaves its gap, and comes late where it comes late: what repeats it (FEC) is for receivers to find', () => {
    const { send, got } = stage(published('opus'));
    for (const n of [0, 1, 4, 3]) send({ sequence: n, timestamp: n * 960, payload: Buffer.from([n]) }, n * 20);
    expect(sequenceSteps(got)).toEqual([1, 3, 0xffff]);
    expect(got.map(({ payload }) => payload[0])).toEqual([0, 1, 4, 3]);
  });

  it('is silent, however loud its last packet was, once none comes', () => {
    const { send, consumer } = stage(published('opus'));
    const loudness = (at: number): number | undefined => consumer.producer.level(start + at);
    send({ sequence: 0, timestamp: 0 }, 0);
    expect(loudness(0)).toBeUndefined();
    send({ sequence: 1, timestamp: 960, extensions: { 12: Buffer.from([0x80 | 20]) } }, 20);
    expect([loudness(20), loudness(500), loudness(700)]).toEqual([20, 20, 127]);
    send({ sequence: 2, timestamp: 33_600, extensions: { 12: Buffer.from([30]) } }, 800);
    expect(loudness(800)).toBe(30);
  });

  it('in silence (DTX) has the times of its publisher, and goes on where speech does (RFC 7587 §3.1.3)', () => {
    const { send, got } = stage(published('opus'));
    const times = [0, 20, 40, 440, 840, 860];
    for (const [n, at] of times.entries())
      send({ sequence: n, timestamp: at * 48, marker: at === 840, payload: Buffer.alloc(at > 40 && at < 840 ? 1 : 60) }, at);
    expect(sequenceSteps(got)).toEqual([1, 1, 1, 1, 1]);
    expect(
      steps(
        got.map(({ timestamp }) => timestamp),
        2 ** 32,
      ),
    ).toEqual([20, 20, 400, 400, 20].map((ms) => ms * 48));
    expect(got.map(({ marker }) => marker)).toEqual(times.map((at) => at === 840));
  });
});

const fragment = (first: boolean): Buffer => Buffer.from([0x7c, first ? 0x85 : 0x05, 1]);

describe('H264', () => {
  const [slice, idr, parameters] = [Buffer.from([0x41, 1]), Buffer.from([0x65, 1]), Buffer.from([0x67, 1])];
  const aggregate = Buffer.from([0x78, 0, 2, 0x67, 1, 0, 2, 0x68, 1]);

  it.for([
    ['an IDR slice', [idr]],
    ['parameter sets', [parameters, idr]],
    ['parameter sets in one packet', [aggregate, idr]],
    ['an IDR slice in parts', [fragment(true), fragment(false)]],
  ] as const)('begins with %s (RFC 6184 §5.2), and not before', ([, begins]) => {
    const { send, got, asked } = stage(published('H264'));
    const all = [slice, fragment(false), ...begins, slice];
    for (const [n, payload] of all.entries()) send({ sequence: n, timestamp: n * 3_000, payload, marker: true }, n * 33);
    expect(got.map(({ payload }) => payload)).toEqual([...begins, slice]);
    expect(asked()).toBeGreaterThan(0);
  });
});

/** Pictures of VP8 in three temporal layers, 0 2 1 2, of one encoding or of several. */
class Pictures {
  readonly #send: (made: Made, at: number) => void;
  readonly #sequences: number[] = [10, 20_000];
  #number = 0;
  #base = 0;

  constructor(send: (made: Made, at: number) => void) {
    this.#send = send;
  }

  next(made: Vp8Made = {}, sources: readonly number[] = [7]): void {
    const temporal = made.temporal ?? [0, 2, 1, 2][this.#number % 4]!;
    if (temporal === 0) this.#base++;
    const picture = this.#number++;
    for (const [at, ssrc] of sources.entries()) {
      // The second encoding has numbers of its own.
      const numbers = { picture: (32_760 + picture + at * 500) & 0x7fff, base: (this.#base + at * 9) & 0xff };
      const payload = Buffer.concat([vp8({ ...made, ...numbers, temporal }), Buffer.alloc(at === 0 ? 100 : 1_000)]);
      const sequence = this.#sequences[at]!++;
      this.#send({ ssrc, sequence, timestamp: picture * 3_000, payload, marker: true }, picture * 33);
    }
  }
}

const descriptor = new Vp8Descriptor();
const read = ({ payload }: Got): Vp8Descriptor => {
  descriptor.read(payload, 0, payload.length);
  return descriptor;
};
const temporals = (got: readonly Got[]): string => got.map((one) => read(one).temporal).join('');
const pictureSteps = (got: readonly Got[]): readonly number[] =>
  steps(
    got.map((one) => read(one).picture!),
    0x8000,
  );

describe('temporal layers of VP8', () => {
  it('are all sent where the way carries them', () => {
    const { send, got } = stage(published('VP8'));
    const pictures = new Pictures(send);
    pictures.next({ key: true });
    for (let n = 0; n < 11; n++) pictures.next();
    expect(temporals(got)).toBe('021202120212');
    expect(new Set(sequenceSteps(got))).toEqual(new Set([1]));
    expect(new Set(pictureSteps(got))).toEqual(new Set([1]));
  });

  it('are fewer where it does not, without gaps in the numbers of packets and pictures, and more again where that can be decoded', () => {
    const { send, got, consumer } = stage(published('VP8'));
    const pictures = new Pictures(send);
    pictures.next({ key: true });
    for (let n = 1; n < 40; n++) pictures.next();
    const now = start + 40 * 33;
    expect(consumer.candidate(now)).toMatchObject({ wanted: Number.POSITIVE_INFINITY, current: 2 });
    const [low, middle, high] = consumer.candidate(now).bitrates;
    expect([low! < middle!, middle! < high!]).toEqual([true, true]);
    consumer.carry(0, now, 1_000_000);
    const before = got.length;
    for (let n = 0; n < 8; n++) pictures.next();
    expect(temporals(got.slice(before))).toBe('00');
    expect(consumer.candidate(now).current).toBe(0);
    consumer.carry(1, now, 1_000_000);
    for (let n = 0; n < 4; n++) pictures.next();
    // Until one of them needs the lowest layer alone.
    expect(temporals(got.slice(before))).toBe('000');
    for (const sync of [false, false, true, false]) pictures.next({ sync });
    expect(temporals(got.slice(before))).toBe('00001');
    consumer.carry(2, now, 1_000_000);
    pictures.next();
    pictures.next({ sync: true });
    for (let n = 0; n < 2; n++) pictures.next();
    expect(temporals(got.slice(before))).toBe('000010212');
    expect(new Set(sequenceSteps(got))).toEqual(new Set([1]));
    expect(new Set(pictureSteps(got))).toEqual(new Set([1]));
    // The numbers of the lowest layer have no gaps in any case.
    const bases = got.map((one) => read(one).base!);
    expect(steps(bases, 256).every((step) => step <= 1)).toBe(true);
  });

  it('of the smallest of several encodings are sent alone before nothing is', () => {
    const { send, got, consumer } = stage(published('VP8', [{ ssrc: 7 }, { ssrc: 8 }]));
    const pictures = new Pictures(send);
    const sources = [7, 8];
    pictures.next({ key: true }, sources);
    const now = start + 40 * 33;
    for (let n = 1; n < 40; n++) {
      pictures.next({}, sources);
      consumer.candidate(start + n * 33);
    }
    const { bitrates } = consumer.candidate(now);
    expect(bitrates).toHaveLength(4);
    expect(bitrates.toSorted((a, b) => a - b)).toEqual(bitrates);
    consumer.carry(3, now, 5_000_000);
    pictures.next({ key: true }, sources);
    for (let n = 1; n < 4; n++) pictures.next({}, sources);
    expect(got.slice(-4).map(({ payload }) => payload.length > 1_000)).toEqual([true, true, true, true]);
    consumer.carry(-1, now, 5_000_000);
    pictures.next({ key: true, temporal: 0 }, sources);
    const before = got.length;
    for (let n = 1; n < 9; n++) pictures.next({}, sources);
    expect(temporals(got.slice(before))).toBe('00');
    expect(got.slice(before).every(({ payload }) => payload.length < 1_000)).toBe(true);
    expect(new Set(sequenceSteps(got))).toEqual(new Set([1]));
    expect(new Set(pictureSteps(got))).toEqual(new Set([1]));
    // Whoever does not see it gets nothing at all.
    consumer.width = 0;
    consumer.update(now);
    pictures.next({ key: true }, sources);
    expect(got.length).toBe(before + 2);
  });
});

/** Aggregation headers: the first packet of a coded video sequence (N), or another one (AV1 RTP specification §4.4). */
const payload = (key: boolean, octets: number): Buffer =>
  Buffer.concat([Buffer.from([key ? 0x18 : 0x10]), Buffer.alloc(octets)]);

const sizes = (got: readonly Got[]): string =>
  got.map(({ payload: { length }, marker }) => `${length > 500 ? 'L' : 's'}${marker ? '.' : ''}`).join('');

describe('layers of AV1', () => {
  const layers = [2, 2] as const;
  function scene(): ReturnType<typeof stage> & { readonly picture: (temporal: number, key?: boolean) => void } {
    const all = stage(published('AV1'));
    let [sequence, number] = [0, 0];
    const send = (made: DependencyMade, marker: boolean, at: number): void => {
      const extension = dependency({ ...made, layers: made.key === true && made.spatial === 0 ? layers : undefined }, layers);
      const isFirst = made.key === true && made.spatial === 0;
      all.send(
        {
          sequence: sequence++,
          timestamp: at * 90,
          marker,
          payload: payload(isFirst, 100 + 900 * (made.spatial ?? 0)),
          extensions: { 11: extension },
        },
        at,
      );
    };
    return {
      ...all,
      picture(temporal, key = false) {
        const at = number++ * 33;
        for (const spatial of [0, 1]) send({ spatial, temporal, key, frame: number }, spatial === 1, at);
      },
    };
  }

  it('are all sent to whoever wants all, and the smaller ones alone, with an end of their own, to whoever does not', () => {
    const { picture, got, consumer } = scene();
    picture(0, true);
    for (let n = 1; n < 40; n++) picture(n % 2);
    expect(sizes(got.slice(-4))).toBe('sL.sL.');
    const now = start + 40 * 33;
    expect(consumer.candidate(now).bitrates).toHaveLength(3);
    consumer.carry(0, now, 1_000_000);
    const before = got.length;
    for (let n = 0; n < 4; n++) picture(n % 2);
    expect(sizes(got.slice(before))).toBe('s.s.');
    consumer.carry(1, now, 1_000_000);
    for (let n = 0; n < 4; n++) picture(n % 2);
    // With the lowest rate one may switch to the others.
    expect(sizes(got.slice(before))).toBe('s.s.s.s.s.s.');
    consumer.carry(2, now, 1_000_000);
    picture(0);
    picture(0, true);
    picture(1);
    expect(sizes(got.slice(before))).toBe('s.s.s.s.s.s.s.sL.sL.');
    expect(new Set(sequenceSteps(got))).toEqual(new Set([1]));
  });

  it('are none where the publisher does not say of which a packet is', () => {
    const { send, got } = stage(published('AV1'));
    for (let n = 0; n < 5; n++)
      send({ sequence: n, timestamp: n * 3_000, payload: payload(n === 0, 100), marker: true }, n * 33);
    expect(got).toHaveLength(5);
  });
});
