/** What the router has to know of video payloads: whether a picture can be decoded without earlier ones. */

/** Whether at `from` a picture begins that needs no earlier one. */
export type KeyframeTest = (bytes: Buffer, from: number, end: number) => boolean;

/** For codecs that are not here, each packet may begin something: audio. */
export const keyframeTests: Readonly<Record<string, KeyframeTest>> = {
  vp8: (bytes, from, end) => {
    const header = vp8HeaderLength(bytes, from, end);
    // Start of the first partition (RFC 7741 §4.2), of a picture whose P bit is 0 (§4.3).
    return header > 0 && (bytes[from]! & 0x17) === 0x10 && from + header < end && (bytes[from + header]! & 0x01) === 0;
  },
  // RFC 9628 §4.2: not inter-picture predicted, at the start of a frame, of the lowest spatial layer.
  vp9: (bytes, from, end) => {
    if (from >= end) return false;
    const first = bytes[from]!;
    if ((first & 0x40) !== 0 || (first & 0x08) === 0) return false;
    if ((first & 0x20) === 0) return true;
    let at = from + 1;
    if ((first & 0x80) !== 0) at += (bytes[at]! & 0x80) === 0 ? 1 : 2;
    return at < end && ((bytes[at]! >> 1) & 0x07) === 0;
  },
  // RFC 6184 §5.2: a sequence parameter set or an IDR slice, alone, in a STAP-A, or at the start of an FU-A.
  h264: (bytes, from, end) => {
    if (from >= end) return false;
    const type = bytes[from]! & 0x1f;
    if (type === 28) return from + 1 < end && (bytes[from + 1]! & 0x80) !== 0 && startsSequence(bytes[from + 1]! & 0x1f);
    if (type !== 24) return startsSequence(type);
    for (let at = from + 1; at + 2 < end; at += 2 + bytes.readUInt16BE(at))
      if (startsSequence(bytes[at + 2]! & 0x1f)) return true;
    return false;
  },
  // AV1 RTP specification §4.4: N, the first packet of a coded video sequence.
  av1: (bytes, from, end) => from < end && (bytes[from]! & 0x08) !== 0,
};

function startsSequence(type: number): boolean {
  return type === 7 || type === 5;
}

/** Bytes of the VP8 payload descriptor (RFC 7741 §4.2); 0 where it is cut off. */
export function vp8HeaderLength(bytes: Buffer, from: number, end: number): number {
  let at = from + 1;
  if (from >= end) return 0;
  if ((bytes[from]! & 0x80) !== 0) {
    if (at >= end) return 0;
    const extended = bytes[at++]!;
    if ((extended & 0x80) !== 0) {
      if (at >= end) return 0;
      at += (bytes[at]! & 0x80) === 0 ? 1 : 2;
    }
    if ((extended & 0x40) !== 0) at++;
    if ((extended & 0x30) !== 0) at++;
  }
  return at <= end ? at - from : 0;
}
