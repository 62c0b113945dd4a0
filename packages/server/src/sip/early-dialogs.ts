/**
 * The dialogs of an INVITE of ours before somebody has taken it: each place where it rings may tell what is heard of it (RFC 3261 §13.2.1),
 * reliably or not (RFC 3262).
 *
 *     183 with SDP ──────────────► heard so far
 *     183, 100rel, RSeq ─► PRACK; with SDP: its answer for good, and what follows tells no other
 */
import { ReliableOrder } from '@offhook/sip';
import type { Dialog, DigestClient, Remote, Response } from '@offhook/sip';
import type { SipAgent } from './agent.ts';
import { SipLeg } from './leg.ts';
import { sdpOf } from './typed-bodies.ts';
import type { LegEvents } from './leg.ts';

interface Early {
  readonly leg: SipLeg;
  readonly order: ReliableOrder;
  /** With which it has answered our offer for good. */
  answer?: string;
}

export class EarlyDialogs {
  readonly #agent: SipAgent;
  readonly #events: LegEvents;
  readonly #digest: DigestClient | undefined;
  readonly #early = new Map<Dialog, Early>();

  constructor(agent: SipAgent, events: LegEvents, digest: DigestClient | undefined) {
    this.#agent = agent;
    this.#events = events;
    this.#digest = digest;
  }

  /** A provisional answer of this dialog, and what it describes. Undefined: it was told before, or comes too early. */
  heard(dialog: Dialog, response: Response, from: Remote): { readonly sdp: string | undefined } | undefined {
    const described = sdpOf(response);
    // It rings, and there is nothing to talk about.
    if (described === undefined && !response.says('Require', '100rel')) return { sdp: undefined };
    const early = this.#of(dialog, from);
    const said = early.order.heard(response);
    if (said.type === 'ignore') return undefined;
    const sdp = early.answer === undefined ? described : undefined;
    if (said.type === 'acknowledge') {
      early.leg.confirm(said.rack);
      if (sdp !== undefined) early.answer = sdp;
    }
    return { sdp };
  }

  /** This one is taken, the others are over. `answer`: that it has given already, whatever was heard of others since. */
  taken(dialog: Dialog, from: Remote): { readonly leg: SipLeg; readonly answer: string | undefined } {
    const { leg, answer } = this.#of(dialog, from);
    this.#early.delete(dialog);
    this.end();
    return { leg, answer };
  }

  /** All of them. */
  end(): void {
    for (const { leg } of this.#early.values()) leg.leave();
    this.#early.clear();
  }

  #of(dialog: Dialog, from: Remote): Early {
    const known = this.#early.get(dialog);
    if (known !== undefined) return known;
    const leg = new SipLeg(this.#agent, dialog, from, true, this.#events, this.#digest);
    const early: Early = { leg, order: new ReliableOrder() };
    this.#early.set(dialog, early);
    return early;
  }
}
