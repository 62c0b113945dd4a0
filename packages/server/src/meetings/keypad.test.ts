import type { MeetingCause } from '@offhook/core';
import { beforeEach, expect, test } from 'vitest';
import { ManualClock, quiet, settled } from '../engine/engine.fixture.ts';
import type { Delivery } from '../ports.ts';
import type { MeetingPhones } from '../ports/meeting-phones.ts';
import type { IvrEvent, Sound } from '../ports/voicemail.ts';
import { Keypad } from './keypad.ts';

const berlin = '+4930123456';
const pin = '1234567890';

let entered: Awaited<ReturnType<MeetingPhones['enter']>>;
let played: string[];
let asked: string[];
let hear: (event: IvrEvent) => void;
let tell: (delivery: Delivery) => void;
let plays: number;

const nameOf = (sound: Sound): string[] => ('file' in sound ? [sound.file] : []);

beforeEach(async () => {
  [played, asked, plays] = [[], [], 0];
  const keypad = new Keypad({
    bus: {
      subscribe: (_: string, listener: (delivery: Delivery) => void) => {
        tell = listener;
        return () => undefined;
      },
    } as never,
    switchboard: { ephemeral: () => undefined },
    clock: new ManualClock(),
    log: quiet,
    media: {
      onIvr: (listener: (call: string, event: IvrEvent) => void) => (hear = (event) => listener('call', event)),
      answerIvr: () => Promise.resolve('answer'),
      play: (_call: string, play: number, sounds: readonly Sound[]) => {
        plays = play;
        played.push(sounds.flatMap(nameOf).join(' '));
      },
      endIvr: () => undefined,
    } as never,
    prompts: (name) => ({ file: name }),
    phones: {
      find: (keyed: string) => Promise.resolve(keyed === pin ? 'weekly' : undefined),
      enter: () => Promise.resolve(entered),
      leave: () => undefined,
    } as never,
    answering: { connection: () => 'theirs' } as never,
    ask: (_, { type }) => {
      asked.push(type);
      return Promise.resolve({ ok: {} });
    },
  });
  keypad.begin('call', 1, 'offer', { address: berlin, name: berlin }, { number: '+4989900' });
  hear({ type: 'media', state: 'connected' });
  expect(played).toEqual(['meeting-pin']);
});

async function keys(digits: string): Promise<void> {
  for (const digit of digits) hear({ type: 'key', digit });
  await settled();
}

test('the first key ends the prompt', async () => {
  await keys('1');
  expect(played).toEqual(['meeting-pin', '']);
});

test('a wrong PIN is said to be wrong, and asked for again', async () => {
  await keys('1#');
  expect(played.at(-1)).toBe('meeting-wrong-pin meeting-pin');
});

test('the passcode is asked for, and said to be wrong', async () => {
  entered = { error: 'passcode_needed' };
  await keys(`${pin}#`);
  expect(played.at(-1)).toBe('meeting-passcode');
  entered = { error: 'passcode_wrong' };
  await keys('7#');
  expect(played.at(-1)).toBe('meeting-wrong-passcode meeting-passcode');
});

test.each([
  ['meeting_locked', 'meeting-locked'],
  ['meeting_full', 'meeting-full'],
  ['meeting_removed', 'meeting-removed'],
  ['meeting_not_found', 'meeting-over'],
  ['forbidden', 'meeting-refused'],
] as const)('%s is said (%s) before the call ends', async (error, words) => {
  entered = { error };
  await keys(`${pin}#`);
  expect(played.at(-1)).toBe(words);
  expect(asked).not.toContain('hangup');
  hear({ type: 'played', play: plays });
  expect(asked).toContain('hangup');
});

test.each([
  [true, 'meeting-waiting'],
  [false, 'meeting-no-host'],
])('who waits hears so; a host is there: %s', async (isLed, words) => {
  entered = { participant: 'p', isLed };
  await keys(`${pin}#`);
  expect(played.at(-1)).toBe(words);
  hear({ type: 'played', play: plays });
  expect(played.at(-1)).toBe('meeting-waiting');
});

test.each<[MeetingCause, string]>([
  ['refused', 'meeting-not-admitted'],
  ['removed', 'meeting-removed'],
  ['ended', 'meeting-over'],
  ['cancelled', 'meeting-over'],
  ['lost', 'meeting-refused'],
])('who waits hears what becomes of that: %s', async (cause, words) => {
  entered = { participant: 'p', isLed: true };
  await keys(`${pin}#`);
  tell({ connection: 'theirs', event: { type: 'meeting_over', meeting: 'weekly', cause } });
  expect(played.at(-1)).toBe(words);
});
