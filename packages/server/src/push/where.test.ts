import { describe, expect, it } from 'vitest';
import { isIP } from 'node:net';
import { isPublic, PrivateAddressError, publicLookup, publicLookupBy, refusedEndpoint } from './where.ts';

describe('an address', () => {
  it.each(['8.8.8.8', '1.1.1.1', '172.32.0.1', '192.167.0.1', '100.128.0.1', '2606:4700:4700::1111', '2a00:1450::1'])(
    '%s is of the public internet',
    (address) => expect(isPublic(address)).toBe(true),
  );

  it.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.8',
    '192.168.0.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:8.8.8.8',
    '64:ff9b::7f00:1',
    'fc00::1',
    'fe80::1',
    'ff02::1',
    '2001:db8::1',
    '2002:7f00:1::',
    'not an address',
  ])('%s is not', (address) => expect(isPublic(address)).toBe(false));
});

const look = (name: string, all: boolean): Promise<unknown> =>
  new Promise((resolve, reject) => {
    publicLookup(name, { all }, (error, address) => (error === null ? resolve(address) : reject(error)));
  });

describe('a look-up', () => {
  it.each([true, false])('of a name of this machine yields nothing (all: %s)', async (all) => {
    await expect(look('localhost', all)).rejects.toThrow(PrivateAddressError);
  });

  it('passes on that there is none', async () => {
    await expect(look('nothing.invalid', true)).rejects.not.toThrow(PrivateAddressError);
  });
});

describe('an endpoint', () => {
  const elsewhere = 'endpoint: is not on the public internet';
  it.each([
    ['IPv4 in short', 'https://127.1/x'],
    ['IPv4 as one number', 'https://2130706433/x'],
    ['IPv4 in octal', 'https://0177.0.0.1/x'],
    ['IPv4 in hexadecimal', 'https://0x7f000001/x'],
    ['IPv4 with a dot behind it', 'https://127.0.0.1./x'],
    ['IPv4 in wide digits', 'https://１２７.0.0.1/x'],
    ['IPv4 in percents', 'https://%31%32%37.0.0.1/x'],
    ['IPv4 without its slashes', 'https:127.0.0.1/x'],
    ['nothing but zero', 'https://0/x'],
    ['IPv4 in IPv6', 'https://[::ffff:7f00:1]/x'],
    ['IPv4 in IPv6, as it was once', 'https://[::127.0.0.1]/x'],
    ['IPv4 in IPv6, translated', 'https://[::ffff:0:127.0.0.1]/x'],
    ['NAT64', 'https://[64:ff9b::7f00:1]/x'],
    ['NAT64 of a network', 'https://[64:ff9b:1::a00:1]/x'],
    ['6to4', 'https://[2002:7f00:1::]/x'],
    ['Teredo', 'https://[2001:0:7f00:1::]/x'],
    ['what is unique to a site', 'https://[fd00::1]/x'],
    ['what is local to a link', 'https://[fe80::1]/x'],
    ['segment routing', 'https://[5f00::1]/x'],
  ])('that names %s is refused', (_, endpoint) => expect(refusedEndpoint(endpoint, [])).toBe(elsewhere));

  it.each([
    ['names a user', 'https://push.example@127.0.0.1/x', 'endpoint: names a user'],
    ['names a password only', 'https://:b@push.example/x', 'endpoint: names a user'],
    ['names a port', 'https://push.example:22/x', 'endpoint: names a port'],
    ['names the port of HTTP', 'https://push.example:80/x', 'endpoint: names a port'],
    ['is not encrypted', 'http://push.example/x', 'endpoint: is no https: URL'],
    ['is a socket', 'wss://push.example/x', 'endpoint: is no https: URL'],
    ['has no host', 'https://', 'endpoint: is no URL'],
    ['has too many numbers', 'https://1.2.3.4.5/x', 'endpoint: is no URL'],
    ['trusts in the letters of an origin', 'https://push.example.evil.test:8443/x', 'endpoint: names a port'],
  ])('that %s is refused', (_, endpoint, why) => expect(refusedEndpoint(endpoint, ['https://push.example:8443'])).toBe(why));

  it('may say the port that goes without saying', () => {
    expect(refusedEndpoint('https://push.example:443/x', [])).toBeUndefined();
  });
});

it('is looked up for each connection: a name may mean something else by then', async () => {
  const answers = [['8.8.8.8'], ['127.0.0.1'], ['8.8.8.8', '10.0.0.1'], ['2606:4700:4700::1111', '::ffff:7f00:1'], []];
  const lookup = publicLookupBy((_, __, callback) =>
    callback(
      null,
      (answers.shift() ?? []).map((address) => ({ address, family: isIP(address) })),
    ),
  );
  const ask = (): Promise<unknown> =>
    new Promise((resolve, reject) => {
      lookup('push.example', { all: true }, (error, found) => (error === null ? resolve(found) : reject(error)));
    });
  expect(await ask()).toEqual([{ address: '8.8.8.8', family: 4 }]);
  for (const _ of [1, 2, 3, 4]) await expect(ask()).rejects.toThrow(PrivateAddressError);
});

it('takes origins that the operator trusts, wherever they are', () => {
  expect(refusedEndpoint('http://10.0.0.1:81/x', ['http://10.0.0.1:81'])).toBeUndefined();
  expect(refusedEndpoint('http://10.0.0.1:82/x', ['http://10.0.0.1:81'])).toBeDefined();
  expect(refusedEndpoint('https://push.example/x', [])).toBeUndefined();
});
