/** SIP over UDP (RFC 3261 §18.1): the socket, the one timer, and the stack between them. */
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { TransactionLayer } from '@offhook/sip';
import type { Output } from '@offhook/sip';
import type { PhoneCalls } from '../ports/phone-calls.ts';
import type { Clock, Log, Random } from '../ports.ts';
import { SipCalls } from './calls.ts';

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
  readonly #layer: TransactionLayer;
  readonly #calls: SipCalls;
  #cancel: (() => void) | undefined;

  private constructor(deps: SipLineDeps, socket: Socket, announced: string | undefined) {
    const { address, port } = socket.address();
    const random = (): string => deps.random.token(96);
    const host = announced ?? address;
    this.#deps = deps;
    this.#socket = socket;
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
    return new SipLine(deps, socket, announced);
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
    await once(this.#socket, 'close');
  }

  #receive(bytes: Buffer, { address, port }: AddressInfo): void {
    const source = { transport: 'udp', address, port } as const;
    this.#take(this.#layer.receive(bytes.toString('latin1'), source, this.#deps.clock.now()));
  }

  #take(outputs: readonly Output[]): void {
    for (const output of outputs) {
      if (output.type !== 'send') this.#calls.hear(output);
      else this.#socket.send(Buffer.from(output.text, 'latin1'), output.to.port, output.to.address, () => undefined);
    }
    this.#schedule();
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
