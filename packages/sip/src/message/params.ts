/** Parameters: `;name`, `;name=value`, `;name="quoted value"`, after a URI, an address or another value, in order. */
import { isOf, skip } from './characters.ts';
import { MessageError, WriteError } from './errors.ts';
import { valueLimits } from './limits.ts';
import { afterQuoted, isToken, quoted, skipSpace, unquoted } from './syntax.ts';

/** One without a value has `undefined`. Values are as they mean: without quotes and their escapes. */
export type Param = readonly [name: string, value: string | undefined];

/** Names are compared without regard to case (RFC 3261 §7.3.1) and kept as they were written. Never changed, only made anew. */
export class Params implements Iterable<Param> {
  static readonly none: Params = new Params([]);
  readonly #list: readonly Param[];

  constructor(list: readonly Param[]) {
    this.#list = list;
  }

  static of(values: Readonly<Record<string, string | number | true | undefined>>): Params {
    const list = Object.entries(values).flatMap(([name, value]): Param[] =>
      value === undefined ? [] : [[name, value === true ? undefined : String(value)]],
    );
    return list.length === 0 ? Params.none : new Params(list);
  }

  get size(): number {
    return this.#list.length;
  }

  /** `''` for one that has no value. `name` in lower case. */
  get(name: string): string | undefined {
    for (const [one, value] of this.#list) if (one === name || one.toLowerCase() === name) return value ?? '';
    return undefined;
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** With this one in the place of what had its name, or at the end. `true` writes no value. */
  with(name: string, value: string | number | true): Params {
    const entry: Param = [name, value === true ? undefined : String(value)];
    const at = this.#list.findIndex(([one]) => one.toLowerCase() === name.toLowerCase());
    return new Params(at === -1 ? [...this.#list, entry] : this.#list.with(at, entry));
  }

  without(...names: readonly string[]): Params {
    const left = this.#list.filter(([name]) => !names.includes(name.toLowerCase()));
    return left.length === this.#list.length ? this : new Params(left);
  }

  [Symbol.iterator](): Iterator<Param> {
    return this.#list[Symbol.iterator]();
  }
}

/**
 * Of a header, from `at` on, where `;` or the end is. White space may stand around `;` and `=`.
 *
 * @throws MessageError
 */
export function parseParams(text: string, at: number): Params {
  at = skipSpace(text, at);
  if (at === text.length) return Params.none;
  const list: Param[] = [];
  while (at < text.length) {
    if (list.length === valueLimits.parameters) throw new MessageError('Too many parameters');
    if (text.charCodeAt(at) !== 0x3b) throw new MessageError('Malformed parameters');
    at = skipSpace(text, at + 1);
    // Some phones end a header with `;`.
    if (at === text.length) break;
    let end = skip(text, at, text.length, isOf.token);
    if (end === at) throw new MessageError('Malformed parameter');
    const name = text.slice(at, end);
    at = skipSpace(text, end);
    if (text.charCodeAt(at) !== 0x3d) {
      list.push([name, undefined]);
      continue;
    }
    at = skipSpace(text, at + 1);
    if (text.charCodeAt(at) === 0x22) {
      end = afterQuoted(text, at);
      list.push([name, unquoted(text.slice(at, end))]);
    } else {
      end = skip(text, at, text.length, isOf.value);
      if (end === at) throw new MessageError('Malformed parameter');
      list.push([name, text.slice(at, end)]);
    }
    at = skipSpace(text, end);
  }
  return list.length === 0 ? Params.none : new Params(list);
}

/** @throws WriteError for a name that is no token and a value that cannot be quoted */
export function writeParams(params: Params): string {
  let text = '';
  for (const [name, value] of params) {
    if (!isToken(name)) throw new WriteError('a parameter has no name');
    text += value === undefined ? `;${name}` : `;${name}=${isValue(value) ? value : quoted(value)}`;
  }
  return text;
}

function isValue(text: string): boolean {
  return text !== '' && skip(text, 0, text.length, isOf.value) === text.length;
}
