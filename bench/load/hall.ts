/** A forwarder of media with people who publish and who receive. */
import type { Got } from '../../test/support/media-peers.ts';
import { Child } from '../harness/child.ts';
import { cpuOf } from '../harness/processes.ts';
import { startForwarder } from '../servers/forwarders.ts';
import type { Forwarder, Party } from '../servers/forwarders.ts';
import type { Send, Sent } from './forward.ts';

/** After the last packet was sent, what is under way arrives. */
const settleMs = 200;
const [connectMs, silenceMost] = [10_000, 10_000];
const attemptsMost = 5;

export interface Audience {
  readonly publishers: number;
  readonly receivers: number;
}

export interface Result {
  /** Microseconds per packet that arrived. */
  readonly cost: number;
  /** From 0 to 1. */
  readonly loss: number;
  /** That arrived. */
  readonly perSecond: number;
}

/** A forwarder, with those who publish and those who receive in two more processes. */
export class Hall {
  readonly #forwarder: Forwarder;
  readonly #senders: Child;
  readonly #receivers: Child;

  private constructor(forwarder: Forwarder, senders: Child, receivers: Child) {
    this.#forwarder = forwarder;
    this.#senders = senders;
    this.#receivers = receivers;
  }

  static async empty(party: Party): Promise<Hall> {
    const file = new URL('./forward.ts', import.meta.url);
    return new Hall(await startForwarder(party), new Child(file), new Child(file));
  }

  static async open(party: Party, { publishers, receivers }: Audience): Promise<Hall> {
    const hall = await Hall.empty(party);
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

  /** So many more come in, each of whom publishes and receives the others. */
  async meet(group: string, count: number): Promise<void> {
    const names: string[] = [];
    for (const n of upTo(count)) names.push(await tried((attempt) => this.#publish(`${group}.${n}.${attempt}`)));
    for (const n of upTo(count)) {
      const from = names.filter((_, at) => at !== n);
      await tried((attempt) => this.#subscribe(`listener-${group}.${n}.${attempt}`, from));
    }
  }

  /** `perSecond`: packets of each publisher. */
  async measure(perSecond: number, seconds: number): Promise<Result> {
    await this.#take();
    const before = cpuOf(this.#forwarder.pid);
    const sent = await this.#senders.ask<Sent>('send', { perSecond, seconds } satisfies Send);
    await new Promise((resolve) => setTimeout(resolve, settleMs));
    const cpu = cpuOf(this.#forwarder.pid) - before;
    const { packets, lost } = await this.#take();
    await this.#silence();
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

  /** Until what was too much to be passed on at once has come, too: whoever is measured next would have less of the machine. */
  async #silence(): Promise<void> {
    const until = performance.now() + silenceMost;
    do await new Promise((resolve) => setTimeout(resolve, settleMs));
    while ((await this.#take()).packets > 0 && performance.now() < until);
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
