/** What pages are told that show devices and accounts: that they show something of before, and why they are signed out. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningServer } from '../../packages/server/src/server.ts';
import { ask, firstAdmin, guest, invite, password, signUp } from '../support/accounts.ts';
import type { Answer } from '../support/accounts.ts';
import { claim, startServer, Wire } from '../support/wire.ts';
import type { Identity, SignedIn } from '../support/wire.ts';

let server: RunningServer;
let ada: Identity;
let names = 0;
const opened: Wire[] = [];

beforeAll(async () => {
  server = await startServer({ accounts: true });
  ada = await firstAdmin(server);
});
afterAll(async () => {
  for (const wire of opened) wire.close();
  await server.stop();
});

async function signIn(identity: Identity, { port }: RunningServer = server): Promise<SignedIn> {
  const wire = await Wire.signIn(port, identity);
  opened.push(wire);
  return wire;
}

/** Somebody with an account, and a page of theirs. */
async function member(): Promise<Identity & { readonly wire: SignedIn }> {
  names += 1;
  const identity = await signUp(server.port, await invite(server.port, ada, { role: 'member' }), `Member ${names}`);
  return { ...identity, wire: await signIn(identity) };
}

const post = (path: string, body: unknown, token?: string): Promise<Answer> => ask(server.port, 'POST', path, body, token);
const told = (wire: Wire, type: string): boolean => wire.received.some((message) => message.type === type);

describe('that devices have changed', () => {
  it('hear the others of the same person, where people have accounts', async () => {
    const [bo, cora] = [await member(), await member()];
    const { body } = await post('/v1/session', { name: bo.user.name, password, device: 'Phone' });
    await bo.wire.take('devices');
    const phone = await signIn(body as unknown as Identity);
    await ask(server.port, 'DELETE', '/v1/session', undefined, String(body['token']));
    expect(await phone.end()).toMatchObject({ reason: 'signed_out' });
    await bo.wire.take('devices');
    expect(told(cora.wire, 'devices')).toBe(false);
  });

  it('hear the others of the same person, where a name is all', async () => {
    const open = await startServer();
    const anna = await claim(open.port, 'Anna');
    const wire = await signIn(anna, open);
    const link = await ask(open.port, 'POST', '/v1/open/link', {}, anna.token);
    const joined = await ask(open.port, 'POST', '/v1/open/join', { code: link.body['code'], device: 'Phone' });
    await wire.take('devices');
    const phone = await signIn(joined.body as unknown as Identity, open);
    const { device } = joined.body as unknown as Identity;
    await phone.request({ type: 'remove_device', device: anna.device.id });
    // The page that goes hears of its end alone, and the one that has asked knows it by the answer.
    expect(await wire.end()).toMatchObject({ reason: 'signed_out' });
    expect(told(phone, 'devices')).toBe(false);
    expect(device.name).toBe('Phone');
    await open.stop();
  });
});

describe('that accounts have changed', () => {
  it('hear administrators who are there, and whoever has made the link', async () => {
    const [bo, cora, admin] = [await member(), await member(), await signIn(ada)];
    const visitor = await guest(server.port, bo, 'Gil');
    for (const wire of [admin, bo.wire]) await wire.take('accounts');
    await ask(server.port, 'DELETE', `/v1/accounts/${visitor.user.address}`, undefined, ada.token);
    await admin.take('accounts');
    await ask(server.port, 'PATCH', `/v1/accounts/${bo.user.address}`, { role: 'admin' }, ada.token);
    for (const wire of [admin, bo.wire]) await wire.take('accounts');
    const link = await post(`/v1/accounts/${cora.user.address}/password-link`, {}, ada.token);
    await post('/v1/password', { invite: link.body['code'], password: 'another long password' });
    await admin.take('accounts');
    expect(told(cora.wire, 'accounts')).toBe(false);
  });
});

async function reasonOf(wire: Wire): Promise<string | undefined> {
  const { error } = await wire.take('error');
  expect(await wire.end()).toMatchObject({ code: 4401, reason: 'signed_out' });
  return error?.code;
}

describe('why they are signed out', () => {
  it('hear those whose account was closed, and whose visit was ended', async () => {
    const bo = await member();
    const visitor = await guest(server.port, ada, 'Gil');
    const wire = await signIn(visitor);
    for (const { user } of [bo, visitor])
      await ask(server.port, 'DELETE', `/v1/accounts/${user.address}`, undefined, ada.token);
    expect([await reasonOf(bo.wire), await reasonOf(wire)]).toEqual(['account_closed', 'visit_ended']);
  });

  it('hear those whose password was changed elsewhere, and whoever signs out hears no reason', async () => {
    const bo = await member();
    const other = await post('/v1/session', { name: bo.user.name, password, device: 'Phone' });
    const phone = await signIn(other.body as unknown as Identity);
    await ask(
      server.port,
      'PUT',
      '/v1/account/password',
      { current: password, next: 'another long password', signOutOthers: true },
      bo.token,
    );
    expect(await reasonOf(phone)).toBe('password_changed');
    const link = await post(`/v1/accounts/${bo.user.address}/password-link`, {}, ada.token);
    const renewed = await post('/v1/password', { invite: link.body['code'], password: 'yet another password' });
    expect(await reasonOf(bo.wire)).toBe('password_changed');
    const last = await signIn(renewed.body as unknown as Identity);
    await ask(server.port, 'DELETE', '/v1/session', undefined, String(renewed.body['token']));
    expect(await last.end()).toMatchObject({ reason: 'signed_out' });
    expect(told(last, 'error')).toBe(false);
  });
});

describe('the ways in', () => {
  it('say that nobody has an account, until somebody has one', async () => {
    const fresh = await startServer({ accounts: true });
    const ways = async (): Promise<unknown> => (await ask(fresh.port, 'GET', '/v1/sign-in')).body['empty'];
    expect(await ways()).toBe(true);
    await firstAdmin(fresh);
    expect(await ways()).toBeUndefined();
    await fresh.stop();
  });
});
