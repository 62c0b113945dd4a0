/** SIP by UDP and TCP on one port (RFC 3261 §18): the sockets, the one timer, and the stack between them. */
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Remote } from '@offhook/sip';
import type { PhoneCalls } from '../ports/phone-calls.ts';
import type { Clock, Log, Random } from '../ports.ts';
import { SipAgent } from './agent.ts';
import { DialIn } from './dial-in.ts';
import type { SipRegistry } from './registry.ts';
import { SipService } from './service.ts';
import { SipStreams } from './streams.ts';
import type { HeardFrame, StreamEvents } from './streams.ts';

export interface SipLineDeps {
  readonly log: Log;
  readonly clock: Clock;
  readonly random: Random;
  readonly phones: PhoneCalls;
  /** Absent: nobody has phones. */
  readonly registry?: SipRegistry | undefined;
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
  readonly #agent: SipAgent;
  readonly #dialIn: DialIn;

  private constructor(deps: SipLineDeps, socket: Socket, streams: SipStreams, announced: string | undefined) {
    const { address, port } = socket.address();
    const random = (): string => deps.random.token(96);
    const host = announced ?? address;
    this.#deps = deps;
    this.#socket = socket;
    this.#streams = streams;
    const sentBy = { host: isIPv6(host) ? `[${host}]` : host, port };
    this.#dialIn = new DialIn(deps);
    this.#agent = new SipAgent({
      clock: deps.clock,
      random,
      sentBy: () => sentBy,
      send: (to, text) => this.#send(to, Buffer.from(text, 'latin1')),
      serve: (...asked) => service.serve(...asked),
    });
    const service = new SipService(this.#agent, {
      log: deps.log,
      dialIn: this.#dialIn,
      users: deps.registry && { register: deps.registry },
    });
    socket.on('message', (bytes, from) => this.#receive(bytes, from));
    // A port that cannot be reached: its transactions end by their own timers.
    socket.on('error', (error) => deps.log.warn('sip', { error: String(error) }));
  }

  static async open(deps: SipLineDeps, { host, port, announced }: SipLineOptions): Promise<SipLine> {
    const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
    socket.bind(port, host);
    await once(socket, 'listening');
    const hears: StreamEvents = {
      onFrame: (frame, source) => line.#frame(frame, source),
      onClose: (connection) => deps.registry?.lost(connection),
    };
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
    return this.#dialIn.size;
  }

  async close(): Promise<void> {
    this.#dialIn.close();
    this.#agent.close();
    this.#socket.close();
    await this.#streams.close();
  }

  #receive(bytes: Buffer, { address, port }: AddressInfo): void {
    if (this.#deps.registry?.shuns({ address }) === true) return;
    this.#agent.receive(bytes.toString('latin1'), { transport: 'udp', address, port });
  }

  #frame(frame: HeardFrame, source: Remote): void {
    if (this.#deps.registry?.shuns(source) === true) return;
    if (frame.type === 'lost') this.#agent.lose(frame, source);
    else this.#agent.receive(frame.text, source);
  }

  #send(to: Remote, bytes: Buffer): boolean {
    if (to.transport !== 'udp') return this.#streams.send(to, bytes);
    this.#socket.send(bytes, to.port, to.address, () => undefined);
    return true;
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
export function addressOf(family: 'IPv4' | 'IPv6'): string | undefined {
  const all = Object.values(networkInterfaces()).flatMap((one) => one ?? []);
  return all.find((one) => one.family === family && !one.internal)?.address;
}
