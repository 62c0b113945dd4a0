import { leftCode } from '@offhook/core';
import type { ReplyOf } from '@offhook/core';
import { describe, expect, it } from 'vitest';
import { Connection } from './connection.ts';
import type { OffhookError } from './errors.ts';
import type { Outcome } from './outbox.ts';
import { Tab } from './tab.ts';
import { FakeKeep, settle, welcome, World } from './world.fixture.ts';
import type { Message } from './world.fixture.ts';

const url = 'wss://calls.example/v1/ws';

class Page {
  readonly world: World;
  readonly connection: Connection;
  readonly told: unknown[] = [];
  readonly states: string[] = [];
  readonly welcomes: ReplyOf<'hello'>[] = [];
  ended: OffhookError | 'no error' | undefined;
  networkChanges = 0;

  constructor(world = new World(), token: () => string | Promise<string> = () => 'secret') {
    this.world = world;
    this.connection = new Connection(
      { platform: world.platform, url, token, tab: new Tab(world.platform, url, 'offhook') },
      {
        state: (state) => this.states.push(state),
        welcome: (reply) => this.welcomes.push(reply),
        event: (event) => this.told.push(event),
        tokenExpiring: (inMs) => this.told.push({ expires: inMs }),
        message: (message) => this.told.push(message),
        error: (error) => this.told.push(error.code),
        networkChanged: () => {
          this.networkChanges += 1;
        },
        closed: (error) => {
          this.ended = error ?? 'no error';
        },
        calls: () => ['call-1'],
      },
    );
  }

  ask(message: Parameters<Connection['ask']>[0], insist = false): (Outcome | undefined)[] {
    const outcomes: (Outcome | undefined)[] = [];
    this.connection.ask(message, (outcome) => outcomes.push(outcome), insist);
    return outcomes;
  }

  /** The sequence numbers of the events it was told. */
  get seqs(): unknown[] {
    return this.told.map((event) => (event as { seq?: number }).seq);
  }
}

async function online(page = new Page()): Promise<Page> {
  await page.world.welcome();
  return page;
}

const event = (seq: number): object => ({ seq, type: 'peer', call: 'call-1', state: 'here' });
const hangup = { type: 'hangup', call: 'call-0123456789ab' } as const;
/** The token of the last sign-in. */
const hello = (page: Page): unknown => page.world.socket.last('hello')['token'];
const types = (messages: readonly Message[]): unknown[] => messages.map(({ type }) => type);

describe('signing in', () => {
  it('says hello first, with the token and the calls of this page', async () => {
    const page = await online();
    expect(page.world.socket.url).toBe(url);
    expect(page.world.socket.sent).toEqual([
      { id: expect.any(String), type: 'hello', version: 1, token: 'secret', calls: ['call-1'] },
    ]);
    expect(page.states).toEqual(['online']);
    expect(page.welcomes).toHaveLength(1);
  });

  it('ends with the reason when it is refused for good, and tries no more', async () => {
    const page = new Page();
    await settle();
    page.world.socket.open();
    await settle();
    const asked = page.ask(hangup);
    page.world.socket.refuse('hello', 'unauthorized');
    expect(page.ended).toMatchObject({ code: 'unauthorized' });
    expect(asked).toEqual([{ error: expect.objectContaining({ code: 'unauthorized' }) }]);
    expect(page.connection.state).toBe('closed');
    await page.world.clock.pass(600_000);
    expect(page.world.sockets).toHaveLength(1);
    expect(page.world.clock.waiting).toBe(0);
  });

  it('ends when the server closes the socket for a reason that will not pass', async () => {
    const page = await online();
    page.world.socket.drop('forbidden');
    expect(page.ended).toMatchObject({ code: 'forbidden' });
  });

  it('tries again when the refusal passes', async () => {
    const page = new Page();
    await settle();
    page.world.socket.open();
    await settle();
    page.world.socket.refuse('hello', 'rate_limited');
    await page.world.clock.pass(1_000);
    expect(page.world.sockets).toHaveLength(2);
    await page.world.welcome();
    expect(page.connection.state).toBe('online');
  });

  it('asks for a token at each sign-in, and again later when it cannot be had', async () => {
    let count = 0;
    const page = new Page(new World(), async () => {
      count += 1;
      if (count === 2) throw new Error('offline');
      return `token ${count}`;
    });
    await page.world.welcome();
    page.world.socket.drop();
    await page.world.clock.pass(500);
    expect(page.connection.trouble).toEqual(new Error('offline'));
    await page.world.clock.pass(2_000);
    await page.world.welcome({ resumed: true });
    expect(hello(page)).toBe('token 3');
    expect(page.world.sockets).toHaveLength(2);
  });

  it('waits for a token as long as it takes: the server waits only a while for the hello', async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    let count = 0;
    const page = new Page(new World(), () => ((count += 1) === 1 ? 'token 1' : promise));
    await page.world.welcome();
    page.world.socket.drop();
    await page.world.clock.pass(60_000);
    page.world.network('visible');
    await settle();
    expect([count, page.world.sockets.length, page.connection.state]).toEqual([2, 1, 'reconnecting']);
    resolve('token 2');
    await page.world.welcome({ resumed: true });
    expect([hello(page), page.connection.state]).toEqual(['token 2', 'online']);
  });

  it('asks for another token on another network, and forgets the one that comes too late', async () => {
    const tokens = Array.from({ length: 2 }, () => Promise.withResolvers<string>());
    let count = 0;
    const page = new Page(new World(), () => tokens[(count += 1) - 1]?.promise ?? '');
    await settle();
    page.world.network('online');
    await settle();
    tokens[1]?.resolve('token 2');
    await settle();
    tokens[0]?.resolve('token 1');
    await page.world.welcome();
    expect([hello(page), page.world.sockets.length]).toEqual(['token 2', 1]);
  });

  it('opens nothing for a token that comes after the end', async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const page = new Page(new World(), () => promise);
    await settle();
    await page.connection.close();
    resolve('late');
    await settle();
    expect([page.ended, page.world.sockets.length, page.world.clock.waiting]).toEqual(['no error', 0, 0]);
  });

  it('tries again when its hello came too late for the server', async () => {
    const page = await online();
    page.world.socket.drop('hello_expected');
    await page.world.clock.pass(1_000);
    await page.world.welcome({ resumed: true });
    expect([page.states, page.ended]).toEqual([['online', 'reconnecting', 'online'], undefined]);
  });
});

describe('durable requests', () => {
  it('are sent again under their id after a reconnect, in order, until they are answered', async () => {
    const page = new Page();
    const early = page.ask({ type: 'ice' });
    await page.world.welcome();
    const first = page.ask(hangup);
    const second = page.ask({ type: 'settings', change: {} });
    const { sent: before } = page.world.socket;
    expect(types(before)).toEqual(['hello', 'ice', 'hangup', 'settings']);
    page.world.socket.answer('ice', welcome.ice);
    page.world.socket.drop();
    await page.world.clock.pass(500);
    const third = page.ask({ type: 'rename', name: 'Al' });
    await page.world.welcome();
    const { sent: after } = page.world.socket;
    expect(types(after)).toEqual(['hello', 'hangup', 'settings', 'rename']);
    expect(after[1]?.['id']).toBe(before[2]?.['id']);
    expect(after[2]?.['id']).toBe(before[3]?.['id']);
    page.world.socket.answer('hangup');
    page.world.socket.answer('hangup');
    expect([early.length, first, second, third]).toEqual([1, [{ ok: {} }], [], []]);
  });

  it('fail with what the server says', async () => {
    const page = await online();
    const asked = page.ask(hangup);
    page.world.socket.give({
      re: page.world.socket.last('hangup')['id'],
      error: { code: 'call_not_found', message: 'No', detail: 'why' },
    });
    expect(asked).toEqual([{ error: expect.objectContaining({ code: 'call_not_found', detail: 'why' }) }]);
  });

  it('insisted upon are asked anew, under another id, for as long as the refusal passes', async () => {
    const page = await online();
    const asked = page.ask(hangup, true);
    const { id } = page.world.socket.last('hangup');
    page.world.socket.refuse('hangup', 'store_failed');
    expect(asked).toEqual([]);
    await page.world.clock.pass(1_000);
    expect(page.world.socket.last('hangup')['id']).not.toBe(id);
    page.world.socket.answer('hangup');
    expect(asked).toEqual([{ ok: {} }]);
    const given = page.ask(hangup, true);
    for (let tries = 0; tries < 12; tries += 1) {
      const { id: before } = page.world.socket.last('hangup');
      page.world.socket.refuse('hangup', 'rate_limited');
      for (let waits = 0; waits < 250 && page.world.socket.last('hangup')['id'] === before; waits += 1)
        await page.world.clock.pass(100);
      expect(page.world.socket.last('hangup')['id']).not.toBe(before);
    }
    page.world.socket.refuse('hangup', 'call_not_found');
    expect(given).toEqual([{ error: expect.objectContaining({ code: 'call_not_found' }) }]);
  });

  it('about a call wait until its invite is answered, and share its fate', async () => {
    const page = await online();
    const media = { audio: true, video: false };
    const invited = page.ask({ type: 'invite', call: hangup.call, to: 'bo', media, offer: { type: 'offer', sdp: '' } });
    const update = page.ask(
      { type: 'update', call: hangup.call, side: { n: 1, held: true, muted: false, camera: false } },
      true,
    );
    page.ask({ type: 'hangup', call: 'call-of-somebody-else' });
    page.ask(hangup);
    expect(types(page.world.socket.sent)).toEqual(['hello', 'invite', 'hangup']);
    page.world.socket.drop();
    await page.world.clock.pass(500);
    await page.world.welcome();
    expect(types(page.world.socket.sent)).toEqual(['hello', 'invite', 'hangup']);
    page.world.socket.answer('invite', { call: hangup.call });
    expect(invited).toEqual([{ ok: { call: hangup.call } }]);
    expect(types(page.world.socket.sent)).toEqual(['hello', 'invite', 'hangup', 'update', 'hangup']);
    expect(update).toEqual([]);

    const other = { type: 'hangup', call: 'call-abcdefghijkl' } as const;
    page.ask({ type: 'invite', call: other.call, to: 'bo', media, offer: { type: 'offer', sdp: '' } });
    const late = page.ask(other, true);
    page.world.socket.refuse('invite', 'store_failed');
    expect(late).toEqual([{ error: expect.objectContaining({ code: 'store_failed' }) }]);
    expect(page.world.socket.last('hangup')['call']).toBe(hangup.call);
  });

  it('too large for the server are not sent', async () => {
    const page = await online();
    expect(page.ask({ type: 'rename', name: 'x'.repeat(70_000) })).toEqual([
      { error: expect.objectContaining({ code: 'too_large' }) },
    ]);
    expect(() => page.connection.say({ type: 'acme.x', to: { user: 'bo' }, data: 'ü'.repeat(40_000) })).toThrow(/too large/);
    expect(types(page.world.socket.sent)).toEqual(['hello']);
  });

  it('fail when the connection has been closed', async () => {
    const page = await online();
    const asked = page.ask({ type: 'ice' });
    void page.connection.close();
    page.world.socket.answer('bye');
    await settle();
    expect(page.ended).toBe('no error');
    expect(asked).toEqual([{ error: expect.objectContaining({ code: 'closed' }) }]);
    expect(page.ask({ type: 'ice' })).toEqual([{ error: expect.objectContaining({ code: 'closed' }) }]);
  });
});

describe('events', () => {
  it('are told in order and once, over a resume', async () => {
    const page = new Page();
    await page.world.welcome({ seq: 6 });
    page.world.socket.give(event(7));
    page.world.socket.give(event(8));
    page.world.socket.give(event(8));
    page.world.socket.drop();
    await page.world.clock.pass(500);
    await page.world.welcome({ resumed: true });
    expect(page.world.socket.last('hello')).toMatchObject({ resume: 'secret-1', seq: 8 });
    page.world.socket.give(event(8));
    page.world.socket.give(event(9));
    expect(page.seqs).toEqual([7, 8, 9]);
  });

  it('that are missing are asked for', async () => {
    const page = await online();
    page.world.socket.give(event(1));
    page.world.socket.give(event(3));
    expect(page.world.socket.isClosed).toBe(true);
    await page.world.clock.pass(500);
    await page.world.welcome({ resumed: true });
    expect(page.world.socket.last('hello')).toMatchObject({ seq: 1 });
    for (const seq of [2, 3]) page.world.socket.give(event(seq));
    expect(page.seqs).toEqual([1, 2, 3]);
  });

  it('go on from where the server says when it could not resume', async () => {
    const page = await online();
    page.world.socket.give(event(1));
    page.world.socket.drop();
    await page.world.clock.pass(500);
    await page.world.welcome({ resumed: false, seq: 5 });
    page.world.socket.give(event(5));
    page.world.socket.give(event(6));
    expect(page.seqs).toEqual([1, 6]);
    expect(page.welcomes).toHaveLength(2);
  });

  it('of applications and errors without a request are told', async () => {
    const page = await online();
    const message = { type: 'acme.cursor', from: { user: 'bo', device: 'd' }, data: { x: 1 } };
    page.world.socket.give(message);
    page.world.socket.give({ type: 'error', error: { code: 'not_delivered', message: '' }, about: 'acme.cursor' });
    page.world.socket.give({ type: 'news of a later version' });
    expect(page.told).toEqual([message, 'not_delivered']);
  });
});

describe('a lost connection', () => {
  it('is tried for again at growing distances, and at once when the network is back', async () => {
    const page = await online();
    await page.world.clock.pass(15_000);
    const opened: number[] = [];
    page.world.socket.drop();
    expect(page.states).toEqual(['online', 'reconnecting']);
    for (let tries = 0; tries < 8; tries += 1) {
      const from = page.world.clock.now();
      const { length } = page.world.sockets;
      while (page.world.sockets.length === length) await page.world.clock.pass(50);
      opened.push(page.world.clock.now() - from);
      page.world.socket.drop();
    }
    expect(opened[0]).toBeLessThan(500);
    expect(opened.every((distance, index) => index === 0 || distance >= (opened[index - 1] ?? 0) - 50)).toBe(true);
    expect(opened.at(-1)).toBeGreaterThan(5_000);
    expect(Math.max(...opened)).toBeLessThanOrEqual(15_300);
    const { length } = page.world.sockets;
    page.world.network('online');
    await settle();
    expect(page.world.sockets).toHaveLength(length + 1);
  });

  it('is one connection also when the network comes back while the page is loading', async () => {
    const page = new Page();
    // Before the connection that this tab had is known.
    page.world.network('online');
    await settle();
    expect(page.world.sockets.filter(({ isClosed }) => !isClosed)).toHaveLength(1);
    await page.world.welcome();
    expect(page.connection.state).toBe('online');
    expect(page.world.socket.isClosed).toBe(false);
  });

  it('is found by silence, and not waited for', async () => {
    const page = new Page();
    await page.world.welcome({ seq: 3 });
    await page.world.clock.pass(20_000);
    expect(page.world.socket.pings).toEqual([{ type: 'ping', seq: 3 }]);
    page.world.socket.give(event(4));
    const zombie = page.world.socket;
    zombie.answersPings = false;
    await page.world.clock.pass(20_000);
    expect(zombie.pings).toEqual([
      { type: 'ping', seq: 3 },
      { type: 'ping', seq: 4 },
    ]);
    await page.world.clock.pass(10_000);
    expect(zombie.isClosed).toBe(true);
    expect(page.world.sockets).toHaveLength(2);
    await page.world.welcome({ resumed: true });
    zombie.give(event(5));
    zombie.drop();
    expect(page.seqs).toEqual([4]);
    expect(page.connection.state).toBe('online');
    expect(page.world.sockets).toHaveLength(2);
  });

  it('is found when a request remains without an answer', async () => {
    const page = await online();
    page.ask(hangup);
    await page.world.clock.pass(9_000);
    expect(page.world.sockets).toHaveLength(2);
  });

  it('is given up while it is being opened, too', async () => {
    const page = new Page();
    await page.world.clock.pass(10_000);
    expect(page.world.sockets).toHaveLength(2);
    expect(page.world.sockets[0]?.isClosed).toBe(true);
  });

  it('is doubted when the network changes, which is told once the server is there again', async () => {
    const page = await online();
    page.world.network('changed');
    expect(page.networkChanges).toBe(0);
    await settle();
    expect(page.networkChanges).toBe(1);
    page.world.socket.answersPings = false;
    page.world.network('online');
    await page.world.clock.pass(3_000);
    expect(page.world.sockets).toHaveLength(2);
    expect(page.networkChanges).toBe(1);
    await page.world.welcome({ resumed: true });
    expect(page.networkChanges).toBe(2);
  });

  it('is only asked after when the page is looked at again', async () => {
    const page = await online();
    page.world.network('visible');
    expect(page.world.socket.pings).toHaveLength(1);
    await page.world.clock.pass(5_000);
    expect(page.world.sockets).toHaveLength(1);
    expect(page.networkChanges).toBe(0);
  });

  it('is closed as one whose page leaves, and replaced when the browser brings the page back', async () => {
    const page = await online();
    page.world.network('leaving');
    expect(page.world.socket.closedWith).toBe(leftCode);
    page.world.network('leaving');
    page.world.network('visible');
    await page.world.welcome({ resumed: true });
    expect(page.world.sockets).toHaveLength(2);
    expect(page.connection.state).toBe('online');
  });

  it('lets nothing through that matters only now', async () => {
    const page = await online();
    page.world.socket.drop();
    expect(page.connection.say({ type: 'ringing', call: 'call-1' })).toBe(false);
    await page.world.clock.pass(500);
    await page.world.welcome({ resumed: true });
    expect(types(page.world.socket.sent)).toEqual(['hello']);
  });

  it('is replaced in good time when the server shuts down', async () => {
    const page = await online();
    await page.world.clock.pass(15_000);
    page.world.socket.give({ type: 'draining' });
    await page.world.clock.pass(500);
    expect(page.world.sockets).toHaveLength(2);
  });
});

describe('a tab', () => {
  it('takes its connection over after a reload', async () => {
    const first = await online();
    first.world.socket.give(event(1));
    const page = new Page(new World({ tab: first.world.tab }));
    await settle();
    page.world.socket.open();
    await settle();
    expect(page.world.socket.last('hello')).toMatchObject({ resume: 'secret-1' });
    expect(page.world.socket.last('hello')).not.toHaveProperty('seq');
  });

  it('that is a duplicate leaves the connection to the first one', async () => {
    const locks = new Set<string>();
    const first = await online(new Page(new World({ locks })));
    const copy = new FakeKeep();
    copy.setItem(`offhook ${url}`, first.world.tab.getItem(`offhook ${url}`) ?? '');
    const page = await online(new Page(new World({ tab: copy, locks })));
    expect(page.world.socket.last('hello')).not.toHaveProperty('resume');
  });

  it('takes a new connection when another one has taken over its own', async () => {
    const page = await online();
    page.world.socket.drop('replaced');
    await page.world.clock.pass(1_000);
    page.world.socket.open();
    await settle();
    const hello = page.world.socket.last('hello');
    expect(hello).not.toHaveProperty('resume');
    expect(hello).not.toHaveProperty('seq');
    expect(hello).toHaveProperty('calls', ['call-1']);
  });

  it('keeps nothing of a connection that was closed', async () => {
    const page = await online();
    const closing = page.connection.close();
    expect(types(page.world.socket.sent)).toEqual(['hello', 'bye']);
    await page.world.clock.pass(2_000);
    await closing;
    expect(page.ended).toBe('no error');
    expect(page.world.tab.getItem(`offhook ${url}`)).toBeNull();
    expect(page.world.socket.isClosed).toBe(true);
    expect(page.world.clock.waiting).toBe(0);
  });
});

describe('a token that expires', () => {
  it('is told of, and replaced in place', async () => {
    const page = await online();
    page.world.socket.give({ type: 'token_expiring', inMs: 60_000 });
    expect(page.told).toEqual([{ expires: 60_000 }]);
    const refreshed = page.connection.refresh('newer');
    await settle();
    expect(page.world.socket.last('refresh')['token']).toBe('newer');
    page.world.socket.answer('refresh', { expiresInMs: 600_000 });
    await refreshed;
    page.world.socket.drop();
    await page.world.clock.pass(1_000);
    await page.world.welcome();
    expect(hello(page)).toBe('newer');
  });

  it('is asked for anew where it comes from a function', async () => {
    let count = 0;
    const page = await online(new Page(new World(), () => `token ${(count += 1)}`));
    void page.connection.refresh();
    await settle();
    expect(page.world.socket.last('refresh')['token']).toBe('token 2');
  });

  it('stays in use when the server does not take the new one', async () => {
    const page = await online();
    const refreshed = page.connection.refresh('bad');
    await settle();
    page.world.socket.refuse('refresh', 'token_signature');
    await expect(refreshed).rejects.toMatchObject({ code: 'token_signature' });
    page.world.socket.drop();
    await page.world.clock.pass(1_000);
    await page.world.welcome();
    expect(hello(page)).toBe('secret');
  });

  it('costs the socket and no more where there is another one to be had', async () => {
    let token = 'old';
    const page = await online(new Page(new World(), () => token));
    token = 'new';
    page.world.socket.drop('token_expired');
    await page.world.clock.pass(1_000);
    await page.world.welcome({ resumed: true });
    expect([hello(page), page.states, page.ended]).toEqual(['new', ['online', 'reconnecting', 'online'], undefined]);
  });

  it('ends the connection with its reason where there is none', async () => {
    const page = await online();
    page.world.socket.drop('token_expired');
    await page.world.clock.pass(1_000);
    await settle();
    page.world.socket.open();
    await settle();
    page.world.socket.refuse('hello', 'token_expired');
    expect(page.ended).toMatchObject({ code: 'token_expired', message: 'The token has expired; sign in with a new one.' });
  });

  it('that was revoked ends the connection at once', async () => {
    const page = await online();
    page.world.socket.drop('token_revoked');
    expect(page.ended).toMatchObject({ code: 'token_revoked', message: 'The server has refused this (token_revoked).' });
  });
});
