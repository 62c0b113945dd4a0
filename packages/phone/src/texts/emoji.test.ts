import { expect, it } from 'vitest';
import { emojiCalled, emojiGroups, emojiIn } from '../view/emoji.ts';
import type { EmojiGroup } from '../view/emoji.ts';
import { emoji as arabic } from './arabic/emoji.ts';
import { emojiTexts } from './emoji.ts';
import { emoji as english } from './english/emoji.ts';
import { speak } from './texts.ts';

const all = Object.values(emojiGroups).flatMap((group) => group.split(' '));

it('each emoji is one of Unicode, and stands in one group', () => {
  expect(all.filter((emoji) => !/^\p{RGI_Emoji}$/v.test(emoji))).toEqual([]);
  expect(new Set(all).size).toBe(all.length);
});

it.each([
  ['English', english, /^[\x20-\x7eé’“”]+$/u],
  ['Arabic', arabic, /\p{Script=Arabic}/u],
] as const)('each has a name in %s, of its own', (_, { names, groups }, script) => {
  expect(Object.keys(names).toSorted()).toEqual(all.toSorted());
  expect(Object.keys(groups)).toEqual(Object.keys(emojiGroups));
  const called = (Object.keys(emojiGroups) as EmojiGroup[]).flatMap((group) => emojiIn(group, names));
  expect(called.filter(({ name }) => !script.test(name))).toEqual([]);
  expect(new Set(called.map(({ name }) => name)).size).toBe(all.length);
});

it.each([
  ['thumbs', '👍👎'],
  ['THUMBS up', '👍'],
  ['tada', '🎉'],
  ['red heart', '❤️'],
  ['nosuchthing', ''],
])('by “%s” %s is found', (query, found) => {
  expect(
    emojiCalled(query, english.names)
      .map(({ emoji }) => emoji)
      .join(''),
  ).toBe(found);
});

it('finds those first whose name begins so', () => {
  expect(emojiCalled('fire', english.names)[0]?.emoji).toBe('🔥');
});

it('is found by Arabic words, too, with and without their marks', () => {
  expect(emojiCalled('قلب أحمر', arabic.names)[0]?.emoji).toBe('❤️');
});

it('names are those of the language in use', async () => {
  expect((await emojiTexts()).title).toBe('Emoji');
  await speak('ar');
  expect((await emojiTexts()).title).toBe(arabic.title);
  await speak('en');
});
