import { dialInLimits, meetingLimits } from '@offhook/core';
import type { MeetingInput, StandingMeeting } from '@offhook/core';
import { beforeEach, expect, test } from 'vitest';
import type { Outcome } from '../ports.ts';
import { SystemHash } from '../system/hash.ts';
import { from, ManualClock, quiet, settled } from './engine.fixture.ts';
import { MeetingIndex } from './meeting-index.ts';
import { PhonesOfMeetings } from './meeting-phones.ts';
import { Passcodes } from './passcodes.ts';

const hour = 3_600_000;
const [ours, berlin, hamburg] = ['+4989900', '+4930123456', '+4940654321'];
const standing = (id: string, pin: string, passcode?: string): StandingMeeting =>
  ({ kind: 'standing', id, pin, plan: { passcode }, hosts: [], users: [], attendees: {} }) as never;

let clock: ManualClock;
let phones: PhonesOfMeetings;
let meeting: StandingMeeting;
let fed: MeetingInput[];
let answers: Outcome;

beforeEach(() => {
  clock = new ManualClock();
  meeting = standing('weekly', '1234567890', 'letters');
  fed = [];
  answers = { error: 'passcode_needed' };
  const index = new MeetingIndex();
  index.changed(undefined, meeting);
  index.changed(undefined, standing('other', '5555555555'));
  phones = new PhonesOfMeetings({
    clock,
    log: quiet,
    newId: () => 'fresh',
    index,
    passcodes: new Passcodes({ clock, hash: new SystemHash('secret'), log: quiet }),
    desk: {
      meeting: (id) => (id === meeting.id ? meeting : undefined),
      feed: (_, input, respond) => {
        fed.push(input);
        respond?.(answers);
      },
      asked: () => Promise.resolve(),
    },
  });
});

const find = (pin: string, caller = berlin, number = ours): Promise<string | undefined> => phones.find(pin, caller, { number });

test('a PIN leads to its meeting, and where a number leads to one alone, to no other', async () => {
  expect(await find('1234567890')).toBe('weekly');
  expect(await phones.find('1234567890', berlin, { number: ours, meeting: 'weekly' })).toBe('weekly');
  expect(await phones.find('5555555555', berlin, { number: ours, meeting: 'weekly' })).toBeUndefined();
});

test('a caller who was wrong too often finds nothing any more for a while, others do', async () => {
  for (let n = 0; n < dialInLimits.pinsOfCallerBurst; n++) expect(await find(String(n))).toBeUndefined();
  expect(await find('1234567890')).toBeUndefined();
  expect(await find('1234567890', hamburg)).toBe('weekly');
  await clock.advance(hour / dialInLimits.pinsOfCallerPerHour);
  expect(await find('1234567890')).toBe('weekly');
});

test('once a number was guessed at too often, whoever was wrong is not heard, whoever was not is', async () => {
  for (let n = 0; n < dialInLimits.pinsBurst; n++) await find('1', `+4930${n}`);
  expect(await find('1234567890', '+49300', '+4989901')).toBe('weekly');
  expect(await find('1234567890', '+49300')).toBeUndefined();
  await clock.advance(dialInLimits.guessEveryMs);
  expect(await find('1234567890', hamburg)).toBe('weekly');
  await clock.advance(hour);
  expect(await find('1234567890', '+49300')).toBe('weekly');
});

const enter = (n: number, passcode: string): Promise<unknown> => phones.enter('weekly', from(`+4930${n}`), passcode);

/** How many of so many who come at once, each as another caller, are heard at once, and after that time; the others are refused. */
async function heard(guess: (n: number) => Promise<unknown>, many: number, afterMs: number): Promise<[number, number]> {
  let count = 0;
  for (let n = 0; n < many; n++) void guess(n).then(() => (count += 1));
  await settled();
  const atOnce = count;
  await clock.advance(afterMs);
  return [atOnce, count];
}

test('once a number was guessed at too often, callers are heard one after the other, whoever they say they are', async () => {
  const { guessEveryMs, guessWaitMs, pinsBurst } = dialInLimits;
  for (let n = 0; n < pinsBurst; n++) await find('1', `+4930${n}`);
  const waits = guessWaitMs / guessEveryMs;
  const right = find('1234567890', hamburg);
  // All but those who wait are answered at once, and not heard.
  const known = heard((n) => find('1234567890', `+4940${n}`), 100, guessWaitMs);
  expect(await right).toBe('weekly');
  expect(await known).toEqual([100 - waits, 100]);
});

test('so are passcodes of one meeting', async () => {
  meeting = standing('weekly', '1234567890', '471100');
  for (let n = 0; n < meetingLimits.passcodesBurst; n++) await enter(n, '1');
  fed = [];
  const { guessEveryMs, guessWaitMs } = dialInLimits;
  await heard((n) => enter(1_000 + n, '471100'), 100, guessWaitMs);
  const verdicts = fed.map((input) => input.type === 'enter' && input.passcode);
  expect(verdicts.filter((one) => one === 'right')).toHaveLength(1 + guessWaitMs / guessEveryMs);
  expect(verdicts.filter((one) => one === 'limited')).toHaveLength(99 - guessWaitMs / guessEveryMs);
});

test('a passcode that no keypad has is not asked for', async () => {
  expect(await phones.enter('weekly', from('alice'))).toEqual({ error: 'forbidden' });
  meeting = standing('weekly', '1234567890', '4711');
  expect(await phones.enter('weekly', from('alice'))).toEqual({ error: 'passcode_needed' });
  await phones.enter('weekly', from('alice'), '4711');
  expect(fed.map((input) => input.type === 'enter' && input.passcode)).toEqual(['none', 'none', 'right']);
});

test('whoever may come in is told where once the session knows them', async () => {
  answers = { ok: { participant: 'p', session: 's' } };
  expect(await phones.enter('weekly', from('alice'))).toEqual({ participant: 'p', session: 's' });
});

test.each([
  ['alice', 'waiting', false],
  ['bo', 'in', false],
  ['alice', 'in', true],
])('whoever has to wait is told whether a host is there: %s is %s', async (address, place, isLed) => {
  answers = { ok: { participant: 'p' } };
  meeting = {
    ...standing('weekly', '1234567890'),
    hosts: ['alice'],
    attendees: { a: { person: { address }, place } },
  } as never;
  expect(await phones.enter('weekly', from('carla'))).toEqual({ participant: 'p', isLed });
});
