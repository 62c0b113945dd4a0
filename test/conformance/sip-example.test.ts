/** The server that the README of `@offhook/sip` shows. */
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { expect, onTestFinished, test } from 'vitest';
import { root } from '../../scripts/run.ts';
import { freePort } from '../browser/harness/ports.ts';

test('says that it is there', async () => {
  const port = await freePort();
  const options = { cwd: root, stdio: 'inherit', env: { ...process.env, PORT: String(port) } } as const;
  const server = spawn(process.execPath, ['--conditions=source', 'examples/sip/server.js'], options);
  onTestFinished(() => void server.kill());
  const socket = createSocket('udp4');
  onTestFinished(() => void socket.close());
  const heard: string[] = [];
  socket.on('message', (bytes) => heard.push(bytes.toString('latin1')));
  await new Promise<void>((resolve) => {
    socket.bind(0, '127.0.0.1', resolve);
  });
  const request = (method: string): string =>
    [
      `${method} sip:127.0.0.1 SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:${socket.address().port};branch=z9hG4bK${method}`,
      'Max-Forwards: 70',
      'From: <sip:anna@127.0.0.1>;tag=1',
      'To: <sip:127.0.0.1>',
      `Call-ID: ${method}@127.0.0.1`,
      `CSeq: 1 ${method}`,
      'Content-Length: 0',
      '',
      '',
    ].join('\r\n');
  const answered = async (method: string): Promise<string> => {
    // Said again until it is heard: the server may not be there yet.
    await expect
      .poll(() => {
        socket.send(request(method), port, '127.0.0.1');
        return heard.find((text) => text.includes(`CSeq: 1 ${method}`));
      })
      .toBeDefined();
    return heard.find((text) => text.includes(`CSeq: 1 ${method}`)) ?? '';
  };
  expect(await answered('OPTIONS')).toMatch(/^SIP\/2.0 200 OK\r\n[^]*Allow: OPTIONS\r\n/);
  expect(await answered('MESSAGE')).toMatch(/^SIP\/2.0 405 /);
});
