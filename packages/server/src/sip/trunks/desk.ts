/**
 * The telephone network: whose calls come in, and by which trunks numbers are reached.
 *
 *     INVITE ──► from an address of a trunk? ──► its user name and password? ──► that trunk
 *                                                   │ wrong: 401, the same as for phones
 *     number ──► may it be called? ──► trunks, the best first ──► where their servers are ──► ways
 *                   │ Refusal              │ none: `no_trunk`
 */
import { isEmergency, mayDial } from '@offhook/core';
import type { OutgoingRule } from '@offhook/core';
import { inOrder, MessageError } from '@offhook/sip';
import type { Remote, Request, Response } from '@offhook/sip';
import { Refusal } from '../../ports.ts';
import type { Clock, Log, Random, Store } from '../../ports.ts';
import type { E164, FromTrunk, Permit, Trunks, Way } from '../../ports/trunks.ts';
import type { SipAgent } from '../agent.ts';
import type { SipGate, SignedTrunk } from '../gate.ts';
import { TrunkBook } from './book.ts';
import type { KnownTrunk } from './book.ts';
import { destinationOf, parseNumber } from './numbers.ts';
import type { Country } from './numbers.ts';
import { calledIn, callerIn } from './said.ts';
import { Usage } from './usage.ts';
import { nextHop, wayBy } from './ways.ts';

export interface TrunkDeskDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: Random;
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
  readonly #usage = new Usage();
  #agent: Pick<SipAgent, 'find'> | undefined;

  constructor(deps: TrunkDeskDeps) {
    this.#deps = deps;
    this.book = new TrunkBook({ ...deps, calls: (trunk) => this.#usage.calls(`trunk ${trunk}`) });
  }

  /** Knows its trunks from now on, and reaches them by this agent. */
  async start(agent: Pick<SipAgent, 'find'>): Promise<void> {
    this.#agent = agent;
    await this.book.start();
  }

  /** Whether this is an address of a trunk, which is listened to whoever has guessed there. */
  knows(from: Remote): boolean {
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
  ): Promise<{ readonly call: FromTrunk } | { readonly refused: Response | undefined } | undefined> {
    const who = this.#at(from) ?? (await this.#signed(invite, from));
    if (who === undefined || 'refused' in who) return who;
    const { country, log } = this.#deps;
    const called = calledIn(invite, who.settings, country);
    if (called === undefined) return { refused: this.#deps.gate.refuse(invite, 404) };
    const permit = this.#usage.take([`trunk ${who.id}`]);
    log.info('trunk.incoming', { trunk: who.id, called });
    const { codecs } = who.settings;
    return { call: { trunk: who.id, called, codecs, permit, ...callerIn(invite, who.settings, country) } };
  }

  async outgoing(user: string, number: E164): Promise<{ readonly ways: readonly Way[]; readonly permit: Permit }> {
    const { country, chance } = this.#deps;
    const { emergency } = this.book.outgoing();
    const own = await this.book.userOutgoing(user);
    const isHelp = isEmergency(number, country, emergency.numbers);
    if (!isHelp) await this.#admit(user, number, own.rules);
    const trunks = this.book.enabled.filter(({ id, settings }) => (isHelp ? id === emergency.trunk : settings.outgoing));
    if (isHelp && trunks.length === 0) throw new Refusal('emergency_refused');
    const ordered = inOrder(
      trunks.map((trunk) => ({ trunk, ...trunk.settings })),
      chance,
    );
    const ways: Way[] = [];
    for (const { trunk } of ordered) {
      const to = await this.#find(trunk);
      // Help comes to where somebody is: those who are called for it are told who calls.
      const caller = { number: own.number, withheld: own.withheld && !isHelp };
      if (to.length > 0) ways.push(wayBy(trunk, number, caller, to, country));
    }
    if (ways.length === 0) throw new Refusal('no_trunk');
    return { ways, permit: this.#usage.take([`user ${user}`]) };
  }

  /** @throws Refusal */
  async #admit(user: string, number: E164, own: readonly OutgoingRule[]): Promise<void> {
    const { country, store } = this.#deps;
    if (parseNumber(number, undefined) !== number) throw new Refusal('number_invalid');
    const { rules, roles } = this.book.outgoing();
    const role = (await store.account(user))?.role;
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

  /** What comes by UDP or TCP from an address of a trunk that speaks TLS comes from anybody. */
  #at({ address, transport }: Remote): KnownTrunk | undefined {
    return this.book.enabled.find(
      ({ networks, settings }) => networks.has(address) && (settings.transport !== 'tls' || transport === 'tls'),
    );
  }

  #named(username: string): KnownTrunk | undefined {
    return this.book.enabled.find(({ incoming }) => incoming.username === username);
  }

  /** Undefined: these credentials are of nobody's trunk; they may be those of a phone. */
  async #signed(invite: Request, from: Remote): Promise<KnownTrunk | { readonly refused: Response } | undefined> {
    try {
      const username = this.#deps.gate.claimed(invite);
      const trunk = username === undefined ? undefined : this.#named(username);
      if (trunk === undefined) return undefined;
      const shown = await this.#deps.gate.check(invite, from);
      return 'refusal' in shown ? { refused: shown.refusal } : trunk;
    } catch (error) {
      if (error instanceof MessageError) return { refused: this.#deps.gate.refuse(invite, 400) };
      throw error;
    }
  }
}
