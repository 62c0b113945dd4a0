/**
 * A user agent (RFC 3261 §8): the transaction layer with its timer, and who is told what it has to tell.
 *
 *     sockets ──receive──► layer ──► a request outside of dialogs ──► whoever serves
 *                                ├─► a request or an ACK in a dialog ──► who has entered with that dialog
 *                                └─► what becomes of a request of ours ──► who has asked
 */
import { dialogKey, MessageError, responseTo, TransactionLayer } from '@offhook/sip';
import type { ByteString, Frame, Output, Remote, Request, Response, SentBy, TransactionId, Uri } from '@offhook/sip';
import type { Clock } from '../ports.ts';

/** Who has asked something is told what came of it. */
export interface Asker {
  /** Provisional answers, and final ones; of an INVITE several 2xx may come. */
  response(response: Response): void;
  /** 408: nobody has answered. 503: it could not be sent. */
  failed(status: 408 | 503): void;
}

export interface InDialog {
  request(transaction: TransactionId, request: Request, from: Remote): void;
  acknowledged(ack: Request): void;
}

export interface SipAgentDeps {
  readonly clock: Clock;
  /** At least 64 bits of chance, as a token. */
  readonly random: () => string;
  /** From 0 to below 1, by chance. Absent: `Math.random`. */
  readonly fraction?: (() => number) | undefined;
  /** Where we are reached by whom `to` reaches, as others write it. */
  readonly sentBy: (to: Remote) => SentBy;
  /** `failed`: it cannot be sent, which may be known at once or later. */
  readonly send: (to: Remote, text: ByteString, failed: () => void) => void;
  /** Where a URI leads, for what has so many bytes (RFC 3263). Absent: nowhere. */
  readonly find?: ((uri: Uri, size: number) => Promise<readonly Remote[]>) | undefined;
  /** Requests outside of dialogs, but for ACK and CANCEL. */
  readonly serve: (transaction: TransactionId, request: Request, from: Remote) => void;
}

export const allowed = 'INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, PRACK, UPDATE, REFER, NOTIFY, MESSAGE, SUBSCRIBE';

export class SipAgent {
  readonly clock: Clock;
  readonly random: () => string;
  readonly fraction: () => number;
  readonly #deps: SipAgentDeps;
  readonly #layer: TransactionLayer;
  readonly #askers = new Map<TransactionId, Asker>();
  readonly #dialogs = new Map<string, InDialog>();
  readonly #cancels = new Map<TransactionId, () => void>();
  #timer: { readonly at: number; readonly cancel: () => void } | undefined;

  constructor(deps: SipAgentDeps) {
    this.#deps = deps;
    this.clock = deps.clock;
    this.random = deps.random;
    this.fraction = deps.fraction ?? Math.random;
    this.#layer = new TransactionLayer({ random: deps.random, isQuiet: true });
  }

  /** Open transactions of both sides, for metrics. */
  get transactions(): number {
    return this.#layer.size;
  }

  /** Dialogs that somebody has entered, for metrics. */
  get dialogs(): number {
    return this.#dialogs.size;
  }

  // ── what comes in ─────────────────────────────────────────────────────────────────────────────────────────────────

  /** A datagram, or a message of a stream. */
  receive(text: string, from: Remote): void {
    this.#take(this.#layer.receive(text, from, this.clock.now()));
  }

  /** What a stream was lost with. */
  lose(frame: Extract<Frame, { type: 'lost' }>, from: Remote): void {
    this.#take(this.#layer.lose(frame, from));
  }

  // ── what we say ───────────────────────────────────────────────────────────────────────────────────────────────────

  ask(request: Request, to: Remote, asker: Asker): TransactionId {
    const { transaction, outputs } = this.#layer.request(request, to, this.#deps.sentBy(to), this.clock.now());
    this.#askers.set(transaction, asker);
    this.#take(outputs);
    return transaction;
  }

  /** Where a URI leads, for what has so many bytes: to be asked there by `Asking`. */
  async find(uri: Uri, size: number): Promise<readonly Remote[]> {
    return (await this.#deps.find?.(uri, size)) ?? [];
  }

  acknowledge(ack: Request, to: Remote): void {
    this.#take([this.#layer.acknowledge(ack, to, this.#deps.sentBy(to))]);
  }

  /** Ends an INVITE of ours that has no final answer yet; what comes of it is told to who has asked. */
  cancel(transaction: TransactionId, fields: Readonly<Record<string, string>> = {}): void {
    this.#take(this.#layer.cancel(transaction, this.clock.now(), fields));
  }

  respond(transaction: TransactionId, response: Response): void {
    if (response.status >= 200) this.#cancels.delete(transaction);
    this.#take(this.#layer.respond(transaction, response, this.clock.now()));
  }

  /** Outside of the dialogs here nobody is known to be where they say they are: it goes once for each time that the request comes, and is forgotten. */
  refuse(transaction: TransactionId, response: Response): void {
    this.#cancels.delete(transaction);
    this.#take(this.#layer.refuse(transaction, response, this.clock.now()));
  }

  /** Where we are reached in a call, by the transport that it came by. WebSockets have one name, secure or not (RFC 7118 §5.1). */
  contact(to: Remote): string {
    const { host, port } = this.#deps.sentBy(to);
    const transport = to.transport === 'wss' ? 'ws' : to.transport;
    return `<sip:${host}${port === undefined ? '' : `:${port}`};transport=${transport}>`;
  }

  // ── who is told ───────────────────────────────────────────────────────────────────────────────────────────────────

  enter(key: string, user: InDialog): void {
    this.#dialogs.set(key, user);
  }

  /** Whether somebody has entered with this dialog. */
  isIn(key: string): boolean {
    return this.#dialogs.has(key);
  }

  leave(key: string): void {
    this.#dialogs.delete(key);
  }

  /** Told once, where an INVITE that has no final answer is cancelled. */
  onCancel(transaction: TransactionId, cancelled: () => void): void {
    this.#cancels.set(transaction, cancelled);
  }

  close(): void {
    this.#timer?.cancel();
  }

  #take(outputs: readonly Output[]): void {
    for (const output of outputs)
      try {
        this.#hear(output);
      } catch (error) {
        if (!(error instanceof MessageError)) throw error;
        this.#unreadable(output, error);
      }
    this.#schedule();
  }

  /** Fields are read where they are needed, and not all can be: that is the end of what they came with, and of nothing else. */
  #unreadable(output: Output, { status }: MessageError): void {
    if (output.type === 'request')
      this.refuse(output.transaction, responseTo(output.request, status, { toTag: this.random() }));
    if (output.type === 'response' && output.response.status >= 200) this.#askers.get(output.transaction)?.failed(503);
  }

  #hear(output: Output): void {
    switch (output.type) {
      case 'send': {
        const { to, text, transaction } = output;
        return this.#deps.send(to, text, () => {
          if (transaction !== undefined) this.#take(this.#layer.failed(transaction));
        });
      }
      case 'request': {
        const { transaction, request, from } = output;
        if (request.toTag === undefined) return this.#deps.serve(transaction, request, from);
        const user = this.#dialogs.get(dialogKey(request));
        if (user === undefined) return this.refuse(transaction, responseTo(request, 481));
        return user.request(transaction, request, from);
      }
      case 'ack':
        return this.#dialogs.get(dialogKey(output.request))?.acknowledged(output.request);
      case 'cancel': {
        const cancelled = this.#cancels.get(output.transaction);
        this.#cancels.delete(output.transaction);
        return cancelled?.();
      }
      case 'response':
        this.#askers.get(output.transaction)?.response(output.response);
        if (isLast(output.response)) this.#askers.delete(output.transaction);
        return;
      case 'timeout':
      case 'unreachable':
        return this.#askers.get(output.transaction)?.failed(output.type === 'timeout' ? 408 : 503);
      case 'ended':
        this.#askers.delete(output.transaction);
        this.#cancels.delete(output.transaction);
    }
  }

  /** A timer that is too early asks again: most of what is waited for has come by then, and every message would need a new one. */
  #schedule(): void {
    const at = this.#layer.deadline;
    if (at === undefined || (this.#timer !== undefined && this.#timer.at <= at)) return;
    this.#timer?.cancel();
    const { clock } = this;
    const cancel = clock.schedule(Math.max(0, at - clock.now()), () => {
      this.#timer = undefined;
      this.#take(this.#layer.tick(clock.now()));
    });
    this.#timer = { at, cancel };
  }
}

/** Whoever has asked need not be kept until the transaction ends: after this nothing is told of it. A 2xx to INVITE may come of others too, and again. */
function isLast({ status, cseq }: Response): boolean {
  return status >= 300 || (status >= 200 && cseq.method !== 'INVITE');
}
