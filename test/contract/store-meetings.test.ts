/** What every adapter of the Store port keeps about meetings and the letters about them. */
import { meetingMachine, newMeeting } from '@offhook/core';
import type { MeetingInput, MeetingState } from '@offhook/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Store, Write } from '../../packages/server/src/ports.ts';
import type { StoredMail } from '../../packages/server/src/ports/meetings.ts';
import { stores } from './stores.ts';
import type { Place } from './stores.ts';

const from = { person: { address: 'anna', name: 'Anna “A”' }, device: 'd', deviceName: 'Firefox', connection: 'c' };
const make: MeetingInput = {
  type: 'make',
  by: from,
  hosts: [],
  plan: { title: 'Monday’s “stand-up”', startsAt: 2_000_000.5, lobby: 'guests', remindMs: 600_000, passcode: 'open-1' },
  emails: ['bo@example.com'],
  users: [{ address: 'cem', name: 'Cem' }],
};
const enter: MeetingInput = {
  type: 'enter',
  from,
  guest: false,
  member: false,
  passcode: 'none',
  fresh: { participant: 'p-1', session: 's-1' },
};

function played(id: string, ...inputs: readonly MeetingInput[]): MeetingState {
  return inputs.reduce<MeetingState>((state, input) => meetingMachine.step(state, input, 5_000.5).state, newMeeting(id));
}

const meeting = (state: MeetingState): Write => ({ type: 'meeting', state });
const mail = (id: string, more: Partial<StoredMail> = {}): StoredMail => ({
  id,
  to: 'bo@example.com',
  subject: 'Invitation: “stand-up”',
  text: 'Join:\nhttps://x',
  madeAt: 5.5,
  ...more,
});

const person = (address: string, name: string): Write => ({
  type: 'new_user',
  user: { address, name, settings: { doNotDisturb: false, maxCalls: 4, ringMs: 45_000 }, vouched: true, createdAt: 1 },
});
const guest = (address: string, incoming: boolean): Write => ({
  type: 'account',
  account: { address, role: 'guest', grants: { incoming, outgoing: false }, until: 100, createdAt: 1 },
});

describe.each(stores)('store of meetings: $name', ({ place: makePlace }) => {
  let place: Place;
  let store: Store;
  beforeEach(async () => {
    place = makePlace();
    store = await place.open();
  });
  afterEach(async () => {
    await store.close();
    place.remove();
  });

  it('keeps those that are not over, as they are now, over a restart', async () => {
    const [other, now] = [played('other', make), played('standup', make, enter)];
    await store.commit([meeting(played('standup', make)), meeting(other)]);
    await store.commit([meeting(now)]);
    await store.close();
    store = await place.open();
    expect(await store.meetings()).toEqual([now, other]);
  });

  it('forgets those that are over', async () => {
    await store.commit([meeting(played('standup', make))]);
    await store.commit([meeting(played('standup', make, { type: 'cancel' }))]);
    expect(await store.meetings()).toEqual([]);
  });

  it('keeps letters in the order in which they were written, until they are sent', async () => {
    const calendar = { method: 'REQUEST', content: 'BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n' } as const;
    const [first, second] = [mail('m-1'), mail('m-2', { calendar })];
    await store.commit([meeting(played('standup', make)), { type: 'mail', mail: first }, { type: 'mail', mail: second }]);
    await store.close();
    store = await place.open();
    expect(await store.mails()).toEqual([first, second]);
    await store.commit([{ type: 'mail_gone', mail: 'm-1' }]);
    await store.commit([{ type: 'mail_gone', mail: 'm-1' }]);
    expect(await store.mails()).toEqual([second]);
  });

  it('shows nobody those who have come by the link of a meeting', async () => {
    await store.commit([person('anna', 'Anna'), person('gus', 'Anna G'), guest('gus', false)]);
    await store.commit([person('hal', 'Anna H'), guest('hal', true)]);
    const found = async (query?: string): Promise<string[]> =>
      (await store.people(query, undefined, 10, 50)).people.map(({ address }) => address);
    expect(await found()).toEqual(['anna', 'hal']);
    expect(await found('anna')).toEqual(['anna', 'hal']);
    expect((await store.user('gus'))?.name).toBe('Anna G');
  });
});
