/** Sends application messages in pairs at an even rate, and waits until all of them have arrived. */
import { serve } from '../harness/service.ts';
import { open, type Dialect, type Line, type Login } from './dialects.ts';

export interface Connect {
  readonly dialect: Dialect;
  readonly port: number;
  readonly logins: readonly Login[];
}

export interface Send {
  readonly dialect: Dialect;
  readonly bytes: number;
  readonly perSecond: number;
  readonly seconds: number;
}

interface Crowd {
  readonly lines: readonly Line[];
  readonly logins: readonly Login[];
  arrived: number;
}

const crowds = new Map<Dialect, Crowd>();
/** How often messages leave: what is due is sent together, as it is by many people on a busy server. */
const tickMs = 5;
const patienceMs = 5_000;

async function connect({ dialect, port, logins }: Connect): Promise<void> {
  const crowd: Crowd = { lines: [], logins, arrived: 0 };
  const lines: Line[] = [];
  for (const login of logins) lines.push(await open(dialect, port, login, () => (crowd.arrived += 1)));
  crowds.set(dialect, Object.assign(crowd, { lines }));
}

/** How many messages were sent, each of which has arrived. */
async function send({ dialect, bytes, perSecond, seconds }: Send): Promise<number> {
  const crowd = crowds.get(dialect);
  if (crowd === undefined) throw new Error(`${dialect} is not connected`);
  const data = cursor(bytes);
  const senders = crowd.lines.map((line, index) => line.sender(crowd.logins[index ^ 1]?.name ?? '', data));
  const before = crowd.arrived;
  const started = performance.now();
  let sent = 0;
  for (let passed = 0; passed < seconds * 1000; passed = performance.now() - started) {
    for (const due = (passed / 1000) * perSecond; sent < due; sent += 1) senders[sent % senders.length]?.();
    await new Promise((resolve) => setTimeout(resolve, tickMs));
  }
  const patience = performance.now() + patienceMs;
  while (crowd.arrived - before < sent) {
    if (performance.now() > patience) throw new Error(`${dialect}: ${crowd.arrived - before} of ${sent} messages arrived`);
    await new Promise((resolve) => setTimeout(resolve, tickMs));
  }
  return sent;
}

/** What a shared drawing board sends: a pointer, and as many points of a stroke as make up the size. */
function cursor(bytes: number): unknown {
  const data = { x: 1034.5, y: 288.25, tool: 'pen', stroke: [] as number[][] };
  for (let at = 0; JSON.stringify(data).length < bytes; at += 1) data.stroke.push([900 + at * 1.5, 300 - at * 0.25]);
  return data;
}

serve({ connect, send });
