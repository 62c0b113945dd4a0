/**
 * An INVITE of ours, until it is answered (the user agent client of RFC 3261 §13.2). Where several answer, the first is talked to.
 *
 *            180, 183            2xx
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
import type { Dialog, FieldValues, NameAddr, Remote, Response, TransactionId, Uri } from '@offhook/sip';
import { allowed } from './agent.ts';
import type { SipAgent } from './agent.ts';
import { sdpOf, sdpType, SipLeg } from './leg.ts';
import type { LegEvents } from './leg.ts';

export interface InviteOrder {
  /** Request-URI. */
  readonly target: Uri;
  readonly to: Remote;
  /** As whom we call. */
  readonly from: NameAddr;
  /** Of the way there, as written. */
  readonly routes?: readonly string[];
  readonly offer: string;
  readonly fields?: FieldValues;
}

export interface OutgoingEvents extends LegEvents {
  ringing(): void;
  /** It was answered, with this description. */
  taken(leg: SipLeg, sdp: string): void;
  /** 408: nobody has answered. 487: it was cancelled. */
  refused(status: number): void;
}

export class OutgoingInvite {
  readonly #agent: SipAgent;
  readonly #order: InviteOrder;
  readonly #events: OutgoingEvents;
  readonly #request: Request;
  readonly #forks: Forks;
  readonly #transaction: TransactionId;
  #isOver = false;

  constructor(agent: SipAgent, order: InviteOrder, events: OutgoingEvents) {
    const { target, to, from, routes = [], offer, fields } = order;
    this.#agent = agent;
    this.#order = order;
    this.#events = events;
    this.#request = new Request(
      'INVITE',
      target,
      fieldsOf({
        'Max-Forwards': 70,
        Route: routes,
        From: writeNameAddr({ ...from, params: Params.of({ tag: agent.random() }) }),
        To: writeNameAddr(nameAddr(target)),
        'Call-ID': agent.random(),
        CSeq: writeCSeq({ number: 1, method: 'INVITE' }),
        Contact: agent.contact(to),
        Allow: allowed,
        Supported: 'replaces, timer',
        ...sessionFields(sessionTimes),
        ...fields,
      }),
    ).withBody(sdpType, toUtf8(offer));
    this.#forks = new Forks(this.#request);
    this.#transaction = agent.ask(this.#request, to, {
      response: (response) => this.#hear(response),
      failed: (status) => this.#refused(status),
    });
  }

  /** Gives up: nobody is to answer any more. */
  cancel(fields: Readonly<Record<string, string>> = {}): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#agent.cancel(this.#transaction, fields);
  }

  #hear(response: Response): void {
    const heard = this.#heard(response);
    switch (heard?.type) {
      case 'progress':
      case 'early':
        if (response.status >= 180 && !this.#isOver) this.#events.ringing();
        return;
      case 'repeated':
        return this.#acknowledge(heard.dialog);
      case 'answeredToo':
        return this.#letGo(heard.dialog);
      case 'answered':
        return this.#answered(heard.dialog, response);
      case 'refused':
        return this.#refused(response.status);
      default:
    }
  }

  #heard(response: Response): ReturnType<Forks['heard']> | undefined {
    try {
      return this.#forks.heard(response);
    } catch (error) {
      // Without Contact nobody could be told anything.
      if (!(error instanceof MessageError)) throw error;
      this.#refused(502);
      return undefined;
    }
  }

  #answered(dialog: Dialog, response: Response): void {
    const sdp = sdpOf(response);
    // What was taken too late, or says nothing of its media, is let go.
    if (this.#isOver || sdp === undefined) {
      this.#letGo(dialog);
      return this.#refused(488);
    }
    this.#isOver = true;
    this.#acknowledge(dialog);
    const leg = new SipLeg(this.#agent, dialog, this.#order.to, true, this.#events);
    leg.confirmed(response, this.#order.offer);
    this.#events.taken(leg, sdp);
  }

  #letGo(dialog: Dialog): void {
    this.#acknowledge(dialog);
    const nobody = { response: () => undefined, failed: () => undefined };
    this.#agent.ask(dialog.request('BYE'), this.#order.to, nobody);
  }

  #acknowledge(dialog: Dialog): void {
    this.#agent.acknowledge(dialog.ack(this.#request.cseq.number), this.#order.to);
  }

  #refused(status: number): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#events.refused(status);
  }
}
