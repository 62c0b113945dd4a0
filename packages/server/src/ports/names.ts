/**
 * From names to addresses. The system's own way (getaddrinfo) takes one of few threads for as long as a name server is silent, so that names
 * that others have chosen are asked for by DNS alone: without hosts files and search domains.
 */
import { lookup as bySystem, Resolver } from 'node:dns';
import type { LookupAddress, LookupAllOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';
import type { Milliseconds } from '@offhook/core';

/** As `lookup` of node:dns, all of them. */
export type NameResolver = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => void,
) => void;

/** Until the next name server is asked, how often each is, and for how long in all. */
const dns = { timeout: 2_000, tries: 2, mostMs: 10_000 };

/** `servers`: instead of those of the system. */
export function dnsResolver(mostMs: Milliseconds = dns.mostMs, servers?: readonly string[]): NameResolver {
  return (hostname, { family }, callback) => {
    const resolver = new Resolver(dns);
    if (servers !== undefined) resolver.setServers(servers);
    const timer = setTimeout(() => resolver.cancel(), mostMs);
    const isAsked = (one: 4 | 6): boolean => family === undefined || family === 0 || family === one || family === `IPv${one}`;
    const families = ([4, 6] as const).filter(isAsked);
    const answers: { readonly error: NodeJS.ErrnoException | null; readonly found: LookupAddress[] }[] = [];
    const answered = (one: 4 | 6, error: NodeJS.ErrnoException | null, addresses: string[] = []): void => {
      answers.push({ error, found: addresses.map((address) => ({ address, family: one })) });
      if (answers.length < families.length) return;
      clearTimeout(timer);
      const found = answers.flatMap((answer) => answer.found).toSorted((a, b) => a.family - b.family);
      callback(found.length > 0 ? null : (answers.find((answer) => answer.error !== null)?.error ?? null), found);
    };
    for (const one of families)
      if (one === 4) resolver.resolve4(hostname, (error, addresses) => answered(4, error, addresses));
      else resolver.resolve6(hostname, (error, addresses) => answered(6, error, addresses));
  };
}

type Callback = Parameters<LookupFunction>[2];

/** Connections that are opened while a name is being looked up share what is found. Nothing is kept for those after them. */
export class SharedLookup {
  readonly #waiting = new Map<string, Callback[]>();

  /** `lookup`: instead of the system's way. */
  by(lookup: LookupFunction = bySystem): LookupFunction {
    return (hostname, options, callback) => {
      const key = JSON.stringify([hostname, options]);
      const others = this.#waiting.get(key);
      if (others !== undefined) return void others.push(callback);
      const waiting = [callback];
      this.#waiting.set(key, waiting);
      lookup(hostname, options, (...found) => {
        this.#waiting.delete(key);
        for (const one of waiting) one(...found);
      });
    };
  }
}
