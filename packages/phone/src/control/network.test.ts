import type { Phone } from '@offhook/client';
import { checkConnection } from '@offhook/client/diagnostics';
import type { ConnectionCheck } from '@offhook/client/diagnostics';
import { beforeEach, expect, it, vi } from 'vitest';
import { NetworkTrial } from './network.ts';

vi.mock('@offhook/client/diagnostics', () => ({ checkConnection: vi.fn<typeof checkConnection>() }));

const track = {} as MediaStreamTrack;
const quality = { loss: 0.01, roundTripMs: 40, jitterMs: 2, mos: 4 };
const calls: unknown[] = [];
let changes: number;
let trial: NetworkTrial;

beforeEach(() => {
  calls.length = 0;
  changes = 0;
  vi.stubGlobal('fetch', () => Promise.resolve(new Response()));
  vi.mocked(checkConnection).mockReset();
  trial = new NetworkTrial({ calls } as unknown as Phone, 'http://server', () => (changes += 1));
});

const found = (check: ConnectionCheck | undefined): void => void vi.mocked(checkConnection).mockResolvedValue(check);

it.each([
  ['good', { network: 'good', measured: { loss: 0.01, roundTripMs: 40 } }],
  ['fair', { network: 'slow', measured: { loss: 0.01, roundTripMs: 40 } }],
  ['bad', { network: 'poor', measured: { loss: 0.01, roundTripMs: 40 } }],
] as const)('says what a short call that is %s has shown', async (rating, state) => {
  found({ passes: true, rating, ...quality });
  await trial.begin(Promise.resolve(track));
  expect([trial.state, changes]).toEqual([state, 1]);
});

it('says where sound does not get through', async () => {
  found({ passes: false });
  await trial.begin(Promise.resolve(track));
  expect(trial.state).toEqual({ network: 'blocked' });
});

it('goes by how soon the server answers where there is no echo test, no microphone, or a call goes on', async () => {
  found(undefined);
  await trial.begin(Promise.resolve(track));
  expect(trial.state).toEqual({ network: 'good' });
  vi.mocked(checkConnection).mockRejectedValue(new Error('The line is gone'));
  await trial.begin(Promise.resolve(track));
  expect(trial.state).toEqual({ network: 'good' });
  vi.mocked(checkConnection).mockClear();
  await trial.begin(Promise.resolve(undefined));
  calls.push('with Bo');
  await trial.begin(Promise.resolve(track));
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
  calls.length = 0;
  await trial.begin(Promise.resolve(track));
  expect(trial.state).toEqual({ network: 'down' });
  expect(checkConnection).not.toHaveBeenCalled();
});

it('tells nothing that is found out once it was stopped', async () => {
  const { promise, resolve } = Promise.withResolvers<ConnectionCheck>();
  vi.mocked(checkConnection).mockReturnValue(promise);
  const begun = trial.begin(Promise.resolve(track));
  await vi.waitUntil(() => vi.mocked(checkConnection).mock.calls.length > 0);
  trial.stop();
  expect(vi.mocked(checkConnection).mock.calls[0]?.[2]?.signal?.aborted).toBe(true);
  resolve({ passes: false });
  await begun;
  expect([trial.state, changes]).toEqual([{ network: 'checking' }, 0]);
});
