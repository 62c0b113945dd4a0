/** Descriptions between a browser and a bridge: one section of sound, both ways; what else a browser has keeps its place and carries nothing. */
import type { Codec, Section } from '@offhook/sdp';
import { codecAttributes, writeDescription, written } from '@offhook/sdp';
import {
  anyAddress,
  bundle,
  midOf,
  NegotiationError,
  readDescription,
  refused,
  rtpProtocol,
  transportAttributes,
  transportOf,
} from '../negotiation/bundle.ts';
import { unused } from '../negotiation/publish.ts';
import type { TransportParameters } from '../transport/webrtc.ts';
import { soundIn } from './sound.ts';
import type { Sound } from './sound.ts';

export interface BrowserDescription {
  readonly transport: TransportParameters;
  readonly sound: Sound;
  /** Of its sections, in their order, to be repeated by each later one. */
  readonly sections: readonly Section[];
}

/** @throws NegotiationError also where there is no sound in it */
export function readBrowser(text: string): BrowserDescription {
  const description = readDescription(text);
  const { sections } = description;
  const sound = sections.find(isSound);
  if (sound === undefined) throw new NegotiationError('nothing in which sound could go');
  if (new Set(sections.map(midOf)).size !== sections.length) throw new NegotiationError('two sections with one mid');
  return {
    transport: transportOf(description),
    // They tell of silence by Opus alone.
    sound: { ...soundIn(sound), noise: undefined },
    sections,
  };
}

export interface BrowserWish {
  readonly local: TransportParameters;
  readonly version: number;
  /** Under which sound comes to it. */
  readonly ssrc: number;
  readonly codecs: readonly Codec[];
  /** Those that are there already; none: there is only ours. */
  readonly sections: readonly Section[];
  readonly type: 'offer' | 'answer';
}

export function writeBrowser({ local, version, ssrc, codecs, sections, type }: BrowserWish): string {
  const sound = sections.find(isSound);
  const ours = (mid: string): Section => ({
    kind: 'audio',
    port: 9,
    protocol: rtpProtocol,
    formats: codecs.map(({ payloadType }) => String(payloadType)),
    connection: anyAddress,
    attributes: [
      ...transportAttributes(local),
      ...written('mid', mid),
      ...written('sendrecv', true),
      ...written('msid', 'phone phone'),
      ...written('rtcp-mux', true),
      ...codecs.flatMap((codec) => codecAttributes(codec)),
      ...written('ssrc', `${ssrc} cname:phone`),
    ],
  });
  if (sound === undefined) return writeDescription(bundle([ours('0')], version));
  return writeDescription(
    bundle(
      sections.map((one) => {
        if (one === sound) return ours(midOf(one));
        return type === 'offer' || one.port === 0 ? refused(one, midOf(one)) : unused(one, midOf(one), local);
      }),
      version,
    ),
  );
}

function isSound({ kind, port }: Section): boolean {
  return kind === 'audio' && port !== 0;
}
