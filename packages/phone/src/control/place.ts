import type { Route } from '../view/state.ts';
import { hashOf, routeOf, whereOf } from './route.ts';

/** Where one is in the phone, as the address of the page says it. */
export class Place {
  readonly #moved: () => void;
  #route: Route = routeOf(location.hash);

  /** `moved`: one is somewhere else. */
  constructor(moved: () => void) {
    this.#moved = moved;
    addEventListener('hashchange', this.#follow);
  }

  get route(): Route {
    return this.#route;
  }

  isAt(place: Route): boolean {
    return hashOf(place) === hashOf(this.#route);
  }

  go(to: Route): void {
    if (this.isAt(to)) return;
    // Between two conversations of the list there is no way back: it leads to the list.
    const sideways = whereOf(to) !== undefined && whereOf(this.#route) !== undefined;
    history[sideways ? 'replaceState' : 'pushState'](null, '', hashOf(to));
    this.#follow();
  }

  close(): void {
    removeEventListener('hashchange', this.#follow);
  }

  readonly #follow = (): void => {
    this.#route = routeOf(location.hash);
    this.#moved();
  };
}
