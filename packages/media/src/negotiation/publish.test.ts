import { expect, it } from 'vitest';
import { NegotiationError } from './bundle.ts';
import { readPublishOffer } from './publish.ts';

const head = [
  'v=0',
  'o=- 1 1 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'a=group:BUNDLE 0 1',
  'a=ice-ufrag:abcd',
  'a=ice-pwd:abcdefghijklmnopqrstuvwx',
  `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'AA').join(':')}`,
  'a=setup:actpass',
];

function section(mid: string, port: number, ...ssrcs: readonly number[]): readonly string[] {
  return [
    `m=video ${port} UDP/TLS/RTP/SAVPF 96 97`,
    'c=IN IP4 0.0.0.0',
    `a=mid:${mid}`,
    'a=sendonly',
    'a=rtcp-mux',
    'a=rtpmap:96 VP8/90000',
    'a=rtpmap:97 rtx/90000',
    'a=fmtp:97 apt=96',
    ...(ssrcs.length > 1 ? [`a=ssrc-group:FID ${ssrcs.join(' ')}`] : []),
    ...ssrcs.map((ssrc) => `a=ssrc:${ssrc} cname:a`),
  ];
}

const offer = (...sections: readonly (readonly string[])[]): string => [...head, ...sections.flat(), ''].join('\r\n');

it('an offer that gives one source to two of its sections is refused (RFC 5576 §4.1)', () => {
  const right = offer(section('0', 9, 5, 6), section('1', 9, 7, 8));
  expect(readPublishOffer(right, ['video']).published.map(({ encodings }) => encodings[0]?.ssrc)).toEqual([5, 7]);
  for (const claimed of [
    [5, 8],
    [7, 5],
    [6, 8],
    [7, 6],
  ])
    expect(() => readPublishOffer(offer(section('0', 9, 5, 6), section('1', 9, ...claimed)), ['video'])).toThrow(
      NegotiationError,
    );
  // One that is not used any more claims nothing.
  expect(readPublishOffer(offer(section('0', 9, 5, 6), section('1', 0, 5, 6)), ['video']).published).toHaveLength(1);
});

it('a section that is free keeps its header extensions, so that simulcast may be offered in it again', () => {
  const free = section('1', 9).map((line) => (line === 'a=sendonly' ? 'a=inactive' : line));
  const rid = 'a=extmap:9 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id';
  const read = readPublishOffer(offer(section('0', 9, 5, 6), [...free, rid, 'a=extmap:10 urn:nobody:knows']), ['video']);
  const ice = { ufrag: 'abcd', pwd: 'p'.repeat(24) };
  const answered = read.answer({ ice, fingerprint: { algorithm: 'sha-256', value: 'AA' }, setup: 'active', candidates: [] }, 1);
  const second = answered.slice(answered.lastIndexOf('m=video'));
  expect(second.split('\r\n')).toEqual(expect.arrayContaining(['a=inactive', rid]));
  expect(second).not.toContain('nobody');
});
