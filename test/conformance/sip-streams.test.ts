/** SIP over TCP, with connections as phones open them. */
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from '../browser/harness/ports.ts';
import { SipStreams } from '../../packages/server/src/sip/streams.ts';
import type { StreamLimits } from '../../packages/server/src/sip/streams.ts';

const message = (method: string, body = ''): string =>
  [`${method} sip:a@b SIP/2.0`, 'Via: SIP/2.0/TCP b;branch=z9hG4bK1', `Content-Length: ${body.length}`, '', body].join('\r\n');

async function opened(limits?: StreamLimits): Promise<{ streams: SipStreams; heard: string[]; port: number }> {
  const [heard, port] = [[] as string[], await freePort()];
  const streams: SipStreams = await SipStreams.open(
    '127.0.0.1',
    port,
    {
      onFrame(frame, source) {
        heard.push(frame.type === 'lost' ? 'lost' : frame.text.slice(0, frame.text.indexOf(' ')));
        streams.send(source, Buffer.from(`heard ${heard.length}`));
      },
      onClose: (connection) => heard.push(`closed ${connection}`),
    },
    limits,
  );
  onTestFinished(() => streams.close());
  return { streams, heard, port };
}

/** A connection, and all that has come back on it. */
async function phone(port: number): Promise<{ socket: Socket; got: () => string; isClosed: () => boolean }> {
  const socket = connect(port, '127.0.0.1');
  let [got, closed] = ['', false];
  socket.on('data', (bytes) => (got += bytes.toString()));
  socket.on('close', () => (closed = true));
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  onTestFinished(() => void socket.destroy());
  return { socket, got: () => got, isClosed: () => closed };
}

test('messages come out of a stream however it is cut, and answers go back on it', async () => {
  const { heard, port } = await opened();
  const { socket, got } = await phone(port);
  const all = message('INVITE', 'v=0') + message('ACK');
  for (const part of [all.slice(0, 10), all.slice(10, 100), all.slice(100)]) socket.write(part);
  await expect.poll(() => heard).toEqual(['INVITE', 'ACK']);
  await expect.poll(got).toBe('heard 1heard 2');
  socket.write('\r\n\r\n');
  await expect.poll(got).toBe('heard 1heard 2\r\n');
});

test('what cannot be told apart any more is answered, and the connection closed', async () => {
  const { heard, port } = await opened();
  const { socket, got, isClosed } = await phone(port);
  socket.write('INVITE sip:a@b SIP/2.0\r\nContent-Length: many\r\n\r\n');
  await expect.poll(isClosed).toBe(true);
  await expect.poll(() => heard).toEqual(['lost', 'closed 1']);
  expect(got()).toBe('heard 1');
});

test('there are so many connections of one address and in all, and idle ones are closed', async () => {
  const { port } = await opened({ most: 3, perAddress: 2, idleMs: 300 });
  const [one, other, third] = [await phone(port), await phone(port), await phone(port)];
  await expect.poll(third.isClosed).toBe(true);
  expect([one.isClosed(), other.isClosed()]).toEqual([false, false]);
  await expect.poll(() => one.isClosed() && other.isClosed()).toBe(true);
  const next = await phone(port);
  next.socket.write('\r\n\r\n');
  await expect.poll(next.got).toBe('\r\n');
});

test('nothing goes to a connection that is gone', async () => {
  const { streams } = await opened();
  expect(streams.send({ transport: 'tcp', address: '127.0.0.1', port: 1, connection: '7' }, Buffer.from('x'))).toBe(false);
});
