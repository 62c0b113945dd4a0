/** What TLS shows of us: a certificate and its key from files, read again when they change, or one that the server has made itself. */
import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { Log } from '../../ports.ts';
import { SipError } from '../errors.ts';

/** PEM. */
export interface KeyPair {
  readonly key: string;
  readonly cert: string;
}

export interface KeyFiles {
  readonly keyFile: string;
  readonly certFile: string;
}

export interface Certificate {
  readonly pair: KeyPair;
  close(): void;
}

/** How often files are looked at: certificates are renewed weeks before they run out. */
const lookMs = 30_000;

/** `onChange`: another pair is in force. @throws SipError for files that cannot be read or do not belong together */
export function openCertificate(
  from: KeyPair | KeyFiles,
  log: Log,
  onChange: (pair: KeyPair) => void,
  everyMs: number = lookMs,
): Certificate {
  if (!('keyFile' in from)) return { pair: from, close: () => undefined };
  let pair = read(from);
  const look = (): void => {
    try {
      pair = read(from);
      onChange(pair);
      log.info('sip.certificate', { file: from.certFile });
    } catch (error) {
      // One file is there before the other; until both are, the old pair holds.
      log.warn('sip.certificate', { error: error instanceof Error ? error.message : String(error) });
    }
  };
  const files = [from.keyFile, from.certFile];
  // By looking, not by events: renewals replace links and whole folders.
  for (const file of files) watchFile(file, { interval: everyMs, persistent: false }, look);
  return {
    get pair() {
      return pair;
    },
    close() {
      for (const file of files) unwatchFile(file, look);
    },
  };
}

function read({ keyFile, certFile }: KeyFiles): KeyPair {
  try {
    const pair = { key: readFileSync(keyFile, 'utf8'), cert: readFileSync(certFile, 'utf8') };
    createSecureContext(pair);
    return pair;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SipError(`The certificate for SIP cannot be used (${certFile}, ${keyFile}): ${reason}`, { cause: error });
  }
}
