import type { ErrorCode, From, MeetingInfo, OpenSession } from '@offhook/core';
import { meetingLimits, meetingTag, memberGrants } from '@offhook/core';
import { beforeEach, expect, test } from 'vitest';
import { LocalBus } from '../bus/local.ts';
import type { Outcome } from '../ports.ts';
import type { SessionOrder } from '../ports/sessions.ts';
import { MemoryStore } from '../store/memory.ts';
import { SystemHash } from '../system/hash.ts';
import { from, ManualClock, quiet, settled } from './engine.fixture.ts';
import { MeetingDesk } from './meetings.ts';

let store: MemoryStore;
let clock: ManualClock;
let make: () => MeetingDesk;
let answers: (order: SessionOrder) => ErrorCode | undefined;
let desk: MeetingDesk;
let open: OpenSession[];
let ordered: string[];
/** Letters. */
let written: number;
beforeEach(() => {
  written = 0;
  answers = () => undefined;
  open = [];
  ordered = [];
  let ids = 0;
  let pins = 0;
  store = new MemoryStore();
  clock = new ManualClock();
  make = () =>
    new MeetingDesk({
      store,
      bus: new LocalBus(quiet),
      clock,
      log: quiet,
      hash: new SystemHash('secret'),
      newId: () => `id-of-a-meeting-${(ids += 1)}`,
      publicUrl: () => 'https://calls.example.com',
      sessions: {
        list: () => open,
        session: (id) => open.find((one) => one.id === id),
        sessionOf: () => undefined,
        streams: () => Promise.resolve(undefined),
        written: () => Promise.resolve(),
        onNews: () => undefined,
        order: (session, order) => {
          ordered.push(`${order.type} ${order.type === 'remove' ? order.participant : session}`);
          return Promise.resolve(answers(order));
        },
      },
      talk: { isMember: () => Promise.resolve(false), gather: () => undefined, meeting: () => undefined },
      ring: () => Promise.resolve(false),
      goOn: (call) => Promise.resolve({ call }),
      dial: () => Promise.resolve(),
      newPin: () => String((pins += 1)).padStart(10, '0'),
      numbers: () => [],
      letters: {
        write: ({ to }) => {
          written += to.length;
          return [];
        },
        post: () => undefined,
      },
      outbox: false,
    });
  desk = make();
});

async function ask(who: From, request: Parameters<MeetingDesk['request']>[1]): Promise<Outcome> {
  const answered = Promise.withResolvers<Outcome>();
  desk.request({ from: who, guest: false, grants: memberGrants, networkAddress: '192.0.2.1' }, request, answered.resolve);
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

test('who was removed is removed from the session, and what is over ends, once a store that failed is there again', async () => {
  const meeting = await begin();
  await ask(bo, { type: 'meeting_enter', id: '3', meeting });
  const { session = '', attendees = {} } = desk.meeting(meeting) ?? {};
  open = [
    { kind: 'open', id: session, access: 'added', most: 10, locked: false, madeAt: 0, endsAt: 1, barred: [], participants: {} },
  ];
  const { id = '' } = Object.values(attendees).find(({ person }) => person.address === 'bo') ?? {};
  ordered = [];
  answers = () => 'store_failed';
  await ask(anna, { type: 'meeting_act', id: '4', meeting, act: { type: 'remove', participant: id } });
  expect(within(meeting)).toEqual(['anna']);
  await clock.advance(1_000);
  answers = () => undefined;
  await clock.advance(1_000);
  expect(ordered).toEqual([`remove ${id}`, `remove ${id}`, `remove ${id}`]);
  ordered = [];
  answers = () => 'store_failed';
  await ask(anna, { type: 'meeting_act', id: '5', meeting, act: { type: 'end' } });
  answers = () => undefined;
  await clock.advance(3_000);
  expect(ordered).toEqual([`end ${session}`, `end ${session}`]);
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

test('what a server has left of meetings that had ended before it stopped is ended', async () => {
  const meeting = await begin();
  const { session = '' } = desk.meeting(meeting) ?? {};
  const [mine = ''] = Object.keys(desk.meeting(meeting)?.attendees ?? {});
  const left = { kind: 'open', access: 'added', most: 10, locked: false, madeAt: 0, endsAt: 1, barred: [] } as const;
  const participant = (id: string): OpenSession['participants'] => ({
    [id]: { id, publish: [], subscriptions: { session }, joins: 0 },
  });
  const known = { ...participant(mine), ...participant('gone') };
  open = [
    { ...left, id: session, tag: meetingTag(meeting), participants: known },
    { ...left, id: 'orphan', tag: meetingTag('another'), participants: {} },
    { ...left, id: 'of-a-program', tag: 'theirs', participants: {} },
  ];
  ordered = [];
  const next = make();
  await next.start();
  await settled();
  expect(ordered).toEqual(['remove gone', 'end orphan']);
  expect(within(meeting)).toEqual(['anna']);
});

test('what nobody is written about counts no letters', async () => {
  const emails = Array.from({ length: meetingLimits.invitedMost }, (_, n) => `n${n}@example.com`);
  const plan = { title: 'Weekly', startsAt: 1e12, durationMs: 3_600_000, passcode: '123456' };
  const made = await ask(anna, { type: 'meeting_create', id: '1', plan: { ...plan, emails } });
  const { meeting } = ('ok' in made ? made.ok['meeting'] : undefined) as MeetingInfo;
  const change = (changed: object): Promise<Outcome> =>
    ask(anna, { type: 'meeting_change', id: '2', meeting, change: { ...plan, ...changed } });
  written = 0;
  const most = meetingLimits.changeMailsBurst / emails.length;
  // As a page does that says all of it, whatever was changed.
  for (let n = 0; n <= most; n += 1) expect(await change({ lobby: n % 2 === 0 ? 'all' : 'off' })).toHaveProperty('ok');
  expect(await change({ passcode: null })).toHaveProperty('ok');
  expect(written).toBe(0);
  for (let n = 0; n < most; n += 1) expect(await change({ title: `Weekly ${n}`, passcode: null })).toHaveProperty('ok');
  expect(written).toBe(meetingLimits.changeMailsBurst);
  expect(await change({ title: 'Once more' })).toEqual({ error: 'rate_limited' });
});
