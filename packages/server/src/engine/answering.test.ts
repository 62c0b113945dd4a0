import type { SessionInput } from '@offhook/core';
import { beforeEach, expect, test } from 'vitest';
import type { Refusal } from '../ports.ts';
import { SystemHash } from '../system/hash.ts';
import { AnsweringDesk } from './answering.ts';
import { answer, from, invite, quiet, settled, World } from './engine.fixture.ts';
import { WordsMedia } from './media.fixture.ts';
import { SessionDesk } from './sessions.ts';

const call = 'call-of-alice-and-bob';
const order = { session: 'weekly', participant: 'p' };
/** As what the server has the call. */
const side = from('bob', 'bob-1', 'call:1');

let world: World;
let sessions: SessionDesk;
let desk: AnsweringDesk;

const isHere = (): boolean => sessions.session('weekly')?.participants['p']?.here !== undefined;
const takeOver = (): Promise<unknown> =>
  desk.takeOver(call, side, order).then(
    () => 'taken over',
    ({ code }: Refusal) => code,
  );

beforeEach(async () => {
  world = new World();
  const media = new WordsMedia();
  const { bus, clock, store } = world;
  const common = { bus, log: quiet, newId: () => 'fresh' };
  sessions = new SessionDesk({ ...common, store, clock, hash: new SystemHash('secret'), outbox: false, media });
  const create: SessionInput = { type: 'create', access: 'added', most: 20 };
  await sessions.order('weekly', create);
  const participant = { id: 'p', publish: ['audio'], record: false } as const;
  await sessions.order('weekly', { type: 'add', participant, subscriptions: {} });
  desk = new AnsweringDesk({ ...common, engine: world.engine, sessions: sessions.carried, media: media as never });
  await world.signIn('alice', 'bob');
  await world.ask(from('alice'), invite(call, 'bob'));
  await world.ask(side, { type: 'accept', call, epoch: 1, answer });
});

test('a call goes on in a session until it is over', async () => {
  expect(await takeOver()).toBe('taken over');
  expect(isHere()).toBe(true);
  await world.ask(from('alice'), { type: 'hangup', call });
  expect(isHere()).toBe(false);
});

test('whoever hangs up while it is stored that they come in is not in the session', async () => {
  world.hold();
  const taken = takeOver();
  await settled();
  world.begin(from('alice'), { type: 'hangup', call });
  await world.release();
  expect(await taken).toBe('call_ended');
  await settled();
  expect(isHere()).toBe(false);
});

test('a call that cannot come in is followed no longer', async () => {
  world.failing = true;
  expect(await takeOver()).toBe('store_failed');
  world.failing = false;
  expect(await takeOver()).toBe('taken over');
});
