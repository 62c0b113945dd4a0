/** Every way in which one value inside a message can be wrong: missing, of another type, too long, too large. */
export interface Spoilt {
  /** What was done, for the name of the test. */
  readonly how: string;
  /** Where. */
  readonly path: string;
  readonly message: Readonly<Record<string, unknown>>;
}

/** What stands for each type; a value is replaced by all of another type. */
const strangers: readonly unknown[] = [null, true, 7, -1.5, 1e300, '', 'x', [], {}, [[]], { type: {} }];

/** `optional`: paths of fields that may be missing. Places in lists are written as `0`. */
export function spoil(message: Readonly<Record<string, unknown>>, isRight: (message: unknown) => boolean): Spoilt[] {
  const found: Spoilt[] = [];
  for (const path of pathsOf(message)) {
    const add = (how: string, change: (parent: Record<string, unknown>, key: string) => void): void => {
      const copy = structuredClone(message) as Record<string, unknown>;
      const parent = path.slice(0, -1).reduce<Record<string, unknown>>((at, key) => at[key] as Record<string, unknown>, copy);
      const [key = ''] = path.slice(-1);
      change(parent, key);
      // A change may lead to another right message: another name, no query.
      if (!isRight(copy)) found.push({ how, path: path.join('.'), message: copy });
    };
    add('missing', (parent, key) => delete parent[key]);
    for (const stranger of strangers) add(`is ${JSON.stringify(stranger)}`, (parent, key) => (parent[key] = stranger));
    add('is far too long', (parent, key) => (parent[key] = 'x'.repeat(40_000)));
    add('is a far too long list', (parent, key) => (parent[key] = Array.from({ length: 300 }, () => ({}))));
  }
  return found;
}

function pathsOf(value: unknown, before: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const path = [...before, key];
    // The type and the id are spoilt by tests of their own.
    return path.length === 1 && (key === 'type' || key === 'id') ? [] : [path, ...pathsOf(inner, path)];
  });
}
