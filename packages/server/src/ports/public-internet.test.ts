import { isIP } from 'node:net';
import { describe, expect, it } from 'vitest';
import { isPublic, PrivateAddressError, publicLookup, publicLookupBy, refusedUrl } from './public-internet.ts';

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

it.each([
  ['not at all', 'is no URL'],
  ['http://hooks.example/x', 'is no https: URL'],
  ['https://anna:pass@hooks.example/x', 'names a user'],
  ['https://169.254.169.254/latest', 'is not on the public internet'],
  ['https://[::1]:8443/x', 'is not on the public internet'],
  ['https://[::ffff:127.0.0.1]/x', 'is not on the public internet'],
  ['https://[fe80::1]/x', 'is not on the public internet'],
  ['https://0x7f.1/x', 'is not on the public internet'],
  ['https://2130706433/x', 'is not on the public internet'],
  ['https://0300.0250.0.1/x', 'is not on the public internet'],
  ['https://127.0.0.1./x', 'is not on the public internet'],
  ['https://１２７.0.0.1/x', 'is not on the public internet'],
  ['https://localhost/x', 'is not on the public internet'],
  ['https://LOCALHOST.:8443/x', 'is not on the public internet'],
  ['https://%6cocalhost/x', 'is not on the public internet'],
  ['https://hooks.localhost/x', 'is not on the public internet'],
  ['https://localhost.example/x', undefined],
  ['https://notlocalhost/x', undefined],
  ['https://localhost:8444/x', undefined],
  ['http://10.0.0.1:82/x', 'is no https: URL'],
  ['http://10.0.0.1:81/x', undefined],
  ['https://hooks.example:8443/x', undefined],
])('%s %s', (url, why) => expect(refusedUrl(url, ['http://10.0.0.1:81', 'https://localhost:8444'])).toBe(why));
