/** Seconds from `npm start` on an installed tree to the first answer of the server. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { buildingMarker, phoneDir } from '../scripts/phone.ts';
import { root, run } from '../scripts/run.ts';
import { dataRoot } from './harness/data.ts';
import { printMachine, printTable, report, round } from './harness/report.ts';
import { median, quantile } from './harness/statistics.ts';
import { turnAbout } from './harness/turns.ts';

const rounds = 5;
const budget = 1.5;
const parties = {
  npm: 'npm start of a script that does nothing',
  built: 'Offhook',
  first: 'Offhook, the web phone not built yet',
};
type Party = keyof typeof parties;

printMachine();
await run(process.execPath, [join(root, 'scripts/build-phone.ts')]);
mkdirSync(dataRoot, { recursive: true });
const folder = mkdtempSync(join(dataRoot, 'start-'));
writeFileSync(join(folder, 'package.json'), JSON.stringify({ scripts: { start: 'node --eval 0' } }));

async function measure(party: Party): Promise<number> {
  if (party === 'npm') {
    const started = performance.now();
    await once(npmStart(folder, []), 'exit');
    return seconds(started);
  }
  if (party === 'first') {
    // The page is older than its sources: as after a fresh clone, the web phone is built while the server starts.
    utimesSync(join(phoneDir, 'index.html'), 0, 0);
  }
  const dataDir = mkdtempSync(join(folder, 'data-'));
  const port = await freePort();
  const started = performance.now();
  const npm = npmStart(root, ['--port', String(port), '--data-dir', dataDir]);
  await until(() => answers(port), npm);
  const taken = seconds(started);
  await until(() => !existsSync(buildingMarker), npm);
  const gone = once(npm, 'exit');
  process.kill(-(npm.pid ?? 0), 'SIGTERM');
  await gone;
  return taken;
}

/** As a person at a terminal has it: nothing of the npm that runs this benchmark is left in the environment. */
function npmStart(cwd: string, flags: readonly string[]): ChildProcess {
  const kept = Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_|INIT_CWD)/.test(name));
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((entry) => !/node_modules|node-gyp/.test(entry));
  const env = { ...Object.fromEntries(kept), PATH: path.join(delimiter) };
  // What npm thinks of this machine's settings is not told each time.
  return spawn('npm', ['start', '--', ...flags], { cwd, env, stdio: 'ignore', detached: true });
}

async function answers(port: number): Promise<boolean> {
  const response = await fetch(`http://localhost:${port}/healthz`).catch(() => undefined);
  return response?.ok === true;
}

async function until(condition: () => boolean | Promise<boolean>, npm: ChildProcess): Promise<void> {
  while (!(await condition())) {
    if (npm.exitCode !== null) throw new Error(`npm start ended with ${npm.exitCode}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function seconds(started: number): number {
  return (performance.now() - started) / 1000;
}

const names = Object.keys(parties) as Party[];
const taken = await turnAbout(names, { rounds, warmUp: 1 }, measure);
rmSync(folder, { recursive: true, force: true });

printTable([
  ['seconds', 'median', 'lowest', 'highest'],
  ...names.map((name) => [
    parties[name],
    ...[median(taken[name]), quantile(taken[name], 0), quantile(taken[name], 1)].map(round),
  ]),
]);
console.log(`${rounds} starts each, turn about. The ratio is the seconds of the slower start.`);
report({
  bench: 'start',
  figures: Object.fromEntries(names.map((name) => [name, median(taken[name])])),
  ratio: Math.max(median(taken.built), median(taken.first)),
  budget,
});
