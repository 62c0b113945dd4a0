/** Two bridges with their browsers' sides at each other: packets go from a phone by plain RTP through DTLS and SRTP to another phone. */
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NegotiationError } from '../negotiation/bundle.ts';
import { isRtcp, RtpPacket } from '../rtp/packet.ts';
import { rtp } from '../rtp/packets.fixture.ts';
import { Bridge } from './bridge.ts';

const at = '127.0.0.1';
let phones: Socket[];
let bridges: Bridge[];
let ticking: NodeJS.Timeout;

beforeEach(() => {
  [phones, bridges] = [[], []];
  ticking = setInterval(() => {
    for (const one of bridges) one.tick(Date.now());
  }, 20);
});
afterEach(() => {
  clearInterval(ticking);
  for (const one of bridges) one.close();
  for (const one of phones) one.close();
});

function bridge(port: number, digits: string[] = []): Bridge {
  const one = new Bridge({
    transport: { port, listen: at },
    plain: { ports: { first: 46_000, last: 46_400 }, listen: at },
    clock: Date.now,
    random: (below) => Math.floor(Math.random() * below),
    onState: () => undefined,
    onDigit: (side, digit) => void digits.push(`${side} ${digit}`),
  });
  bridges.push(one);
  return one;
}

async function phone(): Promise<Socket> {
  const socket = createSocket('udp4');
  phones.push(socket);
  socket.bind(0, at);
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
const codecsIn = (sdp: string): string[] => [...sdp.matchAll(/^a=rtpmap:\d+ ([\w-]+)/gm)].map(([, name = '']) => name);

describe('a bridge', () => {
  it('carries what a phone says to another one, and keys', { timeout: 60_000 }, async () => {
    const digits: string[] = [];
    const [here, there] = [bridge(46_501), bridge(46_502, digits)];
    const [one, other] = [await phone(), await phone()];
    const toOne = await here.answer('phone', described(one.address().port));
    const offer = await here.offer('browser');
    const toOther = await there.offer('phone', at);
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

  it('offers a phone what the browser has, and leads the browser to what a phone has', async () => {
    const one = bridge(46_503);
    await one.answer('phone', described(4_000, '8'));
    expect(codecsIn(await one.offer('browser'))).toEqual(['PCMA', 'telephone-event']);
    const other = bridge(46_504);
    expect(codecsIn(await other.offer('browser'))).toEqual(['PCMU', 'PCMA', 'telephone-event']);
  });

  it.each([
    ['sendrecv', 'sendrecv'],
    ['sendonly', 'recvonly'],
    ['recvonly', 'sendonly'],
    ['inactive', 'inactive'],
  ])('answers a phone that is %s with %s, by the same port each time', async (said, answered) => {
    const one = bridge(46_505);
    const before = await one.answer('phone', described(4_000));
    const after = await one.answer('phone', described(4_000, '0', [`a=${said}`]));
    expect([wayIn(after), portIn(after)]).toEqual([answered, portIn(before)]);
  });

  it('refuses what nobody else has, and stays as it was', async () => {
    const one = bridge(46_506);
    const before = await one.answer('phone', described(4_000));
    await one.offer('browser');
    const other = bridge(46_507);
    await expect(other.answer('browser', 'v=0')).rejects.toThrow(NegotiationError);
    await expect(one.answer('phone', described(4_000, '18'))).rejects.toThrow('no codec that both sides have');
    await expect(one.answer('phone', described(0))).rejects.toThrow(NegotiationError);
    expect(() => one.accept('phone', described(4_000))).toThrow('nothing was offered');
    expect(portIn(await one.answer('phone', described(4_000)))).toBe(portIn(before));
  });

  it('leaves other sections alone', async () => {
    const one = bridge(46_508);
    const answer = await one.answer('phone', `${described(4_000)}m=video 5000 RTP/AVP 96\r\na=rtpmap:96 VP8/90000\r\n`);
    expect(answer).toMatch(/^m=video 0 RTP\/AVP 96/m);
  });

  it('takes SRTP with keys in the description, and answers with keys of its own', async () => {
    const one = bridge(46_509);
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
});
