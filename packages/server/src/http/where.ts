/** Where a request comes from and where it wants to go: network address, host, origin. */
import type { IncomingMessage } from 'node:http';
import { network } from '../ports/network.ts';

export interface OriginOptions {
  /** Pages of these origins may use this server beside its own. */
  readonly origins: readonly string[];
  /** How many reverse proxies stand in front and add to `X-Forwarded-For` and `X-Forwarded-Host`. */
  readonly proxies: number;
  /**
   * Answer only to names of this very machine, and to the pages of all programs on it: whoever develops an application here tries it
   * with calls. While open mode is on because nobody else can reach the server, a page on the internet must not reach it by a name of
   * its own that resolves to 127.0.0.1 (DNS rebinding).
   */
  readonly onlyLocalNames: boolean;
}

/** The address of whoever is behind the trusted proxies; of IPv6 the network, as everybody has many addresses there. */
export function networkAddress(request: IncomingMessage, proxies: number): string {
  const direct = request.socket.remoteAddress ?? '';
  const forwarded = proxies === 0 ? [] : list(request.headers['x-forwarded-for']);
  // Each proxy adds the address it was reached from; what is further left was written by anybody.
  return network(forwarded.at(-proxies) ?? forwarded[0] ?? direct);
}

/** Whether the name this server was reached by is one it answers to. */
export function isHostAllowed(request: IncomingMessage, { onlyLocalNames }: OriginOptions): boolean {
  return !onlyLocalNames || isLocalName(hostname(request.headers.host ?? ''));
}

/**
 * Whether the page behind a request may use this server: one that this server has served itself, or one of an allowed origin.
 * Programs that are no browsers send no `Origin` and carry no cookies to be misused.
 */
export function isOriginAllowed(request: IncomingMessage, options: OriginOptions): boolean {
  const { origin } = request.headers;
  if (origin === undefined) return true;
  if (options.origins.includes(origin)) return true;
  if (options.onlyLocalNames && URL.canParse(origin) && isLocalName(new URL(origin).hostname)) return true;
  const forwarded = options.proxies === 0 ? undefined : list(request.headers['x-forwarded-host']).at(-1);
  const host = forwarded ?? request.headers.host;
  return host !== undefined && sameHost(origin, host);
}

/** The foreign pages that may use this server, as a content security policy names them (CSP level 3 §2.3.1). */
export function pagesAllowed({ origins, onlyLocalNames }: OriginOptions): string[] {
  return [...origins, ...(onlyLocalNames ? ['http://localhost:*', 'http://127.0.0.1:*'] : [])];
}

/** The scheme is left aside: behind a proxy that ends TLS this server does not see the one of the page. */
function sameHost(origin: string, host: string): boolean {
  if (!URL.canParse(origin)) return false;
  const page = new URL(origin);
  return URL.canParse(`${page.protocol}//${host}`) && new URL(`${page.protocol}//${host}`).host === page.host;
}

function hostname(host: string): string {
  return URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : '';
}

export function isLocalName(name: string): boolean {
  return (
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    name === '[::1]' ||
    name === '::1' ||
    /^127(\.\d{1,3}){3}$/.test(name)
  );
}

function list(header: string | string[] | undefined): string[] {
  return [header ?? []]
    .flat()
    .flatMap((value) => value.split(','))
    .map((value) => value.trim())
    .filter((value) => value !== '');
}
