import { parseMessage, Request } from '@offhook/sip';
import { expect, it } from 'vitest';
import { digitOf } from './typed-bodies.ts';

function info(type: string, body: string): Request {
  const request = parseMessage(`INFO sip:x SIP/2.0\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  if (!(request instanceof Request)) throw new Error('no request');
  return request;
}

it.each([
  ['application/dtmf-relay', 'Signal=5\r\nDuration=160\r\n', '5'],
  ['application/dtmf-relay', 'Signal= #\r\nDuration= 250\r\n', '#'],
  ['Application/DTMF-Relay', 'Duration=160\nsignal = a ', 'A'],
  ['application/dtmf-relay', '\r\n \tSignal=*', '*'],
  ['application/dtmf', '\r\n7\r\n', '7'],
  ['application/dtmf', 'd', 'D'],
  ['application/dtmf-relay', 'Signal=12\r\n', undefined],
  ['application/dtmf-relay', 'Duration=160\r\n', undefined],
  ['application/dtmf', '77', undefined],
  ['text/plain', '7', undefined],
  ['application/dtmf-relay', `${'\n'.repeat(200)}Signal=5`, undefined],
])('%s %j is the key %j', (type, body, key) => {
  expect(digitOf(info(type, body))).toBe(key);
});
