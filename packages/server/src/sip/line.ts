/** SIP in this server: its transports, the user agent on them, and whom that tells of calls. */
import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { readFileSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { locate } from '@offhook/sip';
import type { Lookup } from '@offhook/sip';
import type { Outside } from '../ports/outside.ts';
import type { PhoneCalls } from '../ports/phone-calls.ts';
import type { Clock, Log, Metrics, Random } from '../ports.ts';
import { SipAgent } from './agent.ts';
import { DialIn } from './dial-in.ts';
import { SipError } from './errors.ts';
import { guardOf, looping } from './inside.ts';
import type { Guard } from './inside.ts';
import type { SipRegistry } from './registry.ts';
import type { TrunkDesk } from './trunks/desk.ts';
import { SipService } from './service.ts';
import type { KeyPair } from './transport/certificate.ts';
import { DnsLookup } from './transport/dns.ts';
import type { SipEvents } from './transport/connections.ts';
import type { Remote } from '@offhook/sip';
import { PhoneTexts } from './texts.ts';
import type { PhoneTextsDeps } from './texts.ts';
import { OutsideCalls } from './outside-calls.ts';
import type { OutsideCallsDeps } from './outside-calls.ts';
import { NumberCalls } from './number-calls.ts';
import type { NumberCallsDeps } from './number-calls.ts';
import { UserCalls } from './user-calls.ts';
import { MessageWaiting } from './waiting.ts';
import type { MessageWaitingDeps } from './waiting.ts';
import type { UserCallsDeps } from './user-calls.ts';
import { SipTransports } from './transport/transports.ts';
import type { SipTransportOptions } from './transport/transports.ts';

export interface SipLineDeps {
  readonly log: Log;
  readonly clock: Clock;
  readonly random: Random;
  readonly phones: PhoneCalls;
  /** Absent: nobody has phones. */
  readonly users?: PhonesOfUsers | undefined;
}

/** Who has phones, and what their calls need. */
export interface PhonesOfUsers extends Omit<
  UserCallsDeps & PhoneTextsDeps & MessageWaitingDeps & OutsideCallsDeps & NumberCallsDeps,
  'agent' | 'register' | 'dialled' | 'trunks' | 'outside' | keyof SipLineDeps
> {
  readonly registry: SipRegistry;
  readonly trunks: TrunkDesk;
}

export class SipLine implements Outside {
  readonly #transports: SipTransports;
  readonly #agent: SipAgent;
  readonly #service: SipService;
  readonly #dialIn: DialIn;
  readonly #calls: UserCalls | undefined;
  readonly #outside: OutsideCalls | undefined;
  readonly #numbers: NumberCalls | undefined;
  readonly #users: PhonesOfUsers | undefined;

  private constructor(deps: SipLineDeps, transports: SipTransports, lookup: Lookup, guard: Guard) {
    this.#transports = transports;
    this.#dialIn = new DialIn({
      ...deps,
      proven: ({ connection }) => connection !== undefined && transports.prove(connection),
    });
    this.#agent = new SipAgent({
      clock: deps.clock,
      random: () => deps.random.token(96),
      sentBy: (to) => transports.sentBy(to),
      send: looping(
        (to, text, failed) => transports.send(to, Buffer.from(text, 'latin1'), failed),
        (text, from) => this.#agent.receive(text, from),
        guard,
      ),
      find: (uri, size) => locate(uri, lookup, { transports: transports.ways, random: Math.random, size }),
      serve: (...asked) => this.#service.serve(...asked),
    });
    const { users } = deps;
    this.#users = users;
    const agent = this.#agent;
    const dialled = (text: string): string | undefined => users?.trunks.dialled(text);
    const given = users && { ...deps, ...users, agent, register: users.registry, dialled };
    const calls = given && new UserCalls(given);
    const outside = given && new OutsideCalls(given);
    this.#calls = calls;
    this.#outside = outside;
    const numbers = given && outside && new NumberCalls({ ...given, outside });
    this.#numbers = numbers;
    this.#service = new SipService(this.#agent, {
      log: deps.log,
      dialIn: this.#dialIn,
      onStranger: (from) => {
        if (users?.trunks.knows(from) === false) users.registry.noteStranger(from);
      },
      users: given &&
        calls && { register: given.registry, calls, texts: new PhoneTexts(given), waiting: new MessageWaiting(given) },
      outside: given && numbers && { trunks: given.trunks, calls: numbers },
    });
  }

  /** @throws SipError */
  static async open(deps: SipLineDeps, options: Omit<SipTransportOptions, 'clock' | 'log'>): Promise<SipLine> {
    const { users } = deps;
    const shuns = (from: Remote): boolean => users?.registry.shuns(from) === true && !users.trunks.knows(from);
    const guard = guardOf(deps.log);
    const events: SipEvents = {
      standing: (from) => {
        if (users?.registry.trusts(from) === true || users?.trunks.knows(from) === true) return 'known';
        return users?.registry.shuns(from) === true ? 'shunned' : 'stranger';
      },
      onMessage: (text, from) => {
        if (!shuns(from)) guard(from, () => line.#agent.receive(text, from));
      },
      onLost: (frame, from) => {
        if (!shuns(from)) guard(from, () => line.#agent.lose(frame, from));
      },
      onClosed: (connection) => users?.registry.lost(connection),
    };
    const transports = await SipTransports.open({ ...options, clock: deps.clock, log: deps.log }, events);
    const families = ([4, 6] as const).filter((family) => options.hosts.some((host) => isIPv6(host) === (family === 6)));
    const line = new SipLine(deps, transports, new DnsLookup({ clock: deps.clock, families }), guard);
    return line;
  }

  /** Tells which phones are here, and ends what is left of a server before this one. */
  async start(): Promise<void> {
    this.#calls?.start();
    await this.#users?.trunks.start(this.#agent);
    await this.#users?.registry.start();
  }

  /** @throws Refusal */
  async reach(...asked: Parameters<Outside['reach']>): Promise<void> {
    await this.#outside?.reach(...asked);
  }

  async inside(...asked: Parameters<Outside['inside']>): ReturnType<Outside['inside']> {
    return this.#numbers?.inside(...asked);
  }

  /** Calls that are up, for metrics. */
  get calls(): number {
    return this.#dialIn.size + (this.#calls?.size ?? 0) + (this.#outside?.size ?? 0);
  }

  /** Connections that are open, for metrics. */
  get connections(): number {
    return this.#transports.connections;
  }

  /** The same of transactions, and of dialogs that somebody has entered. */
  get transactions(): number {
    return this.#agent.transactions;
  }

  get dialogs(): number {
    return this.#agent.dialogs;
  }

  /** What the HTTP server does with a request to upgrade at `/sip`. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#transports.upgrade(request, socket, head);
  }

  async close(): Promise<void> {
    const served = this.#service.close();
    this.#dialIn.close();
    this.#calls?.close();
    this.#outside?.close();
    await served;
    this.#agent.close();
    await this.#transports.close();
  }
}

/** As the engine needs it, which is there before SIP is. */
export function outsideOf(sip: () => SipLine | undefined): Outside {
  return { reach: async (...asked) => sip()?.reach(...asked), inside: async (...asked) => sip()?.inside(...asked) };
}

export function measureSip(metrics: Metrics, sip: SipLine | undefined): void {
  for (const name of ['calls', 'connections', 'transactions', 'dialogs'] as const)
    metrics.gauge(`sip_${name}`, () => sip?.[name] ?? 0);
}

export interface SipSettings {
  readonly host: string;
  /** It listens on all addresses. */
  readonly lan: boolean;
  readonly sipPort: number | undefined;
  readonly sipTlsPort: number | undefined;
  /** Files. */
  readonly sipTlsCert: string | undefined;
  readonly sipTlsKey: string | undefined;
  readonly sipTlsCa: readonly string[];
  readonly mediaAddresses: readonly string[];
}

export interface SipSurroundings extends SipLineDeps {
  /** The one that the server has made itself. */
  readonly ownCertificate: () => Promise<KeyPair>;
  readonly web: SipTransportOptions['web'];
}

/** Undefined where the settings name no port. @throws SipError */
export async function openSip(
  settings: SipSettings,
  { ownCertificate, web, ...deps }: SipSurroundings,
): Promise<SipLine | undefined> {
  const { sipPort: port, sipTlsPort, sipTlsCert: certFile, sipTlsKey: keyFile } = settings;
  if (port === undefined && sipTlsPort === undefined) return undefined;
  const hosts = hostsOf(settings);
  const own = hosts.flatMap((host) => (isAny(host) ? (addressOf(host === '::' ? 'IPv6' : 'IPv4') ?? []) : []));
  const certificate = certFile !== undefined && keyFile !== undefined ? { certFile, keyFile } : undefined;
  const tls =
    sipTlsPort === undefined
      ? undefined
      : {
          port: sipTlsPort,
          certificate: certificate ?? (await ownCertificate()),
          authorities: settings.sipTlsCa.map(authority),
        };
  return SipLine.open(deps, { hosts, port, tls, web, announced: [...settings.mediaAddresses, ...own] });
}

/** Addresses to listen on: IPv4 and IPv6 each by its own socket, so that an address is written in one way. */
function hostsOf({ host, lan }: SipSettings): string[] {
  if (lan || host === '::') return ['0.0.0.0', '::'];
  return host === 'localhost' ? ['127.0.0.1', '::1'] : [host];
}

function isAny(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

/** One by which others reach this machine, as far as it knows. */
export function addressOf(family: 'IPv4' | 'IPv6'): string | undefined {
  const all = Object.values(networkInterfaces()).flatMap((one) => one ?? []);
  return all.find((one) => one.family === family && !one.internal && !one.address.startsWith('fe80:'))?.address;
}

function authority(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new SipError(`The certificate of an authority for SIP cannot be read (${file}): ${String(error)}`, { cause: error });
  }
}
