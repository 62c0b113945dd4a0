/** What is said to a bridge between a telephone and a browser by those who mean no good, or know no better. */
import { randomBytes } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { Bridge } from '../../packages/media/src/bridge/bridge.ts';
import { readBrowser, writeBrowser } from '../../packages/media/src/bridge/browser-description.ts';
import { readPhone } from '../../packages/media/src/bridge/phone-description.ts';
import { Relay } from '../../packages/media/src/bridge/relay.ts';
import { keysFor, sounds } from '../../packages/media/src/bridge/sound.ts';
import type { Way } from '../../packages/media/src/bridge/sound.ts';
import { NegotiationError } from '../../packages/media/src/negotiation/bundle.ts';
import { RtpPacket } from '../../packages/media/src/rtp/packet.ts';
import { rtp } from '../../packages/media/src/rtp/packets.fixture.ts';
import { readRtcp } from '../../packages/media/src/rtp/rtcp.ts';
import { Transcoder } from '../../packages/media/src/transcoding/transcoder.ts';
import { Transcoding } from '../../packages/media/src/transcoding/transcoding.ts';
import { freePort, freePorts } from '../browser/harness/ports.ts';
import { Chance } from '../sim/chance.ts';
import { bytes, control, damaged, rewritten } from './media-noise.ts';

const nightly = process.env['OFFHOOK_NIGHTLY'] !== undefined;
const seed = Number(process.env['OFFHOOK_SEED'] ?? Date.now() % 1_000_000_000);
const at = '127.0.0.1';
const codecs = ['opus', 'g722', 'pcmu', 'pcma'] as const;

const offer = (protocol: string, formats: string, more: readonly string[] = []): string =>
  [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    `m=audio 5000 ${protocol} ${formats}`,
    'a=rtpmap:111 opus/48000/2',
    'a=rtpmap:101 telephone-event/8000',
    ...more,
    'm=video 0 RTP/AVP 96',
    '',
  ].join('\r\n');

const crypto = `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${randomBytes(30).toString('base64')}`;
const right: readonly string[] = [
  offer('RTP/AVP', '0 8 13 101'),
  offer('RTP/SAVP', '9 111 101', [crypto, 'a=sendonly']),
  offer('RTP/AVPF', '111', ['a=rtcp-mux', 'a=inactive', crypto]),
];

async function opened(): Promise<Bridge> {
  const { first, last } = await freePorts(40);
  const bridge = new Bridge({
    transport: { port: await freePort(), listen: at },
    plain: { ports: { first, last }, listen: at },
    clock: Date.now,
    random: (below) => Math.floor(Math.random() * below),
    onState: () => undefined,
    onDigit: () => undefined,
    transcoder: new Transcoder(),
  });
  onTestFinished(() => bridge.close());
  return bridge;
}

test(`no description breaks a bridge but by the one error that it names, and it goes on (seed ${seed})`, async () => {
  const chance = new Chance(seed);
  const bridge = await opened();
  let [taken, refused] = [0, 0];
  for (let n = nightly ? 50_000 : 1_500; n > 0; n--) {
    const said = rewritten(chance, chance.pick(right));
    try {
      if (chance.is(0.5)) {
        const answer = await bridge.answer('phone', said);
        expect(readPhone(answer).protocol).toBe(readPhone(said).protocol);
      } else {
        const srtp = chance.pick(['off', 'offered', 'required'] as const);
        readPhone(await bridge.offer('phone', { srtp, ...(chance.is(0.3) && { before: said }) }));
        bridge.accept('phone', said);
      }
      taken++;
    } catch (error) {
      expect(error).toBeInstanceOf(NegotiationError);
      refused++;
    }
  }
  expect(taken).toBeGreaterThan(100);
  expect(refused).toBeGreaterThan(100);
  readPhone(await bridge.answer('phone', offer('RTP/AVP', '0')));
});

test(`no description of a browser breaks a bridge (seed ${seed})`, async () => {
  const chance = new Chance(seed);
  const bridge = await opened();
  const own = await bridge.offer('browser');
  let [taken, refused] = [0, 0];
  for (let n = nightly ? 200_000 : 5_000; n > 0; n--) {
    try {
      const { transport: local, sections } = readBrowser(rewritten(chance, own));
      const type = chance.pick(['offer', 'answer'] as const);
      readBrowser(writeBrowser({ local, sections, version: 1, ssrc: 1, codecs: sounds, type }));
      taken++;
    } catch (error) {
      expect(error).toBeInstanceOf(NegotiationError);
      refused++;
    }
  }
  expect(taken).toBeGreaterThan(100);
  expect(refused).toBeGreaterThan(100);
});

const wayOf = (chance: Chance, name: string): Way => {
  const codec = sounds.find((one) => one.name.toLowerCase() === name)!;
  const [keys] = keysFor([codec]);
  const noise = { ...codec, name: 'CN', payloadType: 13 };
  return {
    codec,
    theirs: { ...codec, payloadType: chance.pick([0, 8, 96]) },
    keys: chance.is(0.8) ? { ...keys!, payloadType: 101, clockRate: chance.pick([8_000, 48_000]) } : undefined,
    ...(chance.is(0.5) && { noise }),
  };
};

test(`no packet breaks what passes a bridge, and no number is sent twice (seed ${seed})`, { timeout: 120_000 }, () => {
  const chance = new Chance(seed);
  const transcoder = new Transcoder();
  let [sent, told] = [0, 0];
  for (let call = nightly ? 200 : 12; call > 0; call--) {
    /** What was sent of late, counted on beyond 65,535. */
    const numbers: number[] = [];
    const packet = new RtpPacket();
    const relay = new Relay({
      random: (below) => chance.between(0, below - 1),
      send: (out) => {
        expect(packet.read(Buffer.from(out))).toBe(true);
        expect(packet.ssrc).toBe(relay.ssrc);
        expect(numbers).not.toContain(packet.sequence);
        numbers.push(packet.sequence);
        if (numbers.length > 300) numbers.shift();
        return ++sent > 0;
      },
      sendControl: (out) => void readRtcp(out),
      sendBack: (out) => void readRtcp(out),
      pressed: () => void told++,
      transcoder,
    });
    const names = codecs.slice(0, chance.pick([1, 4]));
    const turn = (): void => relay.use(wayOf(chance, chance.pick(names)), wayOf(chance, chance.pick(names)));
    turn();
    let now = 0;
    for (let n = 0; n < 3_000; n++) {
      now += chance.is(0.01) ? chance.between(0, 3_000) : 5;
      const said = rtp({
        ssrc: chance.is(0.98) ? 5 : chance.between(1, 9),
        sequence: (chance.is(0.9) ? n : chance.between(0, 0xffff)) & 0xffff,
        timestamp: chance.is(0.95) ? n * 160 : chance.between(0, 2 ** 32 - 1),
        payloadType: chance.pick([0, 0, 8, 8, 96, 96, 13, 101, chance.between(0, 127)]),
        payload: bytes(chance, chance.pick([0, 4, 170])),
      });
      relay.receive(chance.is(0.8) ? said : damaged(chance, said), now);
      if (chance.is(0.2)) relay.tick(now);
      if (chance.is(0.02)) relay.press(chance.pick(['1', '#', 'x']));
      if (chance.is(0.01)) relay.open(chance.is(0.8));
      if (chance.is(0.003)) turn();
      if (chance.is(0.05)) for (const one of readRtcp(control(chance, [5]))) relay.hear(one, now);
    }
    relay.close();
  }
  expect(sent).toBeGreaterThan(1_000);
  expect(told).toBeGreaterThan(10);
});

test(`no payload breaks what tells it in another codec (seed ${seed})`, { timeout: 120_000 }, async () => {
  const chance = new Chance(seed);
  for (let call = nightly ? 300 : 24; call > 0; call--) {
    const from = chance.pick(codecs);
    const to = chance.pick(codecs.filter((one) => one !== from));
    let frames = 0;
    const one = await Transcoding.open(from, to, ({ payload }) => {
      expect(payload.length).toBeGreaterThan(0);
      frames++;
    });
    for (let n = 0; n < 300; n++) {
      const sequence = chance.is(0.05) ? undefined : (chance.is(0.9) ? n : chance.between(0, 0xffff)) & 0xffff;
      const timestamp = chance.is(0.95) ? n * 160 : chance.between(0, 2 ** 32 - 1);
      one.receive({ sequence, timestamp, payload: bytes(chance, chance.pick([0, 3, 160, 1_400])) }, n * 20);
      one.tick(n * 20);
    }
    expect(frames).toBeGreaterThan(0);
    one.close();
  }
});
