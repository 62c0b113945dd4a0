/**
 * Five people in one meeting, one of them in Firefox and one without an account: all hear and see all, their recording plays,
 * and their host keeps order.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OffhookApi } from '@offhook/api';
import type { Recording } from '@offhook/api';
import { expect, onTestFinished } from 'vitest';
import { newApiKey } from '../../packages/server/src/ports/api-keys.ts';
import { picturesOf, probe, soundOf } from '../support/ffmpeg.ts';
import type { MeetingKit } from './page/meeting-kit.ts';
import { it } from './harness/it.ts';
import type { Person } from './harness/person.ts';
import { freePort } from './harness/ports.ts';
import type { Remote } from './harness/remote.ts';

const key = newApiKey('M'.repeat(43), (value) => createHash('sha256').update(value).digest('base64url'));
/** Of each a tone of their own; the one of Firefox is that of its fake microphone. */
const [ofFirefox, tones] = [1_000, [500, 800, 1_300, 1_000, 2_100]];
const picture = { width: 320, height: 240 };
/** Seconds for which files of a recording may be shorter than it: until what is sent is known. */
const shorter = 4;

const kit = (person: Person): Remote<MeetingKit> => person.page as Remote<MeetingKit>;

async function meetEachOther(people: readonly Person[]): Promise<void> {
  await Promise.all(
    people.map((one) => kit(one).untilArrives(people.filter((other) => other !== one).map(({ address }) => address))),
  );
}

/** One after the other is the only one with a microphone that is on. */
async function speakInTurn(people: readonly Person[], listener: Person): Promise<void> {
  for (const speaker of people.filter((one) => one !== listener)) {
    for (const one of people) await kit(one).setMic(one === speaker);
    await expect.poll(() => kit(listener).speaker()).toBe(speaker.address);
  }
  for (const one of people) await kit(one).setMic(true);
}

interface Played {
  readonly heard: readonly number[];
  readonly sounds: number;
  readonly pictures: number;
  /** Of the file in which all are. */
  readonly streams: readonly string[];
  readonly seconds: number;
}

/** The tones that are heard in what was recorded of all, and how many of the single files play. */
async function played(api: OffhookApi, { recording, files }: Recording): Promise<Played> {
  const folder = mkdtempSync(join(tmpdir(), 'offhook-five-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  let result: Played = { heard: [], sounds: 0, pictures: 0, streams: [], seconds: 0 };
  for (const { name, type, participant } of files) {
    const path = join(folder, name);
    await writeFile(path, new Uint8Array(await (await api.downloadRecording(recording, name)).arrayBuffer()));
    const { streams, seconds } = await probe(path);
    if (type.startsWith('video')) {
      const { count, errors } = await picturesOf(path);
      expect(streams).toEqual(['video vp8']);
      if (count > 10 && errors === '') result = { ...result, pictures: result.pictures + 1 };
      continue;
    }
    const sound = await soundOf(path, 1);
    const heard = tones.filter((hertz) => sound.heard(hertz, 0, 0.02) > 1);
    if (participant === undefined) result = { ...result, heard, streams, seconds };
    else if (heard.length === 1) result = { ...result, sounds: result.sounds + 1 };
  }
  return result;
}

it('lets five people hear and see one another, says who speaks, and is recorded', async ({ world }) => {
  const settings = { mediaPort: await freePort(), mediaWorkers: 1, apiKeys: [key.setting] };
  const server = await world.anotherServer({ settings });
  const page = 'sessions.html';
  const anna = await world.person('Anna', { server, page });
  const id = await kit(anna).createMeeting();
  const guest = await world.visitor(id, 'Gül', { server, page });
  const people = [
    anna,
    await world.person('Bo', { server, page }),
    await world.person('Cem', { server, page }),
    await world.person('Dee', { server, page, browser: 'firefox' }),
    guest,
  ];
  for (const [at, one] of people.entries()) {
    expect(await kit(one).enter(id)).toBeUndefined();
    if (one === guest) {
      await kit(anna).untilNews(`waiting joined ${guest.address}`);
      expect(await kit(anna).host('admit', guest.address)).toBeUndefined();
    }
    await kit(one).untilNews('session');
    const hertz = tones[at]!;
    const published =
      hertz === ofFirefox ? kit(one).publish({ audio: true, video: picture }) : kit(one).publishTone(hertz, picture);
    expect(await published).toBeUndefined();
  }
  await meetEachOther(people);
  await speakInTurn(people, anna);

  const api = new OffhookApi({ url: server.url, key: key.key });
  const { session = '' } = await api.getMeeting(id);
  const began = Date.now();
  const begun = await api.startRecording(session);
  for (const one of people) await kit(one).untilNews('recording recording');
  const known = Date.now();
  // What arrives is recorded by the same worker. It goes on for longer than its files may be shorter than it.
  for (let round = 0; round < 3 || Date.now() - known < 2_000 * shorter; round++) await meetEachOther(people);
  const least = (Date.now() - known) / 1_000 - shorter;
  const recorded = await api.changeRecording(begun.recording, 'ended');
  const lasted = (Date.now() - began) / 1_000;
  const files = await played(api, recorded);
  expect(files).toMatchObject({ heard: tones, sounds: 5, pictures: 5, streams: ['audio opus'] });
  expect(files.seconds).toBeGreaterThan(least);
  expect(files.seconds).toBeLessThan(lasted);

  await kit(anna).lock(true);
  const late = await world.visitor(id, 'Late', { server, page });
  expect(await kit(late).enter(id)).toBe('meeting_locked');
  expect(await kit(anna).host('remove', guest.address)).toBeUndefined();
  await kit(guest).untilNews('over removed');
  const rest = people.filter((one) => one !== guest);
  await kit(anna).untilNews(`in left ${guest.address}`);
  await meetEachOther(rest);

  await kit(anna).endForAll();
  for (const one of rest) await kit(one).untilNews('over ended');
}, 400_000);
