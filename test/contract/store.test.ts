/** What every adapter of the Store port does. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Store, Write } from '../../packages/server/src/ports.ts';
import { active, device, ended, outboxEntry, record, ringing, user, withoutOffer } from './samples.ts';
import { stores } from './stores.ts';
import type { Place } from './stores.ts';

describe.each(stores)('store: $name', ({ place: makePlace }) => {
  let place: Place;
  let open: Store[];
  let store: Store;

  const openAgain = async (): Promise<Store> => {
    const opened = await place.open();
    open.push(opened);
    return opened;
  };

  beforeEach(async () => {
    place = makePlace();
    open = [];
    store = await openAgain();
  });

  afterEach(async () => {
    for (const opened of open) await opened.close();
    place.remove();
  });

  const addPeople = (...names: string[]): Promise<void> =>
    store.commit(names.map((name): Write => ({ type: 'new_user', user: user(name) })));
  const rename = (address: string, name: string): Promise<void> =>
    store.commit([{ type: 'user', user: user(name, { address }) }]);
  const commitEvents = (...events: string[]): Promise<void> =>
    store.commit(events.map((event): Write => ({ type: 'outbox', entry: outboxEntry('call-1', event) })));
  const names = async (query?: string): Promise<string[]> =>
    (await store.people(query, undefined, 200, 0)).people.map(({ name }) => name);

  describe('commit', () => {
    it('stores nothing of a group that fails', async () => {
      await addPeople('Alice');
      const writes: Write[] = [
        { type: 'call', state: ringing('call-1') },
        { type: 'record', record: record('call-0') },
        { type: 'outbox', entry: outboxEntry('call-1') },
        { type: 'device', device: device('d1', 'alice') },
        { type: 'new_user', user: user('Bob') },
        { type: 'new_user', user: user('Alice') },
      ];
      await expect(store.commit(writes)).rejects.toMatchObject({ name: 'StoreError', code: 'name_taken' });
      expect(await store.liveCalls()).toEqual([]);
      expect(await store.record('call-0')).toBeUndefined();
      expect(await store.events(0, 10)).toEqual([]);
      expect(await store.devices('alice')).toEqual([]);
      expect(await names()).toEqual(['Alice']);
      await addPeople('Bob');
    });

    it('lets one failing group take none of its neighbours along', async () => {
      const results = await Promise.allSettled([
        store.commit([{ type: 'call', state: ringing('call-1') }]),
        store.commit([
          { type: 'new_user', user: user('Alice') },
          { type: 'outbox', entry: outboxEntry('call-1') },
        ]),
        store.commit([
          { type: 'new_user', user: user('Alice') },
          { type: 'call', state: ended('call-1') },
        ]),
        store.commit([{ type: 'outbox', entry: outboxEntry('call-2') }]),
      ]);
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
      expect(await store.liveCalls()).toEqual([ringing('call-1')]);
      expect((await store.events(0, 10)).map(({ about }) => about)).toEqual(['call-1', 'call-2']);
    });

    it('stores in the order of the calls and confirms in that order', async () => {
      const confirmed: number[] = [];
      const commits = Array.from({ length: 50 }, (_, epoch) =>
        store
          .commit([
            { type: 'call', state: ringing('call-1', { epoch }) },
            { type: 'outbox', entry: outboxEntry('call-1', `event-${epoch}`) },
          ])
          .then(() => confirmed.push(epoch)),
      );
      await Promise.all(commits);
      expect(confirmed).toEqual(Array.from({ length: 50 }, (_, index) => index));
      expect(await store.liveCalls()).toEqual([ringing('call-1', { epoch: 49 })]);
      expect((await store.events(0, 50)).map(({ event }) => event)).toEqual(confirmed.map((epoch) => `event-${epoch}`));
    });

    it('stores the state of the moment at which it was called', async () => {
      const writes: Write[] = [{ type: 'outbox', entry: outboxEntry('call-1') }];
      const committed = store.commit(writes);
      await committed;
      writes.push({ type: 'outbox', entry: outboxEntry('call-2') });
      expect(await store.events(0, 10)).toHaveLength(1);
    });

    it('takes a group without writes', async () => {
      await expect(store.commit([])).resolves.toBeUndefined();
    });

    it('stores on closing what was committed, and takes nothing afterwards', async () => {
      const committed = store.commit([{ type: 'call', state: ringing('call-1') }]);
      await store.close();
      await committed;
      await expect(store.commit([{ type: 'call', state: ringing('call-2') }])).rejects.toMatchObject({ code: 'store_failed' });
      await expect(store.liveCalls()).rejects.toMatchObject({ code: 'store_failed' });
      await store.close();
      expect(await (await openAgain()).liveCalls()).toEqual([ringing('call-1')]);
    });
  });

  describe('owner', () => {
    it('is whoever opened it last; commits of those before are refused and reads are not', async () => {
      await store.commit([{ type: 'call', state: ringing('call-1') }]);
      const second = await openAgain();
      await expect(store.commit([{ type: 'call', state: ringing('call-1', { epoch: 2 }) }])).rejects.toMatchObject({
        code: 'not_owner',
      });
      await expect(store.commit([{ type: 'new_user', user: user('Alice') }])).rejects.toMatchObject({ code: 'not_owner' });
      expect(await second.liveCalls()).toEqual([ringing('call-1')]);
      await second.commit([{ type: 'call', state: ringing('call-1', { epoch: 3 }) }]);
      expect(await store.liveCalls()).toEqual([ringing('call-1', { epoch: 3 })]);
    });

    it('stays the one that came later when the earlier one closes', async () => {
      const second = await openAgain();
      await store.close();
      await second.commit([{ type: 'call', state: ringing('call-1') }]);
      expect(await second.liveCalls()).toHaveLength(1);
    });
  });

  describe('calls', () => {
    it('are found by the next owner as they were last stored', async () => {
      const state = ringing('call-1', {
        offer: { type: 'offer', sdp: 'ü\r\n\u0000"\\\u2028🙂\ud800'.repeat(2_000) },
        reachBy: undefined,
      });
      await store.commit([{ type: 'call', state: ringing('call-2') }]);
      await store.commit([{ type: 'call', state }]);
      await store.commit([{ type: 'call', state: ringing('call-2', { waiting: true }) }]);
      await store.close();
      const calls = await (await openAgain()).liveCalls();
      expect(new Map(calls.map((call) => [call.kind === 'new' ? '' : call.id, call]))).toEqual(
        new Map([
          ['call-1', state],
          ['call-2', ringing('call-2', { waiting: true })],
        ]),
      );
    });

    it('keep their descriptions, whatever is in them', async () => {
      const states = [
        ringing('call-1', { offer: { type: 'offer', sdp: 'v=0\r\nü\u2028🙂\r\n'.repeat(2_000) } }),
        ringing('call-2', { offer: { type: 'offer', sdp: 'v=0\r\n\u0000\r\n' } }),
        active('call-3', { answer: { type: 'answer', sdp: 'v=0\r\ns=-\r\n' } }),
        active('call-4'),
        // One that was led on, whose caller has yet to make an offer.
        withoutOffer('call-5'),
      ];
      await store.commit(states.map((state): Write => ({ type: 'call', state })));
      expect(await store.liveCalls()).toEqual(states);
    });

    it('that end are no longer live and keep their record', async () => {
      await store.commit([{ type: 'call', state: ringing('call-1') }]);
      await store.commit([
        { type: 'call', state: ended('call-1') },
        { type: 'record', record: record('call-1') },
      ]);
      expect(await store.liveCalls()).toEqual([]);
      expect(await store.record('call-1')).toEqual(record('call-1'));
    });

    it('may begin and end in one group', async () => {
      await store.commit([
        { type: 'call', state: ringing('call-1') },
        { type: 'call', state: ended('call-1') },
        { type: 'record', record: record('call-1') },
      ]);
      expect(await store.liveCalls()).toEqual([]);
      expect(await store.record('call-1')).toBeDefined();
    });
  });

  describe('records', () => {
    it('are kept with all they say', async () => {
      const never = record('never', {
        caller: { address: 'zoë', name: 'Zoë 🙂 "x"' },
        media: { audio: true, video: true },
        startedAt: 1_700_000_000_000.25,
        cause: 'no_answer',
      });
      const { connectedAt: _, ...unanswered } = never;
      const rated = record('rated', { quality: { callee: { mos: 4.1, loss: 0.5, jitterMs: 2, roundTripMs: 30 } } });
      await store.commit([
        { type: 'record', record: record('call-1') },
        { type: 'record', record: unanswered },
        { type: 'record', record: rated },
      ]);
      expect(await store.record('rated')).toEqual(rated);
      const { entries } = await store.history('bob', undefined, 10);
      expect(entries.map(({ call, quality }) => [call, quality?.mos])).toContainEqual(['rated', 4.1]);
      expect(await store.record('call-1')).toEqual(record('call-1'));
      expect(await store.record('never')).toEqual(unanswered);
      expect(await store.record('nothing')).toBeUndefined();
    });

    it('keep their ids: no later call begins with one', async () => {
      await store.commit([{ type: 'record', record: record('call-1') }]);
      const [known, unknown, other] = await Promise.allSettled([
        store.commit([
          { type: 'new_call', state: ringing('call-1') },
          { type: 'outbox', entry: outboxEntry('call-1') },
        ]),
        store.commit([{ type: 'new_call', state: ringing('call-2') }]),
        store.commit([{ type: 'call', state: ringing('call-3') }]),
      ]);
      expect(known).toMatchObject({ status: 'rejected', reason: { code: 'call_exists' } });
      expect([unknown.status, other.status]).toEqual(['fulfilled', 'fulfilled']);
      expect((await store.liveCalls()).map(({ id }) => id).sort()).toEqual(['call-2', 'call-3']);
      expect(await store.events(0, 10)).toEqual([]);
      await store.commit([
        { type: 'new_call', state: ended('call-4') },
        { type: 'record', record: record('call-4') },
      ]);
      await expect(store.commit([{ type: 'new_call', state: ringing('call-4') }])).rejects.toMatchObject({
        code: 'call_exists',
      });
    });

    it('hold as they were first written', async () => {
      await store.commit([{ type: 'record', record: record('call-1') }]);
      await store.commit([{ type: 'record', record: record('call-1', { cause: 'media_failed' }) }]);
      expect(await store.record('call-1')).toEqual(record('call-1'));
      expect((await store.history('alice', undefined, 10)).entries).toHaveLength(1);
    });
  });

  describe('history', () => {
    it('shows a call from either side', async () => {
      await store.commit([{ type: 'record', record: record('call-1', { connectedAt: 1_700_000_001_000.6 }) }]);
      const entry = { call: 'call-1', media: { audio: true, video: false }, startedAt: 1_700_000_000_000, durationMs: 59_999 };
      expect((await store.history('alice', undefined, 10)).entries).toEqual([
        { ...entry, role: 'caller', peer: { address: 'bob', name: 'Bob' }, cause: 'hangup', missed: false },
      ]);
      expect((await store.history('bob', undefined, 10)).entries).toEqual([
        { ...entry, role: 'callee', peer: { address: 'alice', name: 'Alice' }, cause: 'hangup', missed: false },
      ]);
      expect(await store.history('carol', undefined, 10)).toEqual({ entries: [] });
    });

    it('calls a call missed for the one who missed it, without a duration', async () => {
      const { connectedAt: _, ...missed } = record('call-1', { cause: 'no_answer' });
      await store.commit([{ type: 'record', record: missed }]);
      expect((await store.history('bob', undefined, 1)).entries[0]).toMatchObject({ missed: true, cause: 'no_answer' });
      expect((await store.history('bob', undefined, 1)).entries[0]).not.toHaveProperty('durationMs');
      expect((await store.history('alice', undefined, 1)).entries[0]).toMatchObject({ missed: false });
    });

    it('pages from the newest to the oldest, each call once, however they were written', async () => {
      // Calls that began at one instant, calls from both sides, and calls of others between them.
      const calls = Array.from({ length: 57 }, (_, index) => {
        const mine = index % 2 === 0;
        return record(`call-${index}`, {
          startedAt: 1_700_000_000_000 + Math.floor(((index * 7) % 57) / 3) + 0.5,
          caller: { address: mine ? 'alice' : 'bob', name: 'X' },
          callee: { address: mine ? 'bob' : 'alice', name: 'Y' },
        });
      });
      await store.commit(calls.map((call): Write => ({ type: 'record', record: call })));
      await store.commit([{ type: 'record', record: record('other', { caller: { address: 'carol', name: 'Carol' } }) }]);
      const seen: { call: string; startedAt: number }[] = [];
      let before: string | undefined;
      do {
        const page = await store.history('alice', before, 10);
        expect(page.entries.length).toBe(Math.min(10, 57 - seen.length));
        expect((page.next ?? '').length).toBeLessThanOrEqual(64);
        seen.push(...page.entries);
        before = page.next;
      } while (before !== undefined);
      expect(new Set(seen.map(({ call }) => call)).size).toBe(57);
      expect(seen.map(({ startedAt }) => startedAt)).toEqual(seen.map(({ startedAt }) => startedAt).sort((a, b) => b - a));
    });

    it('does not shift when calls are added while somebody pages', async () => {
      const add = (index: number): Promise<void> =>
        store.commit([{ type: 'record', record: record(`call-${index}`, { startedAt: 1_700_000_000_000 + index }) }]);
      for (const index of [1, 2, 3, 4]) await add(index);
      const first = await store.history('alice', undefined, 2);
      await add(5);
      const second = await store.history('alice', first.next, 2);
      expect([...first.entries, ...second.entries].map(({ call }) => call)).toEqual(['call-4', 'call-3', 'call-2', 'call-1']);
      expect(second.next).toBeUndefined();
    });

    it.each(['', 'x', '1_', '_1', '1_2_3', "1'_2", '9'.repeat(60)])('reads nothing from the cursor %j', async (cursor) => {
      await store.commit([{ type: 'record', record: record('call-1') }]);
      expect(await store.history('alice', cursor, 10)).toEqual({ entries: [] });
    });
  });

  describe('users', () => {
    it('are kept with all they say, and changed by writing them again', async () => {
      const alice = user('Alice', { settings: { doNotDisturb: true, maxCalls: 2, ringMs: 10_000 }, createdAt: 1.5 });
      await store.commit([{ type: 'new_user', user: alice }]);
      expect(await store.user('alice')).toEqual(alice);
      await store.commit([{ type: 'user', user: { ...alice, name: 'Älice 🙂' } }]);
      expect(await store.user('alice')).toEqual({ ...alice, name: 'Älice 🙂' });
      expect(await store.user('Alice')).toBeUndefined();
      expect(await store.user('nobody')).toBeUndefined();
    });

    it('are found by many addresses at once, in the order asked, each once', async () => {
      await addPeople('Alice', 'Bob', 'Carol');
      const found = await store.users(['carol', 'nobody', 'alice', 'carol', "'; DROP TABLE users"]);
      expect(found).toEqual([user('Carol'), user('Alice')]);
      expect(await store.users([])).toEqual([]);
    });

    it('do not take the address of somebody who is there', async () => {
      await addPeople('Alice');
      await expect(store.commit([{ type: 'new_user', user: user('Other', { address: 'alice' }) }])).rejects.toMatchObject({
        code: 'name_taken',
      });
      expect(await store.user('alice')).toEqual(user('Alice'));
    });

    it.each(['alice', 'ALICE', 'Ａｌｉｃｅ', ' alice ', 'Alice!'])('do not take the name %j of Alice', async (name) => {
      await addPeople('Alice', 'Bob');
      for (const write of [
        { type: 'new_user', user: user(name, { address: 'other' }) },
        { type: 'user', user: user(name, { address: 'bob' }) },
      ] as const)
        await expect(store.commit([write])).rejects.toMatchObject({ code: 'name_taken' });
      expect(await names()).toEqual(['Alice', 'Bob']);
    });

    it('keep names without letters apart', async () => {
      await addPeople('🙂', '🙃');
      await expect(store.commit([{ type: 'new_user', user: user('🙂', { address: 'x' }) }])).rejects.toMatchObject({
        code: 'name_taken',
      });
    });

    it('free the name they had when they take another, but keep the one of their address', async () => {
      await addPeople('Alice', 'Bob');
      await rename('alice', 'Eve');
      await expect(rename('bob', 'Eve')).rejects.toMatchObject({ code: 'name_taken' });
      await expect(rename('bob', 'Alice')).rejects.toMatchObject({ code: 'name_taken' });
      await rename('alice', 'Ann');
      await rename('bob', 'Eve');
      await rename('alice', 'Alice');
      expect(await names()).toEqual(['Alice', 'Eve']);
    });

    it('pass names on within one group', async () => {
      await addPeople('Alice', 'Bob');
      await store.commit([{ type: 'user', user: user('Eve', { address: 'alice' }) }]);
      await store.commit([
        { type: 'user', user: user('Ann', { address: 'alice' }) },
        { type: 'user', user: user('Eve', { address: 'bob' }) },
      ]);
      expect(await names()).toEqual(['Ann', 'Eve']);
    });

    it('claimed at the same moment are had by the first only', async () => {
      const claims = Array.from({ length: 20 }, (_, index) =>
        store.commit([
          { type: 'new_user', user: user('Alice') },
          { type: 'device', device: device(`d${index}`, 'alice') },
        ]),
      );
      const results = await Promise.allSettled(claims);
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', ...Array.from({ length: 19 }, () => 'rejected')]);
      expect((await store.devices('alice')).map(({ id }) => id)).toEqual(['d0']);
    });
  });

  describe('people', () => {
    it('come by name, whatever case and accents they are written with', async () => {
      await addPeople('Zoe', 'bob', 'Éric', 'alice', 'Eric B', 'Øyvind', '王伟', 'Ωmega');
      expect(await names()).toEqual(['alice', 'bob', 'Éric', 'Eric B', 'Zoe', 'Øyvind', 'Ωmega', '王伟']);
    });

    it.each([
      ['e', ['Éric', 'Eric B']],
      ['ÉR', ['Éric', 'Eric B']],
      ['eric b', ['Eric B']],
      ['eric-b', ['Eric B']],
      ['smith', ['John Smith']],
      ['sm', ['John Smith']],
      ['john s', ['John Smith']],
      ['ohn', []],
      ['strasse', ['Straße']],
      ['王', ['王伟']],
      ['🙂', ['🙂🙂']],
      ['%', []],
      ['_', []],
      ['*', []],
      ['\u0000', ['Éric', 'Eric B', 'John Smith', 'Straße', '王伟', '🙂🙂']],
      ['  ', ['Éric', 'Eric B', 'John Smith', 'Straße', '王伟', '🙂🙂']],
      ['zzz', []],
    ])('are found by %j: %j', async (query, expected) => {
      await addPeople('Éric', 'Eric B', 'John Smith', 'Straße', '王伟', '🙂🙂');
      expect(await names(query)).toEqual(expected);
    });

    it('are found by their address too, and shown once', async () => {
      await store.commit([
        { type: 'new_user', user: user('Bonnie Bob', { address: 'bob' }) },
        { type: 'new_user', user: user('Carol', { address: 'bo-2' }) },
      ]);
      expect((await names('bo')).sort()).toEqual(['Bonnie Bob', 'Carol']);
      expect(await names('ca')).toEqual(['Carol']);
    });

    it('are found by the name they have, not the one they had', async () => {
      await addPeople('Alice');
      await store.commit([{ type: 'user', user: user('Eve Adams', { address: 'alice' }) }]);
      await store.commit([{ type: 'user', user: user('Eve', { address: 'alice' }) }]);
      expect(await names('adams')).toEqual([]);
      expect(await names('eve')).toEqual(['Eve']);
      expect(await names()).toEqual(['Eve']);
    });

    it.each([undefined, 'a', 'smith'])('page through everybody once, in one order, with the query %j', async (query) => {
      const all = Array.from({ length: 43 }, (_, index) => `A${String((index * 17) % 43).padStart(2, '0')} Smith`);
      await addPeople(...all);
      const seen: string[] = [];
      let after: string | undefined;
      do {
        const page = await store.people(query, after, 10, 0);
        expect(page.people.length).toBe(Math.min(10, 43 - seen.length));
        seen.push(...page.people.map(({ name }) => name));
        after = page.next;
      } while (after !== undefined);
      expect(seen).toEqual(all.toSorted());
    });

    it('end with a full last page', async () => {
      await addPeople('A', 'B');
      const page = await store.people(undefined, undefined, 2, 0);
      expect(page.people).toHaveLength(2);
      expect(page.next).toBeUndefined();
    });

    it('order beyond the basic plane by code points', async () => {
      await addPeople('𝄞', '﷽', 'z');
      expect(await names()).toEqual(['z', '﷽', '𝄞']);
      const page = await store.people(undefined, undefined, 2, 0);
      expect((await store.people(undefined, page.next, 2, 0)).people.map(({ name }) => name)).toEqual(['𝄞']);
    });

    it('have cursors that fit into a message, however long their names', async () => {
      const long = '𠮷'.repeat(64);
      await store.commit([
        { type: 'new_user', user: user(long, { address: `${'𠮷'.repeat(63)}a` }) },
        { type: 'new_user', user: user(`${'𠮷'.repeat(62)}x`, { address: `${'𠮷'.repeat(63)}b` }) },
      ]);
      const first = await store.people('𠮷', undefined, 1, 0);
      expect((first.next ?? '').length).toBeLessThanOrEqual(256);
      const second = await store.people('𠮷', first.next, 1, 0);
      expect([...first.people, ...second.people]).toHaveLength(2);
      expect(first.people).not.toEqual(second.people);
      expect(second.next).toBeUndefined();
    });

    it.each(['', 'x', 'a\nb\nc', '\n\n'])('are nobody behind the foreign cursor %j', async (cursor) => {
      await addPeople('Alice');
      expect(await store.people(undefined, cursor, 10, 0)).toEqual({ people: [] });
    });

    it('are nobody behind the cursor of another query', async () => {
      await addPeople('Alice', 'Anna', 'Bob', 'Bill');
      const { next } = await store.people('a', undefined, 1, 0);
      expect(await store.people('b', next, 10, 0)).toEqual({ people: [] });
    });
  });

  describe('devices', () => {
    it('are found by their token and by their user, oldest first', async () => {
      await store.commit([
        { type: 'device', device: device('d2', 'alice', { createdAt: 2 }) },
        { type: 'device', device: device('d1', 'alice', { createdAt: 1.5 }) },
        { type: 'device', device: device('d3', 'bob') },
      ]);
      expect((await store.devices('alice')).map(({ id }) => id)).toEqual(['d1', 'd2']);
      expect(await store.device('digest of d1')).toEqual(device('d1', 'alice', { createdAt: 1.5 }));
      expect(await store.device('d1')).toBeUndefined();
      expect(await store.devices('carol')).toEqual([]);
    });

    it('are changed by writing them again, and leave nothing when they go', async () => {
      await store.commit([{ type: 'device', device: device('d1', 'alice') }]);
      await store.commit([{ type: 'device', device: device('d1', 'alice', { name: 'Pixel', tokenDigest: 'new' }) }]);
      expect(await store.device('digest of d1')).toBeUndefined();
      expect(await store.device('new')).toMatchObject({ id: 'd1', name: 'Pixel' });
      await store.commit([{ type: 'device_seen', device: 'd1', at: 1_800_000_000_000.5 }]);
      expect(await store.devices('alice')).toMatchObject([{ id: 'd1', name: 'Pixel', seenAt: 1_800_000_000_000.5 }]);
      await store.commit([{ type: 'device_named', device: 'd1', name: 'Küche' }]);
      expect(await store.devices('alice')).toMatchObject([{ id: 'd1', name: 'Küche', seenAt: 1_800_000_000_000.5 }]);
      await store.commit([{ type: 'device_gone', device: 'd1' }]);
      await store.commit([{ type: 'device_gone', device: 'd1' }]);
      await store.commit([{ type: 'device_named', device: 'd1', name: 'Attic' }]);
      await store.commit([{ type: 'device_seen', device: 'd1', at: 1_800_000_001_000 }]);
      expect(await store.device('new')).toBeUndefined();
      expect(await store.devices('alice')).toEqual([]);
    });
  });

  describe('outbox', () => {
    it('gives entries back as they were, in order, behind a position and up to a number', async () => {
      const entry = { ...outboxEntry('call-1'), at: 1.5, body: '{"ü":"\\u0000🙂"}' };
      await store.commit([{ type: 'outbox', entry }]);
      await commitEvents('b', 'c', 'd');
      const all = await store.events(0, 10);
      expect(all[0]).toEqual({ ...entry, position: expect.any(Number) as number });
      expect(all.map(({ event }) => event)).toEqual([entry.event, 'b', 'c', 'd']);
      expect((await store.events(all[1]?.position ?? 0, 1)).map(({ event }) => event)).toEqual(['c']);
      expect(await store.events(all[3]?.position ?? 0, 10)).toEqual([]);
    });

    it('knows of no event before there is one', async () => {
      expect(await store.eventRange()).toEqual({ first: 0, last: 0 });
    });

    it('forgets what happened before a moment', async () => {
      const old = { ...outboxEntry('call-1', 'old'), at: 10 };
      await store.commit([
        { type: 'outbox', entry: old },
        { type: 'outbox', entry: old },
      ]);
      const [first] = await store.events(0, 1);
      await commitEvents('new');
      await store.commit([{ type: 'events_gone', before: 11 }]);
      expect((await store.events(0, 10)).map(({ event }) => event)).toEqual(['new']);
      await store.commit([{ type: 'events_gone', before: Number.MAX_SAFE_INTEGER }]);
      expect(await store.eventRange()).toEqual({ first: 0, last: (first?.position ?? 0) + 2 });
    });

    it('never uses a position twice, not even after a restart', async () => {
      await commitEvents('a', 'b');
      const before = (await store.events(0, 10)).map(({ position }) => position);
      await store.commit([{ type: 'events_gone', before: Number.MAX_SAFE_INTEGER }]);
      await store.close();
      store = await openAgain();
      await commitEvents('c');
      const [after] = await store.events(0, 10);
      expect(after?.position).toBeGreaterThan(Math.max(...before));
    });
  });

  describe('secrets', () => {
    it('are made once', async () => {
      const made: string[] = [];
      const make = (): string => {
        made.push('value');
        return `value ${made.length} 🙂`;
      };
      expect(await store.secret('key', make)).toBe('value 1 🙂');
      expect(await store.secret('key', make)).toBe('value 1 🙂');
      expect(await store.secret('other', make)).toBe('value 2 🙂');
      await store.close();
      expect(await (await openAgain()).secret('key', make)).toBe('value 1 🙂');
      expect(made).toHaveLength(2);
    });

    it('asked for twice at the same moment are one', async () => {
      let count = 0;
      const make = (): string => `value ${++count}`;
      const [first, second] = await Promise.all([store.secret('key', make), store.secret('key', make)]);
      expect(first).toBe(second);
    });
  });
});
