import { expect, test } from 'vitest';
import { banner } from './banner.ts';
import type { RunningServer } from './server.ts';

const server = (urls: readonly string[], fingerprint: string | undefined, firstInvite?: string): RunningServer =>
  ({ urls, fingerprint, isOpen: firstInvite === undefined, firstInvite }) as unknown as RunningServer;

test('on this machine it says where, and what to do there', async () => {
  const text = await banner(server(['http://localhost:8080'], undefined));
  expect(text).toMatch(/http:\/\/localhost:8080\n.*two tabs/s);
  expect(text).not.toContain('█');
});

test('with accounts and nobody who has one, it shows the link for the first administrator', async () => {
  const text = await banner(server(['http://localhost:8080'], undefined, 'http://localhost:8080/#invite=code'));
  expect(text).toMatch(/first administrator:\n +http:\/\/localhost:8080\/#invite=code\n/);
  expect(text).not.toContain('two tabs');
});

test('in a local network it draws the address as a QR code and names the certificate', async () => {
  const fingerprint = Array.from({ length: 32 }, (_, n) => n.toString(16).padStart(2, '0').toUpperCase()).join(':');
  const text = await banner(server(['https://192.168.1.5:8080', 'https://localhost:8080'], fingerprint));
  expect(text).toMatch(/https:\/\/192\.168\.1\.5:8080\n +https:\/\/localhost:8080\n/);
  expect(text.split('\n').filter((line) => line.includes('█')).length).toBeGreaterThan(10);
  expect(text.replace(/\s/g, '')).toContain(fingerprint.slice(0, 47) + fingerprint.slice(48));
});
