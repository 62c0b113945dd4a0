/**
 * What we say of a call before its answer, reliably where the caller wants it (RFC 3262 §3):
 *
 *     180 ──► as it is, unless the caller insists
 *     183 with SDP, 100rel ──► again and again ──► PRACK: the next one, and the answer that had to wait for it
 *                                   ├─ 64·T1: nobody is there, 504
 *                                   └─ BYE: the caller has given up, 487
 */
import { Dialog, ReliableAnswers, responseTo } from '@offhook/sip';
import type { Request, Response, TransactionId } from '@offhook/sip';
import { allowed } from './agent.ts';
import type { InDialog, SipAgent } from './agent.ts';

export class Progress implements InDialog {
  readonly #agent: SipAgent;
  readonly #transaction: TransactionId;
  readonly #invite: Request;
  readonly #wanted: ReturnType<typeof ReliableAnswers.wanted>;
  readonly #failed: (status: number) => void;
  #answers: ReliableAnswers | undefined;
  /** Entered once something was told reliably. */
  #dialog: Dialog | undefined;
  #cancel: (() => void) | undefined;
  /** What is to come after the last PRACK, and whom the dialog belongs to from then on. */
  #next: { readonly user: InDialog; readonly tell: () => void } | undefined;

  /** `failed`: nobody acknowledges what was told, or the caller has given up; with which the INVITE is to be refused. */
  constructor(agent: SipAgent, transaction: TransactionId, invite: Request, failed: (status: number) => void) {
    this.#agent = agent;
    this.#transaction = transaction;
    this.#invite = invite;
    this.#wanted = ReliableAnswers.wanted(invite);
    this.#failed = failed;
  }

  /** Who insists, and has offered nothing, would have to be offered something first (§5): it waits silently. */
  say(response: Response): void {
    const hasSdp = response.body !== '';
    const isReliable = response.status > 100 && (this.#wanted === 'required' || (this.#wanted === 'supported' && hasSdp));
    if (!isReliable) return this.#agent.respond(this.#transaction, response);
    if (this.#invite.body === '') return;
    this.#answers ??= new ReliableAnswers(1 + Math.floor(this.#agent.fraction() * 2 ** 30));
    if (this.#dialog === undefined) {
      this.#dialog = Dialog.ofServer(this.#invite, response);
      this.#agent.enter(this.#dialog.key, this);
    }
    this.#give(this.#answers.give(response, this.#agent.clock.now()));
  }

  /** Tells the answer once all that was told before is acknowledged, and leaves the dialog to this one. */
  settle(user: InDialog, tell: () => void): void {
    this.#next = { user, tell };
    if (this.#answers?.isOpen !== true || this.#dialog === undefined) return this.#settled();
    // Whoever has the call has entered already: the PRACK is for us.
    this.#agent.enter(this.#dialog.key, this);
  }

  /** What was told is of no account any more. */
  end(): void {
    this.#cancel?.();
    this.#next = undefined;
    if (this.#dialog !== undefined) this.#agent.leave(this.#dialog.key);
  }

  request(transaction: TransactionId, request: Request): void {
    const status = this.#dialog?.receive(request);
    if (status !== undefined) return this.#agent.respond(transaction, responseTo(request, status));
    if (request.method === 'BYE') {
      // RFC 3261 §15: before the answer, too.
      this.#agent.respond(transaction, responseTo(request, 200));
      return this.#failed(487);
    }
    if (request.method !== 'PRACK' || this.#answers === undefined)
      return this.#agent.respond(transaction, responseTo(request, refusalOf(request.method), { fields: { Allow: allowed } }));
    const heard = this.#answers.acknowledge(request, this.#invite, this.#agent.clock.now());
    this.#agent.respond(transaction, responseTo(request, heard.status));
    this.#give(heard.next);
    if (this.#next !== undefined && !this.#answers.isOpen) this.#settled();
  }

  acknowledged(): void {}

  #settled(): void {
    const next = this.#next;
    this.#cancel?.();
    if (next === undefined) return;
    if (this.#dialog !== undefined) this.#agent.enter(this.#dialog.key, next.user);
    next.tell();
  }

  #give(response: Response | undefined): void {
    if (response !== undefined) this.#agent.respond(this.#transaction, response);
    this.#schedule();
  }

  #schedule(): void {
    this.#cancel?.();
    const { clock } = this.#agent;
    const at = this.#answers?.deadline;
    if (at !== undefined) this.#cancel = clock.schedule(Math.max(0, at - clock.now()), () => this.#tick());
  }

  #tick(): void {
    const due = this.#answers?.tick(this.#agent.clock.now());
    if (due !== 'end') return this.#give(due);
    this.#failed(504);
  }
}

/** An offer has to wait for the answer (RFC 3311 §5.2), and what else may come is for calls that are taken. */
function refusalOf(method: string): number {
  if (method === 'UPDATE' || method === 'INVITE') return 500;
  return method === 'OPTIONS' || method === 'NOTIFY' ? 200 : 405;
}
