/** What somebody may say of what they do. */
import { cleanText, isReaction } from '../conversation/text.ts';
import { peopleLimits } from '../limits.ts';
import type { Status } from '../protocol/people.ts';

/** Far more than characters of any language are made of (UAX #29 knows no bound). */
const unitsPerCharacter = 16;

const characters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** A status as it may be shown, in one line; undefined when there is nothing to show, or too much. */
export function cleanStatus({ text, emoji, until }: Status): Status | undefined {
  if (text.length > peopleLimits.statusLength * unitsPerCharacter) return undefined;
  if (emoji !== undefined && !isEmoji(emoji)) return undefined;
  const clean = cleanText(text);
  const line = 'error' in clean ? '' : clean.text.replace(/\s+/gu, ' ').trim();
  if ((line === '' && emoji === undefined) || count(line) > peopleLimits.statusLength) return undefined;
  return { text: line, ...(emoji !== undefined && { emoji }), ...(until !== undefined && { until }) };
}

function isEmoji(text: string): boolean {
  return isReaction(text) && count(text) === 1;
}

/** Characters as people count them (UAX #29 §3, extended grapheme clusters). */
function count(text: string): number {
  let found = 0;
  for (const _ of characters.segment(text)) found += 1;
  return found;
}
