import { X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { StoreError } from '../ports.ts';

export interface Certificate {
  /** PEM. */
  readonly key: string;
  readonly cert: string;
  /** SHA-256, as browsers show it. */
  readonly fingerprint: string;
}

const day = 24 * 3600 * 1000;
/** Apple's browsers take no certificate that is good for longer than 825 days; 397 is what others agreed on. */
const goodFor = 397 * day;
const renewBefore = 30 * day;

/**
 * A certificate that this machine has made itself, for these names and addresses. It is kept in the folder (undefined: nowhere), so
 * that browsers that were told to trust it need not be told again; a new one is made when it runs out or an address is new.
 */
export async function ownCertificate(dir: string | undefined, names: readonly string[], now: Date): Promise<Certificate> {
  const file = dir === undefined ? undefined : join(dir, 'certificate.json');
  const kept = file === undefined ? undefined : read(file);
  if (kept !== undefined && isGood(kept.cert, names, now)) return finish(kept);
  const made = await make(names, now);
  if (file !== undefined) keep(file, made);
  return finish(made);
}

type Pair = Omit<Certificate, 'fingerprint'>;

function finish(pair: Pair): Certificate {
  return { ...pair, fingerprint: new X509Certificate(pair.cert).fingerprint256 };
}

function read(file: string): Pair | undefined {
  try {
    const { key, cert } = JSON.parse(readFileSync(file, 'utf8')) as Partial<Pair>;
    return key !== undefined && cert !== undefined ? { key, cert } : undefined;
  } catch {
    return undefined;
  }
}

function keep(file: string, pair: Pair): void {
  try {
    writeFileSync(file, JSON.stringify(pair), { mode: 0o600 });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const sentence = `The certificate could not be kept in ${file} (${reason}). Choose another folder with --data-dir.`;
    throw new StoreError('store_failed', sentence, { cause: error });
  }
}

function isGood(cert: string, names: readonly string[], now: Date): boolean {
  try {
    const certificate = new X509Certificate(cert);
    const covers = (name: string): boolean =>
      (isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name)) !== undefined;
    return certificate.validToDate.getTime() - now.getTime() > renewBefore && names.every(covers);
  } catch {
    return false;
  }
}

async function make(names: readonly string[], now: Date): Promise<Pair> {
  // Only those who serve a local network pay for loading it.
  const { generate } = await import('selfsigned');
  const made = await generate([{ name: 'commonName', value: 'Offhook' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(now.getTime() - day),
    notAfterDate: new Date(now.getTime() + goodFor),
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: names.map((name) => (isIP(name) === 0 ? { type: 2, value: name } : { type: 7, ip: name })),
      },
    ],
  });
  return { key: made.private, cert: made.cert };
}
