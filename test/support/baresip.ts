/** baresip, a SIP phone that no part of this project has written. Its microphone hears a tone, and what it plays is kept. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { soundOf } from './ffmpeg.ts';
import type { Sound } from './ffmpeg.ts';
import { program } from './programs.ts';
import { toneFile } from './tone-file.ts';

export interface BaresipOptions {
  /** A line of its accounts, as `<sip:anna@127.0.0.1>;regint=0`. */
  readonly account: string;
  /** What its microphone hears, in Hz. */
  readonly tone: number;
  /** Opus sounds of 48,000 samples a second, both others of 8,000. */
  readonly isOpus?: boolean;
  /** UDP and TCP port on which it listens; absent: any. */
  readonly port?: number;
  /** Whom it calls at once. */
  readonly dials?: string;
  /** TCP port at which it tells what it hears of keys. */
  readonly keysAt?: number;
  /** By IPv6 alone, also its sound, from an address of this machine beside loopback: of that it knows no IPv6. */
  readonly isV6?: boolean;
}

/** A key goes up by itself after a quarter of a second, and the next one is only one of its own then. */
const keyMs = 400;

export class Baresip {
  readonly #folder: string;
  readonly #child: ChildProcess;
  #said = '';

  constructor({ account, tone, isOpus = false, port = 0, dials, keysAt, isV6 = false }: BaresipOptions) {
    this.#folder = mkdtempSync(join(tmpdir(), 'offhook-baresip-'));
    const file = toneFile(this.#folder, tone, isOpus ? { rate: 48_000, channels: 2 } : { rate: 8_000, channels: 1 });
    const config = [
      `sip_listen ${isV6 ? '[::1]' : '127.0.0.1'}:${port}`,
      'module_path /usr/lib/baresip/modules',
      ...['g711', 'opus', 'srtp', 'aufile', 'sndfile', 'stdio'].map((module) => `module ${module}.so`),
      'module_tmp uuid.so',
      'module_tmp account.so',
      'module_app menu.so',
      ...(keysAt === undefined ? [] : ['module_app ctrl_tcp.so', `ctrl_tcp_listen 127.0.0.1:${keysAt}`]),
      `audio_source aufile,${file}`,
      `audio_player aufile,${join(this.#folder, 'played.wav')}`,
      `snd_path ${this.#folder}`,
      '',
    ];
    writeFileSync(join(this.#folder, 'config'), config.join('\n'));
    writeFileSync(join(this.#folder, 'accounts'), `${account}\n`);
    const orders = dials === undefined ? [] : ['-e', `d ${dials}`];
    const way = isV6 ? ['-6'] : [];
    this.#child = spawn(program('baresip'), [...way, '-f', this.#folder, ...orders], { stdio: ['pipe', 'pipe', 'pipe'] });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on('data', (bytes: Buffer) => (this.#said += bytes.toString()));
    onTestFinished(() => {
      this.#child.kill('SIGKILL');
      rmSync(this.#folder, { recursive: true, force: true });
    });
  }

  /** All that it has written so far. */
  get said(): string {
    return this.#said;
  }

  /** The keys that it has been sent since it is asked for them (RFC 4733). */
  async keysFrom(port: number): Promise<() => string> {
    const socket = connect(port, '127.0.0.1');
    let told = '';
    socket.on('data', (bytes: Buffer) => (told += bytes.toString()));
    onTestFinished(() => {
      socket.destroy();
    });
    await once(socket, 'connect');
    return () => [...told.matchAll(/"CALL_DTMF_START"[^}]*"param":"(.)"/g)].map(([, key]) => key).join('');
  }

  /** What it has heard so far; nothing before it has heard anything. */
  async heard(): Promise<Sound | undefined> {
    const file = readdirSync(this.#folder).findLast((name) => name.endsWith('-dec.wav'));
    return file === undefined ? undefined : soundOf(join(this.#folder, file), 1).catch(() => undefined);
  }

  /** For how many seconds it has heard a tone, also before and after it has described itself anew: there is a file for each time. */
  async heardTone(hertz: number): Promise<number> {
    const files = readdirSync(this.#folder).filter((name) => name.endsWith('-dec.wav'));
    const sounds = files.map((file) => soundOf(join(this.#folder, file), 1).catch(() => undefined));
    return (await Promise.all(sounds)).reduce((sum, sound) => sum + (sound?.heard(hertz) ?? 0), 0);
  }

  /** A key of its own user interface. */
  type(keys: string): void {
    this.#child.stdin?.write(keys);
  }

  /** Digits and #, as a person presses them: each is let go of before the next one. */
  async press(digits: string): Promise<void> {
    for (const digit of digits) {
      this.type(digit);
      await setTimeout(keyMs);
    }
  }

  hangUp(): void {
    this.#child.kill('SIGTERM');
  }
}
