/** What every adapter of the Store port keeps of messages that callers have left. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StoredVoicemail } from '../../packages/server/src/ports/voicemail.ts';
import type { Store, Write } from '../../packages/server/src/ports.ts';
import { voicemail } from './samples.ts';
import { stores } from './stores.ts';
import type { Place } from './stores.ts';

describe.each(stores)('store of voicemail: $name', ({ place: makePlace }) => {
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
  const keep = (...voicemails: StoredVoicemail[]): Promise<void> =>
    store.commit(voicemails.map((one): Write => ({ type: 'voicemail', voicemail: one })));
  const gone = (id: string): Promise<void> => store.commit([{ type: 'voicemail_gone', voicemail: id }]);
  const ids = async (before?: string, limit = 10): Promise<[string[], string | undefined]> => {
    const page = await store.voicemails('bo', before, limit);
    return [page.voicemails.map(({ id }) => id), page.next];
  };

  it('keeps one as it was said last, and counts what was heard', async () => {
    const { kept: _, ...spoken } = voicemail('one', 'bo');
    await keep(spoken, voicemail('two', 'bo'), voicemail('three', 'anna'));
    expect(await store.unkeptVoicemails()).toEqual([spoken]);
    expect(await ids()).toEqual([['two'], undefined]);
    const heard = voicemail('two', 'bo', { kept: { durationMs: 4_000, file: 'other', heardAt: 7.5 } });
    await keep(voicemail('one', 'bo'), heard);
    await store.close();
    store = await place.open();
    expect(await store.voicemail('two')).toEqual(heard);
    expect(await store.voicemail('nothing')).toBeUndefined();
    expect(await store.voicemailCount('bo')).toEqual({ new: 1, old: 1 });
    expect(await store.voicemailCount('nobody')).toEqual({ new: 0, old: 0 });
    expect(await store.unkeptVoicemails()).toEqual([]);
  });

  it('lists them page by page, the newest first, each once, whatever comes and goes between two pages', async () => {
    await keep(...['one', 'two', 'three', 'four', 'five'].map((id) => voicemail(id, 'bo')));
    const [first, next] = await ids(undefined, 2);
    expect(first).toEqual(['five', 'four']);
    // The one at which the page ended, one that comes yet, and a new one.
    await gone('four');
    await gone('two');
    await keep(voicemail('six', 'bo'), voicemail('seven', 'anna'));
    const [second, last] = await ids(next, 2);
    expect([second, last]).toEqual([['three', 'one'], undefined]);
    expect(await ids()).toEqual([['six', 'five', 'three', 'one'], undefined]);
    const [, whole] = await ids(undefined, 4);
    expect(whole).toBeUndefined();
  });

  it('has an empty page for a cursor that is none of its own', async () => {
    await keep(voicemail('one', 'bo'));
    for (const cursor of ['nowhere', '', '-1', '1.5', '99999999999999999']) expect(await ids(cursor)).toEqual([[], undefined]);
    expect((await ids('9999999999999999'))[0]).toEqual(['one']);
  });

  it('keeps one greeting of each, until it is taken away', async () => {
    const [greeting, other] = [
      { file: 'a', durationMs: 1 },
      { file: 'b', durationMs: 2.5 },
    ];
    await store.commit([
      { type: 'greeting', user: 'bo', greeting },
      { type: 'greeting', user: 'anna', greeting },
    ]);
    await store.commit([
      { type: 'greeting', user: 'bo', greeting: other },
      { type: 'greeting', user: 'anna' },
    ]);
    await store.close();
    store = await place.open();
    expect([await store.greeting('bo'), await store.greeting('anna')]).toEqual([other, undefined]);
  });
});
