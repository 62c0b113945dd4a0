/**
 * Session descriptions (RFC 8866) as data: what stands in them, in order, without judging it. What attributes mean is read by
 * `attributes.ts` and `codecs.ts`.
 */

/** `a=name` or `a=name:value` (RFC 8866 §5.13). */
export interface Attribute {
  readonly name: string;
  readonly value?: string | undefined;
}

/** `o=` (RFC 8866 §5.2). `id` and `version` are decimal numbers of up to 19 digits, too large for a number of JavaScript. */
export interface Origin {
  readonly username: string;
  readonly id: string;
  readonly version: string;
  readonly address: Connection;
}

/** `c=` (RFC 8866 §5.7): where media is received, without TTL and number of addresses, which only multicast has. */
export interface Connection {
  readonly family: 'IP4' | 'IP6';
  readonly address: string;
}

/** What stands between one `m=` line and the next (RFC 8866 §5.14). */
export interface Section {
  /** `audio`, `video`, `application`, … */
  readonly kind: string;
  /** 0: this medium is refused, or not offered any more (RFC 3264 §6). */
  readonly port: number;
  /** `RTP/AVP`, `UDP/TLS/RTP/SAVPF`, … */
  readonly protocol: string;
  /** Payload types, where the protocol is RTP. */
  readonly formats: readonly string[];
  readonly connection?: Connection | undefined;
  /** `b=` lines, as they are (RFC 8866 §5.8). */
  readonly bandwidth?: readonly string[] | undefined;
  readonly attributes: readonly Attribute[];
}

export interface Description {
  readonly origin: Origin;
  readonly name: string;
  readonly connection?: Connection | undefined;
  readonly bandwidth?: readonly string[] | undefined;
  /** `t=` (RFC 8866 §5.9), the first one; `0 0` in all that this project sees. */
  readonly timing: string;
  readonly attributes: readonly Attribute[];
  readonly sections: readonly Section[];
}

/** Why a text is no description, and in which line (from 1). */
export class DescriptionError extends Error {
  override readonly name = 'DescriptionError';
  readonly line: number;

  constructor(line: number, message: string) {
    super(`line ${line}: ${message}`);
    this.line = line;
  }
}

/** What is read at most: more is no description that anybody means. */
export const descriptionLimits = {
  /** UTF-16 units of the text. */
  length: 65_536,
  sections: 128,
  formats: 128,
} as const;

interface Draft {
  origin?: Origin;
  name?: string;
  connection?: Connection;
  bandwidth?: string[];
  timing?: string;
  attributes: Attribute[];
}

type SectionDraft = { -readonly [K in keyof Section]: Section[K] } & { attributes: Attribute[]; bandwidth?: string[] };

/**
 * Lines end with CRLF or LF. Lines that mean nothing for media (`i=`, `u=`, `e=`, `p=`, `r=`, `z=`, `k=`) and unknown ones are left out.
 *
 * @throws DescriptionError where a line that is needed is missing or cannot be read
 */
export function parseDescription(text: string): Description {
  if (text.length > descriptionLimits.length) throw new DescriptionError(1, `longer than ${descriptionLimits.length}`);
  const session: Draft = { attributes: [] };
  const sections: SectionDraft[] = [];
  let number = 0;
  for (const line of text.split(/\r?\n/u)) {
    number++;
    if (line === '') continue;
    if (line[1] !== '=') throw new DescriptionError(number, 'not of the form x=…');
    const value = line.slice(2);
    const section = sections.at(-1);
    switch (line[0]) {
      case 'v':
        if (number !== 1 || value.trim() !== '0') throw new DescriptionError(number, 'not version 0');
        break;
      case 'o':
        session.origin ??= readOrigin(value, number);
        break;
      case 's':
        session.name ??= value;
        break;
      case 't':
        session.timing ??= value;
        break;
      case 'c':
        (section ?? session).connection ??= readConnection(value, number);
        break;
      case 'b':
        ((section ?? session).bandwidth ??= []).push(value);
        break;
      case 'a':
        (section ?? session).attributes.push(readAttribute(value));
        break;
      case 'm':
        if (sections.length === descriptionLimits.sections) throw new DescriptionError(number, 'too many sections');
        sections.push(readSection(value, number));
        break;
      default:
    }
  }
  const { origin, name = '-', timing = '0 0', ...rest } = session;
  if (origin === undefined) throw new DescriptionError(number, 'no o= line');
  return { origin, name, timing, ...rest, sections };
}

/** With CRLF, as RFC 8866 §9 has it. */
export function writeDescription({ origin, name, timing, sections, ...session }: Description): string {
  const lines = [
    'v=0',
    `o=${origin.username} ${origin.id} ${origin.version} ${written(origin.address)}`,
    `s=${name}`,
    ...common(session, `t=${timing}`),
  ];
  for (const section of sections) {
    lines.push(`m=${section.kind} ${section.port} ${section.protocol} ${section.formats.join(' ')}`, ...common(section));
  }
  return `${lines.join('\r\n')}\r\n`;
}

function common(
  { connection, bandwidth = [], attributes }: Pick<Section, 'connection' | 'bandwidth' | 'attributes'>,
  timing?: string,
): string[] {
  return [
    ...(connection ? [`c=${written(connection)}`] : []),
    ...bandwidth.map((value) => `b=${value}`),
    ...(timing === undefined ? [] : [timing]),
    ...attributes.map(({ name, value }) => (value === undefined ? `a=${name}` : `a=${name}:${value}`)),
  ];
}

function written({ family, address }: Connection): string {
  return `IN ${family} ${address}`;
}

function readOrigin(value: string, line: number): Origin {
  const [username = '', id = '', version = '', ...address] = value.trim().split(/ +/u);
  if (![id, version].every((number) => /^\d{1,20}$/u.test(number))) throw new DescriptionError(line, 'o= has no numbers');
  return { username, id, version, address: readConnection(address.join(' '), line) };
}

function readConnection(value: string, line: number): Connection {
  const [net, family, address] = value.trim().split(/ +/u);
  if (net !== 'IN' || (family !== 'IP4' && family !== 'IP6') || address === undefined) {
    throw new DescriptionError(line, 'not an address of the Internet');
  }
  const [host = ''] = address.split('/', 1);
  return { family, address: host };
}

function readAttribute(text: string): Attribute {
  const colon = text.indexOf(':');
  return colon === -1 ? { name: text.trimEnd() } : { name: text.slice(0, colon), value: text.slice(colon + 1).trimEnd() };
}

function readSection(value: string, line: number): SectionDraft {
  const [kind, port, protocol, ...formats] = value.trim().split(/ +/u);
  const number = /^\d{1,5}(\/\d+)?$/u.test(port ?? '') ? Number.parseInt(port ?? '', 10) : Number.NaN;
  if (kind === undefined || protocol === undefined || !(number <= 65_535))
    throw new DescriptionError(line, 'm= cannot be read');
  if (formats.length > descriptionLimits.formats) throw new DescriptionError(line, 'too many formats');
  return { kind, port: number, protocol, formats, attributes: [] };
}
