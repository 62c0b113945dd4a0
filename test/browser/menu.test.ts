/** A menu, as docs/guides/calls.md shows it: a program answers a call, hears keys and leads the caller on. */
import { createHash } from 'node:crypto';
import { OffhookApi } from '@offhook/api';
import type { WebhookEvent } from '@offhook/api';
import { expect } from 'vitest';
import { newApiKey } from '../../packages/server/src/ports/api-keys.ts';
import { codeIn, runCode } from '../support/readme.ts';
import { it } from './harness/it.ts';
import { mediaKit } from './harness/media.ts';
import { freePort } from './harness/ports.ts';
import { hearEachOther } from './harness/talk.ts';

const key = newApiKey('M'.repeat(43), (value) => createHash('sha256').update(value).digest('base64url'));
const menu = codeIn('docs/guides/calls.md').find((code) => code.includes('call.digit')) ?? '';

it('a menu leads its callers to whom they choose', { timeout: 180_000 }, async ({ world }) => {
  const server = await world.anotherServer({
    settings: { apiKeys: [key.setting], mediaPort: await freePort(), mediaWorkers: 1 },
  });
  const api = new OffhookApi({ url: server.url, key: key.key });
  const anna = await world.person('Anna', { server, page: 'modules.html' });
  const [support, sales] = [await world.person('Support', { server }), await world.person('Sales', { server })];
  const code = menu.replaceAll("'support'", `'${support.address}'`).replaceAll("'sales'", `'${sales.address}'`);
  const told: WebhookEvent[] = [];
  /** As the menu makes it. It may begin to listen after the call has begun to ring. */
  class Offhook extends OffhookApi {
    constructor() {
      super({ url: server.url, key: key.key });
    }
    override async *listen(options: Parameters<OffhookApi['listen']>[0]): ReturnType<OffhookApi['listen']> {
      for await (const event of super.listen({ ...options, after: '0' })) {
        told.push(event);
        yield event;
      }
    }
  }
  let failed: unknown;
  // It runs as long as the server does.
  void runCode(code, {}, { OffhookApi: Offhook }).catch((error: unknown) => (failed = error));

  await anna.page.call(support.address);
  await anna.page.until(support.address, 'active');
  expect(failed).toBeUndefined();
  expect(await mediaKit(anna).digits(support.address, '71', 200)).toBeUndefined();
  await sales.page.until(anna.address, 'incoming');
  await sales.page.answer(anna.address);
  await hearEachOther(anna, sales);
  const keys = told.flatMap((event) => (event.type === 'call.digit' ? event.data : []));
  expect(keys.map(({ digit, by }) => [digit, by.address])).toEqual([
    ['7', anna.address],
    ['1', anna.address],
  ]);
  expect((await api.listLiveCalls()).length).toBe(1);
});
