/** How soon a call rings where no page can, how soon it stops everywhere, and what a push costs beside bare `web-push`. */
import { createECDH, randomBytes } from 'node:crypto';
import { request } from 'node:http';
import webPush from 'web-push';
import { PushDesk } from '../packages/server/src/push/desk.ts';
import { Pushes } from '../packages/server/src/push/book.ts';
import { makePrivateKey, vapidKeys } from '../packages/server/src/push/vapid.ts';
import { WebPush } from '../packages/server/src/push/web-push.ts';
import type { Push, StoredPush } from '../packages/server/src/ports/push.ts';
import { Registry } from '../packages/server/src/metrics.ts';
import { MemoryDisk } from '../packages/server/src/store/memory-disk.ts';
import { MemoryStore } from '../packages/server/src/store/memory.ts';
import { SystemClock } from '../packages/server/src/system/clock.ts';
import { SystemHash } from '../packages/server/src/system/hash.ts';
import { delivery, openTabs } from '../test/browser/harness/push.ts';
import { Server } from '../test/browser/harness/server.ts';
import { buildWebPhone } from '../test/browser/harness/web-phone.ts';
import { PushService } from '../test/support/push-service.ts';
import { addDevice, answer, audio, callId, offer, post, Wire } from '../test/support/wire.ts';
import type { Identity } from '../test/support/wire.ts';
import { Child } from './harness/child.ts';
import { printMachine, printTable, report, round } from './harness/report.ts';
import { median, quantile } from './harness/statistics.ts';
import { medianRatio, turnAbout } from './harness/turns.ts';

const rounds = 7;
const pushesPerRound = 300;
const budget = 1.5;
/** What people are promised, in milliseconds. */
const promised = { rings: 3_000, cancels: 500, stops: 500 } as const;

/** Milliseconds: from the invite until a frozen tab's person hears it ring, and from the answer until it is quiet elsewhere. */
interface Wait {
  /** Until the push service has the message; until the service worker has said that it rings. */
  readonly pushed: number;
  readonly rings: number;
  /** Until the push service has the message that ends it; until another page that rings is told. */
  readonly cancels: number;
  readonly stops: number;
}

printMachine();
const waits = await measureWaits();
const { costs, ratio } = await measureCosts();

const rows = (['pushed', 'rings', 'cancels', 'stops'] as const).map((what) => {
  const values = waits.map((wait) => wait[what]);
  return { what, values, usual: median(values) };
});
const titles: Readonly<Record<keyof Wait, string>> = {
  pushed: 'from the call until it is pushed to a frozen tab',
  rings: 'from the call until it rings there',
  cancels: 'from the answer until the end is pushed',
  stops: 'from the answer until another page is told',
};
printTable([
  ['milliseconds', 'median', 'lowest', 'highest', 'promised'],
  ...rows.map(({ what, values, usual }) => [
    titles[what],
    ...[usual, quantile(values, 0), quantile(values, 1)].map(round),
    what === 'pushed' ? '' : promised[what],
  ]),
]);
printTable([
  ['CPU µs a push', 'median', 'lowest', 'highest'],
  ...(['bare', 'offhook'] as const).map((party) => [
    party === 'bare' ? 'web-push and one POST' : 'Offhook',
    ...[median(costs[party]), quantile(costs[party], 0), quantile(costs[party], 1)].map(round),
  ]),
]);
console.log(`${rounds} calls; ${rounds} rounds of ${pushesPerRound} pushes each, turn about.`);
report({
  bench: 'push',
  figures: {
    rounds,
    ...Object.fromEntries(rows.map(({ what, usual }) => [what, usual])),
    'cpu.bare': median(costs.bare),
    'cpu.offhook': median(costs.offhook),
  },
  ratio,
  budget,
  also: rows.every(({ what, usual }) => what === 'pushed' || usual <= promised[what]),
});

/** The real server, and Chromium with a frozen tab: a stand-in for a push service hands on what it gets. */
async function measureWaits(): Promise<Wait[]> {
  const [pages, service] = await Promise.all([buildWebPhone(), PushService.start()]);
  const server = await Server.start({ pages: pages.folder, settings: { pushAllow: [service.origin] } });
  const { chromium, phone } = await openTabs(server.url, 'Bo', service.subscribe());
  await phone.locator('>>> offhook-add-device >>> button').click();
  const field = await phone.waitForSelector('>>> offhook-copy-link >>> input');
  const link = new URL(await (field?.evaluate((input) => input.value) ?? ''));
  const joined = await post(server.port, '/v1/open/join', { code: link.searchParams.get('join'), device: 'Desktop' });
  const identity = (await joined.json()) as Identity;
  const [caller, desktop, tablet] = await Promise.all([
    Wire.signIn(server.port, await server.claim('Anna')),
    Wire.signIn(server.port, identity),
    addDevice(server.port, identity, 'Tablet').then((other) => Wire.signIn(server.port, other)),
  ]);
  const beside = await chromium.newPage();
  await beside.goto(`${server.url}/favicon.svg`);
  const bring = await delivery(await beside.createCDPSession(), server.url);
  await (await phone.createCDPSession()).send('Page.setWebLifecycleState', { state: 'frozen' });

  const found: Wait[] = [];
  // One more, to warm up.
  for (let at = 0; at <= rounds; at += 1) {
    const call = callId();
    const called = Date.now();
    await caller.request({ type: 'invite', call, to: 'bo', media: audio, offer });
    await Promise.all([desktop.take('incoming'), tablet.take('incoming')]);
    const ring = await service.take('ring');
    await bring(ring);
    await caller.take('ringing');
    const rang = Date.now();
    const answered = Date.now();
    const over = service.take('over');
    const [told] = await Promise.all([
      tablet.take('ended').then(() => Date.now()),
      desktop.request({ type: 'accept', call, epoch: 1, answer }),
    ]);
    const end = await over;
    await bring(end);
    await caller.request({ type: 'hangup', call });
    await Promise.all([caller.take('accepted'), desktop.take('ended')]);
    const wait = { pushed: ring.at - called, rings: rang - called, cancels: end.at - answered, stops: told - answered };
    if (at > 0) found.push(wait);
  }
  await chromium.close();
  await server.close();
  await service.stop();
  pages.remove();
  return found;
}

/** What this process pays for a push, until the service has answered. */
async function measureCosts(): Promise<{ costs: Record<'bare' | 'offhook', number[]>; ratio: number }> {
  const sink = new Child(new URL('./servers/push-sink.ts', import.meta.url));
  const origin = `http://127.0.0.1:${await sink.ask<number>('port')}`;
  const vapid = vapidKeys(makePrivateKey());
  const devices = Array.from({ length: pushesPerRound }, (_, at) => subscription(origin, at));
  const disk = new MemoryDisk();
  disk.apply(devices.map((push) => ({ type: 'push_on', push })));
  const web = new WebPush({ keys: vapid, contact: () => 'mailto:ops@example.com', allowed: [origin] });
  let answered: (() => void) | undefined;
  const counted: Push = {
    send: (to, message) => web.send(to, message).finally(() => answered?.()),
    close: () => web.close(),
  };
  const store = new MemoryStore({ disk });
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const desk = new PushDesk({
    store,
    book: new Pushes(store),
    clock: new SystemClock(),
    hash: new SystemHash('key'),
    log,
    metrics: new Registry(),
    web: counted,
    relay: undefined,
    publicUrl: () => 'https://calls.example',
    unpushed: (call, device) => {
      throw new Error(`${call} was not pushed to ${device}`);
    },
  });
  const notice = { caller: { address: 'anna', name: 'Anna Berg' }, video: false, until: Date.now() + 3_600_000 };
  let calls = 0;
  const body = JSON.stringify({ notification: 'x'.repeat(600) });

  const push = {
    offhook: () =>
      new Promise<void>((resolve) => {
        let left = pushesPerRound;
        answered = () => {
          left -= 1;
          if (left === 0) resolve();
        };
        calls += 1;
        for (const { user, device } of devices) desk.wake(user, device, { ...notice, call: `call-${calls}` });
      }),
    bare: async () => {
      await Promise.all(
        devices.map(({ endpoint, keys }) => {
          const vapidDetails = { subject: 'mailto:ops@example.com', ...vapid };
          const details = webPush.generateRequestDetails({ endpoint, keys: { p256dh: '', auth: '', ...keys } }, body, {
            vapidDetails,
          });
          return posted(endpoint, details.headers, details.body);
        }),
      );
    },
  };
  const costs = await turnAbout(['bare', 'offhook'] as const, { rounds, warmUp: 2 }, async (party) => {
    const before = process.cpuUsage();
    await push[party]();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / pushesPerRound;
  });
  await desk.close();
  await sink.stop();
  const [bare, offhook] = [[...costs.bare], [...costs.offhook]];
  return { costs: { bare, offhook }, ratio: medianRatio(offhook, bare, (cost) => cost) };
}

/** Each of somebody else, as those of many people are. */
function subscription(origin: string, at: number): StoredPush {
  const browser = createECDH('prime256v1');
  const keys = { p256dh: browser.generateKeys('base64url'), auth: randomBytes(16).toString('base64url') };
  return { device: `device-${at}`, user: `user-${at}`, provider: 'web', endpoint: `${origin}/${at}`, keys, at };
}

function posted(url: string, headers: Record<string, string>, body: Buffer | null): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', headers }, (response) => {
      response.resume();
      response.on('end', resolve);
    });
    sent.on('error', reject);
    sent.end(body ?? undefined);
  });
}
