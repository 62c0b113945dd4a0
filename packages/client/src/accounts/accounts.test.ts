import { describe, expect, it } from 'vitest';
import { connect } from '../connect.ts';
import { identities } from '../open.ts';
import type { Identity } from '../open.ts';
import type { Platform } from '../platform.ts';
import { settle, World } from '../world.fixture.ts';
import {
  Account,
  enterFromProvider,
  lookAtInvitation,
  providerUrl,
  renewPassword,
  signInWays,
  signInWithPassword,
  signUp,
  visit,
} from './index.ts';

const url = 'https://calls.example';
const anna = { token: 'token', user: { address: 'anna', name: 'Anna' }, device: { id: 'device', name: 'Test on Node' } };

/** A browser whose server gives this answer, and what it was asked: `METHOD path`, body, whether with a token. */
function browser(answer: object, status = 200): { asked: unknown[]; platform: Platform; world: World } {
  const world = new World();
  const asked: unknown[] = [];
  world.fetch = (address, { method, body, headers }) => {
    const said = typeof body === 'string' ? (JSON.parse(body) as unknown) : undefined;
    asked.push([`${method ?? 'GET'} ${address.replace(url, '')}`, said, 'authorization' in (headers as object)]);
    return Promise.resolve(Response.json(answer, { status }));
  };
  return { asked, platform: world.platform, world };
}

describe('the ways in', () => {
  it.each([
    ['session', { name: 'Anna', password: 'p' }, (on: Platform) => signInWithPassword(url, 'Anna', 'p', on)],
    [
      'accounts',
      { invite: 'c', name: 'Anna', password: 'p' },
      (on: Platform) => signUp(url, 'c', { name: 'Anna', password: 'p' }, on),
    ],
    ['guests', { invite: 'c', name: 'Anna' }, (on: Platform) => visit(url, 'c', 'Anna', on)],
    ['password', { invite: 'c', password: 'p' }, (on: Platform) => renewPassword(url, 'c', 'p', on)],
    ['oidc/session', { code: 'c' }, (on: Platform) => enterFromProvider(url, 'c', on)],
  ])('by %s leave whoever has come with the browser', async (path, body, enter) => {
    const { asked, platform } = browser(anna);
    expect(await enter(platform)).toEqual({ ...anna, url: `${url}/` });
    expect(asked).toEqual([[`POST /v1/${path}`, { ...body, device: platform.deviceName }, false]]);
    expect(identities(url, platform).map(({ user }) => user.name)).toEqual(['Anna']);
  });

  it('are told by the server, as is what a link is for', async () => {
    const { asked, platform } = browser({});
    await signInWays(url, platform);
    await lookAtInvitation(url, 'c', platform);
    expect(asked).toEqual([
      ['GET /v1/sign-in', undefined, false],
      ['POST /v1/invites/look', { invite: 'c' }, false],
    ]);
    expect(providerUrl(`${url}/phone/`, 'a&b')).toBe(`${url}/phone/v1/oidc/start?invite=a%26b`);
    expect(providerUrl(url)).toBe(`${url}/v1/oidc/start`);
  });

  it('are refused with what the server says', async () => {
    const { platform } = browser({ error: { code: 'credentials_wrong', message: 'Wrong.' } }, 401);
    await expect(signInWithPassword(url, 'Anna', 'p', platform)).rejects.toMatchObject({ code: 'credentials_wrong' });
    expect(identities(url, platform)).toEqual([]);
  });
});

it('asks for its own and those of others with its token', async () => {
  const { asked, platform } = browser({ invites: [] });
  const identity: Identity = { ...anna, url: `${url}/` };
  const account = new Account(identity, platform);
  await account.session();
  await account.changePassword('old', 'new', { signOutOthers: true });
  expect(await account.invitations()).toEqual([]);
  await account.takeBack('a/b');
  await account.accounts('member', 'bo');
  await account.setRole('bo', 'admin');
  await account.close('bo');
  await account.invite({ role: 'guest' });
  await account.passwordLink('bo');
  await account.signOut();
  expect(asked).toEqual([
    ['GET /v1/session', undefined, true],
    ['PUT /v1/account/password', { current: 'old', next: 'new', signOutOthers: true }, true],
    ['GET /v1/invites', undefined, true],
    ['DELETE /v1/invites/a%2Fb', undefined, true],
    ['GET /v1/accounts?role=member&after=bo', undefined, true],
    ['PATCH /v1/accounts/bo', { role: 'admin' }, true],
    ['DELETE /v1/accounts/bo', undefined, true],
    ['POST /v1/invites', { role: 'guest' }, true],
    ['POST /v1/accounts/bo/password-link', undefined, true],
    ['DELETE /v1/session', undefined, true],
  ]);
});

it('is told that a device is signed out, where a name cannot be taken instead', async () => {
  const { platform, world } = browser(anna);
  await signInWithPassword(url, 'Anna', 'p', platform);
  world.fetch = () => Promise.resolve(Response.json({ error: { code: 'not_found', message: 'x' } }, { status: 404 }));
  const opening = connect({ url }, platform);
  for (let wait = 0; wait < 4; wait += 1) await settle();
  world.socket.open();
  await settle();
  world.socket.refuse('hello', 'unauthorized');
  await expect(opening).rejects.toMatchObject({ code: 'unauthorized' });
});
