/**
 * Names and addresses. A name is what people see; its address is what one calls. Two names that differ only in what cannot be
 * seen have one address: compatibility forms are folded (Unicode UAX #15 NFKC), case is ignored, invisible and bidirectional
 * characters are dropped. Letters of different scripts that look the same stay different.
 */
import { limits } from './limits.ts';

// Tabs and ends of lines stand between words, as spaces do.
const lineBreaks = /[\t-\r]+/gu;
// Controls, format characters (zero width, bidirectional), surrogates, private use, line and paragraph separators; and what is
// not drawn though it counts as a letter or mark (fillers, joiners, variation selectors: UAX #44 Default_Ignorable_Code_Point).
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** A name as it may be shown: one line, no invisible characters; undefined when nothing readable is left or it is too long. */
export function cleanName(name: string): string | undefined {
  return cleanLine(name, limits.nameLength);
}

/** The same for other things of one line: at most so many code points. */
export function cleanLine(text: string, most: number): string | undefined {
  // Before anything else is done with it: to order its marks takes the square of their number. What is shown is made of far less, also
  // where invisible characters stand between.
  if (text.length > 16 * most) return undefined;
  const clean = text.normalize('NFC').replace(lineBreaks, ' ').replace(invisible, '').replace(/\s+/gu, ' ').trim();
  const readable = /[\p{L}\p{N}\p{S}\p{P}]/u.test(clean);
  // A run of combining marks is a drawing over the neighbours, not a name.
  const stacked = /\p{M}{9,}/u.test(clean);
  return !readable || stacked || [...clean].length > most ? undefined : clean;
}

/** The address of a name: letters and digits of any script, `-` for everything between. Undefined when none are left. */
export function addressOf(name: string): string | undefined {
  const clean = cleanName(name);
  if (clean === undefined) return undefined;
  const folded = clean
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}._]+/gu, '-');
  // Marks need a letter to stand on.
  const begun = folded.replace(/^[-._\p{M}]+/gu, '');
  const address = [...begun]
    .slice(0, limits.addressLength)
    .join('')
    .replace(/[-._]+$/u, '');
  return address === '' ? undefined : address;
}
