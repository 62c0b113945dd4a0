/** Codecs: what payload types stand for, and which of them two sides share. */
import { attributes } from './attributes.ts';
import type { Attribute, Section } from './description.ts';

/** One payload type of a section: `a=rtpmap`, `a=fmtp` and `a=rtcp-fb` together (RFC 8866 §6.6, §6.15; RFC 4585 §4.2). */
export interface Codec {
  /** 0 to 127. */
  readonly payloadType: number;
  /** As written; names are the same whatever their case (RFC 4855 §3). */
  readonly name: string;
  /** Ticks of the timestamp per second. */
  readonly clockRate: number;
  readonly channels: number;
  /** `a=fmtp` in pairs; a value without name has an empty name, such as `0-16` of `telephone-event`. */
  readonly parameters: Readonly<Record<string, string>>;
  /** `nack`, `nack pli`, `ccm fir`, `transport-cc`, … */
  readonly feedback: readonly string[];
}

/** Payload types that need no `a=rtpmap` (RFC 3551 §6), of those that are in use. */
const fixed: Readonly<Record<number, readonly [name: string, clockRate: number]>> = {
  0: ['PCMU', 8_000],
  3: ['GSM', 8_000],
  8: ['PCMA', 8_000],
  // 8,000, though it samples at 16,000 (RFC 3551 §4.5.2).
  9: ['G722', 8_000],
  13: ['CN', 8_000],
  18: ['G729', 8_000],
};

/** In the order of preference, as the section lists them. Formats that cannot be read are left out. */
export function codecs(section: Section): readonly Codec[] {
  const names = byFormat('rtpmap', section);
  const parameters = byFormat('fmtp', section);
  const feedback = byFormat('rtcp-fb', section);
  // One that is listed again says nothing new.
  return [...new Set(section.formats)].flatMap((format): Codec[] => {
    const payloadType = /^\d{1,3}$/u.test(format) ? Number(format) : Number.NaN;
    if (!(payloadType <= 127)) return [];
    const known = fixed[payloadType];
    const [name, rate = '', channels = '1'] = (names.get(format)?.[0] ?? (known && known.join('/')) ?? '').split('/');
    const clockRate = Number(rate);
    if (!name || !(clockRate > 0)) return [];
    return [
      {
        payloadType,
        name,
        clockRate,
        channels: Number(channels) || 1,
        parameters: readParameters(parameters.get(format)?.join(';') ?? ''),
        feedback: [...(feedback.get(format) ?? []), ...(feedback.get('*') ?? [])],
      },
    ];
  });
}

/** The attributes that describe a codec, to write. */
export function codecAttributes({ payloadType, name, clockRate, channels, parameters, feedback }: Codec): readonly Attribute[] {
  const pairs = Object.entries(parameters).map(([key, value]) => (key === '' ? value : value === '' ? key : `${key}=${value}`));
  return [
    { name: 'rtpmap', value: `${payloadType} ${name}/${clockRate}${channels > 1 ? `/${channels}` : ''}` },
    ...(pairs.length > 0 ? [{ name: 'fmtp', value: `${payloadType} ${pairs.join(';')}` }] : []),
    ...feedback.map((one) => ({ name: 'rtcp-fb', value: `${payloadType} ${one}` })),
  ];
}

/** Whether they are one codec, so that what one side sends the other understands; payload types may differ. */
export function sameCodec(a: Codec, b: Codec): boolean {
  if (a.name.toLowerCase() !== b.name.toLowerCase() || a.clockRate !== b.clockRate || a.channels !== b.channels) return false;
  const same = (key: string, usual: string): boolean => (a.parameters[key] ?? usual) === (b.parameters[key] ?? usual);
  switch (a.name.toLowerCase()) {
    case 'h264':
      // RFC 6184 §8.2.2: packetization and profile have to be the same, the level may differ.
      return same('packetization-mode', '0') && h264Profile(a) === h264Profile(b);
    case 'vp9':
      return same('profile-id', '0');
    case 'av1':
      return same('profile', '0');
    default:
      return true;
  }
}

/**
 * Of `profile-level-id` (RFC 6184 §8.1) the profile alone: the first byte and those of the flags that tell apart what decoders need. The
 * constrained baseline profile is written in two ways.
 */
function h264Profile({ parameters }: Codec): string {
  const id = (parameters['profile-level-id'] ?? '42000a').toLowerCase();
  const profile = id.slice(0, 2);
  const flags = Number.parseInt(id.slice(2, 4), 16);
  const constrained = (flags & 0x40) !== 0;
  if (profile === '42' || profile === '4d') return constrained && (profile === '42' || (flags & 0x80) !== 0) ? '42c' : profile;
  return `${profile}${flags & 0xfc}`;
}

function byFormat(name: string, section: Section): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const value of attributes(name, section)) {
    const [format = '', ...rest] = value.split(' ');
    const said = rest.join(' ').trim();
    const before = found.get(format);
    if (before === undefined) found.set(format, [said]);
    else before.push(said);
  }
  return found;
}

function readParameters(text: string): Record<string, string> {
  const pairs = text
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair !== '');
  return Object.fromEntries(
    pairs.map((pair) => {
      const equals = pair.indexOf('=');
      if (equals !== -1) return [pair.slice(0, equals).trim().toLowerCase(), pair.slice(equals + 1).trim()];
      return /^[a-z][\w-]*$/iu.test(pair) ? [pair.toLowerCase(), ''] : ['', pair];
    }),
  );
}
