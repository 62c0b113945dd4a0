/** What is said to a recording holds whenever it is said, also while its thread has yet to start. */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readOggOpus } from '../../packages/media/src/ivr/ogg.ts';
import { Mixer } from '../../packages/media/src/mixing/mixer.ts';
import { Recorder, RecorderError } from '../../packages/media/src/recorder/recorder.ts';
import { Room } from '../../packages/media/src/room.ts';
import type { RoomEvent } from '../../packages/media/src/room-event.ts';
import { freePort } from '../browser/harness/ports.ts';

const tickMs = 20;
/** Of silence, a second of a mix is about 300 bytes; a file in which nothing is, is less than this. */
const hardly = 400;

let folder: string;
let now: number;
let recorder: Recorder;
let room: Room;
let events: RoomEvent[];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'offhook-room-'));
  now = 1_795_000_000_000;
  events = [];
  recorder = new Recorder();
  room = new Room({
    transport: { port: await freePort() },
    clock: () => now,
    random: () => 1,
    onEvent: (event) => events.push(event),
    recorder,
    mixer: new Mixer(),
  });
});
afterEach(async () => {
  room.close();
  await recorder.drained();
  rmSync(folder, { recursive: true });
});

const order = (recording = 'r', more: { part?: number; bytesMost?: number } = {}): Parameters<Room['record']>[0] => ({
  recording,
  folder: join(folder, recording),
  part: 0,
  mix: 'together',
  streams: true,
  freeBytes: 0,
  ...more,
});

/** So much time, as the thread can take it in. */
async function pass(seconds: number): Promise<void> {
  for (let ticks = (seconds * 1_000) / tickMs; ticks > 0; ticks--) {
    now += tickMs;
    room.tick(now);
    recorder.tick(now);
    if (ticks % 50 === 0) await expect.poll(() => recorder.behind).toBe(0);
  }
}

const ends = (): RoomEvent[] => events.filter(({ type }) => type === 'recording_failed');
const bytes = (recording = 'r'): number => statSync(join(folder, recording, '0-0.ogg')).size;

test('it records, so that the others mean something', async () => {
  await room.record(order());
  await pass(10);
  await room.stopRecording('r');
  expect(bytes()).toBeGreaterThan(4 * hardly);
});

test('one that is paused while it opens records nothing until it goes on', async () => {
  const recording = room.record(order());
  room.pauseRecording('r', true);
  await recording;
  await pass(10);
  await room.stopRecording('r');
  expect(bytes()).toBeLessThan(hardly);
});

test('one that is paused and goes on while it opens records', async () => {
  const recording = room.record(order());
  room.pauseRecording('r', true);
  room.pauseRecording('r', false);
  await recording;
  await pass(10);
  await room.stopRecording('r');
  expect(bytes()).toBeGreaterThan(4 * hardly);
});

test('one that ends while it opens is complete then, and another can begin', async () => {
  const recording = room.record(order());
  expect(room.isEmpty).toBe(false);
  await room.stopRecording('r');
  await recording;
  expect(room.isEmpty).toBe(true);
  const size = bytes();
  await room.record(order('other'));
  await pass(2);
  await room.stopRecording('other');
  expect(bytes()).toBe(size);
  await recorder.drained();
});

test('one whose session ends while it opens has ended, and nothing is waited for', async () => {
  const recording = room.record(order());
  room.close();
  await recording;
  await recorder.drained();
  expect(room.isEmpty).toBe(true);
});

test('one at a time, also while the first opens', async () => {
  const recording = room.record(order());
  await expect(room.record(order('other'))).rejects.toThrow(RecorderError);
  await recording;
  await room.stopRecording('r');
});

test('one that cannot begin is told of once, leaves nothing behind, and the next one can', async () => {
  await writeFile(join(folder, 'r'), 'a file in the place of a folder');
  await expect(room.record(order())).rejects.toThrow(RecorderError);
  await recorder.drained();
  expect([room.isEmpty, events]).toEqual([true, []]);
  await room.record(order('other'));
  await room.stopRecording('other');
  expect(existsSync(join(folder, 'other', '0-0.ogg'))).toBe(true);
});

test('one that has become as large as it may be has ended, with all that was recorded, over all its parts', async () => {
  const bytesMost = 4_000;
  await room.record(order('r', { bytesMost }));
  await pass(5);
  expect(ends()).toEqual([]);
  await room.stopRecording('r');
  const first = bytes();
  expect(first).toBeLessThan(bytesMost);
  await room.record(order('r', { bytesMost, part: 1 }));
  await pass(30);
  await expect.poll(ends).toEqual([{ type: 'recording_failed', recording: 'r', fault: 'too_large' }]);
  await room.stopRecording('r');
  const second = readFileSync(join(folder, 'r', '1-0.ogg'));
  // It is looked once a second.
  expect(first + second.length).toBeGreaterThanOrEqual(bytesMost);
  expect(first + second.length).toBeLessThan(bytesMost + 1_500);
  expect(ends()).toHaveLength(1);
  expect(readOggOpus(second)?.wholeBytes).toBe(second.length);
});
