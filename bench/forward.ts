/** CPU per forwarded packet of media, one to 50 and ten to one another: the media worker, a bare libdatachannel loop, Janus. */
import { printMachine, printTable, report, round } from './harness/report.ts';
import { median, quantile } from './harness/statistics.ts';
import { medianRatio, turnAbout } from './harness/turns.ts';
import { Hall } from './load/hall.ts';
import { parties, titles } from './servers/forwarders.ts';
import type { Party } from './servers/forwarders.ts';

const budget = 1.3;
/** Of Janus. */
const share = 0.5;
const rounds = 3;
const seconds = 1.2;
/** What is asked for without any loss, in packets a second. */
const asked = 90_000;

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

async function compare(name: ShapeName): Promise<void> {
  const shape: Shape = shapes[name];
  const halls = new Map<Party, Hall>();
  const hallOf = (party: Party): Hall => {
    const hall = halls.get(party);
    if (hall === undefined) throw new Error(`${party} was not started`);
    return hall;
  };
  for (const party of parties) halls.set(party, await Hall.open(party, shape));
  const results = await turnAbout(parties, { rounds, warmUp: 1 }, (party) => hallOf(party).measure(shape.perSecond, seconds));
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
    const { loss, perSecond } = await hall.measure(rate, seconds);
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
