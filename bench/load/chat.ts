/** People in groups who write to one another: as many messages as the server takes, or so many a second. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { serve } from '../harness/service.ts';
import type { Login } from './dialects.ts';

export type Party = 'bare' | 'offhook';

export interface Connect {
  readonly party: Party;
  readonly port: number;
  readonly logins: readonly Login[];
  /** How many people are in a group. */
  readonly people: number;
}

export type Write = {
  readonly party: Party;
  readonly seconds: number;
} & ({ readonly atOnce: number } | { readonly perSecond: number });

export interface Written {
  /** Those that were stored in time. */
  readonly messages: number;
  readonly seconds: number;
  /** Milliseconds, one of each message: until it is stored and replied; until it is with the last of the others. */
  readonly stored: readonly number[];
  readonly delivered: readonly number[];
}

/** One message on its way. */
interface Flight {
  readonly began: number;
  /** The reply, and the others who have yet to get it. */
  open: number;
  readonly over: () => void;
}

const text = 'Have you seen the plan for Thursday? I would rather begin at ten, if that suits the others as well.';

class Person {
  readonly #socket: WebSocket;
  readonly #group: string;
  readonly #name: string;
  #heard = '';
  #count = 0;

  constructor(socket: WebSocket, name: string, group: string) {
    this.#socket = socket;
    this.#name = name;
    this.#group = group;
  }

  /** Only the beginning of what comes in is looked at, so that the clients keep up with the server from one core. */
  listen(heard: (id: string, isReply: boolean) => void): void {
    this.#socket.on('message', (raw: Buffer) => {
      const head = raw.toString('latin1', 0, 200);
      if (head.startsWith('{"re":"')) return heard(head.slice(7, head.indexOf('"', 7)), true);
      this.#heard = head.slice(1, head.indexOf(',') + 1);
      const at = head.indexOf('"id":"');
      if (at !== -1 && head.includes('"entries"')) heard(head.slice(at + 6, head.indexOf('"', at + 6)), false);
    });
  }

  nextId(): string {
    return `${this.#name}-${String((this.#count += 1)).padStart(12, '0')}`;
  }

  say(id: string): void {
    const message = { id, type: 'say', in: { conversation: this.#group }, entry: id, text };
    this.#socket.send(`{${this.#heard}${JSON.stringify(message).slice(1)}`);
  }
}

class Crowd {
  readonly #people: readonly Person[];
  readonly #perGroup: number;
  readonly #flights = new Map<string, Flight>();
  readonly stored: number[] = [];
  readonly delivered: number[] = [];
  #next = 0;

  constructor(people: readonly Person[], perGroup: number) {
    this.#people = people;
    this.#perGroup = perGroup;
    for (const person of people) person.listen((id, isReply) => this.#heard(id, isReply));
  }

  get open(): number {
    return this.#flights.size;
  }

  /** The next person says something; `over`: everybody of the group has it. */
  write(over: () => void = () => undefined): void {
    const person = this.#people[(this.#next += 1) % this.#people.length];
    if (person === undefined) throw new Error('nobody there');
    const id = person.nextId();
    this.#flights.set(id, { began: performance.now(), open: this.#perGroup, over });
    person.say(id);
  }

  #heard(id: string, isReply: boolean): void {
    const flight = this.#flights.get(id);
    if (flight === undefined) return;
    const took = performance.now() - flight.began;
    if (isReply) this.stored.push(took);
    flight.open -= 1;
    if (flight.open > 0) return;
    this.delivered.push(took);
    this.#flights.delete(id);
    flight.over();
  }
}

const crowds = new Map<Party, Crowd>();
const tickMs = 2;
const patienceMs = 10_000;

/** Signs everybody in; neighbours are a group, which the first of them makes. */
async function connect({ party, port, logins, people }: Connect): Promise<void> {
  const members: Person[] = [];
  for (const [at, { name, token, from }] of logins.entries()) {
    const group = `bench-group-${String(Math.floor(at / people)).padStart(6, '0')}`;
    const path = party === 'bare' ? `${name}/${group}` : 'v1/ws';
    const socket = new WebSocket(`ws://127.0.0.1:${port}/${path}`, party === 'bare' ? [] : 'offhook.1', {
      localAddress: from,
      perMessageDeflate: false,
    });
    await once(socket, 'open');
    if (party === 'offhook') {
      await ask(socket, { id: 'hello', type: 'hello', version: 1, token });
      await ask(socket, { id: 'list', type: 'conversations' });
      const others = logins.slice(at + 1, at + people).map((login) => login.name);
      if (at % people === 0)
        await ask(socket, { id: 'group', type: 'group', conversation: group, name: group, people: others });
    }
    members.push(new Person(socket, name.padEnd(10, '-'), group));
  }
  crowds.set(party, new Crowd(members, people));
}

async function ask(socket: WebSocket, message: { readonly id: string; readonly [field: string]: unknown }): Promise<void> {
  socket.send(JSON.stringify(message));
  for (;;) {
    const [raw] = (await once(socket, 'message')) as [Buffer];
    if (!raw.includes(`"re":"${message.id}"`)) continue;
    if (!raw.includes('"ok"')) throw new Error(raw.toString());
    return;
  }
}

async function write(how: Write): Promise<Written> {
  const crowd = crowds.get(how.party);
  if (crowd === undefined) throw new Error(`${how.party} is not connected`);
  for (const waits of [crowd.stored, crowd.delivered]) waits.length = 0;
  const started = performance.now();
  const until = started + how.seconds * 1000;
  if ('atOnce' in how) {
    const again = (): void => {
      if (performance.now() < until) crowd.write(again);
    };
    for (let n = 0; n < how.atOnce; n += 1) crowd.write(again);
    await new Promise((resolve) => setTimeout(resolve, how.seconds * 1000));
  } else {
    let sent = 0;
    for (let passed = 0; passed < how.seconds * 1000; passed = performance.now() - started) {
      for (const due = (passed / 1000) * how.perSecond; sent < due; sent += 1) crowd.write();
      await new Promise((resolve) => setTimeout(resolve, tickMs));
    }
  }
  const messages = crowd.delivered.length;
  const seconds = (performance.now() - started) / 1000;
  const patience = performance.now() + patienceMs;
  while (crowd.open > 0) {
    if (performance.now() > patience) throw new Error(`${how.party}: ${crowd.open} messages did not arrive`);
    await new Promise((resolve) => setTimeout(resolve, tickMs));
  }
  return { messages, seconds, stored: [...crowd.stored], delivered: [...crowd.delivered] };
}

serve({ connect, write });
