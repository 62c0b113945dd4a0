/**
 * Phones that show how many messages wait for their user (RFC 3842, by subscriptions of RFC 6665; without one: `unasked.ts`).
 *
 *      SUBSCRIBE ──► 200, NOTIFY with the counts ──┬── something is new, heard or read ──► NOTIFY
 *                     │ refused                    ├── SUBSCRIBE again ──► 200, NOTIFY
 *                     ▼ 403, 406, 423, 489         └── Expires: 0, time is over, NOTIFY fails ──► over
 */
import type { DeviceId, Instant } from '@offhook/core';
import { Dialog, fromUtf8, isSip, responseTo, toUtf8 } from '@offhook/sip';
import type { Remote, Request, TransactionId } from '@offhook/sip';
import type { SipPhone, SipPhoneNews } from '../ports/sip-phones.ts';
import type { Bus, Clock, Log } from '../ports.ts';
import type { InDialog, SipAgent } from './agent.ts';
import { summaryEvent as event, settleMs, summaryType as type, waitingFor } from './summary.ts';
import type { SummaryDeps } from './summary.ts';
import { UnaskedSummaries } from './unasked.ts';
import type { UnaskedDeps } from './unasked.ts';

export interface MessageWaitingDeps extends SummaryDeps {
  readonly agent: SipAgent;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly register: UnaskedDeps['register'] & { onNews(listener: (news: SipPhoneNews) => void): void };
  /** The host part of addresses of users. */
  readonly domain: string;
}

const allowed = 'SUBSCRIBE';
/** Seconds. */
const [shortest, longest] = [60, 3_600];
/** Of one phone; the oldest one goes where there are more. */
const most = 5;

export class MessageWaiting {
  readonly #deps: MessageWaitingDeps;
  readonly #subscriptions = new Map<DeviceId, Set<Subscription>>();
  readonly #unasked: UnaskedSummaries;

  constructor(deps: MessageWaitingDeps) {
    this.#deps = deps;
    this.#unasked = new UnaskedSummaries({ ...deps, hasAsked: (device) => this.#subscriptions.has(device) });
    deps.voicemail?.onChange((user) => {
      for (const all of this.#subscriptions.values()) for (const one of all) if (one.phone.user === user) one.changed();
      this.#unasked.changed(user);
    });
    deps.register.onNews(({ phone, state }) => {
      this.#unasked.turned(phone, state === 'here' || state === 'more');
      if (state === 'gone') for (const one of this.#subscriptions.get(phone.device) ?? []) one.end('noresource');
    });
  }

  /** Subscriptions that are kept. */
  get size(): number {
    let size = 0;
    for (const all of this.#subscriptions.values()) size += all.size;
    return size;
  }

  /** Of a phone, outside of dialogs. */
  subscribe(transaction: TransactionId, request: Request, phone: SipPhone, from: Remote): void {
    const { agent } = this.#deps;
    const refused = (status: number, fields: Readonly<Record<string, string | number>> = {}): void =>
      agent.respond(transaction, responseTo(request, status, { toTag: agent.random(), fields }));
    if (request.words('Event')[0]?.value.toLowerCase() !== event) return refused(489, { 'Allow-Events': event });
    const { uri } = request;
    const whom = isSip(uri) ? fromUtf8(uri.user ?? phone.login) : '';
    if (whom !== phone.login && whom !== phone.user) return refused(403);
    const accepts = request.words('Accept').map(({ value }) => value.toLowerCase());
    if (accepts.length > 0 && !accepts.some((one) => one === type || one === 'application/*' || one === '*/*'))
      return refused(406);
    const seconds = secondsOf(request);
    if (seconds === undefined) return refused(423, { 'Min-Expires': shortest });
    const ok = responseTo(request, 200, {
      toTag: agent.random(),
      fields: { Expires: seconds, Contact: agent.contact(from), Allow: allowed },
    });
    const dialog = Dialog.ofServer(request, ok);
    agent.respond(transaction, ok);
    this.#keep(new Subscription({ ...this.#deps, forget: (one) => this.#forget(one) }, dialog, phone, from, seconds));
  }

  close(): void {
    for (const all of this.#subscriptions.values()) for (const one of all) one.end('deactivated');
    this.#unasked.close();
  }

  #keep(one: Subscription): void {
    if (one.isOver) return;
    const { device } = one.phone;
    const all = this.#subscriptions.get(device) ?? new Set();
    this.#subscriptions.set(device, all.add(one));
    const [oldest] = all;
    if (all.size > most) oldest?.end('deactivated');
  }

  #forget(one: Subscription): void {
    const all = this.#subscriptions.get(one.phone.device);
    all?.delete(one);
    if (all?.size === 0) this.#subscriptions.delete(one.phone.device);
  }
}

interface SubscriptionDeps extends MessageWaitingDeps {
  readonly forget: (one: Subscription) => void;
}

class Subscription implements InDialog {
  readonly phone: SipPhone;
  readonly #deps: SubscriptionDeps;
  readonly #dialog: Dialog;
  readonly #unsubscribe: () => void;
  #to: Remote;
  #until: Instant;
  #cancelEnd: (() => void) | undefined;
  #cancelTell: (() => void) | undefined;
  /** What was told last. */
  #told = '';
  /** One at a time (RFC 6665 §4.2.2). */
  #isTelling = false;
  /** What is to be told after that: what has changed, or also what has not. */
  #due: 'changes' | 'all' | undefined;
  #isOver = false;

  constructor(deps: SubscriptionDeps, dialog: Dialog, phone: SipPhone, to: Remote, seconds: number) {
    this.#deps = deps;
    this.#dialog = dialog;
    this.phone = phone;
    this.#to = to;
    this.#until = deps.clock.now();
    this.#unsubscribe = deps.bus.subscribe(phone.user, ({ event: { type: told } }) => {
      if (told === 'entries' || told === 'read') this.changed();
    });
    deps.agent.enter(dialog.key, this);
    this.#keepFor(seconds);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  request(transaction: TransactionId, request: Request, from: Remote): void {
    const { agent } = this.#deps;
    const answer = (status: number, fields: Readonly<Record<string, string | number>> = {}): void =>
      agent.respond(transaction, responseTo(request, status, { fields }));
    const status = this.#dialog.receive(request);
    if (status !== undefined) return answer(status);
    if (request.method !== 'SUBSCRIBE') return answer(405, { Allow: allowed });
    const seconds = secondsOf(request);
    if (seconds === undefined) return answer(423, { 'Min-Expires': shortest });
    this.#to = from;
    const ok = responseTo(request, 200, { fields: { Expires: seconds, Contact: agent.contact(from), Allow: allowed } });
    this.#dialog.answered(request, ok);
    agent.respond(transaction, ok);
    this.#keepFor(seconds);
  }

  acknowledged(): void {}

  /** Something may be new, or no longer. */
  changed(): void {
    this.#cancelTell ??= this.#deps.clock.schedule(settleMs, () => {
      this.#cancelTell = undefined;
      this.#tell(false);
    });
  }

  end(reason: 'timeout' | 'deactivated' | 'noresource'): void {
    if (this.#isOver) return;
    this.#notify(`terminated;reason=${reason}`, this.#told);
    this.#close();
  }

  /** 0: it is told the counts once (RFC 6665 §4.4.3). */
  #keepFor(seconds: number): void {
    const { clock } = this.#deps;
    this.#cancelEnd?.();
    this.#until = clock.now() + seconds * 1_000;
    if (seconds > 0) this.#cancelEnd = clock.schedule(seconds * 1_000, () => this.end('timeout'));
    this.#tell(true);
  }

  /** `always`: also where nothing has changed. */
  #tell(always: boolean): void {
    if (this.#isOver) return;
    if (this.#isTelling) return void (this.#due = always ? 'all' : (this.#due ?? 'changes'));
    this.#isTelling = true;
    waitingFor(this.phone.user, this.#deps).then(
      (summary) => {
        if (this.#isOver) return;
        const left = Math.ceil((this.#until - this.#deps.clock.now()) / 1_000);
        if (!always && summary === this.#told) return this.#next();
        this.#told = summary;
        if (left <= 0) return this.end('timeout');
        this.#notify(`active;expires=${left}`, summary);
      },
      (error: unknown) => {
        this.#deps.log.warn('sip', { device: this.phone.device, error: String(error) });
        // Who has asked once is not told later.
        if (this.#until <= this.#deps.clock.now()) this.end('timeout');
        else this.#next();
      },
    );
  }

  #next(): void {
    this.#isTelling = false;
    const due = this.#due;
    this.#due = undefined;
    if (due !== undefined) this.#tell(due === 'all');
  }

  #notify(state: string, summary: string): void {
    const { agent } = this.#deps;
    const fields = { Event: event, 'Subscription-State': state, Contact: agent.contact(this.#to) };
    const request = this.#dialog.request('NOTIFY', fields);
    if (summary !== '') request.withBody(type, toUtf8(summary));
    agent.ask(request, this.#to, {
      response: ({ status }) => {
        if (status < 200 || this.#isOver) return;
        if (status >= 300) this.#close();
        else this.#next();
      },
      failed: () => this.#close(),
    });
  }

  #close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#cancelEnd?.();
    this.#cancelTell?.();
    this.#unsubscribe();
    this.#deps.agent.leave(this.#dialog.key);
    this.#deps.forget(this);
  }
}

/** Undefined: it is too short. */
function secondsOf(request: Request): number | undefined {
  const seconds = Math.min(request.expires ?? longest, longest);
  return seconds > 0 && seconds < shortest ? undefined : seconds;
}
