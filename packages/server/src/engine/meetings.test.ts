import type { ErrorCode, From, MeetingInfo } from '@offhook/core';
import { beforeEach, expect, test } from 'vitest';
import { LocalBus } from '../bus/local.ts';
import type { Outcome } from '../ports.ts';
import type { SessionOrder } from '../ports/sessions.ts';
import { MemoryStore } from '../store/memory.ts';
import { SystemHash } from '../system/hash.ts';
import { from, ManualClock, quiet, settled } from './engine.fixture.ts';
import { MeetingDesk } from './meetings.ts';

let answers: (order: SessionOrder) => ErrorCode | undefined;
let desk: MeetingDesk;
beforeEach(() => {
  answers = () => undefined;
  let ids = 0;
  desk = new MeetingDesk({
    store: new MemoryStore(),
    bus: new LocalBus(quiet),
    clock: new ManualClock(),
    log: quiet,
    hash: new SystemHash('secret'),
    newId: () => `id-of-a-meeting-${(ids += 1)}`,
    publicUrl: () => 'https://calls.example.com',
    sessions: {
      session: () => undefined,
      sessionOf: () => undefined,
      onNews: () => undefined,
      order: (_, order) => Promise.resolve(answers(order)),
    },
    talk: { isMember: () => Promise.resolve(false), gather: () => undefined, meeting: () => undefined },
    ring: () => Promise.resolve(false),
    outbox: false,
  });
});

async function ask(who: From, request: Parameters<MeetingDesk['request']>[1]): Promise<Outcome> {
  const answered = Promise.withResolvers<Outcome>();
  desk.request({ from: who, guest: false, networkAddress: '192.0.2.1' }, request, answered.resolve);
  const outcome = await answered.promise;
  await settled();
  return outcome;
}

const [anna, bo] = [from('anna'), from('bo')];

async function begin(): Promise<string> {
  const made = await ask(anna, { type: 'meeting_create', id: '1', plan: { lobby: 'off' } });
  const { meeting } = ('ok' in made ? made.ok['meeting'] : undefined) as MeetingInfo;
  await ask(anna, { type: 'meeting_enter', id: '2', meeting });
  return meeting;
}

const within = (meeting: string): string[] =>
  Object.values(desk.meeting(meeting)?.attendees ?? {}).map(({ person }) => person.address);

test('one who cannot be added to the session throws nobody else out', async () => {
  const meeting = await begin();
  answers = ({ type }) => (type === 'add' ? 'store_failed' : undefined);
  await ask(bo, { type: 'meeting_enter', id: '3', meeting });
  expect(within(meeting)).toEqual(['anna']);
});

test('a session that there is not is over', async () => {
  const meeting = await begin();
  const { session } = desk.meeting(meeting) ?? {};
  answers = ({ type }) => (type === 'add' ? 'session_not_found' : undefined);
  await ask(bo, { type: 'meeting_enter', id: '3', meeting });
  expect(within(meeting)).toEqual([]);
  answers = () => undefined;
  await ask(bo, { type: 'meeting_enter', id: '4', meeting });
  expect(desk.meeting(meeting)?.session).not.toBe(session);
});
