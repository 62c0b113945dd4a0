/**
 * Complete calls as pages make them: the caller invites, two devices of the callee ring, one accepts, both sides send their
 * candidates and say that media has connected, the caller hangs up. Messages are those of the SDK with descriptions that
 * Chromium made; they are put together from text, and what comes in is only looked at as far as is needed, so that the clients
 * keep up with the server from one core.
 */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { recording, type RecordedCall } from '../data/recorded.ts';
import { serve } from '../harness/service.ts';
import type { Login } from './dialects.ts';

export const steps = ['invite', 'ring', 'accept', 'accepted', 'candidates', 'hangup', 'ended'] as const;
/** What each step waits for: the reply that says it is stored, or the event at the other side. */
export type Step = (typeof steps)[number];

export interface Connect {
  readonly port: number;
  /** Two devices of each user. Even users call, with their first device; odd ones are called. */
  readonly logins: readonly Login[];
}

export type Make = {
  readonly kind: 'audio' | 'video';
  readonly seconds: number;
} & ({ readonly atOnce: number } | { readonly perSecond: number });

export interface Made {
  /** Those that were over in time. */
  readonly calls: number;
  readonly seconds: number;
  /** Milliseconds, one of each call, also of those that took longer. */
  readonly waits: Readonly<Record<Step, readonly number[]>>;
}

type Waits = Record<Step, number[]>;

/** Enough of a message to tell what it is: `re`, or `seq`, `type` and the call. */
const headLength = 160;

class Page {
  readonly #socket: WebSocket;
  hear: (head: string) => void = () => undefined;
  /** The member that says which events have arrived. */
  #heard = '';

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (raw: Buffer) => {
      const head = raw.toString('latin1', 0, headLength);
      if (head.startsWith('{"seq":')) this.#heard = head.slice(1, head.indexOf(',') + 1);
      this.hear(head);
    });
  }

  static async open(port: number, { token, from }: Login): Promise<Page> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/v1/ws`, 'offhook.1', { localAddress: from, perMessageDeflate: false });
    await once(socket, 'open');
    const page = new Page(socket);
    const welcomed = new Promise<string>((resolve) => {
      page.hear = resolve;
    });
    page.say({ id: 'hello', type: 'hello', version: 1, token });
    const head = await welcomed;
    if (!head.includes('"ok"')) throw new Error(`not signed in: ${head}`);
    return page;
  }

  say(message: unknown): void {
    this.sayText(JSON.stringify(message));
  }

  sayText(text: string): void {
    this.#socket.send(`{${this.#heard}${text.slice(1)}`);
  }
}

/** The parts of a call that are the same each time, as JSON. */
class Script {
  readonly media: string;
  readonly offer: string;
  readonly answer: string;
  readonly callerCandidates: string;
  readonly calleeCandidates: string;

  constructor(kind: 'audio' | 'video', { offer, answer, callerCandidates, calleeCandidates }: RecordedCall) {
    this.media = JSON.stringify({ audio: true, video: kind === 'video' });
    this.offer = JSON.stringify({ type: 'offer', sdp: offer });
    this.answer = JSON.stringify({ type: 'answer', sdp: answer });
    this.callerCandidates = JSON.stringify(callerCandidates);
    this.calleeCandidates = JSON.stringify(calleeCandidates);
  }
}

class Stopwatch {
  readonly #waits: Waits;
  readonly #begun: Partial<Record<Step, number>> = {};

  constructor(waits: Waits) {
    this.#waits = waits;
  }

  begin(step: Step): void {
    this.#begun[step] = performance.now();
  }

  end(step: Step): void {
    this.#waits[step].push(performance.now() - (this.#begun[step] ?? Number.NaN));
  }
}

/** Two people who call each other again and again. */
class Pair {
  readonly #caller: Page;
  /** The first of them accepts. */
  readonly #callees: readonly [Page, Page];
  readonly #to: string;
  #last = 0;

  constructor(caller: Page, callees: readonly [Page, Page], to: string) {
    this.#caller = caller;
    this.#callees = callees;
    this.#to = to;
  }

  /** One call from its first to its last message. */
  call(script: Script, waits: Waits): Promise<void> {
    const number = (this.#last += 1);
    const call = `bench-${this.#to}-${String(number).padStart(12, '0')}`;
    const [first, second] = this.#callees;
    const caller = this.#caller;
    const watch = new Stopwatch(waits);
    /** What has yet to come before the call is over. */
    let open = 8;
    let ringing = 2;
    let exchanged = 2;

    return new Promise((resolve, reject) => {
      const came = (): void => {
        open -= 1;
        if (open === 0) resolve();
      };
      const reply = (head: string): Step | undefined => {
        if (!head.startsWith('{"re":"')) return undefined;
        if (!head.includes('"ok"', 7)) reject(new Error(`refused: ${head}`));
        return head.startsWith('i', 7) ? 'invite' : head.startsWith('a', 7) ? 'accept' : 'hangup';
      };
      const say = (page: Page, type: string, rest = ''): void => page.sayText(`{"type":"${type}","call":"${call}"${rest}}`);
      const candidates = (page: Page, json: string): void =>
        say(page, 'candidates', `,"epoch":1,"candidates":${json},"end":true`);
      const connected = (page: Page): void => say(page, 'media', ',"epoch":1,"state":"connected"');
      const exchange = (): void => {
        exchanged -= 1;
        if (exchanged > 0) return;
        watch.begin('hangup');
        watch.begin('ended');
        caller.sayText(`{"id":"h${number}","type":"hangup","call":"${call}"}`);
      };

      caller.hear = (head) => {
        const step = reply(head);
        if (step !== undefined) {
          watch.end(step);
          came();
        } else if (is(head, 'accepted', call)) {
          watch.end('accepted');
          connected(caller);
          came();
          exchange();
        } else if (is(head, 'candidates', call)) {
          watch.end('candidates');
          came();
          exchange();
        }
      };
      const ring = (page: Page): void => {
        say(page, 'ringing');
        ringing -= 1;
        if (ringing > 0) return;
        watch.end('ring');
        watch.begin('accept');
        watch.begin('accepted');
        first.sayText(`{"id":"a${number}","type":"accept","call":"${call}","epoch":1,"answer":${script.answer}}`);
      };
      first.hear = (head) => {
        if (reply(head) !== undefined) {
          watch.end('accept');
          watch.begin('candidates');
          candidates(first, script.calleeCandidates);
          connected(first);
          came();
        } else if (is(head, 'incoming', call)) {
          ring(first);
        } else if (is(head, 'ended', call)) {
          watch.end('ended');
          came();
        } else if (is(head, 'candidates', call)) {
          came();
        }
      };
      second.hear = (head) => {
        if (is(head, 'incoming', call)) ring(second);
        else if (is(head, 'ended', call)) came();
      };

      watch.begin('invite');
      watch.begin('ring');
      const invite = `"to":"${this.#to}","media":${script.media},"offer":${script.offer}`;
      caller.sayText(`{"id":"i${number}","type":"invite","call":"${call}",${invite}}`);
      candidates(caller, script.callerCandidates);
    });
  }
}

function is(head: string, type: string, call: string): boolean {
  return head.includes(`"type":"${type}"`) && head.includes(call);
}

const pairs: Pair[] = [];

async function connect({ port, logins }: Connect): Promise<void> {
  const groups = Array.from({ length: Math.floor(logins.length / 4) }, (_, at) => logins.slice(4 * at, 4 * at + 4));
  const waiting = groups.values();
  const worker = async (): Promise<void> => {
    for (const [caller, , first, second] of waiting) {
      if (caller === undefined || first === undefined || second === undefined) throw new Error('a pair has four devices');
      const pages = await Promise.all([caller, first, second].map((login) => Page.open(port, login)));
      pairs.push(new Pair(...(pages.slice(0, 1) as [Page]), pages.slice(1) as [Page, Page], first.name));
    }
  };
  await Promise.all(Array.from({ length: 32 }, worker));
}

/** Pairs take turns, so that nobody calls more often than a person may. */
async function callOnce(script: Script, waits: Waits): Promise<void> {
  const pair = pairs.shift();
  if (pair === undefined) throw new Error('all pairs are in calls: the server does not keep up');
  await pair.call(script, waits);
  pairs.push(pair);
}

async function make({ kind, seconds, ...load }: Make): Promise<Made> {
  const script = new Script(kind, recording()[kind]);
  const waits = Object.fromEntries(steps.map((step) => [step, [] as number[]])) as Waits;
  const started = performance.now();
  const left = (): number => seconds - (performance.now() - started) / 1000;
  let calls = 0;
  const one = async (): Promise<void> => {
    await callOnce(script, waits);
    if (left() >= 0) calls += 1;
  };
  await ('atOnce' in load ? closed(load.atOnce, left, one) : open(load.perSecond, left, one));
  return { calls, seconds, waits };
}

/** A closed loop: so many at a time, each followed by the next. */
async function closed(atOnce: number, left: () => number, one: () => Promise<void>): Promise<void> {
  const worker = async (): Promise<void> => {
    while (left() > 0) await one();
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

/** An open loop: so many begin per second, evenly, however many are not over yet. */
async function open(perSecond: number, left: () => number, one: () => Promise<void>): Promise<void> {
  const all: Promise<void>[] = [];
  const seconds = left();
  while (left() > 0) {
    const due = (seconds - left()) * perSecond;
    while (all.length < due) all.push(one());
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(all);
}

serve({ connect, make });
