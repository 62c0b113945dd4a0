/** Descriptions between a phone and a bridge (RFC 3264, RFC 3551): the first section of sound, by plain RTP, or by SRTP where there are keys. */
import type { Codec, Connection, Section } from '@offhook/sdp';
import { codecAttributes, cryptoAttribute, direction, hasAttribute, isNowhere, writeDescription, written } from '@offhook/sdp';
import { NegotiationError, readDescription } from '../negotiation/bundle.ts';
import { connectionOf, knownKeys, refusedPlain, remoteOf, securityOf } from '../negotiation/plain.ts';
import type { PlainLocal, PlainSection } from '../negotiation/plain.ts';
import { inlineOf } from '../srtp/suites.ts';
import type { MasterKey } from '../srtp/suites.ts';
import { soundIn } from './sound.ts';
import type { Sound } from './sound.ts';

export interface PhoneDescription extends Pick<PlainSection, 'family' | 'remote' | 'isMuxed' | 'security'> {
  readonly sound: Sound;
  /** Whether the phone is to be sent something, and sends something (RFC 3264 §6.1, §8.4). */
  readonly receives: boolean;
  readonly sends: boolean;
  readonly protocol: string;
  readonly sections: readonly Section[];
}

const fits = /^RTP\/S?AVPF?$/u;

/** @throws NegotiationError also where there is no sound in it */
export function readPhone(text: string): PhoneDescription {
  const description = readDescription(text);
  const { sections } = description;
  const section = sections.find(isSound);
  if (section === undefined) throw new NegotiationError('nothing in which sound could go by plain RTP');
  const connection = connectionOf(section, description);
  const way = direction(section, description);
  return {
    family: connection.family,
    remote: remoteOf(section, connection.address),
    isMuxed: hasAttribute('rtcp-mux', section),
    // Keys that are offered beside plain RTP may be taken (RFC 8643).
    security: section.protocol.startsWith('RTP/S') ? securityOf(section) : knownKeys(section),
    sound: soundIn(section),
    // The old way to hold a call is to receive nowhere.
    receives: (way === 'sendrecv' || way === 'recvonly') && !isNowhere(connection),
    sends: way.startsWith('send'),
    protocol: section.protocol,
    sections,
  };
}

/** A key of ours under the tag that it has in a description. */
export interface TaggedKey {
  readonly tag: number;
  readonly key: MasterKey;
}

export interface PhoneWish {
  readonly local: Pick<PlainLocal, 'address' | 'port' | 'rtcpPort'>;
  readonly family: Connection['family'];
  readonly origin: { readonly id: number; readonly version: number };
  readonly codecs: readonly Codec[];
  readonly protocol: string;
  readonly keys: readonly TaggedKey[];
  readonly isMuxed: boolean;
  /** Absent: both ways. */
  readonly way?: Pick<PhoneDescription, 'receives' | 'sends'> | undefined;
  /** Of what the phone has described, whose places have to be kept (RFC 3264 §6, §8); absent: there is only ours. */
  readonly sections?: readonly Section[] | undefined;
}

export function writePhone(wish: PhoneWish): string {
  const { local, family, origin, codecs, protocol, keys, isMuxed, way, sections } = wish;
  const { receives, sends } = way ?? { receives: true, sends: true };
  const address = { family, address: local.address };
  const ours: Section = {
    kind: 'audio',
    port: local.port,
    protocol,
    formats: codecs.map(({ payloadType }) => String(payloadType)),
    connection: address,
    attributes: [
      ...written(receives ? (sends ? 'sendrecv' : 'sendonly') : sends ? 'recvonly' : 'inactive', true),
      ...(isMuxed ? written('rtcp-mux', true) : written('rtcp', local.rtcpPort)),
      ...keys.map(({ tag, key }) => cryptoAttribute({ tag, suite: key.suite.name, key: inlineOf(key) })),
      ...codecs.flatMap((codec) => codecAttributes(codec)),
      { name: 'ptime', value: '20' },
    ],
  };
  const sound = sections?.find(isSound);
  return writeDescription({
    origin: { username: '-', id: String(origin.id), version: String(origin.version), address },
    name: '-',
    connection: address,
    timing: '0 0',
    attributes: [],
    sections: sections?.map((one) => (one === sound ? ours : refusedPlain(one))) ?? [ours],
  });
}

function isSound({ kind, port, protocol }: Section): boolean {
  return kind === 'audio' && port !== 0 && fits.test(protocol);
}
