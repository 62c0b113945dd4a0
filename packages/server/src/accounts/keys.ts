/** Public keys of host applications, as files: PEM (RFC 7468), a JSON Web Key or a set of them (RFC 7517). */
import type { JSONWebKeySet, JWK } from 'jose';
import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** What is wrong with a file of keys, in one sentence. */
export class KeyError extends Error {
  override readonly name = 'KeyError';
}

/** A key without a name gets its thumbprint for one (RFC 7638), as tokens made by `@offhook/api` name it. */
export async function readKeys(files: readonly string[]): Promise<JSONWebKeySet> {
  // Only those who take tokens pay for loading it.
  const { calculateJwkThumbprint } = await import('jose');
  const keys = await Promise.all(
    files.flatMap(readFile).map(async (jwk) => ({ ...jwk, kid: jwk.kid ?? (await calculateJwkThumbprint(jwk)) })),
  );
  return { keys };
}

function readFile(file: string): JWK[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new KeyError(`The keys in ${file} (--token-keys) could not be read.`, { cause: error });
  }
  try {
    const keys = text.trimStart().startsWith('{') ? readSet(text) : readPem(text);
    if (keys.length > 0 && keys.every(isPublic)) return keys;
  } catch (error) {
    throw new KeyError(`${file} (--token-keys) is neither a public key in PEM nor a JSON Web Key.`, { cause: error });
  }
  throw new KeyError(`${file} (--token-keys) has to hold public keys, and nothing that could sign.`);
}

function readSet(text: string): JWK[] {
  const content = JSON.parse(text) as JWK & Partial<JSONWebKeySet>;
  return content.keys ?? [content];
}

function readPem(text: string): JWK[] {
  const blocks = text.match(/-----BEGIN [A-Z ]+-----[^-]+-----END [A-Z ]+-----/g) ?? [];
  return blocks.map((block) =>
    block.includes('PRIVATE') ? { d: '' } : (createPublicKey(block).export({ format: 'jwk' }) as JWK),
  );
}

/** Symmetric keys are secrets, too. */
function isPublic({ kty, d }: JWK): boolean {
  return kty !== 'oct' && kty !== undefined && d === undefined;
}
