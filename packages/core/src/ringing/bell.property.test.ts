/** Some tabs of one device, with a lock and a channel that work as those of browsers do, and whatever tabs do all day. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { deepFreeze, t0 } from '../call/call.fixture.ts';
import { bellMachine, checkMs, fadeMs, fitnesses, silent, takeMs } from './bell.ts';
import type { BellEffect, BellInput, BellState, Fitness } from './bell.ts';

/** The longest that anything takes from one tab to another, and from the server to a tab. */
const slowestMs = 40;

interface Tab {
  readonly id: number;
  state: BellState;
  fitness: Fitness;
  life: 'awake' | 'asleep' | 'closed';
  sounds: boolean;
  /** What has come in; a tab that sleeps handles it when it wakes. */
  inbox: { readonly at: number; readonly input: BellInput }[];
}

class Browser {
  now = t0;
  readonly tabs: Tab[];
  /** Since when two that are awake have been heard at once. */
  doubleSince: number | undefined;
  longestDouble = 0;
  #rings = false;
  #holder: Tab | undefined;
  #queue: Tab[] = [];
  readonly #delay: () => number;

  constructor(fits: readonly Fitness[], delays: readonly number[]) {
    this.tabs = fits.map((fitness, id) => ({ id, state: silent, fitness, life: 'awake', sounds: false, inbox: [] }));
    let drawn = 0;
    this.#delay = () => delays[drawn++ % delays.length] ?? 0;
  }

  get heard(): readonly Tab[] {
    return this.tabs.filter(({ life, sounds }) => life !== 'closed' && sounds);
  }

  /** The server tells every tab. */
  tell(rings: boolean): void {
    this.#rings = rings;
    for (const tab of this.tabs) this.#post(tab, rings ? { type: 'ring', fitness: tab.fitness } : { type: 'over' });
  }

  do(tab: Tab, deed: 'sleep' | 'wake' | 'close' | Fitness): void {
    if (tab.life === 'closed') return;
    if (deed === 'wake') tab.life = 'awake';
    else if (deed === 'sleep') tab.life = 'asleep';
    else if (deed === 'close') {
      tab.life = 'closed';
      tab.sounds = false;
      this.#release(tab);
    } else {
      tab.fitness = deed;
      this.#post(tab, { type: 'fitness', fitness: deed });
    }
  }

  pass(milliseconds: number): void {
    for (const end = this.now + milliseconds; this.now < end; this.now += 1) {
      for (const tab of this.tabs) if (tab.life === 'awake') this.#turn(tab);
      const isDouble = this.heard.filter(({ life }) => life === 'awake').length > 1;
      this.doubleSince = isDouble ? (this.doubleSince ?? this.now) : undefined;
      if (this.doubleSince !== undefined) this.longestDouble = Math.max(this.longestDouble, this.now - this.doubleSince);
    }
  }

  #turn(tab: Tab): void {
    const isDue = ({ at }: { readonly at: number }): boolean => at <= this.now;
    for (let next = tab.inbox.find(isDue); next !== undefined; next = tab.inbox.find(isDue)) {
      tab.inbox.splice(tab.inbox.indexOf(next), 1);
      this.#feed(tab, next.input);
    }
    if ((bellMachine.deadline(tab.state) ?? Infinity) <= this.now) this.#feed(tab, { type: 'tick' });
  }

  #feed(tab: Tab, input: BellInput): void {
    const { state, effects } = bellMachine.step(deepFreeze(tab.state), input, this.now);
    tab.state = state;
    for (const effect of effects) this.#carryOut(tab, effect);
  }

  #carryOut(tab: Tab, effect: BellEffect): void {
    switch (effect.type) {
      case 'sound':
      case 'hush':
        expect(tab.sounds).toBe(effect.type === 'hush');
        tab.sounds = effect.type === 'sound';
        return;
      case 'say':
        return this.#others(tab, { type: 'said', fitness: effect.fitness });
      case 'ask':
        return this.#others(tab, { type: 'asked' });
      case 'queue':
        this.#release(tab);
        this.#queue.push(tab);
        return this.#grant();
      case 'take':
        this.#forget(tab);
        if (this.#holder !== undefined && this.#holder !== tab) this.#post(this.#holder, { type: 'lost' });
        this.#holder = tab;
        return this.#post(tab, { type: 'granted' });
      case 'release':
        return this.#release(tab);
    }
  }

  /** It asks for the lock no more; what it was told meanwhile of what it asked for before is nothing to it. */
  #forget(tab: Tab): void {
    this.#queue = this.#queue.filter((one) => one !== tab);
    tab.inbox = tab.inbox.filter(({ input }) => sourceOf(input) !== 'lock');
  }

  #release(tab: Tab): void {
    this.#forget(tab);
    if (this.#holder === tab) this.#holder = undefined;
    this.#grant();
  }

  #grant(): void {
    if (this.#holder !== undefined) return;
    this.#holder = this.#queue.shift();
    if (this.#holder !== undefined) this.#post(this.#holder, { type: 'granted' });
  }

  #others(tab: Tab, input: BellInput): void {
    for (const other of this.tabs) if (other !== tab) this.#post(other, input);
  }

  /** What comes from one source arrives in its order; the lock, the channel and the server are three. */
  #post(tab: Tab, input: BellInput): void {
    const source = sourceOf(input);
    const before = tab.inbox.findLast((one) => sourceOf(one.input) === source);
    tab.inbox.push({ at: Math.max(this.now + this.#delay(), before?.at ?? 0), input });
  }

  get rings(): boolean {
    return this.#rings;
  }
}

function sourceOf({ type }: BellInput): string {
  if (type === 'granted' || type === 'lost') return 'lock';
  return type === 'said' || type === 'asked' ? 'channel' : 'page';
}

const fit = fc.constantFrom(...fitnesses);
const deeds = fc.array(
  fc.record({
    tab: fc.nat(),
    deed: fc.oneof(fc.constantFrom('sleep', 'wake', 'close', 'ring', 'over'), fit),
    after: fc.integer({ min: 0, max: 500 }),
  }),
  { maxLength: 12 },
);
const worlds = {
  fits: fc.array(fit, { minLength: 1, maxLength: 4 }),
  delays: fc.array(fc.integer({ min: 0, max: slowestMs }), { minLength: 1, maxLength: 30 }),
  deeds,
};

it('[R9] soon exactly one that is awake is heard, whatever happens', () => {
  fc.assert(
    fc.property(fc.record(worlds), ({ fits, delays, deeds: all }) => {
      const browser = new Browser(fits, delays);
      browser.tell(true);
      for (const { tab, deed, after } of all) {
        if (deed === 'ring' || deed === 'over') browser.tell(deed === 'ring');
        else browser.do(browser.tabs[tab % fits.length] as Tab, deed);
        browser.pass(after);
      }
      // Whoever rang when it fell asleep is heard until it wakes: nobody can know.
      for (const tab of browser.tabs) if (tab.sounds) browser.do(tab, 'wake');
      browser.pass(2 * (takeMs + checkMs));
      const awake = browser.tabs.filter(({ life }) => life === 'awake');
      expect(browser.heard).toHaveLength(browser.rings && awake.length > 0 ? 1 : 0);
      // Two may take it at the same moment, one after the other.
      expect(browser.longestDouble).toBeLessThanOrEqual(3 * slowestMs);
    }),
    { numRuns: 1_000 },
  );
});

it('[R2] is the fittest where all are awake', () => {
  fc.assert(
    fc.property(fc.record(worlds), ({ fits, delays }) => {
      const browser = new Browser(fits, delays);
      browser.tell(true);
      // Where several take the lock from one another at the same moment, the fittest may find out only when it asks who rings.
      browser.pass(checkMs + takeMs + 3 * slowestMs);
      const best = Math.max(...fits.map((one) => fitnesses.indexOf(one)));
      expect(browser.heard.map(({ fitness }) => fitnesses.indexOf(fitness))).toEqual([best]);
    }),
  );
});

it('[R7] is nobody, soon after the end', () => {
  fc.assert(
    fc.property(fc.record(worlds), ({ fits, delays }) => {
      const browser = new Browser(fits, delays);
      browser.tell(true);
      browser.pass(takeMs);
      browser.tell(false);
      browser.pass(slowestMs + 1);
      for (let passed = 0; passed < 2 * fadeMs; passed += 10) {
        expect(browser.heard).toEqual([]);
        browser.pass(10);
      }
    }),
    { numRuns: 200 },
  );
});
