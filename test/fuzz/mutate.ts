/** Makes wrong messages of right ones. */
import type { Chance } from '../sim/chance.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const oddities: readonly Json[] = [
  null,
  true,
  0,
  -1,
  0.5,
  2 ** 31,
  2 ** 53,
  -(2 ** 63),
  1e308,
  '',
  ' ',
  '\u0000',
  '\u202e',
  '\ud800',
  '__proto__',
  '<script>',
  '../../etc/passwd',
  "'; DROP TABLE users; --",
  '*',
  'x'.repeat(300),
  'x'.repeat(33_000),
  [],
  {},
  [[[[[[]]]]]],
  { type: 'hello' },
  { constructor: { prototype: {} } },
  { toJSON: 'x' },
];

/** A copy in which one thing is different. */
export function mutate(message: Json, chance: Chance): Json {
  const paths = pathsOf(message);
  const path = paths.length === 0 ? [] : chance.pick(paths);
  return change(message, path, (value) => {
    switch (chance.between(0, 7)) {
      case 0:
        return undefined;
      case 1:
        return [value, value];
      case 2:
        return { [chance.pick(['value', '__proto__', 'type', ''])]: value };
      case 3:
        return typeof value === 'number' ? value + chance.pick([-1, 1, 0.5, 1e6]) : chance.pick(oddities);
      case 4:
        return typeof value === 'string' ? shake(value, chance) : chance.pick(oddities);
      default:
        return chance.pick(oddities);
    }
  });
}

/** Any JSON value. */
export function anything(chance: Chance, depth = 0): Json {
  const kind = chance.between(0, depth > 4 ? 3 : 6);
  if (kind <= 3) return chance.pick(oddities);
  const length = chance.between(0, 4);
  if (kind === 4) return Array.from({ length }, () => anything(chance, depth + 1));
  const keys = ['id', 'type', 'call', 'to', 'data', 'epoch', 'from', 'seq', 'x'];
  return Object.fromEntries(Array.from({ length }, () => [chance.pick(keys), anything(chance, depth + 1)]));
}

/** The text of a message, damaged. */
export function damage(text: string, chance: Chance): string {
  const at = chance.between(0, text.length);
  switch (chance.between(0, 4)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(at);
    case 2:
      return text.slice(0, at) + String.fromCharCode(chance.between(0, 0xffff)) + text.slice(at);
    case 3:
      return text + text;
    default:
      return '['.repeat(chance.between(1, 20_000));
  }
}

function shake(value: string, chance: Chance): string {
  const at = chance.between(0, value.length);
  return chance.pick([value.slice(0, at), value + value, value.toUpperCase(), `${value.slice(0, at)}\u0000${value.slice(at)}`]);
}

function pathsOf(value: Json, before: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [[...before, key], ...pathsOf(inner, [...before, key])]);
}

function change(value: Json, path: readonly string[], edit: (value: Json) => Json | undefined): Json {
  const [key, ...rest] = path;
  if (key === undefined) return edit(value) ?? null;
  if (Array.isArray(value)) return value.map((item: Json, at) => (String(at) === key ? change(item, rest, edit) : item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]): [string, Json][] => {
      if (name !== key) return [[name, inner]];
      const edited = rest.length === 0 ? edit(inner) : change(inner, rest, edit);
      return edited === undefined ? [] : [[name, edited]];
    }),
  );
}
