/**
 * Phones that have not asked how many messages wait, and say with REGISTER that they understand it (`Allow-Events: message-summary`): they are
 * told all the same, outside of dialogs, as PBXs do it. RFC 6665 has no such thing; who answers that it knows nothing of it is told no more,
 * who cannot hear it at the moment is told with the next change.
 *
 *      registers ──► a while later: has it asked? ── no ──► NOTIFY ──┬── 2xx: NOTIFY after each change
 *                                          └─ yes: nothing          └── knows of no such thing: nothing, until it registers anew
 */
import type { Address, DeviceId, Milliseconds } from '@offhook/core';
import { devices, fieldsOf, nameAddr, Params, Request, toUtf8, writeCSeq, writeNameAddr } from '@offhook/sip';
import type { Binding } from '@offhook/sip';
import type { SipPhone } from '../ports/sip-phones.ts';
import type { Bus, Clock, Log } from '../ports.ts';
import { addressFor } from './addresses.ts';
import type { SipAgent } from './agent.ts';
import { settleMs, summaryEvent, summaryType, waitingFor } from './summary.ts';
import type { SummaryDeps } from './summary.ts';

export interface UnaskedDeps extends SummaryDeps {
  readonly agent: SipAgent;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly domain: string;
  readonly register: {
    /** Where a phone is, the latest first. */
    flows(device: DeviceId): readonly Binding[];
    /** Whether it has said so. */
    understands(device: DeviceId, event: string): boolean;
  };
  /** Whether it has subscribed. */
  readonly hasAsked: (device: DeviceId) => boolean;
}

/** Phones that subscribe do so as soon as they have registered. */
const asksMs: Milliseconds = 5_000;
/** No such method, dialog or event: RFC 3261 §21.4.6, §21.4.19, §21.5.2, RFC 6665 §8.3.2. */
const deafness: ReadonlySet<number> = new Set([405, 481, 489, 501]);

interface Told {
  readonly phone: SipPhone;
  readonly unsubscribe: () => void;
  cancel: (() => void) | undefined;
  /** What was told last, by the contact it was told. */
  readonly last: Map<string, string>;
  /** Who knows nothing of it. */
  readonly deaf: Set<string>;
}

export class UnaskedSummaries {
  readonly #deps: UnaskedDeps;
  readonly #phones = new Map<DeviceId, Told>();

  constructor(deps: UnaskedDeps) {
    this.#deps = deps;
  }

  /** It has registered, or is registered no longer. */
  turned(phone: SipPhone, isHere: boolean): void {
    if (!isHere) return this.#forget(phone.device);
    const known = this.#phones.get(phone.device) ?? this.#follow(phone);
    this.#look(known, asksMs);
  }

  /** Something may be new for somebody, or no longer. */
  changed(user: Address): void {
    for (const one of this.#phones.values()) if (one.phone.user === user) this.#look(one, settleMs);
  }

  close(): void {
    for (const device of this.#phones.keys()) this.#forget(device);
  }

  #follow(phone: SipPhone): Told {
    const unsubscribe = this.#deps.bus.subscribe(phone.user, ({ event: { type } }) => {
      if (type === 'entries' || type === 'read') this.#look(told, settleMs);
    });
    const told: Told = { phone, unsubscribe, cancel: undefined, last: new Map(), deaf: new Set() };
    this.#phones.set(phone.device, told);
    return told;
  }

  #forget(device: DeviceId): void {
    const told = this.#phones.get(device);
    told?.unsubscribe();
    told?.cancel?.();
    this.#phones.delete(device);
  }

  #look(told: Told, afterMs: Milliseconds): void {
    told.cancel ??= this.#deps.clock.schedule(afterMs, () => {
      told.cancel = undefined;
      this.#tell(told).catch((error: unknown) =>
        this.#deps.log.warn('sip', { device: told.phone.device, error: String(error) }),
      );
    });
  }

  async #tell(told: Told): Promise<void> {
    const { clock, hasAsked, register } = this.#deps;
    const { device, user } = told.phone;
    if (hasAsked(device) || !register.understands(device, summaryEvent)) return;
    const summary = await waitingFor(user, this.#deps);
    if (this.#phones.get(device) !== told) return;
    const flows = register.flows(device);
    forgetOthers(told, new Set(flows.map(({ contact }) => writeNameAddr(contact))));
    for (const [binding] of devices(flows, clock.now())) {
      if (binding === undefined) continue;
      const contact = writeNameAddr(binding.contact);
      if (told.deaf.has(contact) || told.last.get(contact) === summary) continue;
      told.last.set(contact, summary);
      this.#notify(told, binding, contact, summary);
    }
  }

  #notify(told: Told, { contact, flow, path }: Binding, name: string, summary: string): void {
    const { agent, domain } = this.#deps;
    const { login, name: displayed } = told.phone;
    const own = addressFor({ address: login, name: displayed }, domain);
    const fields = {
      Route: path,
      From: writeNameAddr({ ...own, params: Params.of({ tag: agent.random() }) }),
      To: writeNameAddr(nameAddr(contact.uri)),
      'Call-ID': agent.random(),
      CSeq: writeCSeq({ number: 1, method: 'NOTIFY' }),
      Contact: agent.contact(flow),
      Event: summaryEvent,
      'Subscription-State': 'active',
    };
    const request = new Request('NOTIFY', contact.uri, fieldsOf(fields)).withBody(summaryType, toUtf8(summary));
    agent.ask(request, flow, {
      response: ({ status }) => {
        if (deafness.has(status)) told.deaf.add(name);
        else if (status >= 300) told.last.delete(name);
      },
      // Nobody was there, as where it says so itself: it is told with the next change.
      failed: () => void told.last.delete(name),
    });
  }
}

/** Contacts come and go as long as the phone is registered: what is known of those that are gone is kept no longer. */
function forgetOthers({ last, deaf }: Told, contacts: ReadonlySet<string>): void {
  for (const one of last.keys()) if (!contacts.has(one)) last.delete(one);
  for (const one of deaf) if (!contacts.has(one)) deaf.delete(one);
}
