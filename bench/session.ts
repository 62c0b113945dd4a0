/** Sessions: from joining to everybody's first picture, silence on the way from calls and back, memory of a participant, how many of four a worker bears, and how fast a picture follows a way that becomes narrow. */
import type { StreamRef } from '../packages/server/src/ports/media.ts';
import { MediaPool } from '../packages/server/src/media/pool.ts';
import { launchChromium } from '../test/browser/harness/browsers.ts';
import { Attendee, blankSite } from '../test/browser/harness/meeting.ts';
import { narrow } from '../test/browser/harness/narrow.ts';
import { freePort } from '../test/browser/harness/ports.ts';
import { Child } from './harness/child.ts';
import { residentOf } from './harness/processes.ts';
import { printMachine, printTable, report, round } from './harness/report.ts';
import type { Send } from './load/forward.ts';
import { Hall } from './load/hall.ts';
import { silences } from './load/moves.ts';
import { startForwarder } from './servers/forwarders.ts';

/** Asked for, in milliseconds: until a smaller picture, until the large one again, and without any picture in between. */
const asked = { fall: 3_000, rise: 10_000, gap: 500, move: 300, killed: 3_000 };
/** 400 kbit/s, in bytes. */
const narrowPerSecond = 50_000;
const narrowMs = 12_000;
/** How long it is looked at before. */
const steadyMs = 5_000;
const people = 10;
const joining = 20;
const told = [2, 5, 10, 20];
/** Packets a second that each sends in a session of four: a video of 1 Mbit/s. */
const perSecond = 100;
/** Sessions that are opened before it is looked whether anything is lost. */
const sessionsAtOnce = 4;
const sessionsMost = 48;
/** Nobody waits longer; then the machine bears no more. */
const joinMs = 45_000;
/** Nobody else joins after that. */
const joiningMs = 180_000;
const stepMs = 20;

const silent = { info() {}, warn() {}, error() {} };
const figures: Record<string, number> = {};
const rows: (string | number)[][] = [['', '', 'asked']];

printMachine();
const site = await blankSite();
const browser = await launchChromium();

/** Milliseconds until it is so; undefined where that takes too long. */
async function until(isSo: () => Promise<boolean>, most: number): Promise<number | undefined> {
  const began = Date.now();
  while (!(await isSo())) {
    if (Date.now() - began > most) return undefined;
    await new Promise((resolve) => setTimeout(resolve, stepMs));
  }
  return Date.now() - began;
}

/** One after the other joins; a join is over when everybody sees everybody. */
async function join(): Promise<void> {
  const pool = new MediaPool({ port: await freePort(), workers: 1, log: silent });
  const seated: Attendee[] = [];
  const streams: StreamRef[] = [];
  const end = Date.now() + joiningMs;
  for (let n = 1; n <= joining && Date.now() < end; n++) {
    const newcomer = await Attendee.seat(`person-${n}`, browser, site.url, 'join', pool);
    const began = Date.now();
    streams.push(...(await newcomer.publish({ video: true, width: 160, frameRate: 5 })));
    seated.push(newcomer);
    for (const { name } of seated)
      pool.subscribe(
        'join',
        name,
        streams.filter(({ participant }) => participant !== name),
      );
    let last = 0;
    const isComplete = async (): Promise<boolean> => {
      const firsts = (await Promise.all(seated.map((one) => one.shown()))).map((all) => all.map(({ first }) => first));
      last = Math.max(...firsts.flat());
      return firsts.every((all) => all.length === n - 1 && all.every((first) => first > 0));
    };
    if (n > 1 && (await until(isComplete, joinMs)) === undefined) {
      console.log(
        `The machine bears ${n - 1} pages: the next one did not see everybody, and was not seen by everybody, within ${joinMs} ms.`,
      );
      break;
    }
    if (!told.includes(n)) continue;
    figures[`join.${n}`] = last - began;
    rows.push([`ms to everybody's first frame, participant ${n}`, Math.round(last - began), '']);
  }
  await pool.stop();
}

/** Sessions of four, each of whom sends one video and receives those of the others, until the first packet is lost. */
async function sessions(): Promise<void> {
  const hall = await Hall.empty('offhook');
  let most = 0;
  for (let count = 0; count < sessionsMost;) {
    for (let n = 0; n < sessionsAtOnce; n++) await hall.meet(`session-${count++}`, 4);
    const { loss, perSecond: arrived } = await hall.measure(perSecond, 3);
    // What the senders could not send in time was lost before the worker had it.
    if (loss > 0 || arrived < count * 12 * perSecond * 0.95) break;
    most = count;
  }
  await hall.close();
  figures['sessions'] = most;
  rows.push([`sessions of four without loss, ${perSecond} packets/s each`, most, '']);
}

/** Of ten who publish one video each and receive those of the others, with full caches. */
async function memory(): Promise<void> {
  const file = new URL('./load/forward.ts', import.meta.url);
  const [forwarder, senders, receivers] = [await startForwarder('offhook'), new Child(file), new Child(file)];
  const names = Array.from({ length: people }, (_, n) => `person-${n}`);
  let empty = 0;
  for (const name of names) {
    const answer = await forwarder.publish(name, await senders.ask('offer', name));
    if (empty === 0) empty = residentOf(forwarder.pid);
    await senders.ask('connect', { name, sdp: answer });
  }
  for (const name of names) {
    const others = names.filter((one) => one !== name);
    await forwarder.subscribe(name, others, (sdp) => receivers.ask('answer', { name, sdp }));
  }
  await senders.ask('send', { perSecond: 250, seconds: 6 } satisfies Send);
  figures['memory'] = (residentOf(forwarder.pid) - empty) / people / 1_024;
  rows.push(['KB of the worker per participant, ten in all', Math.round(figures['memory']), '']);
  for (const child of [senders, receivers]) await child.stop();
  await forwarder.stop();
}

/**
 * So many meet, of whom one sends a large picture and the others small ones, and the way to one of them becomes narrow. Whether all that
 * is asked of it holds.
 */
async function follow(count: number): Promise<boolean> {
  const port = await freePort();
  const pool = new MediaPool({ port, workers: 1, log: silent });
  const seated: Attendee[] = [];
  for (let n = 0; n < count; n++) seated.push(await Attendee.seat(`person-${n}`, browser, site.url, 'follow', pool));
  const large = { audio: true, video: true, simulcast: true };
  const small = { audio: true, video: true, width: 160, frameRate: 5 };
  const published: (readonly StreamRef[])[] = [];
  // One after the other: Chromium opens its camera once for all pages, in the size that the first of them asks for.
  for (const [at, one] of seated.entries()) published.push(await one.publish(at === 0 ? large : small));
  for (const [at, { name }] of seated.entries()) {
    // Nobody but the one whose way becomes narrow looks at the large picture: five decoders of it are more than two cores bear.
    const others = published.filter((_, whose) => whose !== at && (whose !== 0 || at === 1)).flat();
    pool.subscribe('follow', name, count === 2 && at === 0 ? [] : others);
  }
  const [, watcher] = seated;
  if (watcher === undefined) throw new Error('somebody has to watch');
  let gap = 0;
  const isAt = async (holds: (width: number) => boolean): Promise<boolean> => {
    const shown = await watcher.shown();
    const one = shown.reduce((widest, other) => (other.width > widest.width ? other : widest), { first: 0, gap: 0, width: 0 });
    gap = Math.max(gap, one.gap);
    return shown.length === count - 1 && holds(one.width);
  };
  const isLarge = (): Promise<boolean> => isAt((width) => width === 1_280);
  const isSmall = (): Promise<boolean> => isAt((width) => width > 0 && width < 1_280);
  if ((await until(isLarge, 60_000)) === undefined) console.log('It was never as large as it is.');
  gap = 0;
  // What the machine does to frames by itself.
  await until(async () => !(await isLarge()), steadyMs);
  const steadyGap = gap;
  gap = 0;
  const way = narrow(port, narrowPerSecond, await watcher.port());
  const fall = (await until(isSmall, narrowMs)) ?? Number.POSITIVE_INFINITY;
  const began = Date.now();
  await until(async () => (await isSmall()) && Date.now() - began > narrowMs - fall, narrowMs);
  const fallGap = gap;
  gap = 0;
  way.widen();
  const rise = (await until(isLarge, 30_000)) ?? Number.POSITIVE_INFINITY;
  for (const one of seated) await one.close();
  await pool.stop();
  for (const [what, value] of Object.entries({ steadyGap, fall, rise, fallGap, riseGap: gap }))
    figures[`${what}.${count}`] = value;
  rows.push([`${count} people: ms until a smaller picture at 400 kbit/s`, fall, `≤ ${asked.fall}`]);
  rows.push([`${count} people: ms until the large one again`, rise, `≤ ${asked.rise}`]);
  rows.push([`${count} people: longest ms without a frame, before`, round(steadyGap), '']);
  rows.push([`${count} people: longest ms without a frame, falling`, round(fallGap), `≤ ${asked.gap}`]);
  rows.push([`${count} people: longest ms without a frame, rising`, round(gap), `≤ ${asked.gap}`]);
  return fall <= asked.fall && rise <= asked.rise && Math.max(fallGap, gap) <= asked.gap;
}

/** Whether all that is asked of it holds. */
async function move(): Promise<boolean> {
  const { toMeeting, toCall, killed } = await silences(browser);
  Object.assign(figures, { toMeeting, toCall, killed });
  rows.push(['ms of silence, from a call into a meeting', toMeeting, `≤ ${asked.move}`]);
  rows.push(['ms of silence, from a meeting into a call', toCall, `≤ ${asked.move}`]);
  rows.push(['ms of silence, after a worker was killed', killed, `≤ ${asked.killed}`]);
  return Math.max(toMeeting, toCall) <= asked.move && killed <= asked.killed;
}

const holds = [await follow(2), await follow(5), await move()].every(Boolean);
await memory();
await sessions();
await join();
await browser.close();
site.close();
printTable(rows);
report({
  bench: 'session',
  figures,
  ratio: (figures['fall.5'] ?? Number.POSITIVE_INFINITY) / asked.fall,
  budget: 1,
  also: holds,
});
