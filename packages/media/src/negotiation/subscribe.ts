/** The worker offers what a browser is subscribed to; the browser answers what it takes of it. */
import type { Section } from '@offhook/sdp';
import { attribute, codecAttributes, writeDescription, written } from '@offhook/sdp';
import type { TransportParameters } from '../transport/webrtc.ts';
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
import { extensionIds, extensionUris, passedOn } from './codecs.ts';

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

export function subscribeOffer(subscribed: readonly Subscribed[], local: TransportParameters, version: number): string {
  return writeDescription(
    bundle(
      subscribed.map((one) => offered(one, local)),
      version,
    ),
  );
}

function offered({ mid, codec, ssrc, retransmissionSsrc, cname, msid }: Subscribed, local: TransportParameters): Section {
  const { kind, retransmission } = codec;
  const repeated = retransmission !== undefined && retransmissionSsrc !== undefined;
  return {
    kind,
    port: 9,
    protocol: rtpProtocol,
    formats: [codec.payloadType, ...(repeated ? [retransmission] : [])].map(String),
    connection: anyAddress,
    attributes: [
      ...transportAttributes(local),
      ...written('mid', mid),
      ...passedOn[kind].map((name) => ({ name: 'extmap', value: `${extensionIds[name]} ${extensionUris[name]}` })),
      ...written(msid === undefined ? 'inactive' : 'sendonly', true),
      ...(msid === undefined ? [] : written('msid', `${msid.stream} ${msid.track}`)),
      ...written('rtcp-mux', true),
      ...written('rtcp-rsize', true),
      ...codecAttributes(codec),
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
}

/** @throws NegotiationError also where it is no answer to an offer with these sections */
export function readSubscribeAnswer(text: string, offer: readonly Subscribed[]): SubscribeAnswer {
  const answer = readDescription(text);
  const mids = answer.sections.map((section) => attribute('mid', section));
  if (mids.length !== offer.length || offer.some(({ mid }, at) => mids[at] !== mid)) {
    throw new NegotiationError('the answer is to another offer');
  }
  const taken = answer.sections.filter(({ port }) => port !== 0).map((section) => attribute('mid', section) ?? '');
  const transport = transportOf(answer);
  if (transport.setup === 'actpass') throw new NegotiationError('an answer has to choose its role in DTLS');
  return { transport, mids: new Set(taken) };
}
