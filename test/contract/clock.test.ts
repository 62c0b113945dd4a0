/** What every adapter of the Clock port does that runs in real time. */
import { describe, expect, it } from 'vitest';
import type { Clock } from '../../packages/server/src/ports.ts';
import { SystemClock } from '../../packages/server/src/system/clock.ts';

const clocks: readonly { readonly name: string; readonly open: () => Clock }[] = [
  { name: 'system', open: () => new SystemClock() },
];

function after(clock: Clock, delay: number): Promise<void> {
  return new Promise((resolve) => {
    clock.schedule(delay, resolve);
  });
}

describe.each(clocks)('clock: $name', ({ open }) => {
  it('tells whole milliseconds since 1970', () => {
    const now = open().now();
    expect(Number.isInteger(now)).toBe(true);
    expect(Math.abs(now - Date.now())).toBeLessThan(60_000);
  });

  it('never runs backwards, not even when the clock of the machine is set', async () => {
    const clock = open();
    const dateNow = Date.now;
    try {
      let last = clock.now();
      for (const shift of [0, -3_600_000, 3_600_000, -86_400_000]) {
        Date.now = () => dateNow() + shift;
        await after(clock, 2);
        const now = clock.now();
        expect(now).toBeGreaterThanOrEqual(last + 2);
        expect(now).toBeLessThan(last + 60_000);
        last = now;
      }
    } finally {
      Date.now = dateNow;
    }
  });

  it('runs a task once its delay is over, never before', async () => {
    const clock = open();
    const early: number[] = [];
    const tasks = Array.from({ length: 300 }, async (_, index) => {
      const due = clock.now() + (index % 30);
      await after(clock, index % 30);
      if (clock.now() < due) early.push(due - clock.now());
    });
    await Promise.all(tasks);
    expect(early).toEqual([]);
  });

  it('runs what was due in the past soon, without a warning to the console', async () => {
    const warnings: string[] = [];
    const warned = ({ name }: Error): void => void warnings.push(name);
    process.on('warning', warned);
    const clock = open();
    await after(clock, -5);
    await after(clock, 1);
    process.off('warning', warned);
    expect(warnings).toEqual([]);
  });

  it('runs tasks in the order in which they are due', async () => {
    const clock = open();
    const order: number[] = [];
    await Promise.all([30, 10, 20, 0].map((delay) => after(clock, delay).then(() => order.push(delay))));
    expect(order).toEqual([0, 10, 20, 30]);
  });

  it('takes a task back until it has run, and again without harm', async () => {
    const clock = open();
    const ran: string[] = [];
    const cancel = clock.schedule(5, () => ran.push('cancelled'));
    const late = clock.schedule(0, () => ran.push('late'));
    cancel();
    cancel();
    await after(clock, 20);
    late();
    expect(ran).toEqual(['late']);
  });

  it('takes delays beyond the reach of a timer', async () => {
    const clock = open();
    const ran: string[] = [];
    const cancels = [2 ** 31, 2 ** 40, Number.MAX_SAFE_INTEGER, Infinity].map((delay) =>
      clock.schedule(delay, () => ran.push(`after ${delay}`)),
    );
    await after(clock, 20);
    for (const cancel of cancels) cancel();
    expect(ran).toEqual([]);
  });
});
