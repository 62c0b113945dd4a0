/** Handshakes (ICE and DTLS) whose datagrams are damaged on their way, and then those of others, which are not. */
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { MediaPool } from '../../packages/server/src/media/pool.ts';
import { Registry } from '../../packages/server/src/metrics.ts';
import { freePort, loopback } from '../browser/harness/ports.ts';
import { Chance } from '../sim/chance.ts';
import { MediaPublisher } from '../support/media-peers.ts';
import { bytes, damaged } from './media-noise.ts';

const nightly = process.env['OFFHOOK_NIGHTLY'] !== undefined;
const seed = Number(process.env['OFFHOOK_SEED'] ?? Date.now() % 1_000_000_000);
const quiet = { info() {}, warn() {}, error() {} };
/** So many at once. */
const atOnce = 8;
/** How long a damaged handshake is watched. */
const watchedMs = 2_500;

/** The way between one publisher and the worker: what passes may be lost, come twice, late, or otherwise than it was sent. */
class Wire {
  /** False: all passes as it is. */
  isHarmful = true;
  /** All that has passed, of either side. */
  readonly passed: Buffer[] = [];
  readonly port: number;
  readonly #chance: Chance;
  readonly #outside: Socket;
  readonly #inside: Socket;
  #publisher = 0;

  private constructor(port: number, worker: number, chance: Chance, outside: Socket, inside: Socket) {
    this.port = port;
    this.#chance = chance;
    this.#outside = outside;
    this.#inside = inside;
    outside.on('message', (said, { port: from }) => {
      this.#publisher = from;
      this.#pass(said, (one) => inside.send(one, worker, loopback));
    });
    inside.on('message', (said) => this.#pass(said, (one) => outside.send(one, this.#publisher, loopback)));
  }

  static async lay(worker: number, chance: Chance): Promise<Wire> {
    const [outside, inside] = [createSocket('udp4'), createSocket('udp4')];
    const port = await freePort();
    outside.bind(port, loopback);
    inside.bind(0, loopback);
    await Promise.all([once(outside, 'listening'), once(inside, 'listening')]);
    return new Wire(port, worker, chance, outside, inside);
  }

  cut(): void {
    this.#outside.close();
    this.#inside.close();
  }

  #pass(said: Buffer, on: (one: Buffer) => void): void {
    const chance = this.#chance;
    this.passed.push(Buffer.from(said));
    if (!this.isHarmful) {
      on(said);
      return;
    }
    if (!chance.is(0.1)) on(chance.is(0.3) ? damaged(chance, said) : said);
    if (chance.is(0.1)) on(said);
    if (chance.is(0.2)) on(damaged(chance, chance.pick(this.passed)));
    if (chance.is(0.1)) on(Buffer.concat([said.subarray(0, 13), bytes(chance, 200)]));
  }
}

/** By this port alone: the worker learns where its checks come from, and the publisher knows of no other way. */
const withoutCandidates = (sdp: string): string => sdp.replaceAll(/^a=candidate:.*\r\n/gmu, '');
const by = (port: number, sdp: string): string =>
  sdp.replaceAll(/^(a=candidate:\S+ 1 udp \d+ \S+) \d+/gimu, (_, before: string) => `${before} ${port}`);

test(
  `no damaged handshake breaks a worker, each is counted, and the next one succeeds (seed ${seed})`,
  { timeout: nightly ? 1_800_000 : 240_000 },
  async () => {
    const chance = new Chance(seed);
    const port = await freePort();
    const metrics = new Registry();
    const pool = new MediaPool({ port, listen: loopback, workers: 1, log: quiet, metrics });
    onTestFinished(() => pool.stop());
    const passed: Buffer[] = [];
    let [connected, all] = [0, 0];

    const attempt = async (name: string): Promise<void> => {
      const wire = await Wire.lay(port, chance);
      const publisher = new MediaPublisher(1_000, { port: await freePort(), listen: loopback });
      try {
        const { answer } = await pool.publish('session', name, withoutCandidates(publisher.offer), ['video']);
        publisher.connect(by(wire.port, answer));
        const until = performance.now() + watchedMs;
        while (performance.now() < until && !publisher.send(2, performance.now()))
          await new Promise((resolve) => setTimeout(resolve, 20));
        if (publisher.state === 'connected') connected++;
        all++;
      } finally {
        publisher.close();
        pool.leave('session', name);
        wire.cut();
        passed.push(...wire.passed);
      }
    };

    let pid: number | undefined;
    for (let round = nightly ? 200 : 5; round > 0; round--) {
      await Promise.all(Array.from({ length: atOnce }, (_, n) => attempt(`${round}-${n}`)));
      pid ??= pool.pids[0];
      // What was said in others is said again, to nobody in particular.
      const socket = createSocket('udp4');
      for (const said of passed.splice(0)) {
        const sent = chance.is(0.5) ? said : damaged(chance, said);
        await new Promise((resolve) => socket.send(sent, port, loopback, resolve));
      }
      socket.close();
    }
    // Some were damaged beyond repair, and some were not: else this has shown nothing.
    expect(connected).toBeGreaterThan(0);
    expect(connected).toBeLessThan(all);

    const counted = (what: string): number =>
      Number(new RegExp(`media_dropped_${what}_total (\\d+)$`, 'mu').exec(String(metrics))?.[1] ?? 0);
    await expect.poll(() => counted('stun')).toBeGreaterThan(0);
    await expect.poll(() => counted('dtls')).toBeGreaterThan(0);

    const proper = new MediaPublisher(2_000, { port: await freePort(), listen: loopback });
    onTestFinished(() => proper.close());
    proper.connect((await pool.publish('session', 'proper', proper.offer, ['video'])).answer);
    await expect.poll(() => proper.send(10, performance.now())).toBe(true);
    const came = async (): Promise<boolean> => {
      proper.send(50, performance.now());
      return (await pool.measured('session')).some(({ participant, bitrate }) => participant === 'proper' && bitrate > 0);
    };
    await expect.poll(came, { timeout: 30_000 }).toBe(true);

    // Packets of a connection that was made properly, and is damaged then.
    const wire = await Wire.lay(port, chance);
    onTestFinished(() => wire.cut());
    wire.isHarmful = false;
    const late = new MediaPublisher(3_000, { port: await freePort(), listen: loopback });
    onTestFinished(() => late.close());
    const { answer } = await pool.publish('session', 'late', withoutCandidates(late.offer), ['video']);
    late.connect(by(wire.port, answer));
    await expect.poll(() => late.send(10, performance.now()), { timeout: 30_000 }).toBe(true);
    wire.isHarmful = true;
    const forged = (): number => {
      late.send(50, performance.now());
      return counted('srtp');
    };
    await expect.poll(forged, { timeout: 30_000 }).toBeGreaterThan(0);
    expect(pool.pids).toEqual([pid]);
  },
);
