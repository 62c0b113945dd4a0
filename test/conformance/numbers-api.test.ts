/** Telephone numbers as programs set them, over a real server. */
import { createHash } from 'node:crypto';
import { OffhookApi } from '@offhook/api';
import { expect, onTestFinished, test } from 'vitest';
import { newApiKey } from '../../packages/server/src/ports/api-keys.ts';
import { claim, post, startServer } from '../support/wire.ts';

const digest = (value: string): string => createHash('sha256').update(value).digest('base64url');
const [full, looking] = [newApiKey('A'.repeat(43), digest), newApiKey('B'.repeat(43), digest, ['trunks.read'])];
const number = '+4930123450';

async function start(): Promise<{ readonly api: OffhookApi; readonly looker: OffhookApi; readonly port: number }> {
  const server = await startServer({ apiKeys: [full.setting, looking.setting.replace('app:', 'looker:')] });
  onTestFinished(() => server.stop());
  const url = `http://127.0.0.1:${server.port}`;
  await claim(server.port, 'Bo');
  return {
    port: server.port,
    api: new OffhookApi({ url, key: full.key }),
    looker: new OffhookApi({ url, key: looking.key }),
  };
}

const refused = (code: string): object => ({ code });

test('a number is set as a whole, seen, and forgotten', async () => {
  const { api, looker } = await start();
  expect(await looker.trunks.numbers()).toEqual([]);
  const lead = { to: 'user', user: 'bo' } as const;
  const own = await api.trunks.setNumber(number, {
    name: 'Support',
    lead,
    rules: [{ when: { weekdays: [6, 7] }, lead: { to: 'number', number: '+4930123451' } }],
    zone: 'Europe/Berlin',
  });
  expect(own).toMatchObject({ number, name: 'Support', lead });
  expect(await looker.trunks.number(number)).toEqual(own);
  expect(await api.trunks.setNumber(number, { lead })).toEqual({ number, lead });
  expect(await looker.trunks.numbers()).toEqual([{ number, lead }]);
  await api.trunks.removeNumber(number);
  await expect(looker.trunks.number(number)).rejects.toMatchObject(refused('number_not_found'));
  await expect(api.trunks.removeNumber(number)).rejects.toMatchObject(refused('number_not_found'));
});

test.each([
  ['leads to nobody', { lead: { to: 'user', user: 'nobody' } }, 'user_not_found'],
  ['leads to no group', { lead: { to: 'group', conversation: 'nothing' } }, 'conversation_not_found'],
  ['leads to no meeting', { lead: { to: 'meeting', meeting: 'nothing-nothing-no' } }, 'meeting_not_found'],
  ['leads to itself', { lead: { to: 'number', number } }, 'self_forward'],
  ['leads where nobody takes messages', { lead: { to: 'voicemail', user: 'bo' } }, 'lead_unavailable'],
  ['has rules of no time zone', { lead: { to: 'user', user: 'bo' }, zone: 'Europe/Nowhere' }, 'zone_invalid'],
  [
    'has a day of no week',
    { lead: { to: 'user', user: 'bo' }, rules: [{ when: { weekdays: [8] }, lead: { to: 'user', user: 'bo' } }] },
    'bad_message',
  ],
  ['says more than is known', { lead: { to: 'user', user: 'bo' }, more: true }, 'bad_message'],
] as const)('a number that %s is refused, and nothing has changed', async (_, setting, code) => {
  const { api, looker } = await start();
  await expect(api.trunks.setNumber(number, setting as never)).rejects.toMatchObject(refused(code));
  expect(await looker.trunks.numbers()).toEqual([]);
});

test('what is no number is refused, and who may only look sets none', async () => {
  const { api, looker } = await start();
  const setting = { lead: { to: 'user', user: 'bo' } } as const;
  await expect(api.trunks.setNumber('0301234', setting)).rejects.toMatchObject(refused('bad_message'));
  await expect(looker.trunks.setNumber(number, setting)).rejects.toMatchObject(refused('forbidden'));
});

test.each([
  [['meetings', 'sessions'], 403, 'forbidden'],
  [['meetings', 'sessions', 'calls'], 409, 'trunks_unavailable'],
] as const)('a key with the scopes %j that has a number called is answered %i', async (scopes, status, code) => {
  const key = newApiKey('C'.repeat(43), digest, [...scopes]);
  const server = await startServer({ apiKeys: [key.setting] });
  onTestFinished(() => server.stop());
  await claim(server.port, 'Bo');
  for (const path of ['/v1/meetings/weekly/calls', '/v1/sessions/weekly/participants/somebody/calls']) {
    const answer = await post(server.port, path, { to: number, from: 'bo' }, { authorization: `Bearer ${key.key}` });
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ error: { code } });
  }
});
