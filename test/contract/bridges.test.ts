/** Bridges of a worker that is killed: each call is told once, nothing is left, and each begins anew under the same name. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { muLaw } from '../../packages/media/src/recorder/g711.ts';
import { MediaPool } from '../../packages/server/src/media/pool.ts';
import type { BridgeEvent } from '../../packages/server/src/ports/bridge.ts';
import { MediaError } from '../../packages/server/src/ports/media.ts';
import { StartError } from '../../packages/server/src/server.ts';
import { freePort, freePorts } from '../browser/harness/ports.ts';
import { Sound } from '../support/ffmpeg.ts';
import { RtpSocket } from '../support/rtp-peers.ts';
import { toneFile } from '../support/tone-file.ts';
import { startServer } from '../support/wire.ts';

const at = '127.0.0.1';
const silent = { info() {}, warn() {}, error() {} };
const phone = (port: number): string =>
  ['v=0', `o=- 1 1 IN IP4 ${at}`, 's=-', `c=IN IP4 ${at}`, 't=0 0', `m=audio ${port} RTP/AVP 0`, ''].join('\r\n');
const portIn = (sdp: string): number => Number(/^m=audio (\d+)/m.exec(sdp)?.[1]);

/** Fails where somebody has it. */
async function bindOnce(port: number): Promise<void> {
  const socket = createSocket('udp4');
  socket.bind({ port, address: at, exclusive: true });
  await once(socket, 'listening');
  socket.close();
  await once(socket, 'close');
}

it(
  'tells of each bridge of a worker that is killed, leaves no port taken, and goes on with another',
  { timeout: 120_000 },
  async () => {
    const { first, last } = await freePorts(6);
    // As many as three calls need.
    const rtpPorts = { first, last };
    const pool = new MediaPool({ port: await freePort(), workers: 1, listen: at, rtpPorts, log: silent });
    onTestFinished(() => pool.stop());
    const told: BridgeEvent[] = [];
    pool.bridges.onBridge((event) => told.push(event));
    const calls = ['one', 'two', 'three'];
    const ports: number[] = [];
    for (const call of calls) {
      ports.push(portIn(await pool.bridges.answerOffer(call, 'phone', phone(4_000))));
      expect(await pool.bridges.offer(call, 'browser')).toContain('PCMU');
    }
    // No more of them than there are ports, and what has not begun is none.
    await expect(pool.bridges.answerOffer('four', 'phone', phone(4_000))).rejects.toThrow(MediaError);
    pool.bridges.endBridge('four');
    pool.bridges.endBridge('three');
    const [pid] = pool.pids;
    process.kill(pid!, 'SIGKILL');
    const late = pool.bridges.accept('one', 'browser', 'v=0').catch((error: unknown) => error);
    await expect.poll(() => told.length, { timeout: 60_000 }).toBe(2);
    expect(told.map(({ type, bridge }) => [type, bridge])).toEqual([
      ['lost', 'one'],
      ['lost', 'two'],
    ]);
    expect(await late).toBeInstanceOf(MediaError);
    for (const port of ports) await bindOnce(port);
    const again = await pool.bridges.offer('one', 'phone', { at, before: phone(4_000), origin: { id: 5, version: 3 } });
    expect(again).toContain(`o=- 5 3 IN IP4 ${at}`);
    await pool.bridges.accept('one', 'phone', phone(4_000));
    expect(pool.pids).not.toContain(pid);
    for (const call of calls) pool.bridges.endBridge(call);
    // All ports are free again: three calls begin.
    for (const call of ['five', 'six', 'seven'])
      await expect.poll(() => pool.bridges.answerOffer(call, 'phone', phone(4_000)).then(portIn, () => 0)).toBeGreaterThan(0);
    expect(told).toHaveLength(2);
  },
);

it(
  'plays the music of the host to telephones that are held, also by a worker that begins anew',
  { timeout: 60_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'offhook-music-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const holdMusic = toneFile(folder, 700, { rate: 16_000, channels: 1 });
    const { first, last } = await freePorts(6);
    const pool = new MediaPool({
      port: await freePort(),
      workers: 1,
      listen: at,
      rtpPorts: { first, last },
      log: silent,
      holdMusic,
    });
    onTestFinished(() => pool.stop());
    const socket = await RtpSocket.open(at);
    onTestFinished(() => socket.close());
    for (const call of ['one', 'two']) {
      await pool.bridges.answerOffer(call, 'phone', phone(socket.port));
      pool.bridges.playMeanwhile(call, 'music');
      const heard = (): number => {
        const samples = socket.packets.flatMap(({ bytes, payloadStart, payloadEnd }) =>
          [...bytes.subarray(payloadStart, payloadEnd)].map((byte) => muLaw[byte]! / 32_768),
        );
        // As often as the ear counts.
        return new Sound([Float32Array.from(samples.flatMap((sample) => Array<number>(6).fill(sample)))]).heard(700);
      };
      await expect.poll(heard, { timeout: 20_000 }).toBeGreaterThan(0.5);
      pool.bridges.endBridge(call);
      const [pid] = pool.pids;
      process.kill(pid!, 'SIGKILL');
      await expect.poll(() => pool.pids).not.toContain(pid);
      socket.got.length = 0;
    }
  },
);

it.each([
  ['no-such-file.wav', undefined, 'cannot be read'],
  ['words.wav', 'no music at all', 'neither WAV nor Opus'],
])('a server whose music is %s does not start, and says why', async (name, text, why) => {
  const folder = mkdtempSync(join(tmpdir(), 'offhook-music-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const holdMusic = join(folder, name);
  if (text !== undefined) writeFileSync(holdMusic, text);
  const start = startServer({ holdMusic });
  await expect(start).rejects.toThrow(StartError);
  await expect(start).rejects.toThrow(new RegExp(`--hold-music.*${why}.*${name}`));
});
