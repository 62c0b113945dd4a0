import { describe, expect, it } from 'vitest';
import { settled } from '../engine/engine.fixture.ts';
import { Site } from './signaling.fixture.ts';
import type { Tab } from './signaling.fixture.ts';

function say(tab: Tab, entry: string): Promise<unknown> {
  return tab.ask({ type: 'say', in: { user: 'bob' }, entry: entry.padEnd(24, '-'), text: 'Hello' });
}

function heard({ received }: Tab): number {
  return received.filter(({ type }) => type === 'entries').length;
}

describe('events of conversations', () => {
  it('go to pages that have asked about conversations', async () => {
    const site = new Site();
    const alice = await site.signIn('alice-1');
    const [asks, says, silent] = [await site.signIn('bob-1'), await site.signIn('bob-2'), await site.signIn('bob-2')];
    await asks.ask({ type: 'conversations' });
    says.say({ type: 'typing', in: { user: 'alice' } });
    await say(alice, 'first');
    expect([asks, says, silent].map(heard)).toEqual([1, 0, 0]);
    await says.ask({ type: 'read', in: { user: 'alice' }, position: 1 });
    await say(alice, 'second');
    expect([asks, says, silent].map(heard)).toEqual([2, 1, 0]);
  });

  it('are missed over a lost socket, and no longer wanted by the page after a reload', async () => {
    const site = new Site();
    const alice = await site.signIn('alice-1');
    const bob = await site.signIn('bob-1');
    const { resume, seq } = bob.welcome;
    await bob.ask({ type: 'conversation', in: { user: 'alice' } });
    bob.lose();
    await say(alice, 'first');
    const back = site.open();
    await back.hello('bob-1', { resume, seq });
    await settled();
    expect(heard(back)).toBe(1);
    back.leave();
    const anew = await site.signIn('bob-1', { resume });
    await say(alice, 'second');
    expect(heard(anew)).toBe(0);
  });
});
