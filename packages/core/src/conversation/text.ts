/** What may stand in a message and in a reaction. Nothing is escaped here: text is text, whoever shows it sees to that. */
import { conversationLimits } from '../limits.ts';

// Other ends of lines, among them those that only typography knows.
const lineEnds = /\r\n?|[\v\f\u0085\u2028\u2029]/gu;
// Controls but tab and line feed, lone surrogates, private use, annotations.
const harmful = /(?![\t\n])\p{Cc}|[\p{Cs}\p{Co}\uFFF9-\uFFFB]/gu;
// What is not drawn at all, among it what turns the direction of the text around it (UAX #44 Default_Ignorable_Code_Point). Joiners and
// variation selectors are kept, and tags behind a black flag: emoji and several scripts are made with them.
const undrawn =
  /(?!\u200C|\u200D|\p{Variation_Selector}|(?<=\u{1F3F4}[\u{E0020}-\u{E007F}]{0,6})[\u{E0020}-\u{E007F}])\p{Default_Ignorable_Code_Point}/gu;
// Runs of marks are drawings over the neighbours.
const stacked = new RegExp(`(\\p{M}{${conversationLimits.marksPerCharacter}})\\p{M}+`, 'gu');
const visible = /[\p{L}\p{N}\p{S}\p{P}]/u;

/** Whether a text is as `cleanText` would leave its characters: without controls, lone surrogates, and what turns the direction of others. */
export function isHarmless(text: string): boolean {
  return text.replace(lineEnds, '\n').search(harmful) < 0 && text.search(undrawn) < 0;
}

/** What is left of a text for everybody to read, or why it cannot be said. */
export function cleanText(text: string): { readonly text: string } | { readonly error: 'text_empty' | 'text_too_long' } {
  // Before anything else is done with it: what follows takes time.
  if (text.length > conversationLimits.textBytes) return { error: 'text_too_long' };
  const clean = text
    .replace(lineEnds, '\n')
    .replace(harmful, '')
    .replace(undrawn, '')
    .replace(stacked, '$1')
    .normalize('NFC')
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/^\n+/u, '')
    .trimEnd();
  if (!visible.test(clean)) return { error: 'text_empty' };
  const { length, bytes } = size(clean);
  return length > conversationLimits.textLength || bytes > conversationLimits.textBytes
    ? { error: 'text_too_long' }
    : { text: clean };
}

/** Code points, and bytes in UTF-8 (RFC 3629 §3). */
function size(text: string): { readonly length: number; readonly bytes: number } {
  let length = 0;
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    length += 1;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return { length, bytes };
}

// Whatever emoji are made of (UTS #51 §1.4.9), with at least one that is drawn. Those of later versions count, too.
const emoji = /^[\p{Emoji}\p{Emoji_Component}\p{Extended_Pictographic}]+$/u;
const drawn = /[\p{Extended_Pictographic}\p{Regional_Indicator}\u20E3]/u;

/** Whether this is an emoji. */
export function isReaction(value: string): boolean {
  return emoji.test(value) && drawn.test(value) && [...value].length <= conversationLimits.reactionLength;
}
