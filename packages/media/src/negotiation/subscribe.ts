/** The worker offers what a browser is subscribed to; the browser answers what it takes of it. */
import type { Codec, Section } from '@offhook/sdp';
import { attribute, codecAttributes, codecs, headerExtensions, writeDescription, written } from '@offhook/sdp';
import type { SctpParameters, TransportParameters } from '../transport/webrtc.ts';
import {
  anyAddress,
  bundle,
  NegotiationError,
  readDescription,
  rtpProtocol,
  transportAttributes,
  transportOf,
} from './bundle.ts';
import type { ForwardedCodec } from './codecs.ts';
import { extensionIds, extensionUris, isOfUse, passedOn, redOf, redPayloadType } from './codecs.ts';
import { dataSection, sctpOf } from './data.ts';

/** One section of the offer. It keeps its place and its mid for good; what it carries may change, to something of the same codec kind. */
export interface Subscribed {
  readonly mid: string;
  readonly codec: ForwardedCodec;
  readonly ssrc: number;
  readonly retransmissionSsrc: number | undefined;
  readonly cname: string;
  /** Names of the `MediaStream` and its track; undefined: nothing is sent at present. */
  readonly msid: { readonly stream: string; readonly track: string } | undefined;
}

/** The section of data channels, before all others. */
const dataMid = 'data';

/** `data`: with data channels. */
export function subscribeOffer(
  subscribed: readonly Subscribed[],
  local: TransportParameters,
  version: number,
  data = false,
): string {
  const media = subscribed.map((one) => mediaSection(one, local));
  return writeDescription(bundle(data ? [dataSection(dataMid, local), ...media] : media, version));
}

function mediaSection({ mid, codec, ssrc, retransmissionSsrc, cname, msid }: Subscribed, local: TransportParameters): Section {
  const { kind, retransmission } = codec;
  const isOpus = codec.name === 'opus';
  const repeated = retransmission !== undefined && retransmissionSsrc !== undefined;
  return {
    kind,
    port: 9,
    protocol: rtpProtocol,
    formats: [codec.payloadType, ...(isOpus ? [redPayloadType] : []), ...(repeated ? [retransmission] : [])].map(String),
    connection: anyAddress,
    attributes: [
      ...transportAttributes(local),
      ...written('mid', mid),
      ...passedOn[kind]
        .filter((name) => isOfUse(name, codec))
        .map((name) => ({ name: 'extmap', value: `${extensionIds[name]} ${extensionUris[name]}` })),
      ...written(msid === undefined ? 'inactive' : 'sendonly', true),
      ...(msid === undefined ? [] : written('msid', `${msid.stream} ${msid.track}`)),
      ...written('rtcp-mux', true),
      ...written('rtcp-rsize', true),
      ...codecAttributes(codec),
      ...(isOpus ? codecAttributes(redOf(redPayloadType, codec)) : []),
      ...(repeated
        ? [
            { name: 'rtpmap', value: `${retransmission} rtx/${codec.clockRate}` },
            { name: 'fmtp', value: `${retransmission} apt=${codec.payloadType}` },
            { name: 'ssrc-group', value: `FID ${ssrc} ${retransmissionSsrc}` },
          ]
        : []),
      ...(msid === undefined
        ? []
        : [ssrc, ...(repeated ? [retransmissionSsrc] : [])].map((one) => ({ name: 'ssrc', value: `${one} cname:${cname}` }))),
    ],
  };
}

export interface SubscribeAnswer {
  readonly transport: TransportParameters;
  /** Of the sections that the browser takes. */
  readonly mids: ReadonlySet<string>;
  /** Those of them in which it takes redundant audio, too. */
  readonly red: ReadonlySet<string>;
  /** And those in which it takes what AV1 says of its layers: else it could not put them together. */
  readonly dependency: ReadonlySet<string>;
  /** Of its data channels, where it takes them. */
  readonly sctp: SctpParameters | undefined;
}

/** @throws NegotiationError also where it is no answer to an offer with these sections */
export function readSubscribeAnswer(text: string, offer: readonly Subscribed[], data = false): SubscribeAnswer {
  const answer = readDescription(text);
  const mids = answer.sections.map((section) => attribute('mid', section));
  const offered = [...(data ? [dataMid] : []), ...offer.map(({ mid }) => mid)];
  if (mids.length !== offered.length || offered.some((mid, at) => mids[at] !== mid)) {
    throw new NegotiationError('the answer is to another offer');
  }
  const used = answer.sections.filter(({ port }) => port !== 0);
  const taken = used.map(nameOf);
  const red = used.filter((section) => codecs(section).some(isRed)).map(nameOf);
  const dependency = used.filter((section) => headerExtensions(section).some(isDependency)).map(nameOf);
  const transport = transportOf(answer);
  if (transport.setup === 'actpass') throw new NegotiationError('an answer has to choose its role in DTLS');
  const [first] = answer.sections;
  const sctp = data && first !== undefined ? sctpOf(first) : undefined;
  return { transport, mids: new Set(taken), red: new Set(red), dependency: new Set(dependency), sctp };
}

function nameOf(section: Section): string {
  return attribute('mid', section) ?? '';
}

function isRed({ name, payloadType }: Codec): boolean {
  return name.toLowerCase() === 'red' && payloadType === redPayloadType;
}

function isDependency({ uri }: { readonly uri: string }): boolean {
  return uri === extensionUris.dependency;
}
