/** Who is at their device, and whom they want to hear of. What they change they take back after a while, at the latest when all is well. */
import { peopleOf } from '../../packages/client/src/people/index.ts';
import type { Forwards, Instant, QuietHours } from '@offhook/core';
import type { Chance } from './chance.ts';
import type { Page } from './page.ts';
import type { User, World } from './world.ts';

export class Attention {
  readonly #world: World;
  readonly #chance: Chance;
  /** Nobody turns away any more. */
  #isCalm = false;

  constructor(world: World, chance: Chance) {
    this.#world = world;
    this.#chance = chance;
  }

  /** Nobody uses a device for a while; sometimes none of somebody's. */
  rest(page: Page | undefined): void {
    if (page?.phone === undefined) return;
    const { user } = page.device;
    const { time } = this.#world;
    const asleep = this.#chance.is(0.7) ? this.#pages().filter(({ device }) => device.user === user) : [page];
    for (const one of asleep) this.#use(one, false);
    // Sometimes their night begins meanwhile.
    const isLate = this.#chance.is(0.2);
    if (isLate) page.phone.changeSettings({ quietHours: quietHours(time.now + 60_000, 1) }).catch(() => undefined);
    this.#later(
      () => {
        for (const one of asleep) this.#use(one, true);
      },
      isLate ? [60_000, 70_000] : undefined,
    );
  }

  /** Somebody goes to bed: nothing is to ring, by a switch or by the clock, and most of their pages are closed or frozen. */
  retire(page: Page | undefined): void {
    if (page?.phone === undefined) return;
    const { user } = page.device;
    const { time, trace } = this.#world;
    const change = this.#chance.is(0.5) ? { doNotDisturb: true } : { quietHours: quietHours(time.now, 3) };
    trace.add(page.name, page.name, `is not to be disturbed ${JSON.stringify(change)}`);
    page.phone.changeSettings(change).catch(() => undefined);
    const isLast = this.#chance.is(0.7);
    this.#later(() => {
      for (const tab of this.#world.tabs.filter(({ device }) => device.user === user)) {
        if (tab.page === undefined || tab.page.calls.length > 0 || !(isLast || this.#chance.is(0.7))) continue;
        if (this.#chance.is(0.3)) this.#freeze(tab.page);
        else this.#world.unload(tab, 'leaves');
      }
    }, [300, 1_900]);
    this.#later(() => this.#rise(user), [20_000, 90_000]);
  }

  /** A browser puts a page to sleep in which nothing happens. */
  freeze(page: Page | undefined): void {
    if (page !== undefined) this.#freeze(page);
  }

  /** Somebody does not want to hear of somebody. */
  block(page: Page | undefined): void {
    const { user } = page?.device ?? {};
    const others = this.#world.users.filter((other) => other !== user);
    if (page?.phone === undefined || others.length === 0) return;
    const { address } = this.#chance.pick(others);
    this.#world.trace.add(page.name, page.name, `blocks ${address}`);
    peopleOf(page.phone)
      .block(address)
      .catch(() => undefined);
    this.#later(() => this.#hear(page, address));
  }

  /** Somebody has calls ring at somebody else, who may do the same. */
  forward(page: Page | undefined): void {
    const { user } = page?.device ?? {};
    const others = this.#world.users.filter((other) => other !== user);
    if (page === undefined || user === undefined || others.length === 0) return;
    const [to, second] = [this.#chance.pick(others).address, this.#chance.pick(others).address];
    const back = this.#chance.is(0.3) ? this.#pages().find(({ device }) => device.user.address === to) : undefined;
    if (back === undefined)
      return this.#send(
        page,
        this.#chance.pick([{ always: to }, { busy: to }, { noAnswer: to }, { busy: to, noAnswer: second }]),
      );
    // To one another, which leads to nobody when neither answers.
    this.#send(page, { noAnswer: to });
    this.#send(back, { noAnswer: user.address });
  }

  /** Everybody is there and hears of everybody. */
  async settle(): Promise<void> {
    this.#isCalm = true;
    for (const page of this.#world.pages) page.thaw();
    for (const user of this.#world.users) this.#rise(user);
    for (const page of this.#pages()) {
      this.#use(page, true);
      this.#ring(page);
      for (const { address } of this.#world.users) if (address !== page.device.user.address) this.#hear(page, address);
    }
    await this.#world.run(2_000);
    this.#isCalm = false;
  }

  #pages(): Page[] {
    return this.#world.awake.filter(({ phone }) => phone !== undefined);
  }

  #later(act: () => void, [soon, late]: readonly [number, number] = [500, 15_000]): void {
    this.#world.scope.schedule(this.#chance.between(soon, late), () => this.#isCalm || act());
  }

  /** Not one in which something may be heard: browsers leave those alone. */
  #freeze(page: Page): void {
    if (page.calls.length > 0 || page.asking > 0 || page.isFrozen || page.scope.isOver) return;
    page.freeze();
    this.#later(() => page.thaw(), [2_000, 60_000]);
  }

  /** Somebody wants to be called again, if a page is there to say so. */
  #rise(user: User): void {
    const page = this.#pages().find(({ device }) => device.user === user);
    page?.phone?.changeSettings({ doNotDisturb: false, quietHours: null }).catch(() => undefined);
  }

  #use(page: Page, isUsed: boolean): void {
    if (page.phone === undefined || page.scope.isOver || page.isFrozen) return;
    this.#world.trace.add(page.name, page.name, isUsed ? 'is used' : 'is left alone');
    peopleOf(page.phone).tellActivity(isUsed);
  }

  #send(page: Page, forward: Forwards): void {
    if (page.phone === undefined || page.scope.isOver) return;
    this.#world.trace.add(page.name, page.name, `forwards ${JSON.stringify(forward)}`);
    page.phone.changeSettings({ forward, ringMs: this.#chance.pick([5_000, 30_000]) }).catch(() => undefined);
    this.#later(() => this.#ring(page), [10_000, 90_000]);
  }

  /** Calls ring here again. */
  #ring(page: Page): void {
    if (page.phone === undefined || page.scope.isOver) return;
    page.phone.changeSettings({ forward: null }).catch(() => undefined);
  }

  #hear(page: Page, address: string): void {
    if (page.phone === undefined || page.scope.isOver) return;
    peopleOf(page.phone)
      .unblock(address)
      .catch(() => undefined);
  }
}

/** Every day from this minute on, for so many. */
export function quietHours(at: Instant, minutes: number): QuietHours {
  const first = new Date(at);
  const from = first.getUTCHours() * 60 + first.getUTCMinutes();
  return { timeZone: 'UTC', days: Array.from({ length: 7 }, () => ({ from, to: (from + minutes) % 1_440 })) };
}
