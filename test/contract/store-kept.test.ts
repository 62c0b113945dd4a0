/** That every adapter of the Store port answers what is asked with every call with what holds, whatever it has answered before. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StoredFile } from '../../packages/server/src/ports/files.ts';
import type { StoredVoicemail } from '../../packages/server/src/ports/voicemail.ts';
import type { Store, Write } from '../../packages/server/src/ports.ts';
import { user } from './samples.ts';
import { stores } from './stores.ts';
import type { Place } from './stores.ts';

const anna = user('Anna', { vouched: true });
const spoken: StoredVoicemail = {
  id: 'spoken',
  user: 'anna',
  from: { address: 'ben', name: 'Ben' },
  call: 'call',
  at: 1,
  kept: { durationMs: 1_000, file: 'sound' },
};
const file: StoredFile = { file: 'sound', owner: 'anna', name: 'sound', type: 'audio/ogg', bytes: 1, createdAt: 1 };

describe.each(stores)('what is asked with every call: $name', ({ place: makePlace }) => {
  let place: Place;
  let store: Store;
  beforeEach(async () => {
    place = makePlace();
    store = await place.open();
  });
  afterEach(async () => {
    await store.close();
    place.remove();
  });

  /** What is answered before a change, and twice after it. */
  async function around<T>(ask: () => Promise<T>, ...writes: Write[]): Promise<readonly T[]> {
    const before = [await ask(), await ask()] as const;
    expect(before[0]).toEqual(before[1]);
    await store.commit(writes);
    return [before[0], await ask(), await ask()];
  }

  const name = async (): Promise<string | undefined> => (await store.user('anna'))?.name;
  const greeting = (): Promise<unknown> => store.greeting('anna');
  const nameAndGreeting = async (): Promise<unknown> => [await name(), (await store.greeting('anna'))?.file];
  const count = async (): Promise<readonly number[]> => {
    const counted = await store.voicemailCount('anna');
    return [counted.new, counted.old];
  };

  it('is whose address it is, from the moment that they are there', async () => {
    expect(await around(name, { type: 'new_user', user: anna })).toEqual([undefined, 'Anna', 'Anna']);
    expect(await around(name, { type: 'user', user: { ...anna, name: 'Anne' } })).toEqual(['Anna', 'Anne', 'Anne']);
    expect(await around(name, { type: 'new_user', user: user('Ben') })).toEqual(['Anne', 'Anne', 'Anne']);
  });

  it('is what they have said of themselves, and when they were here', async () => {
    await store.commit([{ type: 'new_user', user: anna }]);
    const profile = { status: { text: 'out' }, tellsSeen: false };
    expect(await around(() => store.user('anna'), { type: 'profile', user: 'anna', profile })).toEqual([
      anna,
      { ...anna, profile },
      { ...anna, profile },
    ]);
    expect(await around(async () => (await store.user('anna'))?.seenAt, { type: 'seen', user: 'anna', at: 5 })).toEqual([
      undefined,
      5,
      5,
    ]);
  });

  it('is nothing of a guest who was forgotten', async () => {
    const guest = { address: 'anna', role: 'guest', grants: {}, until: 1, createdAt: 1 } as const;
    await store.commit([
      { type: 'new_user', user: anna },
      { type: 'account', account: guest },
      { type: 'greeting', user: 'anna', greeting: { file: 'sound', durationMs: 1 } },
    ]);
    const gone = [undefined, undefined];
    expect(await around(nameAndGreeting, { type: 'guests_gone', before: 2 })).toEqual([['Anna', 'sound'], gone, gone]);
  });

  it('is how many messages wait, and which greeting is heard', async () => {
    const heard = { ...spoken, kept: { durationMs: 1_000, file: 'sound', heardAt: 2 } };
    expect(await around(count, { type: 'file', file }, { type: 'voicemail', voicemail: spoken })).toEqual([
      [0, 0],
      [1, 0],
      [1, 0],
    ]);
    expect((await around(count, { type: 'voicemail', voicemail: heard }))[2]).toEqual([0, 1]);
    expect((await around(count, { type: 'voicemail_gone', voicemail: 'spoken' }))[2]).toEqual([0, 0]);

    const own = { file: 'sound', durationMs: 1 };
    expect((await around(greeting, { type: 'greeting', user: 'anna', greeting: own }))[2]).toEqual(own);
    expect((await around(greeting, { type: 'greeting', user: 'anna', greeting: undefined }))[2]).toBeUndefined();
  });

  it('is not what was there before a change that was begun when it was asked', async () => {
    await store.commit([{ type: 'new_user', user: anna }]);
    const asked = [store.user('anna'), store.commit([{ type: 'user', user: { ...anna, name: 'Anne' } }]), store.user('anna')];
    await Promise.all(asked);
    expect((await store.user('anna'))?.name).toBe('Anne');
  });
});
