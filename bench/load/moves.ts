/** How long nothing is heard: while a call goes on as a meeting, a meeting as a call, and after a media worker was killed. */
import type { Browser } from '../../test/browser/harness/browsers.ts';
import { buildPages } from '../../test/browser/harness/pages.ts';
import { Person } from '../../test/browser/harness/person.ts';
import { freePort } from '../../test/browser/harness/ports.ts';
import type { Remote } from '../../test/browser/harness/remote.ts';
import { Server } from '../../test/browser/harness/server.ts';
import { killWorker } from '../../test/browser/harness/workers.ts';
import type { MeetingKit } from '../../test/browser/page/meeting-kit.ts';

/** In milliseconds, of the one of two who hears nothing for longer. */
export interface Silences {
  readonly toMeeting: number;
  readonly toCall: number;
  readonly killed: number;
}

interface Talker {
  readonly address: string;
  readonly kit: Remote<MeetingKit>;
}

export async function silences(browser: Browser): Promise<Silences> {
  await using stack = new AsyncDisposableStack();
  const pages = await buildPages();
  stack.defer(() => pages.remove());
  const server = await Server.start({ pages: pages.folder, settings: { mediaPort: await freePort(), mediaWorkers: 1 } });
  stack.defer(() => server.close());
  const seat = async (name: string): Promise<Talker> => {
    const profile = await browser.newProfile();
    stack.defer(() => profile.close());
    const wishes = { url: server.url, relayOnly: false, page: 'sessions.html' };
    const person = await Person.seat(await server.claim(name), profile, wishes);
    return { address: person.address, kit: person.page as Remote<MeetingKit> };
  };
  const [anna, bo] = [await seat('Anna'), await seat('Bo')];
  const both = [anna, bo];
  const longest = async (): Promise<number> => Math.max(...(await Promise.all(both.map(({ kit }) => kit.longestSilence()))));
  for (const { kit } of both) await kit.plugInTone();
  await bo.kit.followMoves();

  await anna.kit.call(bo.address);
  await bo.kit.answer(anna.address);
  await Promise.all(both.map(({ kit }) => kit.hears()));
  const meeting = await anna.kit.createMeeting({ lobby: 'off' });
  await anna.kit.enter(meeting);
  await anna.kit.untilNews('session');
  await anna.kit.moveCall(bo.address);
  await bo.kit.untilNews('moved well');
  await Promise.all([anna.kit.untilArrives([bo.address], 'sound'), bo.kit.untilArrives([anna.address], 'sound')]);
  const toMeeting = await longest();

  for (const { kit } of both) await kit.listenForGaps();
  killWorker(server);
  await Promise.all(both.map(({ kit }) => kit.untilSilence()));
  await Promise.all([anna.kit.untilArrives([bo.address], 'sound'), bo.kit.untilArrives([anna.address], 'sound')]);
  const killed = await longest();

  for (const { kit } of both) await kit.listenForGaps();
  await anna.kit.callFromMeeting();
  await Promise.all([anna.kit.until(bo.address, 'active'), bo.kit.until(anna.address, 'active')]);
  await Promise.all(both.map(({ kit }) => kit.untilNews('over left')));
  await Promise.all(both.map(({ kit }) => kit.hears()));
  const toCall = await longest();
  for (const { kit } of both) await kit.hangUpAll();
  return { toMeeting, toCall, killed };
}
