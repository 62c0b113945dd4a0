/** A worker that hangs, or cannot be started: it is noticed without anybody asking it something, and replaced. */
import { expect, it, onTestFinished } from 'vitest';
import { MediaPool } from '../../packages/server/src/media/pool.ts';
import type { MediaEvent } from '../../packages/server/src/ports/media.ts';
import { MediaError } from '../../packages/server/src/ports/media.ts';
import { freePort, loopback } from '../browser/harness/ports.ts';
import { MediaPublisher } from '../support/media-peers.ts';

const silent = { info() {}, warn() {}, error() {} };

it('replaces a worker that hangs, and tells of what is lost with it', { timeout: 120_000 }, async () => {
  const hangMs = 3_000;
  const pool = new MediaPool({ port: await freePort(), workers: 1, listen: loopback, hangMs, log: silent });
  onTestFinished(() => pool.stop());
  const told: MediaEvent[] = [];
  pool.onEvent((event) => told.push(event));
  const publish = async (): Promise<MediaPublisher> => {
    const publisher = new MediaPublisher(1_000, { port: await freePort(), listen: loopback });
    onTestFinished(() => publisher.close());
    publisher.connect((await pool.publish('session', 'anna', publisher.offer, ['video'])).answer);
    await expect.poll(() => publisher.send(1, performance.now()), { timeout: 20_000 }).toBe(true);
    return publisher;
  };
  await publish();
  const [pid] = pool.pids;

  // One that is only slow is left alone.
  process.kill(pid!, 'SIGSTOP');
  await new Promise((resolve) => setTimeout(resolve, hangMs / 3));
  process.kill(pid!, 'SIGCONT');
  await expect(pool.publish('session', 'bo', 'v=0', ['audio'])).rejects.toMatchObject({ code: 'bad_description' });
  expect(pool.pids).toEqual([pid]);

  process.kill(pid!, 'SIGSTOP');
  const asked = pool.publish('session', 'bo', 'v=0', ['audio']).catch((error: unknown) => error);
  // Before an answer to what it is asked would be missed.
  await expect.poll(() => told.some(({ type }) => type === 'lost'), { timeout: 12_000 }).toBe(true);
  expect(await asked).toBeInstanceOf(MediaError);
  expect(() => process.kill(pid!, 0)).toThrow(/ESRCH/u);
  expect(pool.pids).not.toEqual([pid]);
  await publish();
});

it('says at once that no worker can be started, and tries again', { timeout: 60_000 }, async () => {
  const pool = new MediaPool({ port: await freePort(), workers: 1, listen: loopback, log: silent });
  onTestFinished(() => pool.stop());
  const told: MediaEvent[] = [];
  pool.onEvent((event) => told.push(event));
  const publish = (): Promise<unknown> => pool.publish('session', 'anna', 'v=0', ['audio']).catch((error: unknown) => error);
  const { execPath } = process;
  try {
    process.execPath = '/nowhere/node';
    const began = performance.now();
    expect(await publish()).toMatchObject({ code: 'unavailable' });
    // Before an answer would be missed.
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(told).toEqual([{ type: 'lost', session: 'session' }]);
  } finally {
    process.execPath = execPath;
  }
  await expect.poll(publish, { timeout: 30_000 }).toMatchObject({ code: 'bad_description' });
});

it('ends although its worker could not be started', async () => {
  const pool = new MediaPool({ port: await freePort(), workers: 1, listen: loopback, log: silent });
  const { execPath } = process;
  try {
    process.execPath = '/nowhere/node';
    const asked = pool.publish('session', 'anna', 'v=0', ['audio']).catch((error: unknown) => error);
    await pool.stop();
    expect(await asked).toMatchObject({ code: 'unavailable' });
  } finally {
    process.execPath = execPath;
  }
});
