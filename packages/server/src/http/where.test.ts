import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { clientOf, isHostAllowed, isOriginAllowed, networkAddress } from './where.ts';

const options = { origins: ['https://app.example'], proxies: 0, onlyLocalNames: false };

function request(headers: Record<string, string>, remoteAddress = '10.0.0.1'): IncomingMessage {
  return { headers, socket: { remoteAddress } } as unknown as IncomingMessage;
}

describe('the network address', () => {
  const forwarded = request({ 'x-forwarded-for': '6.6.6.6, 1.2.3.4, 10.0.0.2' });
  test.each([
    [0, '10.0.0.1'],
    [1, '10.0.0.2'],
    [2, '1.2.3.4'],
    [9, '6.6.6.6'],
  ])('behind %i trusted proxies is what the outermost of them saw', (proxies, address) => {
    expect(networkAddress(forwarded, proxies)).toBe(address);
  });

  test.each([
    ['10.1.2.3', '10.1.2.3'],
    ['::ffff:10.1.2.3', '10.1.2.3'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::6', '2001:db8:1:2::/64'],
    ['2001:db8::6', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['unknown', 'unknown'],
  ])('%s is counted as %s', (address, counted) => {
    expect(networkAddress(request({}, address), 0)).toBe(counted);
  });

  test('is that of the socket when a proxy says nothing', () => {
    expect(networkAddress(request({}), 1)).toBe('10.0.0.1');
  });
});

describe('a client', () => {
  test('is who the outermost trusted proxy saw, with the scheme that it saw', () => {
    const forwarded = request({ 'x-forwarded-for': '2001:db8:1:2:3::4', 'x-forwarded-proto': 'https' }, '::ffff:10.0.0.1');
    expect(clientOf(forwarded, 1)).toEqual({ address: '2001:db8:1:2:3::4', isSecure: true });
    expect(clientOf(forwarded, 0)).toEqual({ address: '10.0.0.1', isSecure: false });
    expect(clientOf(request({ 'x-forwarded-for': 'nonsense' }), 1).address).toBe('10.0.0.1');
  });
});

describe('an origin', () => {
  test.each([
    ['http://localhost:8080', 'localhost:8080', true],
    ['https://phone.example', 'phone.example', true],
    ['https://phone.example', 'phone.example:443', true],
    ['https://PHONE.example', 'Phone.Example', true],
    ['https://app.example', 'phone.example', true],
    ['https://evil.example', 'phone.example', false],
    ['http://localhost:9090', 'localhost:8080', false],
    ['https://phone.example.evil.example', 'phone.example', false],
    ['null', 'phone.example', false],
    ['', 'phone.example', false],
  ])('%s at host %s: %s', (origin, host, allowed) => {
    expect(isOriginAllowed(request({ origin, host }), options)).toBe(allowed);
  });

  test.each([
    ['http://localhost:3000', true],
    ['http://127.0.0.1:5173', true],
    ['https://shop.localhost', true],
    ['http://[::1]:3000', true],
    ['http://localhost.evil.example', false],
    ['https://evil.example', false],
    ['null', false],
  ])('%s of this machine, where the server answers to nobody else: %s', (origin, allowed) => {
    const local = { ...options, onlyLocalNames: true };
    expect(isOriginAllowed(request({ origin, host: 'localhost:8080' }), local)).toBe(allowed);
  });

  test('is not sent by programs, who may come', () => {
    expect(isOriginAllowed(request({ host: 'phone.example' }), options)).toBe(true);
  });

  test('is compared with the host that a trusted proxy was asked for', () => {
    const behind = request({ origin: 'https://phone.example', host: '10.0.0.9:8080', 'x-forwarded-host': 'phone.example' });
    expect(isOriginAllowed(behind, options)).toBe(false);
    expect(isOriginAllowed(behind, { ...options, proxies: 1 })).toBe(true);
  });
});

describe('a server that only this machine may reach', () => {
  const local = { ...options, onlyLocalNames: true };
  test.each([
    ['localhost:8080', true],
    ['offhook.localhost', true],
    ['127.0.0.1:8080', true],
    ['[::1]:8080', true],
    ['evil.example:8080', false],
    ['localhost.evil.example', false],
    ['127.0.0.1.evil.example', false],
    ['', false],
  ])('answers at %s: %s', (host, allowed) => {
    expect(isHostAllowed(request({ host }), local)).toBe(allowed);
    expect(isHostAllowed(request({ host }), options)).toBe(true);
  });
});
