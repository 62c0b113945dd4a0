/** Everybody comes back at once, as after a restart of the server, and watches some of the others. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { serve } from '../harness/service.ts';
import type { Login } from './dialects.ts';

export type Party = 'bare' | 'offhook';

export interface Storm {
  readonly party: Party;
  readonly port: number;
  readonly logins: readonly Login[];
  /** How many each of them watches: those who follow in the list. */
  readonly watched: number;
}

export interface Passed {
  /** Of messages, without frames and headers. */
  readonly bytes: number;
  readonly messages: number;
  /** From the first to the last message. */
  readonly seconds: number;
}

/** So many are on their way in at a time: more than fit into the queue of a listening socket are refused by the operating system. */
const atOnce = 400;
/** The storm is over when nothing has arrived for so long. */
const quietMs = 1_500;
/** So many are looked at closely: whether they know of all they watch. */
const samples = 25;

let sockets: WebSocket[] = [];

async function storm({ party, port, logins, watched }: Storm): Promise<Passed> {
  sockets = [];
  let [bytes, messages, lastAt] = [0, 0, 0];
  const known = new Map<number, Set<string>>();
  const step = Math.ceil(logins.length / samples);
  const started = performance.now();
  const waiting = logins.entries();
  const worker = async (): Promise<void> => {
    for (const [at, login] of waiting) {
      const seen = at % step === 0 ? new Set<string>() : undefined;
      if (seen !== undefined) known.set(at, seen);
      const socket = await enter(party, port, login, (raw) => {
        bytes += raw.length;
        messages += 1;
        lastAt = performance.now();
        if (seen !== undefined) for (const address of onlineIn(raw)) seen.add(address);
      });
      sockets.push(socket);
      if (party === 'offhook') socket.send(watch(logins, at, watched));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  while (performance.now() - lastAt < quietMs) await new Promise((resolve) => setTimeout(resolve, 50));
  for (const [at, seen] of known)
    for (const name of watchedBy(logins, at, watched))
      if (!seen.has(name)) throw new Error(`${logins[at]?.name} has not heard of ${name}`);
  return { bytes, messages, seconds: (lastAt - started) / 1000 };
}

/** A socket that is signed in; what comes in after that is `received`. */
async function enter(party: Party, port: number, login: Login, received: (raw: Buffer) => void): Promise<WebSocket> {
  const options = { localAddress: login.from, perMessageDeflate: false };
  if (party === 'bare') {
    const bare = new WebSocket(`ws://127.0.0.1:${port}/${login.name}`, options);
    bare.on('message', received);
    await once(bare, 'open');
    return bare;
  }
  const socket = new WebSocket(`ws://127.0.0.1:${port}/v1/ws`, 'offhook.1', options);
  await once(socket, 'open');
  // The server that knew this connection is no more.
  socket.send(
    JSON.stringify({ id: 'hello', type: 'hello', version: 1, token: login.token, resume: `was-${login.name}`, seq: 7 }),
  );
  const [reply] = (await once(socket, 'message')) as [Buffer];
  if (!reply.includes('"ok"')) throw new Error(`not signed in: ${reply.toString()}`);
  socket.on('message', received);
  return socket;
}

function watch(logins: readonly Login[], at: number, watched: number): string {
  return JSON.stringify({ id: 'watch', type: 'watch', addresses: watchedBy(logins, at, watched) });
}

function watchedBy(logins: readonly Login[], at: number, watched: number): string[] {
  return Array.from({ length: watched }, (_, other) => logins[(at + 1 + other) % logins.length]?.name ?? '');
}

interface Told {
  readonly address: string;
  readonly presence: string;
}

function onlineIn(raw: Buffer): string[] {
  const { people = [], ok } = JSON.parse(raw.toString()) as {
    readonly people?: Told[];
    readonly ok?: { readonly people?: Told[] };
  };
  return [...people, ...(ok?.people ?? [])].filter(({ presence }) => presence === 'online').map(({ address }) => address);
}

function leave(): void {
  for (const socket of sockets) socket.terminate();
  sockets = [];
}

serve({ storm, leave });
