/** Somebody with a tab: drives the test page as its person would. */
import type { Kit } from '../page/kit.ts';
import type { Profile, Tab } from './browsers.ts';
import { remote } from './remote.ts';
import type { Remote } from './remote.ts';

/** A device that may sign in (`POST /v1/open/claim` and `/join`). */
export interface Identity {
  readonly token: string;
  readonly user: { readonly address: string; readonly name: string };
  readonly device: { readonly id: string; readonly name: string };
}

export interface Seat {
  /** Where the page comes from and connects to. */
  readonly url: string;
  readonly relayOnly: boolean;
  /** The page, where it is not the usual one. */
  readonly page?: string | undefined;
}

export class Person {
  readonly identity: Identity;
  readonly page: Remote<Kit>;
  /** Errors that nothing in the page has caught. */
  readonly faults: string[] = [];
  readonly #tab: Tab;
  readonly #profile: Profile;
  readonly #seat: Seat;
  #isOpen = true;

  private constructor(identity: Identity, profile: Profile, tab: Tab, seat: Seat) {
    this.identity = identity;
    this.#profile = profile;
    this.#tab = tab;
    this.#seat = seat;
    tab.onError((error) => this.faults.push(error));
    this.page = remote((method, args) =>
      tab.evaluate(
        (called) =>
          (globalThis.kit as unknown as Record<string, (...args: unknown[]) => unknown>)[called.method]?.(...called.args),
        { method, args: [...args] },
      ),
    );
  }

  /** `kept`: what the tab begins with in its session storage. */
  static async seat(
    identity: Identity,
    profile: Profile,
    seat: Seat,
    kept: Readonly<Record<string, string>> = {},
  ): Promise<Person> {
    const tab = await profile.newTab();
    const person = new Person(identity, profile, tab, seat);
    await tab.goto(new URL(seat.page ?? '', seat.url).href);
    await tab.evaluate((items) => Object.assign(sessionStorage, items), kept);
    await person.#connect();
    return person;
  }

  get address(): string {
    return this.identity.user.address;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Another tab of the same browser, signed in with the same device. */
  anotherTab(): Promise<Person> {
    return Person.seat(this.identity, this.#profile, this.#seat);
  }

  /** The tab duplicated: another one that begins with a copy of what this one keeps. */
  async duplicate(): Promise<Person> {
    const kept = await this.#tab.evaluate(() => Object.fromEntries(Object.entries(sessionStorage)), undefined);
    return Person.seat(this.identity, this.#profile, this.#seat, kept);
  }

  /** Opens another page in a tab beside this one. */
  async openBeside(page: string): Promise<void> {
    const tab = await this.#profile.newTab();
    await tab.goto(new URL(page, this.#seat.url).href);
  }

  async reload(): Promise<void> {
    await this.#tab.reload();
    await this.#connect();
  }

  /** The tab is closed without a word. */
  async closeTab(): Promise<void> {
    this.#isOpen = false;
    await this.#tab.close();
  }

  async #connect(): Promise<void> {
    const { relayOnly } = this.#seat;
    await this.page.connect({ token: this.identity.token, relayOnly });
  }
}
