import { fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import type { FromWorker, ToWorker } from '@offhook/media';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { MediaWorker } from './worker.ts';

vi.mock(import('node:child_process'), () => ({ fork: vi.fn<typeof fork>() }) as object);

/** A process that runs nothing. */
class IdleProcess extends EventEmitter {
  readonly connected = true;
  readonly asked: ToWorker[] = [];
  readonly signals: string[] = [];

  send(message: ToWorker): void {
    this.asked.push(message);
  }

  kill(signal: string): void {
    this.signals.push(signal);
    this.emit('exit');
  }

  says(message: FromWorker): void {
    this.emit('message', message);
  }
}

const hangMs = 6_000;
const nothing = (): void => undefined;
const transport = { port: 1, siblings: [], listen: '127.0.0.1', announced: undefined };
const listen = { type: 'listen', transport } as unknown as ConstructorParameters<typeof MediaWorker>[0];
let process: IdleProcess;
let worker: MediaWorker;

beforeEach(() => {
  vi.useFakeTimers();
  process = new IdleProcess();
  vi.mocked(fork).mockReturnValue(process as unknown as ReturnType<typeof fork>);
  worker = new MediaWorker(listen, nothing, nothing, nothing, nothing, nothing, nothing, hangMs);
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
  const onGone = vi.fn<() => void>();
  if (told === undefined) vi.mocked(fork).mockImplementation(fails);
  worker = new MediaWorker(listen, nothing, nothing, nothing, nothing, nothing, onGone, hangMs);
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
