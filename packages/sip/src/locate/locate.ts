/**
 * Finding the servers of a URI (RFC 3263): by which transport, at which addresses and ports, in which order.
 *
 *     numeric host ─────────────────────────────► that address
 *     port given ──────────────► A, AAAA ───────► those addresses
 *     transport given ─► SRV ──► A, AAAA ───────► in the order of priorities and weights
 *     else NAPTR ──────► SRV ──► A, AAAA              └─ none: A, AAAA of the host, usual port
 *
 * DNS is asked through what is handed in, which may keep what it has heard.
 */
import type { Remote } from '../transaction/types.ts';
import type { SipUri, Uri } from '../message/uri.ts';
import { isSip } from '../message/uri.ts';
import type { Naptr, Srv } from './records.ts';
import { inOrder } from './records.ts';

/** Each resolves with nothing where there is nothing, and rejects where nobody could tell. */
export interface Lookup {
  naptr(name: string): Promise<readonly Naptr[]>;
  srv(name: string): Promise<readonly Srv[]>;
  /** IPv4 and IPv6, the better first. */
  addresses(name: string): Promise<readonly string[]>;
}

export type Transport = Remote['transport'];

export interface LocateOptions {
  /** By which we can go somewhere, the dearest first. */
  readonly transports: readonly Transport[];
  /** Chance: from 0 to below 1. */
  readonly random: () => number;
  /** Bytes of what is to be sent there: more than 1,300 go by TCP first where they would go by UDP (RFC 3261 §18.1.1). */
  readonly size?: number | undefined;
}

const services: Readonly<Record<string, Transport>> = {
  'sip+d2u': 'udp',
  'sip+d2t': 'tcp',
  'sips+d2t': 'tls',
  'sip+d2w': 'ws',
  'sips+d2w': 'wss',
};
/** What stands before the name in SRV; WebSockets have none (RFC 7118 §5.3). */
const prefixes: Partial<Record<Transport, string>> = { udp: '_sip._udp.', tcp: '_sip._tcp.', tls: '_sips._tcp.' };
const usualPorts: Readonly<Record<Transport, number>> = { udp: 5060, tcp: 5060, tls: 5061, ws: 80, wss: 443 };
const secure: ReadonlySet<Transport> = new Set<Transport>(['tls', 'wss']);

/** Servers that one request is tried at. */
const most = 16;
const bytesByDatagram = 1_300;

/**
 * Where requests to `uri` go, to be tried one after the other (`Failover`). Nothing: there is no way that we could go.
 *
 * @throws whatever `lookup` rejects with: what DNS does not tell is not guessed
 */
export async function locate(uri: Uri, lookup: Lookup, options: LocateOptions): Promise<readonly Remote[]> {
  if (!isSip(uri)) return [];
  const ways = waysOf(uri, options.transports);
  const found = ways.length === 0 ? [] : await findServers(uri, ways, lookup, options);
  const places = options.size !== undefined && options.size > bytesByDatagram ? byTcpFirst(found, ways, uri) : found;
  const seen = new Set<string>();
  return places
    .filter(({ transport, address, port }) => {
      const key = `${transport} ${address} ${port}`;
      return !seen.has(key) && seen.add(key);
    })
    .slice(0, most);
}

/** The transports that the URI allows, the dearest first (§4.1). */
function waysOf({ scheme, params }: SipUri, transports: readonly Transport[]): readonly Transport[] {
  const asked = params.get('transport')?.toLowerCase();
  const isSecure = scheme === 'sips';
  if (asked === undefined) return isSecure ? transports.filter((one) => secure.has(one)) : transports;
  // In a `sips:` URI it says what TLS goes over (RFC 3261 §26.2.2); `tls` itself is deprecated and everywhere.
  const meant = isSecure ? { tcp: 'tls', tls: 'tls', ws: 'wss', wss: 'wss' }[asked] : asked;
  return transports.filter((one) => one === meant);
}

async function findServers(
  uri: SipUri,
  ways: readonly Transport[],
  lookup: Lookup,
  { random }: LocateOptions,
): Promise<readonly Remote[]> {
  const target = (uri.params.get('maddr') ?? uri.host).toLowerCase();
  const isAsked = uri.params.has('transport');
  const [first] = ways;
  // §4.1: without any other hint it is UDP, or TLS for `sips:`.
  const usual = ways.includes('udp') ? 'udp' : first;
  if (first === undefined || usual === undefined) return [];
  const numeric = numericOf(target);
  const domain = numericOf(uri.host) === undefined ? uri.host.toLowerCase() : undefined;
  const at = (transport: Transport, address: string, port = usualPorts[transport]): Remote => ({
    transport,
    address,
    port,
    ...(secure.has(transport) && domain !== undefined && { domain }),
  });

  if (numeric !== undefined) return [at(usual, numeric, uri.port)];
  if (uri.port !== undefined) return (await lookup.addresses(target)).map((address) => at(usual, address, uri.port));

  const records = await servicesOf(target, ways, isAsked, lookup);
  if (records.length === 0) return (await lookup.addresses(target)).map((address) => at(usual, address));
  const servers = records
    .flatMap(({ transport, all }) => inOrder(all, random).map((one) => ({ transport, ...one })))
    // RFC 2782: there is decidedly none.
    .filter((one) => one.target !== '.' && one.target !== '')
    .slice(0, most);
  const asked = await Promise.allSettled(servers.map((one) => lookup.addresses(one.target)));
  // Servers of which nobody can tell the address at the moment are down like others, unless it is all of them.
  const failure = asked.find((one) => one.status === 'rejected');
  if (failure !== undefined && asked.every(({ status }) => status === 'rejected')) throw failure.reason;
  return servers.flatMap(({ transport, port }, n) => {
    const answer = asked[n];
    return answer?.status === 'fulfilled' ? answer.value.map((address) => at(transport, address, port)) : [];
  });
}

interface Service {
  readonly transport: Transport;
  readonly all: readonly Srv[];
}

async function servicesOf(
  target: string,
  ways: readonly Transport[],
  isAsked: boolean,
  lookup: Lookup,
): Promise<readonly Service[]> {
  // Where the URI says by which, NAPTR has nothing to tell (§4.2).
  const naptrs = isAsked ? [] : usable(await lookup.naptr(target), ways);
  const names =
    naptrs.length > 0
      ? naptrs
      : ways.flatMap((transport) => {
          const prefix = prefixes[transport];
          return prefix === undefined ? [] : { transport, name: prefix + target };
        });
  const all = await Promise.all(names.map(async ({ transport, name }) => ({ transport, all: await lookup.srv(name) })));
  return all.filter((one) => one.all.length > 0);
}

/** Those that lead to SRV of a transport that we have, in their order (RFC 3403 §4.1). */
function usable(
  records: readonly Naptr[],
  ways: readonly Transport[],
): readonly { readonly transport: Transport; readonly name: string }[] {
  return [...records]
    .sort((a, b) => a.order - b.order || a.preference - b.preference)
    .flatMap(({ flags, service, regexp, replacement }) => {
      const transport = services[service.toLowerCase()];
      const isUsable = transport !== undefined && ways.includes(transport) && flags.toLowerCase() === 's' && regexp === '';
      return isUsable ? { transport, name: replacement } : [];
    })
    .slice(0, most);
}

function byTcpFirst(places: readonly Remote[], ways: readonly Transport[], { params }: SipUri): readonly Remote[] {
  const hasTcp = ways.includes('tcp') || params.has('transport');
  return places.flatMap((place) =>
    place.transport === 'udp' && hasTcp ? [{ ...place, transport: 'tcp' as const }, place] : place,
  );
}

/** An IPv4 address, or an IPv6 address without its brackets. */
function numericOf(host: string): string | undefined {
  if (host.startsWith('[')) return host.slice(1, -1);
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(host) ? host : undefined;
}
