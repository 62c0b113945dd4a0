/** Numbers of ours, all of them in memory: a call that comes in waits for no store. */
import { isNumber, isTimeZone, leadAt, numberLimits } from '@offhook/core';
import type { Address, Instant, NumberLead, NumberSetting, OwnNumber } from '@offhook/core';
import type { NumberAdministration, Numbers } from '../ports/numbers.ts';
import type { FromTrunk } from '../ports/trunks.ts';
import { Refusal } from '../ports.ts';
import type { Clock, Log, Store } from '../ports.ts';

export interface NumberBookDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether what happens is written to the outbox for webhooks. */
  readonly outbox: boolean;
  readonly isMeeting: (meeting: string) => boolean;
  /** Whether there is a voicemail. */
  readonly takesMessages: () => boolean;
}

export class NumberBook implements NumberAdministration, Numbers {
  readonly #deps: NumberBookDeps;
  readonly #numbers = new Map<string, OwnNumber>();
  /** When it may be told again that calls come to nobody: of numbers of ours, and of trunks that bring calls to others. */
  readonly #told = new Map<string, Instant>();

  constructor(deps: NumberBookDeps) {
    this.#deps = deps;
  }

  async start(): Promise<void> {
    for (const number of await this.#deps.store.numbers()) this.#numbers.set(number.number, number);
  }

  list(): readonly OwnNumber[] {
    return [...this.#numbers.values()].sort((a, b) => (a.number < b.number ? -1 : 1));
  }

  get(number: string): OwnNumber {
    const known = this.#numbers.get(number);
    if (known === undefined) throw new Refusal('number_not_found');
    return known;
  }

  async set(number: string, setting: NumberSetting): Promise<OwnNumber> {
    if (!this.#numbers.has(number) && this.#numbers.size >= numberLimits.numbers) throw new Refusal('too_many_numbers');
    if (setting.zone !== undefined && !isTimeZone(setting.zone)) throw new Refusal('zone_invalid');
    const leads = [setting.lead, ...(setting.rules ?? []).map(({ lead }) => lead)];
    await Promise.all(leads.map((lead) => this.#check(number, lead)));
    const own: OwnNumber = { ...setting, number };
    await this.#deps.store.commit([{ type: 'number', number: own }]);
    this.#numbers.set(number, own);
    return own;
  }

  async remove(number: string): Promise<void> {
    this.get(number);
    await this.#deps.store.commit([{ type: 'number_gone', number }]);
    this.#numbers.delete(number);
  }

  lead(number: string): NumberLead | undefined {
    const known = this.#numbers.get(number);
    return known && leadAt(known, this.#deps.clock.now());
  }

  of(user: Address): string | undefined {
    return this.list().find(({ number }) => {
      const lead = this.lead(number);
      return lead?.to === 'user' && lead.user === user;
    })?.number;
  }

  /** Those of ours that lead into this meeting, at some time. */
  into(meeting: string): readonly string[] {
    const leadsThere = (lead: NumberLead): boolean =>
      lead.to === 'meeting' && (lead.meeting === undefined || lead.meeting === meeting);
    return this.list().flatMap(({ number, lead, rules = [] }) =>
      [lead, ...rules.map((rule) => rule.lead)].some(leadsThere) ? number : [],
    );
  }

  lost({ called, caller, trunk }: FromTrunk, lead: NumberLead | undefined): void {
    const { clock, log, outbox, store } = this.#deps;
    const at = clock.now();
    const about = this.#numbers.has(called) ? called : trunk;
    if ((this.#told.get(about) ?? 0) > at) return;
    this.#told.set(about, at + numberLimits.againMs);
    log.warn('number.unreachable', { number: called, trunk, lead: lead?.to });
    if (!outbox) return;
    const event = 'number.unreachable';
    const body = JSON.stringify({
      type: event,
      timestamp: new Date(at).toISOString(),
      data: { number: called, caller, trunk, lead },
    });
    store
      .commit([{ type: 'outbox', entry: { event, about: called, at, body } }])
      .catch((error: unknown) => log.error('store', { error: String(error) }));
  }

  /** What it is to lead to is there. */
  async #check(number: string, lead: NumberLead): Promise<void> {
    const { isMeeting, store, takesMessages } = this.#deps;
    switch (lead.to) {
      case 'user':
      case 'program':
      case 'voicemail':
        if (lead.to === 'voicemail' && !takesMessages()) throw new Refusal('lead_unavailable', 'voicemail');
        // Whoever has a number is a user as well; to lead there is `number`, which asks whether it may be called.
        if (isNumber(lead.user) || (await store.user(lead.user)) === undefined) throw new Refusal('user_not_found', lead.user);
        return;
      case 'group':
        if ((await store.conversation(lead.conversation))?.kind !== 'group') throw new Refusal('conversation_not_found');
        return;
      case 'meeting':
        if (lead.meeting !== undefined && !isMeeting(lead.meeting)) throw new Refusal('meeting_not_found');
        return;
      case 'number':
        if (lead.number === number) throw new Refusal('self_forward');
        return;
    }
  }
}
