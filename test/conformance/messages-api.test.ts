/** What programs say in conversations, and to the pages of their applications, over a real server. */
import { createHash } from 'node:crypto';
import { OffhookApi } from '@offhook/api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newApiKey } from '../../packages/server/src/ports/api-keys.ts';
import type { RunningServer } from '../../packages/server/src/server.ts';
import { claim, entryId, startServer, Wire } from '../support/wire.ts';

const digest = (value: string): string => createHash('sha256').update(value).digest('base64url');
const [full, looking] = [newApiKey('A'.repeat(43), digest), newApiKey('B'.repeat(43), digest, ['messages.read'])];

let server: RunningServer;
let api: OffhookApi;
let archive: OffhookApi;
beforeAll(async () => {
  server = await startServer({ apiKeys: [full.setting, looking.setting.replace('app:', 'archive:')] });
  const url = `http://127.0.0.1:${server.port}`;
  api = new OffhookApi({ url, key: full.key });
  archive = new OffhookApi({ url, key: looking.key });
});
afterAll(() => server.stop());

const refused = (code: string): object => ({ code });

test("a message is said in somebody's name, once, and read by pages", async () => {
  const [shop, bo] = await Promise.all([claim(server.port, 'Shop'), claim(server.port, 'Bo')]);
  const page = await Wire.follow(server.port, bo);
  const said = { from: 'shop', to: 'bo', text: 'Your order is on its way.' };
  const message = await api.sendMessage(said, { idempotencyKey: 'order 4711' });
  expect(message).toMatchObject({ kind: 'message', position: 1, from: shop.user, text: said.text });
  expect(await page.take('entries')).toMatchObject({ entries: [{ id: message.id, text: said.text }] });
  expect(await api.sendMessage(said, { idempotencyKey: 'order 4711' })).toEqual(message);
  await expect(api.sendMessage({ ...said, text: 'Another' }, { idempotencyKey: 'order 4711' })).rejects.toMatchObject(
    refused('idempotency_mismatch'),
  );
  // As it is by now, also where nothing is left of it.
  const kept = { from: 'shop', to: 'wilma', text: 'Not for you.' };
  await claim(server.port, 'Wilma');
  const wrong = await api.sendMessage(kept, { idempotencyKey: 'order 4712' });
  const clerk = await Wire.follow(server.port, shop);
  await clerk.request({ type: 'delete', in: { user: 'wilma' }, position: wrong.position });
  const gone = await api.sendMessage(kept, { idempotencyKey: 'order 4712' });
  expect(gone).toMatchObject({ id: wrong.id, text: '', deletedAt: expect.any(Number) as number });

  const where = { conversation: message.conversation };
  await page.request({ type: 'say', in: where, entry: entryId(), text: 'Thank you!' });
  const last = await api.sendMessage({ from: 'shop', ...where, text: 'You are welcome.', reply: 2 });
  expect(last).toMatchObject({ position: 3, reply: 2 });
  const first = await archive.listMessages(message.conversation, { limit: 2 });
  expect(first.entries).toMatchObject([{ position: 3 }, { position: 2, from: { address: 'bo' } }]);
  const rest = await archive.listMessages(message.conversation, { limit: 2, before: first.next });
  expect(rest).toEqual({ entries: [message] });
  expect((await archive.listConversations('bo')).conversations).toContainEqual(
    expect.objectContaining({ ...where, kind: 'direct', last: 3, unread: 1 }),
  );
  expect(await archive.listMessages('everyone')).toEqual({ entries: [] });
});

test('what cannot be said is refused, and changes nothing', async () => {
  const [, cleo] = await Promise.all([claim(server.port, 'Anna'), claim(server.port, 'Cleo')]);
  const page = await Wire.follow(server.port, cleo);
  const said = { from: 'anna', to: 'cleo', text: 'Hello' };
  await page.request({ type: 'block', user: 'anna', on: true });
  const tries: readonly (readonly [object, string])[] = [
    [said, 'person_unavailable'],
    [{ ...said, from: 'nobody' }, 'user_not_found'],
    [{ ...said, to: 'nobody' }, 'user_not_found'],
    [{ ...said, to: 'anna' }, 'self_conversation'],
    [{ from: 'anna', conversation: 'a-group-of-others', text: 'Hello' }, 'conversation_not_found'],
    [{ from: 'anna', conversation: 'everyone', text: '\u200b' }, 'text_empty'],
    [{ from: 'anna', conversation: 'everyone', text: 'x'.repeat(8_001) }, 'text_too_long'],
    [{ from: 'anna', conversation: 'everyone', text: 'Hello', reply: 7 }, 'entry_not_found'],
    [{ from: 'anna', text: 'Hello' }, 'bad_message'],
    [{ ...said, conversation: 'everyone' }, 'bad_message'],
  ];
  for (const [body, code] of tries)
    await expect(api.sendMessage(body as typeof said), code).rejects.toMatchObject(refused(code));
  await expect(archive.listMessages('no-such-conversation')).rejects.toMatchObject(refused('conversation_not_found'));
  await expect(archive.listConversations('nobody')).rejects.toMatchObject(refused('user_not_found'));
  await expect(archive.sendMessage({ ...said, to: 'bo' })).rejects.toMatchObject(refused('forbidden'));
});

test('a message of an application reaches the pages of somebody, or of one device', async () => {
  const [, dora] = await Promise.all([claim(server.port, 'Desk'), claim(server.port, 'Dora')]);
  const pages = [await Wire.signIn(server.port, dora), await Wire.signIn(server.port, dora)];
  const signal = { from: 'desk', to: { user: 'dora' }, type: 'desk.order', data: { number: 4711 } };
  await api.signal(signal);
  for (const page of pages)
    expect(await page.take('desk.order')).toEqual({ type: 'desk.order', from: { user: 'desk' }, data: { number: 4711 } });
  await api.signal({ ...signal, to: { user: 'dora', device: dora.device.id } });
  await pages[0]?.take('desk.order');
  await expect(api.signal({ ...signal, to: { user: 'dora', device: 'another' } })).rejects.toMatchObject(
    refused('not_delivered'),
  );
  await expect(api.signal({ ...signal, to: { user: 'desk' } })).rejects.toMatchObject(refused('not_delivered'));
  await expect(api.signal({ ...signal, to: { user: 'nobody' } })).rejects.toMatchObject(refused('user_not_found'));
  await expect(api.signal({ ...signal, type: 'ringing' })).rejects.toMatchObject(refused('unknown_type'));
  await expect(api.signal({ ...signal, data: 'x'.repeat(70_000) })).rejects.toMatchObject(refused('too_large'));
  await expect(archive.signal(signal)).rejects.toMatchObject(refused('forbidden'));
  await pages[0]?.request({ type: 'block', user: 'desk', on: true });
  await expect(api.signal(signal)).rejects.toMatchObject(refused('not_delivered'));
});
