import { Child } from '../harness/child.ts';
import type { Dialect, Login } from '../load/dialects.ts';
import type { Enrolled } from './enroll.ts';

export const titles: Readonly<Record<Dialect, string>> = {
  bare: 'bare ws',
  offhook: 'Offhook',
  peerjs: 'PeerJS server',
  socketIo: 'socket.io',
};

const files: Readonly<Record<Dialect, URL>> = {
  bare: new URL('./bare-ws.ts', import.meta.url),
  offhook: new URL('./offhook.ts', import.meta.url),
  peerjs: new URL('./peerjs.ts', import.meta.url),
  socketIo: new URL('./socket-io.ts', import.meta.url),
};

interface Running {
  readonly child: Child;
  readonly port: number;
  readonly logins: readonly Login[];
}

interface Options {
  /** People who may sign in, each with so many devices: `logins` lists the devices of the first, then those of the second … */
  readonly users: number;
  readonly devices?: number;
  readonly core?: number | undefined;
  readonly nodeFlags?: readonly string[];
}

/** Starts a server in a process of its own, with people who may sign in. */
export async function startServer(dialect: Dialect, { users, devices = 1, ...options }: Options): Promise<Running> {
  const { dataDir, tokens } = dialect === 'offhook' ? await enroll(users, devices) : { dataDir: '', tokens: [] };
  const child = new Child(files[dialect], { args: [dataDir], ...options });
  const port = await child.ask<number>('port');
  const logins = Array.from({ length: users * devices }, (_, at) => ({
    name: nameOf(Math.floor(at / devices)),
    token: tokens[at] ?? '',
    from: addressOf(at),
  }));
  return { child, port, logins };
}

async function enroll(users: number, devices: number): Promise<Enrolled> {
  const child = new Child(new URL('./enroll.ts', import.meta.url), { args: [String(users), String(devices)] });
  const enrolled = await child.ask<Enrolled>('enroll');
  await child.stop();
  return enrolled;
}

export function nameOf(user: number): string {
  return `user-${user}`;
}

/** Few enough connections from each address that a server which limits them has no objection. */
function addressOf(at: number): string {
  return `127.0.1.${1 + Math.floor(at / connectionsPerAddress)}`;
}
const connectionsPerAddress = 80;
