/** What others may not have of what somebody publishes is not recorded, and makes nobody the speaker, whatever is sent. */
import { randomInt } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Mixer } from '../../packages/media/src/mixing/mixer.ts';
import { Recorder } from '../../packages/media/src/recorder/recorder.ts';
import { Room } from '../../packages/media/src/room.ts';
import type { RoomEvent } from '../../packages/media/src/room-event.ts';
import { rtp } from '../../packages/media/src/rtp/packets.fixture.ts';
import { freePort, freePorts } from '../browser/harness/ports.ts';
import { RtpSocket, sectionsOf } from '../support/rtp-peers.ts';

const clock = (): number => performance.timeOrigin + performance.now();

let folder: string;
let events: RoomEvent[];
let recorder: Recorder;
let room: Room;
let ticking: NodeJS.Timeout;
let sockets: readonly RtpSocket[];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'offhook-admitted-'));
  events = [];
  recorder = new Recorder();
  room = new Room({
    transport: { port: await freePort() },
    plain: { ports: await freePorts(40) },
    clock,
    random: (below) => randomInt(Math.min(below, 2 ** 47)),
    onEvent: (event) => events.push(event),
    recorder,
    mixer: new Mixer(),
  });
  sockets = [await RtpSocket.open(), await RtpSocket.open()];
  ticking = setInterval(() => {
    room.tick(clock());
    recorder.tick(clock());
  }, 20);
});
afterEach(async () => {
  clearInterval(ticking);
  room.close();
  await recorder.drained();
  for (const socket of sockets) socket.close();
  rmSync(folder, { recursive: true });
});

const section = (port: number): string[] => [
  `m=audio ${port} RTP/AVP 111`,
  'a=rtpmap:111 opus/48000/2',
  'a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level',
  'a=sendonly',
];

/** Anna publishes two sections; what is called says something in both, loudly. */
async function publish(): Promise<(word: string) => void> {
  const head = ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0'];
  const offer = [...head, ...sockets.flatMap(({ port }) => section(port)), ''].join('\r\n');
  const { answer } = (await room.attach('anna', offer, ['audio'], []))!;
  const ports = sectionsOf(answer).map(({ port }) => port);
  let sequence = 0;
  return (word) => {
    sequence = (sequence + 1) & 0xffff;
    for (const [at, socket] of sockets.entries()) {
      // 20 ms of Opus, as far as the first byte goes (RFC 6716 §3.1), as loud as can be.
      const payload = Buffer.from(`\u0078${at}${word}`, 'latin1');
      const extensions = { 1: Buffer.from([0x80]) };
      socket.send(
        rtp({ ssrc: 7 + at, payloadType: 111, sequence, timestamp: sequence * 960, payload, extensions }),
        ports[at]!,
      );
    }
  };
}

/** All that was sent has come. */
async function arrived(): Promise<void> {
  let before: readonly number[] = [];
  await expect
    .poll(() => {
      const now = room.attached('anna')!.sections.map(({ received }) => received);
      const isSame = now.join() === before.join();
      before = now;
      return isSame;
    })
    .toBe(true);
}

/** What is in the files. */
const recorded = (): string =>
  readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'latin1'))
    .join('');
const speakers = (): readonly (string | undefined)[] =>
  events.flatMap((event) => (event.type === 'speaker' ? [event.participant] : []));
const order = { recording: 'r', part: 0, streams: true, freeBytes: 0 };

test('of two sections of which one is named the other is not recorded', { timeout: 30_000 }, async () => {
  const say = await publish();
  room.admit('anna', ['0']);
  await room.record({ ...order, folder });
  await expect
    .poll(() => {
      say('early');
      return recorded();
    })
    .toContain('0early');
  await arrived();
  // The other one, once it is named.
  room.admit('anna', ['0', '1']);
  await expect
    .poll(() => {
      say('later');
      return recorded();
    })
    .toContain('1later');
  await room.stopRecording('r');
  expect(recorded()).not.toContain('1early');
  expect(events.flatMap((event) => (event.type === 'recorded' ? [event.file.mid] : []))).toEqual(['0', '1']);
});

test('what is muted is not recorded while it is, and goes on in its file', { timeout: 30_000 }, async () => {
  const say = await publish();
  room.admit('anna', ['0']);
  await room.record({ ...order, folder });
  const until = async (word: string): Promise<void> => {
    await expect
      .poll(() => {
        say(word);
        return recorded();
      })
      .toContain(`0${word}`);
  };
  await until('before');
  room.admit('anna', []);
  const packets = (): number => room.attached('anna')!.sections[0]!.received;
  const from = packets();
  await expect
    .poll(() => {
      say('muted');
      return packets();
    })
    .toBeGreaterThan(from + 5);
  await arrived();
  room.admit('anna', ['0']);
  await until('after');
  await room.stopRecording('r');
  expect(recorded()).not.toContain('muted');
  expect(events.filter(({ type }) => type === 'recorded')).toHaveLength(1);
});

test('only what others may have makes somebody the speaker', { timeout: 30_000 }, async () => {
  const say = await publish();
  const talk = setInterval(() => say('loud'), 20);
  try {
    await expect.poll(() => room.attached('anna')!.sections[0]!.received, { timeout: 10_000 }).toBeGreaterThan(50);
    expect(speakers()).toEqual([]);
    room.admit('anna', ['1']);
    await expect.poll(speakers, { timeout: 10_000 }).toEqual(['anna']);
    room.admit('anna', []);
    await expect.poll(speakers, { timeout: 10_000 }).toEqual(['anna', undefined]);
  } finally {
    clearInterval(talk);
  }
});
