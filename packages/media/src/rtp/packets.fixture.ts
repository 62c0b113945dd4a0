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

export interface Vp8Made {
  readonly key?: boolean;
  readonly picture?: number;
  readonly base?: number;
  /** Of which temporal layer it is; without, it does not say. */
  readonly temporal?: number;
  /** It needs the lowest layer alone. */
  readonly sync?: boolean;
}

/** A payload of VP8 with both numbers (RFC 7741 §4.2). */
export function vp8({ key = false, picture = 0, base = 0, temporal, sync = false }: Vp8Made = {}): Buffer {
  const layer = temporal === undefined ? [] : [(temporal << 6) | (sync ? 0x20 : 0)];
  const flags = temporal === undefined ? 0xc0 : 0xe0;
  const payload = Buffer.from([0x90, flags, 0, 0, base, ...layer, key ? 0 : 1, 0, 0]);
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

export interface DependencyMade {
  readonly spatial?: number;
  readonly temporal?: number;
  readonly key?: boolean;
  readonly begin?: boolean;
  readonly end?: boolean;
  readonly frame?: number;
  /** How many layers there are; said by key pictures. */
  readonly layers?: readonly [spatial: number, temporal: number] | undefined;
}

/**
 * A dependency descriptor (AV1 RTP specification §A.8) of pictures in whose layers each needs all that are below, and the lowest rate lets one
 * switch to any. Of each size there is a template for key pictures and one for each rate.
 */
export function dependency(
  { spatial = 0, temporal = 0, key = false, begin = true, end = true, frame = 0, layers }: DependencyMade,
  all: readonly [spatial: number, temporal: number] = layers ?? [1, 1],
): Buffer {
  const [sizes, rates] = all;
  const number = spatial * (rates + 1) + (key ? 0 : temporal + 1);
  const head = `${Number(begin)}${Number(end)}${binary(number, 6)}${binary(frame, 16)}`;
  if (layers === undefined) return packed(head);
  const templates = range(sizes).flatMap((size) => [-1, ...range(rates)].map((rate) => ({ size, rate })));
  const targets = range(sizes).flatMap((size) => range(rates).map((rate) => ({ size, rate })));
  const next = templates.map(({ size, rate }, at) => {
    const after = templates[at + 1];
    return binary(after === undefined ? 3 : after.size > size ? 2 : rate < 0 ? 0 : 1, 2);
  });
  const indications = templates.map(({ size, rate }) =>
    targets.map((target) => binary(target.size < size || target.rate < rate ? 0 : rate <= 0 ? 2 : 1, 2)).join(''),
  );
  // Each needs one before it, but a key picture of the smallest size.
  const differences = templates.map(({ size, rate }) => (rate < 0 && size === 0 ? '0' : `1${binary(0, 4)}0`));
  const noChains = '0'.repeat((targets.length + 1).toString(2).length - 1);
  const structure = [binary(0, 6), binary(targets.length - 1, 5), ...next, ...indications, ...differences, noChains, '0'];
  return packed(`${head}10000${structure.join('')}`);
}

const range = (count: number): number[] => Array.from({ length: count }, (_, at) => at);
const binary = (value: number, width: number): string => value.toString(2).padStart(width, '0');

function packed(bits: string): Buffer {
  return Buffer.from((bits.match(/.{1,8}/gu) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2)));
}
