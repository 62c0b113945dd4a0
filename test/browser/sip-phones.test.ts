/** Telephones that dial into sessions: baresip, which no part of this project has written, with the sound of both ways looked at. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OffhookApi } from '@offhook/api';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { ownCertificate } from '../../packages/server/src/http/certificate.ts';
import { newApiKey } from '../../packages/server/src/ports/api-keys.ts';
import { soundOf } from '../support/ffmpeg.ts';
import type { Sound } from '../support/ffmpeg.ts';
import { program, skipped } from '../support/programs.ts';
import { startServer } from '../support/wire.ts';
import { freePort } from './harness/ports.ts';

const key = newApiKey('S'.repeat(43), (value) => createHash('sha256').update(value).digest('base64url'));
const [low, high] = [440, 1_000];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'offhook-phones-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A minute of a tone, as WAV with 16 bits. */
function toneFile(
  into: string,
  hertz: number,
  { rate, channels }: { readonly rate: number; readonly channels: number },
): string {
  const sample = (n: number): number => 10_000 * Math.sin((2 * Math.PI * hertz * Math.floor(n / channels)) / rate);
  const samples = Int16Array.from({ length: 60 * rate * channels }, (_, n) => sample(n));
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + samples.byteLength, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(channels, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate * channels * 2, 28);
  head.writeUInt16LE(channels * 2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36);
  head.writeUInt32LE(samples.byteLength, 40);
  const path = join(into, 'tone.wav');
  writeFileSync(path, Buffer.concat([head, Buffer.from(samples.buffer)]));
  return path;
}

/** A phone whose microphone hears a tone, and which keeps what it hears. */
class Baresip {
  readonly #folder: string;
  readonly #child: ReturnType<typeof spawn>;
  #said = '';

  constructor(name: string, hertz: number, dials: string, account = '') {
    this.#folder = mkdtempSync(join(folder, `${name}-`));
    writeFileSync(
      join(this.#folder, 'config'),
      [
        'sip_listen 127.0.0.1:0',
        'module_path /usr/lib/baresip/modules',
        ...['g711', 'opus', 'srtp', 'aufile', 'sndfile'].map((module) => `module ${module}.so`),
        'module_tmp uuid.so',
        'module_tmp account.so',
        'module_app menu.so',
        `audio_source aufile,${toneFile(this.#folder, hertz, account.includes('opus') ? { rate: 48_000, channels: 2 } : { rate: 8_000, channels: 1 })}`,
        `audio_player aufile,${join(this.#folder, 'played.wav')}`,
        `snd_path ${this.#folder}`,
        '',
      ].join('\n'),
    );
    writeFileSync(join(this.#folder, 'accounts'), `<sip:${name}@127.0.0.1>;regint=0${account}\n`);
    this.#child = spawn(program('baresip'), ['-f', this.#folder, '-e', `d ${dials}`], { stdio: ['pipe', 'pipe', 'pipe'] });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on('data', (bytes: Buffer) => (this.#said += bytes.toString()));
    onTestFinished(() => void this.#child.kill('SIGKILL'));
  }

  get said(): string {
    return this.#said;
  }

  /** What it has heard so far; nothing before it has heard anything. */
  async heard(): Promise<Sound | undefined> {
    const file = readdirSync(this.#folder).find((name) => name.endsWith('-dec.wav'));
    return file === undefined ? undefined : soundOf(join(this.#folder, file), 1).catch(() => undefined);
  }

  hangUp(): void {
    this.#child.kill('SIGTERM');
  }
}

describe.skipIf(skipped.has('baresip'))('phones that dial into a session', () => {
  it.each([
    ['udp', ''],
    ['tcp', ';audio_codecs=opus/48000/2'],
    // This version looks at no certificate: who the server is, is for others to check.
    ['tls', ';mediaenc=srtp-mand'],
  ])('hear one another mixed by %s, until one hangs up or is removed', { timeout: 240_000 }, async (transport, account) => {
    const first = (await freePort()) & ~1;
    const [sipPort, sipTlsPort] = [await freePort(), await freePort()];
    const { cert, key: certKey } = await ownCertificate(undefined, ['127.0.0.1'], new Date());
    const [sipTlsCert, sipTlsKey] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    writeFileSync(sipTlsCert, cert);
    writeFileSync(sipTlsKey, certKey);
    const server = await startServer({
      apiKeys: [key.setting],
      mediaPort: await freePort(),
      mediaWorkers: 1,
      rtpPorts: `${first}-${first + 39}`,
      sipPort,
      sipTlsPort,
      sipTlsCert,
      sipTlsKey,
    });
    onTestFinished(() => server.stop());
    const api = new OffhookApi({ url: `http://127.0.0.1:${server.port}`, key: key.key });
    const { session } = await api.createSession();
    const add = async (): Promise<{ readonly id: string; readonly token: string }> => {
      const { participant, token } = await api.createParticipant({ publish: ['audio'] });
      await api.addParticipant(session, participant.participant, { session });
      return { id: participant.participant, token };
    };
    const [one, other] = [await add(), await add()];
    const dials = ({ token }: { readonly token: string }): string =>
      `sip:${token}@127.0.0.1:${transport === 'tls' ? sipTlsPort : sipPort};transport=${transport}`;
    const [anna, bo] = [new Baresip('anna', low, dials(one), account), new Baresip('bo', high, dials(other))];
    const there = async (): Promise<string[]> =>
      (await api.listParticipants(session)).flatMap(({ user }) => user?.name ?? []).toSorted();
    await expect.poll(there, { timeout: 60_000 }).toEqual(['anna', 'bo']);
    const hears = async (phone: Baresip, hertz: number): Promise<number> => (await phone.heard())?.heard(hertz) ?? 0;
    await expect.poll(() => hears(anna, high), { timeout: 60_000 }).toBeGreaterThan(1);
    await expect.poll(() => hears(bo, low), { timeout: 60_000 }).toBeGreaterThan(1);
    // Nobody hears themselves.
    expect(await hears(anna, low)).toBe(0);
    anna.hangUp();
    await expect.poll(there).toEqual(['bo']);
    await api.removeParticipant(session, other.id);
    await expect.poll(() => bo.said).toMatch(/session closed|terminated/i);
  });
});
