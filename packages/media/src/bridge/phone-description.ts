/** Descriptions between a phone and a bridge (RFC 3264, RFC 3551): the first section of sound, by plain RTP, or by SRTP where it offers keys. */
import type { Codec, Connection, Section } from '@offhook/sdp';
import { codecAttributes, cryptoAttribute, direction, hasAttribute, writeDescription, written } from '@offhook/sdp';
import { NegotiationError, readDescription } from '../negotiation/bundle.ts';
import { connectionOf, refusedPlain, remoteOf, securityOf } from '../negotiation/plain.ts';
import type { PlainLocal, PlainSection } from '../negotiation/plain.ts';
import { soundIn } from './sound.ts';
import type { Sound } from './sound.ts';

export interface PhoneDescription extends Pick<PlainSection, 'family' | 'remote' | 'isMuxed' | 'security'> {
  readonly sound: Sound;
  /** Whether the phone is to be sent something, and sends something (RFC 3264 §6.1, §8.4). */
  readonly receives: boolean;
  readonly sends: boolean;
  readonly sections: readonly Section[];
}

const fits = /^RTP\/(S?)AVPF?$/u;

/** @throws NegotiationError also where there is no sound in it */
export function readPhone(text: string): PhoneDescription {
  const description = readDescription(text);
  const { sections } = description;
  const section = sections.find(isSound);
  if (section === undefined) throw new NegotiationError('nothing in which sound could go by plain RTP');
  const { family, address } = connectionOf(section, description);
  const way = direction(section, description);
  const remote = remoteOf(section, address);
  return {
    family,
    remote,
    isMuxed: hasAttribute('rtcp-mux', section),
    security: section.protocol.startsWith('RTP/S') ? securityOf(section) : undefined,
    sound: soundIn(section),
    // The old way to hold a call is to receive nowhere.
    receives: (way === 'sendrecv' || way === 'recvonly') && address !== '0.0.0.0',
    sends: way.startsWith('send'),
    sections,
  };
}

export interface PhoneWish {
  readonly local: PlainLocal;
  readonly family: Connection['family'];
  readonly version: number;
  readonly codecs: readonly Codec[];
  /** What is answered; absent: we offer. */
  readonly offered?: PhoneDescription | undefined;
}

export function writePhone({ local, family, version, codecs, offered }: PhoneWish): string {
  const sound = offered?.sections.find(isSound);
  const { security, isMuxed, receives = true, sends = true } = offered ?? {};
  const address = { family, address: local.address };
  const ours: Section = {
    kind: 'audio',
    port: local.port,
    protocol: sound?.protocol ?? 'RTP/AVP',
    formats: codecs.map(({ payloadType }) => String(payloadType)),
    connection: address,
    attributes: [
      ...written(receives ? (sends ? 'sendrecv' : 'sendonly') : sends ? 'recvonly' : 'inactive', true),
      ...(isMuxed === true ? written('rtcp-mux', true) : written('rtcp', local.rtcpPort)),
      ...(security === undefined || local.key === undefined
        ? []
        : [cryptoAttribute({ tag: security.tag, suite: security.remote.suite.name, key: local.key.toString('base64') })]),
      ...codecs.flatMap((codec) => codecAttributes(codec)),
      { name: 'ptime', value: '20' },
    ],
  };
  return writeDescription({
    origin: { username: '-', id: '1', version: String(version), address },
    name: '-',
    connection: address,
    timing: '0 0',
    attributes: [],
    sections: offered === undefined ? [ours] : offered.sections.map((one) => (one === sound ? ours : refusedPlain(one))),
  });
}

function isSound({ kind, port, protocol }: Section): boolean {
  return kind === 'audio' && port !== 0 && fits.test(protocol);
}
