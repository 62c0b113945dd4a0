import { describe, expect, it } from 'vitest';
import { refusedEndpoint } from './where.ts';

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

it('takes origins that the operator trusts, wherever they are', () => {
  expect(refusedEndpoint('http://10.0.0.1:81/x', ['http://10.0.0.1:81'])).toBeUndefined();
  expect(refusedEndpoint('http://10.0.0.1:82/x', ['http://10.0.0.1:81'])).toBeDefined();
  expect(refusedEndpoint('https://push.example/x', [])).toBeUndefined();
});
