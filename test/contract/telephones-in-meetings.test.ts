/** Telephones in meetings: a real server with its media worker, and telephones behind a trunk that press keys, and hear words and tones. */
import { createHash } from 'node:crypto';
import { OffhookApi } from '@offhook/api';
import { beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { newApiKey } from '../../packages/server/src/ports/api-keys.ts';
import { freePort } from '../browser/harness/ports.ts';
import { hears, hearsBegin, hearsEnd, readPrompts } from '../support/spoken.ts';
import { Telephone } from '../support/telephone.ts';
import { claim, startServer } from '../support/wire.ts';

const key = newApiKey('M'.repeat(43), (value) => createHash('sha256').update(value).digest('base64url'));
const [ours, berlin, hamburg] = ['+4989900', '+4930123456', '+4940654321'];
const [low, high] = [440, 1_000];
const slow = { timeout: 90_000 };

let api: OffhookApi;
let sipPort: number;
/** In Berlin and in Hamburg: of the first the trunk knows where it is. */
let one: Telephone;
let other: Telephone;

beforeAll(readPrompts);
beforeEach(async () => {
  const first = (await freePort()) & ~1;
  sipPort = await freePort();
  const settings = { mediaPort: await freePort(), mediaWorkers: 1, rtpPorts: `${first}-${first + 39}`, sipPort, country: 'DE' };
  const server = await startServer({ apiKeys: [key.setting], ...settings });
  onTestFinished(() => server.stop());
  api = new OffhookApi({ url: `http://127.0.0.1:${server.port}`, key: key.key });
  // Whose calls these are.
  await claim(server.port, 'Anna');
  one = await Telephone.open(berlin, low);
  other = await Telephone.open(hamburg, high);
  await api.trunks.create({
    name: 'Carrier',
    host: '127.0.0.1',
    port: one.port,
    number: ours,
    incoming: { addresses: ['127.0.0.1'] },
  });
  await api.trunks.setOutgoing({ rules: [{ prefix: '+49', allow: true }] });
  await api.trunks.setNumber(ours, { lead: { to: 'meeting' } });
});

const names = async (meeting: string): Promise<string[]> =>
  (await api.listAttendees(meeting)).map(({ user, place }) => `${user.name} ${place}`);

/** Keys the PIN until it is in, or waits: once more where it hears that it was wrong, as on a machine that is too busy to hear each key. */
async function keys(telephone: Telephone, pin: string, meeting: string): Promise<void> {
  const before = (await names(meeting)).length;
  const isThere = async (): Promise<boolean> => (await names(meeting)).length > before;
  for (let left = 3; left > 0 && !(await isThere()); left--) {
    telephone.forget();
    telephone.press(`${pin}#`);
    await expect.poll(async () => (await isThere()) || hears(telephone.heard, 'meeting-wrong-pin')).toBe(true);
  }
}

/** It has begun to ask for a PIN: nobody has to hear that to the end. */
async function isAsked(telephone: Telephone): Promise<void> {
  await expect.poll(() => hearsBegin(telephone.heard, 'meeting-pin')).toBe(true);
}

describe('a number that leads into meetings', () => {
  it('asks for the PIN by keys, of both kinds; telephones hear one another, and one is removed', slow, async () => {
    const { meeting, dialIn, calendarUrl } = await api.createMeeting({ title: 'Weekly', lobby: 'off' });
    expect(dialIn).toMatchObject({ numbers: [{ number: ours, name: '+49 89 900' }], pin: expect.stringMatching(/^\d{10}$/) });
    const pin = dialIn?.pin ?? '';
    const entry = (await (await fetch(calendarUrl)).text()).replaceAll('\r\n ', '');
    expect(entry).toContain(String.raw`By telephone: +49 89 900\nPIN: ${pin.replace(/^(...)(...)/, '$1 $2 ')}#`);
    one.call(ours, sipPort);
    await expect.poll(() => hears(one.heard, 'meeting-pin')).toBe(true);
    one.press('12345#');
    await expect.poll(() => hears(one.heard, 'meeting-wrong-pin')).toBe(true);
    await keys(one, pin, meeting);
    // It is on the list before it hears so.
    await expect.poll(() => hears(one.heard, 'meeting-welcome')).toBe(true);
    expect(await names(meeting)).toEqual(['+49 30 123456 in']);
    expect(await api.listAttendees(meeting)).toMatchObject([{ phone: true, guest: true, user: { address: berlin } }]);

    other.call(ours, sipPort);
    await isAsked(other);
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

  it('is a lobby as for any guest, and hangs up on whoever keys three that are wrong', slow, async () => {
    const { meeting, dialIn } = await api.createMeeting({ lobby: 'guests' });
    one.call(ours, sipPort);
    await isAsked(one);
    await keys(one, dialIn?.pin ?? '', meeting);
    expect(await names(meeting)).toEqual(['+49 30 123456 waiting']);
    // Nobody is in the meeting yet.
    await expect.poll(() => hears(one.heard, 'meeting-no-host')).toBe(true);
    await expect.poll(() => one.heardTone(425)).toBeGreaterThan(0.5);
    const [waiting] = await api.listAttendees(meeting);
    await api.admitAttendee(meeting, waiting?.participant ?? '');
    await expect.poll(() => names(meeting)).toEqual(['+49 30 123456 in']);
    await api.endMeeting(meeting);
    await expect.poll(() => one.events.at(-1)).toBe('over');

    other.call(ours, sipPort);
    await isAsked(other);
    other.press('1#');
    for (const _again of [2, 3]) {
      await expect.poll(() => hears(other.heard, 'meeting-wrong-pin')).toBe(true);
      other.forget();
      other.press('1#');
    }
    await expect.poll(() => other.events.at(-1)).toBe('over');
    expect(hears(other.heard, 'meeting-tries')).toBe(true);
  });

  it('asks no further once somebody keys', slow, async () => {
    const { meeting, dialIn } = await api.createMeeting({ lobby: 'off' });
    one.call(ours, sipPort);
    await isAsked(one);
    await keys(one, dialIn?.pin ?? '', meeting);
    await expect.poll(() => hears(one.heard, 'meeting-welcome')).toBe(true);
    expect(hearsEnd(one.heard, 'meeting-pin')).toBe(false);
  });

  it('says why whoever was removed does not come in again', slow, async () => {
    const { meeting, dialIn } = await api.createMeeting({ lobby: 'off' });
    one.call(ours, sipPort);
    await isAsked(one);
    await keys(one, dialIn?.pin ?? '', meeting);
    const [attendee] = await api.listAttendees(meeting);
    await api.removeAttendee(meeting, attendee?.participant ?? '');
    await expect.poll(() => one.events.at(-1)).toBe('over');
    one.forget();
    one.call(ours, sipPort);
    await isAsked(one);
    one.press(`${dialIn?.pin}#`);
    await expect.poll(() => one.events.filter((event) => event === 'over').length).toBe(2);
    expect(hears(one.heard, 'meeting-removed')).toBe(true);
  });
});

describe('a meeting that calls a number', () => {
  it('shows that it rings, has whoever answers in it, and says why where nobody does', slow, async () => {
    const { meeting, dialIn } = await api.createMeeting({ lobby: 'off' });
    other.call(ours, sipPort);
    await isAsked(other);
    await keys(other, dialIn?.pin ?? '', meeting);
    expect(await names(meeting)).toEqual(['+49 40 654321 in']);
    const participant = await api.telephones.callFromMeeting(meeting, { to: berlin, from: 'anna' });
    await expect.poll(() => one.events).toEqual(['ringing']);
    expect(await names(meeting)).toEqual(['+49 40 654321 in', '+49 30 123456 ringing']);
    one.answer();
    await expect.poll(() => names(meeting)).toEqual(['+49 40 654321 in', '+49 30 123456 in']);
    expect((await api.listAttendees(meeting)).at(-1)).toMatchObject({ participant });
    await expect.poll(() => one.heardTone(high)).toBeGreaterThan(1);
    await expect.poll(() => other.heardTone(low)).toBeGreaterThan(1);
    one.hangUp();
    await expect.poll(() => names(meeting)).toEqual(['+49 40 654321 in']);

    one.refusesWith = 486;
    await api.telephones.callFromMeeting(meeting, { to: berlin, from: 'anna' });
    await expect.poll(() => names(meeting)).toEqual(['+49 40 654321 in']);
    await expect(api.telephones.callFromMeeting(meeting, { to: '+33123456789', from: 'anna' })).rejects.toMatchObject({
      code: 'destination_denied',
    });
    await expect.poll(() => names(meeting)).toEqual(['+49 40 654321 in']);
  });

  it('stops ringing once a host does not want that any more', slow, async () => {
    const { meeting } = await api.createMeeting();
    const participant = await api.telephones.callFromMeeting(meeting, { to: berlin, from: 'anna' });
    await expect.poll(() => one.events).toEqual(['ringing']);
    // The number is known by then, and pays for nothing.
    const nobody = { code: 'user_not_found' };
    await expect(api.telephones.callFromMeeting(meeting, { to: hamburg, from: berlin })).rejects.toMatchObject(nobody);
    await expect(api.placeCall({ from: berlin, to: 'anna' })).rejects.toMatchObject(nobody);
    await api.removeAttendee(meeting, participant);
    await expect.poll(() => one.events).toEqual(['ringing', 'cancelled']);
    expect(await names(meeting)).toEqual([]);
  });
});

describe('a session', () => {
  it('has a number called, and a telephone of a call led into it', slow, async () => {
    const { session } = await api.createSession();
    const add = async (): Promise<string> => {
      const { participant } = await api.createParticipant({ publish: ['audio'] });
      await api.addParticipant(session, participant.participant, { session });
      return participant.participant;
    };
    const [called, led] = [await add(), await add()];
    await api.telephones.callFromSession(session, called, { to: berlin, from: 'anna' });
    await expect.poll(() => one.events).toEqual(['ringing']);
    one.answer();
    const there = async (): Promise<string[]> => {
      const all = await api.listParticipants(session);
      return all.map(({ participant, user }) => `${participant === called ? 'called' : 'led'} ${user?.address}`).toSorted();
    };
    await expect.poll(there).toEqual([`called ${berlin}`, 'led undefined']);

    await api.trunks.setNumber(ours, { lead: { to: 'program', user: 'anna' } });
    const another = await api.createSession();
    const { participant } = await api.createParticipant({ publish: ['audio'] });
    await api.addParticipant(another.session, participant.participant, { session: another.session });
    other.call(ours, sipPort);
    await expect.poll(async () => (await api.listLiveCalls({ user: hamburg })).length).toBe(1);
    const [ringing] = await api.listLiveCalls({ user: hamburg });
    await api.answerCall(ringing?.call ?? '', { session: another.session, participant: participant.participant });
    await expect.poll(async () => (await api.getCall(ringing?.call ?? '')).connectedAt).toBeDefined();
    await api.telephones.leadIntoSession(ringing?.call ?? '', { leaves: 'anna', session, participant: led });
    await expect.poll(there).toEqual([`called ${berlin}`, `led ${hamburg}`]);
    await expect.poll(() => one.heardTone(high)).toBeGreaterThan(1);
    await expect.poll(() => other.heardTone(low)).toBeGreaterThan(1);
    await api.endSession(session);
    for (const telephone of [one, other]) await expect.poll(() => telephone.events.at(-1)).toBe('over');
  });
});

it('a telephone that makes no offer is offered a place in a session, is heard and hears', slow, async () => {
  const { session } = await api.createSession();
  const add = async (): Promise<string> => {
    const { participant, token } = await api.createParticipant({ publish: ['audio'] });
    await api.addParticipant(session, participant.participant, { session });
    return token;
  };
  one.call(await add(), sipPort);
  other.callWithoutOffer(await add(), sipPort);
  await expect.poll(() => one.heardTone(high)).toBeGreaterThan(0.5);
  await expect.poll(() => other.heardTone(low)).toBeGreaterThan(0.5);
  expect([one.events, other.events]).toEqual([['answered'], ['answered']]);
});
