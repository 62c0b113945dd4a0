/**
 * The telephone network: whose calls come in, and by which trunks numbers are reached.
 *
 *     INVITE ──► from an address of a trunk? ──► its user name and password? ──► that trunk
 *                                                   │ wrong: 401, the same as for phones
 *     number ──► may it be called? ──► trunks, the best first ──► where their servers are ──► ways
 *                   │ Refusal              │ none: `no_trunk`
 */
import { isEmergency, mayDial, priceOf } from '@offhook/core';
import type { Caps, OutgoingRule, UserOutgoing } from '@offhook/core';
import { inOrder, isSip } from '@offhook/sip';
import type { Remote, Request, Response } from '@offhook/sip';
import { Refusal } from '../../ports.ts';
import type { Clock, Hash, Log, Random, Store } from '../../ports.ts';
import type { E164, FromTrunk, Permit, Trunks, Way } from '../../ports/trunks.ts';
import type { SipAgent } from '../agent.ts';
import type { SipGate, SignedTrunk } from '../gate.ts';
import { TrunkBook } from './book.ts';
import type { KnownTrunk } from './book.ts';
import { destinationOf, parseNumber } from './numbers.ts';
import type { Country } from './numbers.ts';
import { calledIn, callerIn } from './said.ts';
import { TrunkLinks } from './links.ts';
import { TrunkNews } from './news.ts';
import { freePermit } from './permit.ts';
import { Usage } from './usage.ts';
import type { CapCode, Prices, Subject } from './usage.ts';
import { credentialsOf, nextHop, wayBy } from './ways.ts';

export interface TrunkDeskDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: Random;
  readonly hash: Hash;
  /** Whether what happens is written to the outbox, for webhooks and the feed. */
  readonly outbox: boolean;
  /** That of phones, so that nobody can tell from outside who is what. */
  readonly gate: SipGate;
  /** Of the server. */
  readonly country: Country;
  /** From 0 to below 1. */
  readonly chance: () => number;
}

export class TrunkDesk implements Trunks {
  readonly book: TrunkBook;
  readonly #deps: TrunkDeskDeps;
  readonly #usage: Usage;
  readonly #news: TrunkNews;
  readonly #links: TrunkLinks;
  #agent: SipAgent | undefined;

  constructor(deps: TrunkDeskDeps) {
    this.#deps = deps;
    this.#news = new TrunkNews(deps);
    const links = new TrunkLinks({ ...deps, news: this.#news });
    this.#links = links;
    this.book = new TrunkBook({
      ...deps,
      used: (subject) => this.#usage.state(subject),
      link: (trunk) => links.state(trunk),
      changed: (trunk) => links.changed(trunk),
      removed: (trunk) => links.removed(trunk),
    });
    const caps = (subject: Subject): Caps => this.book.caps(subject);
    this.#usage = new Usage({ ...deps, caps, reached: (subject, code) => this.#reached(subject, code) });
  }

  /** Knows its trunks from now on, and reaches them by this agent. */
  async start(agent: SipAgent): Promise<void> {
    this.#agent = agent;
    // Calls come in as soon as trunks are known: what they use is counted on what was used before.
    await this.#usage.start();
    await this.book.start();
    this.#links.start(agent, this.book.enabled);
  }

  /** Stores what is not yet. */
  close(): Promise<void> {
    this.#links.close();
    return this.#usage.close();
  }

  /** Whether this is an address of a trunk, which is listened to whoever has guessed there. */
  knows(from: Pick<Remote, 'transport' | 'address'>): boolean {
    return this.#at(from) !== undefined;
  }

  /** Which trunk signs in by this user name. */
  signedBy(username: string): SignedTrunk | undefined {
    const trunk = this.#named(username);
    const secrets = trunk?.incoming.secrets;
    return trunk === undefined || secrets === undefined ? undefined : { trunk: trunk.id, secrets };
  }

  dialled(text: string): E164 | undefined {
    const { country } = this.#deps;
    const digits = text.trim();
    return isEmergency(digits, country, this.book.outgoing().emergency.numbers) ? digits : parseNumber(text, country);
  }

  async incoming(
    invite: Request,
    from: Remote,
  ): Promise<{ readonly call: FromTrunk } | { readonly refused: Response } | undefined> {
    const who = this.#at(from) ?? this.#registeredAs(invite) ?? (await this.#signed(invite, from));
    if (who === undefined || 'refused' in who) return who;
    const { country, gate, log } = this.#deps;
    const called = calledIn(invite, who.settings, country);
    if (called === undefined) return { refused: gate.refuse(invite, 404) };
    const subject: Subject = `trunk ${who.id}`;
    // Whoever is at the other end may have another way here, and is to look for it.
    if (this.#usage.lacks(subject) !== undefined) return { refused: gate.refuse(invite, 503, { 'Retry-After': '5' }) };
    const permit = this.#usage.take(subject);
    log.info('trunk.incoming', { trunk: who.id, called });
    const { codecs, srtp, transfers } = who.settings;
    const manner = { codecs, srtp, transfers, credentials: credentialsOf(who) };
    return { call: { trunk: who.id, called, ...manner, permit, ...callerIn(invite, who.settings, country) } };
  }

  async outgoing(user: string, number: E164): Promise<{ readonly ways: readonly Way[]; readonly permit: Permit }> {
    const { country, chance } = this.#deps;
    const { emergency } = this.book.outgoing();
    const isHelp = isEmergency(number, country, emergency.numbers);
    const own = isHelp ? await this.#ofWhoNeedsHelp(user) : await this.book.userOutgoing(user);
    if (!isHelp) await this.#admit(user, number, own.rules);
    const trunks = this.book.enabled.filter(({ id, settings }) =>
      isHelp ? id === emergency.trunk : settings.outgoing && this.#links.state(id).health !== 'down',
    );
    if (isHelp && trunks.length === 0) throw new Refusal('emergency_refused');
    const ordered = inOrder(
      trunks.map((trunk) => ({ trunk, ...trunk.settings })),
      chance,
    );
    const prices = isHelp ? undefined : this.#prices(user, trunks, number);
    // Help comes to where somebody is: those who are called for it are told who calls.
    const caller = { number: own.number, withheld: own.withheld && !isHelp };
    const places = await Promise.all(ordered.map(({ trunk }) => this.#find(trunk)));
    const ways = ordered.flatMap(({ trunk }, n) => {
      const to = places[n] ?? [];
      return to.length === 0 ? [] : wayBy(trunk, number, caller, to, country);
    });
    if (ways.length === 0) throw new Refusal('no_trunk');
    if (prices === undefined) return { ways, permit: freePermit };
    return this.#within(user, ways, prices);
  }

  /** As whom they call, if that can be told: help is called in any case. */
  async #ofWhoNeedsHelp(user: string): Promise<UserOutgoing> {
    try {
      return await this.book.userOutgoing(user);
    } catch (error) {
      this.#deps.log.error('trunk.unknown_caller', { user, error: String(error) });
      return { rules: [], withheld: false };
    }
  }

  /** Those ways that have room, for a user who has. @throws Refusal */
  #within(user: string, ways: readonly Way[], prices: Prices): { readonly ways: readonly Way[]; readonly permit: Permit } {
    // Whichever way it goes in the end.
    const mine = this.#usage.lacks(`user ${user}`, Math.max(...ways.map(({ trunk }) => prices.get(trunk) ?? 0)));
    if (mine !== undefined) throw new Refusal(mine);
    const full = ways.map(({ trunk }) => this.#usage.lacks(`trunk ${trunk}`, prices.get(trunk) ?? 0));
    const open = ways.filter((_, n) => full[n] === undefined);
    const [first] = full;
    if (open.length === 0 && first !== undefined) throw new Refusal(first);
    return { ways: open, permit: this.#usage.take(`user ${user}`, prices) };
  }

  /** Of a minute, by each trunk. @throws Refusal where that has to be known, and nobody has said it */
  #prices(user: string, trunks: readonly KnownTrunk[], number: E164): Prices {
    const { rates } = this.book.outgoing();
    const own = this.book.caps(`user ${user}`).spendPerDay;
    return new Map(
      trunks.map(({ id, settings }) => {
        const price = priceOf(number, settings.rates ?? []) ?? priceOf(number, rates);
        if (price === undefined && (own ?? settings.caps.spendPerDay) !== undefined) throw new Refusal('rate_missing');
        return [id, price ?? 0];
      }),
    );
  }

  #reached(subject: Subject, code: CapCode): void {
    const id = subject.slice(subject.indexOf(' ') + 1);
    const data = subject.startsWith('trunk ') ? { trunk: id, name: this.book.known(id)?.settings.name } : { user: id };
    this.#news.tell('trunk.cap_reached', subject, { ...data, code });
  }

  /** @throws Refusal */
  async #admit(user: string, number: E164, own: readonly OutgoingRule[]): Promise<void> {
    const { country, store } = this.#deps;
    if (parseNumber(number, undefined) !== number) throw new Refusal('number_invalid');
    const { rules, roles } = this.book.outgoing();
    // Where rules are for all alike, nobody's role is asked for.
    const role = Object.keys(roles).length === 0 ? undefined : (await store.account(user))?.role;
    const verdict = mayDial(destinationOf(number, country), [own, (role && roles[role]) ?? [], rules]);
    if (verdict !== 'allowed') throw new Refusal(verdict);
  }

  async #find(trunk: KnownTrunk): Promise<readonly Remote[]> {
    try {
      return (await this.#agent?.find(nextHop(trunk), 0)) ?? [];
    } catch (error) {
      this.#deps.log.warn('trunk.unknown_host', { trunk: trunk.id, host: trunk.settings.host, error: String(error) });
      return [];
    }
  }

  /** What comes by UDP or TCP from an address of a trunk that speaks TLS comes from anybody, and by WebSocket from a page. */
  #at({ address, transport }: Pick<Remote, 'transport' | 'address'>): KnownTrunk | undefined {
    if (transport === 'ws' || transport === 'wss') return undefined;
    return this.book.enabled.find(
      ({ networks, settings }) => networks.has(address) && (settings.transport !== 'tls' || transport === 'tls'),
    );
  }

  /** By the address that only the other end knows, having been told it. */
  #registeredAs(invite: Request): KnownTrunk | undefined {
    const { uri } = invite;
    const trunk = isSip(uri) && uri.user !== undefined ? this.#links.registeredAs(uri.user) : undefined;
    return trunk === undefined ? undefined : this.book.known(trunk);
  }

  #named(username: string): KnownTrunk | undefined {
    return this.book.enabled.find(({ incoming }) => incoming.username === username);
  }

  /** Undefined: these credentials are of nobody's trunk; they may be those of a phone. @throws MessageError */
  async #signed(invite: Request, from: Remote): Promise<KnownTrunk | { readonly refused: Response } | undefined> {
    const username = this.#deps.gate.claimed(invite);
    const trunk = username === undefined ? undefined : this.#named(username);
    if (trunk === undefined) return undefined;
    const shown = await this.#deps.gate.check(invite, from);
    return 'refusal' in shown ? { refused: shown.refusal } : trunk;
  }
}
