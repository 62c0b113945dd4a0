/** The description of the REST API, for people: one page that needs nothing else. */
import { createHash } from 'node:crypto';
import type { OpenApi, Operation } from './openapi.ts';

const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 60rem; padding: 1rem; }
h2 { margin-top: 2.5rem; text-transform: capitalize; }
details { border-top: 1px solid #8884; padding: .5rem 0; }
summary { cursor: pointer; }
code, pre { font: .875rem/1.5 ui-monospace, monospace; }
pre { background: #8881; border-radius: .25rem; overflow-x: auto; padding: .75rem; }
.method { display: inline-block; font-weight: 700; min-width: 4.5rem; }
.scope { float: right; opacity: .7; }
`;

/** What the page may load: its own style, and nothing else. */
export const pagePolicy: string = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`;

export function openApiPage({ info, paths, servers }: OpenApi): string {
  const base = servers[0]?.url ?? '';
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path: base + path, method: method.toUpperCase(), operation })),
  );
  const sections = Map.groupBy(all, ({ operation }) => operation.tags[0] ?? '');
  const body = [...sections].map(
    ([tag, some]) =>
      `<h2>${escaped(tag)}</h2>${some.map(({ path, method, operation }) => shown(path, method, operation)).join('')}`,
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(info.title)} REST API</title><style>${style}</style><h1>${escaped(info.title)} REST API</h1><p>${escaped(info.description)} As a document: <a href="openapi.json">openapi.json</a>.</p>${body.join('')}</html>`;
}

function shown(path: string, method: string, { summary, parameters, requestBody, responses, ...operation }: Operation): string {
  const named = parameters.map(
    ({ name, in: where }) => `<li><code>${escaped(String(name))}</code> in ${escaped(String(where))}</li>`,
  );
  const examples = [
    ['Body', exampleOf(requestBody)],
    ...Object.entries(responses).map(([status, response]) => [status, exampleOf(response)] as const),
  ].map(([what, example]) =>
    example === undefined ? '' : `<p>${escaped(String(what))}</p><pre>${escaped(JSON.stringify(example, undefined, 2))}</pre>`,
  );
  const list = named.length === 0 ? '' : `<ul>${named.join('')}</ul>`;
  return `<details><summary><code><span class="method">${method}</span> ${escaped(path)}</code> <code class="scope">${escaped(operation['x-scope'])}</code><br>${escaped(summary)}</summary>${list}${examples.join('')}</details>`;
}

function exampleOf(message: Readonly<Record<string, unknown>> | undefined): unknown {
  const content = message?.['content'] as Record<string, { readonly example?: unknown }> | undefined;
  return content?.['application/json']?.example;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
