/** What both descriptions have in common: one bundled transport (RFC 9143), and what a browser says of its side of it. */
import type { Attribute, Description, Section } from '@offhook/sdp';
import {
  attribute,
  attributes,
  DescriptionError,
  fingerprint,
  iceCredentials,
  parseDescription,
  setup,
  written,
} from '@offhook/sdp';
import type { TransportParameters } from '../transport/webrtc.ts';

/** Why a description of a browser cannot be taken; nothing was changed. */
export class NegotiationError extends Error {
  override readonly name = 'NegotiationError';
}

/** @throws NegotiationError */
export function readDescription(text: string): Description {
  try {
    return parseDescription(text);
  } catch (error) {
    if (error instanceof DescriptionError) throw new NegotiationError(error.message, { cause: error });
    throw error;
  }
}

/**
 * The transport of a description, which is that of its first section in use.
 *
 * @throws NegotiationError where credentials, fingerprint or role are missing, or sections would have transports of their own
 */
export function transportOf(description: Description): TransportParameters {
  const used = description.sections.filter((section) => section.port !== 0);
  const [first] = used;
  if (first === undefined) throw new NegotiationError('no section is in use');
  const bundled = attributes('group', description)
    .map((group) => group.split(' '))
    .find(([semantics]) => semantics === 'BUNDLE');
  if (!used.every((section) => bundled?.includes(midOf(section), 1))) throw new NegotiationError('sections are not bundled');
  if (!used.every((section) => attribute('rtcp-mux', section) !== undefined || section.kind === 'application')) {
    throw new NegotiationError('RTCP is not multiplexed');
  }
  const ice = iceCredentials(first, description);
  const print = fingerprint(first, description);
  const role = setup(first, description);
  if (ice === undefined || !credentialsFit.test(`${ice.ufrag} ${ice.pwd}`)) throw new NegotiationError('no credentials of ICE');
  if (print?.algorithm !== 'sha-256' || !sha256.test(print.value)) throw new NegotiationError('no fingerprint of SHA-256');
  if (role === undefined) throw new NegotiationError('no role in DTLS');
  return {
    ice,
    fingerprint: print,
    setup: role,
    candidates: attributes('candidate', first).filter((line) => candidateFits.test(line)),
  };
}

/** RFC 8839 §5.4. */
const credentialsFit = /^[\w+/]{4,256} [\w+/]{22,256}$/u;
/** RFC 8122 §5. */
const sha256 = /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/u;
/** RFC 8839 §5.1, of UDP. */
const candidateFits = /^[\w+/]{1,32} 1 udp \d{1,10} [\w:.%-]{1,255} \d{1,5} typ (host|srflx|prflx|relay)/iu;

/** @throws NegotiationError where a section has no name */
export function midOf(section: Section): string {
  const mid = attribute('mid', section);
  if (mid === undefined || !/^[\x21-\x7e]{1,16}$/u.test(mid)) throw new NegotiationError('a section without mid');
  return mid;
}

/** A description of ours around these sections. */
export function bundle(sections: readonly Section[], version: number): Description {
  const mids = sections.filter(({ port }) => port !== 0).map(midOf);
  return {
    origin: { username: '-', id: '1', version: String(version), address: { family: 'IP4', address: '127.0.0.1' } },
    name: '-',
    timing: '0 0',
    attributes: [
      ...(mids.length > 0 ? written('group', `BUNDLE ${mids.join(' ')}`) : []),
      ...written('msid-semantic', 'WMS *'),
      ...written('extmap-allow-mixed', true),
    ],
    sections,
  };
}

/** The transport, as each section repeats it. */
export function transportAttributes({
  ice,
  fingerprint: print,
  setup: role,
  candidates,
}: TransportParameters): readonly Attribute[] {
  return [
    ...candidates.map((value) => ({ name: 'candidate', value })),
    ...written('end-of-candidates', true),
    ...written('ice-ufrag', ice.ufrag),
    ...written('ice-pwd', ice.pwd),
    ...written('fingerprint', `${print.algorithm} ${print.value}`),
    ...written('setup', role),
  ];
}

export const anyAddress = { family: 'IP4', address: '0.0.0.0' } as const;
export const rtpProtocol = 'UDP/TLS/RTP/SAVPF';

/** A section that is not used (any more), as its place in the description has to be kept (RFC 3264 §6). */
export function refused({ kind, protocol, formats }: Section, mid: string): Section {
  return {
    kind,
    port: 0,
    protocol,
    formats: formats.slice(0, 1),
    connection: anyAddress,
    attributes: [...written('mid', mid), ...written('inactive', true)],
  };
}
