/** Keys for SRTP that stand in the description itself (SDES, RFC 4568), which is safe as long as nobody else reads it. */
import { attributes } from './attributes.ts';
import type { Attribute, Section } from './description.ts';

/** One `a=crypto` line (RFC 4568 §4). */
export interface CryptoLine {
  /** Chosen by whoever offers, repeated by whoever takes it. */
  readonly tag: number;
  /** `AES_CM_128_HMAC_SHA1_80`, … */
  readonly suite: string;
  /** Master key and salt, one behind the other, in Base64. */
  readonly key: string;
}

/**
 * Those that can be taken, in the order of preference. Left out are lines with several keys or a key identifier (MKI), and with parameters
 * that would change what is sent (RFC 4568 §6.3.7); a lifetime is not, as no call lasts that long.
 */
export function cryptoLines(section: Section): readonly CryptoLine[] {
  return attributes('crypto', section).flatMap((value): CryptoLine[] => {
    const [tag = '', suite = '', key = '', ...parameters] = value.trim().split(/ +/u);
    const inline = /^inline:([A-Za-z0-9+/]+={0,2})(?:\|(?:2\^)?\d{1,20})?$/u.exec(key)?.[1];
    // A hint on the window against replays changes nothing for the other side (§6.3.6).
    const isPlain = parameters.every((one) => /^WSH=\d+$/u.test(one));
    return /^[1-9]\d{0,8}$/u.test(tag) && inline !== undefined && isPlain ? [{ tag: Number(tag), suite, key: inline }] : [];
  });
}

export function cryptoAttribute({ tag, suite, key }: CryptoLine): Attribute {
  return { name: 'crypto', value: `${tag} ${suite} inline:${key}` };
}
