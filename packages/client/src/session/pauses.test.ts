import { expect, it } from 'vitest';
import { withPauses } from './pauses.ts';

const answer = [
  'v=0',
  'm=audio 9 UDP/TLS/RTP/SAVPF 63 111',
  'a=mid:0',
  'a=rtpmap:63 red/48000/2',
  'a=fmtp:63 111/111',
  'a=rtpmap:111 opus/48000/2',
  'a=fmtp:111 minptime=10;useinbandfec=1',
  'm=video 9 UDP/TLS/RTP/SAVPF 96',
  'a=mid:1',
  'a=rtpmap:96 VP8/90000',
  'm=audio 9 UDP/TLS/RTP/SAVPF 109',
  'a=mid:2',
  'a=rtpmap:109 opus/48000/2',
  'm=audio 9 UDP/TLS/RTP/SAVPF 0',
  'a=mid:3',
  'a=rtpmap:0 PCMU/8000',
  '',
].join('\r\n');

it('asks for pauses in the sections that are named, beside what was said of the codec before', () => {
  expect(withPauses(answer, new Set(['0', '1']))).toBe(
    answer.replace('a=fmtp:111 minptime=10;useinbandfec=1', 'a=fmtp:111 minptime=10;useinbandfec=1;usedtx=1'),
  );
});

it('asks for them where nothing was said of the codec, and never of another one', () => {
  expect(withPauses(answer, new Set(['2', '3']))).toBe(
    answer.replace('a=rtpmap:109 opus/48000/2', 'a=rtpmap:109 opus/48000/2\r\na=fmtp:109 usedtx=1'),
  );
});

it('leaves an answer as it is where no section is named', () => {
  expect(withPauses(answer, new Set())).toBe(answer);
});
