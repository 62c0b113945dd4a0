/** Phones that register at a real server, by datagrams: over its death, and as strangers. */
import { createHash } from 'node:crypto';
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { OffhookApi } from '@offhook/api';
import type { AddedPhone } from '@offhook/api';
import { DigestClient, fieldsOf, isRequest, parseMessage, Request, writeMessage } from '@offhook/sip';
import type { Algorithm, Response } from '@offhook/sip';
import { expect, onTestFinished, test } from 'vitest';
import { newApiKey } from '../../packages/server/src/ports/api-keys.ts';
import { freePort, freePorts, loopback } from '../browser/harness/ports.ts';
import { Server } from '../browser/harness/server.ts';

const key = newApiKey('R'.repeat(43), (value) => createHash('sha256').update(value).digest('base64url'));
const names: Readonly<Record<Algorithm, string>> = { MD5: 'md5', 'SHA-256': 'sha256', 'SHA-512-256': 'sha512-256' };

async function started(
  more: object = {},
): Promise<{ readonly server: Server; readonly api: OffhookApi; readonly sipPort: number }> {
  const sipPort = await freePort();
  const { first, last } = await freePorts(10);
  const settings = {
    sipPort,
    rtpPorts: `${first}-${last}`,
    mediaPort: await freePort(),
    mediaWorkers: 1,
    apiKeys: [key.setting],
    ...more,
  };
  const server = await Server.start({ settings });
  onTestFinished(() => server.close());
  await server.claim('Anna');
  return { server, sipPort, api: new OffhookApi({ url: server.url, key: key.key }) };
}

class Phone {
  readonly #socket: Socket;
  readonly #to: number;
  readonly #login: string;
  readonly #digest: DigestClient;
  #cseq = 0;

  private constructor(socket: Socket, to: number, login: string, password: string) {
    this.#socket = socket;
    this.#to = to;
    this.#login = login;
    this.#digest = new DigestClient({
      hash: (algorithm, text) => createHash(names[algorithm]).update(text, 'latin1').digest('hex'),
      random: () => 'c0ffee00c0ffee00',
      login: () => ({ username: login, password }),
    });
  }

  static async open(to: number, { phone, password }: Pick<AddedPhone, 'phone' | 'password'>): Promise<Phone> {
    const socket = createSocket('udp4');
    socket.bind(0, loopback);
    await once(socket, 'listening');
    onTestFinished(() => void socket.close());
    return new Phone(socket, to, phone.login, password);
  }

  /** The final answer, its digest being asked for once if it is; undefined: nothing came for a while. */
  async register(expires = 600, domain: string = loopback): Promise<Response | undefined> {
    const request = this.#request(expires, domain);
    const response = await this.#ask(request);
    if (response?.status !== 401 || !this.#digest.learn(request, response)) return response;
    return this.#ask(this.#request(expires, domain));
  }

  #request(expires: number, domain: string): Request {
    const [port, cseq] = [this.#socket.address().port, ++this.#cseq];
    const aor = `<sip:${this.#login}@${domain}>`;
    const request = new Request(
      'REGISTER',
      `sip:${loopback}:${this.#to}`,
      fieldsOf({
        Via: `SIP/2.0/UDP ${loopback}:${port};branch=z9hG4bK${port}-${cseq};rport`,
        'Max-Forwards': 70,
        From: `${aor};tag=${port}`,
        To: aor,
        'Call-ID': `call-of-${port}`,
        CSeq: `${cseq} REGISTER`,
        Contact: `<sip:${this.#login}@${loopback}:${port}>`,
        Expires: expires,
      }),
    );
    this.#digest.authorize(request);
    return request;
  }

  async #ask(request: Request): Promise<Response | undefined> {
    const heard = once(this.#socket, 'message', { signal: AbortSignal.timeout(2_000) });
    this.#socket.send(Buffer.from(writeMessage(request), 'latin1'), this.#to, loopback);
    const [bytes] = (await heard.catch(() => [])) as [Buffer?];
    const message = bytes && parseMessage(bytes.toString('latin1'));
    return message === undefined || isRequest(message) ? undefined : message;
  }
}

test(
  'a registration outlives a killed server, a password holds for a phone and no longer than it',
  { timeout: 60_000 },
  async () => {
    const { api, server, sipPort } = await started();
    const added = await api.addPhone('anna', 'Desk');
    const phone = await Phone.open(sipPort, added);
    const ok = await phone.register();
    expect([ok?.status, ok?.all('Contact').length, ok?.get('WWW-Authenticate')]).toEqual([200, 1, undefined]);
    const state = async (): Promise<boolean[]> => (await api.listPhones('anna')).phones.map(({ registered }) => registered);
    expect(await state()).toEqual([true]);
    // What was answered is stored a moment later; only then is it worth a death.
    const other = await Phone.open(sipPort, await api.addPhone('anna', 'Hall'));
    expect((await other.register())?.status).toBe(200);
    await api.addPhone('anna', 'Attic');
    await server.kill();
    await server.restart();
    await expect.poll(state).toEqual([true, true, false]);
    expect((await phone.register(0))?.status).toBe(200);
    expect(await state()).toEqual([false, true, false]);
    await api.removeDevice('anna', added.phone.id);
    expect((await phone.register())?.status).toBe(401);
  },
);

test('who guesses is not answered any more, by whatever name', { timeout: 60_000 }, async () => {
  const { api, server, sipPort } = await started();
  const added = await api.addPhone('anna', 'Desk');
  const answers: (number | undefined)[] = [];
  for (let n = 0; n < 11; n++) {
    const login = n % 2 === 0 ? added.phone.login : `user-${n}`;
    const guesser = await Phone.open(sipPort, { phone: { ...added.phone, login }, password: 'guess' });
    answers.push((await guesser.register())?.status);
  }
  expect(answers).toEqual(Array.from({ length: 11 }, () => 401));
  const right = await Phone.open(sipPort, added);
  expect(await right.register()).toBeUndefined();
  expect(server.log).toContain('"sip.banned"');
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  expect(metrics).toMatch(/^offhook_sip_bans_total 1$/m);
  expect(metrics).toMatch(/^offhook_sip_wrong_passwords_total 11$/m);
});

test('phones register at the names of the server alone, and at its addresses', { timeout: 60_000 }, async () => {
  const { api, sipPort } = await started({ publicUrl: 'https://calls.example.com', sipDomains: ['Example.com'] });
  const added = await api.addPhone('anna', 'Desk');
  expect(added.server.host).toBe('Example.com');
  const phone = await Phone.open(sipPort, added);
  const statuses: unknown[] = [];
  for (const domain of ['example.com', 'calls.example.com', loopback, 'example.org', 'www.example.com'])
    statuses.push((await phone.register(600, domain))?.status);
  expect(statuses).toEqual([200, 200, 200, 404, 404]);
});
