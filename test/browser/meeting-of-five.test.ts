/** Five people in one meeting, one of them in Firefox and one without an account: all hear and see all, and their recording plays. */
import { createHash } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OffhookApi } from '@offhook/api';
import type { Recording } from '@offhook/api';
import { expect, onTestFinished } from 'vitest';
import { newApiKey } from '../../packages/server/src/ports/api-keys.ts';
import { picturesOf, soundOf } from '../support/ffmpeg.ts';
import type { MeetingKit } from './page/meeting-kit.ts';
import { it } from './harness/it.ts';
import type { Person } from './harness/person.ts';
import { freePort } from './harness/ports.ts';
import type { Remote } from './harness/remote.ts';

const key = newApiKey('M'.repeat(43), (value) => createHash('sha256').update(value).digest('base64url'));
/** Of each a tone of their own; the one of Firefox is that of its fake microphone. */
const [ofFirefox, tones] = [1_000, [500, 800, 1_300, 1_000, 2_100]];
const picture = { width: 320, height: 240 };

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

/** The tones that are heard in what was recorded of all, and how many of the single files play. */
async function played(
  api: OffhookApi,
  { recording, files }: Recording,
): Promise<{ heard: number[]; sounds: number; pictures: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'offhook-five-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const result = { heard: [] as number[], sounds: 0, pictures: 0 };
  for (const { name, type, participant } of files) {
    const path = join(folder, name);
    await writeFile(path, new Uint8Array(await (await api.downloadRecording(recording, name)).arrayBuffer()));
    if (type.startsWith('video')) {
      const { count, errors } = await picturesOf(path);
      if (count > 10 && errors === '') result.pictures++;
      continue;
    }
    const sound = await soundOf(path, 1);
    const heard = tones.filter((hertz) => sound.heard(hertz, 0, 0.02) > 1);
    if (participant === undefined) result.heard = heard;
    else if (heard.length === 1) result.sounds++;
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
  const begun = await api.startRecording(session);
  for (const one of people) await kit(one).untilNews('recording recording');
  // What arrives is recorded by the same worker.
  for (let round = 0; round < 3; round++) await meetEachOther(people);
  const recorded = await api.changeRecording(begun.recording, 'ended');
  expect(await played(api, recorded)).toEqual({ heard: tones, sounds: 5, pictures: 5 });

  await kit(anna).endForAll();
  for (const one of people) await kit(one).untilNews('over ended');
}, 300_000);
