import type { Cause, CallId } from '@offhook/core';
import { beforeEach, expect, test } from 'vitest';
import { from, offer, quiet, settled, user, World } from '../engine/engine.fixture.ts';
import type { MeetingPhones } from '../ports/meeting-phones.ts';
import { MeetingLine } from './line.ts';

const berlin = '+4930123456';
const telephone = from(berlin, 'trunk', 'trunk');

let world: World;
let line: MeetingLine;
let unreached: Cause[];
/** Until it is resolved no trunk is found. */
let trunks: Promise<void>;
let lines: string[];
/** Offers to which a keypad has listened. */
let answered: string[];

beforeEach(async () => {
  unreached = [];
  lines = [];
  answered = [];
  trunks = Promise.resolve();
  world = new World(undefined, undefined, {
    reach: async (number) => {
      await trunks;
      world.engine.enter(user(number), new Set());
      world.engine.device(number, telephone.device, 'here');
    },
    inside: () => Promise.resolve(undefined),
  });
  world.bus.subscribe(berlin, ({ connection, event }) => {
    if (connection === undefined) lines.push(event.type === 'ended' ? `ended: ${event.cause}` : event.type);
  });
  const phones: MeetingPhones = {
    isMeeting: () => true,
    find: () => Promise.resolve(undefined),
    enter: () => Promise.resolve({ error: 'forbidden' }),
    leave: () => undefined,
    dial: () => Promise.resolve({ participant: 'p' }),
    answered: () => Promise.resolve({ error: 'attendee_not_found' }),
    unreached: (_meeting, _participant, cause) => unreached.push(cause),
  };
  let ids = 0;
  line = new MeetingLine({
    store: world.store,
    bus: world.bus,
    clock: world.clock,
    switchboard: world.engine,
    log: quiet,
    newId: () => `placed-call-${String((ids += 1)).padStart(8, '0')}`,
    media: {
      onIvr: () => undefined,
      endIvr: () => undefined,
      answerIvr: (_call: CallId, sdp: string) => {
        answered.push(sdp);
        return Promise.resolve('answer');
      },
    } as never,
    phones,
    prompts: (file) => ({ file }),
    answering: { connection: () => 'keypad' } as never,
  });
  await line.start();
});

const first: CallId = 'placed-call-00000001';
const dial = (): Promise<string> => line.dial('weekly', berlin, undefined, 'alice');
/** The host does not want them any more. */
const unwanted = (): void =>
  world.bus.publish(berlin, {
    connection: `ringing:${first}`,
    event: { type: 'meeting_over', meeting: 'weekly', reason: 'removed' } as never,
  });
const fails = (): void => {
  world.store.record = () => Promise.reject(new Error('disk I/O error'));
};

test('whoever is to key a PIN is waited for while it rings first for whoever is to call', async () => {
  const call = 'call-that-a-program-has-placed';
  await world.signIn('alice');
  line.expect(call, { number: berlin });
  await world.clock.advance(30_000);
  const [caller, callee] = [user('alice'), { address: line.address, name: 'Meetings' }];
  await world.engine.administration.place(call, { caller, callee, media: { audio: true, video: false } });
  await world.clock.advance(40_000);
  await world.ask(from('alice'), { type: 'accept', call, epoch: 1 });
  await world.ask(from('alice'), { type: 'reoffer', call, epoch: 3, offer });
  await settled();
  expect(answered).toEqual([offer.sdp]);
});

test('whoever does not take the call is out of the meeting, with the reason', async () => {
  expect(await dial()).toBe('p');
  await world.ask(telephone, { type: 'hangup', call: first });
  expect(lines).toEqual(['incoming', 'ended: cancelled']);
  expect(unreached).toEqual(['declined']);
});

test('also where the store does not say why', async () => {
  await dial();
  fails();
  await world.ask(telephone, { type: 'hangup', call: first });
  expect(unreached).toEqual(['unreachable']);
});

test('whoever is wanted no longer is rung no longer', async () => {
  await dial();
  unwanted();
  await settled();
  expect(lines).toEqual(['incoming', 'ended: cancelled']);
});

test.each([
  ['', () => undefined],
  [', also while the store fails', fails],
])('so is whoever is wanted no longer while a trunk is looked for%s', async (_, happens) => {
  const { promise, resolve } = Promise.withResolvers<void>();
  trunks = promise;
  const dialled = dial();
  await settled();
  happens();
  unwanted();
  await settled();
  resolve();
  expect(await dialled).toBe('p');
  await settled();
  expect(lines).toEqual(['incoming', 'ended: cancelled']);
});
