/** A worker that hangs: it is noticed without anybody asking it something, and replaced. */
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
