/** What the bytes of G.711 stand for, in 16 bits. */

/** ITU-T G.711, table 2a. */
export const muLaw: Int16Array = Int16Array.from({ length: 256 }, (_, byte) => {
  const code = ~byte & 0xff;
  const magnitude = ((((code & 0x0f) << 3) + 0x84) << ((code >> 4) & 0x07)) - 0x84;
  return (code & 0x80) === 0 ? magnitude : -magnitude;
});

/** ITU-T G.711, table 1a. */
export const aLaw: Int16Array = Int16Array.from({ length: 256 }, (_, byte) => {
  const code = byte ^ 0x55;
  const segment = (code >> 4) & 0x07;
  const steps = ((code & 0x0f) << 4) + 8;
  const magnitude = segment === 0 ? steps : (steps + 0x100) << (segment - 1);
  return (code & 0x80) === 0 ? -magnitude : magnitude;
});

/** Little-endian. */
export function expand(bytes: Uint8Array, table: Int16Array): Uint8Array {
  const expanded = new DataView(new ArrayBuffer(bytes.length * 2));
  for (const [n, byte] of bytes.entries()) expanded.setInt16(n * 2, table[byte]!, true);
  return new Uint8Array(expanded.buffer);
}
