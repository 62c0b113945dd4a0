import { defaultSettings } from '@offhook/core';
import type { CallRecord, ConversationRequest, Entry, Event, From } from '@offhook/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { LocalBus } from '../bus/local.ts';
import { from, ManualClock, quiet, settled } from '../engine/engine.fixture.ts';
import type { Outcome, Write } from '../ports.ts';
import { MemoryDisk } from '../store/memory-disk.ts';
import { MemoryStore } from '../store/memory.ts';
import { noBlocks } from '../ports/people.ts';
import type { BlockBook } from '../ports/people.ts';
import { ConversationDesk } from './conversations.ts';

type Asking = ConversationRequest extends infer R ? (R extends unknown ? Omit<R, 'id'> : never) : never;

const nobodyIsBlocked: BlockBook = { of: () => noBlocks, change: () => Promise.resolve(), onChange: () => undefined };
const unlimited = { perSecond: 1e6, burst: 1e6 };
const nothing = { link: (file: string) => ({ url: file, ttlMs: 1 }), forget: () => undefined };
const alice = from('alice');
const bob = from('bob');

/** A desk on a store whose commits wait for the test when it says so. */
class World {
  readonly clock = new ManualClock();
  readonly disk = new MemoryDisk();
  readonly heard: string[] = [];
  readonly commits: (readonly string[])[] = [];
  readonly desk: ConversationDesk;
  failing = false;
  #held: (() => void)[] | undefined;
  #ids = 0;

  constructor() {
    const bus = new LocalBus(quiet);
    const store = new MemoryStore({
      disk: this.disk,
      fails: () => this.failing,
      schedule: (work, done) => {
        if (work === 'commit' && this.#held !== undefined) this.#held.push(done);
        else queueMicrotask(done);
      },
    });
    const commit = store.commit.bind(store);
    store.commit = (writes) => {
      this.commits.push(writes.map(({ type }) => type));
      return commit(writes);
    };
    for (const address of ['alice', 'bob', 'carol']) {
      this.disk.apply([{ type: 'new_user', user: { address, name: address, settings: defaultSettings, createdAt: 0 } }]);
      bus.subscribe(address, ({ event }) => this.heard.push(`${address}: ${told(event)}`));
    }
    this.desk = new ConversationDesk({
      store,
      bus,
      blocks: nobodyIsBlocked,
      clock: this.clock,
      log: quiet,
      sayRate: unlimited,
      searchRate: unlimited,
      ...nothing,
    });
  }

  hold(): void {
    this.#held = [];
  }

  async release(): Promise<void> {
    for (let held = this.#held?.splice(0); held !== undefined && held.length > 0; held = this.#held?.splice(0)) {
      for (const done of held) done();
      await settled();
    }
    this.#held = undefined;
    await settled();
  }

  begin(who: From, request: Asking): { value?: Outcome } {
    const outcome: { value?: Outcome } = {};
    this.#ids += 1;
    this.desk.request(who, { ...request, id: String(this.#ids) }, (value) => {
      if (outcome.value !== undefined) throw new Error('answered twice');
      outcome.value = value;
      this.heard.push(`${who.person.address} asked ${request.type}: ${'ok' in value ? 'ok' : value.error}`);
    });
    return outcome;
  }

  async ask(who: From, request: Asking): Promise<Outcome | undefined> {
    const outcome = this.begin(who, request);
    await settled();
    return outcome.value;
  }
}

function told(event: Event): string {
  return event.type === 'entries' ? `entries ${event.entries.map(({ position }) => position).join()}` : event.type;
}

const say = (entry: string, text = entry): Asking => ({ type: 'say', in: { user: 'bob' }, entry, text });
const record: CallRecord = {
  call: 'call-1',
  caller: alice.person,
  callee: bob.person,
  media: { audio: true, video: false },
  startedAt: 1,
  endedAt: 2,
  cause: 'no_answer',
};

let world: World;
beforeEach(() => {
  world = new World();
});

describe('a conversation', () => {
  it('tells nobody before it is stored; the answer comes first', async () => {
    world.hold();
    world.begin(alice, say('a'));
    await settled();
    expect(world.heard).toEqual([]);
    await world.release();
    expect(world.heard).toEqual([
      'alice asked say: ok',
      'alice: conversation',
      'bob: conversation',
      'alice: entries 1',
      'bob: entries 1',
    ]);
  });

  it('stores together what came while the disk was busy', async () => {
    world.hold();
    for (const entry of ['a', 'b', 'c', 'd']) world.begin(alice, say(entry));
    await settled();
    await world.release();
    expect(world.commits.map((writes) => writes.filter((type) => type === 'new_entry').length)).toEqual([1, 3]);
    expect(world.heard.filter((line) => line.startsWith('bob: entries'))).toEqual([1, 2, 3, 4].map((n) => `bob: entries ${n}`));
  });

  it('knows in one transaction what was said and changed in it before', async () => {
    world.hold();
    world.begin(alice, say('first'));
    await settled();
    const outcomes = [
      world.begin(alice, say('a')),
      world.begin(alice, say('a')),
      world.begin(alice, { type: 'edit', in: { user: 'bob' }, position: 2, text: 'changed' }),
      world.begin(bob, { type: 'react', in: { user: 'alice' }, position: 2, value: '👍', on: true }),
      world.begin(bob, { type: 'read', in: { user: 'alice' }, position: 2 }),
      world.begin(bob, { type: 'read', in: { user: 'alice' }, position: 1 }),
    ];
    await settled();
    await world.release();
    expect(world.commits).toHaveLength(2);
    const entries = outcomes.map(({ value }) => (value !== undefined && 'ok' in value ? value.ok : value));
    expect(entries.slice(0, 2)).toMatchObject([{ entry: { position: 2 } }, { entry: { position: 2 } }]);
    expect(entries[3]).toMatchObject({ entry: { text: 'changed', reactions: [{ by: ['bob'] }] } });
    expect(entries.slice(4)).toEqual([{ read: 2 }, { read: 2 }]);
  });

  it('finds out that an entry was made before by what the store says, and does the others all the same', async () => {
    await world.ask(alice, say('a'));
    const desk = reopened(world.disk);
    const outcomes = await Promise.all(['x', 'a', 'y'].map((entry) => desk(alice, say(entry))));
    expect(outcomes.map(positionOf)).toEqual([2, 1, 3]);
  });

  it('has done nothing when the disk fails, and goes on when it is well again', async () => {
    await world.ask(alice, say('a'));
    world.failing = true;
    expect(await world.ask(alice, say('b'))).toEqual({ error: 'store_failed' });
    world.failing = false;
    expect(positionOf(await world.ask(alice, say('c')))).toBe(2);
    expect(world.heard.filter((line) => line.startsWith('bob: entries'))).toEqual(['bob: entries 1', 'bob: entries 2']);
  });

  it('begins once somebody is there to have it with', async () => {
    const request: Asking = { type: 'say', in: { user: 'dave' }, entry: 'a', text: 'a' };
    expect(await world.ask(alice, request)).toEqual({ error: 'user_not_found' });
    world.disk.apply([{ type: 'new_user', user: { address: 'dave', name: 'Dave', settings: defaultSettings, createdAt: 0 } }]);
    expect(positionOf(await world.ask(alice, request))).toBe(1);
  });

  it('shows people under the names they have taken meanwhile', async () => {
    await world.ask(alice, { type: 'group', conversation: 'group', name: 'Friends', people: ['bob'] });
    world.desk.renamed({ address: 'bob', name: 'Bobby' });
    const change = { type: 'renamed', name: 'Work' } as const;
    expect(await world.ask(alice, { type: 'change', conversation: 'group', entry: 'x', change })).toMatchObject({
      ok: { conversation: { name: 'Work', people: [{ name: 'alice' }, { name: 'Bobby' }] } },
    });
  });
});

describe('a call that is over', () => {
  const writes: readonly Write[] = [{ type: 'record', record }];

  it('[K14] is stored with its entry in one transaction, in the order of the conversation', async () => {
    world.hold();
    world.begin(alice, say('a'));
    const stored = world.desk.commitCall(writes);
    world.begin(alice, say('b'));
    await settled();
    await world.release();
    await stored;
    expect(world.commits[1]).toEqual(['record', 'conversation', 'new_entry']);
    expect(world.heard.filter((line) => line.startsWith('bob: entries'))).toEqual([1, 2, 3].map((n) => `bob: entries ${n}`));
  });

  it('is not over when it cannot be stored', async () => {
    world.failing = true;
    await expect(world.desk.commitCall(writes)).rejects.toMatchObject({ code: 'store_failed' });
    world.failing = false;
    await world.desk.commitCall(writes);
    await settled();
    expect(world.heard.filter((line) => line.startsWith('bob: entries'))).toEqual(['bob: entries 1']);
  });

  it('has one entry, also when a commit that failed was stored all the same', async () => {
    await world.desk.commitCall(writes);
    await world.desk.commitCall(writes);
    expect(world.disk.conversations.entries('alice~bob', 1, 9)).toHaveLength(1);
  });

  it('is stored without one where there is no conversation', async () => {
    const gone = { ...record, call: 'call-2', callee: { address: 'gone', name: 'Gone' } };
    await world.desk.commitCall([{ type: 'record', record: gone }]);
    expect(world.commits).toEqual([['record']]);
    await world.desk.commitCall([{ type: 'settled', webhook: 'one', deliveries: [] }]);
    expect(world.commits).toHaveLength(2);
  });
});

it('tells that somebody types to the others, seldom, and never in the room', async () => {
  const typing = async (who: From, place: object): Promise<void> => {
    world.desk.typing(who, { in: place as { user: string } });
    await settled();
  };
  await typing(alice, { user: 'bob' });
  await typing(alice, { user: 'bob' });
  await typing(from('carol'), { conversation: 'alice~bob' });
  await typing(alice, { conversation: 'everyone' });
  await typing(alice, { user: 'nobody' });
  await world.clock.advance(2_000);
  await typing(alice, { user: 'bob' });
  expect(world.heard).toEqual(['bob: typing', 'bob: typing']);
});

function positionOf(outcome: Outcome | undefined): number | undefined {
  return outcome !== undefined && 'ok' in outcome ? (outcome.ok['entry'] as Entry).position : undefined;
}

/** A later desk on the same disk, which knows nothing of what the one before had in memory. */
function reopened(disk: MemoryDisk): (who: From, request: Asking) => Promise<Outcome> {
  const store = new MemoryStore({ disk });
  const bus = new LocalBus(quiet);
  const rates = { sayRate: unlimited, searchRate: unlimited };
  const deps = { store, bus, blocks: nobodyIsBlocked, clock: new ManualClock(), log: quiet, ...rates, ...nothing };
  const desk = new ConversationDesk(deps);
  return (who, request) =>
    new Promise((resolve) => {
      desk.request(who, { ...request, id: 'x' }, resolve);
    });
}
