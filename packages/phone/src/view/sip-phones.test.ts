import { expect, it } from 'vitest';
import { serverText, transportText } from './sip-phones.ts';

const url = 'wss://calls.example.com/sip';

it.each([
  [{ host: 'calls.example.com', port: 5060, url }, 'calls.example.com', 'UDP, TCP'],
  [{ host: '192.0.2.1', port: 5070, tlsPort: 5061, url }, '192.0.2.1:5070', 'UDP, TCP, TLS'],
  [{ host: '2001:db8::1', port: 5070, tlsPort: 5071, url }, '[2001:db8::1]:5070', 'UDP, TCP, TLS (:5071)'],
  [{ host: 'calls.example.com', tlsPort: 5061, url }, 'calls.example.com', 'TLS'],
  [{ host: 'calls.example.com', tlsPort: 5071, url }, 'calls.example.com:5071', 'TLS'],
])('of %j phones are told %s, by %s', (server, typed, transports) => {
  expect([serverText(server), transportText(server)]).toEqual([typed, transports]);
});
