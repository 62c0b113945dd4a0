/** The section of data channels (RFC 8841), as it is offered and answered. The channels themselves both sides know. */
import type { Section } from '@offhook/sdp';
import { attribute, written } from '@offhook/sdp';
import { dataBytesMost } from '../transport/webrtc.ts';
import type { SctpParameters, TransportParameters } from '../transport/webrtc.ts';
import { anyAddress, transportAttributes } from './bundle.ts';

const protocol = 'UDP/DTLS/SCTP';
const format = 'webrtc-datachannel';
/** RFC 8841 §5.1: without another one. */
const usualPort = 5_000;

/** What a section of the other side says of its data channels; undefined: it is none of them, or is not in use. */
export function sctpOf(section: Section): SctpParameters | undefined {
  if (section.kind !== 'application' || section.port === 0 || section.protocol !== protocol) return undefined;
  if (!section.formats.includes(format)) return undefined;
  const text = attribute('sctp-port', section) ?? String(usualPort);
  const port = /^\d{1,5}$/u.test(text) ? Number(text) : 0;
  return port > 0 && port < 0x1_0000 ? { port } : undefined;
}

export function dataSection(mid: string, local: TransportParameters): Section {
  return {
    kind: 'application',
    port: 9,
    protocol,
    formats: [format],
    connection: anyAddress,
    attributes: [
      ...transportAttributes(local),
      ...written('mid', mid),
      ...written('sctp-port', usualPort),
      ...written('max-message-size', dataBytesMost),
    ],
  };
}
