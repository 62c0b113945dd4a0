/** The SIP stack against others: SIPp calls both ways, over UDP that loses packets and over TCP; baresip registers by digest. */
import { execFile, spawn } from 'node:child_process';
import { createHash, createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DigestServer, fieldsOf, register, Request, responseTo, secretOf } from '@offhook/sip';
import type { Binding, Hash, Remote, Response } from '@offhook/sip';
import { describe, expect, it, onTestFinished } from 'vitest';
import { freePort } from './harness/ports.ts';
import { program, skipped } from '../support/programs.ts';
import { random, SipEndpoint } from '../support/sip-endpoint.ts';

async function opened(): Promise<SipEndpoint> {
  const endpoint = await SipEndpoint.open();
  onTestFinished(() => endpoint.close());
  return endpoint;
}

interface Done {
  readonly code: number;
  readonly output: string;
}

/** Its exit code is 0 where every call went through. */
function run(...args: readonly string[]): Promise<Done> {
  return new Promise((resolve) => {
    const child = execFile(
      program('sipp'),
      [...args, '-i', '127.0.0.1', '-nostdin', '-timeout', '100s', '-timeout_error'],
      { env: { ...process.env, TERM: 'dumb' } },
      (error, stdout, stderr) =>
        resolve({
          code: error === null ? 0 : typeof error.code === 'number' ? error.code : 1,
          output: stdout.slice(-4000) + stderr,
        }),
    );
    onTestFinished(() => {
      child.kill('SIGKILL');
    });
  });
}

const invite = (port: number, transport: string): Request =>
  new Request(
    'INVITE',
    `sip:service@127.0.0.1:${port}`,
    fieldsOf({
      From: `"Örtlich" <sip:omar@127.0.0.1>;tag=${random()}`.replace('Ö', '\xc3\x96'),
      To: `<sip:service@127.0.0.1:${port}>`,
      'Call-ID': random(),
      CSeq: '1 INVITE',
      Contact: `<sip:omar@127.0.0.1:5060;transport=${transport}>`,
    }),
  );

describe.skipIf(skipped.has('sipp'))('SIPp', () => {
  it('calls over UDP, and every call goes through', { timeout: 120_000 }, async () => {
    const endpoint = await opened();
    const { code, output } = await run('-sn', 'uac', '-m', '300', '-r', '100', `127.0.0.1:${endpoint.ports.udp}`);
    expect(code, output).toBe(0);
    expect(endpoint.counts).toMatchObject({ answered: 300, acknowledged: 300, ended: 300, failed: 0 });
  });

  it('calls over UDP that loses one in ten each way', { timeout: 120_000 }, async () => {
    const endpoint = await opened();
    endpoint.loss = 0.1;
    // It repeats an INVITE five times and a BYE seven times: enough to lose none of so few.
    const { code, output } = await run(
      '-sn',
      'uac',
      '-m',
      '60',
      '-r',
      '60',
      '-lost',
      '10',
      '-max_invite_retrans',
      '8',
      '-max_retrans',
      '8',
      `127.0.0.1:${endpoint.ports.udp}`,
    );
    expect(code, output).toBe(0);
    // Each INVITE is one call, however often it has come.
    expect(endpoint.counts).toMatchObject({ answered: 60, failed: 0 });
  });

  it('calls over TCP, all on one connection', { timeout: 120_000 }, async () => {
    const endpoint = await opened();
    const { code, output } = await run('-sn', 'uac', '-t', 't1', '-m', '200', '-r', '100', `127.0.0.1:${endpoint.ports.tcp}`);
    expect(code, output).toBe(0);
    expect(endpoint.counts).toMatchObject({ answered: 200, acknowledged: 200, ended: 200, failed: 0 });
  });

  it('is called, and every call goes through', { timeout: 120_000 }, async () => {
    const endpoint = await opened();
    const port = await freePort();
    const done = run('-sn', 'uas', '-m', '60', '-p', String(port));
    // One until it is there, then a few at a time: its scenario bears no INVITE that comes twice.
    for (let n = 0; n < 60; n++) {
      endpoint.call(invite(port, 'udp'), { transport: 'udp', address: '127.0.0.1', port });
      await expect
        .poll(() => endpoint.counts.ended, { timeout: 60_000, interval: 5 })
        .toBeGreaterThanOrEqual(n === 0 ? 1 : n - 3);
    }
    await expect.poll(() => endpoint.counts.ended, { timeout: 60_000 }).toBe(60);
    const { code, output } = await done;
    expect(code, output).toBe(0);
    expect(endpoint.counts).toMatchObject({ called: 60, answered: 60, failed: 0 });
  });
});

const names = { MD5: 'md5', 'SHA-256': 'sha256', 'SHA-512-256': 'sha512-256' };
const hash: Hash = (algorithm, text) => createHash(names[algorithm]).update(text, 'latin1').digest('hex');

/** A registrar of one user, and what it has answered. */
class Registrar {
  bindings: readonly Binding[] = [];
  readonly statuses: number[] = [];
  readonly #digest = new DigestServer({
    realm: 'offhook',
    // This version of baresip gives up where another one is offered beside it.
    algorithms: ['MD5'],
    hash,
    random,
    sign: (text) => createHmac('sha256', 'a key of the server').update(text).digest('hex'),
    equal: (a, b) => a === b,
  });

  serve(request: Request, from: Remote): Response {
    const response = this.#answer(request, from);
    this.statuses.push(response.status);
    return response;
  }

  #answer(request: Request, from: Remote): Response {
    const [toTag, now] = [random(), performance.now()];
    if (request.method !== 'REGISTER') return responseTo(request, 405, { toTag });
    const credentials = this.#digest.read(request);
    const secret = credentials && secretOf(hash, credentials.algorithm, 'lena', 'offhook', 'secret');
    const verdict = credentials && this.#digest.verify(credentials, secret, request, now, from.address);
    if (verdict !== 'right')
      return responseTo(request, 401, {
        toTag,
        fields: { 'WWW-Authenticate': this.#digest.challenge(now, from.address, { isStale: verdict === 'stale' }) },
      });
    const { status, fields, bindings } = register(request, from, this.bindings, now);
    this.bindings = bindings;
    return responseTo(request, status, { toTag, fields });
  }
}

/** A phone that registers as `lena`, until it is stopped. */
function phone(port: number, parameters: string): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'offhook-baresip-'));
  const modules = '/usr/lib/baresip/modules';
  writeFileSync(
    join(folder, 'config'),
    `sip_listen 127.0.0.1:0\nmodule_path ${modules}\nmodule_tmp account.so\nmodule uuid.so\nmodule g711.so\n`,
  );
  writeFileSync(join(folder, 'accounts'), `<sip:lena@127.0.0.1:${port};${parameters}\n`);
  const child = spawn(program('baresip'), ['-f', folder], { stdio: 'ignore' });
  onTestFinished(() => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  return () => child.kill('SIGTERM');
}

describe.skipIf(skipped.has('baresip'))('baresip', () => {
  it.each(['udp', 'tcp'] as const)(
    'registers over %s with its password, and takes itself off again',
    { timeout: 60_000 },
    async (transport) => {
      const endpoint = await opened();
      const registrar = new Registrar();
      endpoint.onRequest = (request, from) => registrar.serve(request, from);
      const stop = phone(
        endpoint.ports[transport],
        `transport=${transport}>;auth_pass=secret;regint=60;sipnat=outbound;outbound="sip:127.0.0.1:${endpoint.ports[transport]};transport=${transport}"`,
      );
      await expect.poll(() => registrar.bindings.length).toBe(1);
      expect(registrar.statuses).toEqual([401, 200]);
      expect(registrar.bindings[0]).toMatchObject({
        flowId: 1,
        instance: expect.stringMatching(/^urn:uuid:/) as string,
        flow: { transport },
      });
      stop();
      await expect.poll(() => registrar.bindings.length).toBe(0);
    },
  );

  it('is not registered with another password', { timeout: 60_000 }, async () => {
    const endpoint = await opened();
    const registrar = new Registrar();
    endpoint.onRequest = (request, from) => registrar.serve(request, from);
    phone(endpoint.ports.udp, 'transport=udp>;auth_pass=guess;regint=60');
    await expect.poll(() => registrar.statuses.length).toBeGreaterThan(1);
    expect(new Set(registrar.statuses)).toEqual(new Set([401]));
    expect(registrar.bindings).toEqual([]);
  });
});
