import { mediaLimits } from '@offhook/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { extensionIds, forwarded } from '../negotiation/codecs.ts';
import type { Published } from '../negotiation/publish.ts';
import { rtp, vp8 } from '../rtp/packets.fixture.ts';
import { readRtcp } from '../rtp/rtcp.ts';
import { Allowance } from './allowance.ts';
import { Publisher } from './publisher.ts';

const start = 1_795_000_000_000;
/** Of all; half of it for one picture. */
const bitrate = 800_000;
const opus = forwarded.find(({ name }) => name === 'opus')!;
const vp8Codec = forwarded.find(({ name }) => name === 'VP8')!;
const extensions = new Uint8Array(256);
extensions[extensionIds.mid] = extensionIds.mid;
extensions[extensionIds.rid] = extensionIds.rid;

const camera = (mid: string, ssrc: number): Published => ({
  mid,
  kind: 'video',
  codec: vp8Codec,
  source: vp8Codec,
  retransmission: undefined,
  red: undefined,
  keys: undefined,
  extensions,
  encodings: [{ ssrc }],
});
const microphone: Published = { ...camera('2', 3), kind: 'audio', codec: opus, source: opus };

let told: string[];
let advised: number[];
let publisher: Publisher;
let sequence: number;
let now: number;

beforeEach(() => {
  [told, advised, sequence, now] = [[], [], 0, start];
  publisher = new Publisher(
    (bytes) => {
      for (const one of readRtcp(bytes)) if (one.type === 'remb') advised.push(one.bitrate);
    },
    { bitrate, onDropped: (code, mid) => told.push(`${code} ${mid ?? 'all'}`) },
  );
  publisher.publish([camera('0', 1), camera('1', 2), microphone]);
});

/** So many bits per second of these sources, in packets of 1,000 bytes. */
function send(bitsPerSecond: number, forMs: number, ssrcs: readonly number[], made: Parameters<typeof rtp>[0] = {}): void {
  const payload = Buffer.concat([vp8(), Buffer.alloc(980)]);
  const until = now + forMs;
  for (; now < until; now += 8_000_000 / bitsPerSecond)
    for (const ssrc of ssrcs) {
      const payloadType = ssrc === 3 ? opus.payloadType : vp8Codec.payloadType;
      publisher.receive(rtp({ ssrc, payloadType, sequence: sequence++ & 0xffff, payload, ...made }), now);
      publisher.tick(now);
    }
}

function passed(mid: string): number {
  return publisher.producers.get(mid)?.streams[0]?.packets ?? 0;
}

it('an allowance lets twice as much pass for a while, and then as much as it is', () => {
  const allowance = new Allowance(8_000, 2_000);
  const pass = (octets: number, at: number): boolean => allowance.takes(octets, at);
  expect(Array.from({ length: 4 }, () => pass(500, start))).toEqual([true, true, true, true]);
  expect(pass(500, start)).toBe(false);
  expect([pass(500, start + 499), pass(500, start + 500), pass(500, start + 501)]).toEqual([false, true, false]);
  // A clock that goes back gives nothing.
  expect(pass(500, start)).toBe(false);
  expect(allowance.offered(start + 1_000)).toBe(9 * 500 * 8);
});

describe('what is too much', () => {
  it('is dropped once it lasts, and its publisher told once, with the stream', () => {
    send(350_000, 20_000, [1]);
    expect([told, publisher.counters.excess]).toEqual([[], 0]);
    send(800_000, 4_000, [1]);
    expect(told).toEqual([]);
    send(800_000, 10_000, [1]);
    expect(told).toEqual(['bitrate_exceeded 0']);
    expect(publisher.counters.excess).toBeGreaterThan(300);
    const before = passed('0');
    send(800_000, 10_000, [1]);
    // What is allowed goes on.
    expect((passed('0') - before) * 8_200).toBeGreaterThan(3_500_000);
    expect((passed('0') - before) * 8_000).toBeLessThan(4_100_000);
    expect(told).toHaveLength(1);
  });

  it('is told again where it begins again', () => {
    send(800_000, 10_000, [1]);
    now += 40_000;
    send(800_000, 10_000, [1]);
    expect(told).toEqual(['bitrate_exceeded 0', 'bitrate_exceeded 0']);
  });

  it('of one stream leaves the others alone, unless all together are too much', () => {
    send(300_000, 50_000, [1, 2, 3]);
    expect(told).toEqual(['bitrate_exceeded all']);
    told.length = 0;
    now += 40_000;
    const before = passed('1');
    for (let n = 0; n < 10; n++) {
      send(600_000, 1_000, [1]);
      send(40_000, 1_000, [2]);
    }
    expect(told).toEqual([]);
    expect(passed('1') - before).toBeGreaterThanOrEqual(50);
  });

  it('is sound at any rate beyond what sound needs', () => {
    publisher = new Publisher(() => {}, { onDropped: (code, mid) => told.push(`${code} ${mid ?? 'all'}`) });
    publisher.publish([camera('0', 1), microphone]);
    const { audioBitrate } = mediaLimits;
    send(audioBitrate * 2, 8_000, [1, 3]);
    expect(told).toEqual(['bitrate_exceeded 2']);
  });

  it('is said to its browser before (REMB): all that it may send, or less where one stream is too much', () => {
    send(200_000, 2_000, [1, 2]);
    expect(advised.at(-1)).toBeCloseTo(bitrate, -4);
    for (let n = 0; n < 10; n++) {
      send(1_000_000, 200, [1]);
      send(100_000, 200, [2]);
    }
    // The one keeps to half of all, and the other sends what it does.
    expect(advised.at(-1)).toBeLessThan(500_000);
    expect(advised.at(-1)).toBeGreaterThan(300_000);
    send(200_000, 2_000, [1, 2]);
    expect(advised.at(-1)).toBeCloseTo(bitrate, -4);
  });
});

describe('a source', () => {
  it('that nobody announced is dropped and counted, and its publisher told once', () => {
    send(200_000, 2_000, [1, 77, 78]);
    expect(told).toEqual(['source_refused all']);
    expect([publisher.counters.unknown, passed('0')]).toEqual([100, 50]);
  });

  it('that claims the section of another one is dropped', () => {
    send(200_000, 1_000, [1]);
    send(200_000, 1_000, [77], { extensions: { [extensionIds.mid]: Buffer.from('0') } });
    expect(told).toEqual(['source_refused all']);
    expect([publisher.counters.unknown, passed('0')]).toEqual([25, 25]);
  });

  it('that has said once where it belongs is known there also where its section was free meanwhile', () => {
    const layered: Published = { ...camera('0', 1), encodings: [{ rid: 'l' }, { rid: 'h' }] };
    const names = { [extensionIds.mid]: Buffer.from('0'), [extensionIds.rid]: Buffer.from('h') };
    publisher.publish([layered]);
    send(200_000, 200, [77], { extensions: names });
    publisher.publish([]);
    send(200_000, 200, [77]);
    publisher.publish([layered]);
    send(200_000, 200, [77]);
    expect(publisher.producers.get('0')?.streams.map(({ ssrc, layer }) => [ssrc, layer])).toEqual([[77, 1]]);
    // In another section it is a stranger.
    publisher.publish([{ ...layered, mid: '1' }]);
    send(200_000, 200, [77]);
    expect(publisher.producers.get('1')?.streams).toEqual([]);
  });

  it('that is published no more is late, and not foreign', () => {
    send(200_000, 1_000, [1, 2]);
    publisher.publish([camera('0', 1)]);
    send(200_000, 1_000, [1, 2]);
    expect(told).toEqual([]);
    expect([publisher.counters.unknown, passed('0')]).toEqual([25, 50]);
  });
});
