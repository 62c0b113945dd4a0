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
    return (await store.outbox(0, 100)).length;
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
