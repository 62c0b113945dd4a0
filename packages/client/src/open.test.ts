import { describe, expect, it } from 'vitest';
import { connect } from './connect.ts';
import { OffhookError } from './errors.ts';
import { forgetIdentity, identities, identityOfTab, joinByLink, linkDevice } from './open.ts';
import type { Platform } from './platform.ts';
import { FakeKeep, settle, welcome, World } from './world.fixture.ts';

const url = 'https://calls.example';

interface Asked {
  readonly path: string;
  readonly body: unknown;
  readonly authorization: string | undefined;
}

/** A browser with a server behind it that gives each claimed name to whoever comes first. */
class Browser {
  readonly asked: Asked[] = [];
  /** Counts the data that the server has begun with. */
  life = 1;
  readonly taken = new Set<string>();
  readonly keep = new FakeKeep();

  tab(): { world: World; platform: Platform } {
    const world = new World();
    world.fetch = (address, init) => Promise.resolve(this.#answer(address, init));
    const platform: Platform = { ...world.platform, browser: this.keep };
    return { world, platform };
  }

  #answer(address: string, { body, headers }: RequestInit): Response {
    const path = address.replace(url, '');
    const fields = JSON.parse(typeof body === 'string' ? body : '{}') as { name?: string; code?: string };
    const { authorization } = headers as { authorization?: string };
    this.asked.push({ path, body: fields, authorization });
    if (path === '/v1/open/link') return Response.json({ code: '123456', expiresInMs: 300_000 });
    const name = fields.name ?? 'Anna';
    if (fields.code === 'old') return Response.json({ error: { code: 'link_invalid', message: 'x' } }, { status: 410 });
    if (this.taken.has(name)) {
      return Response.json({ error: { code: 'name_taken', message: 'x' }, suggestions: [`${name} 2`] }, { status: 409 });
    }
    this.taken.add(name);
    const user = { address: name.toLowerCase(), name };
    const whose = this.life === 1 ? name : `${name} in life ${this.life}`;
    return Response.json({ token: `token of ${whose}`, user, device: { id: `device of ${whose}`, name: 'Test on Node' } });
  }

  /** The server is started on no data, or on other data. */
  begin(life: number): void {
    this.life = life;
    this.taken.clear();
  }
}

/** Signs in to a server that refuses all tokens but this one, and tells which were tried. */
async function tries({ world, platform }: ReturnType<Browser['tab']>, right: string): Promise<string[]> {
  const tried: string[] = [];
  const opening = connect({}, platform);
  for (let isRight = false; !isRight;) {
    for (let wait = 0; wait < 4; wait += 1) await settle();
    world.socket.open();
    await settle();
    const token = String(world.socket.last('hello')['token']);
    tried.push(token);
    isRight = token === right;
    if (!isRight) world.socket.refuse('hello', 'unauthorized');
  }
  world.socket.answer('hello', { ...welcome, user: { address: 'anna', name: 'Anna' } });
  await opening;
  return tried;
}

async function signIn({ world, platform }: ReturnType<Browser['tab']>, name?: string): Promise<string> {
  const opening = connect({ name }, platform);
  await settle();
  await settle();
  const user = { address: (name ?? 'anna').toLowerCase(), name: name ?? 'Anna' };
  await world.welcome({ user });
  await opening;
  return String(world.socket.last('hello')['token']);
}

async function errorOf(promise: Promise<unknown>): Promise<OffhookError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof OffhookError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

describe('open mode', () => {
  it('takes a name once, and signs in with what it got for it from then on', async () => {
    const browser = new Browser();
    expect(await signIn(browser.tab(), 'Anna')).toBe('token of Anna');
    expect(browser.asked).toEqual([{ path: '/v1/open/claim', body: { name: 'Anna', device: 'Test on Node' } }]);
    const tab = browser.tab();
    expect(await signIn(tab, 'anna')).toBe('token of Anna');
    expect(await signIn(tab)).toBe('token of Anna');
    expect(browser.asked).toHaveLength(1);
  });

  it('knows several people in one browser, and in each tab its own', async () => {
    const browser = new Browser();
    const [first, second] = [browser.tab(), browser.tab()];
    await signIn(first, 'Anna');
    await signIn(second, 'Bo');
    expect(identities(url, first.platform).map(({ user }) => user.name)).toEqual(['Bo', 'Anna']);
    expect(identityOfTab(url, first.platform)?.user.name).toBe('Anna');
    expect(identityOfTab(url, second.platform)?.user.name).toBe('Bo');
    expect(identityOfTab(url, browser.tab().platform)).toBeUndefined();
    expect(identities('https://other.example', first.platform)).toEqual([]);
    expect(await signIn(browser.tab())).toBe('token of Bo');
  });

  it('says which names are free when one is taken', async () => {
    const browser = new Browser();
    browser.taken.add('Anna');
    const error = await errorOf(connect({ name: 'Anna' }, browser.tab().platform));
    expect([error.code, error.suggestions]).toEqual(['name_taken', ['Anna 2']]);
    expect((await errorOf(connect({}, browser.tab().platform))).code).toBe('name_needed');
  });

  it('claims the name anew when the server has forgotten everybody, and is known again when it remembers', async () => {
    const browser = new Browser();
    await signIn(browser.tab(), 'Anna');
    browser.begin(2);
    const second = 'token of Anna in life 2';
    expect(await tries(browser.tab(), second)).toEqual(['token of Anna', second]);
    expect(browser.asked.map(({ path }) => path)).toEqual(['/v1/open/claim', '/v1/open/claim']);
    expect(identities(url, browser.tab().platform).map(({ token }) => token)).toEqual([second]);
    browser.begin(1);
    expect(await tries(browser.tab(), 'token of Anna')).toEqual([second, 'token of Anna']);
    expect(browser.asked).toHaveLength(2);
    expect(await signIn(browser.tab())).toBe('token of Anna');
  });

  it('keeps a few tokens of one person, and drops the oldest', async () => {
    const browser = new Browser();
    await signIn(browser.tab(), 'Anna');
    const tokens = ['token of Anna'];
    for (let life = 2; life <= 6; life += 1) {
      browser.begin(life);
      tokens.unshift(`token of Anna in life ${life}`);
      expect(await tries(browser.tab(), tokens[0] ?? '')).toHaveLength(Math.min(life, 5));
    }
    browser.begin(7);
    expect(await tries(browser.tab(), 'token of Anna in life 7')).toEqual([...tokens.slice(0, 4), 'token of Anna in life 7']);
  });

  it('forgets a person whom the server has signed out here', async () => {
    const browser = new Browser();
    const tab = browser.tab();
    await signIn(tab, 'Anna');
    tab.world.socket.drop('signed_out');
    await settle();
    expect(identities(url, tab.platform)).toEqual([]);
    expect((await errorOf(connect({}, browser.tab().platform))).code).toBe('name_needed');
  });

  it('joins another device by a code', async () => {
    const browser = new Browser();
    const { world, platform } = browser.tab();
    await signIn({ world, platform }, 'Bo');
    const [bo] = identities(url, platform);
    if (bo === undefined) throw new Error('nobody');
    expect(await linkDevice(bo, platform)).toEqual({ code: '123456', expiresInMs: 300_000 });
    expect(browser.asked.at(-1)?.authorization).toBe('Bearer token of Bo');
    expect((await joinByLink(url, '123456', platform)).user.name).toBe('Anna');
    expect(identityOfTab(url, platform)?.user.name).toBe('Anna');
    expect((await errorOf(joinByLink(url, 'old', platform))).code).toBe('link_invalid');
    forgetIdentity(bo, platform);
    expect(identities(url, platform).map(({ user }) => user.name)).toEqual(['Anna']);
  });

  it('says so when the server does not answer', async () => {
    expect((await errorOf(connect({ name: 'Anna' }, new World().platform))).code).toBe('unreachable');
  });
});
