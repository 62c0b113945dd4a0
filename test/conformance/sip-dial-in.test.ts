/** A phone that dials the token of a participant, by each transport, said word by word. */
import { createHash, randomUUID } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { OffhookApi } from '@offhook/api';
import { isRequest, parseMessage, responseTo, StreamFramer, writeMessage } from '@offhook/sip';
import type { Message, Request, Response } from '@offhook/sip';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { rtp } from '../../packages/media/src/rtp/packets.fixture.ts';
import { newApiKey } from '../../packages/server/src/ports/api-keys.ts';
import type { RunningServer } from '../../packages/server/src/server.ts';
import { freePort, freePorts } from '../browser/harness/ports.ts';
import { Telephone } from '../support/telephone.ts';
import { startServer } from '../support/wire.ts';

const key = newApiKey('S'.repeat(43), (value) => createHash('sha256').update(value).digest('base64url'));
let server: RunningServer;
let api: OffhookApi;
let ports: { readonly sip: number; readonly tls: number };

beforeAll(async () => {
  const { first, last } = await freePorts(40);
  ports = { sip: await freePort(), tls: await freePort() };
  server = await startServer({
    apiKeys: [key.setting],
    mediaPort: await freePort(),
    mediaWorkers: 1,
    rtpPorts: `${first}-${last}`,
    sipPort: ports.sip,
    sipTlsPort: ports.tls,
  });
  api = new OffhookApi({ url: `http://127.0.0.1:${server.port}`, key: key.key });
});
afterAll(() => server.stop());

/** What comes back is parsed, whatever has carried it. */
interface Line {
  readonly via: string;
  readonly write: (text: string) => void;
  readonly got: Message[];
}

const streamed = async (socket: ReturnType<typeof connect>, ready: string, via: string): Promise<Line> => {
  const [framer, got] = [new StreamFramer(), [] as Message[]];
  socket.on('data', (bytes) => {
    for (const frame of framer.push(bytes.toString('latin1'))) if (frame.type === 'message') got.push(parseMessage(frame.text));
  });
  await once(socket, ready);
  onTestFinished(() => void socket.destroy());
  return { via: `${via} 127.0.0.1:${socket.localPort}`, write: (text) => socket.write(text, 'latin1'), got };
};

const datagrams = async (type: 'udp4' | 'udp6', host: string, written: string): Promise<Line> => {
  const [socket, got] = [createSocket(type), [] as Message[]];
  socket.on('message', (bytes) => got.push(parseMessage(bytes.toString('latin1'))));
  socket.bind(0, host);
  await once(socket, 'listening');
  onTestFinished(() => void socket.close());
  const write = (text: string): void => socket.send(Buffer.from(text, 'latin1'), ports.sip, host);
  return { via: `UDP ${written}:${socket.address().port};rport`, write, got };
};

const lines: Record<string, () => Promise<Line>> = {
  udp: () => datagrams('udp4', '127.0.0.1', '127.0.0.1'),
  'udp by IPv6': () => datagrams('udp6', '::1', '[::1]'),
  tcp: () => streamed(connect(ports.sip, '127.0.0.1'), 'connect', 'TCP'),
  // Whoever trusts it is asked elsewhere: it is one that the server has made itself.
  tls: () => streamed(connectTls({ port: ports.tls, host: '127.0.0.1', rejectUnauthorized: false }), 'secureConnect', 'TLS'),
  async ws() {
    const [socket, got] = [new WebSocket(`ws://127.0.0.1:${server.port}/sip`, 'sip'), [] as Message[]];
    socket.on('message', (data: Buffer) => got.push(parseMessage(data.toString('latin1'))));
    await once(socket, 'open');
    onTestFinished(() => socket.terminate());
    // A page does not know where it is (RFC 7118 §5.2.1).
    return { via: 'WS df7jal23ls0d.invalid', write: (text) => socket.send(text), got };
  },
};

const sdp = ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0', 'm=audio 40010 RTP/AVP 8', ''].join(
  '\r\n',
);

/** One after the other, each until its final answer. */
class Phone {
  readonly #line: Line;
  readonly #target: string;
  readonly #contact: string;
  readonly #callId = randomUUID();
  #cseq = 0;
  toTag: string | undefined;

  constructor(line: Line, target: string, contact = 'sip:desk@phone.invalid;transport=ws') {
    this.#line = line;
    this.#contact = contact;
    this.#target = target;
  }

  say(method: string, body = '', number: number = ++this.#cseq): void {
    const { via } = this.#line;
    this.#line.write(
      [
        `${method} ${this.#target} SIP/2.0`,
        `Via: SIP/2.0/${via.replace(/ (\S+?)(;|$)/, ` $1;branch=z9hG4bK${method}${number}$2`)}`,
        'Max-Forwards: 70',
        'From: "Desk 4" <sip:desk@phone.invalid>;tag=phone',
        `To: <${this.#target}>${this.toTag === undefined ? '' : `;tag=${this.toTag}`}`,
        `Call-ID: ${this.#callId}`,
        `CSeq: ${number} ${method}`,
        `Contact: <${this.#contact}>`,
        'User-Agent: Desk phone',
        'Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, PRACK, UPDATE, REFER, NOTIFY, SUBSCRIBE, MESSAGE, REGISTER',
        ...(body === '' ? [] : ['Content-Type: application/sdp']),
        `Content-Length: ${body.length}`,
        '',
        body,
      ].join('\r\n'),
    );
  }

  async ask(method: string, body = ''): Promise<Response> {
    this.say(method, body);
    const final = (): Response | undefined =>
      this.#line.got.find((one): one is Response => !isRequest(one) && one.status >= 200 && one.cseq.number === this.#cseq);
    await expect.poll(final).toBeDefined();
    return final()!;
  }

  async call(offer = sdp): Promise<Response> {
    const ok = await this.ask('INVITE', offer);
    this.toTag = ok.toTag;
    this.say('ACK', '', this.#cseq);
    return ok;
  }

  /** What it is asked. */
  get asked(): Request[] {
    return this.#line.got.filter(isRequest);
  }

  answer(request: Request): void {
    this.#line.write(writeMessage(responseTo(request, 200)));
  }
}

test.each(Object.keys(lines))('is told, taken into the session and let go by %s', { timeout: 60_000 }, async (transport) => {
  const line = await lines[transport]!();
  const { session } = await api.createSession();
  const { participant, token } = await api.createParticipant({ publish: ['audio'] });
  await api.addParticipant(session, participant.participant, { session });
  const there = async (): Promise<string[]> =>
    (await api.listParticipants(session)).flatMap(({ user }) => user?.name ?? []).toSorted();

  const phone = new Phone(line, `sip:${token}@offhook.example`);
  const options = await phone.ask('OPTIONS');
  expect([options.status, options.get('Allow')]).toEqual([200, expect.stringContaining('INVITE')]);
  expect(options.via.params.has('received')).toBe(transport === 'ws' || line.via.includes('rport'));

  const ok = await phone.call();
  expect(ok.status).toBe(200);
  const [host, port] = {
    udp: ['127.0.0.1', ports.sip],
    'udp by IPv6': ['[::1]', ports.sip],
    tcp: ['127.0.0.1', ports.sip],
    tls: ['127.0.0.1', ports.tls],
    ws: ['127.0.0.1', server.port],
  }[transport]!;
  expect(ok.get('Contact')).toBe(`<sip:${host}:${port};transport=${transport.slice(0, 3)}>`);
  await expect.poll(there).toEqual(['Desk 4']);
  expect((await phone.ask('BYE')).status).toBe(200);
  await expect.poll(there).toEqual([]);

  const again = new Phone(line, `sip:${token}@offhook.example`);
  line.got.length = 0;
  await again.call();
  await expect.poll(there).toEqual(['Desk 4']);
  await api.removeParticipant(session, participant.participant);
  // What we ask goes by the way that the call has come.
  await expect.poll(() => again.asked.map(({ method }) => method)).toContain('BYE');
  const [bye] = again.asked;
  expect(bye?.get('Via')).toContain(`SIP/2.0/${transport.slice(0, 3).trim().toUpperCase()} ${host}:${port};branch=`);
  again.answer(bye!);
});

test('a phone whose connection is gone is told where it says that it is', { timeout: 60_000 }, async () => {
  const { session } = await api.createSession();
  const { participant, token } = await api.createParticipant({ publish: ['audio'] });
  await api.addParticipant(session, participant.participant, { session });
  const listening = createServer();
  listening.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  onTestFinished(() => void listening.close());
  let got = '';
  listening.on('connection', (socket) => socket.on('data', (bytes) => (got += bytes.toString('latin1'))));

  const socket = connect(ports.sip, '127.0.0.1');
  const line = await streamed(socket, 'connect', 'TCP');
  const { port } = listening.address() as AddressInfo;
  // By name, which has to be looked for.
  const phone = new Phone(line, `sip:${token}@offhook.example`, `sip:desk@localhost:${port};transport=tcp`);
  expect((await phone.call()).status).toBe(200);
  socket.destroy();
  await once(socket, 'close');
  await expect
    .poll(async () => /sip_connections (\d+)/.exec(await (await fetch(`http://127.0.0.1:${server.port}/metrics`)).text())?.[1])
    .toBe('0');
  await api.removeParticipant(session, participant.participant);
  await expect.poll(() => got).toMatch(/^BYE sip:desk@localhost:\d+;transport=tcp SIP\/2\.0\r\n/);
});

async function rtpFrom(address: string) {
  const socket = createSocket('udp4');
  socket.bind(0, address);
  await once(socket, 'listening');
  onTestFinished(() => void socket.close());
  return socket;
}

test('a phone behind NAT has its sound sent to its own address, though somebody else has sent something first', async () => {
  const { session } = await api.createSession();
  const { participant, token } = await api.createParticipant({ publish: ['audio'] });
  await api.addParticipant(session, participant.participant, { session });
  const [own, stranger] = [await rtpFrom('127.0.0.1'), await rtpFrom('127.0.0.3')];
  const behind = sdp.replace('c=IN IP4 127.0.0.1', 'c=IN IP4 192.168.1.5');
  for (const way of ['its offer', 'its answer']) {
    const phone = new Phone(await lines['udp']!(), `sip:${token}@offhook.example`);
    const ok = await phone.ask('INVITE', way === 'its offer' ? behind : '');
    phone.toTag = ok.toTag;
    phone.say('ACK', way === 'its offer' ? '' : behind, ok.cseq.number);
    const port = Number(/^m=audio (\d+)/m.exec(ok.text)?.[1]);
    const speaks = (socket: typeof own) => async (): Promise<string | undefined> => {
      socket.send(rtp({ payloadType: 8, payload: Buffer.alloc(160, 0xd5) }), port, '127.0.0.1');
      return (await api.getRtp(session, participant.participant)).sections[0]?.remote;
    };
    const there = async (): Promise<unknown> => api.getRtp(session, participant.participant).catch(() => undefined);
    await expect.poll(there).toMatchObject({ sections: [{ remote: '192.168.1.5 40010' }] });
    await expect.poll(speaks(stranger)).toBe(`127.0.0.3 ${stranger.address().port}`);
    await expect.poll(speaks(own)).toBe(`127.0.0.1 ${own.address().port}`);
    await speaks(stranger)();
    expect(await speaks(stranger)()).toBe(`127.0.0.1 ${own.address().port}`);
    expect((await phone.ask('BYE')).status).toBe(200);
  }
});

/** A telephone that says this tone, and what it is to dial. */
async function telephone(tone: number, publish: readonly 'audio'[] = ['audio']) {
  const { participant, token } = await api.createParticipant({ publish: [...publish] });
  return { phone: await Telephone.open('desk', tone), participant: participant.participant, token };
}

test(
  'a phone hears those to whom its participant is subscribed, and is let in with no more than that may',
  { timeout: 120_000 },
  async () => {
    const [low, middle, high] = [400, 700, 1_100];
    const { session } = await api.createSession();
    const [anna, bo, cem, listener] = [
      await telephone(low),
      await telephone(middle),
      await telephone(high),
      await telephone(low, []),
    ];
    const streams = { participants: [{ participant: anna.participant }] };
    for (const one of [anna, bo, listener]) await api.addParticipant(session, one.participant, { session });
    await api.addParticipant(session, cem.participant, streams);

    // Who may not be heard is not let in with a microphone.
    listener.phone.call(listener.token, ports.sip);
    await expect.poll(() => listener.phone.events).toEqual(['refused 403']);
    const listening = new Phone(await lines['udp']!(), `sip:${listener.token}@offhook.example`);
    const ok = await listening.call(`${sdp}a=recvonly\r\n`);
    expect([ok.status, /^a=(sendonly|sendrecv|inactive)/m.exec(ok.text)?.[1]]).toEqual([200, 'sendonly']);

    for (const { phone, token } of [anna, bo, cem]) phone.call(token, ports.sip);
    for (const { phone } of [anna, bo, cem]) await expect.poll(() => phone.events).toContain('answered');
    await expect.poll(() => anna.phone.heardTone(middle)).toBeGreaterThan(0.5);
    await expect.poll(() => cem.phone.heardTone(low)).toBeGreaterThan(0.5);
    expect(cem.phone.heardTone(middle)).toBe(0);

    // What is said later holds from then on.
    await api.setSubscriptions(session, cem.participant, { participants: [{ participant: bo.participant }] });
    const hears = async (): Promise<readonly boolean[]> => {
      cem.phone.forget();
      await expect.poll(() => cem.phone.heardTone(low) + cem.phone.heardTone(middle)).toBeGreaterThan(0.3);
      return [low, middle].map((tone) => cem.phone.heardTone(tone) > 0);
    };
    await expect.poll(hears).toEqual([false, true]);
    for (const { phone } of [anna, bo, cem]) phone.hangUp();
  },
);
