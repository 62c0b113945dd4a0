/** docs/protocol.md, made from the schemas and tables of `@offhook/core`, so that it cannot say anything else than they do. */
import { readFileSync } from 'node:fs';
import {
  causes,
  closeCode,
  conversationLimits,
  errors,
  errorTexts,
  limits,
  passing,
  protocolVersion,
  serverLimits,
  sessionLimits,
  apiLimits,
  subprotocol,
  type ErrorCode,
} from '@offhook/core';
import * as protocol from '@offhook/core/protocol';
import { z } from 'zod';

type Json = z.core.JSONSchema.BaseSchema;
type Schemas = Record<string, z.ZodType>;

const { requests, replies, ephemerals, events, notices } = protocol;
/** Unions whose members have sections of their own. */
const unions = new Set(['Request', 'Ephemeral', 'Event']);

const values: readonly (readonly [string, z.ZodType])[] = Object.entries<unknown>(protocol)
  .flatMap(([name, schema]) => (schema instanceof z.ZodType && !unions.has(name) ? [[name, schema] as const] : []))
  .sort(([a], [b]) => (a < b ? -1 : 1));
const named = z.registry<{ id: string }>();
for (const [id, schema] of values) named.add(schema, { id });

/** The JSON schema of one message, with the named values as references. */
function jsonOf(schema: z.ZodType): Json {
  const registry = z.registry<{ id: string }>();
  for (const [id, value] of values) registry.add(value, { id });
  registry.add(schema, { id: 'this' });
  return z.toJSONSchema(registry, { uri: (id) => id, unrepresentable: 'any' }).schemas['this'] ?? {};
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [row(head), `|${'---|'.repeat(head.length)}`, ...rows.map(row)].join('\n');
}

function row(cells: readonly string[]): string {
  return `| ${cells.map(cell).join(' | ')} |`;
}

/** A type as one reads it, with its limits. */
function typeOf(json: Json): string {
  if (json.$ref !== undefined) return `[${json.$ref}](#${json.$ref.toLowerCase()})`;
  if (json.const !== undefined) return `\`${JSON.stringify(json.const)}\``;
  if (json.enum !== undefined) return listOf(json.enum);
  const options = json.anyOf ?? json.oneOf;
  if (options !== undefined) return options.map((option) => typeOf(option)).join(' or ');
  switch (json.type) {
    case 'array':
      return `list of ${typeOf((json.items ?? {}) as Json)}${json.maxItems === undefined ? '' : `, at most ${json.maxItems}`}`;
    case 'string':
      return stringOf(json);
    case 'integer':
      return `integer${range(json)}`;
    case 'object':
      return json.properties === undefined || Object.keys(json.properties).length === 0 ? 'empty object' : objectOf(json);
    case undefined:
      return 'anything';
    default:
      return String(json.type);
  }
}

/** The two long lists have tables of their own. */
function listOf(options: readonly unknown[]): string {
  if (options.length === Object.keys(causes).length && options.every((cause) => String(cause) in causes))
    return '[cause](#causes)';
  if (options.length === Object.keys(errors).length && options.every((code) => String(code) in errors))
    return '[code](#errors)';
  return options.map((option) => `\`${JSON.stringify(option)}\``).join(' or ');
}

function stringOf({ pattern, minLength, maxLength }: Json): string {
  if (pattern !== undefined) return `string matching \`${pattern}\``;
  if (maxLength === undefined) return 'string';
  return minLength === undefined ? `string, at most ${maxLength}` : `string of ${minLength} to ${maxLength}`;
}

function range({ minimum, maximum }: Json): string {
  const least = minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER ? ` from ${minimum}` : '';
  const most = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? ` to ${maximum}` : '';
  return least + most;
}

function objectOf(json: Json): string {
  const required = new Set(json.required);
  const fields = Object.entries(json.properties ?? {}).map(
    ([name, field]) => `\`${name}\`${required.has(name) ? '' : '?'}: ${typeOf(field as Json)}`,
  );
  return `{ ${fields.join(', ')} }`;
}

/** The fields of an object, without those that every message of its kind has. */
function fieldsOf(json: Json, without: readonly string[] = []): string {
  const required = new Set(json.required);
  const rows = Object.entries(json.properties ?? {})
    .filter(([name]) => !without.includes(name))
    .map(([name, field]) => {
      const shown = field as Json;
      return [`\`${name}\`${required.has(name) ? '' : ' (optional)'}`, typeOf(shown), shown.description ?? ''];
    });
  return rows.length === 0 ? 'No fields.' : table(['field', 'type', 'meaning'], rows);
}

function section(title: string, ...parts: (string | undefined)[]): string {
  return [title, ...parts.filter((part) => part !== undefined && part !== '')].join('\n\n');
}

function requestSections(): string[] {
  return Object.entries(requests).map(([type, schema]) => {
    const reply = type in replies ? jsonOf(replies[type as keyof typeof replies]) : undefined;
    const answer = reply === undefined ? 'Answered by an empty `ok`.' : `The \`ok\` of its answer:\n\n${replyOf(reply)}`;
    return section(`### \`${type}\``, schema.description, fieldsOf(jsonOf(schema), ['id', 'type']), answer);
  });
}

function replyOf(reply: Json): string {
  return reply.$ref === undefined ? fieldsOf(reply) : typeOf(reply);
}

function messageSections(schemas: Schemas): string[] {
  return Object.entries(schemas).map(([type, schema]) =>
    section(`### \`${type}\``, schema.description, fieldsOf(jsonOf(schema), ['type'])),
  );
}

function valueSections(): string[] {
  const { schemas } = z.toJSONSchema(named, { uri: (id) => id, unrepresentable: 'any' });
  return values.map(([name, { description }]) => {
    const json: Json = schemas[name] ?? {};
    const shown = json.type === 'object' && json.properties !== undefined ? fieldsOf(json) : typeOf(json);
    return section(`### ${name}`, description, shown);
  });
}

/** The comment above a limit speaks of it and of those below that have none. */
function limitRows(): string[][] {
  const source = readFileSync(new URL('../packages/core/src/limits.ts', import.meta.url), 'utf8');
  let meaning = '';
  const meanings = new Map<string, string>();
  for (const [, comment, name] of source.matchAll(/\/\*\*\s(.+?)\s\*\/|^ {2}(\w+): /gms)) {
    if (comment !== undefined) meaning = comment.replaceAll(/\s+\* /g, ' ').trim();
    if (name !== undefined) meanings.set(name, meaning);
  }
  return Object.entries({ ...limits, ...serverLimits, ...conversationLimits, ...sessionLimits, ...apiLimits }).map(
    ([name, value]) => [`\`${name}\``, value.toLocaleString('en'), meanings.get(name) ?? ''],
  );
}

function errorRows(): string[][] {
  return Object.entries(errors).map(([code, { http }]) => [
    `\`${code}\``,
    String(http),
    String(closeCode(code as ErrorCode)),
    passing.has(code) ? 'yes' : 'no',
    errorTexts[code as ErrorCode],
  ]);
}

function causeRows(): string[][] {
  return Object.entries(causes).map(([cause, { sip, q850, http, caller, callee }]) => [
    `\`${cause}\``,
    String(sip),
    String(q850),
    String(http),
    caller,
    callee,
  ]);
}

export function protocolDoc(): string {
  return `${[
    '<!-- Made by `npm run docs` from packages/core/src/protocol. Do not edit. -->',
    '# The signalling protocol',
    `JSON over one WebSocket at \`/v1/ws\`, subprotocol \`${subprotocol}\`, version ${protocolVersion}. One JSON object a message.`,
    [
      '- **Requests** `{ id, type, … }` of a device get exactly one answer, `{ re: id, ok }` or `{ re: id, error }`, after what they did is',
      '  stored. Repeating an id repeats the answer.',
      '- **Messages** `{ type, … }` of a device are forwarded without an answer; there is an `error` notice only where something is wrong.',
      '- **Events** `{ seq, type, … }` of the server are numbered per connection. A connection that was lost is resumed with the last number',
      '  seen, and the missed events follow.',
      '- **Application messages** have a type with a dot and are passed on as they are.',
      '',
      '`from` is always stamped by the server. A message that does not have its form gets `bad_message` and changes nothing. The first message',
      'must be `hello`.',
    ].join('\n'),
    '## Requests',
    ...requestSections(),
    '## Messages',
    ...messageSections(ephemerals),
    '## Application messages',
    'From a device: [ApplicationMessage](#applicationmessage). To those who receive it: [ApplicationDelivery](#applicationdelivery).',
    '## Events',
    ...messageSections(events),
    '## Files',
    [
      '`POST /v1/files?upload=…&name=…&bytes=…&at=…` takes a piece of a file, at most `filePieceBytes`, as `application/octet-stream`, with',
      '`Authorization: Bearer` and the token of the device. `upload` is chosen by the sender for the file (random, at least 96 bits), `bytes` is',
      'the length of all of it, `at` where the piece begins. The answer is `{ at }`, where the next piece begins, or, once all has arrived,',
      '`{ file }` with a [FileInfo](#fileinfo). A piece that has arrived before, or would leave a gap, changes nothing, so that a sender who is in',
      'doubt sends again. `say` shows files by their ids, and `file` asks for the address of one, from which it is had without a token.',
    ].join('\n'),
    '## Notices',
    'Not numbered, not repeated.',
    ...messageSections(notices),
    '## Values',
    ...valueSections(),
    '## Errors',
    'As `{ code, message, detail? }` in an answer or a notice, and as the reason of a close. REST has the HTTP status.',
    table(['code', 'HTTP', 'close', 'may succeed later', 'meaning'], errorRows()),
    '## Causes',
    'Why a call or a leg ended, and what people read.',
    table(['cause', 'SIP', 'Q.850', 'HTTP', 'the caller reads', 'the callee reads'], causeRows()),
    '## Limits',
    table(['limit', 'number', 'meaning'], limitRows()),
  ].join('\n\n')}\n`;
}
