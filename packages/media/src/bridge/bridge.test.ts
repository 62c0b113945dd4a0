/** Two bridges with their browsers' sides at each other: packets go from a phone by plain RTP through DTLS and SRTP to another phone. */
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NegotiationError } from '../negotiation/bundle.ts';
import { isRtcp, RtpPacket } from '../rtp/packet.ts';
import { rtp } from '../rtp/packets.fixture.ts';
import { SrtpReceiver, SrtpSender } from '../srtp/srtp.ts';
import { masterKey, suites } from '../srtp/suites.ts';
import { Transcoder } from '../transcoding/transcoder.ts';
import { NoPortError } from '../transport/ports.ts';
import { Bridge } from './bridge.ts';

const at = '127.0.0.1';
const transcoder = new Transcoder();
let phones: Socket[];
let bridges: Bridge[];
let ticking: NodeJS.Timeout;

beforeEach(() => {
  [phones, bridges] = [[], []];
  ticking = setInterval(() => {
    for (const one of bridges) one.tick(Date.now());
    transcoder.tick(Date.now());
  }, 20);
});
afterEach(() => {
  clearInterval(ticking);
  for (const one of bridges) one.close();
  for (const one of phones) one.close();
});

/** Ports are counted from here: apart from those that others are given, and from those of the same test elsewhere on the machine. */
const base = 8_000 + (process.pid % 30) * 800;

function bridge(port: number, digits: string[] = [], ports = { first: 0, last: 400 }, announced: string[] = []): Bridge {
  const one = new Bridge({
    transport: { port: base + port, listen: at },
    plain: { ports: { first: base + ports.first, last: base + ports.last }, listen: at, announced },
    clock: Date.now,
    random: (below) => Math.floor(Math.random() * below),
    onState: () => undefined,
    transcoder,
    onDigit: (side, digit) => void digits.push(`${side} ${digit}`),
  });
  bridges.push(one);
  return one;
}

async function phone(address = at): Promise<Socket> {
  const socket = createSocket('udp4');
  phones.push(socket);
  socket.bind(0, address);
  await once(socket, 'listening');
  return socket;
}

function described(port: number, formats = '0 101', more: readonly string[] = ['a=rtpmap:101 telephone-event/8000']): string {
  const lines = [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    `m=audio ${port} RTP/AVP ${formats}`,
    ...more,
  ];
  return `${lines.join('\r\n')}\r\n`;
}

const portIn = (sdp: string): number => Number(/^m=audio (\d+)/m.exec(sdp)?.[1]);
const wayIn = (sdp: string): string | undefined => /^a=(sendrecv|sendonly|recvonly|inactive)/m.exec(sdp)?.[1];
/** The value of the first of these lines. */
const lineOf = (name: string, sdp: string): string | undefined => new RegExp(`^a=${name}:?(.*)$`, 'm').exec(sdp)?.[1]?.trim();
const keyOf = (byte: number): string => Buffer.alloc(30, byte).toString('base64');
const cryptoLine = (tag: number, byte = 7): string => `a=crypto:${tag} AES_CM_128_HMAC_SHA1_80 inline:${keyOf(byte)}\r\n`;
const offersIn = (sdp: string) =>
  [...sdp.matchAll(/^a=crypto:(\d+) (\w+) inline:(\S+)/gm)].map(([, tag, suite, key = '']) => ({
    tag: Number(tag),
    suite,
    key,
  }));
const codecsIn = (sdp: string): string[] => [...sdp.matchAll(/^a=rtpmap:\d+ ([\w-]+)/gm)].map(([, name = '']) => name);

describe('a bridge', () => {
  it.each(['answer', 'offer'] as const)(
    'is heard by the phone at the address of its signalling, though somebody else has sent something first: %s',
    async (way) => {
      const one = bridge(525);
      const [own, stranger] = [await phone('127.0.0.2'), await phone('127.0.0.3')];
      const got: string[] = [];
      own.on('message', (bytes) => void (isRtcp(bytes) || got.push('own')));
      stranger.on('message', (bytes) => void (isRtcp(bytes) || got.push('stranger')));
      // As behind a NAT.
      const said = described(4_000).replace('c=IN IP4 127.0.0.1', 'c=IN IP4 192.168.1.5');
      const signalled = { at: '127.0.0.2' };
      const ours = way === 'answer' ? await one.answer('phone', said, signalled) : await one.offer('phone', signalled);
      if (way === 'offer') one.accept('phone', said);
      const speak = (socket: Socket): void =>
        socket.send(rtp({ payloadType: 0, sequence: 1, timestamp: 160, payload: Buffer.alloc(160, 0xff) }), portIn(ours), at);
      speak(stranger);
      one.play('ringing');
      await expect.poll(() => got).toContain('stranger');
      speak(own);
      await expect.poll(() => got).toContain('own');
      got.length = 0;
      speak(stranger);
      await expect.poll(() => got.length).toBeGreaterThan(5);
      expect(got).not.toContain('stranger');
    },
  );

  it('carries what a phone says to another one, and keys', { timeout: 60_000 }, async () => {
    const digits: string[] = [];
    const [here, there] = [bridge(501), bridge(502, digits)];
    const [one, other] = [await phone(), await phone()];
    const toOne = await here.answer('phone', described(one.address().port));
    const offer = await here.offer('browser');
    const toOther = await there.offer('phone', { at });
    expect(codecsIn(toOther)).toEqual(['opus', 'G722', 'PCMU', 'PCMA', 'telephone-event', 'telephone-event']);
    there.accept('phone', described(other.address().port, '0 96', ['a=rtpmap:96 telephone-event/8000']));
    here.accept('browser', await there.answer('browser', offer));

    const got: RtpPacket[] = [];
    other.on('message', (bytes) => {
      const packet = new RtpPacket();
      if (!isRtcp(bytes) && packet.read(bytes)) got.push(packet);
    });
    let n = 0;
    const speaking = setInterval(() => {
      n += 1;
      const isKey = n % 10 === 0;
      const payload = isKey ? Buffer.from([7, 0x8a, 0, 160]) : Buffer.alloc(160, 0x55);
      one.send(rtp({ ssrc: 9, sequence: n, timestamp: n * 160, payloadType: isKey ? 101 : 0, payload }), portIn(toOne), at);
    }, 20);
    await expect.poll(() => got.length, { timeout: 30_000 }).toBeGreaterThan(30);
    clearInterval(speaking);
    expect(new Set(got.map(({ payloadType }) => payloadType))).toEqual(new Set([0, 96]));
    expect(got.find(({ payloadType }) => payloadType === 0)?.bytes.subarray(-160)).toEqual(Buffer.alloc(160, 0x55));
    expect(new Set(digits)).toEqual(new Set(['browser 7']));
  });

  it(
    'hears whoever has described itself last before the answer, and then whoever has answered',
    { timeout: 60_000 },
    async () => {
      const [here, there] = [bridge(527), bridge(528)];
      const [one, other, ear] = [await phone(), await phone(), await phone()];
      // What the ear hears comes through `here`, from whichever of the two phones it has agreed on.
      const offer = portIn(await here.offer('phone', { at }));
      here.accept('phone', described(one.address().port, '0'), true);
      await there.answer('phone', described(ear.address().port, '0'));
      const toBrowser = await there.offer('browser');
      const early = await here.answer('browser', toBrowser);
      there.accept('browser', early, true);
      const got: number[] = [];
      ear.on('message', (bytes) => isRtcp(bytes) || got.push(bytes.at(-1)!));
      const speaking = setInterval(() => {
        for (const [n, speaker] of [one, other].entries()) {
          const [sequence, payload] = [Math.floor(Date.now() / 20) & 0xffff, Buffer.alloc(160, n + 1)];
          speaker.send(rtp({ ssrc: n + 1, sequence, timestamp: sequence * 160, payloadType: 0, payload }), offer, at);
        }
      }, 20);
      try {
        await expect.poll(() => got.at(-1), { timeout: 30_000 }).toBe(1);
        here.accept('phone', described(other.address().port, '0'), true);
        await expect.poll(() => got.at(-1), { timeout: 30_000 }).toBe(2);
        here.accept('phone', described(other.address().port, '0'));
        expect(() => here.accept('phone', described(one.address().port, '0'))).toThrow(NegotiationError);
        // The answer of the browser is by the same transport, or is another one's.
        there.accept('browser', await here.answer('browser', toBrowser));
        got.length = 0;
        await expect.poll(() => got.length, { timeout: 30_000 }).toBeGreaterThan(5);
        expect(new Set(got)).toEqual(new Set([2]));
      } finally {
        clearInterval(speaking);
      }
    },
  );

  it('offers a phone what the browser has, and leads the browser to what a phone has', async () => {
    const one = bridge(503);
    await one.answer('phone', described(4_000, '8'));
    expect(codecsIn(await one.offer('browser'))).toEqual(['PCMA', 'telephone-event']);
    const other = bridge(504);
    expect(codecsIn(await other.offer('browser'))).toEqual(['PCMU', 'PCMA', 'telephone-event']);
  });

  it.each([
    ['sendrecv', 'sendrecv'],
    ['sendonly', 'recvonly'],
    ['recvonly', 'sendonly'],
    ['inactive', 'inactive'],
  ])('answers a phone that is %s with %s, by the same port each time', async (said, answered) => {
    const one = bridge(505);
    const before = await one.answer('phone', described(4_000));
    const after = await one.answer('phone', described(4_000, '0', [`a=${said}`]));
    expect([wayIn(after), portIn(after)]).toEqual([answered, portIn(before)]);
  });

  it(
    'goes on where a phone takes another codec within the call, and tells the browser in its own',
    { timeout: 60_000 },
    async () => {
      const [here, there] = [bridge(525), bridge(526)];
      const [one, other] = [await phone(), await phone()];
      const toOne = portIn(await here.answer('phone', described(one.address().port)));
      await there.answer('phone', described(other.address().port));
      here.accept('browser', await there.answer('browser', await here.offer('browser')));
      const got: number[] = [];
      other.on('message', (bytes) => {
        if (!isRtcp(bytes)) got.push(bytes[1]! & 0x7f);
      });
      const answer = await here.answer('phone', described(one.address().port, '9 101'));
      expect([codecsIn(answer), portIn(answer)]).toEqual([['G722', 'telephone-event'], toOne]);
      let n = 0;
      const speaking = setInterval(() => {
        n += 1;
        const [payloadType, payload] = n % 10 === 0 ? [101, Buffer.from([7, 0x8a, 0, 160])] : [9, Buffer.alloc(160, 0x55)];
        one.send(rtp({ ssrc: 9, sequence: n, timestamp: n * 160, payloadType, payload }), toOne, at);
      }, 20);
      await expect.poll(() => got.filter((type) => type === 0).length, { timeout: 30_000 }).toBeGreaterThan(20);
      await expect.poll(() => got.includes(101), { timeout: 30_000 }).toBe(true);
      clearInterval(speaking);
    },
  );

  it('leads the browser to another codec that a phone takes within the call, once, by the way that there is', async () => {
    const [here, there] = [bridge(531), bridge(532)];
    const one = await phone();
    await here.answer('phone', described(one.address().port));
    const first = await here.offer('browser');
    here.accept('browser', await there.answer('browser', first));
    // Both speak the same.
    expect(here.lead()).toBeUndefined();
    await here.answer('phone', described(one.address().port, '9 101'));
    const led = here.lead();
    if (led === undefined) throw new Error('nothing was offered');
    expect(codecsIn(led)).toEqual(['G722', 'PCMU', 'telephone-event']);
    expect([lineOf('ice-ufrag', led), lineOf('setup', led)]).toEqual([lineOf('ice-ufrag', first), 'actpass']);
    // It is not asked twice at once.
    expect(here.lead()).toBeUndefined();
    const answer = await there.answer('browser', led);
    expect(codecsIn(answer)[0]).toBe('G722');
    here.accept('browser', answer);
    expect(here.lead()).toBeUndefined();
    // What goes on is heard: nothing was begun anew.
    expect(codecsIn(await here.offer('phone'))[0]).toBe('G722');
  });

  it('asks a browser no more that stays with its codec', async () => {
    const here = bridge(533);
    await here.answer('phone', described(4_000));
    const there = bridge(534);
    await there.answer('phone', described(4_002));
    here.accept('browser', await there.answer('browser', await here.offer('browser')));
    await here.answer('phone', described(4_000, '9'));
    // Its phone speaks PCMU, and so does it.
    const answer = await there.answer('browser', here.lead() ?? '');
    expect(codecsIn(answer)[0]).toBe('PCMU');
    here.accept('browser', answer);
    await here.answer('phone', described(4_000, '9', ['a=sendonly']));
    expect(here.lead()).toBeUndefined();
  });

  it('leads a browser that has nothing of a phone to what it has, and offers a phone no more than it may', async () => {
    const one = bridge(527);
    await one.answer('phone', described(4_000));
    const opus = (await bridge(528).offer('browser')).replaceAll(/^a=rtpmap:0 .*\r\n/gm, '');
    const only = opus
      .replaceAll(/^m=audio .*$/gm, 'm=audio 9 UDP/TLS/RTP/SAVPF 111')
      .replace('a=rtpmap:8 PCMA/8000', 'a=rtpmap:111 opus/48000/2');
    expect(codecsIn(await one.answer('browser', only))[0]).toBe('opus');
    const other = bridge(529);
    expect(codecsIn(await other.offer('phone', { codecs: ['G722', 'pcma'] }))).toEqual(['G722', 'PCMA', 'telephone-event']);
    await expect(other.answer('phone', described(4_000), { codecs: ['G722'] })).rejects.toThrow('no codec that is known here');
    await expect(other.offer('phone', { codecs: ['G729'] })).rejects.toThrow('no codec that is known here');
  });

  it('refuses what nobody else has, and stays as it was', async () => {
    const one = bridge(506);
    const before = await one.answer('phone', described(4_000));
    await one.offer('browser');
    const other = bridge(507);
    await expect(other.answer('browser', 'v=0')).rejects.toThrow(NegotiationError);
    await expect(one.answer('phone', described(4_000, '18'))).rejects.toThrow('no codec that is known here');
    await expect(one.answer('phone', described(0))).rejects.toThrow(NegotiationError);
    expect(() => one.accept('phone', described(4_000))).toThrow('nothing was offered');
    expect(portIn(await one.answer('phone', described(4_000)))).toBe(portIn(before));
  });

  it('leaves other sections alone, and keeps their places', async () => {
    const one = bridge(508);
    const offer = `${described(4_000)}m=video 5000 RTP/AVP 96\r\na=rtpmap:96 VP8/90000\r\n`;
    const answer = await one.answer('phone', offer);
    expect(answer).toMatch(/^m=video 0 RTP\/AVP 96/m);
    expect(await one.offer('phone')).toMatch(/^m=audio [1-9][^]*^m=video 0 RTP\/AVP 96/m);
    // Also in the place of a bridge that is lost.
    expect(await bridge(510).offer('phone', { before: offer })).toMatch(/^m=audio [1-9][^]*^m=video 0 RTP\/AVP 96/m);
  });

  it('is held also by the address of nobody', async () => {
    const one = bridge(511);
    const held = described(4_000).replaceAll('IN IP4 127.0.0.1', 'IN IP6 ::');
    expect(wayIn(await one.answer('phone', held))).toBe('recvonly');
  });

  it('stays with the family of addresses of its ports', async () => {
    const one = bridge(512);
    const answer = await one.answer('phone', described(4_000));
    const offer = await one.offer('phone', { at: '::1' });
    expect(offer).toContain('c=IN IP4 127.0.0.1');
    expect(portIn(offer)).toBe(portIn(answer));
    const full = bridge(513, [], { first: 410, last: 410 });
    await expect(full.offer('phone', { at: '::1' })).rejects.toThrow(NoPortError);
    await expect(full.offer('phone', { at })).rejects.toThrow(NoPortError);
  });

  it('tells the address that is announced to whoever is on this machine, too, but not to this server itself', async () => {
    const announced = '203.0.113.9';
    const withAnnounced = (port: number): Bridge => bridge(port, [], undefined, [announced]);
    const told = [
      await withAnnounced(515).answer('phone', described(4_000)),
      await withAnnounced(516).offer('phone', { at }),
      await withAnnounced(517).answer('phone', described(4_000), { at, isLocal: true }),
      await withAnnounced(518).offer('phone', { at, isLocal: true }),
    ];
    expect(told.map((sdp) => /^c=IN IP4 (.*)$/m.exec(sdp)?.[1]?.trim())).toEqual([announced, announced, at, at]);
  });

  it('counts its descriptions as versions of one session, or as it is told', async () => {
    const one = bridge(514);
    const origins = [
      await one.offer('phone'),
      await one.answer('phone', described(4_000)),
      await one.answer('phone', described(4_000), { origin: { id: 7, version: 12 } }),
      await one.offer('phone'),
    ].map((sdp) => /^o=- (\d+) (\d+) IN IP4 127\.0\.0\.1/m.exec(sdp)?.slice(1).map(Number));
    const [id] = origins[0]!;
    expect(origins).toEqual([
      [id, 1],
      [id, 2],
      [7, 12],
      [7, 13],
    ]);
  });

  it('goes on by the same transport where a browser that was offered something offers something itself', async () => {
    const [here, there] = [bridge(515), bridge(516)];
    const offer = await here.offer('browser');
    const answer = await there.answer('browser', offer);
    expect(lineOf('setup', answer)).toBe('active');
    here.accept('browser', answer);
    const again = await here.answer('browser', answer.replaceAll('a=setup:active', 'a=setup:actpass'));
    expect([lineOf('ice-ufrag', again), lineOf('setup', again)]).toEqual([lineOf('ice-ufrag', offer), 'passive']);
    const restarted = answer
      .replaceAll('a=setup:active', 'a=setup:actpass')
      .replaceAll(/^a=ice-ufrag:.*$/gm, 'a=ice-ufrag:another');
    expect(lineOf('ice-ufrag', await here.answer('browser', restarted))).not.toBe(lineOf('ice-ufrag', offer));
  });

  it('has RTCP by the port of RTP once the phone wants it so, and no longer than that', { timeout: 60_000 }, async () => {
    const one = bridge(517);
    const other = await phone();
    const before = await one.answer('phone', described(other.address().port));
    const muxed = await one.answer('phone', described(other.address().port, '0', ['a=rtcp-mux']));
    expect([lineOf('rtcp-mux', muxed), portIn(muxed)]).toEqual(['', portIn(before)]);
    const reports: number[] = [];
    other.on('message', (bytes) => {
      if (isRtcp(bytes)) reports.push(bytes[1]!);
    });
    let n = 0;
    const speaking = setInterval(() => {
      n += 1;
      other.send(
        rtp({ ssrc: 9, sequence: n, timestamp: n * 160, payloadType: 0, payload: Buffer.alloc(160) }),
        portIn(muxed),
        at,
      );
    }, 20);
    await expect.poll(() => reports.length, { timeout: 30_000 }).toBeGreaterThan(0);
    clearInterval(speaking);
    expect(lineOf('rtcp-mux', await one.offer('phone'))).toBe('');
    one.accept('phone', described(other.address().port));
    expect(lineOf('rtcp', await one.answer('phone', described(other.address().port)))).toBe(String(portIn(before) + 1));
  });

  it('takes SRTP with keys in the description, and answers with keys of its own', async () => {
    const one = bridge(509);
    const offer = described(4_000).replace('RTP/AVP', 'RTP/SAVP');
    await expect(one.answer('phone', offer)).rejects.toThrow('no a=crypto line');
    const key = Buffer.alloc(30, 7).toString('base64');
    const answer = await one.answer('phone', `${offer}a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${key}\r\n`);
    expect(answer).toMatch(/^a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:[A-Za-z0-9+/]{40}/m);
    expect(answer).not.toContain(key);
    const crypto = `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:`;
    const held = await one.answer('phone', `${offer}a=sendonly\r\n${crypto}${key}\r\n`);
    expect([portIn(held), wayIn(held)]).toEqual([portIn(answer), 'recvonly']);
    const another = await one.answer('phone', `${offer}${crypto}${Buffer.alloc(30, 8).toString('base64')}\r\n`);
    expect(portIn(another)).not.toBe(portIn(answer));
  });

  it('offers SRTP by keys of which the phone takes one, and takes nothing else', async () => {
    const one = bridge(518);
    const offer = await one.offer('phone', { at, srtp: 'required' });
    expect(offer).toMatch(/^m=audio \d+ RTP\/SAVP /m);
    expect(offersIn(offer).map(({ suite }) => suite)).toEqual([
      'AES_CM_128_HMAC_SHA1_80',
      'AES_256_CM_HMAC_SHA1_80',
      'AES_CM_128_HMAC_SHA1_32',
    ]);
    const secret = described(4_000).replace('RTP/AVP', 'RTP/SAVP');
    expect(() => one.accept('phone', described(4_000))).toThrow('RTP/SAVP was offered, not RTP/AVP');
    expect(() => one.accept('phone', `${secret}${cryptoLine(2)}`)).toThrow('keys that were not offered');
    expect(() => one.accept('phone', secret)).toThrow('no a=crypto line');
    await expect(bridge(519).answer('phone', described(4_000), { srtp: 'required' })).rejects.toThrow('only SRTP is taken');
    // Whoever has no SRTP is offered plain RTP by the same ports.
    const plain = await one.offer('phone', { at, srtp: 'off' });
    expect([portIn(plain), offersIn(plain)]).toEqual([portIn(offer), []]);
    expect(() => one.accept('phone', `${secret}${cryptoLine(1)}`)).toThrow('RTP/AVP was offered, not RTP/SAVP');
    one.accept('phone', described(4_000));
    expect(offersIn(await one.offer('phone', { at, srtp: 'required' }))).toEqual([]);
  });

  it('lets a phone take keys beside plain RTP, or leave them, and does so itself', async () => {
    const [one, other] = [bridge(520), bridge(521)];
    const crypto = cryptoLine(1);
    const offer = await one.offer('phone', { srtp: 'offered' });
    expect(offer).toMatch(/^m=audio \d+ RTP\/AVP /m);
    one.accept('phone', `${described(4_000)}${crypto}`);
    const [taken] = offersIn(await one.offer('phone'));
    expect(taken).toEqual(offersIn(offer)[0]);
    await other.offer('phone', { srtp: 'offered' });
    other.accept('phone', described(4_000));
    expect(offersIn(await other.offer('phone'))).toEqual([]);
    expect(offersIn(await bridge(522).answer('phone', `${described(4_000)}${crypto}`))).toHaveLength(1);
  });

  it(
    'goes on encrypting under the same keys through offers of ours, and reads another key of the phone',
    { timeout: 60_000 },
    async () => {
      const [here, there] = [bridge(523), bridge(524)];
      const [one, other] = [await phone(), await phone()];
      const [suite] = suites;
      const secret = (port: number, byte: number): string =>
        `${described(port).replace('RTP/AVP', 'RTP/SAVP')}${cryptoLine(1, byte)}`;
      const answer = await here.answer('phone', secret(one.address().port, 7));
      there.accept('browser', await here.answer('browser', await there.offer('browser')));
      await there.answer('phone', described(other.address().port));
      const got: number[] = [];
      other.on('message', (bytes) => {
        if (!isRtcp(bytes)) got.push(bytes.at(-1)!);
      });
      let n = 0;
      let sender = new SrtpSender(masterKey(suite!, Buffer.alloc(30, 7)));
      let said = 1;
      const speaking = setInterval(() => {
        n += 1;
        const bytes = rtp({ ssrc: 9, sequence: n, timestamp: n * 160, payloadType: 0, payload: Buffer.alloc(160, said) });
        one.send(sender.rtp(bytes)!, portIn(answer), at);
        other.send(rtp({ ssrc: 8, sequence: n, timestamp: n * 160, payloadType: 0, payload: Buffer.alloc(160, 9) }), port, at);
      }, 20);
      const port = portIn(await there.answer('phone', described(other.address().port)));
      await expect.poll(() => got.includes(1), { timeout: 30_000 }).toBe(true);
      const [ours] = offersIn(answer);
      const receiver = new SrtpReceiver(masterKey(suite!, Buffer.from(ours!.key, 'base64')));
      const opened: (number | string)[] = [];
      one.on('message', (bytes) => {
        if (isRtcp(bytes)) return;
        const packet = receiver.rtp(bytes);
        opened.push(typeof packet === 'string' ? packet : packet.at(-1)!);
      });
      await expect.poll(() => opened.length, { timeout: 30_000 }).toBeGreaterThan(5);
      const offer = await here.offer('phone');
      expect([portIn(offer), offersIn(offer)]).toEqual([portIn(answer), [ours]]);
      here.accept('phone', secret(one.address().port, 8));
      sender = new SrtpSender(masterKey(suite!, Buffer.alloc(30, 8)));
      said = 2;
      await expect.poll(() => got.includes(2), { timeout: 30_000 }).toBe(true);
      opened.length = 0;
      await expect.poll(() => opened.length, { timeout: 30_000 }).toBeGreaterThan(5);
      clearInterval(speaking);
      expect(new Set(opened)).toEqual(new Set([9]));
    },
  );
});
