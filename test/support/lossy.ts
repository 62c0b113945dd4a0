/**
 * A way by UDP between SIPp and a server that loses datagrams in both directions, each as it is: what is repeated is repeated by the two.
 *
 * SIPp can lose messages by itself (`-lost`), but is no full user agent then: it knows again nothing but what came before its last
 * message, so that an INVITE that comes anew after its 180 and its 200 is unexpected, and takes nothing but what is next in its
 * scenario, and nothing before it has answered. So the way keeps what SIPp has said, and says it again byte by byte where the server
 * asks anew (RFC 3261 §17.2, §13.2.2.4); and it loses also what overtakes something that was lost, or what SIPp has not answered yet. The
 * server hears what a phone would say, in any order.
 */
import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { Chance } from '../sim/chance.ts';

export interface LossyOptions {
  /** Of a hundred datagrams in either direction so many are lost. */
  readonly percent: number;
  /** Of SIPp and of the way. */
  readonly address: string;
  /** Where the server is to find SIPp; absent: any. */
  readonly port?: number | undefined;
  /** Where SIPp is. */
  readonly sippPort: number;
  /** Of the server, on loopback. */
  readonly server: number;
}

/** Longer than the server waits before it says something again (T2, 4 s). */
const quiet = 4_500;

/** What says which message of which transaction it is. */
interface Read {
  /** Of a request; none is there in a response. */
  readonly method: string | undefined;
  readonly status: number;
  readonly call: string;
  /** Of a request and the responses to it. */
  readonly transaction: string;
  /** Of an INVITE and what acknowledges its final response. */
  readonly invite: string;
  readonly isInvite: boolean;
  /** Said again until something comes back. */
  readonly isSure: boolean;
  /** The same where it is said again: a refusal may have another nonce then. */
  readonly key: string;
}

function read(text: string): Read {
  // Strangers are answered in short forms by UDP.
  const field = (name: string): string => new RegExp(`^(?:${name}): *(.*?) *\r$`, 'im').exec(text)?.[1] ?? '';
  const [first = '', second = ''] = text.split(' ', 2);
  const isResponse = first === 'SIP/2.0';
  const [number = '', method = ''] = field('CSeq').split(/ +/);
  const id = field('Call-ID|i');
  // What stands before the slashes is a part of one call of SIPp's own.
  const call = id.replace(/^.*\/\/\//, '');
  const branch = /branch=([^;,\r]*)/.exec(field('Via|v'))?.[1] ?? '';
  const status = isResponse ? Number(second) : 0;
  const [transaction, invite] = [`${branch} ${number} ${method}`, `${id} ${number}`];
  const reliable = field('RSeq');
  return {
    method: isResponse ? undefined : first,
    status,
    call,
    transaction,
    invite,
    isInvite: method === 'INVITE',
    isSure: !isResponse || status >= 200 || reliable !== '',
    key: `${first} ${isResponse ? `${status} ${reliable} ` : ''}${first === 'ACK' ? invite : transaction}`,
  };
}

export class Lossy {
  /** Tells what is lost. */
  readonly seed = randomInt(2 ** 31);
  /** Where the server finds SIPp, and SIPp the server. */
  port = 0;
  inside = 0;
  /** What went each way, and what did not, a line each. */
  readonly story: string[] = [];
  readonly #options: LossyOptions;
  readonly #chance = new Chance(this.seed);
  readonly #outer = createSocket('udp4');
  readonly #inner = createSocket('udp4');
  /** What SIPp has been told. */
  readonly #told = new Set<string>();
  /** By call, what it is to be told next and was said already, in its order: it is said again. */
  readonly #missing = new Map<string, string[]>();
  /** By call, the request that it has been told and has not answered. */
  readonly #asked = new Map<string, string>();
  /** What SIPp has said last in a transaction, and by which ACK it has acknowledged. */
  readonly #answers = new Map<string, string>();
  readonly #acks = new Map<string, string>();
  /** What the server waits for, by call: a final response or an ACK that was lost. */
  readonly #owed = new Map<string, string>();
  #lastHeard = 0;
  #isThere = false;

  private constructor(options: LossyOptions) {
    this.#options = options;
    this.#outer.on('message', (data, { port }) => {
      if (port !== options.server) return;
      this.#lastHeard = performance.now();
      this.#fromServer(data.toString('latin1'));
    });
    this.#inner.on('message', (data) => this.#fromSipp(data.toString('latin1')));
    // Nobody is there (ICMP): SIPp has only just been started.
    this.#inner.on('error', () => {
      if (this.#isThere) return;
      this.#told.clear();
      this.#asked.clear();
    });
  }

  static async open(options: LossyOptions): Promise<Lossy> {
    const way = new Lossy(options);
    way.#outer.bind(options.port ?? 0, options.address);
    way.#inner.bind(0, options.address);
    await Promise.all([once(way.#outer, 'listening'), once(way.#inner, 'listening')]);
    way.#inner.connect(options.sippPort, options.address);
    await once(way.#inner, 'connect');
    way.port = way.#outer.address().port;
    way.inside = way.#inner.address().port;
    return way;
  }

  /** When the server has been told all that SIPp has said, or asks no more. */
  async close(): Promise<void> {
    const end = performance.now();
    while (this.#owed.size > 0 && performance.now() < Math.max(end, this.#lastHeard) + quiet) await setTimeout(20);
    this.#outer.close();
    this.#inner.close();
  }

  #isLost(): boolean {
    return this.#chance.is(this.#options.percent / 100);
  }

  #note(fate: string, { key, call }: Read): void {
    this.story.push(`${(performance.now() / 1000).toFixed(3)} ${fate.padEnd(16)} ${call} ${key}`);
  }

  #fromServer(text: string): void {
    const message = read(text);
    const { method, call, transaction, isSure, key } = message;
    if (this.#told.has(key)) {
      this.#note('server, again', message);
      if (!this.#isLost()) this.#again(message);
      return;
    }
    const missing = this.#missing.get(call) ?? [];
    this.#missing.set(call, missing);
    const hasOvertaken = (missing[0] ?? key) !== key || (this.#asked.get(call) ?? transaction) !== transaction;
    const isLost = hasOvertaken || this.#isLost();
    this.#note(hasOvertaken ? 'server, too soon' : isLost ? 'server, lost' : 'server', message);
    if (isLost) {
      if (isSure && !missing.includes(key)) missing.push(key);
      return;
    }
    missing.shift();
    this.#told.add(key);
    if (method !== undefined && method !== 'ACK') this.#asked.set(call, transaction);
    this.#inner.send(Buffer.from(text, 'latin1'));
  }

  /** The server has not heard what SIPp has said to this: SIPp says it again. */
  #again({ method, status, transaction, invite, isInvite }: Read): void {
    const isFinal = status >= 200 && isInvite;
    const said = method === undefined ? (isFinal ? this.#acks.get(invite) : undefined) : this.#answers.get(transaction);
    if (said !== undefined) this.#toServer(said);
  }

  #fromSipp(text: string): void {
    const { method, call, transaction, invite } = read(text);
    this.#isThere = true;
    if (method === undefined) {
      this.#answers.set(transaction, text);
      if (this.#asked.get(call) === transaction) this.#asked.delete(call);
    }
    if (method === 'ACK') this.#acks.set(invite, text);
    this.#toServer(text);
  }

  #toServer(text: string): void {
    const message = read(text);
    const { method, status, call, transaction } = message;
    const key = method === undefined ? transaction : call;
    const isLost = this.#isLost();
    this.#note(isLost ? 'SIPp, lost' : 'SIPp', message);
    if (isLost) {
      if (status >= 200 || method === 'ACK') this.#owed.set(key, text);
      return;
    }
    // Who hangs up waits for no ACK any more.
    if (this.#owed.get(key) === text || method === 'BYE') this.#owed.delete(key);
    this.#outer.send(Buffer.from(text, 'latin1'), this.#options.server, '127.0.0.1');
  }
}

/** A UDP port that was free a moment ago, at this address of loopback. */
export async function freePortAt(address: string): Promise<number> {
  const socket = createSocket('udp4').bind(0, address);
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}
