/** Telephones in meetings: a real server with its media worker, and telephones behind a trunk that press keys and hear tones. */
import { createHash } from 'node:crypto';
import { OffhookApi } from '@offhook/api';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { newApiKey } from '../../packages/server/src/ports/api-keys.ts';
import { freePort } from '../browser/harness/ports.ts';
import { Telephone } from '../support/telephone.ts';
import { startServer } from '../support/wire.ts';

const key = newApiKey('M'.repeat(43), (value) => createHash('sha256').update(value).digest('base64url'));
const [ours, berlin, hamburg] = ['+4989900', '+4930123456', '+4940654321'];
const [low, high] = [440, 1_000];
const slow = { timeout: 90_000 };

let api: OffhookApi;
let sipPort: number;
/** In Berlin and in Hamburg: of the first the trunk knows where it is. */
let one: Telephone;
let other: Telephone;

beforeEach(async () => {
  const first = (await freePort()) & ~1;
  sipPort = await freePort();
  const settings = { mediaPort: await freePort(), mediaWorkers: 1, rtpPorts: `${first}-${first + 39}`, sipPort, country: 'DE' };
  const server = await startServer({ apiKeys: [key.setting], ...settings }, process.env.DBG ? { log: { info: (e: string) => console.log(Math.round(performance.now()), e), warn: console.log, error: console.log } } : {});
  onTestFinished(() => server.stop());
  api = new OffhookApi({ url: `http://127.0.0.1:${server.port}`, key: key.key });
  one = await Telephone.open(berlin, low);
  other = await Telephone.open(hamburg, high);
  await api.trunks.create({ name: 'Carrier', host: '127.0.0.1', port: one.port, number: ours, incoming: { addresses: ['127.0.0.1'] } });
  await api.trunks.setOutgoing({ rules: [{ prefix: '+49', allow: true }] });
  await api.trunks.setNumber(ours, { lead: { to: 'meeting' } });
});

const names = async (meeting: string): Promise<string[]> =>
  (await api.listAttendees(meeting)).map(({ user, place }) => `${user.name} ${place}`);

describe('a number that leads into meetings', () => {
  it('asks for the PIN by keys, of both kinds; telephones hear one another, and one is removed', slow, async () => {
    const { meeting, dialIn } = await api.createMeeting({ title: 'Weekly', lobby: 'off' });
    expect(dialIn).toMatchObject({ numbers: [ours], pin: expect.stringMatching(/^\d{10}$/) });
    const pin = dialIn?.pin ?? '';
    one.call(ours, sipPort);
    await new Promise((r) => setTimeout(r, process.env.DBG ? 6000 : 0)); console.log(one.events, one.heardTone(784), one.heardTone(523));
    // Three notes that go up.
    await expect.poll(() => one.heardTone(784)).toBeGreaterThan(0.1);
    one.press('12345#');
    // Low, twice.
    await expect.poll(() => one.heardTone(262)).toBeGreaterThan(0.1);
    one.press(`${pin}#`);
    await expect.poll(() => names(meeting)).toEqual(['+49 30 123456 in']);
    expect(await api.listAttendees(meeting)).toMatchObject([{ phone: true, guest: true, user: { address: berlin } }]);

    other.call(ours, sipPort);
    await expect.poll(() => other.heardTone(784)).toBeGreaterThan(0.1);
    await other.pressByInfo(`${pin}#`);
    await expect.poll(() => names(meeting)).toEqual(['+49 30 123456 in', '+49 40 654321 in']);
    await expect.poll(() => other.heardTone(low)).toBeGreaterThan(1);
    await expect.poll(() => one.heardTone(high)).toBeGreaterThan(1);
    // Nobody hears themselves.
    expect(one.heardTone(low)).toBe(0);

    const [attendee] = await api.listAttendees(meeting);
    await api.removeAttendee(meeting, attendee?.participant ?? '');
    await expect.poll(() => one.events.at(-1)).toBe('over');
    other.hangUp();
    await expect.poll(() => names(meeting)).toEqual([]);
  });
});
