/** SIP over UDP, TCP, TLS and WebSocket, with connections as phones, carriers and pages open them, and those that the server opens. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer as createNetServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import type { Remote } from '@offhook/sip';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { ownCertificate } from '../../packages/server/src/http/certificate.ts';
import type { Certificate } from '../../packages/server/src/http/certificate.ts';
import { SocketGate } from '../../packages/server/src/ports/socket-gate.ts';
import { usualLimits } from '../../packages/server/src/sip/transport/connections.ts';
import type { ConnectionLimits, SipEvents, Standing } from '../../packages/server/src/sip/transport/connections.ts';
import { SipTransports } from '../../packages/server/src/sip/transport/transports.ts';
import type { SipTransportOptions, TlsSettings } from '../../packages/server/src/sip/transport/transports.ts';
import { SystemClock } from '../../packages/server/src/system/clock.ts';
import { quiet } from '../../packages/server/src/engine/engine.fixture.ts';
import { freePort } from '../browser/harness/ports.ts';

const clock = new SystemClock();
const message = (method: string, body = ''): string =>
  [`${method} sip:a@b SIP/2.0`, 'Via: SIP/2.0/TCP b;branch=z9hG4bK1', `Content-Length: ${body.length}`, '', body].join('\r\n');
const certificateOf = (...names: string[]): Promise<Certificate> => ownCertificate(undefined, names, new Date());
const tlsOf = (certificate: TlsSettings['certificate'], ...authorities: string[]): TlsSettings => ({
  port: 0,
  certificate,
  authorities,
});

interface Opened {
  readonly transports: SipTransports;
  readonly heard: { readonly text: string; readonly from: Remote }[];
  /** The methods of what was heard. */
  readonly methods: () => string[];
  /** Of what was said, how much could not be sent. */
  readonly failed: () => number;
  readonly closed: string[];
  readonly say: (to: Remote, text: string) => void;
}

/** Answers each thing it hears with its number. */
async function opened(
  limits: Partial<ConnectionLimits> = {},
  options: Partial<SipTransportOptions> = {},
  answers = (count: number): string => `heard ${count}`,
  standing?: SipEvents['standing'],
): Promise<Opened> {
  const heard: Opened['heard'] = [];
  const closed: string[] = [];
  let failed = 0;
  const say: Opened['say'] = (to, text) => transports.send(to, Buffer.from(text, 'latin1'), () => failed++);
  const take = (text: string, from: Remote): void => {
    heard.push({ text, from });
    const answer = answers(heard.length);
    if (answer !== '') say(from, answer);
  };
  const transports: SipTransports = await SipTransports.open(
    {
      clock,
      log: quiet,
      hosts: ['127.0.0.1'],
      port: await freePort(),
      tls: undefined,
      web: undefined,
      announced: [],
      limits: { ...usualLimits, sweepMs: 20, ...limits },
      ...options,
    },
    {
      onMessage: take,
      onLost: (_frame, from) => take('lost', from),
      onClosed: (connection) => closed.push(connection),
      ...(standing && { standing }),
    },
  );
  onTestFinished(() => transports.close());
  const methods = (): string[] => heard.map(({ text }) => text.slice(0, /[ \r]|$/.exec(text)?.index));
  return { transports, heard, methods, failed: () => failed, closed, say };
}

interface Phone {
  readonly socket: Socket;
  readonly got: () => string;
  readonly isClosed: () => boolean;
}

/** What has come back on a connection. */
async function phone(socket: Socket, ready = 'connect'): Promise<Phone> {
  let [got, closed] = ['', false];
  socket.on('data', (bytes) => (got += bytes.toString('latin1')));
  socket.on('close', () => (closed = true));
  socket.on('error', () => undefined);
  await once(socket, ready);
  onTestFinished(() => void socket.destroy());
  return { socket, got: () => got, isClosed: () => closed };
}

const byTcp = ({ transports }: Opened): Promise<Phone> => phone(connect(transports.ports.tcp ?? 0, '127.0.0.1'));
const byTls = ({ transports }: Opened, ca: string): Promise<Phone> =>
  phone(connectTls({ port: transports.ports.tls ?? 0, host: '127.0.0.1', ca }), 'secureConnect');

describe('TCP', () => {
  test('messages come out of a stream however it is cut, and answers go back on it', async () => {
    const server = await opened();
    const { socket, got } = await byTcp(server);
    const all = message('INVITE', 'v=0') + message('ACK');
    for (const part of [all.slice(0, 10), all.slice(10, 100), all.slice(100)]) socket.write(part);
    await expect.poll(server.methods).toEqual(['INVITE', 'ACK']);
    await expect.poll(got).toBe('heard 1heard 2');
    socket.write('\r\n\r\n');
    await expect.poll(got).toBe('heard 1heard 2\r\n');
    expect(server.heard[0]?.from).toMatchObject({ transport: 'tcp', address: '127.0.0.1', port: socket.localPort });
  });

  test('what cannot be told apart any more is answered, and the connection closed', async () => {
    const server = await opened();
    const { socket, got, isClosed } = await byTcp(server);
    socket.write('INVITE sip:a@b SIP/2.0\r\nContent-Length: many\r\n\r\n');
    await expect.poll(isClosed).toBe(true);
    expect(server.methods()).toEqual(['lost']);
    expect(got()).toBe('heard 1');
    await expect.poll(() => server.closed).toHaveLength(1);
  });

  test('there are so many connections of one address and in all, and idle ones are closed', async () => {
    const server = await opened({ most: 3, perKnown: 2, idleMs: 300 });
    const [one, other, third] = [await byTcp(server), await byTcp(server), await byTcp(server)];
    await expect.poll(third.isClosed).toBe(true);
    expect([one.isClosed(), other.isClosed()]).toEqual([false, false]);
    await expect.poll(() => one.isClosed() && other.isClosed()).toBe(true);
    const next = await byTcp(server);
    next.socket.write('\r\n\r\n');
    await expect.poll(next.got).toBe('\r\n');
  });

  test('whoever does not prove in time who they are is closed, pings or not; whoever has, stays', async () => {
    let standing: Standing = 'stranger';
    let believed = 0;
    const server = await opened({ proofMs: 300 }, {}, undefined, () => {
      if (standing === 'known') believed++;
      return standing;
    });
    const [stranger, guest] = [await byTcp(server), await byTcp(server)];
    const pinging = setInterval(() => stranger.socket.write('\r\n\r\n'), 20);
    onTestFinished(() => clearInterval(pinging));
    guest.socket.write(message('INVITE'));
    await expect.poll(() => server.heard.length).toBe(1);
    server.transports.prove(server.heard[0]!.from.connection!);
    await expect.poll(stranger.isClosed).toBe(true);
    // Somebody there has shown a password.
    const phone = await byTcp(server);
    phone.socket.write('\r\n\r\n');
    await expect.poll(phone.got).toBe('\r\n');
    standing = 'known';
    await expect.poll(() => believed).toBe(1);
    standing = 'stranger';
    const last = await byTcp(server);
    last.socket.write('\r\n\r\n');
    await expect.poll(last.isClosed).toBe(true);
    expect([guest.isClosed(), phone.isClosed()]).toEqual([false, false]);
  });

  test('strangers take no places of those who are known, nor of what is dialled; it is logged once', async () => {
    const said: unknown[] = [];
    const log = { ...quiet, warn: (...what: unknown[]) => void said.push(what) };
    let standing: Standing = 'stranger';
    const limits = { most: 4, strangers: 2, perAddress: 3, perKnown: 4, ours: 1 };
    const server = await opened(limits, { log }, undefined, () => standing);
    const strangers = [await byTcp(server), await byTcp(server)];
    for (let n = 0; n < 2; n++) {
      const refused = await byTcp(server);
      await expect.poll(refused.isClosed).toBe(true);
    }
    expect(said).toEqual([['sip.turned_away', { address: '127.0.0.1', why: 'too many' }]]);
    standing = 'known';
    const phones = [await byTcp(server), await byTcp(server)];
    await expect.poll(() => server.transports.connections).toBe(4);
    const carrier = createNetServer((socket) => void socket.on('error', () => undefined));
    carrier.listen(0, '127.0.0.1');
    await once(carrier, 'listening');
    onTestFinished(() => void carrier.close());
    const { port } = carrier.address() as AddressInfo;
    server.say({ transport: 'tcp', address: '127.0.0.1', port }, message('OPTIONS'));
    await expect.poll(() => server.transports.connections).toBe(5);
    server.say({ transport: 'tcp', address: '127.0.0.1', port: port + 1 }, message('OPTIONS'));
    expect(server.failed()).toBe(1);
    expect([...strangers, ...phones].map((one) => one.isClosed())).toEqual([false, false, false, false]);
  });

  test('whoever is banned is closed, and comes in no more', async () => {
    let standing: Standing = 'stranger';
    const server = await opened({}, {}, undefined, () => standing);
    const guesser = await byTcp(server);
    await expect.poll(() => server.transports.connections).toBe(1);
    standing = 'shunned';
    await expect.poll(guesser.isClosed).toBe(true);
    const again = await byTcp(server);
    await expect.poll(again.isClosed).toBe(true);
  });

  test('whoever sends a message slowly, or none at all, is not waited for', async () => {
    const server = await opened({ messageMs: 200 });
    const [slow, silent, quick] = [await byTcp(server), await byTcp(server), await byTcp(server)];
    quick.socket.write(message('OPTIONS'));
    const dripping = setInterval(() => slow.socket.write('x'), 20);
    onTestFinished(() => clearInterval(dripping));
    await expect.poll(() => slow.isClosed() && silent.isClosed()).toBe(true);
    expect(quick.isClosed()).toBe(false);
  });

  test('whoever does not read is not read, and cut off before much waits', async () => {
    const server = await opened({ waitingBytes: 100_000 }, {}, () => 'x'.repeat(20_000));
    const { socket } = await byTcp(server);
    socket.pause();
    // What the system itself holds is read and answered; then nothing.
    const asking = setInterval(() => socket.write(message('OPTIONS').repeat(50)), 5);
    onTestFinished(() => clearInterval(asking));
    await expect.poll(() => server.closed.length + server.failed()).toBeGreaterThan(0);
    expect(server.transports.connections).toBe(0);
  });

  test('nothing goes to a connection that is gone', async () => {
    const server = await opened();
    server.say({ transport: 'tcp', address: '127.0.0.1', port: 1, connection: '7' }, 'x');
    expect(server.failed()).toBe(1);
  });

  test('one that we open is used again for the same place, in both directions', async () => {
    const [here, there] = [await opened({}, {}, () => ''), await opened()];
    const to: Remote = { transport: 'tcp', address: '127.0.0.1', port: there.transports.ports.tcp ?? 0 };
    for (const method of ['OPTIONS', 'INVITE']) here.say(to, message(method));
    await expect.poll(there.methods).toEqual(['OPTIONS', 'INVITE']);
    here.say(to, message('BYE'));
    await expect.poll(there.methods).toEqual(['OPTIONS', 'INVITE', 'BYE']);
    expect(new Set(there.heard.map(({ from }) => from.port)).size).toBe(1);
    there.say(there.heard[0]!.from, message('NOTIFY'));
    await expect.poll(() => here.heard.at(-1)?.text).toContain('NOTIFY');
    expect([here.failed(), here.transports.connections, there.transports.connections]).toEqual([0, 1, 1]);
  });

  test('it is said where nobody is there to be connected to', async () => {
    const server = await opened();
    const to: Remote = { transport: 'tcp', address: '127.0.0.1', port: await freePort() };
    server.say(to, message('OPTIONS'));
    server.say(to, message('OPTIONS'));
    await expect.poll(server.failed).toBe(2);
  });

  test('one that we have opened is pinged', async () => {
    const there = createNetServer();
    there.listen(0, '127.0.0.1');
    await once(there, 'listening');
    onTestFinished(() => void there.close());
    let got = '';
    there.on('connection', (socket) => socket.on('data', (bytes) => (got += bytes.toString())));
    const here = await opened({ pingMs: 50 });
    here.say({ transport: 'tcp', address: '127.0.0.1', port: (there.address() as AddressInfo).port }, message('OPTIONS'));
    await expect.poll(() => got).toBe(`${message('OPTIONS')}${'\r\n\r\n'.repeat(3)}`);
  });
});

describe('UDP', () => {
  test.each([
    ['udp4', '127.0.0.1'],
    ['udp6', '::1'],
  ] as const)('is heard and answered by %s', async (type, address) => {
    const server = await opened({}, { hosts: ['127.0.0.1', '::1'] });
    const socket = createSocket(type);
    onTestFinished(() => void socket.close());
    const got: string[] = [];
    socket.on('message', (bytes) => got.push(bytes.toString()));
    socket.send(message('OPTIONS'), server.transports.ports.udp ?? 0, address);
    await expect.poll(() => got).toEqual(['heard 1']);
    expect(server.heard[0]?.from).toEqual({ transport: 'udp', address, port: socket.address().port });
  });

  test('what no socket of ours leads to cannot be sent', async () => {
    const server = await opened();
    server.say({ transport: 'udp', address: '::1', port: 5060 }, 'x');
    server.say({ transport: 'udp', address: '127.0.0.1', port: 0 }, 'x');
    expect(server.failed()).toBe(2);
  });
});

describe('TLS', () => {
  test('is a stream as TCP is, and speaks to nobody who does not speak it', async () => {
    const certificate = await certificateOf('127.0.0.1');
    const server = await opened({ messageMs: 300 }, { port: undefined, tls: tlsOf(certificate) });
    const { socket, got } = await byTls(server, certificate.cert);
    socket.write(message('OPTIONS'));
    await expect.poll(got).toBe('heard 1');
    expect(server.heard[0]?.from.transport).toBe('tls');
    const plain = await phone(connect(server.transports.ports.tls ?? 0, '127.0.0.1'));
    plain.socket.write(message('OPTIONS'));
    await expect.poll(plain.isClosed).toBe(true);
    const silent = await phone(connect(server.transports.ports.tls ?? 0, '127.0.0.1'));
    await expect.poll(silent.isClosed).toBe(true);
    expect(server.methods()).toEqual(['OPTIONS']);
  });

  test('shows another certificate once its files have changed, and the old one while they do not fit', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'offhook-sip-tls-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const files = { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') };
    const [first, second] = [await certificateOf('127.0.0.1'), await certificateOf('127.0.0.1')];
    writeFileSync(files.certFile, first.cert);
    writeFileSync(files.keyFile, first.key);
    const server = await opened({}, { tls: { ...tlsOf(files), lookMs: 20 } });
    const trusts = (ca: string): Promise<boolean> =>
      byTls(server, ca).then(
        () => true,
        () => false,
      );
    expect([await trusts(first.cert), await trusts(second.cert)]).toEqual([true, false]);
    writeFileSync(files.certFile, second.cert);
    expect(await trusts(first.cert)).toBe(true);
    writeFileSync(files.keyFile, second.key);
    await expect.poll(() => trusts(second.cert)).toBe(true);
  });

  test('does not begin with files that are not there, or do not belong together', async () => {
    await expect(opened({}, { tls: tlsOf({ certFile: '/nowhere', keyFile: '/nowhere' }) })).rejects.toThrow(
      /^The certificate for SIP cannot be used \(\/nowhere, \/nowhere\): ENOENT/,
    );
  });

  test.each([
    ['its name, whose authority is trusted', { domain: 'carrier.example' }, true, 1],
    ['its address, where no name leads there', {}, true, 1],
    ['another name', { domain: 'other.example' }, true, 0],
    ['an authority that nobody knows', { domain: 'carrier.example' }, false, 0],
  ] as const)('one that we open goes by %s', async (_, to, isTrusted, heard) => {
    const certificate = await certificateOf('carrier.example', '127.0.0.1');
    const ours = await certificateOf('here.example');
    const there = await opened({}, { tls: tlsOf(certificate) }, () => '');
    const here = await opened({}, { tls: tlsOf(ours, ...(isTrusted ? [certificate.cert] : [])) });
    here.say({ transport: 'tls', address: '127.0.0.1', port: there.transports.ports.tls ?? 0, ...to }, message('OPTIONS'));
    await expect.poll(() => [there.heard.length, here.failed()]).toEqual([heard, 1 - heard]);
  });
});

/** The status with which it is refused. */
const refused = async (socket: WebSocket): Promise<unknown> => {
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }];
  return response.statusCode;
};

describe('WebSocket', () => {
  const get = { gate: { perAddress: 2 }, refuses: false };

  async function atHttp(
    limits: Partial<ConnectionLimits> = {},
    { gate, refuses } = get,
  ): Promise<{ server: Opened; page: (protocol?: string) => WebSocket }> {
    const http = createHttpServer();
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    onTestFinished(() => void http.close());
    const { port } = http.address() as AddressInfo;
    const server = await opened(limits, {
      web: {
        port: () => port,
        client: () => ({ address: '192.0.2.7', isSecure: false }),
        gate: new SocketGate({
          clock,
          refusal: () => (refuses ? 'origin_refused' : undefined),
          networkAddress: () => '192.0.2.7',
          rate: { perSecond: 100, burst: 100 },
          ...gate,
        }),
      },
    });
    http.on('upgrade', (request, socket, head) => server.transports.upgrade(request, socket, head));
    const page = (protocol = 'sip'): WebSocket => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/sip`, protocol);
      socket.on('error', () => undefined);
      onTestFinished(() => socket.terminate());
      return socket;
    };
    return { server, page };
  }

  test('each message is one of SIP, as text or not, and goes back as it may', async () => {
    const { server, page } = await atHttp({}, get);
    const socket = page();
    await once(socket, 'open');
    const got: (readonly [string, boolean])[] = [];
    socket.on('message', (data: Buffer, isBinary) => got.push([data.toString('latin1'), isBinary]));
    socket.send(message('OPTIONS', 'Zoë'));
    await expect.poll(server.methods).toEqual(['OPTIONS']);
    expect(server.heard[0]?.text).toContain('Zo\xc3\xab');
    socket.send(Buffer.from(message('MESSAGE')));
    await expect
      .poll(() => got)
      .toEqual([
        ['heard 1', false],
        ['heard 2', false],
      ]);
    const { from } = server.heard[0]!;
    expect(from).toMatchObject({ transport: 'ws', address: '192.0.2.7' });
    server.say(from, 'Zo\xeb');
    await expect.poll(() => got.at(-1)).toEqual(['Zo\xeb', true]);
    socket.send('\r\n\r\n');
    await expect.poll(() => got.at(-1)).toEqual(['\r\n', false]);
    socket.close();
    await expect.poll(() => server.closed).toEqual([from.connection]);
    server.say(from, 'too late');
    expect(server.failed()).toBe(1);
  });

  test('nobody else comes in: other protocols, other origins, too many of one address', async () => {
    const { page } = await atHttp();
    expect(await refused(page('offhook.1'))).toBe(400);
    const [one, other] = [page(), page()];
    await Promise.all([once(one, 'open'), once(other, 'open')]);
    expect(await refused(page())).toBe(429);
    one.close();
    await once(one, 'close');
    await expect
      .poll(() =>
        once(page(), 'open').then(
          () => 'open',
          () => 'refused',
        ),
      )
      .toBe('open');
    const foreign = await atHttp({}, { ...get, refuses: true });
    expect(await refused(foreign.page())).toBe(403);
  });

  test('pages that answer no ping any more are let go, others stay without saying anything', async () => {
    const { server, page } = await atHttp({ pingMs: 100, messageMs: 100, idleMs: 600 });
    const [alive, asleep] = [page(), page()];
    await Promise.all([once(alive, 'open'), once(asleep, 'open')]);
    let pings = 0;
    alive.on('ping', () => pings++);
    asleep.pause();
    await expect.poll(() => server.transports.connections).toBe(1);
    await expect.poll(() => pings).toBeGreaterThan(8);
    expect(alive.readyState).toBe(WebSocket.OPEN);
  });

  test('nobody can be reached who has no WebSocket open', async () => {
    const { server } = await atHttp();
    server.say({ transport: 'wss', address: '192.0.2.7', port: 443 }, 'x');
    expect(server.failed()).toBe(1);
  });
});

describe('where we are reached', () => {
  test('is written by transport and by family of addresses', async () => {
    const certificate = await certificateOf('127.0.0.1');
    const { transports } = await opened({}, { hosts: ['127.0.0.1', '::1'], tls: tlsOf(certificate) });
    const { udp, tcp, tls } = transports.ports;
    expect(transports.sentBy({ transport: 'udp', address: '192.0.2.1' })).toEqual({ host: '127.0.0.1', port: udp });
    expect(transports.sentBy({ transport: 'tcp', address: '2001:db8::1' })).toEqual({ host: '[::1]', port: tcp });
    expect(transports.sentBy({ transport: 'tls', address: '192.0.2.1' })).toEqual({ host: '127.0.0.1', port: tls });
    const behind = await opened({}, { announced: ['198.51.100.7', '2001:db8::7'] });
    expect(behind.transports.sentBy({ transport: 'udp', address: '192.0.2.1' }).host).toBe('198.51.100.7');
    expect(behind.transports.sentBy({ transport: 'udp', address: '2001:db8::1' }).host).toBe('[2001:db8::7]');
  });

  test('a port that is taken is told in a sentence', async () => {
    const { transports } = await opened();
    const { udp = 0 } = transports.ports;
    await expect(opened({}, { port: udp })).rejects.toThrow(
      `Port ${udp} is already in use. Choose another one for SIP with --sip-port or --sip-tls-port.`,
    );
  });
});
