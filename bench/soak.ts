/** What stays of millions of packets, most of them wrong: in the router alone, and in a worker behind real transports. */
import { createSocket } from 'node:dgram';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { MediaPool } from '../packages/server/src/media/pool.ts';
import { publishing } from '../test/support/media-descriptions.ts';
import { MediaPublisher, MediaReceiver } from '../test/support/media-peers.ts';
import { freePort, loopback } from '../test/browser/harness/ports.ts';
import { hall, local, start } from '../test/fuzz/media-hall.ts';
import { binding, control, damaged, datagram, packet, rewritten } from '../test/fuzz/media-noise.ts';
import { Chance } from '../test/sim/chance.ts';
import { residentOf } from './harness/processes.ts';
import { printMachine, printTable, report } from './harness/report.ts';

/** MB that may be there more than after the first third: what allocators keep. */
const mostGrown = 16;
/** In the first third of it allocators take what they keep: 4,000 guests or so. */
const [routerMs, workerMs] = [15_000, 100_000];
const prepared = 8_192;
const mb = 1024 * 1024;
const silent = { info() {}, warn() {}, error() {} };

const seed = Number(process.env['OFFHOOK_SEED'] ?? Date.now() % 1_000_000_000);
const chance = new Chance(seed);
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const clock = (): number => performance.timeOrigin + performance.now();

interface Soaked {
  readonly good: number;
  readonly bad: number;
  /** In MB. */
  readonly grown: number;
}

/** Round about. */
function at<T>(list: readonly T[], n: number): T {
  const one = list[n % list.length];
  if (one === undefined) throw new Error('nothing is prepared');
  return one;
}

function heap(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

/** Packets right and wrong, in a time that goes faster. */
function soakRouter(): Soaked {
  const { publisher, subscribers, ssrcs, sent } = hall();
  const noise = Array.from({ length: prepared }, (_, n) =>
    damaged(chance, chance.is(0.7) ? packet(chance, ssrcs, n) : control(chance, ssrcs)),
  );
  const end = clock() + routerMs;
  let [n, now, before] = [0, start, 0];
  while (n % 1_024 !== 0 || clock() < end) {
    const one = Buffer.from(at(noise, n % 10 === 0 ? chance.between(0, prepared - 1) : n));
    now += n % 1_000 === 0 ? chance.between(0, 3_000) : 0.5;
    if (n % 5 < 3) publisher.receive(one, now);
    else at(subscribers, n).receive(one, now);
    if (++n % 40 === 0) for (const side of [publisher, ...subscribers]) side.tick(now);
    if (before === 0 && clock() > end - (routerMs * 2) / 3) before = heap();
  }
  const { malformed, unknown, excess } = publisher.counters;
  return { good: sent.packets, bad: malformed + unknown + excess, grown: (heap() - before) / mb };
}

/** A picture from one to another, while the port is flooded, descriptions are wrong, and others come and go. */
async function soakWorker(): Promise<Soaked & { readonly descriptions: number; readonly datagrams: number }> {
  const port = await freePort();
  const pool = new MediaPool({ port, listen: loopback, workers: 1, log: silent });
  const publisher = new MediaPublisher(1_000, { port: await freePort(), listen: loopback });
  const { answer } = await pool.publish('session', 'anna', publisher.offer, ['video']);
  publisher.connect(answer);
  const eve = new MediaPublisher(3_000, { port: await freePort(), listen: loopback });
  eve.connect((await pool.publish('session', 'eve', eve.offer, ['video'])).answer);
  let receiver: MediaReceiver | undefined;
  const own = await freePort();
  pool.onEvent((event) => {
    if (event.type !== 'offer' || event.participant !== 'bo') return;
    receiver?.close();
    receiver = new MediaReceiver(event.offer, { port: own, listen: loopback }, clock);
    pool.answer('session', 'bo', event.revision, receiver.answer).catch(() => {});
  });
  pool.subscribe('session', 'bo', [{ participant: 'anna', mid: '0' }]);

  const [pid = 0] = pool.pids;
  const socket = createSocket('udp4');
  const ufrags = [...answer.matchAll(/a=ice-ufrag:(\S+)/gu)].map((match) => match[1] ?? '');
  const seen = [...ufrags.map((ufrag) => binding(`${ufrag}:abcd`)), packet(chance, [1_000], 1), control(chance, [1_000])];
  const noise = Array.from({ length: prepared }, () => datagram(chance, seen));
  const offer = publishing(2_000, local);
  const began = clock();
  let [good, before, descriptions, datagrams] = [0, 0, 0, 0];
  while (clock() < began + workerMs) {
    for (let n = 0; n < 200; n++, datagrams++) socket.send(at(noise, datagrams), port, loopback);
    await new Promise((resolve) => socket.send(at(noise, datagrams), port, loopback, resolve));
    publisher.send(5, clock());
    // What arrives by a connection that is there, encrypted, and is wrong.
    for (let n = 0; n < 20; n++)
      eve.sendAsItIs(damaged(chance, chance.is(0.7) ? packet(chance, [3_000], n) : control(chance, [3_000])));
    receiver?.tick();
    good += receiver?.take().packets ?? 0;
    const guest = `guest-${descriptions++}`;
    await pool.publish('session', guest, rewritten(chance, offer), ['audio', 'video', 'data']).catch(() => {});
    pool.leave('session', guest);
    if (before === 0 && clock() > began + workerMs / 3) before = residentOf(pid);
  }
  const grown = (residentOf(pid) - before) / mb;
  if (pool.pids[0] !== pid) throw new Error('the worker was lost');
  socket.close();
  for (const one of [publisher, eve, receiver]) one?.close();
  await pool.stop();
  return { good, bad: datagrams, grown, descriptions, datagrams };
}

printMachine();
console.log(`seed ${seed}`);
const router = soakRouter();
const worker = await soakWorker();
const rounded = (value: number): number => Math.round(value * 10) / 10;
printTable([
  ['', 'passed on', 'wrong, dropped', 'MB more'],
  ['router alone', router.good, router.bad, rounded(router.grown)],
  ['worker, over its port', worker.good, worker.datagrams, rounded(worker.grown)],
  ['descriptions, of as many who came and went', '', worker.descriptions, ''],
]);
report({
  bench: 'soak',
  figures: {
    seed,
    routerGood: router.good,
    routerBad: router.bad,
    routerGrown: router.grown,
    good: worker.good,
    datagrams: worker.datagrams,
    descriptions: worker.descriptions,
    grown: worker.grown,
  },
  ratio: Math.max(router.grown, worker.grown),
  budget: mostGrown,
  also: worker.good > 0,
});
