import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Frame } from './framer.ts';
import { StreamFramer } from './framer.ts';
import { messageLimits } from './limits.ts';

const head = (length: number | string, name = 'Content-Length'): string =>
  `OPTIONS sip:a SIP/2.0\r\nVia: x\r\n${name}: ${length}\r\n\r\n`;
const texts = (frames: readonly Frame[]): string[] => frames.flatMap((frame) => (frame.type === 'message' ? [frame.text] : []));

describe('a stream', () => {
  it('[G18] is cut into messages wherever it was cut before', () => {
    const sent = ['', 'body', 'x'.repeat(300), '\r\n\r\n', 'INVITE sip:x SIP/2.0\r\nl: 9\r\n\r\n'].map(
      (body, at) => head(body.length, ['Content-Length', 'l', 'L \t', 'CONTENT-LENGTH ', 'content-length'][at]) + body,
    );
    const stream = sent.join('');
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length), { maxLength: 30 }), (cuts) => {
        const at = [0, ...cuts, stream.length].sort((a, b) => a - b);
        const framer = new StreamFramer();
        const frames = at.slice(1).flatMap((end, n) => framer.push(stream.slice(at[n], end)));
        expect(texts(frames)).toEqual(sent);
        expect(framer.pending).toBe(0);
      }),
    );
  });

  it('[G18] may have empty lines between messages', () => {
    expect(texts(new StreamFramer().push(`\r\n${head(0)}\r\n${head(0)}`))).toEqual([head(0), head(0)]);
  });

  it('[G15] is kept open by CRLF CRLF, which is answered by CRLF', () => {
    const framer = new StreamFramer();
    expect(framer.push('\r\n\r\n')).toEqual([{ type: 'ping' }]);
    expect(framer.push(`${head(0)}\r\n\r\n`).map(({ type }) => type)).toEqual(['message', 'ping']);
    expect([framer.push('\r\n'), framer.push('\r\n')]).toEqual([[{ type: 'pong' }], [{ type: 'pong' }]]);
  });

  it.each([
    ['no Content-Length', 'OPTIONS sip:a SIP/2.0\r\nVia: x\r\n\r\n', 400],
    ['a negative one', head(-1), 400],
    ['two', head('1\r\nl: 1'), 400],
    ['one that goes on in the next line', head('1\r\n 2'), 400],
    ['a body that is too long', head(messageLimits.body + 1), 413],
    ['headers that never end', `OPTIONS sip:a SIP/2.0\r\nVia: ${'x'.repeat(messageLimits.head)}`, 513],
  ] as const)('[G19] is lost with %s', (_, text, status) => {
    const framer = new StreamFramer();
    const frames = framer.push(head(0) + text);
    expect(frames.map(({ type }) => type)).toEqual(['message', 'lost']);
    expect(frames[1]).toMatchObject({ error: { status } });
    expect([framer.push(head(0)), framer.pending]).toEqual([[], 0]);
  });
});
