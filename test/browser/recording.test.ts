/** What people in real browsers say and show in a session is recorded: what ffmpeg finds in the files. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OffhookApi } from '@offhook/api';
import type { Recording, RecordingFile } from '@offhook/api';
import { afterEach, beforeEach, describe, expect } from 'vitest';
import { newApiKey } from '../../packages/server/src/ports/api-keys.ts';
import { picturesOf, soundOf } from '../support/ffmpeg.ts';
import type { Sound } from '../support/ffmpeg.ts';
import { it } from './harness/it.ts';
import type { World } from './harness/it.ts';
import type { Person } from './harness/person.ts';
import { freePort } from './harness/ports.ts';
import type { Remote } from './harness/remote.ts';
import type { Server } from './harness/server.ts';
import type { SessionKit } from './page/session-kit.ts';

const key = newApiKey('R'.repeat(43), (value) => createHash('sha256').update(value).digest('base64url'));
const [low, high] = [500, 1_500];
/** What is said of a way on which sound is measured. */
const some = expect.objectContaining({
  mos: expect.any(Number) as number,
  roundTripMs: expect.any(Number) as number,
}) as object;
const measured = [some, some];
/** Seconds by which files may differ from the clock: what is under way, and what waits for what is late. */
const tolerance = 0.5;

const kit = (person: Person): Remote<SessionKit> => person.page as Remote<SessionKit>;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'offhook-recording-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Hall {
  readonly server: Server;
  readonly api: OffhookApi;
  readonly anna: Person;
  readonly bo: Person;
}

/** Anna, who begins the session, has a large picture and a low tone; Bo a high tone. */
async function hall(world: World): Promise<Hall> {
  const settings = { mediaPort: await freePort(), mediaWorkers: 1, apiKeys: [key.setting] };
  const server = await world.anotherServer({ settings });
  const seat = async (name: string): Promise<Person> => {
    const person = await world.person(name, { server, page: 'sessions.html' });
    expect(await kit(person).join('standup')).toBeUndefined();
    return person;
  };
  const [anna, bo] = [await seat('Anna'), await seat('Bo')];
  expect(await kit(anna).publishTone(low, { width: 1_280, height: 720 })).toBeUndefined();
  expect(await kit(bo).publishTone(high, false)).toBeUndefined();
  await kit(bo).untilArrives([anna.address]);
  await kit(anna).untilArrives([bo.address], 'sound');
  return { server, api: new OffhookApi({ url: server.url, key: key.key }), anna, bo };
}

async function fetched({ api }: Hall, { recording }: Recording, { name }: RecordingFile): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, new Uint8Array(await (await api.downloadRecording(recording, name)).arrayBuffer()));
  return path;
}

const isMixed = ({ participant }: RecordingFile): boolean => participant === undefined;

/** The sound of everybody of a part, as far as it is there. */
async function mixed(where: Hall, recording: Recording, part = 0, channels: 1 | 2 = 2): Promise<Sound | undefined> {
  const now = await where.api.getRecording(recording.recording);
  const file = now.files.find((one) => isMixed(one) && one.part === part);
  return file === undefined || file.bytes < 1_000 ? undefined : soundOf(await fetched(where, now, file), channels);
}

async function untilRecorded(where: Hall, recording: Recording, seconds: number, part = 0): Promise<void> {
  await expect
    // A connection that the server lets go of while nobody asks, on a busy machine just when somebody does.
    .poll(async () => (await mixed(where, recording, part).catch(() => undefined))?.seconds ?? 0, {
      timeout: 60_000,
      interval: 500,
    })
    .toBeGreaterThan(seconds);
}

describe('a recording', () => {
  it('has what each side says in its channel, and each stream in a file that plays', async ({ world }) => {
    const where = await hall(world);
    const { api, anna, bo } = where;
    const begun = await api.startRecording('standup', { mix: 'sides' });
    expect(begun).toMatchObject({ session: 'standup', state: 'recording', mix: 'sides', streams: true });
    for (const one of [anna, bo]) await kit(one).untilNews('recording recording');
    await expect(api.startRecording('standup')).rejects.toMatchObject({ code: 'recording_exists' });
    await untilRecorded(where, begun, 5);
    // Measured with browsers that say what they hear: round trips come from their reports.
    await expect
      .poll(async () => (await api.listParticipants('standup')).map(({ quality }) => [quality?.sends, quality?.receives]), {
        timeout: 40_000,
      })
      .toEqual([measured, measured]);
    for (const one of [anna, bo]) expect(await kit(one).connectionWords()).toMatch(/^Your connection/);
    const ended = await api.changeRecording(begun.recording, 'ended');
    for (const one of [anna, bo]) await kit(one).untilNews('recording stopped');
    const clock = (ended.endedAt! - ended.startedAt) / 1_000;

    const sound = (await mixed(where, ended))!;
    expect(Math.abs(sound.seconds - clock)).toBeLessThan(tolerance);
    const sides = [0, 1].map((channel) => [sound.heard(low, channel), sound.heard(high, channel)]);
    // Each is heard all the time, on a side of its own.
    expect(sides.flat().filter((seconds) => seconds > clock * 0.7)).toHaveLength(2);
    expect(sides.flat().filter((seconds) => seconds < 0.2)).toHaveLength(2);

    const streams = ended.files.filter((file) => !isMixed(file));
    expect(streams.map(({ type }) => type).toSorted()).toEqual([
      'audio/webm; codecs=opus',
      'audio/webm; codecs=opus',
      'video/webm; codecs=vp8',
    ]);
    for (const file of streams) {
      const path = await fetched(where, ended, file);
      const whole = clock - file.at / 1_000;
      if (file.type.startsWith('audio')) {
        const own = await soundOf(path, 1);
        expect(Math.abs(own.seconds - whole)).toBeLessThan(tolerance);
        expect(Math.max(own.heard(low), own.heard(high))).toBeGreaterThan(whole * 0.7);
        continue;
      }
      const pictures = await picturesOf(path);
      expect(pictures).toMatchObject({ codec: 'vp8', errors: '' });
      expect(Math.abs(pictures.last - pictures.first - whole)).toBeLessThan(tolerance);
      expect(pictures.count).toBeGreaterThan(whole * 8);
    }
    const file = streams[0]!;
    const rest = await api.downloadRecording(ended.recording, file.name, { from: file.bytes - 100 });
    expect([rest.status, (await rest.arrayBuffer()).byteLength]).toEqual([206, 100]);
    await api.deleteRecording(ended.recording);
    await expect(api.downloadRecording(ended.recording, file.name)).rejects.toMatchObject({ code: 'recording_not_found' });
  }, 180_000);

  it('leaves out what is said while it is paused, by whoever may record', async ({ world }) => {
    const where = await hall(world);
    const { api, anna, bo } = where;
    expect(await kit(bo).record('recording')).toBe('recording_refused');
    expect(await kit(anna).record('recording')).toBeUndefined();
    await kit(bo).untilNews('recording recording');
    const [begun] = await api.listRecordings('standup');
    await untilRecorded(where, begun!, 2);
    expect(await kit(anna).record('paused')).toBeUndefined();
    const pausedAt = Date.now();
    await kit(bo).untilNews('recording paused');
    const secret = 2_600;
    expect(await kit(bo).publishTone(secret, false)).toBeUndefined();
    await kit(anna).untilArrives([bo.address], 'sound');
    // More of it, so that a pause that is none would be noticed.
    await kit(anna).untilArrives([bo.address], 'sound');
    await kit(bo).stopTones();
    await kit(anna).untilSilent(bo.address);
    const pause = (Date.now() - pausedAt) / 1_000;
    expect(await kit(anna).record('recording')).toBeUndefined();
    await untilRecorded(where, begun!, (pausedAt - begun!.startedAt) / 1_000 + 2);
    expect(await kit(anna).record('stopped')).toBeUndefined();
    await kit(bo).untilNews('recording stopped');
    const sound = (await mixed(where, begun!))!;
    const ended = await api.getRecording(begun!.recording);
    const clock = (ended.endedAt! - ended.startedAt) / 1_000 - pause;
    expect(Math.abs(sound.seconds - clock)).toBeLessThan(tolerance);
    expect(sound.peak(secret)).toBeLessThan(0.01);
    expect(sound.heard(low)).toBeGreaterThan(sound.seconds * 0.7);
    const video = ended.files.find(({ type }) => type.startsWith('video'))!;
    const pictures = await picturesOf(await fetched(where, ended, video));
    expect(pictures.errors).toBe('');
    expect(Math.abs(pictures.last + video.at / 1_000 - sound.seconds)).toBeLessThan(tolerance * 2);
  }, 180_000);

  it('plays up to where its worker was killed, and goes on with the next one', async ({ world }) => {
    const where = await hall(world);
    const { server, api } = where;
    const begun = await api.startRecording('standup');
    await untilRecorded(where, begun, 4);
    const [, pid = ''] = /"media_worker".*?"pid":(\d+)/.exec(server.log) ?? [];
    const killedAt = Date.now();
    process.kill(Number(pid), 'SIGKILL');
    await untilRecorded(where, begun, 3, 1);
    const ended = await api.changeRecording(begun.recording, 'ended');
    const clock = (killedAt - ended.startedAt) / 1_000;
    for (const file of ended.files.filter(({ part }) => part === 0)) {
      const path = await fetched(where, ended, file);
      if (file.type.startsWith('video')) {
        const pictures = await picturesOf(path);
        expect(pictures.last + file.at / 1_000).toBeGreaterThan(clock - 1);
      } else {
        // What waits for what is late, and the last page, are lost.
        const sound = await soundOf(path, 1);
        expect(sound.seconds + file.at / 1_000).toBeGreaterThan(clock - 3);
        expect(Math.max(sound.heard(low), sound.heard(high))).toBeGreaterThan(sound.seconds * 0.7);
      }
    }
    const after = (await mixed(where, ended, 1))!;
    expect([after.peak(low), after.peak(high)].every((level) => level > 0.05)).toBe(true);
  }, 180_000);
});
