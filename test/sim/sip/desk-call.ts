/**
 * A call at a simulated phone, whichever side has begun it.
 *
 *     calling ──2xx──► talking ──BYE, nobody there, silence──► over
 *        └── refused, given up ──────────────────────────────►
 *     ringing ──answered──► talking          ringing ──CANCEL, declined──► over
 */
import {
  afterGlare,
  Dialog,
  Exchanges,
  fieldsOf,
  Forks,
  nameAddr,
  noticeOf,
  Params,
  referTo,
  replacesFor,
  Request,
  responseTo,
  sipUri,
  toUtf8,
  writeNameAddr,
} from '@offhook/sip';
import type { Remote, Response, TransactionId } from '@offhook/sip';
import { SaidAnswer } from './said-answer.ts';
import { soundIn, soundSdp } from './sound.ts';
import type { SoundDirection, SoundEnd } from './sound.ts';
import type { DeskPhone } from './desk-phone.ts';
import type { Party } from './station.ts';

export type DeskState = 'calling' | 'ringing' | 'talking' | 'over';

const allowed = 'INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, UPDATE, REFER, NOTIFY';
const sdpType = 'application/sdp';
/** After which a phone believes that nobody is there any more. */
const silentMs = 30_000;
/** After which it stops ringing, whoever has forgotten it, where nothing is said. */
const longestRingS = 180;

export class DeskCall implements Party, SoundEnd {
  readonly phone: DeskPhone;
  local: string;
  state: DeskState = 'calling';
  /** Whom it was placed to, or who calls. */
  readonly peer: string;
  readonly isIncoming: boolean;
  readonly since: number;
  /** It rings at the other side. */
  isRinging = false;
  /** How it was refused; undefined: otherwise over, or not yet. */
  refused: number | undefined;
  direction: SoundDirection = 'sendrecv';
  remote: string | undefined;
  remoteDirection: SoundDirection = 'sendrecv';
  /** What the last NOTIFY about a REFER of ours has told. */
  referral: number | undefined;
  dialog: Dialog | undefined;
  readonly #to: Remote;
  readonly #exchanges = new Exchanges();
  #invite: Request | undefined;
  #transaction: TransactionId | undefined;
  #tag: string | undefined;
  /** Of the call that was placed here. */
  #ack: Request | undefined;
  #forks: Forks | undefined;
  #isGivenUp = false;
  readonly #said: SaidAnswer;
  #cancelSilence: (() => void) | undefined;
  #isSilent = true;

  constructor(phone: DeskPhone, port: number, to: Remote, peer: string, isIncoming: boolean) {
    this.phone = phone;
    this.local = `${phone.address}:${port}`;
    this.#to = to;
    this.peer = peer;
    this.isIncoming = isIncoming;
    this.since = phone.scope.now();
    this.#said = new SaidAnswer(phone, () => this.hangUp());
    phone.sound.add(this);
  }

  // ── sound ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  get isThere(): boolean {
    return this.state === 'talking' && this.phone.isReachable;
  }

  get isSending(): boolean {
    const isHeard = this.remoteDirection === 'sendrecv' || this.remoteDirection === 'recvonly';
    // Nobody is heard at a phone that holds.
    return !this.isHeld && isHeard;
  }

  /** Whether this phone holds it. */
  get isHeld(): boolean {
    return this.direction !== 'sendrecv';
  }

  look(): void {
    const isSilent = this.state === 'talking' && this.phone.sound.arriving(this) === undefined;
    if (isSilent === this.#isSilent) return;
    this.#isSilent = isSilent;
    this.#cancelSilence?.();
    if (isSilent) this.#cancelSilence = this.phone.scope.schedule(silentMs, () => this.hangUp());
  }

  // ── placing ───────────────────────────────────────────────────────────────────────────────────────────────────────

  /** `isLate`: without an offer. */
  place(isLate: boolean): void {
    const { station, login, domain } = this.phone;
    const target = sipUri(domain, { user: this.peer });
    const invite = new Request(
      'INVITE',
      target,
      fieldsOf({
        'Max-Forwards': 70,
        From: writeNameAddr(nameAddr(sipUri(domain, { user: login }), { params: Params.of({ tag: station.random() }) })),
        To: writeNameAddr(nameAddr(target)),
        'Call-ID': station.random(),
        CSeq: '1 INVITE',
        Contact: station.contact,
        Allow: allowed,
        Supported: 'replaces',
      }),
    );
    this.#ask(isLate ? invite : invite.withBody(sdpType, toUtf8(this.#sdp())));
  }

  #ask(invite: Request): void {
    this.phone.digest.authorize(invite);
    this.#invite = invite;
    this.#forks = new Forks(invite);
    this.#transaction = this.phone.station.ask(invite, this.#to, (response) => {
      if (invite === this.#invite) this.#heard(invite, response);
    });
  }

  #heard(invite: Request, response: Response | 'nobody'): void {
    if (response === 'nobody') return this.#end(408);
    if (response.status === 401 && !this.#isGivenUp && this.phone.digest.learn(invite, response)) {
      const { number } = invite.cseq;
      const next = new Request(
        'INVITE',
        invite.uri,
        invite.fields.filter(({ key }) => key !== 'via' && key !== 'cseq'),
        invite.body,
      );
      return this.#ask(next.set('CSeq', `${number + 1} INVITE`));
    }
    const heard = this.#forks?.heard(response);
    switch (heard?.type) {
      case 'early':
      case 'progress':
        if (response.status === 180) this.isRinging = true;
        return;
      case 'answered':
        return this.#answered(heard.dialog, invite, response);
      case 'repeated':
        return this.#acknowledge();
      case 'refused':
        return this.#end(response.status);
      default:
    }
  }

  #answered(dialog: Dialog, invite: Request, response: Response): void {
    this.dialog = dialog;
    this.#hear(response);
    this.#ack = dialog.ack(invite.cseq.number);
    // What was offered is answered there (RFC 3261 §13.2.2.4).
    if (invite.body === '') this.#ack.withBody(sdpType, toUtf8(this.#sdp()));
    this.phone.station.acknowledge(this.#ack, this.#to);
    this.phone.station.enter(dialog.key, this);
    this.#enter('talking');
    if (this.#isGivenUp) this.hangUp();
  }

  /** Once more: it was lost. */
  #acknowledge(): void {
    const ack = this.#ack;
    if (ack === undefined) return;
    const fields = ack.fields.filter(({ key }) => key !== 'via');
    this.phone.station.acknowledge(new Request(ack.method, ack.target, fields, ack.body), this.#to);
  }

  // ── ringing ───────────────────────────────────────────────────────────────────────────────────────────────────────

  ring(transaction: TransactionId, invite: Request): void {
    const { station, scope } = this.phone;
    this.state = 'ringing';
    this.#transaction = transaction;
    this.#invite = invite;
    this.#hear(invite);
    this.#tag = station.random();
    station.respond(transaction, this.#answer(180));
    const stop = (): void => {
      if (this.state !== 'ringing') return;
      station.respond(transaction, this.#answer(487));
      this.#end(487);
    };
    station.onCancel(transaction, stop);
    // RFC 3261 §13.3.1.
    scope.schedule(1_000 * (invite.expires ?? longestRingS), stop);
  }

  answer(): void {
    if (this.state !== 'ringing' || this.#invite === undefined || this.#transaction === undefined) return;
    const ok = this.#answer(200).withBody(sdpType, toUtf8(this.#sdp()));
    this.dialog = Dialog.ofServer(this.#invite, ok);
    this.phone.station.enter(this.dialog.key, this);
    this.#enter('talking');
    this.#said.say(this.#transaction, ok);
  }

  decline(status: 480 | 486 | 603): void {
    if (this.state !== 'ringing' || this.#transaction === undefined) return;
    this.phone.station.respond(this.#transaction, this.#answer(status));
    this.#end(status);
  }

  #answer(status: number): Response {
    if (this.#invite === undefined) throw new Error('nothing rings');
    const fields = status < 300 ? { Contact: this.phone.station.contact, Allow: allowed } : {};
    return responseTo(this.#invite, status, { toTag: this.#tag, fields });
  }

  // ── talking ───────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Also before it is answered. */
  hangUp(): void {
    if (this.state === 'ringing') return this.decline(603);
    if (this.state === 'calling') {
      this.#isGivenUp = true;
      if (this.#transaction !== undefined) this.phone.station.cancel(this.#transaction);
      return;
    }
    // A 2xx is not followed by a BYE before its ACK (RFC 3261 §15): the BYE might be there first.
    if (this.isIncoming && this.#said.isOpen) {
      this.#isGivenUp = true;
      return;
    }
    const { dialog } = this;
    if (this.state !== 'talking' || dialog === undefined) return;
    this.phone.station.ask(dialog.request('BYE'), this.#to, () => undefined);
    this.#end(undefined);
  }

  /** The phone has another address. */
  moved(): void {
    const { sound, address } = this.phone;
    sound.remove(this);
    this.local = `${address}:${this.local.split(':')[1] ?? ''}`;
    sound.add(this);
    this.#offer(this.direction, true);
  }

  hold(): void {
    this.#offer('sendonly');
  }

  resume(): void {
    this.#offer('sendrecv');
  }

  /** Leads the other side on: to somebody, or to whom this phone talks with in another call. */
  transfer(to: string | DeskCall): void {
    const { dialog } = this;
    const other = typeof to === 'string' ? undefined : to.dialog;
    if (this.state !== 'talking' || dialog === undefined || (typeof to !== 'string' && other === undefined)) return;
    const target =
      typeof to === 'string' ? sipUri(this.phone.domain, { user: to }) : sipUri(this.phone.domain, { user: to.peer });
    const refer = referTo(target, other && replacesFor(other));
    const request = dialog.request('REFER', { 'Refer-To': writeNameAddr(refer), Contact: this.phone.station.contact });
    this.#tell(request, (response) => {
      if (response !== 'nobody' && response.status >= 300) this.referral = response.status;
    });
  }

  request(transaction: TransactionId, request: Request): void {
    const { station } = this.phone;
    const status = this.dialog?.receive(request) ?? (this.dialog === undefined ? 481 : undefined);
    if (status !== undefined) return station.respond(transaction, responseTo(request, status));
    switch (request.method) {
      case 'BYE':
        station.respond(transaction, responseTo(request, 200));
        return this.#end(undefined);
      case 'INVITE':
        return this.#offered(transaction, request);
      case 'NOTIFY': {
        const notice = noticeOf(request);
        station.respond(transaction, responseTo(request, 200));
        if (notice?.status === undefined || notice.status < 200) return;
        this.referral = notice.status;
        if (notice.status < 300) this.hangUp();
        return;
      }
      case 'UPDATE':
      case 'OPTIONS':
      case 'INFO':
        return station.respond(transaction, responseTo(request, 200, { fields: { Contact: station.contact } }));
      default:
        return station.respond(transaction, responseTo(request, 405, { fields: { Allow: allowed } }));
    }
  }

  acknowledged(): void {
    this.#said.heard();
    this.#exchanges.settled();
    if (this.#isGivenUp) this.hangUp();
  }

  #offered(transaction: TransactionId, request: Request): void {
    const pending = this.#exchanges.receiveInvite(this.phone.chance.fraction());
    if (pending !== undefined) {
      const fields = pending.retryAfter === undefined ? {} : { 'Retry-After': pending.retryAfter };
      return this.phone.station.respond(transaction, responseTo(request, pending.status, { fields }));
    }
    this.#exchanges.receivedOffer();
    this.#hear(request);
    const ok = responseTo(request, 200, { fields: { Contact: this.phone.station.contact, Allow: allowed } });
    ok.withBody(sdpType, toUtf8(this.#sdp()));
    this.dialog?.answered(request, ok);
    this.#exchanges.answeredInvite();
    this.#said.say(transaction, ok);
  }

  #offer(direction: SoundDirection, isMoved = false): void {
    const { dialog, phone } = this;
    if (this.state !== 'talking' || dialog === undefined || (this.direction === direction && !isMoved)) return;
    if (!this.#exchanges.mayInvite) {
      if (isMoved) phone.scope.schedule(500, () => this.#offer(this.direction, true));
      return;
    }
    this.#exchanges.inviting();
    this.#exchanges.offered();
    const before = this.direction;
    this.direction = direction;
    const invite = dialog.request('INVITE', { Contact: phone.station.contact, Allow: allowed });
    invite.withBody(sdpType, toUtf8(this.#sdp()));
    this.#tell(invite, (response) => {
      if (response !== 'nobody' && response.status < 200) return;
      this.#exchanges.invited();
      this.#exchanges.settled();
      if (response !== 'nobody' && response.status < 300) {
        phone.station.acknowledge(dialog.ack(invite.cseq.number), this.#to);
        this.#hear(response);
        return;
      }
      this.direction = before;
      phone.sound.changed();
      // Both have asked at once (RFC 3261 §14.1).
      if (response !== 'nobody' && response.status === 491)
        phone.scope.schedule(afterGlare(!this.isIncoming, phone.chance.fraction()), () => this.#offer(direction, isMoved));
    });
  }

  /** In the dialog, which is over where the other side knows nothing of it (RFC 3261 §12.2.1.2). */
  #tell(request: Request, heard: (response: Response | 'nobody') => void): void {
    this.phone.station.ask(request, this.#to, (response) => {
      if (response !== 'nobody') this.dialog?.heard(request, response);
      heard(response);
      if (this.state !== 'talking') return;
      if (response === 'nobody') this.hangUp();
      else if (this.dialog?.state === 'ended') this.#end(undefined);
    });
  }

  #sdp(): string {
    const { direction } = this;
    const isTakenIn = this.remoteDirection === 'sendrecv' || this.remoteDirection === 'recvonly';
    return soundSdp({ at: this.local, direction: direction === 'sendrecv' && !isTakenIn ? 'recvonly' : direction });
  }

  #hear(message: Request | Response): void {
    const words = soundIn(message.text);
    if (words === undefined) return;
    this.remote = words.at;
    this.remoteDirection = words.direction;
    this.phone.sound.changed();
  }

  #enter(state: DeskState): void {
    this.state = state;
    this.phone.news(this);
    this.phone.sound.changed();
  }

  #end(status: number | undefined): void {
    if (this.state === 'over') return;
    this.refused = status;
    this.#said.heard();
    if (this.dialog !== undefined) this.phone.station.leave(this.dialog.key);
    this.state = 'over';
    this.#cancelSilence?.();
    this.phone.sound.remove(this);
    this.phone.over(this);
  }
}
