/** What attributes say about a section and its transport. Those of the session hold for each section that does not say otherwise. */
import type { Attribute, Connection, Description, Section } from './description.ts';

type Level = Pick<Section, 'attributes'>;

/** The first of this name, in the first of the levels that has one. Names are written exactly (RFC 8866 §6). */
export function attribute(name: string, ...levels: readonly (Level | undefined)[]): string | undefined {
  for (const level of levels) {
    const found = level?.attributes.find((one) => one.name === name);
    if (found !== undefined) return found.value ?? '';
  }
  return undefined;
}

export function hasAttribute(name: string, ...levels: readonly Level[]): boolean {
  return attribute(name, ...levels) !== undefined;
}

/** All values of this name. */
export function attributes(name: string, { attributes: all }: Level): readonly string[] {
  return all.filter((one) => one.name === name).map(({ value = '' }) => value);
}

/** An attribute to write, none where the value is undefined. */
export function written(name: string, value: string | number | true | undefined): readonly Attribute[] {
  if (value === undefined) return [];
  return [value === true ? { name } : { name, value: String(value) }];
}

// ── direction (RFC 8866 §6.7) ───────────────────────────────────────────────────────────────────────────────────────

export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

const directions: readonly Direction[] = ['sendrecv', 'sendonly', 'recvonly', 'inactive'];

export function direction(section: Section, session?: Description): Direction {
  for (const level of [section, session]) {
    const found = level && directions.find((name) => hasAttribute(name, level));
    if (found !== undefined) return found;
  }
  return 'sendrecv';
}

/** What the other side calls it. */
export function mirrored(value: Direction): Direction {
  return value === 'sendonly' ? 'recvonly' : value === 'recvonly' ? 'sendonly' : value;
}

/** Whether it is the address of nobody: the way in which media were held before there were directions (RFC 3264 §8.4). */
export function isNowhere({ address }: Connection): boolean {
  return /^[0:.]+$/u.test(address);
}

// ── ICE and DTLS ────────────────────────────────────────────────────────────────────────────────────────────────────

/** RFC 8839 §5.4. */
export interface IceCredentials {
  readonly ufrag: string;
  readonly pwd: string;
}

export function iceCredentials(section: Section, session: Description): IceCredentials | undefined {
  const [ufrag, pwd] = ['ice-ufrag', 'ice-pwd'].map((name) => attribute(name, section, session));
  return ufrag === undefined || pwd === undefined ? undefined : { ufrag, pwd };
}

/** RFC 8122 §5: the hash function and the digest as written, `sha-256` and `AB:CD:…`. */
export interface Fingerprint {
  readonly algorithm: string;
  readonly value: string;
}

export function fingerprint(section: Section, session: Description): Fingerprint | undefined {
  const [algorithm, value] = (attribute('fingerprint', section, session) ?? '').split(' ');
  return algorithm === undefined || value === undefined
    ? undefined
    : { algorithm: algorithm.toLowerCase(), value: value.toUpperCase() };
}

/** RFC 4145 §4, RFC 5763 §5. */
export type Setup = 'active' | 'passive' | 'actpass';

export function setup(section: Section, session: Description): Setup | undefined {
  const value = attribute('setup', section, session);
  return value === 'active' || value === 'passive' || value === 'actpass' ? value : undefined;
}

// ── RTP ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A header extension (RFC 8285 §5): its id in packets, and what it is. */
export interface HeaderExtension {
  readonly id: number;
  readonly uri: string;
}

export function headerExtensions(section: Section): readonly HeaderExtension[] {
  return attributes('extmap', section).flatMap((value) => {
    const [id = '', uri] = value.split(' ');
    const number = Number.parseInt(id, 10);
    return uri !== undefined && number >= 1 && number <= 255 ? [{ id: number, uri }] : [];
  });
}

/** A source and what is said of it (RFC 5576 §4.1): `cname`, `msid`. */
export interface Source {
  readonly ssrc: number;
  readonly cname?: string | undefined;
}

export function sources(section: Section): readonly Source[] {
  const found = new Map<number, Source>();
  for (const value of attributes('ssrc', section)) {
    const [id = '', ...rest] = value.split(' ');
    const ssrc = unsigned32(id);
    if (ssrc === undefined) continue;
    const said = rest.join(' ');
    const cname = said.startsWith('cname:') ? said.slice('cname:'.length) : found.get(ssrc)?.cname;
    found.set(ssrc, { ssrc, ...(cname === undefined ? {} : { cname }) });
  }
  return [...found.values()];
}

/** The sources of a group (RFC 5576 §4.2), such as `FID`: a source and the one of its retransmissions (RFC 4588 §8.8). */
export function sourceGroups(semantics: string, section: Section): readonly (readonly number[])[] {
  return attributes('ssrc-group', section).flatMap((value) => {
    const [name, ...ids] = value.split(' ');
    const all = ids.map(unsigned32);
    return name === semantics && all.every((id) => id !== undefined) ? [all] : [];
  });
}

/**
 * The restriction identifiers that are sent (RFC 8851, RFC 8853 §5.1) in the order of `a=simulcast`, from the first alternative of each;
 * without that line none, since one encoding alone needs no name.
 */
export function simulcastSent(section: Section): readonly string[] {
  const words = (attribute('simulcast', section) ?? '').split(' ');
  const list = words[words.indexOf('send') + 1];
  if (!words.includes('send') || list === undefined) return [];
  return list.split(';').flatMap((one) => {
    const rid = one.split(',')[0]?.replace(/^~/u, '') ?? '';
    return /^[A-Za-z0-9]{1,16}$/u.test(rid) ? [rid] : [];
  });
}

function unsigned32(text: string): number | undefined {
  const value = /^\d{1,10}$/u.test(text) ? Number(text) : Number.NaN;
  return value <= 0xffff_ffff ? value : undefined;
}
