import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { parseMessage } from '@offhook/sip';
import { expect, it, onTestFinished } from 'vitest';
import { quiet } from '../engine/engine.fixture.ts';
import { SystemClock } from '../system/clock.ts';
import { SystemRandom } from '../system/random.ts';
import { SipLine } from './line.ts';
import { usualLimits } from './transport/connections.ts';

const offer = ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0', 'm=audio 4000 RTP/AVP 0', ''].join(
  '\r\n',
);
const token = 'T'.repeat(43);

async function bound(): Promise<Socket> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}

it('goes on where what a datagram does fails', async () => {
  const free = await bound();
  const { port } = free.address();
  free.close();
  const errors: unknown[] = [];
  const log = { ...quiet, error: (...said: readonly unknown[]) => void errors.push(said) };
  const deps = {
    log,
    clock: new SystemClock(),
    random: new SystemRandom(),
    phones: {
      dialled: () => Promise.resolve({ session: 'standup', participant: 'p-1' }),
      comeIn: () => Promise.resolve(offer),
      offer: () => Promise.resolve(''),
      answered: () => Promise.resolve(),
      leave: () => {
        throw new Error('the disk is full');
      },
      onLeft: () => undefined,
    },
  };
  const options = { hosts: ['127.0.0.1'], port, tls: undefined, web: undefined, announced: [] };
  const line = await SipLine.open(deps, options);
  const phone = await bound();
  const statuses: string[] = [];
  let toTag = '';
  phone.on('message', (datagram) => {
    const message = parseMessage(datagram.toString('latin1'));
    if ('status' in message) statuses.push(`${message.cseq.method} ${message.status}`);
    toTag = message.toTag === undefined ? '' : `;tag=${message.toTag}`;
  });
  onTestFinished(async () => {
    phone.close();
    await line.close();
  });
  const say = (method: string, cseq: number, body = ''): void => {
    const here = `127.0.0.1:${phone.address().port}`;
    const lines = [
      `${method} sip:${token}@127.0.0.1 SIP/2.0`,
      `Via: SIP/2.0/UDP ${here};branch=z9hG4bK${method}`,
      `From: <sip:desk@${here}>;tag=1`,
      `To: <sip:${token}@127.0.0.1>${method === 'OPTIONS' ? '' : toTag}`,
      'Call-ID: call',
      `CSeq: ${cseq} ${method}`,
      `Contact: <sip:desk@${here}>`,
      ...(body === '' ? [] : ['Content-Type: application/sdp']),
      `Content-Length: ${body.length}`,
    ];
    phone.send(`${lines.join('\r\n')}\r\n\r\n${body}`, port, '127.0.0.1');
  };
  say('INVITE', 1, offer);
  await expect.poll(() => statuses).toContain('INVITE 200');
  say('ACK', 1);
  say('BYE', 2);
  await expect.poll(() => statuses).toContain('BYE 200');
  say('OPTIONS', 3);
  await expect.poll(() => statuses).toContain('OPTIONS 200');
  expect(errors).toEqual([['sip', { from: '127.0.0.1', error: 'Error: the disk is full' }]]);
});

it('closes a connection that shows nothing, and none by which somebody has dialled a token', async () => {
  const free = await bound();
  const { port } = free.address();
  free.close();
  const phones = {
    dialled: (user: string) => Promise.resolve(user === token ? { session: 'standup', participant: 'p-1' } : undefined),
    comeIn: () => Promise.resolve(offer),
    offer: () => Promise.resolve(''),
    answered: () => Promise.resolve(),
    leave: () => undefined,
    onLeft: () => undefined,
  };
  const limits = { ...usualLimits, sweepMs: 20, proofMs: 300 };
  const line = await SipLine.open(
    { log: quiet, clock: new SystemClock(), random: new SystemRandom(), phones },
    { hosts: ['127.0.0.1'], port, tls: undefined, web: undefined, announced: [], limits },
  );
  onTestFinished(() => line.close());
  const dial = async (user: string) => {
    const socket = connect(port, '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    const said = { status: 0, isClosed: false };
    socket.on(
      'data',
      (bytes) => (said.status = Number(/^SIP\/2.0 ([2-6]\d\d)/m.exec(bytes.toString('latin1'))?.[1] ?? said.status)),
    );
    socket.on('close', () => (said.isClosed = true));
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    const lines = [
      `INVITE sip:${user}@127.0.0.1 SIP/2.0`,
      `Via: SIP/2.0/TCP 127.0.0.1:${socket.localPort};branch=z9hG4bK${user}`,
      'From: <sip:desk@127.0.0.1>;tag=1',
      `To: <sip:${user}@127.0.0.1>`,
      `Call-ID: ${user}`,
      'CSeq: 1 INVITE',
      'Contact: <sip:desk@127.0.0.1;transport=tcp>',
      'Content-Type: application/sdp',
      `Content-Length: ${offer.length}`,
    ];
    socket.write(`${lines.join('\r\n')}\r\n\r\n${offer}`);
    return said;
  };
  const guest = await dial(token);
  await expect.poll(() => guest.status).toBe(200);
  const stranger = await dial('somebody');
  await expect.poll(() => stranger.isClosed).toBe(true);
  expect([stranger.status, guest.isClosed]).toEqual([404, false]);
});
