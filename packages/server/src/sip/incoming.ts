/** An INVITE to us, until it is answered (the user agent server of RFC 3261 §13.3). */
import { answerSession, Dialog, replacedKey, replacesOf, responseTo, sessionTimes, toUtf8 } from '@offhook/sip';
import type { FieldValues, Login, Remote, Request, Response, SessionAnswer, TransactionId } from '@offhook/sip';
import { allowed } from './agent.ts';
import type { SipAgent } from './agent.ts';
import { digestOf } from './gate.ts';
import { SipLeg } from './leg.ts';
import { sdpOf, sdpType } from './typed-bodies.ts';
import type { LegEvents } from './leg.ts';
import { Progress } from './progress.ts';

/** What an INVITE may require of us (§8.2.2.3). */
const known = new Set(['100rel', 'outbound', 'path', 'replaces', 'timer']);

/** Whoever calls, until it is answered: what rings may see of it. */
export interface Invitation {
  readonly from: Remote;
  /** Undefined: we are to offer. */
  readonly offer: string | undefined;
  /** Whoever called has given up, and has been told so. `elsewhere`: since somebody else has taken it. */
  onCancelled: (elsewhere?: true) => void;
  /** It rings, say; `sdp`: and this is heard of it already. */
  progress(status: number, sdp?: string): void;
  /** Takes the call with this answer, or with this offer where the INVITE had none. Undefined: it is over. */
  accept(sdp: string, events: LegEvents): SipLeg | undefined;
  refuse(status: number, fields?: FieldValues): void;
}

export class IncomingInvite implements Invitation {
  readonly request: Request;
  readonly from: Remote;
  readonly #agent: SipAgent;
  readonly #transaction: TransactionId;
  readonly #tag: string;
  readonly #session: SessionAnswer;
  readonly #progress: Progress;
  #isOver = false;
  /** It is taken, and what was told before has to be acknowledged before that may be told. */
  #untold: { readonly leg: SipLeg; readonly ended: () => void } | undefined;
  /** Who we are to whoever calls, should they ask within the call. */
  login: Login | undefined;
  /** Whoever called has given up, and has been told so. */
  onCancelled: () => void = () => undefined;

  constructor(agent: SipAgent, transaction: TransactionId, request: Request, from: Remote) {
    this.#agent = agent;
    this.#transaction = transaction;
    this.request = request;
    this.from = from;
    this.#tag = agent.random();
    this.#session = answerSession(request, sessionTimes);
    this.#progress = new Progress(agent, transaction, request, (status) => this.#giveUp(status));
    agent.onCancel(transaction, () => this.#giveUp(487));
  }

  /** Undefined: we are to offer. */
  get offer(): string | undefined {
    return sdpOf(this.request);
  }

  /** Refused, cancelled or taken. */
  get isOver(): boolean {
    return this.#isOver || this.#untold !== undefined;
  }

  /** Whether it asks for something that we do not have; it has been refused then. @throws MessageError where that cannot be read */
  get isBeyondUs(): boolean {
    const replaces = replacesOf(this.request);
    const unsupported = this.request.words('Require').flatMap(({ value }) => (known.has(value.toLowerCase()) ? [] : value));
    if (unsupported.length > 0) this.refuse(420, { Unsupported: unsupported });
    else if (this.request.body !== '' && this.offer === undefined) this.refuse(415, { Accept: sdpType });
    else if (this.#session.type === 'refuse') this.refuse(this.#session.status, this.#session.fields);
    // RFC 3891 §3. Nobody is entitled to it: calls that meet here are led together by us, where a phone asks for that by REFER.
    else if (replaces !== undefined) this.refuse(this.#agent.isIn(replacedKey(replaces)) ? 403 : 481);
    else return false;
    return true;
  }

  progress(status: number, sdp?: string): void {
    if (this.isOver) return;
    const fields = { ...this.#contact(), Allow: allowed };
    const response = responseTo(this.request, status, { toTag: this.#tag, fields });
    if (sdp !== undefined) response.withBody(sdpType, toUtf8(sdp));
    this.#progress.say(response);
  }

  /** Takes the call with this answer, or with this offer where the INVITE had none. Undefined: it is over. */
  accept(sdp: string, events: LegEvents): SipLeg | undefined {
    if (this.isOver) return undefined;
    const fields = this.#session.type === 'accept' ? this.#session.fields : {};
    const ok = responseTo(this.request, 200, {
      toTag: this.#tag,
      fields: { ...this.#contact(), Allow: allowed, Supported: '100rel, replaces, timer', ...fields },
    });
    const digest = this.login && digestOf(this.#agent, this.login);
    const leg = new SipLeg(this.#agent, Dialog.ofServer(this.request, ok), this.from, false, events, digest);
    this.#untold = { leg, ended: () => events.ended() };
    leg.onHangUp = () => this.#refuseUntold(480);
    this.#progress.settle(leg, () => {
      this.#untold = undefined;
      this.#isOver = true;
      leg.onHangUp = undefined;
      leg.accept(this.#transaction, this.request, ok, sdp, this.#session);
    });
    return leg;
  }

  /** Whoever called has. */
  #giveUp(status: number): void {
    if (this.#isOver) return;
    const untold = this.#untold;
    if (untold !== undefined) {
      this.#refuseUntold(status);
      return untold.ended();
    }
    this.refuse(status);
    this.onCancelled();
  }

  /** There is no session yet that a BYE could end. */
  #refuseUntold(status: number): void {
    const untold = this.#untold;
    this.#untold = undefined;
    untold?.leg.leave();
    this.refuse(status);
  }

  refuse(status: number, fields: FieldValues = {}): void {
    this.refuseBy(responseTo(this.request, status, { toTag: this.#tag, fields }));
  }

  /** With an answer that is made already. */
  refuseBy(response: Response): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#progress.end();
    this.#agent.refuse(this.#transaction, response);
  }

  #contact(): Readonly<Record<string, string>> {
    return { Contact: this.#agent.contact(this.from) };
  }
}
