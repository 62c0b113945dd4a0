/** Packets as publishers send them. */
export interface Made {
  readonly ssrc?: number;
  readonly sequence?: number;
  readonly timestamp?: number;
  readonly payloadType?: number;
  readonly marker?: boolean;
  readonly payload?: Buffer;
  /** By id; headers of two bytes where an id or a length does not fit into one (RFC 8285 §4.2). */
  readonly extensions?: Readonly<Record<number, Buffer>>;
  readonly padding?: number;
}

export function rtp({
  ssrc = 1,
  sequence = 0,
  timestamp = 0,
  payloadType = 96,
  marker = false,
  payload = Buffer.from([0]),
  extensions = {},
  padding = 0,
}: Made = {}): Buffer {
  const all = Object.entries(extensions).map(([id, value]) => [Number(id), value] as const);
  const wide = all.some(([id, value]) => id > 14 || value.length > 16 || value.length === 0);
  const elements = all.flatMap(([id, value]) => [
    wide ? Buffer.from([id, value.length]) : Buffer.from([(id << 4) | (value.length - 1)]),
    value,
  ]);
  const body = Buffer.concat(elements);
  const words = Math.ceil(body.length / 4);
  const header = Buffer.alloc(12 + (all.length > 0 ? 4 + words * 4 : 0));
  header[0] = 0x80 | (all.length > 0 ? 0x10 : 0) | (padding > 0 ? 0x20 : 0);
  header[1] = (marker ? 0x80 : 0) | payloadType;
  header.writeUInt16BE(sequence, 2);
  header.writeUInt32BE(timestamp, 4);
  header.writeUInt32BE(ssrc, 8);
  if (all.length > 0) {
    header.writeUInt16BE(wide ? 0x1000 : 0xbede, 12);
    header.writeUInt16BE(words, 14);
    body.copy(header, 16);
  }
  const tail = Buffer.alloc(padding);
  if (padding > 0) tail[padding - 1] = padding;
  return Buffer.concat([header, payload, tail]);
}

/** A payload of VP8 with both numbers (RFC 7741 §4.2). */
export function vp8({
  key = false,
  picture = 0,
  base = 0,
}: { readonly key?: boolean; readonly picture?: number; readonly base?: number } = {}): Buffer {
  const payload = Buffer.from([0x90, 0xc0, 0, 0, base, key ? 0 : 1, 0, 0]);
  payload.writeUInt16BE(0x8000 | picture, 2);
  return payload;
}

export interface Vp9Made {
  readonly spatial?: number;
  readonly temporal?: number;
  readonly begin?: boolean;
  readonly end?: boolean;
  readonly predicted?: boolean;
  readonly up?: boolean;
  readonly picture?: number;
  /** With references of its own (F), or the number of the picture of the lowest temporal layer. */
  readonly flexible?: boolean;
}

/** A payload of VP9 with several layers (RFC 9628 §4.2). */
export function vp9({
  spatial = 0,
  temporal = 0,
  begin = true,
  end = true,
  predicted = true,
  up = false,
  picture = 0,
  flexible = true,
}: Vp9Made = {}): Buffer {
  const flags = [true, predicted, true, flexible, begin, end, false, false];
  const first = flags.reduce((bits, flag, at) => bits | (flag ? 0x80 >> at : 0), 0);
  const layers = (temporal << 5) | (up ? 0x10 : 0) | (spatial << 1);
  const references = flexible ? (predicted ? [0x02] : []) : [0];
  return Buffer.from([first, 0x80 | (picture >> 8), picture & 0xff, layers, ...references, 1, 2, 3]);
}
