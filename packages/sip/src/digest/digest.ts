/** The arithmetic of digest authentication (RFC 7616, RFC 8760), for both sides. */
import type { ByteString } from '../bytes.ts';
import { toUtf8 } from '../bytes.ts';
import { MessageError } from '../message/errors.ts';
import type { Param } from '../message/params.ts';
import { Params } from '../message/params.ts';
import { afterQuoted, isToken, quoted, skipSpace, splitList, unquoted } from '../message/syntax.ts';

export const algorithms = ['SHA-512-256', 'SHA-256', 'MD5'] as const;
export type Algorithm = (typeof algorithms)[number];

/** Lower-case hex of the hash over these bytes. With Node: `createHash(name).update(text, 'latin1').digest('hex')`. */
export type Hash = (algorithm: Algorithm, text: ByteString) => string;

export type Qop = 'auth' | 'auth-int';

/** `Digest name=value, name="value"`: what stands in WWW-Authenticate, Authorization and those of proxies. */
export interface AuthValue {
  /** In lower case. */
  readonly scheme: string;
  readonly params: Params;
}

/** @throws MessageError */
export function parseAuth(text: string): AuthValue {
  const space = text.indexOf(' ');
  const scheme = space === -1 ? text : text.slice(0, space);
  if (!isToken(scheme)) throw new MessageError('Malformed authentication');
  if (space === -1) return { scheme: scheme.toLowerCase(), params: Params.none };
  return {
    scheme: scheme.toLowerCase(),
    params: new Params(
      splitList(text.slice(space + 1)).map((part): Param => {
        const equals = part.indexOf('=');
        const name = part.slice(0, equals).trimEnd();
        const at = skipSpace(part, equals + 1);
        if (equals === -1 || !isToken(name)) throw new MessageError('Malformed authentication');
        if (part.charCodeAt(at) !== 0x22) return [name, part.slice(at)];
        if (skipSpace(part, afterQuoted(part, at)) !== part.length) throw new MessageError('Malformed authentication');
        return [name, unquoted(part.slice(at))];
      }),
    ),
  };
}

/** Written without quotes (RFC 3261 §25.1, RFC 7616 §3.4); all others have them. */
const bare = new Set(['algorithm', 'stale', 'nc']);

/** @throws WriteError */
export function writeAuth(values: Readonly<Record<string, string | undefined>>): string {
  const parts = Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${bare.has(name) ? value : quoted(value)}`],
  );
  return `Digest ${parts.join(', ')}`;
}

/** An `algorithm` parameter: `SHA-256`, `MD5-sess`; MD5 where there is none. Undefined for one that is not known. */
export function readAlgorithm(
  text: string | undefined,
): { readonly algorithm: Algorithm; readonly isSession: boolean } | undefined {
  const name = (text ?? 'MD5').toUpperCase();
  const isSession = name.endsWith('-SESS');
  const algorithm = algorithms.find((one) => one === (isSession ? name.slice(0, -'-SESS'.length) : name));
  return algorithm === undefined ? undefined : { algorithm, isSession };
}

/**
 * H(A1): all that a server needs to store of a password, and as good as the password for this realm. Texts are read as UTF-8.
 */
export function secretOf(hash: Hash, algorithm: Algorithm, username: string, realm: string, password: string): string {
  return hash(algorithm, toUtf8(`${username}:${realm}:${password}`));
}

/** What is proven, besides the secret. */
export interface Claim {
  readonly algorithm: Algorithm;
  readonly isSession: boolean;
  readonly nonce: string;
  readonly uri: string;
  /** None: as before RFC 2617, which some phones still do. */
  readonly qop?: Qop | undefined;
  /** Eight hexadecimal digits, with `qop`. */
  readonly nc?: string | undefined;
  readonly cnonce?: string | undefined;
}

/** The proof (RFC 7616 §3.4.1). `secret` is H(A1). */
export function proofOf(hash: Hash, secret: string, claim: Claim, method: string, body: ByteString): string {
  const { algorithm, isSession, nonce, uri, qop, nc = '', cnonce = '' } = claim;
  const h = (text: string): string => hash(algorithm, text);
  const a1 = isSession ? h(`${secret}:${nonce}:${cnonce}`) : secret;
  const a2 = h(qop === 'auth-int' ? `${method}:${uri}:${h(body)}` : `${method}:${uri}`);
  return h(qop === undefined ? `${a1}:${nonce}:${a2}` : `${a1}:${nonce}:${nc}:${cnonce}:${qop}:${a2}`);
}
