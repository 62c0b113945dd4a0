/** The fields of a JSON schema (2020-12), as rows to read: the name, what it holds, whether it has to be there, and what it means. */

/** As much of a schema as `z.toJSONSchema` makes. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema | false;
  readonly prefixItems?: readonly Schema[];
  readonly additionalProperties?: Schema | boolean;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
}

export interface Field {
  /** `media.audio`, `files[].name`; of the choices of a union: undefined where it is what all are. */
  readonly name: string;
  readonly type: readonly TypePart[];
  readonly isRequired: boolean;
  readonly meaning: string;
}

/** Words, or the name of a schema that stands elsewhere. */
export type TypePart = { readonly text: string } | { readonly schema: string };

/** The choices there are: of most schemas one, of a union each. Empty where there are no fields. */
export function fieldsOf(schema: Schema): readonly (readonly Field[])[] {
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices !== undefined) return choices.flatMap((choice) => fieldsOf(choice));
  const rows = rowsOf(schema, '');
  return rows.length === 0 ? [] : [rows];
}

function rowsOf({ properties = {}, required = [], allOf = [] }: Schema, before: string): Field[] {
  const own = Object.entries(properties).flatMap(([key, schema]) => {
    const name = `${before}${key}`;
    const row: Field = {
      name,
      type: typeOf(schema),
      isRequired: required.includes(key),
      meaning: [schema.description, limitsOf(schema)].filter(Boolean).join(' '),
    };
    return [row, ...rowsOf(schema, `${name}.`), ...rowsOf(inList(schema), `${name}[].`)];
  });
  return [...allOf.flatMap((one) => rowsOf(one, before)), ...own];
}

function inList({ items }: Schema): Schema {
  return items === undefined || items === false ? {} : items;
}

function typeOf(schema: Schema): readonly TypePart[] {
  const { $ref, type, items, prefixItems, anyOf, oneOf, additionalProperties } = schema;
  if ($ref !== undefined) return [{ schema: $ref.split('/').at(-1) ?? '' }];
  if (schema.const !== undefined) return [text(JSON.stringify(schema.const))];
  if (schema.enum !== undefined) return [text(schema.enum.map((one) => JSON.stringify(one)).join(' | '))];
  const choices = anyOf ?? oneOf;
  if (choices !== undefined) return joined(choices.map(typeOf), ' | ');
  if (prefixItems !== undefined) return [text('['), ...joined(prefixItems.map(typeOf), ', '), text(']')];
  if (type === 'array') {
    const each = items === undefined || items === false ? [text('any')] : typeOf(items);
    return each.length > 1 ? [text('('), ...each, text(')[]')] : [...each, text('[]')];
  }
  if (typeof additionalProperties === 'object' && Object.keys(additionalProperties).length > 0)
    return [text('{ [name]: '), ...typeOf(additionalProperties), text(' }')];
  if (type === undefined) return [text('any')];
  return [text(typeof type === 'string' ? type : type.join(' | '))];
}

/** What a value has to keep to beyond its type. Bounds that only say what a safe integer is are left out. */
function limitsOf(schema: Schema): string | undefined {
  const { minimum, maximum, minLength, maxLength, minItems, maxItems, default: usual } = schema;
  const all = [
    range(minimum, maximum, ''),
    range(minLength, maxLength, ' characters'),
    range(minItems, maxItems, ' of them'),
    usual === undefined ? undefined : `default ${JSON.stringify(usual)}`,
  ].filter((one) => one !== undefined);
  return all.length === 0 ? undefined : `(${all.join(', ')})`;
}

function range(least: number | undefined, most: number | undefined, of: string): string | undefined {
  const from = least === undefined || least <= -Number.MAX_SAFE_INTEGER || (of !== '' && least === 0) ? undefined : least;
  const to = most === undefined || most >= Number.MAX_SAFE_INTEGER ? undefined : most;
  if (from === undefined) return to === undefined ? undefined : `at most ${to}${of}`;
  if (to === undefined) return `at least ${from}${of}`;
  return from === to ? `exactly ${to}${of}` : `${from} to ${to}${of}`;
}

function text(words: string): TypePart {
  return { text: words };
}

function joined(parts: readonly (readonly TypePart[])[], by: string): readonly TypePart[] {
  return parts.flatMap((part, at) => (at === 0 ? part : [text(by), ...part]));
}
