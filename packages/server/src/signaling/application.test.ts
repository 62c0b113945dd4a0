import { serverLimits } from '@offhook/core';
import { applicationType } from '@offhook/core/protocol';
import { describe, expect, test } from 'vitest';
import { Site } from './signaling.fixture.ts';

const from = { user: 'alice', device: 'alice-device-1' };

const news = (data: unknown): object => ({ type: 'acme.news', to: { everyone: true }, data });

describe('a message of an application', () => {
  test('reaches every connection of a user, or those of one device', async () => {
    const site = new Site();
    const alice = await site.signIn('alice-1');
    const [first, second, tab] = [await site.signIn('bob-1'), await site.signIn('bob-2'), await site.signIn('bob-2')];
    alice.say({ type: 'acme.cursor', to: { user: 'bob' }, data: { x: 1 } });
    for (const bob of [first, second, tab])
      expect(bob.received.splice(0)).toEqual([{ type: 'acme.cursor', from, data: { x: 1 } }]);
    alice.say({ type: 'acme.cursor', to: { user: 'bob', device: 'bob-device-2' }, data: null });
    expect([first, second, tab].map(({ received }) => received)).toEqual([
      [],
      [{ type: 'acme.cursor', from, data: null }],
      [{ type: 'acme.cursor', from, data: null }],
    ]);
    expect(alice.received).toEqual([]);
  });

  test('reaches everyone who is here but the one who sends it', async () => {
    const site = new Site();
    const alice = await site.signIn('alice-1');
    const others = [await site.signIn('alice-2'), await site.signIn('bob-1'), await site.signIn('carol-1')];
    alice.say({ type: 'acme.news', to: { everyone: true }, data: 'hi' });
    for (const other of others) expect(other.received).toEqual([{ type: 'acme.news', from, data: 'hi' }]);
    expect(alice.received).toEqual([]);
  });

  test('can be answered to its `from`', async () => {
    const site = new Site();
    const alice = await site.signIn('alice-1');
    const bob = await site.signIn('bob-1');
    alice.say({ type: 'acme.ask', to: { user: 'bob' } });
    bob.say({ type: 'acme.answer', to: bob.received[0]?.['from'], data: 1 });
    expect(alice.types()).toEqual(['acme.answer']);
  });

  test.each([
    ['nobody has the address', { user: 'nobody' }],
    ['the user is not here', { user: 'carol' }],
    ['the device is not here', { user: 'bob', device: 'bob-device-2' }],
    ['the connection is the only one of its user', { user: 'alice' }],
  ])('is reported as not delivered when %s', async (_, to) => {
    const site = new Site();
    const alice = await site.signIn('alice-1');
    await site.signIn('bob-1');
    for (let time = 0; time < 2; time += 1) alice.say({ type: 'acme.cursor', to, data: 1 });
    const error = { type: 'error', about: 'acme.cursor', error: { code: 'not_delivered' } };
    expect(alice.received).toMatchObject([error, error]);
  });

  test.each([
    [{ type: 'acme.cursor' }, 'bad_message'],
    [{ type: 'acme.cursor', to: 'bob' }, 'bad_message'],
    [{ type: 'acme.cursor', to: [] }, 'bad_message'],
    [{ type: 'acme.cursor', to: null }, 'bad_message'],
    [{ type: 'acme.cursor', to: { user: 7 } }, 'bad_message'],
    [{ type: 'acme.cursor', to: { user: 'bob', device: 7 } }, 'bad_message'],
    [{ type: 'acme.cursor', to: { device: 'bob-device-1' } }, 'bad_message'],
    [{ type: 'acme.cursor', to: { everyone: false } }, 'bad_message'],
    [{ type: 'acme.cursor', to: { everyone: true, user: 'bob' } }, 'bad_message'],
    [{ type: '.', to: { user: 'bob' } }, 'unknown_type'],
    [{ type: 'acme.', to: { user: 'bob' } }, 'unknown_type'],
    [{ type: '7.up', to: { user: 'bob' } }, 'unknown_type'],
    [{ type: 'a.b.c.d.e', to: { user: 'bob' } }, 'unknown_type'],
    [{ type: `acme.${'x'.repeat(33)}`, to: { user: 'bob' } }, 'unknown_type'],
  ])('%j is refused as %s', async (message, code) => {
    const site = new Site();
    const alice = await site.signIn('alice-1');
    const bob = await site.signIn('bob-1');
    alice.say({ ...message, data: 1 });
    expect(alice.received).toMatchObject([{ type: 'error', error: { code } }]);
    expect(bob.received).toEqual([]);
  });

  test('that is nested too deeply to be written is refused', async () => {
    const site = new Site();
    const alice = await site.signIn('alice-1');
    const bob = await site.signIn('bob-1');
    const depth = 30_000;
    alice.say(`{"data":${'['.repeat(depth)}${']'.repeat(depth)},"type":"acme.deep","to":{"user":"bob"}}`);
    expect(alice.received).toMatchObject([{ type: 'error', error: { code: 'bad_message' } }]);
    expect(bob.received).toEqual([]);
  });

  test('to everyone counts for more the more people are here', async () => {
    const site = new Site(undefined, { messageRate: { perSecond: 1, burst: 4 } });
    const alice = await site.signIn('alice-1');
    const bob = await site.signIn('bob-1');
    for (let n = 0; n < 4; n += 1) alice.say({ type: 'acme.news', to: { everyone: true }, data: n });
    expect(bob.received).toHaveLength(3);
    expect(alice.received).toMatchObject([{ about: 'acme.news', error: { code: 'rate_limited' } }]);
  });
});

describe('a message to everyone', () => {
  test('is allowed however many are here, and goes to some of them at a time', async () => {
    const site = new Site(undefined, { messageRate: { perSecond: 10, burst: 20 } });
    const alice = await site.signIn('alice-1');
    const crowd = await site.populate(2 * serverLimits.everyoneAtOnce + 100);
    const told = (): number => crowd.filter(({ received }) => received.length > 0).length;
    alice.say(news('hi'));
    expect(told()).toBeLessThanOrEqual(serverLimits.everyoneAtOnce);
    await site.clock.advance(serverLimits.everyoneMs);
    expect(told()).toBeLessThanOrEqual(2 * serverLimits.everyoneAtOnce);
    await site.clock.advance(serverLimits.everyoneMs);
    for (const { received } of crowd) expect(received).toEqual([{ type: 'acme.news', from, data: 'hi' }]);
    expect(alice.received).toEqual([]);
  });

  test('waits for those before it, of which there may be so many', async () => {
    const site = new Site(undefined, { messageRate: { perSecond: 1e6, burst: 1e6 } });
    const alice = await site.signIn('alice-1');
    const crowd = await site.populate(serverLimits.everyoneAtOnce + 1);
    // The first goes to as many as may be told at once, and waits with the rest.
    for (let n = 0; n <= serverLimits.everyoneWaiting; n += 1) alice.say(news(n));
    expect(alice.received).toMatchObject([{ about: 'acme.news', error: { code: 'rate_limited' } }]);
    await site.clock.advance(serverLimits.everyoneMs * (2 * serverLimits.everyoneWaiting));
    const all = Array.from({ length: serverLimits.everyoneWaiting }, (_, n) => n);
    for (const { received } of crowd) expect(received.map(({ data }) => data)).toEqual(all);
  });

  test('is reported as not delivered when nobody else is here', async () => {
    const site = new Site();
    const alice = await site.signIn('alice-1');
    alice.say(news('hi'));
    expect(alice.received).toMatchObject([{ about: 'acme.news', error: { code: 'not_delivered' } }]);
  });
});

describe('a stream of messages with the same envelope', () => {
  test('arrives as it was sent', async () => {
    const site = new Site();
    const alice = await site.signIn('alice-1');
    const bob = await site.signIn('bob-1');
    const data = [1, 'two', { three: [3, null, { deep: '}"]' }] }, '', false, 1e300, '\u2028 \ud83d\ude00', { data: 1 }];
    for (const value of data) alice.say({ type: 'acme.cursor', to: { user: 'bob' }, data: value });
    expect(bob.received).toEqual(data.map((value) => ({ type: 'acme.cursor', from, data: value })));
  });

  /** Texts that begin like the message before them, and try to slip something past the check. */
  const head = '{"type":"acme.cursor","to":{"user":"bob"},"data":';
  test.each([
    [`${head}1,"type":"ended"}`, 'unknown_type'],
    [`${head}1,"from":{"user":"carol","device":"x"}}`, undefined],
    [`${head}1,"seq":1}`, undefined],
    [`${head}1}}`, 'bad_message'],
    [`${head}1}{}`, 'bad_message'],
    [`${head}}`, 'bad_message'],
    [head, 'bad_message'],
    [`${head}1,"to":{"user":"carol"}}`, 'not_delivered'],
    [`${head}1, }`, 'bad_message'],
    [`${head}\u0000}`, 'bad_message'],
    [`${head}//}`, 'bad_message'],
  ])('%j slips nothing in', async (text, code) => {
    const site = new Site();
    const alice = await site.signIn('alice-1');
    const bob = await site.signIn('bob-1');
    alice.say(`${head}0}`);
    bob.received.length = 0;
    alice.say(text);
    for (const message of bob.received) {
      expect(Object.keys(message)).toEqual(['type', 'from', 'data']);
      expect(message['type']).toMatch(applicationType);
      expect(message['from']).toEqual(from);
    }
    expect(alice.received.map(({ error }) => error?.code)).toEqual(code === undefined ? [] : [code]);
  });

  test('keeps its sender when another one sends the same', async () => {
    const site = new Site();
    const [alice, carol, bob] = [await site.signIn('alice-1'), await site.signIn('carol-1'), await site.signIn('bob-1')];
    for (const sender of [alice, carol, alice, carol]) sender.say({ type: 'acme.cursor', to: { user: 'bob' }, data: 1 });
    expect(bob.received.map((message) => (message['from'] as { user: string }).user)).toEqual([
      'alice',
      'carol',
      'alice',
      'carol',
    ]);
  });
});
