/** CPU per forwarded packet of media, one to 50 and ten to one another: the media worker, a bare libdatachannel loop, Janus. */
import { Child } from './harness/child.ts';
import { cpuOf } from './harness/processes.ts';
import { printMachine, printTable, report, round } from './harness/report.ts';
import { median, quantile } from './harness/statistics.ts';
import { medianRatio, turnAbout } from './harness/turns.ts';
import type { Send, Sent } from './load/forward.ts';
import { parties, startForwarder, titles } from './servers/forwarders.ts';
import type { Forwarder, Party } from './servers/forwarders.ts';
import type { Got } from '../test/support/media-peers.ts';

const budget = 1.3;
/** Of Janus. */
const share = 0.5;
const rounds = 3;
const seconds = 1.2;
/** What is asked for without any loss, in packets a second. */
const asked = 90_000;
/** After the last packet was sent, what is under way arrives. */
const settleMs = 200;
const connectMs = 10_000;
const attemptsMost = 5;

interface Shape {
  readonly title: string;
  readonly publishers: number;
  readonly receivers: number;
  /** Packets of each publisher. */
  readonly perSecond: number;
  /** At which the highest rate without loss is looked for where there was loss, from the highest. */
  readonly rates: readonly number[];
}

/** Those who publish come first among those who receive, and do not receive themselves. */
const shapes = {
  lecture: { title: '1 → 50', publishers: 1, receivers: 50, perSecond: 2_000, rates: [1_800, 1_200, 600, 300] },
  meeting: { title: '10 × 10', publishers: 10, receivers: 10, perSecond: 500, rates: [] },
} as const satisfies Record<string, Shape>;
type ShapeName = keyof typeof shapes;

interface Result {
  /** Microseconds per packet that arrived. */
  readonly cost: number;
  /** From 0 to 1. */
  readonly loss: number;
  /** That arrived. */
  readonly perSecond: number;
}

/** A forwarder, with those who publish and those who receive in two more processes. */
class Hall {
  readonly #forwarder: Forwarder;
  readonly #senders: Child;
  readonly #receivers: Child;

  private constructor(forwarder: Forwarder, senders: Child, receivers: Child) {
    this.#forwarder = forwarder;
    this.#senders = senders;
    this.#receivers = receivers;
  }

  static async open(party: Party, { publishers, receivers }: Shape): Promise<Hall> {
    const file = new URL('./load/forward.ts', import.meta.url);
    const hall = new Hall(await startForwarder(party), new Child(file), new Child(file));
    const names = await Promise.all(upTo(publishers).map((n) => tried((attempt) => hall.#publish(`person-${n}.${attempt}`))));
    const isMeeting = publishers === receivers;
    await Promise.all(
      upTo(receivers).map((n) => {
        const from = names.filter((_, at) => !isMeeting || at !== n);
        return tried((attempt) => hall.#subscribe(`listener-${n}.${attempt}`, from));
      }),
    );
    await hall.#flow(publishers * (isMeeting ? receivers - 1 : receivers));
    return hall;
  }

  async measure(perSecond: number): Promise<Result> {
    await this.#take();
    const before = cpuOf(this.#forwarder.pid);
    const sent = await this.#senders.ask<Sent>('send', { perSecond, seconds } satisfies Send);
    await new Promise((resolve) => setTimeout(resolve, settleMs));
    const cpu = cpuOf(this.#forwarder.pid) - before;
    const { packets, lost } = await this.#take();
    return { cost: cpu / packets, loss: lost / (packets + lost), perSecond: packets / sent.seconds };
  }

  async close(): Promise<void> {
    for (const child of [this.#senders, this.#receivers]) await child.stop();
    await this.#forwarder.stop();
  }

  /** The name, or undefined where no connection came about. */
  async #publish(name: string): Promise<string | undefined> {
    const answer = await this.#forwarder.publish(name, await this.#senders.ask('offer', name));
    await this.#senders.ask('connect', { name, sdp: answer });
    return (await this.#senders.ask<boolean>('isConnected', name)) ? name : undefined;
  }

  async #subscribe(name: string, from: readonly string[]): Promise<string | undefined> {
    try {
      await this.#forwarder.subscribe(name, from, (sdp) => this.#receivers.ask('answer', { name, sdp }));
    } catch (error) {
      console.error(String(error));
    }
    return (await this.#receivers.ask<boolean>('isConnected', name)) ? name : undefined;
  }

  /** Until everybody gets everything. */
  async #flow(sources: number): Promise<void> {
    const until = performance.now() + connectMs;
    let got: Got = { sources: 0, packets: 0, lost: 0 };
    while (performance.now() < until) {
      await this.#senders.ask('send', { perSecond: 100, seconds: 0.3 } satisfies Send);
      got = await this.#take();
      if (got.sources === sources) return;
    }
    throw new Error(`only ${got.sources} of ${sources} streams arrive`);
  }

  #take(): Promise<Got> {
    return this.#receivers.ask('take');
  }
}

/** From 0 on. */
function upTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, n) => n);
}

/** Of libdatachannel as the side that offers, some handshakes fail on a busy machine (paullouisageneau/libdatachannel#1612). */
async function tried(once: (attempt: number) => Promise<string | undefined>): Promise<string> {
  for (let attempt = 1; attempt <= attemptsMost; attempt++) {
    const done = await once(attempt);
    if (done !== undefined) return done;
  }
  throw new Error('no connection');
}

async function compare(name: ShapeName): Promise<void> {
  const shape: Shape = shapes[name];
  const halls = new Map<Party, Hall>();
  const hallOf = (party: Party): Hall => {
    const hall = halls.get(party);
    if (hall === undefined) throw new Error(`${party} was not started`);
    return hall;
  };
  for (const party of parties) halls.set(party, await Hall.open(party, shape));
  const results = await turnAbout(parties, { rounds, warmUp: 1 }, (party) => hallOf(party).measure(shape.perSecond));
  for (const party of parties) {
    const costs = results[party].map(({ cost }) => cost);
    const ratio = medianRatio(results[party], results.bare, ({ cost }) => cost);
    const loss = median(results[party].map((one) => one.loss));
    const perSecond = median(results[party].map((one) => one.perSecond));
    const worst = Math.max(...results[party].map((one) => one.loss));
    const lossless = worst === 0 ? Math.round(perSecond) : await withoutLoss(hallOf(party), shape);
    rows.push([
      titles[party],
      shape.title,
      ...[median(costs), quantile(costs, 0), quantile(costs, 1), ratio].map(round),
      Math.round(perSecond),
      `${(loss * 100).toFixed(2)} %`,
      lossless ?? '',
    ]);
    figures[`${party}.${name}`] = median(costs);
    figures[`${party}.${name}.loss`] = loss;
    if (lossless !== undefined) figures[`${party}.${name}.lossless`] = lossless;
    if (party === 'offhook') ratios.push(ratio);
  }
  if (results.janus !== undefined) ofJanus.push(medianRatio(results.offhook, results.janus, ({ cost }) => cost));
  for (const hall of halls.values()) await hall.close();
}

/** The highest rate of forwarded packets, below that of the rounds, at which nothing is lost; 0: none of those that were tried. */
async function withoutLoss(hall: Hall, { rates }: Shape): Promise<number | undefined> {
  for (const rate of rates) {
    const { loss, perSecond } = await hall.measure(rate);
    if (loss === 0) return Math.round(perSecond);
  }
  return rates.length > 0 ? 0 : undefined;
}

// Whatever hangs, the benchmark ends.
setTimeout(() => {
  console.error('forward: not done after three minutes');
  process.exit(1);
}, 180_000).unref();
printMachine();
const head = [
  'µs of CPU per packet',
  '',
  'median',
  'lowest',
  'highest',
  '× bare',
  'packets/s',
  'lost',
  'packets/s without loss',
];
const rows: (string | number)[][] = [head];
const figures: Record<string, number> = {};
const [ratios, ofJanus]: [number[], number[]] = [[], []];
for (const name of Object.keys(shapes) as ShapeName[]) await compare(name);

printTable(rows);
console.log(`Packets of 1,200 bytes. ${rounds} rounds of ${seconds} s turn about; CPU by the packets that arrived.`);
if (!parties.includes('janus')) console.log('Janus is not installed (Debian: janus), so it was not compared.');
const lossless = figures['offhook.lecture.lossless'] ?? 0;
if (lossless < asked) console.log(`Without loss ${lossless} packets a second, asked were ${asked}.`);
for (const one of ofJanus) figures['ofJanus'] = Math.max(figures['ofJanus'] ?? 0, one);
report({
  bench: 'forward',
  figures,
  ratio: Math.max(...ratios),
  budget,
  also: ofJanus.every((one) => one < share) && lossless >= asked,
});
