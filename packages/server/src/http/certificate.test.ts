import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ownCertificate } from './certificate.ts';

const folder = mkdtempSync(join(tmpdir(), 'offhook-certificate-'));
afterAll(() => rmSync(folder, { recursive: true }));
const day = 24 * 3600 * 1000;
const now = new Date('2026-11-20T12:00:00Z');

test('it covers the names and addresses, and is kept', async () => {
  const dir = mkdtempSync(join(folder, 'kept-'));
  const made = await ownCertificate(dir, ['localhost', '192.168.1.5', '::1'], now);
  const certificate = new X509Certificate(made.cert);
  expect([certificate.checkHost('localhost'), certificate.checkIP('192.168.1.5'), certificate.checkIP('::1')]).not.toContain(
    undefined,
  );
  expect(certificate.checkHost('example.com')).toBeUndefined();
  expect(made.fingerprint).toBe(certificate.fingerprint256);
  expect(statSync(join(dir, 'certificate.json')).mode & 0o077).toBe(0);
  expect(await ownCertificate(dir, ['localhost', '192.168.1.5'], now)).toEqual(made);
});

test('a new one is made for a new address, before the old one runs out, and for a damaged file', async () => {
  const dir = mkdtempSync(join(folder, 'renewed-'));
  const first = await ownCertificate(dir, ['localhost'], now);
  const moved = await ownCertificate(dir, ['localhost', '10.0.0.7'], now);
  const later = await ownCertificate(dir, ['localhost'], new Date(now.getTime() + 370 * day));
  writeFileSync(join(dir, 'certificate.json'), '{"key":"a"');
  const mended = await ownCertificate(dir, ['localhost'], now);
  expect(new Set([first, moved, later, mended].map(({ fingerprint }) => fingerprint)).size).toBe(4);
});

test('without a folder it lives as long as the process', async () => {
  expect((await ownCertificate(undefined, ['localhost'], now)).key).toMatch(/PRIVATE KEY/);
});
