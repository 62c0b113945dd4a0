import { fork } from 'node:child_process';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { IdleProcess } from './idle-process.fixture.ts';
import { Seats } from './seats.ts';

vi.mock(import('node:child_process'), () => ({ fork: vi.fn<typeof fork>() }) as object);

const silent = { info() {}, warn() {}, error() {} };
let processes: IdleProcess[];
let seats: Seats;

beforeEach(() => {
  vi.useFakeTimers();
  processes = [];
  vi.mocked(fork).mockImplementation(() => {
    processes.push(new IdleProcess());
    return processes.at(-1) as unknown as ReturnType<typeof fork>;
  });
  seats = new Seats({ port: 1, workers: 2, log: silent });
});
afterEach(() => void vi.useRealTimers());

/** Which seats have had a process, one after the other. */
const ports = (): number[] =>
  processes.flatMap(({ asked: [first] }) => (first !== undefined && 'transport' in first ? (first.transport.port ?? 0) : []));

it('leads what begins past one whose worker has yet to be started again, and waits where there is no other', async () => {
  seats.for('session', 'one');
  processes[0]?.emit('exit');
  // At once, as somebody was on it; with nobody on it now, it is not started before it is asked.
  expect(ports()).toEqual([1, 1]);
  processes[1]?.emit('exit');
  expect(ports()).toEqual([1, 1]);

  seats.for('session', 'two');
  seats.for('session', 'three');
  expect(ports()).toEqual([1, 1, 2]);
  for (const n of [2, 3]) {
    processes[n]?.emit('exit');
    for (const session of ['two', 'three']) seats.for('session', session);
  }
  // Both have ended twice now.
  expect(ports()).toEqual([1, 1, 2, 2]);
  await vi.advanceTimersByTimeAsync(100);
  expect(
    ports()
      .slice(4)
      .toSorted((a, b) => a - b),
  ).toEqual([1, 2]);
});

it('starts one at once again after it has lived', async () => {
  for (const n of [0, 1, 2, 3]) {
    seats.for('session', 'one');
    await vi.advanceTimersByTimeAsync(10_000);
    processes[n]?.says({ type: 'listening' });
    await vi.advanceTimersByTimeAsync(4_000);
    processes[n]?.says({ type: 'alive' });
    await vi.advanceTimersByTimeAsync(4_000);
    processes[n]?.emit('exit');
    expect(processes).toHaveLength(n + 2);
  }
});

it('tells everybody of what was on the worker that it is lost, and nobody else', () => {
  const lost: string[] = [];
  for (const kind of ['session', 'ivr', 'echo', 'bridge'] as const)
    seats.listen(kind, { onNews: () => {}, onLost: (id) => lost.push(`${kind} ${id}`) });
  for (const kind of ['bridge', 'session'] as const) for (const id of ['one', 'two', 'three']) seats.for(kind, id);
  seats.end('bridge', 'one', { type: 'bridge_end', bridge: 'one' });
  processes[0]?.emit('exit');
  expect(lost).toEqual(['session two', 'bridge three']);
});
