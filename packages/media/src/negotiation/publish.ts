/** A browser offers what it publishes; the worker answers what it takes of it (RFC 8829 §5.3). */
import type { Codec, Section } from '@offhook/sdp';
import {
  codecAttributes,
  codecs,
  direction,
  headerExtensions,
  simulcastSent,
  sourceGroups,
  sources,
  writeDescription,
  written,
} from '@offhook/sdp';
import type { SctpParameters, TransportParameters } from '../transport/webrtc.ts';
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
} from './bundle.ts';
import type { Allowed, ForwardedCodec, MediaKind } from './codecs.ts';
import { extensionIds, extensionUris, forwardedAs, isOfUse, isRedOf, keysBeside, published, redOf } from './codecs.ts';
import { dataSection, sctpOf } from './data.ts';

/** What one section publishes. */
export interface Published {
  readonly mid: string;
  readonly kind: MediaKind;
  readonly codec: ForwardedCodec;
  /** The same codec as the publisher has it, with its payload type. */
  readonly source: Codec;
  /** Payload type of the publisher's retransmissions. */
  readonly retransmission: number | undefined;
  /** Of its redundant audio (RFC 2198), where it prefers that. */
  readonly red: number | undefined;
  /** Of keys that are pressed (RFC 4733). */
  readonly keys: Codec | undefined;
  /** `to[id of the publisher]` is the id towards receivers, 0 for those that are not read. */
  readonly extensions: Uint8Array;
  /** Its encodings, from the smallest: by rid, in simulcast; otherwise one, by its source, if the description says which. */
  readonly encodings: readonly PublishedEncoding[];
}

export interface PublishedEncoding {
  readonly rid?: string | undefined;
  readonly ssrc?: number | undefined;
  readonly retransmissionSsrc?: number | undefined;
  /** Whatever source comes, one after the other: of a side that has one stream and does not say which (plain RTP). */
  readonly any?: true | undefined;
}

export interface PublishOffer {
  readonly transport: TransportParameters;
  readonly published: readonly Published[];
  /** Of its data channels; undefined: it has none, or may not have any. */
  readonly sctp: SctpParameters | undefined;
  /** The answer, once it is known where the worker listens. */
  answer(local: TransportParameters, version: number, how?: AnswerWishes): string;
}

export interface AnswerWishes {
  /** A source by which sound comes back to its publisher. */
  readonly back?: number | undefined;
  /** Whether the transport has data channels: one that was opened without them never will. */
  readonly data?: boolean | undefined;
}

/** Encodings of one section: more are no simulcast that a browser makes. */
const encodingsMost = 4;

/**
 * Takes only media of these kinds, in codecs that are spoken here.
 *
 * @throws NegotiationError
 */
export function readPublishOffer(
  text: string,
  allowed: readonly Allowed[],
  isSpoken: (codec: ForwardedCodec) => boolean = () => true,
): PublishOffer {
  const offer = readDescription(text);
  const transport = transportOf(offer);
  const taken = offer.sections.map((section) => ({
    section,
    mid: midOf(section),
    published: readPublished(section, allowed, isSpoken),
  }));
  if (new Set(taken.map(({ mid }) => mid)).size !== taken.length) throw new NegotiationError('two sections with one mid');
  const claimed = offer.sections.flatMap(sourcesOf);
  if (new Set(claimed).size !== claimed.length) throw new NegotiationError('a source in two sections');
  const data = allowed.includes('data') ? taken.find(({ section }) => sctpOf(section) !== undefined) : undefined;
  return {
    transport,
    published: taken.flatMap((one) => one.published ?? []),
    sctp: data && sctpOf(data.section),
    answer: (local, version, { back, data: hasData = false } = {}) => {
      const sections = taken.map((one) => {
        if (one === data && hasData) return dataSection(one.mid, local);
        return one.published === undefined
          ? unused(one.section, one.mid, local)
          : answered(one.section, one.published, local, back);
      });
      return writeDescription(bundle(sections, version));
    },
  };
}

/** Those that a section names, each once: in one bundle they are of one section each (RFC 5576 §4.1). */
function sourcesOf(section: Section): readonly number[] {
  if (section.port === 0) return [];
  const grouped = sourceGroups('FID', section).flat();
  return [...new Set([...grouped, ...sources(section).map(({ ssrc }) => ssrc)])];
}

function isMedia(kind: string): kind is MediaKind {
  return kind === 'audio' || kind === 'video';
}

function readPublished(
  section: Section,
  allowed: readonly Allowed[],
  isSpoken: (codec: ForwardedCodec) => boolean,
): Published | undefined {
  const { kind } = section;
  if (!isMedia(kind) || !allowed.includes(kind) || section.port === 0 || !direction(section).startsWith('send'))
    return undefined;
  const all = codecs(section);
  const isTaken = (one: ForwardedCodec | undefined): boolean => one?.kind === kind && isSpoken(one);
  const codec = all.find((one) => isTaken(forwardedAs(one)));
  const ours = codec && forwardedAs(codec);
  if (codec === undefined || ours === undefined) return undefined;
  const rids = simulcastSent(section).slice(0, encodingsMost);
  return {
    mid: midOf(section),
    kind,
    codec: ours,
    source: codec,
    retransmission: all.find((one) => isRetransmission(one, codec))?.payloadType,
    red: all.slice(0, all.indexOf(codec)).find((one) => isRedOf(one, codec))?.payloadType,
    keys: kind === 'audio' ? keysBeside(codec, all) : undefined,
    extensions: extensionsOf(section, ours),
    encodings: rids.length > 0 ? rids.map((rid) => ({ rid })) : [single(section)],
  };
}

function isRetransmission(one: Codec, of: Codec): boolean {
  return one.name.toLowerCase() === 'rtx' && one.parameters['apt'] === String(of.payloadType);
}

/** RFC 5576 §4: the source, and the one of its retransmissions. */
function single(section: Section): PublishedEncoding {
  const [group] = sourceGroups('FID', section);
  return { ssrc: group?.[0] ?? sources(section)[0]?.ssrc, retransmissionSsrc: group?.[1] };
}

function extensionsOf(section: Section, codec: ForwardedCodec): Uint8Array {
  const to = new Uint8Array(256);
  for (const { id, uri } of headerExtensions(section)) {
    const known = published[codec.kind].find((name) => extensionUris[name] === uri);
    if (known !== undefined && id < 16 && isOfUse(known, codec)) to[id] = extensionIds[known];
  }
  return to;
}

function answered(
  section: Section,
  { mid, kind, codec, source, retransmission, red, keys, extensions, encodings }: Published,
  local: TransportParameters,
  back: number | undefined,
): Section {
  const { payloadType } = source;
  const rids = encodings.flatMap(({ rid }) => rid ?? []);
  // What comes back is sent as it came, and not unpacked.
  const redundant = red === undefined || back !== undefined ? [] : [red];
  const feedback = source.feedback.filter((one) => codec.feedback.includes(one));
  const repeated =
    retransmission === undefined
      ? []
      : [
          { name: 'rtpmap', value: `${retransmission} rtx/${codec.clockRate}` },
          { name: 'fmtp', value: `${retransmission} apt=${payloadType}` },
        ];
  return {
    kind,
    port: 9,
    protocol: rtpProtocol,
    formats: [
      ...redundant,
      payloadType,
      ...(retransmission === undefined ? [] : [retransmission]),
      ...(keys === undefined ? [] : [keys.payloadType]),
    ].map(String),
    connection: anyAddress,
    attributes: [
      ...transportAttributes(local),
      ...written('mid', mid),
      ...headerExtensions(section)
        .filter(({ id }) => extensions[id] !== 0)
        .map(({ id, uri }) => ({ name: 'extmap', value: `${id} ${uri}` })),
      ...(back === undefined || kind !== 'audio'
        ? written('recvonly', true)
        : [...written('sendrecv', true), ...written('msid', 'offhook offhook'), ...written('ssrc', `${back} cname:offhook`)]),
      ...written('rtcp-mux', true),
      ...written('rtcp-rsize', true),
      ...codecAttributes({ ...source, feedback }),
      ...redundant.flatMap((one) => codecAttributes(redOf(one, source))),
      ...repeated,
      ...(keys === undefined ? [] : codecAttributes(keys)),
      ...rids.map((rid) => ({ name: 'rid', value: `${rid} recv` })),
      ...(rids.length > 0 ? written('simulcast', `recv ${rids.join(';')}`) : []),
    ],
  };
}

/**
 * In use by the browser but not by us: it stays in the bundle, so that its transport does, and keeps its header extensions. Chromium offers
 * none again that is not in the last answer, and takes no offer of its own in which simulcast has lost its RID.
 */
export function unused(section: Section, mid: string, local: TransportParameters): Section {
  const { kind } = section;
  const [first] = codecs(section);
  if (section.port === 0 || !isMedia(kind) || first === undefined) return refused(section, mid);
  const known = headerExtensions(section).filter(
    ({ id, uri }) => id < 16 && published[kind].some((name) => extensionUris[name] === uri),
  );
  return {
    kind,
    port: 9,
    protocol: rtpProtocol,
    formats: [String(first.payloadType)],
    connection: anyAddress,
    attributes: [
      ...transportAttributes(local),
      ...written('mid', mid),
      ...known.map(({ id, uri }) => ({ name: 'extmap', value: `${id} ${uri}` })),
      ...written('inactive', true),
      ...written('rtcp-mux', true),
      ...codecAttributes({ ...first, feedback: [] }),
    ],
  };
}
