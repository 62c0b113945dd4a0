/** What a browser would say of itself to a forwarder of media: what it publishes, and that it takes what it is offered. */
import type { Section } from '@offhook/sdp';
import { attribute, codecAttributes, codecs, headerExtensions, writeDescription, written } from '@offhook/sdp';
import {
  anyAddress,
  bundle,
  readDescription,
  rtpProtocol,
  transportAttributes,
  transportOf,
} from '../../packages/media/src/negotiation/bundle.ts';
import { extensionIds, extensionUris, forwarded } from '../../packages/media/src/negotiation/codecs.ts';
import type { TransportParameters } from '../../packages/media/src/transport/webrtc.ts';

/** Payload types and ids of extensions are those that the worker has too. */
export const video = forwarded.find(({ name }) => name === 'VP8')!;

/** One video, in one encoding. */
export function publishing(ssrc: number, local: TransportParameters): string {
  const { kind, payloadType, retransmission } = video;
  const section: Section = {
    kind,
    port: 9,
    protocol: rtpProtocol,
    formats: [payloadType, retransmission].map(String),
    connection: anyAddress,
    attributes: [
      ...transportAttributes(local),
      ...written('mid', '0'),
      ...(['transportSequence', 'mid'] as const).map((name) => ({
        name: 'extmap',
        value: `${extensionIds[name]} ${extensionUris[name]}`,
      })),
      ...written('sendonly', true),
      ...written('rtcp-mux', true),
      ...codecAttributes(video),
      { name: 'rtpmap', value: `${retransmission} rtx/${video.clockRate}` },
      { name: 'fmtp', value: `${retransmission} apt=${payloadType}` },
      { name: 'ssrc', value: `${ssrc} cname:peer` },
    ],
  };
  return writeDescription(bundle([section], 1));
}

/** One sound, in this codec, and keys (RFC 4733) by payload type 126 where they are wanted. */
export function speaking(name: string, local: TransportParameters, keys = true): string {
  const codec = forwarded.find((one) => one.name === name)!;
  const event = { payloadType: 126, name: 'telephone-event', clockRate: 8_000, channels: 1, parameters: {}, feedback: [] };
  const all = [codec, ...(keys ? [event] : [])];
  const section: Section = {
    kind: 'audio',
    port: 9,
    protocol: rtpProtocol,
    formats: all.map(({ payloadType }) => String(payloadType)),
    connection: anyAddress,
    attributes: [
      ...transportAttributes(local),
      ...written('mid', '0'),
      ...written('sendrecv', true),
      ...written('rtcp-mux', true),
      ...all.flatMap(codecAttributes),
    ],
  };
  return writeDescription(bundle([section], 1));
}

/** Takes every section of an offer as it is. */
export function receiving(offer: string, local: TransportParameters): string {
  const sections = readDescription(offer).sections.map((section): Section => {
    const { kind, protocol, formats } = section;
    return {
      kind,
      port: 9,
      protocol,
      formats,
      connection: anyAddress,
      attributes: [
        ...transportAttributes(local),
        ...written('mid', attribute('mid', section)),
        ...headerExtensions(section).map(({ id, uri }) => ({ name: 'extmap', value: `${id} ${uri}` })),
        ...written('recvonly', true),
        ...written('rtcp-mux', true),
        ...codecs(section).flatMap(codecAttributes),
      ],
    };
  });
  return writeDescription(bundle(sections, 1));
}

export interface Offered {
  readonly transport: TransportParameters;
  /** Id of the extension with the transport-wide sequence number; 0 where it was not offered. */
  readonly wide: number;
  /** Payload types of what is sent for the first time. */
  readonly payloadTypes: ReadonlySet<number>;
}

export function readOffer(offer: string): Offered {
  const description = readDescription(offer);
  const { sections } = description;
  const extensions = sections.flatMap((section) => headerExtensions(section));
  return {
    transport: transportOf(description),
    wide: extensions.find(({ uri }) => uri === extensionUris.transportSequence)?.id ?? 0,
    payloadTypes: new Set(
      sections.flatMap((section) =>
        codecs(section).flatMap(({ name, payloadType }) => (name.toLowerCase() === 'rtx' ? [] : payloadType)),
      ),
    ),
  };
}

export function readAnswer(answer: string): TransportParameters {
  return transportOf(readDescription(answer));
}
