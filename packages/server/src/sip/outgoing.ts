/**
 * An INVITE of ours, until it is answered (the user agent client of RFC 3261 §13.2). Where several answer, the first is talked to; where one
 * server does not do, the next one is asked.
 *
 *    401, 407: once more, with who we are
 *     ┌──┐
 *     │  ▼   180, 183            2xx
 *   calling ─────────► ringing ──────► SipLeg
 *      └───────┬──────────┘
 *              │ cancelled: CANCEL, and BYE to whoever has answered all the same
 *              ▼ 3xx to 6xx, nobody
 *            over
 */
import {
  fieldsOf,
  Forks,
  MessageError,
  nameAddr,
  Params,
  Request,
  sessionFields,
  sessionTimes,
  toUtf8,
  writeCSeq,
  writeNameAddr,
} from '@offhook/sip';
import type { Dialog, DigestClient, FieldValues, Login, NameAddr, Remote, Response, Uri } from '@offhook/sip';
import { allowed } from './agent.ts';
import type { SipAgent } from './agent.ts';
import { Asking } from './asking.ts';
import type { Hop } from './asking.ts';
import { EarlyDialogs } from './early-dialogs.ts';
import { digestOf } from './gate.ts';
import { sdpOf, sdpType } from './typed-bodies.ts';
import type { LegEvents, SipLeg } from './leg.ts';
import { AskingWithin, challengesMost } from './within.ts';

export interface InviteOrder {
  /** Request-URI. */
  readonly target: Uri;
  readonly to: Hop;
  /** As whom we call. */
  readonly from: NameAddr;
  /** Of the way there, as written. */
  readonly routes?: readonly string[];
  readonly offer: string;
  readonly fields?: FieldValues;
  /** Who we are there, should we be asked. */
  readonly login?: Login | undefined;
}

export interface OutgoingEvents extends LegEvents {
  ringing(): void;
  /** What is heard of it is described before it is taken. */
  early(sdp: string): void;
  /** It was answered, with this description. */
  taken(leg: SipLeg, sdp: string): void;
  /** 487: it was cancelled. Without the answer that says so: 408, nobody has answered; 503, it cannot be reached; 488, it was taken with nothing in it. */
  refused(status: number, response?: Response): void;
}

interface Open {
  readonly events: OutgoingEvents;
  readonly early: EarlyDialogs;
}

export class OutgoingInvite {
  readonly #agent: SipAgent;
  readonly #order: InviteOrder;
  /** Who is told what comes of it; undefined: it is over, and they are kept no longer than their call. */
  #open: Open | undefined;
  /** What stays the same however often we ask. */
  readonly #fields: FieldValues;
  readonly #digest: DigestClient | undefined;
  #request: Request;
  #forks: Forks;
  #asking: Asking;

  constructor(agent: SipAgent, order: InviteOrder, events: OutgoingEvents) {
    const { target, from, routes = [], fields, login } = order;
    this.#agent = agent;
    this.#order = order;
    this.#fields = {
      'Max-Forwards': 70,
      Route: routes,
      From: writeNameAddr({ ...from, params: Params.of({ tag: agent.random() }) }),
      To: writeNameAddr(nameAddr(target)),
      'Call-ID': agent.random(),
      Allow: allowed,
      Supported: '100rel, replaces, timer',
      ...sessionFields(sessionTimes),
      ...fields,
    };
    this.#digest = login && digestOf(agent, login);
    this.#open = { events, early: new EarlyDialogs(agent, events, this.#digest) };
    this.#request = this.#invite(1);
    this.#forks = new Forks(this.#request);
    this.#asking = this.#ask();
  }

  /** Gives up: nobody is to answer any more. */
  cancel(fields: Readonly<Record<string, string>> = {}): void {
    const open = this.#end();
    open?.early.end();
    if (open !== undefined) this.#asking.cancel(fields);
  }

  #invite(number: number): Request {
    const { target, offer } = this.#order;
    const fields = { ...this.#fields, CSeq: writeCSeq({ number, method: 'INVITE' }) };
    return new Request('INVITE', target, fieldsOf(fields)).withBody(sdpType, toUtf8(offer));
  }

  #ask(): Asking {
    const asker = { response: (response: Response) => this.#hear(response), failed: (status: number) => this.#refused(status) };
    return new Asking(this.#agent, this.#request, this.#order.to, asker, (place) => ({ Contact: this.#agent.contact(place) }));
  }

  /** The same with who we are (RFC 3261 §22.2); false: it would be of no use. */
  #asksAgain(response: Response): boolean {
    const isAsked = response.status === 401 || response.status === 407;
    if (this.#open === undefined || !isAsked || this.#request.cseq.number > challengesMost) return false;
    if (this.#digest?.learn(this.#request, response) !== true) return false;
    this.#request = this.#invite(this.#request.cseq.number + 1);
    this.#digest.authorize(this.#request);
    this.#forks = new Forks(this.#request);
    this.#asking = this.#ask();
    return true;
  }

  #hear(response: Response): void {
    const heard = this.#heard(response);
    switch (heard?.type) {
      case 'progress':
        if (response.status >= 180) this.#open?.events.ringing();
        return;
      case 'early':
        return this.#progress(heard.dialog, response);
      case 'repeated':
        return this.#acknowledge(heard.dialog);
      case 'answeredToo':
        return this.#letGo(heard.dialog);
      case 'answered':
        return this.#answered(heard.dialog, response);
      case 'refused':
        if (!this.#asksAgain(response)) this.#refused(response.status, response);
        return;
      default:
    }
  }

  #heard(response: Response): ReturnType<Forks['heard']> | undefined {
    try {
      return this.#forks.heard(response);
    } catch (error) {
      // Without Contact nobody could be told anything.
      if (!(error instanceof MessageError)) throw error;
      this.#refused(502, response);
      return undefined;
    }
  }

  #progress(dialog: Dialog, response: Response): void {
    const { events, early } = this.#open ?? {};
    const heard = early?.heard(dialog, response, this.#place);
    if (heard === undefined) return;
    if (response.status >= 180) events?.ringing();
    if (heard.sdp !== undefined) events?.early(heard.sdp);
  }

  #answered(dialog: Dialog, response: Response): void {
    if (this.#open === undefined) return this.#letGo(dialog);
    const { leg, answer } = this.#open.early.taken(dialog, this.#place);
    const sdp = answer ?? sdpOf(response);
    // What says nothing of its media is let go.
    if (sdp === undefined) {
      leg.leave();
      this.#letGo(dialog);
      return this.#refused(488);
    }
    const open = this.#end();
    this.#acknowledge(dialog);
    leg.confirmed(response, this.#order.offer);
    open?.events.taken(leg, sdp);
  }

  #letGo(dialog: Dialog): void {
    const there = this.#within(dialog);
    there.acknowledge(this.#request);
    there.tell('BYE');
  }

  #acknowledge(dialog: Dialog): void {
    this.#within(dialog).acknowledge(this.#request);
  }

  #within(dialog: Dialog): AskingWithin {
    return new AskingWithin(this.#agent, dialog, this.#place, this.#digest);
  }

  /** Of who has answered. */
  get #place(): Remote {
    const { place } = this.#asking;
    if (place === undefined) throw new Error('nobody was asked');
    return place;
  }

  #refused(status: number, response?: Response): void {
    const open = this.#end();
    open?.early.end();
    open?.events.refused(status, response);
  }

  /** Who is to be told how it ended; undefined: it had ended before. */
  #end(): Open | undefined {
    const open = this.#open;
    this.#open = undefined;
    return open;
  }
}
