/**
 * Five people, of whom one receives the others over a way that becomes narrow, as a gate makes it: a bucket of bytes, and what it has no room
 * for is dropped. Everything of the worker is as it is; publishers and the receiving browser are told here, in a time of their own.
 */
import type { Milliseconds } from '@offhook/core';
import { extensionIds, forwarded } from '../negotiation/codecs.ts';
import type { Published } from '../negotiation/publish.ts';
import { isRtcp, RtpPacket, wayOctets } from '../rtp/packet.ts';
import { rtp, vp8 } from '../rtp/packets.fixture.ts';
import { nack, pictureLoss } from '../rtp/rtcp.ts';
import { ahead } from '../rtp/sequence.ts';
import { ArrivalLog } from '../rtp/transport-feedback.ts';
import { Consumer } from './consumer.ts';
import { Publisher } from './publisher.ts';
import { Subscriber } from './subscriber.ts';

const start = 1_795_000_000_000;
const step: Milliseconds = 5;
/** As Chromium does it. */
const feedbackMs: Milliseconds = 60;
const nackMs: Milliseconds = 20;
const nackAgainMs: Milliseconds = 100;
const nacksMost = 10;
const stuckMs: Milliseconds = 3_000;
const deafMs: Milliseconds = 300;
const encodeMs: Milliseconds = 40;
const distanceMs: Milliseconds = 5;
const packetMost = 1_150;
const marks = 9;
const extension = { [extensionIds.transportSequence]: Buffer.alloc(2) };

/** From 0 to 1, the same for the same seed. */
function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

interface Camera {
  readonly fps: number;
  /** Bits per second of each encoding, from the smallest. */
  readonly bitrates: readonly number[];
  readonly hasRates: boolean;
}

/** A picture of an encoding: the how manieth since a whole one, and the whole one's number. */
interface Picture {
  readonly layer: number;
  readonly key: number;
  readonly place: number;
  readonly parts: Set<number>;
  readonly count: number;
}

function published(mid: string, name: string, kind: 'audio' | 'video', ssrcs: readonly number[]): Published {
  const codec = forwarded.find((one) => one.name === name)!;
  const extensions = new Uint8Array(256);
  for (const id of Object.values(extensionIds)) extensions[id] = id;
  const retransmission = kind === 'video' ? 97 : undefined;
  const encodings = ssrcs.map((ssrc) => ({ ssrc, ...(kind === 'video' && { retransmissionSsrc: ssrc + 500 }) }));
  return {
    mid,
    kind,
    codec,
    source: { ...codec, payloadType: 96 },
    retransmission,
    red: undefined,
    keys: undefined,
    extensions,
    encodings,
  };
}

class Person {
  readonly publisher: Publisher;
  readonly camera: Camera;
  readonly #base: number;
  readonly #random: () => number;
  readonly #sequences = new Map<number, number>();
  #asked: number | undefined;
  #heard = Number.NEGATIVE_INFINITY;
  #key = 0;
  #place = 0;
  #bases = 0;
  #pictures = 0;
  #nextFrame: number;
  #nextSound: number;

  constructor(base: number, camera: Camera, random: () => number) {
    this.#base = base;
    this.camera = camera;
    this.#random = random;
    this.publisher = new Publisher((bytes) => void (bytes[1] === 206 && (bytes[0]! & 0x1f) === 1 && this.#ask()), {
      onDropped: () => {},
    });
    this.publisher.publish([
      published('0', 'opus', 'audio', [base]),
      published(
        '1',
        'VP8',
        'video',
        camera.bitrates.map((_, layer) => base + 1 + layer),
      ),
    ]);
    this.#nextFrame = random() * 30;
    this.#nextSound = random() * 20;
  }

  now = 0;

  #ask(): void {
    if (this.now - this.#heard < deafMs) return;
    this.#heard = this.now;
    this.#asked = this.now + encodeMs;
  }

  tick(now: number): void {
    this.now = now;
    for (; this.#nextSound <= now; this.#nextSound += 20)
      this.#send(
        this.#base,
        { payload: Buffer.alloc(70 + Math.floor(this.#random() * 20)), timestamp: Math.round(now * 48) },
        now,
      );
    for (; this.#nextFrame <= now; this.#nextFrame += (1_000 / this.camera.fps) * (0.8 + 0.4 * this.#random()))
      this.#shoot(now);
    this.publisher.tick(start + now);
  }

  #shoot(now: number): void {
    const isKey = this.#key === 0 || (this.#asked !== undefined && this.#asked <= now);
    if (isKey) {
      this.#asked = undefined;
      this.#key++;
      this.#place = 0;
    }
    const { hasRates, bitrates, fps } = this.camera;
    const temporal = hasRates ? [0, 2, 1, 2][this.#place % 4]! : 0;
    if (temporal === 0) this.#bases++;
    this.#pictures++;
    for (const [layer, bitrate] of bitrates.entries()) {
      const weight = hasRates ? [1.44, 0.85, 0.85][temporal]! : 1;
      const bytes = ((bitrate / 8 / fps) * (isKey ? 5 : weight) * (0.7 + 0.6 * this.#random())) | 0;
      const count = Math.max(1, Math.ceil(bytes / packetMost));
      for (let part = 0; part < count; part++) {
        const head = vp8({
          key: isKey,
          picture: this.#pictures & 0x7fff,
          base: this.#bases & 0xff,
          ...(hasRates && { temporal, sync: temporal > 0 && this.#place % 4 !== 3 }),
        });
        if (part > 0) head[0] = 0x80;
        const mark = Buffer.alloc(7 + Math.max(0, Math.floor(bytes / count) - marks - 7));
        mark.writeUInt16BE(this.#key, 0);
        mark.writeUInt16BE(this.#place, 2);
        mark.set([layer, part, count], 4);
        const payload = Buffer.concat([hasRates ? head : Buffer.concat([head, Buffer.alloc(1)]), mark]);
        this.#send(this.#base + 1 + layer, { payload, marker: part === count - 1, timestamp: Math.round(now * 90) }, now);
      }
    }
    this.#place++;
  }

  #send(
    ssrc: number,
    made: { readonly payload: Buffer; readonly timestamp: number; readonly marker?: boolean },
    now: number,
  ): void {
    const sequence = ((this.#sequences.get(ssrc) ?? 0) + 1) & 0xffff;
    this.#sequences.set(ssrc, sequence);
    this.publisher.receive(rtp({ ...made, ssrc, sequence, payloadType: 96, extensions: extension }), start + now);
  }
}

/** What the receiving browser makes of one video. */
class Screen {
  readonly ssrc: number;
  readonly #hasRates: boolean;
  readonly #missing = new Map<number, { tries: number; next: number }>();
  readonly #pictures = new Map<string, Picture>();
  readonly #decoded = new Set<string>();
  #highest: number | undefined;
  #asked = 0;
  shownAt: number | undefined;
  layer = -1;
  /** The longest without a picture since one looked last. */
  gap = 0;
  #last: readonly [key: number, place: number] = [0, -1];

  constructor(ssrc: number, hasRates: boolean) {
    this.ssrc = ssrc;
    this.#hasRates = hasRates;
  }

  receive(sequence: number, payload: Buffer, now: number): void {
    if (this.#highest === undefined) this.#highest = sequence;
    for (let next = (this.#highest + 1) & 0xffff; ahead(sequence, next) > 0; next = (next + 1) & 0xffff)
      this.#missing.set(next, { tries: 0, next: now });
    if (ahead(sequence, this.#highest) > 0) this.#highest = sequence;
    this.#missing.delete(sequence);
    if (payload.length < marks + 7) return;
    const [key, place, layer, part, count] = [
      payload.readUInt16BE(marks),
      payload.readUInt16BE(marks + 2),
      payload[marks + 4]!,
      payload[marks + 5]!,
      payload[marks + 6]!,
    ];
    const id = `${layer}/${key}/${place}`;
    if (this.#decoded.has(id)) return;
    const picture = this.#pictures.get(id) ?? { layer, key, place, count, parts: new Set<number>() };
    this.#pictures.set(id, picture.parts.add(part) && picture);
    for (let isNew = true; isNew;) {
      isNew = false;
      for (const [at, one] of this.#pictures)
        if (one.parts.size === one.count && this.#isDecodable(one)) {
          this.#pictures.delete(at);
          this.#show(at, one, now);
          isNew = true;
        }
    }
  }

  #isDecodable({ layer, key, place }: Picture): boolean {
    if (place === 0) return true;
    const before = this.#hasRates ? [4, 1, 2, 1][place % 4]! : 1;
    return this.#decoded.has(`${layer}/${key}/${place - before}`);
  }

  #show(id: string, { layer, key, place }: Picture, now: number): void {
    this.#decoded.add(id);
    if (key < this.#last[0] || (key === this.#last[0] && place <= this.#last[1] && layer === this.layer)) return;
    this.#last = [key, place];
    this.layer = layer;
    if (this.shownAt !== undefined) this.gap = Math.max(this.gap, now - this.shownAt);
    this.shownAt = now;
  }

  /** What it asks for. */
  tick(now: number): readonly Buffer[] {
    const due: number[] = [];
    for (const [sequence, one] of this.#missing) {
      if (one.tries >= nacksMost) this.#missing.delete(sequence);
      else if (one.next <= now) {
        due.push(sequence);
        one.tries++;
        one.next = now + nackAgainMs;
      }
    }
    const asks: Buffer[] = due.length > 0 ? [nack(1, this.ssrc, due)] : [];
    const since = Math.max(this.shownAt ?? 0, this.#asked);
    if (now - since > (this.shownAt === undefined ? 200 : stuckMs)) {
      this.#asked = now;
      asks.push(pictureLoss(1, this.ssrc));
    }
    return asks;
  }
}

export interface Narrowed {
  /** Milliseconds until a smaller picture, and until the large one again; undefined: never. */
  readonly fall: number | undefined;
  readonly rise: number | undefined;
  /** The longest without a picture: of the large camera, and of the others, while it is narrow and while it grows again. */
  readonly gapNarrow: number;
  readonly gapWide: number;
  readonly othersNarrow: number;
}

export interface Way {
  readonly seed: number;
  readonly people?: number;
  readonly fps?: number;
  readonly bytesPerSecond?: number;
  readonly burst?: number;
}

export function narrowed({ seed, people = 5, fps = 30, bytesPerSecond = 50_000, burst = 5_000 }: Way): Narrowed {
  const random = chance(seed);
  const large = { fps, bitrates: [150_000, 400_000, 1_100_000], hasRates: true };
  const small = { fps: 5, bitrates: [25_000], hasRates: false };
  const persons = Array.from({ length: people - 1 }, (_, n) => new Person(1_000 * (n + 1), n === 0 ? large : small, random));
  const screens = new Map<number, Screen>();
  const log = new ArrivalLog();
  let [now, tokens, isNarrow] = [0, burst, false];
  const under: { readonly at: number; readonly bytes: Buffer }[] = [];
  const subscriber = new Subscriber((bytes) => {
    const length = bytes.length + wayOctets;
    if (isNarrow && tokens < length) return true;
    tokens -= isNarrow ? length : 0;
    return under.push({ at: now + distanceMs, bytes: Buffer.from(bytes) }) > 0;
  }, 'test');
  subscriber.open(true, start);
  for (const [n, { publisher, camera }] of persons.entries())
    for (const [at, producer] of [...publisher.producers.values()].entries()) {
      const isVideo = at === 1;
      const ssrc = 100 * (n + 1) + at;
      const retransmission = isVideo ? { ssrc: ssrc + 50, payloadType: 97, sequence: 1 } : undefined;
      const clockRate = isVideo ? 90_000 : 48_000;
      const options = {
        ssrc,
        payloadType: isVideo ? 96 : 111,
        clockRate,
        sequence: Math.floor(random() * 60_000),
        timestamp: 0,
        retransmission,
      };
      subscriber.add(new Consumer(producer, options, subscriber, () => {}), start);
      if (isVideo) screens.set(ssrc, new Screen(ssrc, camera.hasRates));
    }
  const watched = screens.get(101)!;
  const others = [...screens.values()].filter((one) => one !== watched);
  const packet = new RtpPacket();
  let [nextFeedback, nextTick] = [random() * feedbackMs, random() * 20];

  const receive = (bytes: Buffer): void => {
    if (isRtcp(bytes) || !packet.read(bytes)) return;
    const wide = packet.extensionAt(extensionIds.transportSequence, 2);
    if (wide !== 0) log.add(bytes.readUInt16BE(wide), start + now);
    const screen = screens.get(packet.ssrc) ?? screens.get(packet.ssrc - 50);
    if (screen === undefined) return;
    const payload = bytes.subarray(packet.payloadStart, packet.payloadEnd);
    if (screen.ssrc === packet.ssrc) screen.receive(packet.sequence, payload, now);
    else screen.receive(payload.readUInt16BE(0), payload.subarray(2), now);
  };
  const advance = (): void => {
    now += step;
    tokens = Math.min(burst, tokens + (bytesPerSecond * step) / 1_000);
    for (const person of persons) person.tick(now);
    while (under[0] !== undefined && under[0].at <= now) receive(under.shift()!.bytes);
    if (now >= nextFeedback) {
      nextFeedback += feedbackMs;
      const feedback = log.take(1, 2);
      if (feedback !== undefined) subscriber.receive(feedback, start + now);
    }
    if (now % nackMs === 0)
      for (const screen of screens.values()) for (const ask of screen.tick(now)) subscriber.receive(ask, start + now);
    if (now >= nextTick) {
      nextTick += 20;
      subscriber.tick(start + now);
    }
  };
  const until = (isSo: () => boolean, most: Milliseconds): Milliseconds | undefined => {
    const began = now;
    while (!isSo()) {
      if (now - began >= most) return undefined;
      advance();
    }
    return now - began;
  };
  const gaps = (all: readonly Screen[]): number => {
    const longest = Math.max(...all.map(({ gap, shownAt }) => Math.max(gap, now - (shownAt ?? now))));
    for (const one of all) one.gap = 0;
    return longest;
  };

  until(() => watched.layer === 2, 20_000);
  until(() => false, 5_000 + random() * 3_000);
  gaps([...screens.values()]);
  isNarrow = true;
  tokens = burst;
  const began = now;
  const fall = until(() => watched.layer < 2, 12_000);
  until(() => false, 12_000 - (now - began));
  const [gapNarrow, othersNarrow] = [gaps([watched]), gaps(others)];
  isNarrow = false;
  const rise = until(() => watched.layer === 2, 30_000);
  return { fall, rise, gapNarrow, othersNarrow, gapWide: gaps([watched]) };
}
