import { meetingLimits, memberGrants } from '@offhook/core';
import { beforeEach, expect, test } from 'vitest';
import type { Asker } from '../ports/meetings.ts';
import { SystemHash } from '../system/hash.ts';
import { from, ManualClock, quiet } from './engine.fixture.ts';
import { Passcodes } from './passcodes.ts';

const hour = 3_600_000;
const hash = new SystemHash('secret');
let clock: ManualClock;
let warnings: string[];
let passcodes: Passcodes;
beforeEach(() => {
  clock = new ManualClock();
  warnings = [];
  passcodes = new Passcodes({ clock, hash, log: { ...quiet, warn: (event) => void warnings.push(event) } });
});

const asker = (user: string, networkAddress: string): Asker => ({
  from: from(user, 'page'),
  guest: true,
  grants: memberGrants,
  networkAddress,
});
const say = (said: string, user: string, networkAddress: string): unknown =>
  passcodes.check('meeting', asker(user, networkAddress), said, '4711');

/** From ever other addresses, until the meeting was guessed at too often. */
function guessEverywhere(): void {
  for (let at = 0; at < meetingLimits.passcodesBurst; at += 1) expect(say('4712', `guest-${at}`, `10.0.0.${at}`)).toBe('wrong');
}

test('right ones cost nothing', () => {
  for (let at = 0; at < 100; at += 1) expect(say('4711', 'anna', '192.0.2.1')).toBe('right');
});

test('a user who was wrong too often says nothing any more for a while, from wherever', async () => {
  for (let at = 0; at < meetingLimits.passcodesOfUserBurst; at += 1) expect(say('4712', 'eve', `10.0.0.${at}`)).toBe('wrong');
  expect(say('4711', 'eve', '10.0.1.1')).toBe('limited');
  expect(say('4711', 'anna', '192.0.2.1')).toBe('right');
  await clock.advance(hour / meetingLimits.passcodesOfUserPerHour);
  expect(say('4711', 'eve', '10.0.1.1')).toBe('right');
});

test('an address from which too many were wrong says nothing any more, by whichever name', () => {
  for (let at = 0; at < meetingLimits.passcodesFromAddressBurst; at += 1)
    expect(say('4712', `guest-${at}`, '10.0.0.1')).toBe('wrong');
  expect(say('4711', 'another', '10.0.0.1')).toBe('limited');
  expect(say('4711', 'another', '10.0.0.2')).toBe('right');
  expect(passcodes.check('other', asker('another', '10.0.0.1'), '1', '2')).toBe('wrong');
});

test('guests who guess shut nobody out who has the right one', async () => {
  guessEverywhere();
  expect(warnings).toEqual(['passcodes guessed']);
  expect(say('4711', 'guest-1', '10.0.0.1')).toBe('limited');
  expect(say('4711', 'anna', '192.0.2.1')).toBe('right');
  expect(say('4712', 'bo', '192.0.2.1')).toBe('wrong');
  expect(say('4711', 'bo', '192.0.2.1')).toBe('limited');
  expect(warnings).toHaveLength(1);
  await clock.advance(hour);
  expect(say('4711', 'guest-1', '10.0.0.1')).toBe('right');
});
