/** The description of the REST API, for people: one page that needs nothing else. */
import { createHash } from 'node:crypto';
import { fieldsOf } from './openapi-fields.ts';
import type { Field, Schema, TypePart } from './openapi-fields.ts';
import type { OpenApi, Operation } from './openapi.ts';

const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; --line: light-dark(#d9d9e0, #393a42); --quiet: light-dark(#5b5c66, #a2a3ad); --accent: light-dark(#4a45d6, #a9a5ff); }
body { margin: 0 auto; max-width: 64rem; padding: 1rem 1rem 6rem; background: light-dark(#fff, #131418); color: light-dark(#18181c, #ececf1); }
h1 { font-size: 1.75rem; line-height: 1.2; margin-block: 1.5rem .5rem; }
h2 { font-size: 1.25rem; margin-block: 2.5rem .5rem; text-transform: capitalize; }
h2.schemas, h3 { text-transform: none; }
h3 { font-size: .875rem; margin-block: 1.25rem .375rem; }
h3 small { color: var(--quiet); font-size: inherit; font-weight: 400; }
a { color: var(--accent); }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1rem; }
nav a { text-transform: capitalize; }
nav a:last-child { text-transform: none; }
p { margin-block: .25rem .5rem; }
details { border-top: 1px solid var(--line); padding-block: .625rem; scroll-margin-top: 1rem; }
details[open] { padding-bottom: 1.5rem; }
summary { cursor: pointer; overflow-wrap: anywhere; }
summary code { font-size: .9375rem; }
.quiet, .scope { color: var(--quiet); }
code, pre { font: .8125rem/1.5 ui-monospace, monospace; }
pre { background: light-dark(#f4f4f7, #1d1e24); border-radius: .5rem; margin: .5rem 0 0; overflow-x: auto; padding: .75rem 1rem; }
.method { display: inline-block; font-weight: 700; min-width: 4.5rem; }
.scope { float: right; padding-left: 1rem; }
table { border-collapse: collapse; font-size: .875rem; table-layout: fixed; width: 100%; }
caption { color: var(--quiet); padding-block: .5rem .125rem; text-align: start; }
th { font-weight: 500; text-align: start; }
thead th { color: var(--quiet); font-size: .75rem; }
th, td { border-bottom: 1px solid var(--line); padding: .375rem 1rem .375rem 0; vertical-align: top; }
thead th:nth-child(1) { width: 24%; }
thead th:nth-child(2) { width: 24%; }
thead th:nth-child(3) { width: 5.5rem; }
td:nth-child(3) { color: var(--quiet); white-space: nowrap; }
td:last-child, thead th:last-child { padding-right: 0; }
th, td, p { overflow-wrap: anywhere; }
@media (width < 40rem) {
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table, tbody { display: block; }
  tr { border-bottom: 1px solid var(--line); display: grid; gap: 0 .75rem; grid-template-columns: 1fr auto; padding-block: .5rem; }
  td:nth-child(2) { grid-column: 1; }
  td:nth-child(3) { grid-area: 1 / 2; }
  td:last-child { grid-column: 1 / -1; }
  td:last-child:empty { display: none; }
  th, td { border: 0; padding: 0; }
}
`;

/** What the page may load: its own style, and nothing else. */
export const pagePolicy: string = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`;

export function openApiPage({ info, paths, servers, components }: OpenApi): string {
  const base = servers[0]?.url ?? '';
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path: base + path, method: method.toUpperCase(), operation })),
  );
  const sections = Map.groupBy(all, ({ operation }) => operation.tags[0] ?? '');
  const body = [...sections].map(
    ([tag, some]) =>
      `<h2 id="${escaped(tag)}">${escaped(tag)}</h2>${some.map(({ path, method, operation }) => shown(path, method, operation)).join('')}`,
  );
  const schemas = Object.entries(components['schemas'] as Record<string, Schema>).map(
    ([name, schema]) =>
      `<details open id="schema-${escaped(name)}"><summary><code>${escaped(name)}</code></summary>${described(schema)}${tables(schema)}</details>`,
  );
  const ways = [...sections.keys()].map((tag) => `<a href="#${escaped(tag)}">${escaped(tag)}</a>`);
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(info.title)} REST API</title><style>${style}</style><main><h1>${escaped(info.title)} REST API</h1><p>${worded(info.description)} As a document: <a href="openapi.json">openapi.json</a>.</p><nav aria-label="Sections">${ways.join('')}<a href="#schemas">What is answered</a></nav>${body.join('')}<h2 class="schemas" id="schemas">What is answered</h2>${schemas.join('')}</main></html>`;
}

function shown(path: string, method: string, { summary, parameters, requestBody, responses, ...operation }: Operation): string {
  const named = parameters.map(({ name, in: where, required, schema }): Field => ({
    ...only({ properties: { [String(name)]: schema as Schema } }),
    name: `${String(name)} (${String(where)})`,
    isRequired: required === true,
  }));
  const asked = named.length === 0 ? '' : `<h3>Parameters</h3>${table(named)}`;
  const sent =
    requestBody === undefined
      ? ''
      : message(`Body <small>${requestBody['required'] === true ? 'required' : 'may be left out'}</small>`, requestBody);
  const answered = Object.entries(responses)
    // Refusals are alike everywhere.
    .filter(([status]) => status !== 'default')
    .map(([status, response]) =>
      message(`${escaped(status)} <small>${escaped(String(response['description']))}</small>`, response),
    );
  return `<details><summary><code><span class="method">${method}</span> ${escaped(path)}</code> <code class="scope">${escaped(operation['x-scope'])}</code><br><span class="quiet">${worded(summary)}</span></summary>${asked}${sent}${answered.join('')}</details>`;
}

/** What is sent or answered: its fields, and an example. */
function message(title: string, about: Readonly<Record<string, unknown>>): string {
  const content = about['content'] as Record<string, { readonly schema?: Schema; readonly example?: unknown }> | undefined;
  const { schema = {}, example } = content?.['application/json'] ?? {};
  const named = schema.$ref === undefined ? '' : `<p>${types(only({ properties: { all: schema } }).type)}</p>`;
  const sample = example === undefined ? '' : `<pre>${escaped(JSON.stringify(example, undefined, 2))}</pre>`;
  return `<h3>${title}</h3>${described(schema)}${named}${tables(schema)}${sample}`;
}

function described({ description }: Schema): string {
  return description === undefined ? '' : `<p>${worded(description)}</p>`;
}

function tables(schema: Schema): string {
  const choices = fieldsOf(schema);
  const [first] = choices;
  if (first === undefined || choices.length === 1) return first === undefined ? '' : table(first);
  return choices.map((fields, at) => table(fields, at === 0 ? 'One of these:' : 'or')).join('');
}

function table(fields: readonly Field[], caption?: string): string {
  const rows = fields.map(
    ({ name, type, isRequired, meaning }) =>
      `<tr><th scope="row"><code>${escaped(name)}</code></th><td>${types(type)}</td><td>${isRequired ? 'required' : 'optional'}</td><td>${worded(meaning)}</td></tr>`,
  );
  const title = caption === undefined ? '' : `<caption>${caption}</caption>`;
  return `<table>${title}<thead><tr><th scope="col">Field</th><th scope="col">Type</th><th scope="col">There</th><th scope="col">Meaning</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function types(parts: readonly TypePart[]): string {
  const words = parts.map((part) =>
    'text' in part ? escaped(part.text) : `<a href="#schema-${escaped(part.schema)}">${escaped(part.schema)}</a>`,
  );
  return `<code>${words.join('')}</code>`;
}

/** The one field of a schema. */
function only(schema: Schema): Field {
  const [[field] = []] = fieldsOf(schema);
  return field ?? { name: '', type: [], isRequired: false, meaning: '' };
}

/** What stands between backticks is code. */
function worded(text: string): string {
  return escaped(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
