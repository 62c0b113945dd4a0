/**
 * Calls of phones, as far as the server answers them itself: a phone that dials the token of a participant takes part in a session as that
 * participant (the user agent server of RFC 3261 §13.3).
 *
 *      INVITE ──► looked up ──► comes in ──► 200 ──► ACK            BYE, or it takes part no longer: over
 *                    │ 404         │ 4xx       └─► nobody acknowledges it: BYE
 *                    └─ CANCEL ────┴─► 487
 */
import type { ParticipantId } from '@offhook/core';
import { Dialog, dialogKey, fromUtf8, isSip, Repetition, responseTo, toUtf8 } from '@offhook/sip';
import type { Output, Remote, Request, Response, TransactionId, TransactionLayer } from '@offhook/sip';
import { cleanName } from '@offhook/core';
import { Buckets } from '../ports/bucket.ts';
import type { Dialled, PhoneCalls } from '../ports/phone-calls.ts';
import { Refusal } from '../ports.ts';
import type { Clock, Log } from '../ports.ts';

export interface SipCallsDeps {
  readonly log: Log;
  readonly clock: Clock;
  readonly phones: PhoneCalls;
  readonly layer: TransactionLayer;
  /** Chance, as a token. */
  readonly random: () => string;
  /** Where we are reached, as others write it. */
  readonly sentBy: { readonly host: string; readonly port: number };
}

interface Call {
  readonly who: Dialled;
  readonly dialog: Dialog;
  /** By what it is sent to while the dialog says nothing else. */
  readonly from: Remote;
  /** Our 200, until it is acknowledged. */
  open: { readonly transaction: TransactionId; readonly ok: Response; readonly repetition: Repetition } | undefined;
}

/** Who guesses is not looked for any more: so many that nobody is reached by, for each address. */
const guesses = { perSecond: 0.2, burst: 10 };
const allowed = 'INVITE, ACK, BYE, CANCEL, OPTIONS';
const sdpType = 'application/sdp';

export class SipCalls {
  readonly #deps: SipCallsDeps;
  /** By their dialogs. */
  readonly #calls = new Map<string, Call>();
  readonly #cancelled = new Set<TransactionId>();
  readonly #guesses = new Buckets(guesses);
  readonly #send: (outputs: readonly Output[]) => void;

  /** `send`: carries out what the layer wants. */
  constructor(deps: SipCallsDeps, send: (outputs: readonly Output[]) => void) {
    this.#deps = deps;
    this.#send = send;
    deps.phones.onLeft((participant) => this.#left(participant));
  }

  /** Calls that are up. */
  get size(): number {
    return this.#calls.size;
  }

  get deadline(): number | undefined {
    const times = [...this.#calls.values()].flatMap(({ open }) => open?.repetition.deadline ?? []);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** What the layer has to tell, but for what is to be sent. */
  hear(output: Exclude<Output, { type: 'send' }>): void {
    switch (output.type) {
      case 'request':
        return this.#serve(output.transaction, output.request, output.from);
      case 'ack': {
        const call = this.#calls.get(dialogKey(output.request));
        if (call !== undefined) call.open = undefined;
        return;
      }
      case 'cancel':
        this.#cancelled.add(output.transaction);
        return this.#respond(output.transaction, responseTo(output.request, 487));
      default:
      // Of a BYE of ours: the call is over, whatever is said to it.
    }
  }

  tick(now: number): void {
    for (const call of this.#calls.values()) {
      const due = call.open?.repetition.tick(now);
      if (due === 'repeat' && call.open !== undefined) this.#respond(call.open.transaction, call.open.ok);
      else if (due === 'end') this.#hangUp(call);
    }
  }

  close(): void {
    for (const call of this.#calls.values()) this.#hangUp(call);
  }

  #serve(transaction: TransactionId, request: Request, from: Remote): void {
    if (request.toTag !== undefined) return this.#serveWithin(transaction, request);
    switch (request.method) {
      case 'INVITE':
        this.#invited(transaction, request, from).catch((error: unknown) => {
          this.#deps.log.error('sip', { error: String(error) });
          this.#refuse(transaction, request, 500);
        });
        return;
      case 'OPTIONS':
        return this.#refuse(transaction, request, 200, { Allow: allowed, Accept: sdpType });
      default:
        return this.#refuse(transaction, request, 405, { Allow: allowed });
    }
  }

  async #invited(transaction: TransactionId, request: Request, from: Remote): Promise<void> {
    const { clock, phones, random } = this.#deps;
    const offer = sdpOf(request);
    if (offer === undefined) return this.#refuse(transaction, request, 488);
    const user = isSip(request.uri) ? (request.uri.user ?? '') : '';
    const mayAsk = this.#guesses.has(from.address, clock.now());
    const who = mayAsk ? await phones.dialled(fromUtf8(user)) : undefined;
    if (who === undefined) {
      this.#guesses.take(from.address, clock.now());
      return this.#refuse(transaction, request, 404);
    }
    const answer = await this.#comeIn(transaction, request, who, offer);
    if (answer === undefined) return;
    // It has been answered 487.
    if (this.#cancelled.delete(transaction)) return phones.leave(who);
    const ok = responseTo(request, 200, { toTag: random(), fields: { Contact: this.#contact(from), Allow: allowed } });
    ok.withBody(sdpType, toUtf8(answer));
    const dialog = Dialog.ofServer(request, ok);
    const repetition = Repetition.ofAnswer(clock.now());
    this.#calls.set(dialog.key, { who, dialog, from, open: { transaction, ok, repetition } });
    this.#deps.log.info('sip.answered', { session: who.session, participant: who.participant, from: from.address });
    this.#respond(transaction, ok);
  }

  /** Undefined: it was refused. */
  async #comeIn(transaction: TransactionId, request: Request, who: Dialled, offer: string): Promise<string | undefined> {
    try {
      return await this.#deps.phones.comeIn(who, offer, nameOf(request));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (!this.#cancelled.delete(transaction)) this.#refuse(transaction, request, statusOf(error));
      return undefined;
    }
  }

  #serveWithin(transaction: TransactionId, request: Request): void {
    const call = this.#calls.get(dialogKey(request));
    const status = call === undefined ? 481 : call.dialog.receive(request);
    if (call === undefined || status !== undefined) return this.#respond(transaction, responseTo(request, status ?? 481));
    switch (request.method) {
      case 'BYE': {
        const ok = responseTo(request, 200);
        call.dialog.answered(request, ok);
        this.#respond(transaction, ok);
        return this.#over(call);
      }
      case 'INVITE':
        this.#invitedAgain(transaction, request, call).catch((error: unknown) => {
          this.#deps.log.error('sip', { error: String(error) });
          this.#hangUp(call);
        });
        return;
      case 'OPTIONS':
        return this.#respond(transaction, responseTo(request, 200, { fields: { Allow: allowed } }));
      default:
        return this.#respond(transaction, responseTo(request, 405, { fields: { Allow: allowed } }));
    }
  }

  /** Another offer: the phone has moved, holds, or says the same once more. It begins anew with it. */
  async #invitedAgain(transaction: TransactionId, request: Request, call: Call): Promise<void> {
    const offer = sdpOf(request);
    if (offer === undefined) return this.#respond(transaction, responseTo(request, 488));
    const answer = await this.#comeIn(transaction, request, call.who, offer);
    if (answer === undefined || !this.#calls.has(call.dialog.key)) return;
    const ok = responseTo(request, 200, { fields: { Contact: this.#contact(call.from) } });
    ok.withBody(sdpType, toUtf8(answer));
    call.dialog.answered(request, ok);
    call.open = { transaction, ok, repetition: Repetition.ofAnswer(this.#deps.clock.now()) };
    this.#respond(transaction, ok);
  }

  /** Where we are reached in a call, by the transport that it came by. */
  #contact({ transport }: Remote): string {
    const { host, port } = this.#deps.sentBy;
    return `<sip:${host}:${port};transport=${transport}>`;
  }

  #left(participant: ParticipantId): void {
    for (const call of this.#calls.values()) if (call.who.participant === participant) this.#hangUp(call);
  }

  #hangUp(call: Call): void {
    if (!this.#calls.has(call.dialog.key)) return;
    this.#over(call);
    const { clock, layer, sentBy } = this.#deps;
    this.#send(layer.request(call.dialog.request('BYE'), call.from, sentBy, clock.now()).outputs);
  }

  #over({ dialog, who }: Call): void {
    if (this.#calls.delete(dialog.key)) this.#deps.phones.leave(who);
  }

  #respond(transaction: TransactionId, response: Response): void {
    this.#send(this.#deps.layer.respond(transaction, response, this.#deps.clock.now()));
  }

  /** Outside of a dialog nobody is known to be where they say they are. */
  #refuse(transaction: TransactionId, request: Request, status: number, fields: Readonly<Record<string, string>> = {}): void {
    const response = responseTo(request, status, { toTag: this.#deps.random(), fields });
    this.#send(this.#deps.layer.refuse(transaction, response, this.#deps.clock.now()));
  }
}

/** What is offered; undefined: nothing, or something else than a description. */
function sdpOf(request: Request): string | undefined {
  const type = request.contentType?.value.toLowerCase();
  return request.body !== '' && type === sdpType ? request.text : undefined;
}

function nameOf({ from: { displayName = '', uri } }: Request): string {
  return cleanName(displayName) ?? cleanName(isSip(uri) ? fromUtf8(uri.user ?? '') : '') ?? 'Phone';
}

function statusOf({ code }: Refusal): number {
  switch (code) {
    case 'description_refused':
      return 488;
    case 'participant_here':
    case 'session_full':
      return 486;
    case 'session_locked':
    case 'publish_refused':
      return 403;
    case 'session_not_found':
    case 'participant_not_found':
      return 404;
    default:
      return 503;
  }
}
