import { apiLimits } from '@offhook/core';
import type { Recorded } from '@offhook/core';
import { expect, it } from 'vitest';
import { ManualClock } from '../engine/engine.fixture.ts';
import { MemoryStore } from '../store/memory.ts';
import { SystemHash } from '../system/hash.ts';
import { SystemRandom } from '../system/random.ts';
import { Idempotency } from './idempotency.ts';
import { recordingRoutes } from './recordings.ts';
import type { RecordingRoutesDeps } from './recordings.ts';

it('shows no recording of another session, also where the request that made it is forgotten', async () => {
  const [clock, store] = [new ManualClock(), new MemoryStore()];
  const idempotency = new Idempotency({ store, clock, hash: new SystemHash('key'), random: new SystemRandom() });
  const sessions = {
    session: (id: string) => ({ id }),
    async order(session: string, { id, wishes }: { id: string; wishes: Pick<Recorded, 'mix' | 'streams'> }) {
      const recording = { id, session, state: 'recording' as const, startedAt: clock.now(), part: 0, files: [], ...wishes };
      await store.commit([{ type: 'recording', recording }]);
    },
  } as unknown as RecordingRoutesDeps['sessions'];
  const [begin] = recordingRoutes({ store, idempotency, sessions, recordings: undefined });
  const ask = async (session: string, body: object, idempotencyKey = 'order 4711'): Promise<unknown> => {
    if (begin === undefined || !('answer' in begin)) throw new Error('nothing to ask');
    const key = { name: 'app', digest: '', scopes: [] };
    const parameters = { session };
    return begin.answer({ key, body, query: {}, parameters, idempotencyKey, lastEventId: undefined, range: undefined });
  };
  const made = await ask('lesson', {});
  await clock.advance(apiLimits.idempotencyMs + 1);
  // Whatever is made next forgets those that are too old.
  await ask('break', {}, 'order 4712');
  await expect(ask('exam', {})).rejects.toMatchObject({ code: 'idempotency_mismatch' });
  await expect(ask('lesson', { streams: false })).rejects.toMatchObject({ code: 'idempotency_mismatch' });
  expect(await ask('lesson', {})).toEqual(made);
});
