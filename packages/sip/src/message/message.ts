/**
 * Requests and responses: a start line, fields in their order, a body. A field is read as what it means when that is asked for, and
 * once. Whoever has handed a message on does not change it any more.
 */
import type { ByteString } from '../bytes.ts';
import { fromUtf8, toUtf8 } from '../bytes.ts';
import { MessageError } from './errors.ts';
import type { Field } from './fields.ts';
import { field, isList, keyOf } from './fields.ts';
import { valueLimits } from './limits.ts';
import type { NameAddr } from './name-addr.ts';
import { parseNameAddr } from './name-addr.ts';
import { reasonPhrase } from './reasons.ts';
import { splitList } from './syntax.ts';
import type { Uri } from './uri.ts';
import { parseUri, writeUri } from './uri.ts';
import type { CSeq, RAck, Via, Worded } from './values.ts';
import { parseCSeq, parseDate, parseHops, parseRAck, parseSeconds, parseVia, parseWorded } from './values.ts';

/** Fields to begin with, by name; several of one name as a list. `undefined` writes none. */
export type FieldValues = Readonly<Record<string, string | number | readonly string[] | undefined>>;

type Parse<T> = (text: string) => T;

abstract class AnyMessage {
  /** In their order, as they came: what is not known is kept and written back. */
  readonly fields: Field[];
  body: ByteString;

  constructor(fields: Field[], body: ByteString) {
    this.fields = fields;
    this.body = body;
  }

  /** The first field of this name, as text. Any spelling and the short forms. */
  get(name: string): string | undefined {
    return this.#first(keyed(name))?.value;
  }

  has(name: string): boolean {
    return this.#first(keyed(name)) !== undefined;
  }

  /** All values of this name, those in one field with commas as several where the header is a list. */
  all(name: string): readonly string[] {
    const key = keyed(name);
    const values = this.fields.filter((one) => one.key === key).map(({ value }) => value);
    return isList(key) ? values.flatMap(splitList) : values;
  }

  /** Instead of all fields of this name, in the place of the first. @throws WriteError */
  set(name: string, value: string | number): this {
    const entry = field(name, value);
    const at = this.fields.findIndex(({ key }) => key === entry.key);
    if (at === -1) this.fields.push(entry);
    else {
      this.fields[at] = entry;
      for (let more = this.fields.length - 1; more > at; more--)
        if (this.fields[more]?.key === entry.key) this.fields.splice(more, 1);
    }
    return this;
  }

  /** @throws WriteError */
  add(name: string, ...values: readonly (string | number)[]): this {
    for (const value of values) this.fields.push(field(name, value));
    return this;
  }

  /** Before all others, as a Via is put on. @throws WriteError */
  prepend(name: string, value: string | number): this {
    this.fields.unshift(field(name, value));
    return this;
  }

  remove(...names: readonly string[]): this {
    const gone = names.map(keyed);
    for (let at = this.fields.length - 1; at >= 0; at--)
      if (gone.includes(this.fields[at]?.key ?? '')) this.fields.splice(at, 1);
    return this;
  }

  /** @throws WriteError */
  withBody(contentType: string, body: ByteString): this {
    this.set('Content-Type', contentType);
    this.body = body;
    return this;
  }

  /** The body as text in UTF-8. */
  get text(): string {
    return fromUtf8(this.body);
  }

  // ── as what they mean; each throws MessageError for what cannot be read ───────────────────────────────────────────

  /** The topmost one. */
  get via(): Via {
    const [via] = this.#listOf(this.#needed('via', 'Via'), parseVia);
    if (via === undefined) throw new MessageError('Missing Via');
    return via;
  }

  get vias(): readonly Via[] {
    return this.#listed('via', parseVia);
  }

  get from(): NameAddr {
    return this.#read(this.#needed('from', 'From'), parseNameAddr);
  }

  get to(): NameAddr {
    return this.#read(this.#needed('to', 'To'), parseNameAddr);
  }

  get fromTag(): string | undefined {
    return this.from.params.get('tag');
  }

  get toTag(): string | undefined {
    return this.to.params.get('tag');
  }

  get callId(): string {
    return this.#read(this.#needed('call-id', 'Call-ID'), parseCallId);
  }

  get cseq(): CSeq {
    return this.#read(this.#needed('cseq', 'CSeq'), parseCSeq);
  }

  /** Without `*`, which `removesAll` tells. */
  get contacts(): readonly NameAddr[] {
    return this.removesAll ? [] : this.#listed('contact', parseNameAddr);
  }

  /** `Contact: *` (RFC 3261 §10.2.2). */
  get removesAll(): boolean {
    return this.get('contact') === '*';
  }

  get routes(): readonly NameAddr[] {
    return this.#listed('route', parseNameAddr);
  }

  get recordRoutes(): readonly NameAddr[] {
    return this.#listed('record-route', parseNameAddr);
  }

  get maxForwards(): number | undefined {
    return this.#optional('max-forwards', parseHops);
  }

  /** In seconds. */
  get expires(): number | undefined {
    return this.#optional('expires', parseSeconds);
  }

  get contentType(): Worded | undefined {
    return this.#optional('content-type', parseWorded);
  }

  get date(): number | undefined {
    return this.#optional('date', parseDate);
  }

  get rack(): RAck | undefined {
    return this.#optional('rack', parseRAck);
  }

  /** Values that are words with parameters: Supported, Require, Allow, Accept, Event, Reason, Session-Expires. */
  words(name: string): readonly Worded[] {
    return this.#listed(keyed(name), parseWorded);
  }

  /** Addresses of another header than those above: Path, P-Asserted-Identity, Refer-To, Referred-By, Diversion. */
  addresses(name: string): readonly NameAddr[] {
    return this.#listed(keyed(name), parseNameAddr);
  }

  /** Whether a list of words, such as Supported, has this one. */
  says(name: string, word: string): boolean {
    return this.words(name).some(({ value }) => value.toLowerCase() === word.toLowerCase());
  }

  seconds(name: string): number | undefined {
    return this.#optional(keyed(name), parseSeconds);
  }

  #first(key: string): Field | undefined {
    for (const one of this.fields) if (one.key === key) return one;
    return undefined;
  }

  #needed(key: string, name: string): Field {
    const found = this.#first(key);
    if (found === undefined) throw new MessageError(`Missing ${name}`);
    return found;
  }

  #optional<T>(key: string, parse: Parse<T>): T | undefined {
    const found = this.#first(key);
    return found === undefined ? undefined : this.#read(found, parse);
  }

  #read<T>(from: Field, parse: Parse<T>): T {
    return ((from.read as T | undefined) ??= parse(from.value));
  }

  #listed<T>(key: string, parse: Parse<T>): readonly T[] {
    let all: readonly T[] | undefined;
    for (const one of this.fields) {
      if (one.key !== key) continue;
      const values = this.#listOf(one, parse);
      all = all === undefined ? values : [...all, ...values];
      if (all.length > valueLimits.list) throw new MessageError(`Too many values of ${one.name}`);
    }
    return all ?? [];
  }

  #listOf<T>(from: Field, parse: Parse<T>): readonly T[] {
    return ((from.read as T[] | undefined) ??=
      isList(from.key) && (from.value === '' || from.value.includes(','))
        ? splitList(from.value).map(parse)
        : [parse(from.value)]);
  }
}

export class Request extends AnyMessage {
  readonly method: string;
  /** The Request-URI as text; `uri` reads it. */
  readonly target: string;
  #uri: Uri | undefined;

  constructor(method: string, uri: Uri | string, fields: Field[] = [], body: ByteString = '') {
    super(fields, body);
    this.method = method;
    if (typeof uri === 'string') this.target = uri;
    else {
      this.target = writeUri(uri);
      this.#uri = uri;
    }
  }

  get uri(): Uri {
    return (this.#uri ??= parseUri(this.target));
  }
}

export class Response extends AnyMessage {
  readonly status: number;
  /** Bytes, as they stand in the status line. */
  readonly reason: ByteString;

  constructor(status: number, reason: string = reasonPhrase(status), fields: Field[] = [], body: ByteString = '') {
    super(fields, body);
    this.status = status;
    this.reason = toUtf8(reason);
  }
}

export type Message = Request | Response;

export function isRequest(message: Message): message is Request {
  return message instanceof Request;
}

/** @throws WriteError */
export function fieldsOf(values: FieldValues): Field[] {
  const fields: Field[] = [];
  for (const [name, value] of Object.entries(values))
    if (typeof value === 'object') for (const one of value) fields.push(field(name, one));
    else if (value !== undefined) fields.push(field(name, value));
  return fields;
}

function parseCallId(text: string): string {
  if (!/^[^\0- \x7f]+$/.test(text)) throw new MessageError('Malformed Call-ID');
  return text;
}

function keyed(name: string): string {
  return keyOf(name) ?? '';
}
