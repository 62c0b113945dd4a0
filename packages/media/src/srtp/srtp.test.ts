import { createSecretKey, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { rtp } from '../rtp/packets.fixture.ts';
import { derived } from './keys.ts';
import { SrtpReceiver, SrtpSender } from './srtp.ts';
import type { Keys } from './srtp.ts';
import { masterKey, suites } from './suites.ts';
import type { Suite, SuiteName } from './suites.ts';
import { Window } from './window.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(/\s/gu, ''), 'hex');
const suite = (name: SuiteName): Suite => suites.find((one) => one.name === name)!;
const counting = suite('AES_CM_128_HMAC_SHA1_80');
const packet = (sequence: number, payload = Buffer.from('what is said')): Buffer => rtp({ ssrc: 7, sequence, payload });
const spoiled = (one: Buffer, at: number): Buffer => {
  const other = Buffer.from(one);
  other[at] = other[at]! ^ 1;
  return other;
};
const some = (of: Suite): ReturnType<typeof masterKey> => masterKey(of, randomBytes(of.keyLength + of.saltLength));

describe('the vectors of the standards', () => {
  test('keys are derived as in RFC 3711 §B.3', () => {
    const master = masterKey(counting, hex('E1F97A0D3E018BE0D64FA32C06DE4139 0EC675AD498AFEEBB6960B3AABE6'));
    expect(derived(master, 0, 16)).toEqual(hex('C61E7A93744F39EE10734AFE3FF7A087'));
    expect(derived(master, 2, 14)).toEqual(hex('30CBBC08863D8C85D49DB34A9AE1'));
    expect(derived(master, 1, 94)).toEqual(
      hex(`CEBE321F6FF7716B6FD4AB49AF256A156D38BAA48F0A0ACF3C34E2359E6CDBCEE049646C43D9327AD175578EF72270986371C10C9A369AC2F94A8C5F
        BCDDDC256D6E919A48B610EF17C2041E474035766B68642C59BBFC2F34DB60DBDFB2`),
    );
  });

  test('the key stream is that of RFC 3711 §B.2', () => {
    const key = createSecretKey(hex('2B7E151628AED2A6ABF7158809CF4F3C'));
    const salt = hex('F0F1F2F3F4F5F6F7F8F9FAFBFCFD');
    const keys: Keys = { rtp: { cipher: key, authentication: key, salt }, rtcp: { cipher: key, authentication: key, salt } };
    // Source and index are zero there.
    const zeros = Buffer.concat([hex('800000000000000000000000'), Buffer.alloc(48)]);
    const sealed = new SrtpSender(some(counting), keys).rtp(zeros)!;
    expect(sealed.subarray(12, 60)).toEqual(
      hex('E03EAD0935C95E80E166B16DD92B4EB4 D23513162B02D0F72A43A2FE4A5F97AB 41E95B3BB0A2E8DD477901E4FCA894C0'),
    );
  });

  test('a packet comes out as other implementations have it', () => {
    const master = masterKey(counting, hex('e1f97a0d3e018be0d64fa32c06de4139 0ec675ad498afeebb6960b3aabe6'));
    const plainOne = hex('800f1234decafbadcafebabeabababababababababababababababab');
    const sealed = hex('800f1234decafbadcafebabe4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb');
    expect(new SrtpSender(master).rtp(plainOne)).toEqual(sealed);
    expect(new SrtpReceiver(master).rtp(sealed)).toEqual(plainOne);
  });

  const plain = hex(
    `8040f17b 8041f8d3 5501a0b2 47616c6c 69612065 7374206f 6d6e6973 20646976 69736120 696e2070 61727465 73207472 6573`,
  );
  const control = hex(
    `81c8000d 4d617273 4e545031 4e545032 52545020 0000042a 0000e930 4c756e61 deadbeef deadbeef deadbeef deadbeef deadbeef`,
  );
  const gcm = (name: SuiteName): [Suite, Keys] => {
    const { keyLength } = suite(name);
    const cipher = createSecretKey(Buffer.from(Array.from({ length: keyLength }, (_, n) => n)));
    const keys = { cipher, authentication: undefined, salt: hex('517569642070726f2071756f') };
    return [suite(name), { rtp: keys, rtcp: keys }];
  };

  test.for([
    [
      'AEAD_AES_128_GCM',
      `8040f17b 8041f8d3 5501a0b2 f24de3a3 fb34de6c acba861c 9d7e4bca be633bd5 0d294e6f 42a5f47a 51c7d19b 36de3adf 8833899d
       7f27beb1 6a9152cf 765ee439 0cce`,
    ],
    [
      'AEAD_AES_256_GCM',
      `8040f17b 8041f8d3 5501a0b2 32b1de78 a822fe12 ef9f78fa 332e33aa b1801238 9a58e2f3 b50b2a02 76ffae0f 1ba63799 b87b7aa3
       db36dfff d6b0f9bb 7878d7a7 6c13`,
    ],
  ] as const)('%s of RTP is that of RFC 7714 §16', ([name, expected]) => {
    const [of, keys] = gcm(name);
    expect(new SrtpSender(some(of), keys).rtp(plain)).toEqual(hex(expected));
    expect(new SrtpReceiver(some(of), keys).rtp(hex(expected))).toEqual(plain);
  });

  test('AEAD_AES_128_GCM of RTCP is that of RFC 7714 §17.1', () => {
    const [of, keys] = gcm('AEAD_AES_128_GCM');
    const expected = hex(`81c8000d 4d617273 63e94885 dcdab67c a727d766 2f6b7e99 7ff5c0f7 6c06f32d c676a5f1 730d6fda 4ce09b46
      86303ded 0bb9275b c84aa458 96cf4d2f c5abf872 45d9eade 800005d4`);
    const sender = new SrtpSender(some(of), keys);
    // The packet of the standard is the 1,493rd.
    for (let n = 0; n < 0x5d4; n++) sender.rtcp(control);
    expect(sender.rtcp(control)).toEqual(expected);
    expect(new SrtpReceiver(some(of), keys).rtcp(expected)).toEqual(control);
  });

  test('keys of AES-256 are derived as in RFC 6188 §7.2', () => {
    const of = suite('AES_256_CM_HMAC_SHA1_80');
    const master = masterKey(
      of,
      hex('f0f04914b513f2763a1b1fa130f10e2998f6f6e43e4309d1e622a0e332b9f1b6 3b04803de51ee7c96423ab5b78d2'),
    );
    expect(derived(master, 0, 32)).toEqual(hex('5ba1064e30ec51613cad926c5a28ef731ec7fb397f70a960653caf06554cd8c4'));
    expect(derived(master, 2, 14)).toEqual(hex('fa31791685ca444a9e07c6c64e93'));
    expect(derived(master, 1, 20)).toEqual(hex('fd9c32d39ed5fbb5a9dc96b30818454d1313dc05'));
  });
});

describe.for(suites)('$name', (of) => {
  const control = hex('80c900010000000781ca00020000000701023432');

  test('opens what it has sealed, once, with header extensions in the clear', () => {
    const master = some(of);
    const [sender, receiver] = [new SrtpSender(master), new SrtpReceiver(master)];
    const extended = rtp({ ssrc: 7, sequence: 1, payload: Buffer.from('said'), extensions: { 1: Buffer.from([9]) } });
    const sealed = sender.rtp(extended)!;
    expect(sealed.subarray(0, 20)).toEqual(extended.subarray(0, 20));
    expect(receiver.rtp(sealed)).toEqual(extended);
    expect(receiver.rtp(sealed)).toBe('replayed');
    const report = sender.rtcp(control)!;
    expect(report.includes(control.subarray(8))).toBe(false);
    expect(receiver.rtcp(report)).toEqual(control);
    expect(receiver.rtcp(report)).toBe('replayed');
  });

  test('takes no packet of which a bit was changed, nor one under another key', () => {
    const master = some(of);
    const [sender, receiver] = [new SrtpSender(master), new SrtpReceiver(master)];
    const [sealed, report] = [sender.rtp(packet(1))!, sender.rtcp(control)!];
    for (let at = 1; at < sealed.length; at++) expect(receiver.rtp(spoiled(sealed, at))).toBe('forged');
    for (let at = 1; at < report.length; at++) expect(['forged', 'malformed']).toContain(receiver.rtcp(spoiled(report, at)));
    expect(new SrtpReceiver(some(of)).rtp(sealed)).toBe('forged');
    expect(receiver.rtp(sealed)).toEqual(packet(1));
  });

  test('goes on when the numbers begin anew, also where packets are late or lost around it', () => {
    const master = some(of);
    const [sender, receiver] = [new SrtpSender(master), new SrtpReceiver(master)];
    for (let n = 0; n < 3; n++) {
      for (const sequence of [65_530, 65_535, 2, 65_534, 1, 40_000, 20_000, 50_000]) {
        const one = packet(sequence, Buffer.from(`${n} ${sequence}`));
        const sealed = sender.rtp(one);
        // What is older than both sides remember is not sent.
        if (sealed !== undefined) expect(receiver.rtp(sealed)).toEqual(one);
      }
    }
    expect(sender.rtp(packet(50_000))).toBeUndefined();
  });
});

test('bytes that are no packet are neither sealed nor opened', () => {
  const master = some(counting);
  for (const bytes of [
    hex(''),
    hex('80'),
    Buffer.alloc(40),
    hex(`9f${'00'.repeat(20)}`),
    hex(`90${'00'.repeat(11)}bedeffff`),
  ]) {
    expect(new SrtpSender(master).rtp(bytes)).toBeUndefined();
    expect(new SrtpReceiver(master).rtp(bytes)).toBe('malformed');
    expect(new SrtpReceiver(master).rtcp(bytes)).toBe('malformed');
  }
});

test('an index is the nearest to the last one, and what is older than the window counts as seen', () => {
  const window = new Window();
  for (const sequence of [65_000, 65_535, 0, 10]) window.add(window.indexOf(sequence));
  expect(window.indexOf(11)).toBe(65_536 + 11);
  expect(window.indexOf(65_500)).toBe(65_500);
  expect([65_000, 65_535, 65_536 + 10].every((index) => window.has(index))).toBe(true);
  expect(window.has(65_536 + 9)).toBe(false);
  expect(window.has(65_536 + 10 - 256)).toBe(true);
});
