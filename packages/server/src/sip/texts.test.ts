import { beforeEach, describe, expect, it } from 'vitest';
import { directId } from '@offhook/core';
import { from } from '../engine/engine.fixture.ts';
import { Blocks } from '../people/blocks.ts';
import { PhoneWorld } from './phones.fixture.ts';
import type { Phone } from './phone.fixture.ts';

let at: PhoneWorld;
let phone: Phone;
beforeEach(async () => {
  at = new PhoneWorld();
  phone = await at.phone('bob');
});

/** What two have said to one another. */
const said = (one = 'alice', other = 'bob'): string[] =>
  at.world.disk.conversations
    .entries(directId(one, other), 1, 99)
    .map((entry) => `${entry.from.address}: ${entry.kind === 'message' ? entry.text : entry.kind}`);

async function written(...message: Parameters<Phone['write']>): Promise<number> {
  const answer = phone.write(...message);
  await at.settle();
  return (await answer).status;
}

const state = (value: string): string => `<isComposing><state>${value}</state></isComposing>`;

const answers = (): unknown[] => at.messages.filter((one) => one.get('CSeq')?.endsWith('MESSAGE') === true);

describe('what a phone writes', () => {
  it('is a message of the conversation of its user, stored before that is answered', async () => {
    at.world.hold();
    const answer = phone.write('alice', 'Grüße aus der Küche');
    let isAnswered = false;
    void answer.then(() => (isAnswered = true));
    await at.settle();
    expect(isAnswered).toBe(false);
    await at.world.release();
    await at.settle();
    expect((await answer).status).toBe(202);
    expect(said()).toEqual(['bob: Grüße aus der Küche']);
    expect(at.world.heard.filter((line) => line.startsWith('alice: entries'))).toHaveLength(1);
    // It has said it itself.
    expect(phone.heard).toEqual([]);
  });

  it('is one message, however often it comes', async () => {
    for (let n = 0; n < 3; n++) {
      expect(await written('alice', 'once', { fields: { 'Call-ID': 'same' } })).toBe(202);
      // Its transaction is over by then.
      await at.world.clock.advance(40_000);
    }
    expect(await written('alice', 'once')).toBe(202);
    expect(said()).toEqual(['bob: once', 'bob: once']);
  });

  it.each([
    ['nobody-at-all', 'hello', {}, 404],
    ['bob', 'to myself', {}, 403],
    ['alice', ' ', {}, 400],
    ['alice', 'x'.repeat(9_000), {}, 413],
    ['alice', 'x'.repeat(30_000), {}, 413],
    ['alice', '{}', { type: 'application/json' }, 415],
    ['alice', '--x\r\n\r\nhello\r\n--x--', { type: 'multipart/mixed;boundary=x' }, 415],
    ['alice', 'hello', { type: 'text/plain;charset=utf-16' }, 415],
    ['alice', 'hello', { fields: { 'Content-Encoding': 'gzip' } }, 415],
  ] as const)('to %s is refused where it cannot be said: %#', async (to, text, more, status) => {
    expect(await written(to, text, more)).toBe(status);
    expect(said()).toEqual([]);
  });

  it('is refused where the other one has blocked its user', async () => {
    await new Blocks(at.world.store).change('alice', 'bob', true);
    expect(await written('alice', 'hello')).toBe(403);
  });

  it('tells that somebody types (RFC 3994)', async () => {
    const type = 'application/im-iscomposing+xml';
    await written('alice', 'hello');
    at.world.heard.length = 0;
    expect([await written('alice', state('idle'), { type }), await written('alice', state('active'), { type })]).toEqual([
      200, 200,
    ]);
    expect(at.world.heard).toEqual(['alice: typing']);
  });
});

describe('what somebody writes to the user of a phone', () => {
  it('reaches the phone, from them', async () => {
    await at.write(from('alice'), 'bob', 'Essen ist fertig 🍝');
    expect(phone.heard).toEqual(['written: Essen ist fertig 🍝']);
    const [message] = at.messages;
    expect(message?.get('From')).toMatch(/^"alice" <sip:alice@offhook\.example>;tag=/);
    expect(message?.get('Content-Type')).toBe('text/plain;charset=UTF-8');
  });

  it('reaches each phone of a login, and none that is gone', async () => {
    const other = await at.contact('bob-desk', '192.0.2.50');
    await at.write(from('alice'), 'bob', 'one');
    await at.turn('bob-desk', 'away');
    await at.write(from('alice'), 'bob', 'two');
    expect([phone.heard, other.heard]).toEqual([['written: one'], ['written: one']]);
  });

  it('is not what they have said themselves, what was changed or taken back, or is said in groups', async () => {
    await at.write(from('bob'), 'alice', 'mine');
    const id = 'entry-of-alice-0001';
    await at.write(from('alice'), 'bob', 'first', id);
    const change = async (request: object): Promise<void> => {
      await new Promise((resolve) =>
        at.conversations.request(from('alice'), { id: 'x', in: { user: 'bob' }, position: 2, ...request } as never, resolve),
      );
      await at.settle();
    };
    await change({ type: 'edit', text: 'second' });
    await change({ type: 'react', value: '👍', on: true });
    await change({ type: 'react', value: '👍', on: false });
    await change({ type: 'delete' });
    expect(phone.heard).toEqual(['written: first']);
  });

  it('is cut where it is longer than a datagram, between characters', async () => {
    await at.write(from('alice'), 'bob', 'ä'.repeat(2_000));
    expect(phone.heard).toEqual([`written: ${'ä'.repeat(500)}…`]);
  });

  it('comes one after the other, and does not pile up for a phone that says nothing', async () => {
    phone.readsWith = undefined;
    for (let n = 0; n < 30; n++) await at.write(from('alice'), 'bob', String(n));
    expect(phone.heard).toEqual(['written: 0']);
    phone.readsWith = 200;
    await at.world.clock.advance(33_000);
    await at.settle();
    expect(phone.heard.slice(1)).toEqual(Array.from({ length: 20 }, (_, n) => `written: ${n + 1}`));
  });

  it('is not sent again to a phone that takes none', async () => {
    phone.readsWith = 405;
    await at.write(from('alice'), 'bob', 'one');
    await at.write(from('alice'), 'bob', 'two');
    expect(phone.heard).toEqual(['written: one']);
    expect(answers()).toHaveLength(2);
    expect(said()).toEqual(['alice: one', 'alice: two']);
  });
});
