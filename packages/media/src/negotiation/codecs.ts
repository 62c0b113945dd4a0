/** What the worker forwards: codecs with their payload types towards receivers, and header extensions with their ids. */
import type { Codec } from '@offhook/sdp';
import { sameCodec } from '@offhook/sdp';

export type MediaKind = 'audio' | 'video';

/** What somebody may send: media of these kinds, and data. */
export type Allowed = MediaKind | 'data';

export interface ForwardedCodec extends Codec {
  readonly kind: MediaKind;
  /** Payload type of its retransmissions (RFC 4588). */
  readonly retransmission?: number;
}

const audioFeedback = ['transport-cc'];
const videoFeedback = ['goog-remb', 'transport-cc', 'ccm fir', 'nack', 'nack pli'];

function audio(
  payloadType: number,
  name: string,
  clockRate: number,
  channels: number,
  parameters: Record<string, string> = {},
): ForwardedCodec {
  return { kind: 'audio', payloadType, name, clockRate, channels, parameters, feedback: name === 'opus' ? audioFeedback : [] };
}

function video(payloadType: number, name: string, parameters: Record<string, string> = {}): ForwardedCodec {
  return {
    kind: 'video',
    payloadType,
    name,
    clockRate: 90_000,
    channels: 1,
    parameters,
    feedback: videoFeedback,
    retransmission: payloadType + 1,
  };
}

const h264 = (profile: string, mode: string): Record<string, string> => ({
  'level-asymmetry-allowed': '1',
  'packetization-mode': mode,
  'profile-level-id': profile,
});

export const forwarded: readonly ForwardedCodec[] = [
  audio(111, 'opus', 48_000, 2, { minptime: '10', useinbandfec: '1' }),
  audio(9, 'G722', 8_000, 1),
  audio(0, 'PCMU', 8_000, 1),
  audio(8, 'PCMA', 8_000, 1),
  video(96, 'VP8'),
  video(98, 'VP9', { 'profile-id': '0' }),
  video(45, 'AV1', { 'level-idx': '5', profile: '0', tier: '0' }),
  video(102, 'H264', h264('42e01f', '1')),
  video(104, 'H264', h264('42001f', '1')),
  video(106, 'H264', h264('4d001f', '1')),
];

/** Payload type of redundant audio (RFC 2198) towards receivers: of Opus alone. */
export const redPayloadType = 63;

/** Whether a codec is redundant audio whose blocks are all of this payload type. */
export function isRedOf({ name, clockRate, channels, parameters }: Codec, of: Codec): boolean {
  const blocks = (parameters[''] ?? '').split('/');
  return (
    name.toLowerCase() === 'red' &&
    of.name.toLowerCase() === 'opus' &&
    clockRate === of.clockRate &&
    channels === of.channels &&
    blocks.every((one) => one === String(of.payloadType))
  );
}

/** As it is described. */
export function redOf(payloadType: number, of: Codec): Codec {
  const parameters = { '': `${of.payloadType}/${of.payloadType}` };
  return { payloadType, name: 'red', clockRate: of.clockRate, channels: of.channels, parameters, feedback: [] };
}

/** The one of ours that another side means; undefined for what is not forwarded. */
export function forwardedAs(codec: Codec): ForwardedCodec | undefined {
  return forwarded.find((ours) => sameCodec(ours, codec));
}

/** Keys of telephones beside a codec (RFC 4733), of its clock rate, as §2.1 has it; those of another one are better than none. */
export function keysBeside({ clockRate }: Codec, all: readonly Codec[]): Codec | undefined {
  const keys = all.filter(({ name }) => name.toLowerCase() === 'telephone-event');
  return keys.find((one) => one.clockRate === clockRate) ?? keys[0];
}

/** Ids towards receivers (RFC 8285), below 15 so that they fit into a header of one byte each. */
export const extensionIds = {
  audioLevel: 1,
  absoluteSendTime: 2,
  transportSequence: 3,
  mid: 4,
  orientation: 5,
  playoutDelay: 6,
  contentType: 7,
  dependency: 8,
  rid: 9,
  repairedRid: 10,
  colorSpace: 11,
} as const;

export type Extension = keyof typeof extensionIds;

/** RFC 6464, RFC 8843 §15, RFC 8852 §5, 3GPP TS 26.114 §6.2.3, AV1 RTP specification §A; the others as libwebrtc has them. */
export const extensionUris: Readonly<Record<Extension, string>> = {
  audioLevel: 'urn:ietf:params:rtp-hdrext:ssrc-audio-level',
  absoluteSendTime: 'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
  transportSequence: 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  mid: 'urn:ietf:params:rtp-hdrext:sdes:mid',
  orientation: 'urn:3gpp:video-orientation',
  playoutDelay: 'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay',
  contentType: 'http://www.webrtc.org/experiments/rtp-hdrext/video-content-type',
  dependency: 'https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension',
  rid: 'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id',
  repairedRid: 'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id',
  colorSpace: 'http://www.webrtc.org/experiments/rtp-hdrext/color-space',
};

/** Read by the worker where a publisher sends them. */
export const published: Readonly<Record<MediaKind, readonly Extension[]>> = {
  audio: ['audioLevel', 'transportSequence', 'mid'],
  video: [
    'transportSequence',
    'mid',
    'rid',
    'repairedRid',
    'orientation',
    'playoutDelay',
    'contentType',
    'colorSpace',
    'dependency',
  ],
};

/** Whether it is of use with a codec: others than AV1 say in their payloads of which layers they are. */
export function isOfUse(extension: Extension, codec: Codec): boolean {
  return extension !== 'dependency' || codec.name.toLowerCase() === 'av1';
}

/** Passed on to receivers. What names sections and streams holds between two sides alone. */
export const passedOn: Readonly<Record<MediaKind, readonly Extension[]>> = {
  audio: ['audioLevel', 'transportSequence'],
  video: ['transportSequence', 'orientation', 'playoutDelay', 'contentType', 'colorSpace', 'dependency'],
};
