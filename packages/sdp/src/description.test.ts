import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  attribute,
  direction,
  fingerprint,
  headerExtensions,
  iceCredentials,
  mirrored,
  setup,
  simulcastSent,
  sourceGroups,
  sources,
} from './attributes.ts';
import { codecAttributes, codecs, sameCodec } from './codecs.ts';
import type { Codec } from './codecs.ts';
import { DescriptionError, descriptionLimits, parseDescription, writeDescription } from './description.ts';
import type { Description } from './description.ts';
import { chromiumOffer, phoneOffer } from './offers.fixture.ts';

it('writes what it has read, line by line', () => {
  for (const offer of [chromiumOffer, phoneOffer]) expect(writeDescription(parseDescription(offer))).toBe(offer);
});

it('reads lines that end with LF alone', () => {
  expect(parseDescription(chromiumOffer.replaceAll('\r\n', '\n'))).toEqual(parseDescription(chromiumOffer));
});

it('leaves out lines that mean nothing for media', () => {
  const talkative = phoneOffer.replace('s=-\r\n', 's=-\r\ni=A call\r\nu=http://example.com\r\nz=0 0\r\nx=?\r\n');
  expect(writeDescription(parseDescription(talkative))).toBe(phoneOffer);
});

it.for([
  ['v=1\r\no=- 1 1 IN IP4 1.2.3.4\r\n', /line 1/],
  ['v=0\r\ns=-\r\n', /no o=/],
  ['v=0\r\no=- one 1 IN IP4 1.2.3.4\r\n', /line 2/],
  ['v=0\r\no=- 1 1 ATM NSAP 47\r\n', /line 2/],
  [`${phoneOffer}m=audio 70000 RTP/AVP 0\r\n`, /m= cannot be read/],
  [`${phoneOffer}m=audio\r\n`, /m= cannot be read/],
  [`${phoneOffer}hello\r\n`, /not of the form/],
  [phoneOffer + 'm=audio 9 RTP/AVP 0\r\n'.repeat(descriptionLimits.sections), /too many sections/],
  [`${phoneOffer}m=audio 9 RTP/AVP${' 0'.repeat(descriptionLimits.formats + 1)}\r\n`, /too many formats/],
  [`${phoneOffer}a=${'x'.repeat(descriptionLimits.length)}\r\n`, /longer than/],
] as const)('refuses %j', ([text, reason]) => {
  expect(() => parseDescription(text)).toThrow(DescriptionError);
  expect(() => parseDescription(text)).toThrow(reason);
});

it('never fails in another way, whatever is done to a description', () => {
  const lines = chromiumOffer.split('\r\n');
  const spoiled = fc.array(
    fc.record({ at: fc.nat(lines.length - 1), how: fc.constantFrom('drop', 'twice', 'cut', 'noise'), noise: fc.string() }),
    { minLength: 1, maxLength: 6 },
  );
  fc.assert(
    fc.property(spoiled, (changes) => {
      const all = [...lines];
      for (const { at, how, noise } of changes) {
        const line = all[at] ?? '';
        all[at] = { drop: '', twice: `${line}\r\n${line}`, cut: line.slice(0, line.length / 2), noise: line + noise }[how]!;
      }
      try {
        const read = parseDescription(all.join('\r\n'));
        expect(parseDescription(writeDescription(read))).toEqual(read);
        for (const section of read.sections)
          [codecs(section), headerExtensions(section), sources(section), simulcastSent(section)].every(Array.isArray);
      } catch (error) {
        if (!(error instanceof DescriptionError)) throw error;
      }
    }),
  );
});

const chromium: Description = parseDescription(chromiumOffer);
const [audio, video] = chromium.sections as [Description['sections'][0], Description['sections'][0]];

it('reads what a browser says of its transport', () => {
  expect(iceCredentials(audio, chromium)).toEqual({ ufrag: 'C8zV', pwd: 'CfBNp6NJaybKDYELhNZbFkfA' });
  expect(fingerprint(audio, chromium)).toEqual({ algorithm: 'sha-256', value: expect.stringMatching(/^1C:1B:/) });
  expect(setup(audio, chromium)).toBe('actpass');
  expect(attribute('mid', video)).toBe('1');
  expect(attribute('group', audio, chromium)).toBe('BUNDLE 0 1');
});

it('reads directions, of a section before those of the session', () => {
  expect(direction(video, chromium)).toBe('sendonly');
  expect(direction({ ...video, attributes: [] }, { ...chromium, attributes: [{ name: 'inactive' }] })).toBe('inactive');
  expect(direction({ ...video, attributes: [] })).toBe('sendrecv');
  expect((['sendrecv', 'sendonly', 'recvonly', 'inactive'] as const).map(mirrored)).toEqual([
    'sendrecv',
    'recvonly',
    'sendonly',
    'inactive',
  ]);
});

it('reads codecs in the order of preference', () => {
  expect(codecs(audio).map(({ name, payloadType }) => `${payloadType} ${name}`)).toEqual([
    '111 opus',
    '63 red',
    '9 G722',
    '0 PCMU',
    '8 PCMA',
    '13 CN',
    '110 telephone-event',
    '126 telephone-event',
  ]);
  expect(codecs(audio)[0]).toEqual({
    payloadType: 111,
    name: 'opus',
    clockRate: 48_000,
    channels: 2,
    parameters: { minptime: '10', useinbandfec: '1' },
    feedback: ['transport-cc'],
  });
  expect(codecs(video).find(({ name }) => name === 'rtx')?.parameters).toEqual({ apt: '96' });
});

it('knows codecs that need no line (RFC 3551 §6)', () => {
  const [section] = parseDescription(phoneOffer).sections;
  expect(codecs(section!).map(({ name, clockRate }) => `${name}/${clockRate}`)).toEqual([
    'PCMU/8000',
    'PCMA/8000',
    'G722/8000',
    'telephone-event/8000',
  ]);
  expect(codecs(section!).at(-1)?.parameters).toEqual({ '': '0-16' });
});

it('writes codecs as it has read them', () => {
  for (const codec of codecs(video)) {
    const section = { ...video, formats: [String(codec.payloadType)], attributes: codecAttributes(codec) };
    expect(codecs(section)).toEqual([codec]);
  }
});

const h264 = (parameters: Record<string, string>): Codec => ({
  payloadType: 102,
  name: 'H264',
  clockRate: 90_000,
  channels: 1,
  parameters,
  feedback: [],
});

it('tells H.264 apart by packetization and profile, not by level', () => {
  const constrained = h264({ 'profile-level-id': '42e01f', 'packetization-mode': '1' });
  expect(sameCodec(constrained, h264({ 'profile-level-id': '42E034', 'packetization-mode': '1' }))).toBe(true);
  expect(sameCodec(constrained, h264({ 'profile-level-id': '42e01f' }))).toBe(false);
  expect(sameCodec(constrained, h264({ 'profile-level-id': '42001f', 'packetization-mode': '1' }))).toBe(false);
  expect(sameCodec(constrained, h264({ 'profile-level-id': '64001f', 'packetization-mode': '1' }))).toBe(false);
  expect(sameCodec(h264({}), { ...h264({}), name: 'h264' })).toBe(true);
});

it('reads simulcast, header extensions and sources', () => {
  expect(simulcastSent(video)).toEqual(['l', 'm', 'h']);
  expect(simulcastSent({ ...video, attributes: [{ name: 'simulcast', value: 'recv x;y send 1,2;~3' }] })).toEqual(['1', '3']);
  expect(simulcastSent({ ...video, attributes: [{ name: 'simulcast', value: 'recv x;y' }] })).toEqual([]);
  expect(headerExtensions(audio)).toContainEqual({ id: 4, uri: 'urn:ietf:params:rtp-hdrext:sdes:mid' });
  expect(sources(audio)).toEqual([{ ssrc: 4_258_281_943, cname: 'KJSAH++S2JuckzUa' }]);
  expect(
    sourceGroups('FID', {
      ...video,
      attributes: [
        { name: 'ssrc-group', value: 'FID 1 2' },
        { name: 'ssrc-group', value: 'SIM 3 x' },
      ],
    }),
  ).toEqual([[1, 2]]);
});
