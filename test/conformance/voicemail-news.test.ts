/** What tells of voicemail beside the conversation: e-mails by a real SMTP server, notifications by a push service that decrypts them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readOggOpus } from '../../packages/media/src/ivr/ogg.ts';
import type { RunningServer } from '../../packages/server/src/server.ts';
import { freePort } from '../browser/harness/ports.ts';
import { Caller, voices } from '../support/caller.ts';
import { MailServer } from '../support/mail.ts';
import { PushService } from '../support/push-service.ts';
import { readAnswer, speaking } from '../support/media-descriptions.ts';
import { claim, entryId, startServer, Wire } from '../support/wire.ts';

const within = { timeout: 20_000 };
const media = { audio: true, video: false };

let folder: string;
let mail: MailServer;
let service: PushService;
let server: RunningServer;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'offhook-voicemail-mail-'));
  [mail, service] = await Promise.all([MailServer.start(), PushService.start()]);
  server = await startServer({
    dataDir: folder,
    mediaPort: await freePort(),
    mediaWorkers: 1,
    voicemail: true,
    pushAllow: [service.origin],
    smtpUrl: mail.url,
    smtpFrom: 'calls@example.com',
    publicUrl: 'https://calls.example.com',
  });
});
afterAll(async () => {
  await server.stop();
  await Promise.all([mail.close(), service.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

/** Anna says two seconds to the voicemail of somebody. */
async function leaveFor(to: string): Promise<void> {
  const anna = await Wire.follow(server.port, await claim(server.port, `Anna for ${to}`));
  const caller = new Caller(await freePort(), await voices['opus']!());
  const offer = { type: 'offer', sdp: speaking('opus', caller.transport.local) };
  expect(await anna.request({ type: 'invite', call: entryId(), to, media, offer })).toHaveProperty('ok');
  const { view } = (await anna.take('forwarded')) as unknown as { view: { call: string } };
  const accepted = await anna.take('accepted', 20_000);
  caller.transport.connect(readAnswer((accepted['answer'] as { sdp: string }).sdp));
  const talking = setInterval(() => caller.speak(), 20);
  try {
    await expect.poll(() => caller.heard.length, within).toBeGreaterThan(25);
    // The tone in the place of the rest of the greeting.
    caller.press(11);
    await expect.poll(() => caller.hasHeard(1_000), within).toBe(true);
    await expect.poll(() => caller.last(1_000), within).toBeLessThan(0.005);
    caller.hertz = 700;
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    await anna.request({ type: 'hangup', call: view.call });
  } finally {
    clearInterval(talking);
    caller.transport.close();
  }
}

/** Somebody whose calls the voicemail takes, all of them, and whose browser is pushed to. */
async function owner(name: string, voicemail: object, more: object = {}): Promise<string> {
  const wire = await Wire.follow(server.port, await claim(server.port, name));
  expect(
    await wire.request({ type: 'settings', change: { voicemail: { on: true, always: true, ...voicemail }, ...more } }),
  ).toHaveProperty('ok');
  expect(await wire.request({ type: 'push_subscribe', ...service.subscribe() })).toHaveProperty('ok');
  return wire.welcome.user.address;
}

test('an e-mail has the message with it, though the mail server has no time at first, and a notification tells of it', async () => {
  const to = await owner('Bo', { email: 'bo@example.com' });
  mail.refusing = 451;
  await leaveFor(to);
  await expect.poll(() => mail.offered, within).toBe(1);
  mail.refusing = undefined;
  const letter = await mail.letter('bo@example.com', `Voicemail from Anna for ${to}`);
  expect(letter.from).toBe('calls@example.com');
  expect(letter.mail.text).toContain(`Listen: https://calls.example.com/#conversations/anna-for-${to}`);
  expect(letter.mail.text).toMatch(/Length: 0:0[1-9]/);
  const [sound, ...more] = letter.mail.attachments;
  expect(more).toEqual([]);
  expect(sound).toMatchObject({ mimeType: 'audio/ogg', filename: expect.stringMatching(/^voicemail-.*\.ogg$/) as string });
  expect(readOggOpus(new Uint8Array(sound?.content as ArrayBuffer))?.durationMs).toBeGreaterThan(1_000);
  const { message } = await service.take('voicemail');
  expect(message.notification).toMatchObject({
    title: `Anna for ${to}`,
    body: expect.stringMatching(/^Voicemail · 0:0[1-9]$/) as string,
    silent: true,
    data: { offhook: 1, user: to, caller: { address: `anna-for-${to}` } },
  });
}, 60_000);

test('an e-mail has nothing with it for those who want it so', async () => {
  const to = await owner('Cy', { email: 'cy@example.com', attach: false });
  await leaveFor(to);
  const letter = await mail.letter('cy@example.com', `Voicemail from Anna for ${to}`);
  expect(letter.mail.attachments).toEqual([]);
  expect((await service.take('voicemail')).message.notification.data.user).toBe(to);
}, 60_000);

test('nothing is pushed to somebody who is not to be disturbed', async () => {
  const to = await owner('Di', { email: 'di@example.com' }, { doNotDisturb: true });
  await leaveFor(to);
  await mail.letter('di@example.com', `Voicemail from Anna for ${to}`);
  // What is pushed to somebody else comes after it.
  const next = await owner('Ed', {});
  await leaveFor(next);
  expect((await service.take('voicemail')).message.notification.data.user).toBe(next);
}, 60_000);
