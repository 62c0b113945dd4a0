/** Participants of a room by plain RTP: over real sockets, beside those by WebRTC. */
import { randomBytes, randomInt } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Mixer } from '../../packages/media/src/mixing/mixer.ts';
import { Recorder } from '../../packages/media/src/recorder/recorder.ts';
import { Room } from '../../packages/media/src/room.ts';
import type { RoomEvent } from '../../packages/media/src/room-event.ts';
import { rtp, vp8 } from '../../packages/media/src/rtp/packets.fixture.ts';
import { bye, nack, readRtcp, receiverReport, senderReport } from '../../packages/media/src/rtp/rtcp.ts';
import { SrtpReceiver, SrtpSender } from '../../packages/media/src/srtp/srtp.ts';
import { masterKey, suites } from '../../packages/media/src/srtp/suites.ts';
import { freePort, freePorts } from '../browser/harness/ports.ts';
import { MediaReceiver } from '../support/media-peers.ts';
import { RtpSocket, sectionsOf } from '../support/rtp-peers.ts';

/** By how much the room's clock is ahead. */
let later = 0;
const clock = (): number => performance.timeOrigin + performance.now() + later;
const random = (below: number): number => randomInt(Math.min(below, 2 ** 47));
let room: Room;
let events: RoomEvent[];
let sockets: RtpSocket[];
let ports: { readonly first: number; readonly last: number };
let ticking: NodeJS.Timeout;

async function openRoom(): Promise<Room> {
  const { first, last } = await freePorts(40);
  ports = { first, last };
  return new Room({
    transport: { port: await freePort() },
    plain: { ports },
    clock,
    random,
    onEvent: (event) => void events.push(event),
    recorder: new Recorder(),
    mixer: new Mixer(),
  });
}

beforeEach(async () => {
  later = 0;
  events = [];
  sockets = [];
  room = await openRoom();
  ticking = setInterval(() => room.tick(clock()), 20);
});

afterEach(() => {
  clearInterval(ticking);
  room.close();
  for (const socket of sockets) socket.close();
});

async function socket(address?: string, port?: number): Promise<RtpSocket> {
  const opened = await RtpSocket.open(address, port);
  sockets.push(opened);
  return opened;
}

interface Said {
  readonly port?: number;
  readonly address?: string;
  readonly way?: 'sendrecv' | 'sendonly' | 'recvonly';
  readonly protocol?: string;
  readonly codecs?: string;
  readonly more?: readonly string[];
}

const opus = ['111 opus/48000/2'];

function section(kind: 'audio' | 'video', said: Said, codecs: readonly string[]): string[] {
  const { port = 9, address = '127.0.0.1', way = 'sendonly', protocol = 'RTP/AVP', more = [] } = said;
  return [
    `m=${kind} ${port} ${protocol} ${codecs.map((one) => one.split(' ')[0]).join(' ')}`,
    `c=IN ${address.includes(':') ? 'IP6' : 'IP4'} ${address}`,
    ...codecs.map((one) => `a=rtpmap:${one}`),
    `a=${way}`,
    ...more,
  ];
}

const offer = (...sections: readonly string[][]): string =>
  ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 't=0 0', ...sections.flat(), ''].join('\r\n');

const audio = (said: Said = {}, codecs: readonly string[] = opus): string => offer(section('audio', said, codecs));

/** Joins; the ports at which it is received, section by section. */
async function join(
  name: string,
  text: string,
  streams: readonly { participant: string; mid: string }[] = [],
): Promise<number[]> {
  const joined = await room.attach(name, text, ['audio', 'video'], streams);
  return sectionsOf(joined!.answer).map(({ port }) => port);
}

const from = (participant: string, mid = '0'): { participant: string; mid: string } => ({ participant, mid });
const packet = (sequence: number, more: object = {}): Buffer =>
  rtp({ ssrc: 7, payloadType: 111, sequence, timestamp: sequence * 960, payload: Buffer.from(`said ${sequence}`), ...more });
const saidBy = (ear: RtpSocket): string[] =>
  ear.packets.map(({ bytes, payloadStart, payloadEnd }) => bytes.toString('latin1', payloadStart, payloadEnd));
const counters = (name: string): Record<string, unknown> => ({ ...room.attached(name)?.sections[0] });
const states = (): string[] =>
  events.flatMap((one) => (one.type === 'transport' ? `${one.participant} ${one.side} ${one.state}` : []));

describe('what one sends', () => {
  test('others receive by plain RTP, with their payload type, a source of their own, and no header extensions', async () => {
    const [anna, bo, control] = [await socket(), await socket(), await socket()];
    const [port] = await join('anna', audio({ more: ['a=extmap:5 urn:ietf:params:rtp-hdrext:ssrc-audio-level'] }));
    const more = [`a=rtcp:${control.port}`];
    await join('bo', audio({ port: bo.port, way: 'recvonly', more }, ['96 opus/48000/2', '0 PCMU/8000']), [from('anna')]);
    expect(port! % 2).toBe(0);
    expect(port).toBeGreaterThanOrEqual(ports.first);
    expect(port).toBeLessThan(ports.last);
    let sequence = 0;
    // Bo is sent to from the next turn on.
    await expect
      .poll(() => {
        anna.send(packet(sequence++, { extensions: { 5: Buffer.from([0x80 | 20]) } }), port!);
        return bo.packets.length;
      })
      .toBeGreaterThan(3);
    const [first, second] = bo.packets;
    expect(first).toMatchObject({ payloadType: 96, payloadStart: 12 });
    expect([second!.sequence, second!.timestamp]).toEqual([(first!.sequence + 1) & 0xffff, (first!.timestamp + 960) >>> 0]);
    expect(first!.ssrc).not.toBe(7);
    expect(saidBy(bo)[0]).toMatch(/^said \d+$/u);
    expect(room.attached('bo')).toMatchObject({ refused: [], sections: [{ carries: from('anna') }] });
    await expect.poll(() => control.reports.flatMap((bytes) => readRtcp(bytes)).map(({ type }) => type)).toContain('sr');
  });

  test('browsers receive, and a header extension that one side has has the other id', async () => {
    const [anna, bo] = [await socket(), await socket()];
    const level = 'urn:ietf:params:rtp-hdrext:ssrc-audio-level';
    const [port] = await join('anna', audio({ more: [`a=extmap:5 ${level}`] }));
    await join('bo', audio({ port: bo.port, way: 'recvonly', more: [`a=extmap:7 ${level}`] }), [from('anna')]);
    room.subscribe('cem', [from('anna')]);
    const sent = events.find((event) => event.type === 'offer')!;
    expect(sent).toMatchObject({ streams: [{ participant: 'anna', mid: '0' }] });
    const cem = new MediaReceiver(sent.offer, { port: await freePort() }, clock);
    expect(room.answer('cem', sent.revision, cem.answer)).toBe(true);
    let sequence = 0;
    let heard = 0;
    await expect
      .poll(() => {
        anna.send(packet(sequence++, { extensions: { 5: Buffer.from([0x80 | 20]) } }), port!);
        heard += cem.take().packets;
        return Math.min(heard, bo.packets.length);
      })
      .toBeGreaterThan(5);
    const one = bo.packets[0]!;
    expect(one.bytes[one.extensionAt(7)]).toBe(0x80 | 20);
    expect(room.attached('anna')?.sections[0]).toMatchObject({ codecs: ['opus'], kind: 'audio', state: 'connected' });
    cem.close();
  });

  test('goes on when its source is another one, once the one before is silent', async () => {
    const [anna, bo] = [await socket(), await socket()];
    const [port] = await join('anna', audio());
    await join('bo', audio({ port: bo.port, way: 'recvonly' }), [from('anna')]);
    let sequence = 0;
    const heard = (more: object): string[] => {
      anna.send(packet(sequence, { payload: Buffer.from(JSON.stringify(more)), ...more }), port!);
      sequence++;
      return saidBy(bo);
    };
    await expect.poll(() => heard({ ssrc: 7 })).toContain('{"ssrc":7}');
    await expect.poll(() => heard({ ssrc: 8, sequence: sequence + 30_000 }).at(-1)).toContain('{"ssrc":8');
    const { packets } = bo;
    expect(new Set(packets.map(({ ssrc }) => ssrc)).size).toBe(1);
    const numbers = packets.map(({ sequence: number }) => (number - packets[0]!.sequence) & 0xffff);
    expect(numbers).toEqual(numbers.map((_, n) => n));
  });

  test('of pictures begins with a whole one, and one is asked for where the other side hears it', async () => {
    const [anna, bo] = [await socket(), await socket()];
    const feedback = ['a=rtcp-fb:96 nack', 'a=rtcp-fb:96 nack pli', 'a=rtcp-mux'];
    const video = ['96 VP8/90000'];
    const [port] = await join('anna', offer(section('video', { protocol: 'RTP/AVPF', more: feedback }, video)));
    await join('bo', offer(section('video', { port: bo.port, way: 'recvonly', more: ['a=rtcp-mux'] }, video)), [from('anna')]);
    let sequence = 0;
    const send = (key: boolean): void => anna.send(packet(sequence++, { payloadType: 96, payload: vp8({ key }) }), port!);
    await expect
      .poll(() => {
        send(false);
        return anna.reports.flatMap((bytes) => readRtcp(bytes)).map(({ type }) => type);
      })
      .toContain('pli');
    expect(bo.packets).toEqual([]);
    // Reports come first, for those who take nothing else (RFC 3550 §6.1).
    expect(anna.reports.every((bytes) => bytes[1] === 201)).toBe(true);
    send(true);
    await expect.poll(() => bo.packets.length).toBe(1);
    sequence += 3;
    send(false);
    await expect.poll(() => anna.reports.flatMap((bytes) => readRtcp(bytes)).map(({ type }) => type)).toContain('nack');
  });

  test('is not asked for again where the other side did not say that it hears that', async () => {
    const anna = await socket();
    const [port] = await join('anna', offer(section('video', { more: ['a=rtcp-mux'] }, ['96 VP8/90000'])));
    room.subscribe('cem', [from('anna')]);
    anna.send(packet(1, { payloadType: 96, payload: vp8() }), port!);
    anna.send(packet(9, { payloadType: 96, payload: vp8() }), port!);
    await expect.poll(() => anna.reports.length).toBeGreaterThan(0);
    expect(new Set(anna.reports.flatMap((bytes) => readRtcp(bytes)).map(({ type }) => type))).toEqual(new Set(['rr']));
  });
});

describe('what one receives', () => {
  test('is refused where no codec is shared, and where all sections carry something else', async () => {
    const [anna, bo, cem] = [await socket(), await socket(), await socket()];
    await join('anna', audio());
    await join('bo', audio({}, ['0 PCMU/8000']));
    const streams = [from('anna'), from('bo'), from('dora')];
    await join('cem', audio({ port: cem.port, way: 'recvonly' }, ['8 PCMA/8000', '0 PCMU/8000']), streams);
    expect(room.attached('cem')).toMatchObject({
      sections: [{ carries: from('bo') }],
      refused: [{ ...from('anna'), reason: 'no_shared_codec' }],
    });
    await join('emil', audio({ port: anna.port, way: 'recvonly' }), []);
    room.receive('emil', [from('anna')]);
    await join('fay', audio());
    room.receive('emil', [from('anna'), from('fay')]);
    expect(room.attached('emil')?.refused).toEqual([{ ...from('fay'), reason: 'no_free_section' }]);
    room.leave('anna');
    expect(room.attached('emil')).toMatchObject({ sections: [{ carries: from('fay') }], refused: [] });
    room.receive('emil', []);
    expect(room.attached('emil')).toMatchObject({ sections: [{ carries: undefined }], refused: [] });
    expect(bo.packets).toEqual([]);
  });

  test('goes to where it came from, until it comes from there no more', async () => {
    const [anna, bo] = [await socket(), await socket()];
    const [port] = await join('anna', audio());
    const [other] = await join('bo', audio({ way: 'sendrecv' }), [from('anna')]);
    let sequence = 0;
    // Bo's description names no port; it receives once it has sent.
    anna.send(packet(sequence++), port!);
    await expect.poll(() => counters('anna')['received']).toBe(1);
    expect(bo.packets).toEqual([]);
    bo.send(packet(0), other!);
    await expect
      .poll(() => {
        anna.send(packet(sequence++), port!);
        return bo.packets.length;
      })
      .toBeGreaterThan(0);
    expect(counters('bo')).toMatchObject({ remote: `127.0.0.1 ${bo.port}` });
    expect(states()).toEqual(['anna publish connected', 'bo publish connected']);
    room.leave('anna');
    await expect.poll(() => counters('bo')['carries']).toBeUndefined();
  });
});

describe('a stranger', () => {
  test('takes nothing over: what comes from elsewhere is dropped and counted', async () => {
    const [anna, mallory, bo] = [await socket(), await socket(), await socket()];
    const [port] = await join('anna', audio({ way: 'sendrecv' }), [from('bo')]);
    await join('bo', audio({ port: bo.port, way: 'sendrecv' }), [from('anna')]);
    await expect
      .poll(() => {
        anna.send(packet(1), port!);
        return counters('anna')['remote'];
      })
      .toBe(`127.0.0.1 ${anna.port}`);
    for (let n = 0; n < 20; n++) mallory.send(packet(100 + n, { payload: Buffer.from('mallory') }), port!);
    mallory.send(senderReport({ ssrc: 7, ntpSeconds: 1, ntpFraction: 1, timestamp: 1, packets: 1, octets: 1 }), port! + 1);
    await expect.poll(() => counters('anna')['strangers']).toBe(20);
    expect(counters('anna')).toMatchObject({ remote: `127.0.0.1 ${anna.port}` });
    expect(saidBy(bo)).not.toContain('mallory');
    expect(mallory.got).toEqual([]);
  });

  test('who was first gives way to the place that the description names', async () => {
    const [anna, mallory] = [await socket(), await socket()];
    const [port] = await join('anna', audio({ port: anna.port, way: 'sendrecv' }));
    mallory.send(packet(1), port!);
    await expect.poll(() => counters('anna')['remote']).toBe(`127.0.0.1 ${mallory.port}`);
    anna.send(packet(50), port!);
    await expect.poll(() => counters('anna')['remote']).toBe(`127.0.0.1 ${anna.port}`);
    mallory.send(packet(51), port!);
    await expect.poll(() => counters('anna')['strangers']).toBe(1);
  });

  test.for([
    ['no packet', Buffer.from('hello')],
    ['of another version', Buffer.alloc(40)],
    ['of a payload type that was not agreed on', rtp({ payloadType: 0 })],
    ['RTCP at the port of RTP', receiverReport(1, [])],
    ['nothing at all', Buffer.alloc(0)],
  ] as const)('does not latch by what is %s', async ([, bytes]) => {
    const [anna, mallory] = [await socket(), await socket()];
    const [port] = await join('anna', audio());
    mallory.send(bytes, port!);
    await expect.poll(() => counters('anna')['malformed']).toBe(1);
    anna.send(packet(1), port!);
    await expect.poll(() => counters('anna')).toMatchObject({ remote: `127.0.0.1 ${anna.port}`, received: 1 });
  });
});

describe('with keys in the description', () => {
  test.for(suites)('$name goes both ways, and what is not proven is dropped', async (suite) => {
    const [anna, bo, mallory] = [await socket(), await socket(), await socket()];
    const own = randomBytes(suite.keyLength + suite.saltLength);
    const line = `a=crypto:3 ${suite.name} inline:${own.toString('base64')}|2^31`;
    const text = audio({
      port: anna.port,
      way: 'sendrecv',
      protocol: 'RTP/SAVP',
      more: ['a=crypto:1 NULL_HMAC_SHA1_80 inline:AAAA', line, 'a=rtcp-mux'],
    });
    const [port] = await join('bo', audio({ way: 'sendrecv' }), [from('anna')]);
    const joined = await room.attach('anna', text, ['audio'], [from('bo')]);
    const [answered] = sectionsOf(joined!.answer);
    const crypto = answered!.attributes.find(({ name }) => name === 'crypto')!.value!;
    expect(crypto.startsWith(`3 ${suite.name} inline:`)).toBe(true);
    const theirs = Buffer.from(crypto.split('inline:')[1]!, 'base64');
    const [sender, receiver] = [new SrtpSender(masterKey(suite, own)), new SrtpReceiver(masterKey(suite, theirs))];
    mallory.send(packet(1), answered!.port);
    await expect.poll(() => counters('anna')['forged']).toBe(1);
    let sequence = 0;
    await expect
      .poll(() => {
        bo.send(packet(sequence), port!);
        anna.send(sender.rtp(packet(sequence++))!, answered!.port);
        return Math.min(bo.packets.length, anna.got.length);
      })
      .toBeGreaterThan(3);
    expect(saidBy(bo)[0]).toMatch(/^said \d+$/u);
    const opened = anna.packets.map(({ bytes }) => receiver.rtp(bytes));
    expect(opened.every((one) => typeof one !== 'string' && one.includes('said'))).toBe(true);
    await expect
      .poll(() => anna.reports.map((bytes) => receiver.rtcp(bytes)).filter((one) => typeof one !== 'string'))
      .not.toEqual([]);
    const again = sender.rtp(packet(sequence))!;
    anna.send(again, answered!.port);
    anna.send(again, answered!.port);
    await expect.poll(() => counters('anna')['replayed']).toBe(1);
  });

  test('a key that cannot be taken is refused, and so is RTP/SAVP without one', async () => {
    for (const more of [
      [],
      ['a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAAA'],
      [`a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${'A'.repeat(40)}|2^20|1:4`],
      [`a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${'A'.repeat(40)} UNENCRYPTED_SRTP`],
    ]) {
      await expect(join('anna', audio({ protocol: 'RTP/SAVP', more }))).rejects.toThrow('no a=crypto line');
    }
    expect(room.isEmpty).toBe(true);
  });
});

describe('a description', () => {
  test.for([
    ['that is none', 'hello'],
    ['of a browser', audio({ protocol: 'UDP/TLS/RTP/SAVPF' })],
    ['without a codec that is forwarded', audio({}, ['18 G729/8000'])],
    ['with a name in place of an address', audio({ address: 'media.example.com' })],
    ['that sends to many', audio({ address: '239.1.2.3', way: 'recvonly', port: 5_000 })],
    [
      'with two sections of one mid',
      offer(section('audio', { more: ['a=mid:a'] }, opus), section('audio', { more: ['a=mid:a'] }, opus)),
    ],
    ['that wants nothing', audio({ more: [] }).replace('a=sendonly', 'a=inactive')],
    ['with too many sections', offer(...Array.from({ length: 17 }, () => section('audio', {}, opus)))],
  ] as const)('%s is refused', async ([, text]) => {
    await expect(join('anna', text)).rejects.toThrow(expect.objectContaining({ name: 'NegotiationError' }));
    expect(room.isEmpty).toBe(true);
  });

  test('is answered section by section, with one codec where both sides send, and without what is not allowed', async () => {
    const text = offer(
      section('audio', { way: 'sendrecv', more: ['a=mid:voice'] }, ['18 G729/8000', '8 PCMA/8000', '111 opus/48000/2']),
      section('video', { way: 'sendonly' }, ['96 VP8/90000']),
      section('audio', { way: 'recvonly', port: 5_000, more: ['a=rtcp-mux'] }, ['8 PCMA/8000', '111 opus/48000/2']),
    );
    const joined = await room.attach('anna', text, ['audio'], []);
    const [voice, picture, more] = sectionsOf(joined!.answer);
    expect(joined!.streams).toEqual([{ mid: 'voice', kind: 'audio' }]);
    expect(voice).toMatchObject({ formats: ['8'], protocol: 'RTP/AVP' });
    expect(voice!.attributes).toContainEqual({ name: 'sendrecv' });
    expect(voice!.attributes).toContainEqual({ name: 'rtcp', value: String(voice!.port + 1) });
    expect(picture!.port).toBe(0);
    expect(more).toMatchObject({ formats: ['8', '111'] });
    expect(more!.attributes).toContainEqual({ name: 'rtcp-mux' });
  });

  test('of IPv6 is answered with an address of it', async ({ skip }) => {
    const has = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));
    if (!has) skip('this machine has no IPv6');
    const [anna, bo] = [await socket('::1'), await socket('::1')];
    const joined = await room.attach('anna', audio({ address: '0:0:0:0:0:0:0:1', port: anna.port }), ['audio'], []);
    const [answered] = sectionsOf(joined!.answer);
    expect(answered!.connection).toEqual({ family: 'IP6', address: '::1' });
    await join('bo', audio({ address: '::1', port: bo.port, way: 'recvonly' }), [from('anna')]);
    let sequence = 0;
    await expect
      .poll(() => {
        anna.send(packet(sequence++), answered!.port, '::1');
        return bo.packets.length;
      })
      .toBeGreaterThan(0);
    expect(counters('anna')).toMatchObject({ remote: `::1 ${anna.port}`, strangers: 0 });
  });
});

describe('the end', () => {
  test('is told when the other side says goodbye, and its return as well', async () => {
    const [anna, control] = [await socket(), await socket()];
    const [port] = await join('anna', audio());
    anna.send(packet(1), port!);
    await expect.poll(states).toEqual(['anna publish connected']);
    control.send(Buffer.concat([receiverReport(7, []), bye([7])]), port! + 1);
    await expect.poll(() => states().at(-1)).toBe('anna publish disconnected');
    anna.send(packet(2), port!);
    await expect.poll(() => states().at(-1)).toBe('anna publish connected');
  });

  test('is told when nothing comes any more, and not when somebody has moved', async () => {
    const [anna, other] = [await socket(), await socket()];
    const [port] = await join('anna', audio());
    anna.send(packet(1), port!);
    await expect.poll(states).toEqual(['anna publish connected']);
    later = 14_000;
    other.send(packet(2), port!);
    // Another port of the same address may be the same one behind a NAT.
    await expect.poll(() => counters('anna')['remote']).toBe(`127.0.0.1 ${other.port}`);
    expect(states()).toEqual(['anna publish connected']);
    later += 15_100;
    await expect.poll(states).toEqual(['anna publish connected', 'anna publish disconnected']);
    other.send(packet(3), port!);
    await expect.poll(() => states().at(-1)).toBe('anna publish connected');
  });

  test('leaves all ports free, also of one who leaves while they are opened', async () => {
    for (let n = 0; n < 30; n++) {
      await join('anna', audio());
      room.leave('anna');
    }
    const opening = room.attach('bo', audio(), ['audio'], []);
    room.leave('bo');
    expect(await opening).toBeUndefined();
    expect(room.isEmpty).toBe(true);
  });

  test('of the ports is told, and takes nothing away', async () => {
    for (let n = 0; n < 20; n++) await join(`one ${n}`, audio());
    await expect(join('one more', audio())).rejects.toThrow(`no port from ${ports.first} to ${ports.last} is free`);
    room.leave('one 7');
    await join('one more', audio());
  });
});

test('who only receives is there by its RTCP, and may ask again for what is not kept', async () => {
  const [anna, bo] = [await socket(), await socket()];
  const [port] = await join('anna', audio());
  const [other] = await join('bo', audio({ port: bo.port, way: 'recvonly', more: ['a=rtcp-mux'] }), [from('anna')]);
  let sequence = 0;
  await expect
    .poll(() => {
      anna.send(packet(sequence++), port!);
      return bo.packets.length;
    })
    .toBeGreaterThan(0);
  const { ssrc, sequence: first } = bo.packets[0]!;
  bo.send(Buffer.concat([receiverReport(9, []), nack(9, ssrc, [first])]), other!);
  await expect.poll(states).toContain('bo subscribe connected');
  expect(bo.packets.filter((one) => one.sequence === first)).toHaveLength(1);
});
