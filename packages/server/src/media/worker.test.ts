import { fork } from 'node:child_process';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { IdleProcess } from './idle-process.fixture.ts';
import { MediaWorker } from './worker.ts';
import type { MediaWorkerOptions } from './worker.ts';

vi.mock(import('node:child_process'), () => ({ fork: vi.fn<typeof fork>() }) as object);

const hangMs = 6_000;
const nothing = (): void => undefined;
const transport = { port: 1, siblings: [], listen: '127.0.0.1', announced: undefined };
const listen = { type: 'listen', transport } as unknown as MediaWorkerOptions['listen'];
const options = { listen, hangMs, afterMs: 0, onStarted: nothing, onNews: nothing, onGone: nothing };
let process: IdleProcess;
let worker: MediaWorker;

beforeEach(() => {
  vi.useFakeTimers();
  process = new IdleProcess();
  vi.mocked(fork).mockReturnValue(process as unknown as ReturnType<typeof fork>);
  worker = new MediaWorker(options);
});
afterEach(() => void vi.useRealTimers());

const fails = (): never => {
  throw new Error('ENOMEM');
};
const ask = (): Promise<unknown> => worker.ask({ type: 'measured', session: 'one' }).catch((error: unknown) => error);
const unavailable = expect.objectContaining({ code: 'unavailable' }) as unknown;

/** Seconds in which it says that it runs. */
async function alive(seconds: number): Promise<void> {
  for (let n = 0; n < seconds; n += 1) {
    process.says({ type: 'alive' });
    await vi.advanceTimersByTimeAsync(1_000);
  }
}

it('goes on where it owes one answer, and is not asked forever', async () => {
  process.says({ type: 'listening' });
  const asked = ask();
  await alive(16);
  expect(await asked).toEqual(unavailable);
  expect(process.signals).toEqual([]);
  const other = ask();
  const { id } = process.asked.at(-1) as { id: number };
  process.says({ re: id, ok: true });
  expect(await other).toBe(true);
});

it('is killed once it says nothing at all, with whatever it was asked', async () => {
  process.says({ type: 'listening' });
  const asked = ask();
  await vi.advanceTimersByTimeAsync(hangMs + 1_000);
  expect(process.signals).toEqual(['SIGKILL']);
  expect(await asked).toEqual(unavailable);
});

it.each([
  ['is told of', () => void process.emit('error', new Error('EMFILE'))],
  ['is thrown', undefined],
])('ends a while after it could not be started, where that %s', async (_, told) => {
  const onGone = vi.fn<MediaWorkerOptions['onGone']>();
  if (told === undefined) vi.mocked(fork).mockImplementation(fails);
  worker = new MediaWorker({ ...options, onGone });
  const asked = ask();
  told?.();
  await vi.advanceTimersByTimeAsync(500);
  expect(onGone).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(500);
  expect(onGone).toHaveBeenCalledOnce();
  expect(await asked).toEqual(unavailable);
  expect(await ask()).toEqual(unavailable);
  await worker.stop();
  expect(onGone).toHaveBeenCalledOnce();
});

it('can be told to end where it could not be started', async () => {
  const asked = ask();
  await worker.stop();
  expect(await asked).toEqual(unavailable);
});

it('is killed where it does not come up', async () => {
  const asked = ask();
  await vi.advanceTimersByTimeAsync(59_000);
  expect(process.signals).toEqual([]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(process.signals).toEqual(['SIGKILL']);
  expect(await asked).toEqual(unavailable);
});

it('is started after a pause with what it was asked meanwhile, or not at all where it is told to end', async () => {
  vi.mocked(fork).mockClear();
  worker = new MediaWorker({ ...options, afterMs: 300 });
  const asked = ask();
  await vi.advanceTimersByTimeAsync(299);
  expect(fork).not.toHaveBeenCalled();
  process.asked.length = 0;
  await vi.advanceTimersByTimeAsync(1);
  expect(process.asked.map((one) => 'type' in one && one.type)).toEqual(['listen', 'measured']);
  process.emit('exit');
  expect(await asked).toEqual(unavailable);

  worker = new MediaWorker({ ...options, afterMs: 300 });
  await worker.stop();
  expect(await ask()).toEqual(unavailable);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(fork).toHaveBeenCalledOnce();
});

it('tells how long it was up', async () => {
  const onGone = vi.fn<MediaWorkerOptions['onGone']>();
  worker = new MediaWorker({ ...options, onGone });
  await vi.advanceTimersByTimeAsync(2_000);
  process.says({ type: 'listening' });
  await vi.advanceTimersByTimeAsync(700);
  process.emit('exit');
  expect(onGone).toHaveBeenCalledExactlyOnceWith(700);
});
