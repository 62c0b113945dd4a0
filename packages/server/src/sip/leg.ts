/**
 * A call of a phone that is up, whichever side has begun it: what is asked in its dialog (RFC 3261 §14 and §15, RFC 3311, RFC 4028), until one
 * of the two ends it.
 *
 *              their offer, our answer
 *               ┌───────────────┐
 *   2xx     ┌───▼───┐           │        BYE, no ACK, 408 or 481,
 *  ────────►│  up   ├───────────┘        nobody refreshes it         ┌───────┐
 *           └───┬───┘ ──────────────────────────────────────────────►│ ended │
 *               └── our offer, their answer                          └───────┘
 */
import {
  afterGlare,
  answerSession,
  Exchanges,
  Repetition,
  responseTo,
  sessionOf,
  sessionTimes,
  SessionTimer,
  toUtf8,
} from '@offhook/sip';
import type { Dialog, DigestClient, Remote, Request, Response, SessionAnswer, TransactionId } from '@offhook/sip';
import { Refusal } from '../ports.ts';
import { allowed } from './agent.ts';
import type { InDialog, SipAgent } from './agent.ts';
import { digitOf, sdpOf, sdpType } from './typed-bodies.ts';
import { AskingWithin } from './within.ts';

export interface LegEvents {
  /** What the phone offers anew: resolves with the answer. @throws Refusal, with which it stays as it was */
  offered(sdp: string): Promise<string>;
  /** The phone asks for an offer (§14.2); its answer comes by `answered`. @throws Refusal */
  wanted(): Promise<string>;
  answered(sdp: string): void;
  /** A key, told by INFO. */
  pressed(digit: string): void;
  /** REFER: the status that it is answered with. */
  referred(request: Request): number;
  /** Not by us. */
  ended(): void;
}

/** Our 2xx, until it is acknowledged. */
interface Open {
  readonly transaction: TransactionId;
  readonly ok: Response;
  readonly repetition: Repetition;
  /** The ACK has the answer. */
  readonly asks: boolean;
  /** Resolves once nobody waits for the ACK any more. */
  readonly over: PromiseWithResolvers<void>;
}

export class SipLeg implements InDialog {
  readonly #agent: SipAgent;
  readonly #dialog: Dialog;
  readonly #asks: AskingWithin;
  readonly #events: LegEvents;
  readonly #exchanges = new Exchanges();
  /** Whether the call was begun here. */
  readonly #isOurs: boolean;
  #open: Open | undefined;
  #timer: SessionTimer | undefined;
  #cancel: (() => void) | undefined;
  /** Our description, for a refresh that changes nothing. */
  #said: string | undefined;
  #isOver = false;
  /** While the other side has not been told that it is taken: does what ends it instead of a BYE. */
  onHangUp: (() => void) | undefined;

  /**
   * `to`: where what we say goes while that can be reached; then to where the other side says that it is. `digest`: by what it is told who we
   * are, where it asks; absent: nobody is known there.
   */
  constructor(agent: SipAgent, dialog: Dialog, to: Remote, isOurs: boolean, events: LegEvents, digest?: DigestClient) {
    this.#agent = agent;
    this.#dialog = dialog;
    this.#asks = new AskingWithin(agent, dialog, to, digest);
    this.#isOurs = isOurs;
    this.#events = events;
    agent.enter(dialog.key, this);
  }

  get dialog(): Dialog {
    return this.#dialog;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Takes an INVITE with this description, and says so until it is heard. */
  accept(transaction: TransactionId, request: Request, ok: Response, sdp: string, session: SessionAnswer): void {
    const asks = sdpOf(request) === undefined;
    ok.withBody(sdpType, toUtf8(sdp));
    this.#said = sdp;
    this.#dialog.answered(request, ok);
    const repetition = Repetition.ofAnswer(this.#agent.clock.now());
    this.#open = { transaction, ok, repetition, asks, over: Promise.withResolvers() };
    if (session.type === 'accept' && session.interval !== undefined && session.refresher !== undefined)
      this.#time(session.interval, session.refresher === 'uas');
    this.#agent.respond(transaction, ok);
    this.#schedule();
  }

  /** What a 2xx to our INVITE says of the time. */
  confirmed(response: Response, said: string | undefined): void {
    this.#said = said;
    const session = sessionOf(response);
    if (session !== undefined) this.#time(session.interval, session.refresher === 'uac');
    this.#schedule();
  }

  request(transaction: TransactionId, request: Request, from: Remote): void {
    const status = this.#dialog.receive(request);
    if (status !== undefined) return this.#agent.respond(transaction, responseTo(request, status));
    // Where it says this from it is now, whatever stands in its Contact.
    this.#asks.place = from;
    switch (request.method) {
      case 'BYE': {
        const ok = responseTo(request, 200);
        this.#dialog.answered(request, ok);
        this.#agent.respond(transaction, ok);
        return this.#over();
      }
      case 'INVITE':
      case 'UPDATE':
        return this.#offered(transaction, request);
      case 'INFO': {
        const digit = digitOf(request);
        this.#agent.respond(transaction, responseTo(request, request.body === '' || digit !== undefined ? 200 : 415));
        if (digit !== undefined) this.#events.pressed(digit);
        return;
      }
      case 'REFER':
        return this.#agent.respond(
          transaction,
          responseTo(request, this.#events.referred(request), { fields: this.#contact() }),
        );
      case 'OPTIONS':
      case 'NOTIFY':
        return this.#agent.respond(transaction, responseTo(request, 200, { fields: { Allow: allowed } }));
      default:
        return this.#agent.respond(transaction, responseTo(request, 405, { fields: { Allow: allowed } }));
    }
  }

  acknowledged(ack: Request): void {
    // Of an answer before that, which was lost on its way for so long.
    if (this.#open !== undefined && this.#open.ok.cseq.number !== ack.cseq.number) return;
    const asks = this.#open?.asks === true;
    this.#heard();
    const sdp = sdpOf(ack);
    if (!asks) return;
    // §13.2.2.4: what was offered has to be answered there.
    if (sdp === undefined) this.#gone();
    else this.#events.answered(sdp);
  }

  /** Our 2xx has arrived. */
  #heard(): void {
    this.#open?.over.resolve();
    this.#open = undefined;
    this.#exchanges.settled();
    this.#schedule();
  }

  /**
   * Offers anew. Resolves with the answer; rejects where the phone refuses. Tried again where both ask at once (§14.1), by what is to be
   * offered then: the phone may have had its turn meanwhile. So nothing of that may wait for this.
   */
  async offer(make: () => Promise<string>): Promise<string> {
    for (;;) {
      if (this.#isOver) throw new Refusal('call_ended');
      // SIP.js (0.21) drops an INVITE, without a word, that comes before it has acknowledged our 2xx.
      if (this.#open !== undefined) {
        await this.#open.over.promise;
        continue;
      }
      if (!this.#exchanges.mayInvite) {
        await this.#wait(500);
        continue;
      }
      const sdp = await make();
      if (this.#isOver || this.#open !== undefined || !this.#exchanges.mayInvite) continue;
      const response = await this.#invite(sdp);
      if (response === undefined || response.status !== 491) return answerIn(response);
      await this.#wait(afterGlare(this.#isOurs, this.#agent.fraction()));
    }
  }

  /** Ends it. `fields`: such as Reason (RFC 3326). */
  hangUp(fields: Readonly<Record<string, string>> = {}): void {
    if (this.#isOver) return;
    this.#close();
    if (this.onHangUp !== undefined) return this.onHangUp();
    this.#asks.giveUp();
    this.#asks.tell('BYE', fields);
  }

  /** That this provisional answer has come (RFC 3262 §4). */
  confirm(rack: string): void {
    this.#asks.tell('PRACK', { RAck: rack });
  }

  /** What is said in the dialog beside. Resolves with the final status. */
  async say(
    method: string,
    fields: Readonly<Record<string, string>>,
    body?: { readonly type: string; readonly text: string },
  ): Promise<number> {
    const request = this.#dialog.request(method, fields);
    if (body !== undefined) request.withBody(body.type, toUtf8(body.text));
    return (await this.#asked(request))?.status ?? 408;
  }

  #offered(transaction: TransactionId, request: Request): void {
    const isInvite = request.method === 'INVITE';
    const sdp = sdpOf(request);
    if (request.body !== '' && sdp === undefined)
      return this.#agent.respond(transaction, responseTo(request, 415, { fields: { Accept: sdpType } }));
    const session = answerSession(request, sessionTimes);
    if (session.type === 'refuse')
      return this.#agent.respond(transaction, responseTo(request, session.status, { fields: session.fields }));
    // Who offers anew has heard our answer, and its ACK was lost (RFC 5407 §3.1.4); but one that asks for an answer is needed.
    if (isInvite && this.#open?.asks === false) this.#heard();
    const fraction = this.#agent.fraction();
    const pending = isInvite
      ? this.#exchanges.receiveInvite(fraction)
      : sdp === undefined
        ? undefined
        : this.#exchanges.receiveOffer(fraction);
    if (pending !== undefined) {
      const fields = pending.retryAfter === undefined ? {} : { 'Retry-After': pending.retryAfter };
      return this.#agent.respond(transaction, responseTo(request, pending.status, { fields }));
    }
    // A refresh alone (RFC 4028 §7.4).
    if (!isInvite && sdp === undefined) return this.#refreshed(transaction, request, session);
    let isGivenUp = false;
    if (isInvite) {
      this.#exchanges.receivedOffer();
      this.#agent.onCancel(transaction, () => {
        isGivenUp = true;
        this.#refuseEnded(transaction, request);
      });
    }
    const said = sdp === undefined ? this.#events.wanted() : this.#events.offered(sdp);
    said
      .then((answer) => {
        if (this.#isOver) return this.#refuseEnded(transaction, request);
        if (isGivenUp) return this.#takeBack();
        const ok = responseTo(request, 200, { fields: { ...this.#contact(), Allow: allowed, ...session.fields } });
        if (isInvite) {
          this.#exchanges.answeredInvite();
          return this.accept(transaction, request, ok, answer, session);
        }
        this.#exchanges.settled();
        ok.withBody(sdpType, toUtf8(answer));
        this.#dialog.answered(request, ok);
        this.#agent.respond(transaction, ok);
      })
      .catch((error: unknown) => {
        this.#exchanges.answeredInvite();
        this.#exchanges.settled();
        if (this.#isOver) return this.#refuseEnded(transaction, request);
        if (!isGivenUp) this.#agent.respond(transaction, responseTo(request, refusalOf(error)));
      });
  }

  /** The phone has given it up (RFC 3261 §9.2), or the call is over: nothing is left open of what it asks (§15.1.2). */
  #refuseEnded(transaction: TransactionId, request: Request): void {
    this.#agent.respond(transaction, responseTo(request, 487));
  }

  /** What it has offered was taken here, and given up by the phone: both begin anew with an offer of ours. */
  #takeBack(): void {
    this.#exchanges.answeredInvite();
    this.#exchanges.settled();
    this.offer(() => this.#events.wanted()).then(
      (answer) => this.#events.answered(answer),
      () => undefined,
    );
  }

  #refreshed(transaction: TransactionId, request: Request, session: SessionAnswer): void {
    const ok = responseTo(request, 200, { fields: { ...this.#contact(), Allow: allowed, ...session.fields } });
    this.#dialog.answered(request, ok);
    this.#agent.respond(transaction, ok);
    if (session.type === 'accept' && session.interval !== undefined) this.#time(session.interval, session.refresher === 'uas');
    this.#schedule();
  }

  async #invite(sdp: string): Promise<Response | undefined> {
    this.#exchanges.inviting();
    this.#exchanges.offered();
    const request = this.#dialog.request('INVITE', { ...this.#contact(), Allow: allowed, Supported: 'timer' });
    request.withBody(sdpType, toUtf8(sdp));
    const response = await this.#asked(request);
    this.#exchanges.invited();
    this.#exchanges.settled();
    if (response !== undefined && response.status < 300 && !this.#isOver) this.confirmed(response, sdp);
    return response;
  }

  /** Undefined: nobody has answered. A dialog that the other side does not know any more is over. */
  #asked(request: Request): Promise<Response | undefined> {
    return new Promise((resolve) => {
      this.#asks.ask(request, {
        response: (response, asked) => {
          this.#dialog.heard(asked, response);
          if (response.status < 200) return;
          // The 2xx of an INVITE again: its ACK was lost. It waits for it also where the call is over.
          if (asked.method === 'INVITE' && response.status < 300) this.#asks.acknowledge(asked);
          resolve(response);
          if (this.#dialog.state === 'ended') this.#over();
        },
        failed: (status) => {
          resolve(undefined);
          if (status === 408) this.#gone();
        },
      });
    });
  }

  /** Nobody is there any more. */
  #gone(): void {
    if (this.#isOver) return;
    this.hangUp();
    this.#events.ended();
  }

  #over(): void {
    if (this.#isOver) return;
    this.#close();
    this.#events.ended();
  }

  /** Somebody else has taken the call, or nobody: there is nothing to be ended. */
  leave(): void {
    if (!this.#isOver) this.#close();
  }

  #close(): void {
    this.#isOver = true;
    this.#open?.over.resolve();
    this.#open = undefined;
    this.#cancel?.();
    this.#agent.leave(this.#dialog.key);
  }

  #contact(): Readonly<Record<string, string>> {
    return { Contact: this.#agent.contact(this.#asks.place) };
  }

  #time(interval: number, isOurs: boolean): void {
    this.#timer = new SessionTimer(interval, isOurs, this.#agent.clock.now());
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => this.#agent.clock.schedule(ms, resolve));
  }

  #schedule(): void {
    this.#cancel?.();
    const times = [this.#open?.repetition.deadline, this.#timer?.deadline].filter((at) => at !== undefined);
    const { clock } = this.#agent;
    if (times.length === 0 || this.#isOver) return;
    this.#cancel = clock.schedule(Math.max(0, Math.min(...times) - clock.now()), () => this.#tick());
  }

  #tick(): void {
    const now = this.#agent.clock.now();
    const due = this.#open?.repetition.tick(now);
    if (due === 'repeat' && this.#open !== undefined) this.#agent.respond(this.#open.transaction, this.#open.ok);
    const time = this.#timer?.tick(now);
    if (due === 'end' || time === 'end') return this.#gone();
    const said = this.#said;
    if (time === 'refresh' && said !== undefined) this.offer(() => Promise.resolve(said)).catch(() => undefined);
    this.#schedule();
  }
}

/** Where it is not its turn it is to ask again (RFC 3261 §14.1). */
function refusalOf(error: unknown): number {
  if (!(error instanceof Refusal)) return 500;
  return error.code === 'wrong_state' ? 491 : 488;
}

function answerIn(response: Response | undefined): string {
  const sdp = response === undefined || response.status >= 300 ? undefined : sdpOf(response);
  if (sdp === undefined) throw new Refusal('description_refused');
  return sdp;
}
