/** A worker that hangs, or cannot be started: it is noticed without anybody asking it something, and replaced. */
import { expect, it, onTestFinished } from 'vitest';
import { MediaPool } from '../../packages/server/src/media/pool.ts';
import type { MediaEvent } from '../../packages/server/src/ports/media.ts';
import { MediaError } from '../../packages/server/src/ports/media.ts';
import { freePort, freePorts, loopback } from '../browser/harness/ports.ts';
import { MediaPublisher } from '../support/media-peers.ts';

const silent = { info() {}, warn() {}, error() {} };

it('replaces a worker that hangs, and tells of what is lost with it', { timeout: 120_000 }, async () => {
  const hangMs = 3_000;
  const pool = new MediaPool({ port: await freePort(), workers: 1, listen: loopback, hangMs, log: silent });
  onTestFinished(() => pool.stop());
  const told: MediaEvent[] = [];
  pool.onEvent((event) => told.push(event));
  // Of libdatachannel as the side that offers, some handshakes fail on a busy machine (paullouisageneau/libdatachannel#1612).
  const publish = async (attempts = 5): Promise<void> => {
    const publisher = new MediaPublisher(1_000, { port: await freePort(), listen: loopback });
    onTestFinished(() => publisher.close());
    publisher.connect((await pool.publish('session', 'anna', publisher.offer, ['video'])).answer);
    await expect.poll(() => publisher.state, { timeout: 20_000 }).not.toBe('connecting');
    if (!publisher.send(1, performance.now()) && attempts > 1) return publish(attempts - 1);
    expect(publisher.state).toBe('connected');
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

it(
  'pauses before it starts a worker that ends again and again, and leaves nobody without an answer',
  { timeout: 60_000 },
  async () => {
    const started: number[] = [];
    const gone: unknown[] = [];
    const log = {
      ...silent,
      info: (event: string) => event === 'media_worker' && started.push(performance.now()),
      error: (event: string, fields?: object) => event === 'media_worker_gone' && gone.push(fields),
    };
    const counted = new Map<string, number>();
    const metrics = { count: (name: string, by = 1) => void counted.set(name, (counted.get(name) ?? 0) + by) };
    const pool = new MediaPool({ port: await freePort(), workers: 1, listen: loopback, log, metrics });
    onTestFinished(() => pool.stop());
    // As a page does that is told that all is lost, and comes again at once.
    const publish = (): Promise<unknown> => pool.publish('session', 'anna', 'v=0', ['audio']).catch((error: unknown) => error);
    const answers: unknown[] = [];
    pool.onEvent(({ type }) => type === 'lost' && gone.length < 6 && void publish().then((answer) => answers.push(answer)));
    void publish();
    const killing = setInterval(() => {
      if (gone.length < 5) for (const pid of pool.pids) process.kill(pid, 'SIGKILL');
    }, 5);
    onTestFinished(() => clearInterval(killing));
    await expect.poll(() => answers.at(-1), { timeout: 50_000 }).toMatchObject({ code: 'bad_description' });
    expect(gone).toEqual([
      expect.not.objectContaining({ pauseMs: expect.anything() as number }),
      ...[100, 200, 400, 800].map((pauseMs) => expect.objectContaining({ sessions: 1, pauseMs }) as unknown),
    ]);
    const pauses = started.slice(1).map((at, n) => at - started[n]!);
    for (const [n, least] of [0, 100, 200, 400, 800].entries()) expect(pauses[n]).toBeGreaterThanOrEqual(least - 5);
    expect(counted.get('media_workers_gone')).toBe(5);
  },
);

it('counts the descriptions that it refuses, whoever reads them', { timeout: 60_000 }, async () => {
  const counted = new Map<string, number>();
  const metrics = { count: (name: string, by = 1) => void counted.set(name, (counted.get(name) ?? 0) + by) };
  const refused = (): number | undefined => counted.get('media_dropped_descriptions');
  const rtpPorts = await freePorts(2);
  const pool = new MediaPool({ port: await freePort(), workers: 1, listen: loopback, rtpPorts, log: silent, metrics });
  onTestFinished(() => pool.stop());
  expect(refused()).toBe(0);
  // Without a worker.
  for (const read of [() => pool.read('v=0', ['audio']), () => pool.readCall('', ['audio'])])
    expect(read).toThrow(expect.objectContaining({ code: 'bad_description' }));
  expect(refused()).toBe(2);
  const publisher = new MediaPublisher(1_000, { port: await freePort(), listen: loopback });
  onTestFinished(() => publisher.close());
  const offers: number[] = [];
  pool.onEvent((event) => event.type === 'offer' && offers.push(event.revision));
  await pool.publish('session', 'anna', publisher.offer, ['video']);
  pool.subscribe('session', 'bo', [{ participant: 'anna', mid: '0' }]);
  await expect.poll(() => offers).toHaveLength(1);
  const wrong = publisher.offer.replaceAll(/a=fingerprint:.*\r\n/gu, '');
  const publishWrong = (): Promise<unknown> => pool.publish('session', 'cem', wrong, ['video']);
  const attempts = await Promise.allSettled([
    publishWrong(),
    pool.answer('session', 'bo', offers[0] ?? 0, 'v=0'),
    pool.call('session', 'dora', { offer: 'v=0', allowed: ['audio'], streams: [] }),
    pool.bridges.answerOffer('bridge', 'phone', 'v=0'),
    pool.bridges.answerOffer('bridge', 'browser', 'v=0'),
    pool.echoes.echo('echo', wrong),
    pool.ivrs.answerIvr('ivr', wrong),
  ]);
  expect(attempts).toEqual(
    attempts.map(() => ({ status: 'rejected', reason: expect.objectContaining({ code: 'bad_description' }) as unknown })),
  );
  await expect.poll(refused, { timeout: 10_000 }).toBe(9);
  // An answer that comes too late says nothing of itself: what comes after it is counted, and not that.
  await expect(pool.answer('session', 'bo', 100, 'v=0')).rejects.toMatchObject({ code: 'stale' });
  await expect(publishWrong()).rejects.toMatchObject({ code: 'bad_description' });
  await expect.poll(refused, { timeout: 10_000 }).toBeGreaterThan(9);
  expect(refused()).toBe(10);
});
