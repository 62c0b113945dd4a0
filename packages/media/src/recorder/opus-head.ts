/** The head of an Opus stream in a file (RFC 7845 §5.1). `preSkip`: samples that decoders leave out at the beginning. */
export function opusHead(channels: 1 | 2, preSkip: number): Uint8Array {
  const head = new Uint8Array(19);
  head.set(new TextEncoder().encode('OpusHead'));
  const view = new DataView(head.buffer);
  head[8] = 1;
  head[9] = channels;
  view.setUint16(10, preSkip, true);
  view.setUint32(12, 48_000, true);
  return head;
}

/** Milliseconds of an Opus packet (RFC 6716 §3.1); 0 for one that is none. */
export function opusDuration(packet: Uint8Array): number {
  const [toc, count] = packet;
  if (toc === undefined) return 0;
  const config = toc >> 3;
  const frame =
    config < 12 ? [10, 20, 40, 60][config & 3]! : config < 16 ? [10, 20][config & 1]! : [2.5, 5, 10, 20][config & 3]!;
  const code = toc & 3;
  const frames = code === 0 ? 1 : code === 3 ? (count ?? 0) & 0x3f : 2;
  return frames * frame;
}
