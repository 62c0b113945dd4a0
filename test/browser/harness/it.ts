/**
 * `it` for tests with people in browsers. One server, one coturn and one of each browser run per test file; the people of a test
 * are its own, and when it is over nothing of their calls may be left: no peer connection, no live track, no uncaught error.
 */
import { expect, inject, test } from 'vitest';
import type { TestAPI } from 'vitest';
import { launchChromium, launchFirefox } from './browsers.ts';
import type { Browser, ChromiumOptions, ProfileOptions } from './browsers.ts';
import { Person } from './person.ts';
import type { Identity } from './person.ts';
import { loopback } from './ports.ts';
import { Server } from './server.ts';
import type { ServerOptions } from './server.ts';
import { Turn } from './turn.ts';
import { Wire } from './wire.ts';

export interface Wishes extends ProfileOptions {
  readonly browser?: 'chromium' | 'firefox';
  /** A Chromium of its own with these. */
  readonly chromium?: ChromiumOptions;
  /** Not the server that all have. */
  readonly server?: Server;
  /** Reaches the server by this. */
  readonly wire?: Wire;
  readonly relayOnly?: boolean;
  /** A page that has the SDK's further entries, too: see `mediaKit`; or that of those who meet in sessions. */
  readonly page?: 'modules.html' | 'sessions.html';
}

export interface World {
  readonly server: Server;
  readonly turn: Turn;
  /** Signs in somebody new whose name begins like this, in a browser profile of their own. */
  person(name: string, wishes?: Wishes): Promise<Person>;
  /** Somebody without an account who has the link of a meeting. */
  visitor(meeting: string, name: string, wishes?: Wishes): Promise<Person>;
  /** Signs the same person in on another device. */
  anotherDevice(of: Person, wishes?: Wishes): Promise<Person>;
  /** Another tab of the same browser, with the same device. */
  anotherTab(of: Person): Promise<Person>;
  /** A wire to the server. */
  wire(): Promise<Wire>;
  /** Another server, for this test only. */
  anotherServer(options: Omit<ServerOptions, 'pages'>): Promise<Server>;
}

interface Fixtures {
  /** Everything that lives as long as the file. */
  readonly house: House;
  readonly world: World;
}

interface House {
  readonly server: Server;
  readonly turn: Turn;
  browser(wishes: Wishes): Promise<Browser>;
}

export const it: TestAPI<Fixtures> = test.extend<Fixtures>({
  house: [
    // oxlint-disable-next-line no-empty-pattern -- Vitest reads the names of fixtures from the pattern
    async ({}, use) => {
      await using stack = new AsyncDisposableStack();
      const turn = await Turn.start('shared by coturn and Offhook');
      stack.defer(() => turn.close());
      const server = await Server.start({ pages: inject('pages'), turn });
      stack.defer(() => server.close());
      const browsers = new Map<string, Promise<Browser>>();
      await use({
        server,
        turn,
        browser({ browser = 'chromium', chromium = {} }) {
          const key = JSON.stringify({ browser, chromium });
          const known = browsers.get(key);
          if (known !== undefined) return known;
          const launched =
            browser === 'firefox'
              ? launchFirefox()
              : launchChromium({ framesPerSecond: inject('framesPerSecond'), ...chromium });
          browsers.set(key, launched);
          stack.defer(async () => (await launched).close());
          return launched;
        },
      });
    },
    { scope: 'file' },
  ],

  world: async ({ house, task }, use) => {
    await using stack = new AsyncDisposableStack();
    const people: Person[] = [];
    const serverOf = ({ server = house.server }: Wishes): Server => server;
    const seat = async (identity: Identity, wishes: Wishes): Promise<Person> => {
      const browser = await house.browser(wishes);
      const profile = await browser.newProfile(wishes);
      stack.defer(() => profile.close());
      const url = wishes.wire === undefined ? serverOf(wishes).url : `http://${loopback}:${wishes.wire.port}`;
      const person = await Person.seat(identity, profile, { url, relayOnly: wishes.relayOnly ?? false, page: wishes.page });
      people.push(person);
      return person;
    };
    await use({
      ...house,
      person: async (name, wishes = {}) => seat(await serverOf(wishes).claim(unique(name)), wishes),
      visitor: async (meeting, name, wishes = {}) => seat(await serverOf(wishes).visit(meeting, name), wishes),
      anotherDevice: async (of, wishes = {}) => seat(await serverOf(wishes).join(of.identity), wishes),
      async anotherTab(of) {
        const person = await of.anotherTab();
        people.push(person);
        return person;
      },
      async wire() {
        const wire = await Wire.lay(house.server.port);
        stack.defer(() => wire.close());
        return wire;
      },
      async anotherServer(options) {
        const server = await Server.start({ pages: inject('pages'), turn: house.turn, ...options });
        stack.defer(() => server.close());
        return server;
      },
    });
    if (task.result?.state === 'fail') await report(people, house.server);
    else await leaveNothing(people);
  },
});

let count = 0;
/** Names are taken once and for all. */
function unique(name: string): string {
  count += 1;
  return `${name} ${count}`;
}

async function report(people: readonly Person[], server: Server): Promise<void> {
  for (const person of people.filter(({ isOpen }) => isOpen))
    console.log(JSON.stringify(await person.page.report(), undefined, 1));
  console.log(server.log);
}

async function leaveNothing(people: readonly Person[]): Promise<void> {
  const open = people.filter(({ isOpen }) => isOpen);
  for (const { page } of open) await page.hangUpAll();
  for (const { page } of open) await page.holdsOnly({ connections: 0, microphones: 0, cameras: 0 });
  expect(people.flatMap(({ faults }) => faults)).toEqual([]);
}
