/** SIP by UDP and TCP on one port (RFC 3261 §18): the sockets, the one timer, and the stack between them. */
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { TransactionLayer } from '@offhook/sip';
import type { Output, Remote } from '@offhook/sip';
import type { PhoneCalls } from '../ports/phone-calls.ts';
import type { Clock, Log, Random } from '../ports.ts';
import { SipCalls } from './calls.ts';
import { SipStreams } from './streams.ts';
import type { HeardFrame, StreamEvents } from './streams.ts';

export interface SipLineDeps {
  readonly log: Log;
  readonly clock: Clock;
  readonly random: Random;
  readonly phones: PhoneCalls;
}

export interface SipLineOptions {
  /** The address to listen on. */
  readonly host: string;
  readonly port: number;
  /** Under which address phones reach it, where that is not `host`. */
  readonly announced?: string | undefined;
}

export class SipLine {
  readonly #deps: SipLineDeps;
  readonly #socket: Socket;
  readonly #streams: SipStreams;
  readonly #layer: TransactionLayer;
  readonly #calls: SipCalls;
  #cancel: (() => void) | undefined;

  private constructor(deps: SipLineDeps, socket: Socket, streams: SipStreams, announced: string | undefined) {
    const { address, port } = socket.address();
    const random = (): string => deps.random.token(96);
    const host = announced ?? address;
    this.#deps = deps;
    this.#socket = socket;
    this.#streams = streams;
    this.#layer = new TransactionLayer({ random });
    const sentBy = { host: isIPv6(host) ? `[${host}]` : host, port };
    this.#calls = new SipCalls({ ...deps, layer: this.#layer, random, sentBy }, (outputs) => this.#take(outputs));
    socket.on('message', (bytes, from) => this.#receive(bytes, from));
    // A port that cannot be reached: its transactions end by their own timers.
    socket.on('error', (error) => deps.log.warn('sip', { error: String(error) }));
  }

  static async open(deps: SipLineDeps, { host, port, announced }: SipLineOptions): Promise<SipLine> {
    const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
    socket.bind(port, host);
    await once(socket, 'listening');
    const hears: StreamEvents = { onFrame: (frame, source) => line.#frame(frame, source) };
    const streams = await SipStreams.open(host, socket.address().port, hears).catch((error: unknown) => {
      socket.close();
      throw error;
    });
    const line = new SipLine(deps, socket, streams, announced);
    return line;
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** Calls that are up, for metrics. */
  get calls(): number {
    return this.#calls.size;
  }

  async close(): Promise<void> {
    this.#calls.close();
    this.#cancel?.();
    this.#socket.close();
    await this.#streams.close();
  }

  #receive(bytes: Buffer, { address, port }: AddressInfo): void {
    const source = { transport: 'udp', address, port } as const;
    this.#take(this.#layer.receive(bytes.toString('latin1'), source, this.#deps.clock.now()));
  }

  #frame(frame: HeardFrame, source: Remote): void {
    const { clock } = this.#deps;
    this.#take(frame.type === 'lost' ? this.#layer.lose(frame, source) : this.#layer.receive(frame.text, source, clock.now()));
  }

  #take(outputs: readonly Output[]): void {
    for (const output of outputs) {
      if (output.type === 'send') this.#send(output);
      else this.#calls.hear(output);
    }
    this.#schedule();
  }

  #send({ text, to, transaction }: Extract<Output, { type: 'send' }>): void {
    const bytes = Buffer.from(text, 'latin1');
    if (to.transport === 'udp') return this.#socket.send(bytes, to.port, to.address, () => undefined);
    const isSent = this.#streams.send(to, bytes);
    if (!isSent && transaction !== undefined) this.#take(this.#layer.failed(transaction));
  }

  #schedule(): void {
    this.#cancel?.();
    const times = [this.#layer.deadline, this.#calls.deadline].filter((at) => at !== undefined);
    if (times.length === 0) return (this.#cancel = undefined);
    const { clock } = this.#deps;
    this.#cancel = clock.schedule(Math.max(0, Math.min(...times) - clock.now()), () => {
      this.#calls.tick(clock.now());
      this.#take(this.#layer.tick(clock.now()));
    });
  }
}

/** Undefined where the settings name no port. */
export async function openSip(
  { host, sipPort, mediaAddresses }: { host: string; sipPort: number | undefined; mediaAddresses: readonly string[] },
  deps: SipLineDeps,
): Promise<SipLine | undefined> {
  if (sipPort === undefined) return undefined;
  const address = host === 'localhost' ? '127.0.0.1' : host;
  const isAny = address === '0.0.0.0' || address === '::';
  const own = isAny ? addressOf(address === '::' ? 'IPv6' : 'IPv4') : undefined;
  return SipLine.open(deps, { host: address, port: sipPort, announced: mediaAddresses[0] ?? own });
}

/** One by which others reach this machine, as far as it knows. */
function addressOf(family: 'IPv4' | 'IPv6'): string | undefined {
  const all = Object.values(networkInterfaces()).flatMap((one) => one ?? []);
  return all.find((one) => one.family === family && !one.internal)?.address;
}
