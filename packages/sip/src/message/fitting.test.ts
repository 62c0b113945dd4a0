import { describe, expect, it } from 'vitest';
import { fittingIn } from './fitting.ts';
import { isRequest, Request } from './message.ts';
import { parseMessage } from './parse.ts';
import { responseTo } from './respond.ts';
import { writeMessage } from './write.ts';

const register = [
  'REGISTER sip:example.org SIP/2.0',
  'Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1',
  'From: <sip:lena@example.org>;tag=1',
  'To: <sip:lena@example.org>',
  'Call-ID: c@192.0.2.1',
  'CSeq: 1 REGISTER',
  '',
  '',
].join('\r\n');
const challenge = (algorithm: string): string => `Digest realm="r", nonce="n.1", algorithm=${algorithm}, qop="auth"`;

function answer(status: number, fields: Readonly<Record<string, string | readonly string[]>>) {
  const request = parseMessage(register);
  if (!(request instanceof Request)) throw new Error('no request');
  return responseTo(request, status, { toTag: 't', fields });
}

/** What is said for each number of bytes from the most down to none. */
function forms(response: ReturnType<typeof answer>): string[] {
  const found = new Set<string>();
  for (let most = 1_000; most > 0; most--) {
    const text = fittingIn(most, response);
    if (text === undefined) break;
    expect(text.length).toBeLessThanOrEqual(most);
    found.add(text);
  }
  return [...found];
}

describe('an answer that has to be short', () => {
  it('loses, one after the other, what may be left out, long names, all challenges but MD5, and what is between words', () => {
    const response = answer(401, {
      'WWW-Authenticate': [challenge('SHA-256'), challenge('MD5')],
      Allow: 'INVITE, ACK',
      Server: 's',
    });
    const [all, bare, short, single, least, ...more] = forms(response);
    expect(all).toBe(writeMessage(response));
    expect(bare).not.toMatch(/^(Allow|Server)/m);
    expect(short).toMatch(/^SIP\/2\.0 401 \r\nv: .*algorithm=SHA-256.*algorithm=MD5.*\r\nl: 0\r\n/s);
    expect(single).toMatch(/^SIP\/2\.0 401 Unauthorized\r\nVia: /);
    expect(single).not.toContain('SHA-256');
    expect(least).toMatch(/^SIP\/2\.0 401 \r\nv:.*\r\nWWW-Authenticate:Digest realm="r",nonce="n\.1",qop="auth"\r\n\r\n$/s);
    expect(more).toEqual([]);
  });

  it('says the same in each form', () => {
    const response = answer(401, { 'WWW-Authenticate': [challenge('SHA-256'), challenge('MD5')] });
    for (const text of forms(response)) {
      const read = parseMessage(text);
      if (isRequest(read)) throw new Error('no answer');
      expect([read.status, read.callId, read.cseq, read.fromTag, read.toTag, read.via.host]).toEqual([
        401,
        'c@192.0.2.1',
        { number: 1, method: 'REGISTER' },
        '1',
        't',
        '192.0.2.1',
      ]);
      expect(read.get('WWW-Authenticate')).toContain('nonce="n.1"');
    }
  });

  it('loses no end of another line that looks like a length', () => {
    const request = parseMessage(register.replace('c@192.0.2.1', 'call:0'));
    if (!(request instanceof Request)) throw new Error('no request');
    const least = forms(responseTo(request, 401, { toTag: 't', fields: { 'WWW-Authenticate': challenge('MD5') } })).at(-1);
    expect(least).toContain('\r\ni:call:0\r\nCSeq:1 REGISTER\r\n');
    expect(least).not.toContain('\r\nl:');
  });

  it('keeps what its status is nothing without, and a body as it is', () => {
    expect(forms(answer(420, { Unsupported: 'teleport' })).map((text) => parseMessage(text).get('Unsupported'))).toContain(
      'teleport',
    );
    const withBody = answer(488, {}).withBody('text/plain', 'why: not');
    expect(forms(withBody).map((text) => parseMessage(text).body)).toEqual(['why: not', 'why: not', 'why: not']);
  });
});
