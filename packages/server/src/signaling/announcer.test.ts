import { conversationLimits } from '@offhook/core';
import type { Entry, Event } from '@offhook/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { LocalBus } from '../bus/local.ts';
import { ManualClock, quiet } from '../engine/engine.fixture.ts';
import { everybody } from '../ports.ts';
import { Announcer } from './announcer.ts';
import type { Hub } from './hub.ts';

const clock = new ManualClock();
const bus = new LocalBus(quiet);
let told: Event[];
let announcer: Announcer;
let here: number;

beforeEach(async () => {
  told = [];
  here = 10;
  const hub = {
    get size() {
      return here;
    },
    deliverToAll: (event: Event) => told.push(event),
  };
  announcer = new Announcer({ bus, clock, hub: hub as unknown as Hub });
  await clock.advance(10_000);
  return () => announcer.close();
});

function say(position: number, text = ''): void {
  const entry = { kind: 'message', conversation: 'everyone', position, text } as Entry;
  bus.publish(everybody, { event: { type: 'entries', entries: [entry] } });
}

const positions = (): number[][] =>
  told.map((event) => (event.type === 'entries' ? event.entries.map(({ position }) => position) : []));

describe('what is said in the room', () => {
  it('is told at once when little is said, and gathered when much is', async () => {
    say(1);
    expect(positions()).toEqual([[1]]);
    for (const position of [2, 3, 4]) say(position);
    expect(positions()).toEqual([[1]]);
    await clock.advance(50);
    expect(positions()).toEqual([[1], [2, 3, 4]]);
    await clock.advance(50);
    say(5);
    expect(positions()).toHaveLength(3);
  });

  it('is told more seldom the more are here', async () => {
    here = 20_000;
    for (const position of [1, 2]) say(position);
    await clock.advance(900);
    expect(positions()).toEqual([[1]]);
    await clock.advance(100);
    expect(positions()).toEqual([[1], [2]]);
  });

  it('is told as it is then, and of very much only the last', async () => {
    say(1);
    for (const text of ['before', 'after']) say(2, text);
    await clock.advance(50);
    expect(told[1]).toMatchObject({ entries: [{ position: 2, text: 'after' }] });
    const much = Array.from({ length: conversationLimits.entriesPage + 20 }, (_, at) => at + 3);
    for (const position of much) say(position);
    await clock.advance(50);
    expect(positions().slice(2).flat()).toEqual(much.slice(-conversationLimits.entriesPage));
  });
});

it('other events of everybody are told as they come; after its end nothing is', () => {
  bus.publish(everybody, { event: { type: 'left', conversation: 'x' } });
  expect(told).toEqual([{ type: 'left', conversation: 'x' }]);
  announcer.close();
  say(1);
  expect(told).toHaveLength(1);
});
