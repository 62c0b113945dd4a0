/**
 * A program, or later a phone, offers plain RTP (RFC 3264, RFC 3551): each section has ports of its own, and keys in the description if it
 * is to be SRTP (RFC 4568). The worker answers what it takes of it, with one codec for what it receives.
 */
import { isIP, SocketAddress } from 'node:net';
import type { Codec, Connection, Description, Section } from '@offhook/sdp';
import {
  attribute,
  codecAttributes,
  codecs,
  cryptoAttribute,
  cryptoLines,
  direction,
  hasAttribute,
  headerExtensions,
  writeDescription,
  written,
} from '@offhook/sdp';
import { masterKey, suites } from '../srtp/suites.ts';
import type { MasterKey } from '../srtp/suites.ts';
import { NegotiationError, readDescription } from './bundle.ts';
import type { Extension, ForwardedCodec, MediaKind } from './codecs.ts';
import { extensionIds, extensionUris, forwardedAs, keysBeside } from './codecs.ts';
import type { Published } from './publish.ts';

/** An address of the Internet, as the operating system writes it, and a port. */
export interface Place {
  readonly address: string;
  readonly port: number;
}

export interface SharedCodec {
  readonly ours: ForwardedCodec;
  /** With the payload type that the other side has given it. */
  readonly theirs: Codec;
}

export interface PlainSection {
  readonly mid: string;
  readonly kind: MediaKind;
  readonly family: Connection['family'];
  /** Where the other side says that it receives; undefined: where it sends from. */
  readonly remote: { readonly rtp: Place | undefined; readonly rtcp: Place | undefined };
  /** RTCP by the port of RTP (RFC 5761). */
  readonly isMuxed: boolean;
  /** What it may be sent. */
  readonly shared: readonly SharedCodec[];
  /** What it sends, if it does and may. */
  readonly published: Published | undefined;
  /** Whether it is to be sent something. */
  readonly receives: boolean;
  /** `towards[our id]` is its id of a header extension, 0 for those that it does not read. */
  readonly towards: Uint8Array;
  readonly security: { readonly tag: number; readonly remote: MasterKey } | undefined;
}

/** Where the worker receives what a section sends, and its own key. */
export interface PlainLocal extends Place {
  /** undefined: by the same port. */
  readonly rtcpPort: number | undefined;
  readonly key: Buffer | undefined;
}

export interface PlainOffer {
  /** Those that are taken. */
  readonly sections: readonly PlainSection[];
  /** Once it is known where the worker listens, by mid. */
  answer(locals: ReadonlyMap<string, PlainLocal>): string;
}

/** Sections of one offer. */
const sectionsMost = 16;
const protocolFits = /^RTP\/(S?)AVP(F?)$/u;
/** Port of nobody (RFC 863), where one only sends (RFC 4145 §4.1 has the same use of it). */
const discard = 9;
/** Read in both directions. */
const extensions: Readonly<Record<MediaKind, readonly Extension[]>> = { audio: ['audioLevel'], video: ['orientation'] };
const feedbackOf: readonly string[] = ['nack', 'nack pli', 'ccm fir', 'goog-remb'];

/**
 * Takes from the other side only media of these kinds.
 *
 * @throws NegotiationError also where nothing of it can be taken
 */
export function readPlainOffer(text: string, allowed: readonly MediaKind[]): PlainOffer {
  const offer = readDescription(text);
  if (offer.sections.length > sectionsMost) throw new NegotiationError('too many sections');
  const read = offer.sections.map((section, at) => ({ section, taken: readSection(section, at, offer, allowed) }));
  const sections = read.flatMap(({ taken }) => taken ?? []);
  if (sections.length === 0)
    throw new NegotiationError('nothing in it can be taken: no codec that is forwarded, or no direction');
  if (new Set(sections.map(({ mid }) => mid)).size !== sections.length) throw new NegotiationError('two sections with one mid');
  return {
    sections,
    answer: (locals) => {
      const answered = read.map(({ section, taken }) => {
        const local = taken && locals.get(taken.mid);
        return taken === undefined || local === undefined ? refusedPlain(section) : accepted(section, taken, local);
      });
      const address = answered.find(({ port }) => port !== 0)?.connection ?? { family: 'IP4', address: '0.0.0.0' };
      return writeDescription({
        origin: { username: '-', id: '1', version: '1', address },
        name: '-',
        timing: '0 0',
        attributes: [],
        sections: answered,
      });
    },
  };
}

function readSection(
  section: Section,
  at: number,
  session: Description,
  allowed: readonly MediaKind[],
): PlainSection | undefined {
  const { kind, port } = section;
  if (port === 0 || (kind !== 'audio' && kind !== 'video')) return undefined;
  const protocol = protocolFits.exec(section.protocol);
  if (protocol === null) throw new NegotiationError(`${section.protocol} is not plain RTP`);
  const [, isSecure, hasFeedback] = protocol;
  const mid = attribute('mid', section) ?? String(at);
  if (!/^[\x21-\x7e]{1,16}$/u.test(mid)) throw new NegotiationError('a mid that is none');
  const way = direction(section, session);
  const all = codecs(section);
  const shared = all.flatMap((theirs): SharedCodec[] => {
    const ours = forwardedAs(theirs);
    const feedback = hasFeedback === '' ? [] : theirs.feedback.filter((one) => feedbackOf.includes(one));
    return ours?.kind === kind ? [{ ours, theirs: { ...theirs, feedback } }] : [];
  });
  const [first] = shared;
  const sends = way.startsWith('send') && allowed.includes(kind);
  const receives = way === 'sendrecv' || way === 'recvonly';
  if (first === undefined || (!sends && !receives)) return undefined;
  const { family, address } = connectionOf(section, session);
  const ids = extensionsOf(section, kind);
  return {
    mid,
    kind,
    family,
    remote: remoteOf(section, address),
    isMuxed: hasAttribute('rtcp-mux', section),
    shared: sends ? [first] : shared,
    published: sends
      ? {
          mid,
          kind,
          codec: first.ours,
          source: first.theirs,
          retransmission: undefined,
          red: undefined,
          keys: kind === 'audio' ? keysBeside(first.theirs, all) : undefined,
          extensions: ids.from,
          encodings: [{ any: true }],
        }
      : undefined,
    receives,
    towards: ids.to,
    security: isSecure === '' ? undefined : securityOf(section),
  };
}

export function connectionOf(section: Section, session: Description): Connection {
  const said = section.connection ?? session.connection;
  if (said === undefined) throw new NegotiationError('no c= line');
  const { family, address } = said;
  if (isIP(address) !== (family === 'IP4' ? 4 : 6)) throw new NegotiationError('c= is no address of its kind');
  if (isOfMany(address)) throw new NegotiationError('c= is an address of many');
  return { family, address: canonical(address, family) };
}

/** Multicast and broadcast. */
function isOfMany(address: string): boolean {
  return /^(22[4-9]|23\d|255)\./u.test(address) || /^ff/iu.test(address);
}

/** As the operating system writes the addresses of what comes. */
function canonical(address: string, family: Connection['family']): string {
  return new SocketAddress({ address, family: family === 'IP4' ? 'ipv4' : 'ipv6' }).address;
}

/** RFC 3605: RTCP goes to the next port, if nothing else is said. */
export function remoteOf(section: Section, address: string): PlainSection['remote'] {
  const isKnown = address !== '0.0.0.0' && address !== '::';
  if (!isKnown || section.port === discard) return { rtp: undefined, rtcp: undefined };
  const said = Number(/^\d{1,5}/u.exec(attribute('rtcp', section) ?? '')?.[0] ?? section.port + 1);
  const rtp = { address, port: section.port };
  return { rtp, rtcp: said > 0 && said <= 65_535 ? { address, port: said } : undefined };
}

/** The first that we know. @throws NegotiationError where there is none */
export function securityOf(section: Section): NonNullable<PlainSection['security']> {
  const found = knownKeys(section);
  if (found === undefined) throw new NegotiationError('no a=crypto line that can be taken');
  return found;
}

export function knownKeys(section: Section): PlainSection['security'] {
  for (const { tag, suite: name, key } of cryptoLines(section)) {
    const suite = suites.find((one) => one.name === name);
    const both = Buffer.from(key, 'base64');
    if (suite !== undefined && both.length === suite.keyLength + suite.saltLength)
      return { tag, remote: masterKey(suite, both) };
  }
  return undefined;
}

function extensionsOf(section: Section, kind: MediaKind): { readonly from: Uint8Array; readonly to: Uint8Array } {
  const [from, to] = [new Uint8Array(256), new Uint8Array(256)];
  for (const { id, uri } of headerExtensions(section)) {
    const known = extensions[kind].find((name) => extensionUris[name] === uri);
    // 14 stands for what is not read, 15 for nothing.
    if (known === undefined || id >= 14) continue;
    from[id] = extensionIds[known];
    to[extensionIds[known]] = id;
  }
  return { from, to };
}

function accepted(section: Section, taken: PlainSection, local: PlainLocal): Section {
  const { kind, protocol } = section;
  const { shared, published, receives, security, isMuxed, towards } = taken;
  const { key } = local;
  const said = [...shared.map(({ theirs }) => theirs), ...(published?.keys === undefined ? [] : [published.keys])];
  return {
    kind,
    port: local.port,
    protocol,
    formats: said.map(({ payloadType }) => String(payloadType)),
    connection: { family: taken.family, address: local.address },
    attributes: [
      ...written('mid', attribute('mid', section)),
      ...written(published === undefined ? 'sendonly' : receives ? 'sendrecv' : 'recvonly', true),
      ...(isMuxed ? written('rtcp-mux', true) : written('rtcp', local.rtcpPort)),
      ...(security === undefined || key === undefined
        ? []
        : [cryptoAttribute({ tag: security.tag, suite: security.remote.suite.name, key: key.toString('base64') })]),
      ...headerExtensions(section)
        .filter(({ id }) => id !== 0 && towards.includes(id))
        .map(({ id, uri }) => ({ name: 'extmap', value: `${id} ${uri}` })),
      ...said.flatMap((codec) => codecAttributes(codec)),
    ],
  };
}

/** RFC 3264 §6. */
export function refusedPlain({ kind, protocol, formats, attributes: all }: Section): Section {
  return { kind, port: 0, protocol, formats: formats.slice(0, 1), attributes: all.filter(({ name }) => name === 'mid') };
}
