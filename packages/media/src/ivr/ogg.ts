/** Ogg files with one stream of Opus (RFC 3533, RFC 7845), as they lie on a disk: whole, or cut off wherever writing ended. Pure. */

/** Up to the number of its segments. */
const headBytes = 27;
const samplesPerMs = 48;

export interface OggOpus {
  /** Of sound, without the two heads. */
  readonly packets: readonly Uint8Array[];
  readonly durationMs: number;
  /** How much of the file is whole pages: what follows was cut off. */
  readonly wholeBytes: number;
}

/** What is whole of a file; undefined for one that is none of this kind, or in which no sound has begun. */
export function readOggOpus(bytes: Uint8Array): OggOpus | undefined {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const packets: Uint8Array[] = [];
  let open: Uint8Array[] = [];
  let granule = 0;
  let at = 0;
  for (let page = pageAt(file, at); page !== undefined; page = pageAt(file, at)) {
    for (const { start, end, isLast } of page.pieces) {
      open.push(file.subarray(start, end));
      if (!isLast) continue;
      packets.push(Buffer.concat(open));
      open = [];
    }
    if (page.granule >= 0) ({ granule } = page);
    at = page.end;
  }
  const [head, tags, ...sound] = packets;
  const isOpus = head !== undefined && Buffer.from(head.subarray(0, 8)).toString('latin1') === 'OpusHead' && head.length >= 19;
  if (!isOpus || tags === undefined || sound.length === 0) return undefined;
  const preSkip = Buffer.from(head).readUInt16LE(10);
  return { packets: sound, durationMs: Math.max(0, granule - preSkip) / samplesPerMs, wholeBytes: at };
}

interface Page {
  /** Samples up to its end; negative where none ends in it. */
  readonly granule: number;
  readonly pieces: readonly { readonly start: number; readonly end: number; readonly isLast: boolean }[];
  readonly end: number;
}

function pageAt(file: Buffer, at: number): Page | undefined {
  if (at + headBytes > file.length || file.toString('latin1', at, at + 4) !== 'OggS') return undefined;
  const segments = file.readUInt8(at + 26);
  let start = at + headBytes + segments;
  if (start > file.length) return undefined;
  const pieces: { start: number; end: number; isLast: boolean }[] = [];
  let end = start;
  for (const length of file.subarray(at + headBytes, start)) {
    end += length;
    if (length === 255) continue;
    pieces.push({ start, end, isLast: true });
    start = end;
  }
  if (end > start) pieces.push({ start, end, isLast: false });
  if (end > file.length) return undefined;
  return { granule: Number(file.readBigInt64LE(at + 6)), pieces, end };
}
