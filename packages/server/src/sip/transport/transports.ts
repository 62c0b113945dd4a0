/**
 * How SIP comes and goes (RFC 3261 §18): UDP and TCP on one port, TLS on another one, WebSockets on the port of the HTTP server, each on all
 * addresses that we listen on, IPv4 and IPv6. Whoever has a `Remote` sends to it, whatever it is.
 *
 *     UDP ──────────────► ┌────────────┐ ──onMessage, onLost──► the stack
 *     TCP, TLS ─framer──► │ transports │ ◄─send(to, …)───────── (dials where `to` names no connection)
 *     /sip ─upgrade─────► └────────────┘ ──onClosed───────────►
 */
import { isIPv6 } from 'node:net';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { rootCertificates } from 'node:tls';
import type { SecureContextOptions } from 'node:tls';
import type { Remote, SentBy } from '@offhook/sip';
import type { Clock, Log } from '../../ports.ts';
import { SipError } from '../errors.ts';
import { openCertificate } from './certificate.ts';
import type { Certificate, KeyFiles, KeyPair } from './certificate.ts';
import { Connections, usualLimits } from './connections.ts';
import type { ConnectionLimits, SipEvents } from './connections.ts';
import { Datagrams } from './datagrams.ts';
import { Dialler } from './dialler.ts';
import { StreamListener } from './streams.ts';
import { WebConnections } from './web.ts';
import type { WebOptions } from './web.ts';

export interface SipTransportOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Addresses to listen on. The first one has to be there; others are left out where the machine does not have them. */
  readonly hosts: readonly string[];
  /** Of UDP and TCP; 0 for any free one. */
  readonly port: number | undefined;
  readonly tls: TlsSettings | undefined;
  readonly web: (WebOptions & { readonly port: () => number }) | undefined;
  /** Under which addresses others reach us, where those are not `hosts`: the first of each family counts. */
  readonly announced: readonly string[];
  readonly limits?: ConnectionLimits | undefined;
}

export interface TlsSettings {
  readonly port: number;
  readonly certificate: KeyPair | KeyFiles;
  /** PEM, of whom we trust beside those that everybody trusts. */
  readonly authorities: readonly string[];
  /** Milliseconds between two looks at the files. */
  readonly lookMs?: number | undefined;
}

export interface SipPorts {
  readonly udp?: number;
  readonly tcp?: number;
  readonly tls?: number;
}

export class SipTransports {
  readonly #options: SipTransportOptions;
  readonly #connections: Connections;
  readonly #datagrams: Datagrams;
  readonly #dialler: Dialler;
  readonly #web: WebConnections | undefined;
  readonly #listeners: StreamListener[] = [];
  #certificate: Certificate | undefined;
  #ports: SipPorts = {};

  private constructor(options: SipTransportOptions, events: SipEvents) {
    const { clock, log, web, limits = usualLimits } = options;
    this.#options = options;
    this.#connections = new Connections(clock, log, events, limits);
    this.#datagrams = new Datagrams(events, log);
    this.#dialler = new Dialler(this.#connections, log, () => this.#secure());
    this.#web = web && new WebConnections(web, this.#connections);
  }

  /** @throws SipError */
  static async open(options: SipTransportOptions, events: SipEvents): Promise<SipTransports> {
    const transports = new SipTransports(options, events);
    try {
      await transports.#listen();
    } catch (error) {
      await transports.close();
      throw error;
    }
    return transports;
  }

  /** Where it listens. */
  get ports(): SipPorts {
    return this.#ports;
  }

  /** By which we can go somewhere, the dearest first. */
  get ways(): readonly ('udp' | 'tcp' | 'tls')[] {
    return (['udp', 'tcp', 'tls'] as const).filter((one) => this.#ports[one] !== undefined);
  }

  /** Connections of all kinds that are open. */
  get connections(): number {
    return this.#connections.size;
  }

  /**
   * `failed` is called where it cannot be sent, at once or later: nobody is there, the connection that `to` names is gone, or the other side
   * reads nothing. Whether what was sent has arrived is for transactions to find out.
   */
  send(to: Remote, bytes: Buffer, failed: () => void): void {
    if (to.transport === 'udp') this.#datagrams.send(to, bytes, failed);
    else if (to.connection !== undefined) {
      if (!this.#connections.send(to.connection, bytes)) failed();
    } else if (to.transport === 'tcp' || to.transport === 'tls') this.#dialler.send(to, bytes, failed);
    // Nobody can open a WebSocket to a page.
    else failed();
  }

  /** Whoever has opened this connection has proven who they are: it stays. */
  prove(connection: string): void {
    this.#connections.prove(connection);
  }

  /** What the HTTP server does with a request to upgrade at `/sip`. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (this.#web === undefined) socket.destroy();
    else this.#web.upgrade(request, socket, head);
  }

  /** Where we are reached by whom `to` reaches, as it stands in Via and Contact. */
  sentBy({ transport, address }: Pick<Remote, 'transport' | 'address'>): SentBy {
    const { hosts, announced, web } = this.#options;
    const isSame = (one: string): boolean => isIPv6(one) === isIPv6(address);
    const host = announced.find(isSame) ?? hosts.find(isSame) ?? announced[0] ?? hosts[0] ?? address;
    const port = transport === 'ws' || transport === 'wss' ? web?.port() : this.#ports[transport];
    return { host: isIPv6(host) ? `[${host}]` : host, port };
  }

  async close(): Promise<void> {
    this.#certificate?.close();
    this.#datagrams.close();
    this.#dialler.close();
    const closed = this.#listeners.map((listener) => listener.close());
    await this.#connections.close();
    for (const listener of this.#listeners) listener.destroy();
    await Promise.all(closed);
  }

  async #listen(): Promise<void> {
    const { port, tls } = this.#options;
    if (port !== undefined) {
      const udp = await this.#onAll(port, (host, at) => this.#datagrams.listen(host, at));
      const tcp = await this.#onAll(udp, (host, at) => this.#listenStreams(host, at));
      this.#ports = { udp, tcp };
    }
    if (tls === undefined) return;
    this.#certificate = openCertificate(
      tls.certificate,
      this.#options.log,
      (pair) => {
        for (const listener of this.#listeners) listener.renew(pair);
      },
      tls.lookMs,
    );
    const { pair } = this.#certificate;
    this.#ports = { ...this.#ports, tls: await this.#onAll(tls.port, (host, at) => this.#listenStreams(host, at, pair)) };
  }

  async #listenStreams(host: string, port: number, pair?: KeyPair): Promise<number> {
    const listener = await StreamListener.open(host, port, this.#connections, pair);
    this.#listeners.push(listener);
    return listener.port;
  }

  /** The port that was chosen on the first address. */
  async #onAll(port: number, listen: (host: string, port: number) => Promise<number>): Promise<number> {
    const { hosts } = this.#options;
    let chosen = port;
    for (const host of hosts) {
      try {
        chosen = await listen(host, chosen);
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? String(error.code) : '';
        if (host !== hosts[0] && missing.has(code)) continue;
        throw error instanceof SipError ? error : new SipError(sentence(code, host, chosen, error), { cause: error });
      }
    }
    return chosen;
  }

  #secure(): SecureContextOptions {
    const { tls } = this.#options;
    return {
      ...this.#certificate?.pair,
      ...(tls && tls.authorities.length > 0 && { ca: [...rootCertificates, ...tls.authorities] }),
    };
  }
}

/** The machine has no such address, or no IPv6 at all. */
const missing = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL']);

function sentence(code: string, host: string, port: number, error: unknown): string {
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} is already in use. Choose another one for SIP with --sip-port or --sip-tls-port.`;
    case 'EACCES':
      return `Port ${port} may not be opened by this user. Choose one above 1023 with --sip-port or --sip-tls-port.`;
    case 'EADDRNOTAVAIL':
      return `This machine has no address ${host} to listen on for SIP. Choose another one with --host.`;
    default:
      return `Port ${port} on ${host} could not be opened for SIP: ${String(error)}`;
  }
}
