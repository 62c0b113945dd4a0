/** Linphone, a SIP phone that no part of this project has written, without a window. Its microphone hears a tone, and what it plays is kept. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { soundOf } from './ffmpeg.ts';
import { program } from './programs.ts';
import { toneFile, wavHead } from './tone-file.ts';

export interface LinphoneOptions {
  readonly login: string;
  readonly password: string;
  /** Of the server, by this transport; TLS takes any certificate, and keys for SRTP with it. */
  readonly port: number;
  readonly transport: 'udp' | 'tcp' | 'tls';
  /** Ports of its own, for each transport one. */
  readonly ports: readonly [udp: number, tcp: number, tls: number];
  /** What its microphone hears, in Hz. */
  readonly tone: number;
  /** It takes every call at once. */
  readonly answers?: boolean;
}

export class Linphone {
  readonly #folder: string;
  readonly #child: ChildProcess;
  #said = '';

  constructor({ login, password, port, transport, ports: [udp, tcp, tls], tone, answers = false }: LinphoneOptions) {
    this.#folder = mkdtempSync(join(tmpdir(), 'offhook-linphone-'));
    mkdirSync(join(this.#folder, '.local/share/linphone'), { recursive: true });
    const config = [
      '[sip]',
      `sip_port=${udp}`,
      `sip_tcp_port=${tcp}`,
      `sip_tls_port=${tls}`,
      'verify_server_certs=0',
      'verify_server_cn=0',
      'register_only_when_network_is_up=0',
      `media_encryption=${transport === 'tls' ? 'srtp' : 'none'}`,
      'default_proxy=0',
      '[proxy_0]',
      `reg_proxy=<sip:127.0.0.1:${port};transport=${transport}>`,
      `reg_identity=sip:${login}@127.0.0.1`,
      'reg_expires=120',
      'reg_sendregister=1',
      'publish=0',
      '[auth_info_0]',
      `username=${login}`,
      `passwd=${password}`,
      'realm=offhook',
      'domain=127.0.0.1',
      '[video]',
      'enabled=0',
      '',
    ];
    writeFileSync(join(this.#folder, 'config'), config.join('\n'));
    const args = ['-c', join(this.#folder, 'config'), ...(answers ? ['-a'] : [])];
    // All that it keeps besides goes to the folder, too.
    const env = { ...process.env, HOME: this.#folder };
    this.#child = spawn(program('linphone'), args, { stdio: ['pipe', 'pipe', 'pipe'], env, cwd: this.#folder });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on('data', (bytes: Buffer) => (this.#said += bytes.toString()));
    this.type('soundcard use files');
    this.type(`play ${toneFile(this.#folder, tone, { rate: 8_000, channels: 1 })}`);
    this.type(`record ${join(this.#folder, 'heard.wav')}`);
    onTestFinished(() => {
      this.#child.kill('SIGKILL');
      rmSync(this.#folder, { recursive: true, force: true });
    });
  }

  /** All that it has written so far. */
  get said(): string {
    return this.#said;
  }

  /** For how many seconds it has heard a tone. */
  async heardTone(hertz: number): Promise<number> {
    const [path, copy] = [join(this.#folder, 'heard.wav'), join(this.#folder, 'so-far.wav')];
    if (!existsSync(path)) return 0;
    // Its own head is written at the end.
    const samples = readFileSync(path).subarray(44);
    writeFileSync(copy, Buffer.concat([wavHead(samples.length, 48_000, 1), samples]));
    return (await soundOf(copy, 1)).heard(hertz);
  }

  /** A line for it: `call sip:anna@127.0.0.1`, `terminate`, a key to press. */
  type(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }
}
