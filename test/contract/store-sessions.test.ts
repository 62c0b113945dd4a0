/** What every adapter of the Store port keeps about sessions. */
import { newSession, sessionMachine } from '@offhook/core';
import type { Recorded, SessionInput, SessionState } from '@offhook/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Store, Write } from '../../packages/server/src/ports.ts';
import type { StoredParticipant } from '../../packages/server/src/ports/sessions.ts';
import { stores } from './stores.ts';
import type { Place } from './stores.ts';

function played(id: string, ...inputs: readonly SessionInput[]): SessionState {
  return inputs.reduce<SessionState>((state, input) => sessionMachine.step(state, input, 5_000.5).state, newSession(id));
}

const create: SessionInput = { type: 'create', access: 'added', most: 20, tag: 'Monday’s “stand-up”' };
const add: SessionInput = {
  type: 'add',
  participant: { id: 'p-1', publish: ['audio'] },
  subscriptions: { participants: [{ participant: 'p-2', aliases: ['screen'] }] },
};
const from = { person: { address: 'anna', name: 'Anna' }, device: 'd', deviceName: 'Firefox', connection: 'c' };
const join: SessionInput = { type: 'join', from, as: 'added', id: 'p-1' };

const participant = (id: string, more: Partial<StoredParticipant> = {}): StoredParticipant => ({
  id,
  tokenDigest: `digest of ${id}`,
  publish: ['audio', 'video'],
  record: false,
  madeAt: 5.5,
  ...more,
});
const session = (state: SessionState): Write => ({ type: 'session', state });
const recording = (one: Recorded): Write => ({ type: 'recording', recording: one });
const made = (one: StoredParticipant): Write => ({ type: 'participant', participant: one });

const begun = (id: string, startedAt: number): Recorded => ({
  id,
  session: `of ${id}`,
  state: 'recording',
  startedAt,
  mix: 'none',
  streams: true,
  part: 0,
  files: [],
});

describe.each(stores)('store of sessions: $name', ({ place: makePlace }) => {
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

  it('keeps those that are not over, as they are now, over a restart', async () => {
    const other = played('other', create);
    const now = played('standup', create, add, join);
    await store.commit([session(played('standup', create)), session(other)]);
    await store.commit([session(now)]);
    await store.close();
    store = await place.open();
    expect(await store.liveSessions()).toEqual([now, other]);
  });

  it('forgets those that are over', async () => {
    await store.commit([session(played('standup', create))]);
    await store.commit([session(played('standup', create, { type: 'end' }))]);
    expect(await store.liveSessions()).toEqual([]);
    // Its id may be used again.
    await store.commit([session(played('standup', create))]);
    expect(await store.liveSessions()).toHaveLength(1);
  });

  it('keeps participants, by their id and by their token', async () => {
    const tagged = participant('p-2', { tag: 'Bo', publish: [], record: true });
    await store.commit([made(participant('p-1')), made(tagged)]);
    await store.close();
    store = await place.open();
    expect(await store.participant('p-1')).toEqual(participant('p-1'));
    expect(await store.participantOf('digest of p-2')).toEqual(tagged);
    expect(await store.participant('p-3')).toBeUndefined();
    expect(await store.participantOf('p-2')).toBeUndefined();
  });

  it('keeps recordings as they are now, also those of sessions that are over', async () => {
    const file = { name: '0-0.ogg', type: 'audio/ogg; codecs=opus', part: 0, at: 0.5 };
    const one: Recorded = {
      id: 'r-1',
      session: 'standup',
      state: 'recording',
      startedAt: 7.5,
      mix: 'together',
      streams: true,
      part: 0,
      files: [file],
    };
    const ended: Recorded = { ...one, state: 'ended', endedAt: 9, cause: 'stopped', isComplete: false };
    const before: Recorded = { ...one, id: 'r-2', startedAt: 5 };
    await store.commit([recording(one), recording(before), recording({ ...one, id: 'r-3', session: 'other' })]);
    await store.commit([recording(ended)]);
    await store.close();
    store = await place.open();
    expect(await store.recording('r-1')).toEqual(ended);
    expect(await store.recordingsOf('standup')).toEqual([before, ended]);
    expect(await store.incompleteRecordings()).toEqual([ended]);
    await store.commit([{ type: 'recording_complete', recording: 'r-1' }]);
    await store.commit([{ type: 'recording_complete', recording: 'r-9' }]);
    expect(await store.recording('r-1')).toEqual({ ...ended, isComplete: true });
    expect(await store.incompleteRecordings()).toEqual([]);
    await store.commit([{ type: 'recording_gone', recording: 'r-1' }]);
    expect(await store.recording('r-1')).toBeUndefined();
    expect(await store.recordingsOf('standup')).toEqual([before]);
  });

  it('lists the recordings of all sessions, newest first, from any of them on', async () => {
    const [a, b, c, d] = [begun('a', 5), begun('b', 7.5), begun('c', 7.5), begun('d', 9)];
    await store.commit([c, a, d, b].map(recording));
    expect(await store.recordings(undefined, 3)).toEqual([d, c, b]);
    expect(await store.recordings(c, 3)).toEqual([b, a]);
    // Also from one that is gone.
    await store.commit([{ type: 'recording_gone', recording: 'c' }]);
    expect(await store.recordings(c, 1)).toEqual([b]);
    expect(await store.recordings(a, 3)).toEqual([]);
  });

  it('forgets them, one by one and by their age', async () => {
    await store.commit(['p-1', 'p-2', 'p-3'].map((id, at) => made(participant(id, { madeAt: at + 0.5 }))));
    await store.commit([{ type: 'participant_gone', participant: 'p-1' }]);
    expect(await store.participant('p-1')).toBeUndefined();
    await store.commit([{ type: 'participants_gone', before: 2.5 }]);
    expect(await store.participant('p-2')).toBeUndefined();
    expect(await store.participantOf('digest of p-3')).toEqual(participant('p-3', { madeAt: 2.5 }));
  });

  it('remembers for a while which requests were carried out, each as it was the first time', async () => {
    const one = { id: 'a', digest: 'of one', at: 1.5 };
    await store.commit([{ type: 'request', request: one }]);
    await store.commit([
      { type: 'request', request: { id: 'a', digest: 'of another', at: 2 } },
      { type: 'request', request: { id: 'b', digest: 'of two', at: 2.5 } },
    ]);
    expect(await store.carriedOut('a')).toEqual(one);
    expect(await store.carriedOut('c')).toBeUndefined();
    await store.close();
    store = await place.open();
    await store.commit([{ type: 'requests_gone', before: 2.5 }]);
    expect(await store.carriedOut('a')).toBeUndefined();
    expect(await store.carriedOut('b')).toEqual({ id: 'b', digest: 'of two', at: 2.5 });
  });
});
