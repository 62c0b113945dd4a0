import { describe, expect, it } from 'vitest';
import { Refusal } from '../ports.ts';
import { answering, asBefore, beginning, certificateIn, laidOut, roleIn } from './page-descriptions.ts';

const session = ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 't=0 0'];
const transport = (setup: string): string[] => [
  'a=ice-ufrag:abcd',
  'a=ice-pwd:0123456789012345678901',
  `a=fingerprint:sha-256 ${'AB:'.repeat(31)}AB`,
  `a=setup:${setup}`,
];
const section = (
  kind: string,
  mid: string,
  { formats = '111', port = 9, lines = ['a=sendrecv'], setup = 'actpass' } = {},
): string[] => [`m=${kind} ${port} UDP/TLS/RTP/SAVPF ${formats}`, `a=mid:${mid}`, ...transport(setup), ...lines];
const sdp = (...lines: readonly (string | readonly string[])[]): string => [...session, ...lines.flat(), ''].join('\r\n');
const lines = (text: string, start: string): string[] => text.split('\r\n').filter((line) => line.startsWith(start));

describe('what is read in a description', () => {
  it('is the certificate and the role of its first section in use', () => {
    const text = sdp(section('video', '0', { port: 0, setup: 'passive' }), section('audio', '1', { setup: 'active' }));
    expect([certificateIn(text), roleIn(text)]).toEqual([`${'AB:'.repeat(31)}AB`, 'active']);
  });

  it('is nothing where there is none, or it cannot be read', () => {
    expect([certificateIn(sdp()), roleIn(sdp()), certificateIn('no'), roleIn('no')]).toEqual(Array(4).fill(undefined));
  });
});

it('who offers to a page begins the handshake', () => {
  expect(lines(beginning(sdp(section('audio', '0'), section('video', '1'))), 'a=setup')).toEqual([
    'a=setup:active',
    'a=setup:active',
  ]);
});

describe('an offer to a page that has described itself before', () => {
  const ours = sdp('a=group:BUNDLE 0', section('audio', '0'));

  it('keeps the places and names of its sections', () => {
    const known = sdp(section('video', 'v'), section('audio', 'a', { formats: '9' }), section('application', 'd'));
    const text = laidOut(ours, known);
    expect(lines(text, 'm=').map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      'm=video 0',
      'm=audio 9',
      'm=application 0',
    ]);
    expect(lines(text, 'a=mid')).toEqual(['a=mid:v', 'a=mid:a', 'a=mid:d']);
    expect(lines(text, 'a=group')).toEqual(['a=group:BUNDLE a']);
    expect(lines(text, 'm=audio')).toEqual(['m=audio 9 UDP/TLS/RTP/SAVPF 111']);
  });

  it('stays as it is where there was no sound before', () => {
    expect(laidOut(ours, sdp(section('audio', 'a', { port: 0 })))).toBe(ours);
  });

  it('is refused where what it has said cannot be read', () => {
    expect(() => laidOut(ours, 'no')).toThrow(Refusal);
  });
});

it.each([
  ['sendonly', 'recvonly'],
  ['recvonly', 'sendonly'],
  ['inactive', 'inactive'],
  ['sendrecv', 'sendrecv'],
])('what is offered %s is answered %s', (offered, answered) => {
  const offer = sdp(section('audio', '0', { lines: [`a=${offered}`] }));
  expect(lines(answering(offer, sdp(section('audio', '0'))), `a=${answered}`)).toHaveLength(1);
});

describe('an answer as before', () => {
  const last = sdp(
    'a=group:BUNDLE 0 1',
    section('audio', '0', { formats: '111 0', lines: ['a=rtpmap:111 opus/48000/2', 'a=rtpmap:0 PCMU/8000', 'a=sendrecv'] }),
    section('video', '1'),
  );

  it('says what was said last, in the role that it has and the direction that is left', () => {
    const text = asBefore(sdp(section('audio', '0', { lines: ['a=sendonly'] }), section('video', '1')), last, 'active');
    expect(lines(text, 'a=setup')).toEqual(['a=setup:active', 'a=setup:active']);
    expect(lines(text, 'm=audio')).toEqual(['m=audio 9 UDP/TLS/RTP/SAVPF 111']);
    expect(lines(text, 'a=rtpmap')).toEqual(['a=rtpmap:111 opus/48000/2']);
    expect([lines(text, 'a=recvonly'), lines(text, 'a=sendrecv')].map((one) => one.length)).toEqual([1, 1]);
  });

  it('takes nothing that is new, or that was left', () => {
    const offer = sdp(section('audio', '0'), section('video', '1', { port: 0 }), section('video', '2'));
    const text = asBefore(offer, last, 'passive');
    expect(lines(text, 'm=').map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      'm=audio 9',
      'm=video 0',
      'm=video 0',
    ]);
    expect(lines(text, 'a=group')).toEqual(['a=group:BUNDLE 0']);
  });
});
