/** Samples as bytes of G.711: those whose tables are nearest (`recorder/g711.ts`). Pure. */
import { aLaw, muLaw } from '../recorder/g711.ts';

export type Law = 'mu' | 'a';

/** By the upper 13 bits of a sample, the byte that stands for what is nearest to it. */
const bytes: Readonly<Record<Law, Uint8Array>> = { mu: nearest(muLaw), a: nearest(aLaw) };

function nearest(table: Int16Array): Uint8Array {
  const known = Array.from(table, (value, byte) => ({ value, byte })).toSorted((a, b) => a.value - b.value);
  let at = 0;
  return Uint8Array.from({ length: 1 << 13 }, (_, n) => {
    const sample = (n - (1 << 12)) * 8 + 4;
    while (at + 1 < known.length && Math.abs(known[at + 1]!.value - sample) <= Math.abs(known[at]!.value - sample)) at++;
    return known[at]!.byte;
  });
}

/** `sample`: from -1 to 1; beyond that it is cut off. */
export function compand(sample: number, law: Law): number {
  const whole = Math.max(-32_768, Math.min(32_767, Math.round(sample * 32_768)));
  return bytes[law][(whole >> 3) + (1 << 12)]!;
}
