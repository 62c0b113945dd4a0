/** A world in which nothing is left to chance but names: every delay is the middle of what it may be. */
import { Chance } from '../sim/chance.ts';
import { World } from '../sim/world.ts';

/** Its ladders change when what is said changes, and not when something draws a number more or less. */
class Steady extends Chance {
  readonly #tokens: Chance;

  constructor(seed: number) {
    super(seed);
    this.#tokens = new Chance(seed, 'tokens');
  }

  override fraction(): number {
    return 0.5;
  }

  override token(bits: number): string {
    return this.#tokens.token(bits);
  }
}

const seed = 1;

export class StillWorld extends World {
  override readonly chance: Chance = new Steady(seed);

  constructor() {
    super(seed, { full: true });
  }
}
