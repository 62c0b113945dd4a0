/** What a session on a media worker tells its receivers. */
import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { Mixer } from '../../packages/media/src/mixing/mixer.ts';
import { Recorder } from '../../packages/media/src/recorder/recorder.ts';
import { Room } from '../../packages/media/src/room.ts';
import type { RoomEvent } from '../../packages/media/src/room-event.ts';
import { holdMs } from '../../packages/media/src/router/demand.ts';
import { WebRtcTransport } from '../../packages/media/src/transport/webrtc.ts';
import { freePort } from '../browser/harness/ports.ts';
import { publishing, receiving } from '../support/media-descriptions.ts';

type Offer = Extract<RoomEvent, { type: 'offer' }>;

const clock = (): number => performance.timeOrigin + performance.now();
let room: Room;
let offers: Offer[];
let peers: WebRtcTransport[];
/** How much of a picture was told to be watched, in order. */
let watched: string[];
let peerPort: number;

beforeEach(async () => {
  const port = await freePort();
  peerPort = await freePort();
  offers = [];
  peers = [];
  watched = [];
  room = new Room({
    transport: { port },
    clock,
    random: (below) => randomInt(Math.min(below, 2 ** 47)),
    onEvent: (event) => {
      if (event.type === 'offer') offers.push(event);
      if (event.type === 'watched') watched.push(`${event.participant} ${event.mid}: ${event.encodings}`);
    },
    recorder: new Recorder(),
    mixer: new Mixer(),
  });
});

afterEach(() => {
  room.close();
  for (const peer of peers) peer.close();
});

/** A browser's side of a connection, as far as descriptions go. */
function peer(): WebRtcTransport {
  const made = WebRtcTransport.offering({ port: peerPort }, { onPacket: () => undefined, onState: () => undefined });
  peers.push(made);
  return made;
}

function answered({ offer }: Offer, { local }: WebRtcTransport): string {
  return receiving(offer, { ...local, setup: 'active' });
}

function sources({ offer }: Offer): readonly string[] {
  return [...offer.matchAll(/a=ssrc:(\d+)/gu)].map(([, ssrc]) => ssrc ?? '');
}

const streams = [
  { participant: 'anna', mid: '0' },
  { participant: 'cem', mid: '0' },
];

test('data channels are offered to whoever has them, also where nothing else is received, and taken of no others', () => {
  room.publish('anna', publishing(7, peer().local), ['video']);
  room.subscribe('bo', streams);
  expect(offers.at(-1)?.offer).not.toContain('m=application');
  room.hear('cem', { as: 'cem', from: [] });
  expect(offers).toHaveLength(1);
  room.hear('cem', { as: 'cem', from: ['anna'] });
  expect(offers.at(-1)).toMatchObject({ participant: 'cem', revision: 1, streams: [] });
  expect(offers.at(-1)?.offer).toContain('m=application 9 UDP/DTLS/SCTP webrtc-datachannel');
  room.subscribe('cem', streams);
  expect(offers.at(-1)?.offer).toMatch(/m=application 9 .*m=video 9/su);
  expect(room.answer('cem', 2, answered(offers.at(-1)!, peer()))).toBe(true);
  const [data, other] = ['eve', 'fay'].map((name, at) => {
    const local = peer().local;
    const offer = publishing(8 + at, local).replace('BUNDLE 0', 'BUNDLE 0 1');
    const transport = /a=ice-ufrag.*?a=setup:\w+\r\n/su.exec(offer)?.[0] ?? '';
    const section = `m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\na=mid:1\r\na=sctp-port:5000\r\n${transport}`;
    return room.publish(name, offer + section, name === 'eve' ? ['video', 'data'] : ['video']).answer;
  });
  expect(data).toContain('m=application 9 ');
  expect(other).toContain('m=application 0 ');
});

test('a stream that nobody publishes any more is offered no more, also where it was received', () => {
  const anna = peer();
  room.publish('anna', publishing(7, anna.local), ['video']);
  room.publish('cem', publishing(8, peer().local), ['video']);
  room.subscribe('bo', streams);
  expect(offers.map(({ streams: carried }) => carried.length)).toEqual([2]);
  expect(room.answer('bo', 1, answered(offers[0]!, peer()))).toBe(true);
  room.leave('anna');
  expect(offers.at(-1)).toMatchObject({ revision: 2, streams: [{ participant: 'cem', mid: '0', section: '1' }] });
});

test('a section that carries something else has other sources: SRTP takes no number of a source twice', () => {
  room.publish('anna', publishing(7, peer().local), ['video']);
  room.subscribe('bo', streams);
  room.leave('anna');
  room.publish('cem', publishing(8, peer().local), ['video']);
  const [first, , third] = offers;
  expect(offers.map(({ streams: carried }) => carried.map(({ section }) => section))).toEqual([['0'], [], ['0']]);
  expect(sources(first!)).toHaveLength(2);
  expect(sources(third!)).toHaveLength(2);
  expect(sources(third!).filter((ssrc) => sources(first!).includes(ssrc))).toEqual([]);
});

test('it is told how much of a picture others and recordings watch', async () => {
  let now = clock();
  const tick = (later = 20): readonly string[] => {
    now += later;
    room.tick(now);
    return watched.splice(0);
  };
  const never = [...Array.from({ length: 3 }, () => 20), holdMs];
  room.publish('anna', publishing(7, peer().local), ['video']);
  expect(tick()).toEqual([]);
  expect(tick(holdMs)).toEqual(['anna 0: 0']);
  room.subscribe('bo', [streams[0]!]);
  expect(tick()).toEqual([]);
  expect(room.answer('bo', 1, answered(offers[0]!, peer()))).toBe(true);
  expect(tick()).toEqual(['anna 0: 1']);
  room.look('bo', streams[0]!, 0);
  expect(tick()).toEqual([]);
  expect(tick(holdMs)).toEqual(['anna 0: 0']);
  const folder = mkdtempSync(join(tmpdir(), 'offhook-watched-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  room.admit('anna', ['0']);
  await room.record({ recording: 'r', folder, part: 0, streams: true, freeBytes: 0 });
  expect(tick()).toEqual(['anna 0: 1']);
  await room.stopRecording('r');
  expect(tick()).toEqual([]);
  room.look('bo', streams[0]!, 100);
  expect(never.flatMap((later) => tick(later))).toEqual([]);

  // Another connection begins with all of it, and bo has yet to take that.
  room.publish('anna', publishing(8, peer().local), ['video']);
  expect(tick()).toEqual([]);
  expect(tick(holdMs)).toEqual(['anna 0: 0']);
  expect(room.answer('bo', 2, answered(offers[1]!, peer()))).toBe(true);
  expect(tick()).toEqual(['anna 0: 1']);
});

test('an answer to an offer that was replaced is none', () => {
  room.publish('anna', publishing(7, peer().local), ['video']);
  room.subscribe('bo', streams);
  const bo = peer();
  const early = answered(offers[0]!, bo);
  room.publish('cem', publishing(8, peer().local), ['video']);
  expect(offers.map(({ revision }) => revision)).toEqual([1, 2]);
  expect(room.answer('bo', 1, early)).toBe(false);
  expect(room.answer('bo', 2, answered(offers[1]!, bo))).toBe(true);
  expect(room.answer('bo', 2, answered(offers[1]!, bo))).toBe(false);
});

test('what may not be published is answered as inactive', () => {
  const { answer, streams: taken } = room.publish('anna', publishing(7, peer().local), ['audio']);
  expect(taken).toEqual([]);
  expect(answer).toContain('a=inactive');
  room.subscribe('bo', streams);
  expect(offers).toEqual([]);
});

test.for([
  ['no description at all', () => 'hello'],
  ['one without credentials', (text: string) => text.replace(/a=ice-pwd:.*\r\n/gu, '')],
  ['one without a fingerprint', (text: string) => text.replace(/a=fingerprint:.*\r\n/gu, '')],
  [
    'one whose fingerprint is of another length',
    (text: string) => text.replace(/(a=fingerprint:sha-256 \S+):\S\S\r/gu, '$1\r'),
  ],
  ['one that is not bundled', (text: string) => text.replace(/a=group:.*\r\n/u, '')],
  ['one without names of sections', (text: string) => text.replace(/a=mid:.*\r\n/gu, '')],
] as const)('%s is refused, and changes nothing', ([, spoil]) => {
  room.subscribe('bo', streams);
  expect(() => room.publish('anna', spoil(publishing(7, peer().local)), ['video'])).toThrow(
    expect.objectContaining({ name: expect.stringMatching(/NegotiationError|DescriptionError/) }),
  );
  expect(offers).toEqual([]);
  room.publish('anna', publishing(7, peer().local), ['video']);
  expect(offers.length).toBe(1);
});
