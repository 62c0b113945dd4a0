/** What is sent to the media worker by those who mean no good, or know no better. */
import { createSocket } from 'node:dgram';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, onTestFinished, test } from 'vitest';
import { DataRelay } from '../../packages/media/src/data/relay.ts';
import { NegotiationError } from '../../packages/media/src/negotiation/bundle.ts';
import { readPublishOffer } from '../../packages/media/src/negotiation/publish.ts';
import { readSubscribeAnswer, subscribeOffer } from '../../packages/media/src/negotiation/subscribe.ts';
import type { Subscribed } from '../../packages/media/src/negotiation/subscribe.ts';
import { extensionIds, forwarded } from '../../packages/media/src/negotiation/codecs.ts';
import { RtpPacket } from '../../packages/media/src/rtp/packet.ts';
import { dependency, rtp, vp8, vp9 } from '../../packages/media/src/rtp/packets.fixture.ts';
import { Consumer } from '../../packages/media/src/router/consumer.ts';
import { Publisher } from '../../packages/media/src/router/publisher.ts';
import { dataBytesMost } from '../../packages/media/src/transport/webrtc.ts';
import { MediaPool } from '../../packages/server/src/media/pool.ts';
import { freePort, loopback } from '../browser/harness/ports.ts';
import { Chance } from '../sim/chance.ts';
import { publishing, receiving, video } from '../support/media-descriptions.ts';
import { MediaPublisher, MediaReceiver } from '../support/media-peers.ts';
import { hall, local, start } from './media-hall.ts';
import { binding, bytes, control, damaged, datagram, packet, rewritten } from './media-noise.ts';

const nightly = process.env['OFFHOOK_NIGHTLY'] !== undefined;
const seed = Number(process.env['OFFHOOK_SEED'] ?? Date.now() % 1_000_000_000);

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Never backwards. */
function clock(): number {
  return performance.timeOrigin + performance.now();
}

function heap(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

test(`no packet breaks the router, and none stays in it (seed ${seed})`, { timeout: 300_000 }, () => {
  const chance = new Chance(seed);
  const { publisher, subscribers, ssrcs, sent } = hall();
  const rounds = nightly ? 5_000_000 : 2_000_000;
  // Made before: what is measured is what the router keeps.
  const pool = Array.from({ length: 8_192 }, (_, at) =>
    damaged(chance, chance.is(0.7) ? packet(chance, ssrcs, at) : control(chance, ssrcs)),
  );
  let now = start;
  let warm = 0;
  for (let n = 0; n < rounds; n++) {
    const one = Buffer.from(pool[chance.is(0.9) ? n % pool.length : chance.between(0, pool.length - 1)]!);
    now += chance.is(0.001) ? chance.between(0, 3_000) : 0.5;
    if (chance.is(0.6)) publisher.receive(one, now);
    else chance.pick(subscribers).receive(one, now);
    if (n % 40 === 0) for (const side of [publisher, ...subscribers]) side.tick(now);
    if (n === rounds / 4) warm = heap();
  }
  expect(sent.packets).toBeGreaterThan(rounds / 100);
  expect(publisher.counters.malformed).toBeGreaterThan(rounds / 100);
  expect(publisher.counters.unknown).toBeGreaterThan(rounds / 100);
  expect(heap() - warm).toBeLessThan(16 * 1024 * 1024);
});

test(`no message breaks the relay of data, and nothing is passed on that was not wrapped in due form (seed ${seed})`, () => {
  const chance = new Chance(seed);
  const relay = new DataRelay();
  let passed = 0;
  for (const name of ['anna', 'bo', 'cem'])
    relay.hear(name, { as: name, from: ['anna', 'bo', 'cem'] }, (sent, _lossy, most) => {
      expect(sent.length).toBeLessThanOrEqual(dataBytesMost);
      expect(sent.toString('latin1', 2, 2 + sent[1]!)).toMatch(/^(anna|bo|cem)$/u);
      return sent.length <= most && ++passed > 0;
    });
  let now = start;
  for (let n = nightly ? 500_000 : 20_000; n > 0; n--) {
    const to = Buffer.from(chance.pick(['', '', 'bo', 'nobody']));
    const right = Buffer.concat([Buffer.from([to.length]), to, bytes(chance, chance.is(0.02) ? 20_000 : 100)]);
    now += chance.between(0, 1);
    relay.relay(chance.pick(['anna', 'bo', 'nobody']), damaged(chance, right), chance.is(0.5), now);
  }
  expect(passed).toBeGreaterThan(1_000);
  expect(relay.counters.malformed).toBeGreaterThan(1_000);
  expect(relay.counters.limited).toBeGreaterThan(0);
});

test(`no redundant sound breaks what unpacks it, and each number is sent once (seed ${seed})`, () => {
  const chance = new Chance(seed);
  const publisher = new Publisher(() => {}, { onDropped: () => {} });
  const opus = { ...forwarded.find(({ name }) => name === 'opus')!, payloadType: 111 };
  publisher.publish([
    {
      mid: '0',
      kind: 'audio',
      codec: opus,
      source: opus,
      retransmission: undefined,
      red: 63,
      keys: undefined,
      extensions: new Uint8Array(256),
      encodings: [{ ssrc: 7 }],
    },
  ]);
  const [producer] = publisher.producers.values();
  const got = new RtpPacket();
  const sent = new Map<number, number>();
  let at = 0;
  const send = (one: Buffer): boolean => {
    expect(got.read(one)).toBe(true);
    // Numbers come again after 65,536 packets.
    expect(at - (sent.get(got.sequence) ?? -1_000)).toBeGreaterThan(200);
    return sent.set(got.sequence, at).size > 0;
  };
  const options = { ssrc: 9, payloadType: 111, clockRate: 48_000, sequence: 0, timestamp: 0, retransmission: undefined };
  new Consumer(producer!, options, { isOpen: true, send }, () => {}).update(start);
  const block = (): Buffer => bytes(chance, chance.is(0.1) ? 400 : 40);
  for (const most = nightly ? 1_000_000 : 50_000; at < most; at++) {
    if (chance.is(0.2)) continue;
    const earlier = Array.from({ length: chance.between(0, 3) }, block);
    const heads = earlier.map(({ length }, n) => {
      const offset = (earlier.length - n) * 960;
      return Buffer.from([0x80 | 111, offset >> 6, ((offset << 2) & 0xfc) | (length >> 8), length & 0xff]);
    });
    const payload = Buffer.concat([...heads, Buffer.from([111]), ...earlier, block()]);
    const isSound = chance.is(0.7);
    const right = { ssrc: 7, payloadType: 63, sequence: at & 0xffff, timestamp: (at * 960) >>> 0 };
    publisher.receive(rtp({ ...right, payload: isSound ? payload : damaged(chance, payload) }), start + at * 20);
  }
  expect(sent.size).toBeGreaterThan(10_000);
  expect(publisher.counters.malformed).toBeGreaterThan(100);
});

/** One packet of a source with several layers, as these codecs name them. */
function layered(
  chance: Chance,
  codec: string,
  at: number,
): { readonly payload: Buffer; readonly extensions: Record<number, Buffer> } {
  const [spatial, temporal] = [chance.between(0, 2), chance.pick([0, 0, 1, 2])];
  const [begin, end, predicted, up] = [chance.is(0.7), chance.is(0.7), chance.is(0.95), chance.is(0.3)];
  if (codec === 'VP9')
    return { payload: vp9({ spatial, temporal, begin, end, predicted, up, flexible: chance.is(0.5) }), extensions: {} };
  if (codec === 'VP8') {
    const key = !predicted && temporal === 0;
    return { payload: vp8({ key, picture: (at >> 1) & 0x7fff, base: (at >> 3) & 0xff, temporal, sync: up }), extensions: {} };
  }
  const key = !predicted && spatial === 0 && temporal === 0;
  const layers = key ? ([3, 3] as const) : undefined;
  const descriptor = dependency({ spatial, temporal, key, begin, end, frame: at & 0xffff, layers }, [3, 3]);
  const said = chance.is(0.95) ? descriptor : damaged(chance, descriptor);
  const extensions = said.length === 0 ? {} : { [extensionIds.dependency]: said };
  return { payload: Buffer.from([key ? 0x18 : 0x10, 1, 2, 3]), extensions };
}

test.for(['VP9', 'VP8', 'AV1'])(
  `no picture with several layers breaks what chooses among them, and no number is sent twice: %s (seed ${seed})`,
  (name) => {
    const chance = new Chance(seed);
    const publisher = new Publisher(() => {}, { onDropped: () => {} });
    const codec = forwarded.find((one) => one.name === name)!;
    const one = {
      mid: '0',
      kind: 'video',
      codec,
      source: codec,
      retransmission: undefined,
      red: undefined,
      keys: undefined,
    } as const;
    const extensions = new Uint8Array(256);
    extensions[extensionIds.dependency] = extensionIds.dependency;
    publisher.publish([{ ...one, extensions, encodings: [{ ssrc: 7 }] }]);
    const [producer] = publisher.producers.values();
    let at = 0;
    const receivers = [9, 10].map((ssrc) => {
      const [got, sent] = [new RtpPacket(), new Map<number, number>()];
      const send = (packetBytes: Buffer): boolean => {
        expect(got.read(packetBytes)).toBe(true);
        // Numbers come again after 65,536 packets.
        expect(at - (sent.get(got.sequence) ?? -20_000)).toBeGreaterThan(10_000);
        return sent.set(got.sequence, at).size > 0;
      };
      const options = { ssrc, payloadType: 98, clockRate: 90_000, sequence: 0, timestamp: 0, retransmission: undefined };
      return { sent, consumer: new Consumer(producer!, options, { isOpen: true, send }, () => {}) };
    });
    let first = 0;
    for (const most = nightly ? 1_000_000 : 60_000; at < most; at++) {
      const now = start + at * 2;
      if (chance.is(0.0005)) first = chance.between(0, 0xffff);
      if (at % 50 === 0)
        for (const { consumer } of receivers) {
          consumer.width = chance.is(0.2) ? undefined : chance.pick([0, 200, 600, 2_000]);
          consumer.carry(chance.between(-1, 5), now, 1_000_000);
        }
      const { payload, extensions: said } = layered(chance, name, at);
      const sequence = (first + (chance.is(0.9) ? at : at - chance.between(0, 40))) & 0xffff;
      const right = { ssrc: 7, payloadType: codec.payloadType, sequence, timestamp: (at * 90) >>> 0, marker: chance.is(0.3) };
      publisher.receive(rtp({ ...right, payload: chance.is(0.9) ? payload : damaged(chance, payload), extensions: said }), now);
    }
    for (const { sent } of receivers) expect(sent.size).toBeGreaterThan(1_000);
  },
);

test('one who leaves out most of the numbers, faster than anybody looks, is asked for no more than can be said', () => {
  const { publisher } = hall();
  const before = heap();
  for (let at = 0; at < 20_000; at++)
    publisher.receive(rtp({ ssrc: 1_000, sequence: (at * 400) & 0xffff, payload: vp8() }), start);
  expect(heap() - before).toBeLessThan(4 * 1024 * 1024);
  publisher.tick(start);
});

test('an extension that is too short for its value, at the very end of a packet, is none', () => {
  const { publisher, subscribers } = hall();
  const extensions = { [extensionIds.transportSequence]: Buffer.from([1]), [extensionIds.absoluteSendTime]: Buffer.from([1]) };
  publisher.receive(rtp({ ssrc: 1_000, sequence: 1, payload: vp8({ key: true }) }), start);
  for (const extension of [
    [0x30, 1, 0, 0],
    [0, 0, 0x30, 1],
  ]) {
    const short = rtp({ ssrc: 1_000, sequence: 2, payload: Buffer.alloc(0), extensions });
    publisher.receive(Buffer.concat([short.subarray(0, 12), Buffer.from([0xbe, 0xde, 0, 1, ...extension])]), start);
  }
  publisher.tick(start);
  expect(subscribers[0]!.consumers.get(2_000)!.stream.packets).toBeGreaterThan(0);
});

test(`no description breaks the negotiation but by the one error that it names (seed ${seed})`, { timeout: 120_000 }, () => {
  const chance = new Chance(seed);
  const places: readonly Subscribed[] = [0, 1].map((n) => ({
    mid: String(n),
    codec: video,
    ssrc: 5_000 + n,
    retransmissionSsrc: 6_000 + n,
    cname: 'fuzz',
    msid: { stream: 'a', track: 'b' },
  }));
  const offer = publishing(1_000, local);
  const answer = receiving(subscribeOffer(places, local, 1, true), { ...local, setup: 'active' });
  let [taken, refused] = [0, 0];
  const attempt = (read: () => unknown): void => {
    try {
      read();
      taken++;
    } catch (error) {
      expect(error).toBeInstanceOf(NegotiationError);
      refused++;
    }
  };
  for (let n = nightly ? 500_000 : 20_000; n > 0; n--) {
    attempt(() => readPublishOffer(rewritten(chance, offer), ['audio', 'video', 'data']).answer(local, 1, { data: true }));
    attempt(() => readSubscribeAnswer(rewritten(chance, answer), places, true));
  }
  expect(taken).toBeGreaterThan(1_000);
  expect(refused).toBeGreaterThan(1_000);
});

test(`a session goes on while its port is flooded with noise (seed ${seed})`, { timeout: 120_000 }, async () => {
  const chance = new Chance(seed);
  const port = await freePort();
  const pool = new MediaPool({ port, listen: loopback, workers: 1, log: { info() {}, warn() {}, error() {} } });
  onTestFinished(() => pool.stop());

  const publisher = new MediaPublisher(1_000, { port: await freePort(), listen: loopback });
  const { answer } = await pool.publish('session', 'anna', publisher.offer, ['video']);
  publisher.connect(answer);
  let receiver: MediaReceiver | undefined;
  pool.onEvent((event) => {
    if (event.type !== 'offer') return;
    receiver?.close();
    freePort()
      .then((own) => {
        receiver = new MediaReceiver(event.offer, { port: own, listen: loopback }, clock);
        return pool.answer('session', 'bo', event.revision, receiver.answer);
      })
      .catch(() => {});
  });
  pool.subscribe('session', 'bo', [{ participant: 'anna', mid: '0' }]);
  const turns = setInterval(() => {
    publisher.send(2, clock());
    receiver?.tick();
  }, 10);
  onTestFinished(() => {
    clearInterval(turns);
    publisher.close();
    receiver?.close();
  });
  const arrived = (): number => receiver?.take().packets ?? 0;
  await expect.poll(arrived).toBeGreaterThan(0);

  const socket = createSocket('udp4');
  onTestFinished(() => void socket.close());
  const ufrags = [...answer.matchAll(/a=ice-ufrag:(\S+)/gu)].map((match) => match[1] ?? '');
  const seen = [...ufrags.map((ufrag) => binding(`${ufrag}:abcd`)), packet(chance, [1_000], 1), control(chance, [1_000])];
  const [pid] = pool.pids;
  for (let n = nightly ? 200_000 : 20_000; n > 0; n--) {
    const sent = new Promise((resolve) => socket.send(datagram(chance, seen), port, loopback, resolve));
    if (n % 20 === 0) await sent;
  }
  arrived();
  await expect.poll(arrived).toBeGreaterThan(0);
  expect(pool.pids).toEqual([pid]);
});
