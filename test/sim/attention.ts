/** Who is at their device, and whom they want to hear of. What they change they take back after a while, at the latest when all is well. */
import { peopleOf } from '../../packages/client/src/people/index.ts';
import type { Chance } from './chance.ts';
import type { Page } from './page.ts';
import type { World } from './world.ts';

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
    const asleep = this.#chance.is(0.7) ? this.#pages().filter(({ device }) => device.user === user) : [page];
    for (const one of asleep) this.#use(one, false);
    this.#later(() => {
      for (const one of asleep) this.#use(one, true);
    });
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

  /** Everybody is there and hears of everybody. */
  async settle(): Promise<void> {
    this.#isCalm = true;
    for (const page of this.#pages()) {
      this.#use(page, true);
      for (const { address } of this.#world.users) if (address !== page.device.user.address) this.#hear(page, address);
    }
    await this.#world.run(2_000);
    this.#isCalm = false;
  }

  #pages(): Page[] {
    return this.#world.pages.filter(({ phone }) => phone !== undefined);
  }

  #later(act: () => void): void {
    this.#world.scope.schedule(this.#chance.between(500, 15_000), () => this.#isCalm || act());
  }

  #use(page: Page, isUsed: boolean): void {
    if (page.phone === undefined || page.scope.isOver) return;
    this.#world.trace.add(page.name, page.name, isUsed ? 'is used' : 'is left alone');
    peopleOf(page.phone).tellActivity(isUsed);
  }

  #hear(page: Page, address: string): void {
    if (page.phone === undefined || page.scope.isOver) return;
    peopleOf(page.phone)
      .unblock(address)
      .catch(() => undefined);
  }
}
