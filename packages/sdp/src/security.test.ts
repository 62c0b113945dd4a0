import { expect, it } from 'vitest';
import type { Section } from './description.ts';
import { cryptoAttribute, cryptoLines } from './security.ts';

const key = 'd0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj'.replaceAll(/[^A-Za-z0-9+/]/gu, 'A');
const read = (...values: readonly string[]): ReturnType<typeof cryptoLines> =>
  cryptoLines({
    kind: 'audio',
    port: 1,
    protocol: 'RTP/SAVP',
    formats: ['0'],
    attributes: values.map((value) => ({ name: 'crypto', value })),
  } satisfies Section);

it('reads the lines with keys in their order, with or without a lifetime, and writes them', () => {
  const lines = read(`1 AES_CM_128_HMAC_SHA1_80 inline:${key}|2^20`, `22 AES_CM_128_HMAC_SHA1_32 inline:${key} WSH=128`);
  expect(lines).toEqual([
    { tag: 1, suite: 'AES_CM_128_HMAC_SHA1_80', key },
    { tag: 22, suite: 'AES_CM_128_HMAC_SHA1_32', key },
  ]);
  expect(lines.map(cryptoAttribute)[0]).toEqual({ name: 'crypto', value: `1 AES_CM_128_HMAC_SHA1_80 inline:${key}` });
});

it.for([
  ['with a key identifier', `1 AES_CM_128_HMAC_SHA1_80 inline:${key}|2^20|1:4`],
  ['with two keys', `1 AES_CM_128_HMAC_SHA1_80 inline:${key};inline:${key}`],
  ['that changes what is sent', `1 AES_CM_128_HMAC_SHA1_80 inline:${key} UNENCRYPTED_SRTP`],
  ['with a rate of new keys', `1 AES_CM_128_HMAC_SHA1_80 inline:${key} KDR=1`],
  ['without a tag', `AES_CM_128_HMAC_SHA1_80 inline:${key}`],
  ['of another method', `1 AES_CM_128_HMAC_SHA1_80 uri:${key}`],
  ['that is cut off', '1 AES_CM_128_HMAC_SHA1_80'],
] as const)('leaves out a line %s', ([, line]) => {
  expect(read(line)).toEqual([]);
});
