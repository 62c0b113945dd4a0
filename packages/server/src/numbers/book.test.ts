import { defaultSettings } from '@offhook/core';
import { expect, test } from 'vitest';
import { ManualClock, quiet, settled } from '../engine/engine.fixture.ts';
import type { FromTrunk } from '../ports/trunks.ts';
import type { Store } from '../ports.ts';
import { MemoryDisk } from '../store/memory-disk.ts';
import { MemoryStore } from '../store/memory.ts';
import { NumberBook } from './book.ts';

const [ours, berlin] = ['+4989900', '+4930123456'];
const permit = { by: () => true, answered: () => undefined, ended: () => undefined, onExhausted: () => undefined };
const call = (called: string): FromTrunk => ({ trunk: 'carrier', called, codecs: ['PCMA'], srtp: 'off', permit });

function opened(): { book: NumberBook; clock: ManualClock; store: Store } {
  const [clock, store] = [new ManualClock(), new MemoryStore({ disk: new MemoryDisk() })];
  const book = new NumberBook({ store, clock, log: quiet, outbox: true, isMeeting: () => false, takesMessages: () => true });
  return { book, clock, store };
}

test('a number leads to no user who is one by having a number', async () => {
  const { book, store } = opened();
  const user = { address: berlin, name: '+49 30 123456', settings: defaultSettings, vouched: true, createdAt: 1 } as const;
  await store.commit([{ type: 'new_user', user }]);
  for (const to of ['user', 'program', 'voicemail'] as const)
    await expect(book.set(ours, { lead: { to, user: berlin } })).rejects.toMatchObject({ code: 'user_not_found' });
  expect(book.list()).toEqual([]);
});

test('that calls come to nobody is told once a minute for each number of ours, and for each trunk of all others', async () => {
  const { book, clock, store } = opened();
  await book.set(ours, { lead: { to: 'number', number: berlin } });
  const told = async (): Promise<number> => {
    await settled();
    return (await store.events(0, 100)).length;
  };
  for (let n = 0; n < 10; n++) {
    book.lost(call(ours), { to: 'number', number: berlin });
    book.lost(call(`+49891000${n}`), undefined);
  }
  expect(await told()).toBe(2);
  await clock.advance(60_000);
  book.lost(call(ours), undefined);
  expect(await told()).toBe(3);
});

test('a number leads by the rule whose time it is at its place, and as always otherwise', async () => {
  const { book, clock } = opened();
  const lead = { to: 'number', number: berlin } as const;
  const byDay = { to: 'number', number: '+4930999999' } as const;
  const rules = [{ when: { weekdays: [1], from: '09:00', to: '17:00' }, lead: byDay }];
  await book.set(ours, { lead, rules, zone: 'America/New_York' });
  await book.set('+4989901', { lead, rules });
  const at = async (time: string): Promise<unknown[]> => {
    await clock.advance(Date.parse(time) - clock.now());
    return [book.lead(ours), book.lead('+4989901')];
  };
  // A Monday: nine o'clock in New York is 14:00 UTC.
  expect(await at('2026-11-30T08:59:59Z')).toEqual([lead, lead]);
  expect(await at('2026-11-30T13:59:59Z')).toEqual([lead, byDay]);
  expect(await at('2026-11-30T14:00:00Z')).toEqual([byDay, byDay]);
  expect(await at('2026-11-30T17:00:00Z')).toEqual([byDay, lead]);
  expect(await at('2026-11-30T22:00:00Z')).toEqual([lead, lead]);
  expect(book.lead('+4989902')).toBeUndefined();
});
