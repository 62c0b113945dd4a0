/** A page that registers by SIP at a real server over WSS (RFC 7118), by the certificate that the server has made itself. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DigestClient, fieldsOf, isRequest, parseMessage, Request, writeMessage } from '@offhook/sip';
import type { Algorithm, Response } from '@offhook/sip';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { newApiKey } from '../../packages/server/src/ports/api-keys.ts';
import { freePort, freePorts } from '../browser/harness/ports.ts';
import { startServer } from '../support/wire.ts';

const key = newApiKey('W'.repeat(43), (value) => createHash('sha256').update(value).digest('base64url'));
const names: Readonly<Record<Algorithm, string>> = { MD5: 'md5', 'SHA-256': 'sha256', 'SHA-512-256': 'sha512-256' };
const host = '127.0.0.1';

/** Asks the server, whose certificate nobody knows. */
async function ask<T>(port: number, method: string, path: string, body?: object): Promise<T> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${key.key}` };
  const asking = httpsRequest({ host, port, path: `/v1/${path}`, method, headers, rejectUnauthorized: false });
  asking.end(body && JSON.stringify(body));
  const [response] = (await once(asking, 'response')) as [AsyncIterable<Buffer>];
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part);
  return JSON.parse(Buffer.concat(parts).toString()) as T;
}

test(
  'a page registers over WSS with a self-signed certificate, and is away once its connection is',
  { timeout: 60_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'offhook-wss-'));
    const { first, last } = await freePorts(10);
    const server = await startServer({
      lan: true,
      dataDir: folder,
      sipPort: await freePort(),
      rtpPorts: `${first}-${last}`,
      mediaPort: await freePort(),
      mediaWorkers: 1,
      apiKeys: [key.setting],
    });
    onTestFinished(async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    });
    const { port } = server;
    await ask(port, 'POST', 'open/claim', { name: 'Anna', device: 'a browser' });
    const { phone, password } = await ask<{ phone: { login: string }; password: string }>(port, 'POST', 'users/anna/phones', {
      name: 'Page',
    });
    const registered = async (): Promise<boolean[]> =>
      (await ask<{ phones: { registered: boolean }[] }>(port, 'GET', 'users/anna/phones')).phones.map((one) => one.registered);

    const socket = new WebSocket(`wss://${host}:${port}/sip`, 'sip', { rejectUnauthorized: false });
    await once(socket, 'open');
    const digest = new DigestClient({
      hash: (algorithm, text) => createHash(names[algorithm]).update(text, 'latin1').digest('hex'),
      random: () => 'c0ffee00c0ffee00',
      login: () => ({ username: phone.login, password }),
    });
    const register = async (cseq: number): Promise<{ readonly request: Request; readonly response: Response }> => {
      const aor = `<sip:${phone.login}@${host}>`;
      const request = new Request(
        'REGISTER',
        `sip:${host}`,
        fieldsOf({
          Via: `SIP/2.0/WSS page.invalid;branch=z9hG4bK${cseq}`,
          'Max-Forwards': 70,
          From: `${aor};tag=page`,
          To: aor,
          'Call-ID': 'call-of-page',
          CSeq: `${cseq} REGISTER`,
          Contact: `<sip:${phone.login}@page.invalid;transport=ws>`,
          Expires: 600,
        }),
      );
      digest.authorize(request);
      const heard = once(socket, 'message', { signal: AbortSignal.timeout(20_000) });
      socket.send(writeMessage(request));
      const [bytes] = (await heard) as [Buffer];
      const response = parseMessage(bytes.toString('latin1'));
      if (isRequest(response)) throw new Error(`${response.method} has come`);
      return { request, response };
    };
    const asked = await register(1);
    expect(asked.response.status).toBe(401);
    expect(digest.learn(asked.request, asked.response)).toBe(true);
    const { response } = await register(2);
    expect([response.status, response.contacts.length]).toEqual([200, 1]);
    expect(await registered()).toEqual([true]);
    socket.terminate();
    await expect.poll(registered, { timeout: 20_000 }).toEqual([false]);
  },
);
