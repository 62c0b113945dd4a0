/** Whatever the REST API does, the SDK for servers has a method for it: each is called, and what it asks for is put beside the description. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OffhookApi } from '@offhook/api';
import { expect, onTestFinished, test } from 'vitest';
import { allRoutes } from '../../packages/server/src/api/all.ts';

type Method = (...args: string[]) => unknown;

/** All methods of a client and of what it is made of, by name. */
function methodsOf(part: object, before = ''): (readonly [name: string, call: Method])[] {
  const found: (readonly [string, Method])[] = [];
  for (let its = Object.getPrototypeOf(part) as object; its !== Object.prototype; its = Object.getPrototypeOf(its) as object)
    for (const name of Object.getOwnPropertyNames(its).filter((one) => one !== 'constructor'))
      found.push([before + name, (part as Record<string, Method>)[name]!.bind(part)]);
  const parts = Object.entries(part).filter((entry): entry is [string, object] => typeof entry[1] === 'object');
  return [...found, ...parts.flatMap(([name, one]) => methodsOf(one, `${name}.`))];
}

/** A server that answers nothing of use, and what it was asked for. */
async function listening(): Promise<{ readonly url: string; readonly asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method ?? ''} ${request.url?.replace(/\?.*/, '') ?? ''}`);
    // Nothing goes on that only listens.
    response.writeHead(request.url?.startsWith('/v1/events') === true ? 401 : 200).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

test('each operation has a method, and each method an operation', async () => {
  const { url, asked } = await listening();
  const client = new OffhookApi({ url, key: 'ohk_any' });
  const operations = allRoutes({} as never).map(({ method, path }) => `${method} /v1${path.replaceAll(/:\w+/g, 'x')}`);
  const reached = new Set<string>();
  for (const [name, call] of methodsOf(client)) {
    asked.length = 0;
    // Everything that is asked for is called x; what comes back is nothing that any of them expects.
    const answer = call(...Array.from({ length: 6 }, () => 'x'));
    const said = (answer as Partial<AsyncGenerator>).next?.() ?? answer;
    await Promise.resolve(said).catch(() => undefined);
    expect([name, asked.length, operations]).toEqual([name, 1, expect.arrayContaining([...asked])]);
    reached.add(asked[0]!);
  }
  expect(operations.filter((operation) => !reached.has(operation))).toEqual([]);
});
