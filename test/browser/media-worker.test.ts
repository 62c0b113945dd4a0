/** Real browsers at a real media worker: what is published arrives, as wide as it is seen, over ways that become narrow or break. */
import { networkInterfaces } from 'node:os';
import { expect, test } from 'vitest';
import type { MediaEvent, StreamRef } from '../../packages/server/src/ports/media.ts';
import { MediaPool } from '../../packages/server/src/media/pool.ts';
import { launchChromium, launchFirefox } from './harness/browsers.ts';
import type { Browser } from './harness/browsers.ts';
import { Bottleneck } from './harness/bottleneck.ts';
import { Attendee, blankSite } from './harness/meeting.ts';
import type { Received } from './harness/meeting.ts';
import { narrow } from './harness/narrow.ts';
import { freePort } from './harness/ports.ts';

/** Somebody at this media worker, in Chromium unless said otherwise, until the test is over. */
type Seat = (name: string, pool: MediaPool, browser?: 'chromium' | 'firefox') => Promise<Attendee>;

interface Hall {
  readonly pool: MediaPool;
  readonly port: number;
  readonly events: MediaEvent[];
  seat(name: string, browser?: 'chromium' | 'firefox'): Promise<Attendee>;
}

interface Fixtures {
  readonly house: { readonly url: string; browser(name: 'chromium' | 'firefox'): Promise<Browser> };
  readonly seat: Seat;
  readonly hall: Hall;
}

const silent = { debug() {}, info() {}, warn() {}, error() {} };

const it = test.extend<Fixtures>({
  house: [
    // oxlint-disable-next-line no-empty-pattern -- Vitest reads the names of fixtures from the pattern
    async ({}, use) => {
      await using stack = new AsyncDisposableStack();
      const site = await blankSite();
      stack.defer(() => site.close());
      const browsers = new Map<string, Promise<Browser>>();
      await use({
        url: site.url,
        browser(name) {
          const known = browsers.get(name);
          if (known !== undefined) return known;
          const launched = name === 'firefox' ? launchFirefox() : launchChromium();
          browsers.set(name, launched);
          stack.defer(async () => (await launched).close());
          return launched;
        },
      });
    },
    { scope: 'file' },
  ],
  seat: async ({ house }, use) => {
    const seated: Attendee[] = [];
    await use(async (name, pool, browser = 'chromium') => {
      const one = await Attendee.seat(name, await house.browser(browser), house.url, 'session', pool);
      seated.push(one);
      return one;
    });
    for (const one of seated) await one.close();
  },
  hall: async ({ seat }, use) => {
    const port = await freePort();
    const pool = new MediaPool({ port, workers: 1, log: silent });
    const events: MediaEvent[] = [];
    pool.onEvent((event) => events.push(event));
    await use({
      pool,
      port,
      events,
      seat: (name, browser) => seat(name, pool, browser),
    });
    await pool.stop();
  },
});

/** Everybody gets all that the others publish. */
function subscribeAll(pool: MediaPool, streams: readonly StreamRef[]): void {
  for (const name of new Set(streams.map(({ participant }) => participant)))
    pool.subscribe(
      'session',
      name,
      streams.filter(({ participant }) => participant !== name),
    );
}

it('lets three people hear and see one another', async ({ hall }) => {
  const people = await Promise.all(['anna', 'bo', 'cem'].map((name) => hall.seat(name)));
  const streams = (await Promise.all(people.map((one) => one.publish()))).flat();
  subscribeAll(hall.pool, streams);
  for (const one of people) {
    await expect
      .poll(async () => {
        const received = await one.received();
        return received.filter(({ kind, frames, energy }) => (kind === 'video' ? frames > 10 : energy > 0.01)).length;
      })
      .toBe(4);
  }
}, 120_000);

it('sends no larger picture than is looked at', async ({ hall }) => {
  const [anna, bo] = [await hall.seat('anna'), await hall.seat('bo')];
  const streams = await anna.publish({ video: true, simulcast: true });
  hall.pool.subscribe('session', 'bo', streams);
  const width = (): Promise<number> => bo.received().then(([one]) => one?.width ?? 0);
  await expect.poll(width).toBe(1_280);
  hall.pool.look('session', 'bo', streams[0]!, 300);
  await expect.poll(width).toBe(320);
  hall.pool.look('session', 'bo', streams[0]!, 1_280);
  await expect.poll(width).toBe(1_280);
  hall.pool.look('session', 'bo', streams[0]!, 0);
  await expect.poll(() => stands(bo)).toBe(true);
}, 120_000);

it('sends a smaller picture over a way that becomes narrow, and the large one again afterwards', async ({ hall }) => {
  const [anna, bo] = [await hall.seat('anna'), await hall.seat('bo')];
  hall.pool.subscribe('session', 'bo', await anna.publish({ audio: true, video: true, simulcast: true }));
  const width = (): Promise<number> => bo.received().then((all) => all.find(({ kind }) => kind === 'video')?.width ?? 0);
  await expect.poll(width, { timeout: 40_000 }).toBe(1_280);
  const way = narrow(hall.port, 50_000);
  try {
    await expect.poll(width).toBeLessThan(1_280);
    await expect.poll(() => stands(bo)).toBe(false);
  } finally {
    way.widen();
  }
  await expect.poll(width, { timeout: 40_000 }).toBe(1_280);
}, 120_000);

/** Of the first stream that one receives. */
async function widthOf(one: Attendee): Promise<number> {
  const [first] = await one.received();
  return first?.width ?? 0;
}

async function framesOf(one: Attendee): Promise<number> {
  const [first] = await one.received();
  return first?.frames ?? 0;
}

it.for([
  ['VP9', 'L3T3_KEY'],
  ['AV1', 'L3T3_KEY'],
  ['AV1', 'L3T3'],
])(
  'sends of a picture with several layers as many as are looked at: %s, %s',
  { timeout: 120_000 },
  async ([codec, layers], { hall }) => {
    const [anna, bo, cem] = [await hall.seat('anna'), await hall.seat('bo'), await hall.seat('cem')];
    const streams = await anna.publish({ video: true, codec: codec!, layers: layers! });
    for (const name of ['bo', 'cem']) hall.pool.subscribe('session', name, streams);
    await expect.poll(() => widthOf(bo), { timeout: 40_000 }).toBe(1_280);
    hall.pool.look('session', 'cem', streams[0]!, 300);
    await expect.poll(() => widthOf(cem)).toBe(320);
    const before = await framesOf(cem);
    await expect.poll(() => framesOf(cem)).toBeGreaterThan(before + 20);
    // Browsers leave out the largest one themselves while the machine is busy.
    await expect.poll(() => widthOf(bo)).toBe(1_280);
    hall.pool.look('session', 'cem', streams[0]!, 1_280);
    await expect.poll(() => widthOf(cem)).toBe(1_280);
  },
);

it('hears from growing delay alone that a way is too narrow, before anything is lost', async ({ seat }) => {
  await using stack = new AsyncDisposableStack();
  const port = await freePort();
  const way = await Bottleneck.stand('127.0.0.2', port, 250_000);
  stack.defer(() => way.close());
  const pool = new MediaPool({ port, workers: 1, log: silent, listen: '127.0.0.1', announced: [way.address] });
  stack.defer(() => pool.stop());
  const [anna, bo] = [await seat('anna', pool), await seat('bo', pool)];
  pool.subscribe('session', 'bo', await anna.publish({ audio: true, video: true, simulcast: true }));
  const picture = async (): Promise<Received | undefined> => (await bo.received()).find(({ kind }) => kind === 'video');
  await expect.poll(async () => (await picture())?.width).toBe(1_280);
  const lost = (await picture())?.lost;
  way.bitrate = 450_000;
  await expect.poll(async () => (await picture())?.width).toBeLessThan(1_280);
  expect(way.dropped).toBe(0);
  expect((await picture())?.lost).toBe(lost);
}, 120_000);

/** Firefox reaches no loopback from elsewhere. */
function ofIpv6(browser: 'chromium' | 'firefox'): string | undefined {
  const all = Object.values(networkInterfaces()).flatMap((some) => some ?? []);
  const fits = all.find(
    ({ family, internal, scopeid }) => family === 'IPv6' && internal === (browser === 'chromium') && !scopeid,
  );
  return fits?.address;
}

it.for(['chromium', 'firefox'] as const)('is reached by IPv6: %s', { timeout: 120_000 }, async (browser, { seat, skip }) => {
  const listen = ofIpv6(browser);
  if (listen === undefined) return skip('this machine has no IPv6');
  await using stack = new AsyncDisposableStack();
  const pool = new MediaPool({ port: await freePort(), workers: 1, log: silent, listen });
  stack.defer(() => pool.stop());
  const offers: string[] = [];
  pool.onEvent((event) => void (event.type === 'offer' && offers.push(event.offer)));
  const [anna, bo] = [await seat('anna', pool, browser), await seat('bo', pool, browser)];
  pool.subscribe('session', 'bo', await anna.publish());
  await expect
    .poll(async () => (await bo.received()).filter(({ frames, energy }) => frames > 10 || energy > 0.01).length)
    .toBe(2);
  // There was no other way.
  const addresses = Array.from(offers.join('').matchAll(/a=candidate:\S+ 1 udp \d+ (\S+)/giu), ([, address]) => address);
  expect(new Set(addresses)).toEqual(new Set([listen]));
});

/** Whether no packet comes for half a second. */
async function stands(one: Attendee): Promise<boolean> {
  const packets = async (): Promise<number> => (await one.received()).reduce((sum, stream) => sum + stream.packets, 0);
  const before = await packets();
  await new Promise((resolve) => setTimeout(resolve, 500));
  return (await packets()) === before;
}

it.for(['VP8', 'VP9', 'H264', 'AV1'])('forwards %s', { timeout: 120_000 }, async (codec, { hall }) => {
  const [anna, bo] = [await hall.seat('anna'), await hall.seat('bo')];
  hall.pool.subscribe('session', 'bo', await anna.publish({ video: true, codec }));
  await expect.poll(async () => (await bo.received())[0]?.frames ?? 0).toBeGreaterThan(10);
});

it.for(['PCMU', 'PCMA', 'G722'])('forwards %s', { timeout: 120_000 }, async (sound, { hall }) => {
  const [anna, bo] = [await hall.seat('anna'), await hall.seat('bo')];
  hall.pool.subscribe('session', 'bo', await anna.publish({ audio: true, sound }));
  await expect.poll(async () => (await bo.received())[0]?.energy ?? 0).toBeGreaterThan(0.01);
  expect((await bo.received())[0]?.codec).toBe(`audio/${sound}`);
});

/** Of the first stream that one receives, in the mean. */
async function packetBytes(one: Attendee): Promise<number> {
  const [sound] = await one.received();
  return (sound?.bytes ?? 0) / (sound?.packets ?? 1);
}

it('passes redundant sound on to a receiver that takes it, and unpacks it for one that does not', async ({ hall }) => {
  const [anna, bo, cem] = [await hall.seat('anna'), await hall.seat('bo'), await hall.seat('cem', 'firefox')];
  const streams = await anna.publish({ audio: true, redundant: true });
  for (const name of ['bo', 'cem']) hall.pool.subscribe('session', name, streams);
  for (const one of [bo, cem]) await expect.poll(async () => (await one.received())[0]?.energy ?? 0).toBeGreaterThan(0.01);
  // Each packet twice.
  await expect.poll(async () => (await packetBytes(bo)) / (await packetBytes(cem))).toBeGreaterThan(1.5);
}, 120_000);

it('lets Firefox and Chromium meet', async ({ hall }) => {
  const [anna, bo] = [await hall.seat('anna'), await hall.seat('bo', 'firefox')];
  const streams = [...(await anna.publish({ audio: true, video: true, simulcast: true })), ...(await bo.publish())];
  subscribeAll(hall.pool, streams);
  for (const one of [anna, bo]) {
    await expect
      .poll(
        async () =>
          (await one.received()).filter(({ kind, frames, energy }) => (kind === 'video' ? frames > 10 : energy > 0.01)).length,
      )
      .toBe(2);
  }
}, 120_000);

it.for(['chromium', 'firefox'] as const)(
  'goes on after what %s publishes has taken another path',
  { timeout: 120_000 },
  async (browser, { hall }) => {
    const [anna, bo] = [await hall.seat('anna', browser), await hall.seat('bo')];
    hall.pool.subscribe('session', 'bo', await anna.publish());
    const frames = async (): Promise<number> => (await bo.received()).find(({ kind }) => kind === 'video')?.frames ?? 0;
    await expect.poll(frames).toBeGreaterThan(10);
    await anna.republish(browser === 'firefox' ? 'connection' : 'restart');
    await expect
      .poll(
        () =>
          hall.events.filter((event) => event.type === 'transport' && event.side === 'publish' && event.state === 'connected')
            .length,
      )
      .toBe(2);
    const before = await frames();
    await expect.poll(frames).toBeGreaterThan(before + 10);
  },
);

it.for(['chromium', 'firefox'] as const)(
  'goes on after what %s receives has taken another path',
  { timeout: 120_000 },
  async (browser, { hall }) => {
    const [anna, bo] = [await hall.seat('anna'), await hall.seat('bo', browser)];
    hall.pool.subscribe('session', 'bo', await anna.publish());
    const frames = async (): Promise<number> => (await bo.received()).find(({ kind }) => kind === 'video')?.frames ?? 0;
    await expect.poll(frames).toBeGreaterThan(10);
    hall.pool.restart('session', 'bo');
    await expect
      .poll(
        () =>
          hall.events.filter((event) => event.type === 'transport' && event.side === 'subscribe' && event.state === 'connected')
            .length,
      )
      .toBe(2);
    const before = await frames();
    await expect.poll(frames).toBeGreaterThan(before + 10);
  },
);

it.for([
  ['is killed', 'SIGKILL'],
  ['hangs', 'SIGSTOP'],
] as const)(
  'tells that everything is lost when the worker %s, and takes it again',
  { timeout: 120_000 },
  async ([, signal], { hall }) => {
    const [anna, bo] = [await hall.seat('anna'), await hall.seat('bo')];
    hall.pool.subscribe('session', 'bo', await anna.publish());
    await expect.poll(async () => (await bo.received())[0]?.packets ?? 0).toBeGreaterThan(0);
    process.kill(hall.pool.pids[0]!, signal);
    await expect.poll(() => hall.events).toContainEqual({ type: 'lost', session: 'session' });
    const [cem] = [await hall.seat('cem')];
    hall.pool.subscribe('session', 'cem', await anna.publish());
    await expect
      .poll(async () => (await cem.received()).filter(({ frames, energy }) => frames > 10 || energy > 0.01).length)
      .toBe(2);
  },
);
