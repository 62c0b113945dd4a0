/** What is sent to ports of plain RTP, and offered for them, by those who mean no good, or know no better. */
import { randomBytes, randomInt } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { NegotiationError } from '../../packages/media/src/negotiation/bundle.ts';
import { readPlainOffer } from '../../packages/media/src/negotiation/plain.ts';
import type { PlainLocal } from '../../packages/media/src/negotiation/plain.ts';
import { Mixer } from '../../packages/media/src/mixing/mixer.ts';
import { Recorder } from '../../packages/media/src/recorder/recorder.ts';
import { Room } from '../../packages/media/src/room.ts';
import { rtp } from '../../packages/media/src/rtp/packets.fixture.ts';
import { receiverReport, sourceDescription } from '../../packages/media/src/rtp/rtcp.ts';
import { SrtpReceiver, SrtpSender } from '../../packages/media/src/srtp/srtp.ts';
import { masterKey, suites } from '../../packages/media/src/srtp/suites.ts';
import { freePort, freePorts } from '../browser/harness/ports.ts';
import { Chance } from '../sim/chance.ts';
import { RtpSocket, sectionsOf } from '../support/rtp-peers.ts';
import { bytes, control, damaged, packet, rewritten } from './media-noise.ts';

const nightly = process.env['OFFHOOK_NIGHTLY'] !== undefined;
const seed = Number(process.env['OFFHOOK_SEED'] ?? Date.now() % 1_000_000_000);

const clock = (): number => performance.timeOrigin + performance.now();

const offer = (port: number, way: string, more: readonly string[] = []): string =>
  [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    `m=audio ${port} RTP/${more.length > 0 ? 'S' : ''}AVP 111 0`,
    'a=rtpmap:111 opus/48000/2',
    'a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level',
    `a=${way}`,
    'a=rtcp:5001 IN IP4 127.0.0.1',
    ...more,
    '',
  ].join('\r\n');

test(`no description breaks the negotiation but by the one error that it names (seed ${seed})`, { timeout: 120_000 }, () => {
  const chance = new Chance(seed);
  const key = randomBytes(30).toString('base64');
  const right = [
    offer(5_000, 'sendrecv'),
    offer(5_000, 'sendonly', [`a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${key}|2^31`, 'a=rtcp-mux', 'a=mid:a']),
  ];
  const local: PlainLocal = { address: '127.0.0.1', port: 30_000, rtcpPort: 30_001, key: randomBytes(30) };
  let [taken, refused] = [0, 0];
  for (let n = nightly ? 500_000 : 20_000; n > 0; n--) {
    try {
      const read = readPlainOffer(rewritten(chance, chance.pick(right)), ['audio']);
      sectionsOf(read.answer(new Map(read.sections.map(({ mid }) => [mid, local]))));
      taken++;
    } catch (error) {
      expect(error).toBeInstanceOf(NegotiationError);
      refused++;
    }
  }
  expect(taken).toBeGreaterThan(1_000);
  expect(refused).toBeGreaterThan(1_000);
});

test(`nothing is opened that was not sealed so (seed ${seed})`, { timeout: 120_000 }, () => {
  const chance = new Chance(seed);
  for (const suite of suites) {
    const master = masterKey(suite, randomBytes(suite.keyLength + suite.saltLength));
    const [sender, receiver] = [new SrtpSender(master), new SrtpReceiver(master)];
    let [opened, dropped] = [0, 0];
    for (let n = 0; n < (nightly ? 50_000 : 2_000); n++) {
      const isReport = chance.is(0.2);
      const extensions = chance.is(0.5) ? { 1: Buffer.from([chance.between(0, 255)]) } : {};
      const said = { ssrc: chance.pick([7, 8]), sequence: n & 0xffff, payload: bytes(chance, 200), extensions };
      const plain = isReport ? control(chance, [7]) : rtp(said);
      const sealed = isReport ? sender.rtcp(plain) : sender.rtp(plain);
      if (sealed === undefined) continue;
      const sent = damaged(chance, sealed);
      const got = isReport ? receiver.rtcp(sent) : receiver.rtp(sent);
      if (sent.equals(sealed)) {
        expect(['replayed', plain.toString('hex')]).toContain(typeof got === 'string' ? got : got.toString('hex'));
        opened++;
      } else {
        // With a proof of 32 bits one in four thousand million would be taken.
        expect(typeof got).toBe('string');
        dropped++;
      }
    }
    expect(Math.min(opened, dropped)).toBeGreaterThan(200);
  }
});

test(
  `a stream goes on while noise comes to its ports, from elsewhere and from its own place (seed ${seed})`,
  {
    timeout: 120_000,
  },
  async () => {
    const chance = new Chance(seed);
    const { first, last } = await freePorts(40);
    const room = new Room({
      transport: { port: await freePort() },
      plain: { ports: { first, last } },
      clock,
      random: (below) => randomInt(Math.min(below, 2 ** 47)),
      onEvent: () => {},
      recorder: new Recorder(),
      mixer: new Mixer(),
    });
    const ticking = setInterval(() => room.tick(clock()), 20);
    const [anna, bo, mallory] = [await RtpSocket.open(), await RtpSocket.open(), await RtpSocket.open()];
    onTestFinished(() => {
      clearInterval(ticking);
      room.close();
      for (const one of [anna, bo, mallory]) one.close();
    });
    const { answer } = (await room.attach('anna', offer(anna.port, 'sendonly'), ['audio'], []))!;
    await room.attach('bo', offer(bo.port, 'recvonly'), ['audio'], [{ participant: 'anna', mid: '0' }]);
    const port = sectionsOf(answer)[0]?.port ?? 0;
    let sequence = 0;
    const heard = (): number => {
      anna.send(rtp({ ssrc: 7, payloadType: 111, sequence: sequence++ & 0xffff, payload: Buffer.from('said') }), port);
      return bo.packets.filter(({ payloadEnd, bytes: all }) => all.toString('latin1', payloadEnd - 4, payloadEnd) === 'said')
        .length;
    };
    await expect.poll(heard).toBeGreaterThan(2);
    const reports = (): number => {
      anna.send(Buffer.concat([receiverReport(7, []), sourceDescription(7, 'anna')]), port + 1);
      return anna.reports.length;
    };
    await expect.poll(reports).toBeGreaterThan(0);
    for (let n = nightly ? 100_000 : 10_000; n > 0; n--) {
      const made = chance.is(0.5) ? packet(chance, [7], n) : chance.is(0.5) ? control(chance, [7]) : bytes(chance, 200);
      (chance.is(0.5) ? mallory : anna).send(damaged(chance, made), port + chance.pick([0, 0, 1]));
      if (n % 50 !== 0) continue;
      // She is never gone for so long that somebody else at her address might be her.
      heard();
      reports();
      await new Promise(setImmediate);
    }
    const before = heard();
    await expect.poll(heard).toBeGreaterThan(before + 2);
    expect(mallory.got).toEqual([]);
    const [section] = room.attached('anna')!.sections;
    expect(section!.strangers).toBeGreaterThan(100);
    expect(section!.malformed).toBeGreaterThan(100);
    expect(section!.remote).toBe(`127.0.0.1 ${anna.port}`);
  },
);
