/**
 * The transaction layer (RFC 3261 §17 and §18, RFC 6026): bytes and their source go in, what is new comes out, and what is to be sent
 * with its place. It reads, refuses what cannot be read, finds the transaction, answers repetitions, and knows when it wants to be asked
 * again. Whoever drives it has the sockets and one timer:
 *
 *     network ──receive(text, source, now)──► ┌───────┐ ──request, cancel, ack──────────────► who serves
 *             ◄────────────────────send────── │ layer │ ◄─respond(transaction, response)─────
 *     timer   ──tick(now)───────────────────► │       │ ◄─request(request, to, …), cancel()── who asks
 *             ◄────────────────deadline────── └───────┘ ──response, timeout, unreachable────►
 */
import type { ByteString } from '../bytes.ts';
import { checkRequest, checkResponse } from '../message/check.ts';
import { MessageError, WriteError } from '../message/errors.ts';
import { fittingIn } from '../message/fitting.ts';
import type { Frame } from '../message/framer.ts';
import type { MessageLimits } from '../message/limits.ts';
import { messageLimits } from '../message/limits.ts';
import type { Message, Request, Response } from '../message/message.ts';
import { isRequest } from '../message/message.ts';
import { Params } from '../message/params.ts';
import type { UnreadableError } from '../message/parse.ts';
import { isKeepAlive, parseMessage } from '../message/parse.ts';
import { responseTo } from '../message/respond.ts';
import { writeVia } from '../message/values.ts';
import { writeMessage } from '../message/write.ts';
import { Deadlines } from './deadlines.ts';
import { InviteClient } from './invite-client.ts';
import { InviteServer } from './invite-server.ts';
import { clientKey, clientKeyOf, magicCookie, mergeKey, responsePlace, serverKey, stampVia } from './matching.ts';
import { NonInviteClient } from './non-invite-client.ts';
import { NonInviteServer } from './non-invite-server.ts';
import type { Come, Instant, Output, Remote, Timing, Transaction, TransactionId } from './types.ts';
import { isReliable, timing } from './types.ts';

export interface LayerOptions {
  /** At least 64 bits of chance as a token, for branches and tags: letters and digits. */
  readonly random: () => string;
  readonly timing?: Timing;
  readonly messages?: MessageLimits;
  /** Transactions that may be open on the server's side: more requests are answered 503 and not kept. */
  readonly most?: number;
  /**
   * An INVITE that begins something by UDP hears no 100 by itself: whoever serves says it, once they know who asks (§17.2.1 has it
   * otherwise; without it INVITE is repeated, and absorbed). Else who is named as its source would get more than was sent.
   */
  readonly isQuiet?: boolean;
}

/** Host and port that answers are to come back to, as they stand in our Via. */
export interface SentBy {
  readonly host: string;
  readonly port?: number | undefined;
}

export interface Asked {
  readonly transaction: TransactionId;
  readonly outputs: readonly Output[];
}

type Client = InviteClient | NonInviteClient;
type Server = InviteServer | NonInviteServer;

const defaultMost = 200_000;

export class TransactionLayer {
  readonly #random: () => string;
  readonly #timing: Timing;
  readonly #messages: MessageLimits;
  readonly #most: number;
  readonly #isQuiet: boolean;
  readonly #clients = new Map<string, Client>();
  readonly #servers = new Map<string, Server>();
  /** Open requests that began something, by what they have in common when they come on several ways: key of the transaction. */
  readonly #merged = new Map<string, string>();
  readonly #mergeKeys = new Map<string, string>();
  /** CANCELs of ours: nobody waits for their answers. */
  readonly #silent = new Set<string>();
  readonly #deadlines = new Deadlines<Transaction>();

  constructor({ random, timing: times = timing, messages = messageLimits, most = defaultMost, isQuiet = false }: LayerOptions) {
    this.#random = random;
    this.#timing = times;
    this.#messages = messages;
    this.#most = most;
    this.#isQuiet = isQuiet;
  }

  /** When `tick` is wanted. */
  get deadline(): Instant | undefined {
    return this.#deadlines.next;
  }

  /** Open transactions of both sides. */
  get size(): number {
    return this.#clients.size + this.#servers.size;
  }

  // ── what comes in ─────────────────────────────────────────────────────────────────────────────────────────────────

  /** A datagram, a WebSocket message, or a frame of a stream. */
  receive(text: ByteString, source: Remote, now: Instant): readonly Output[] {
    if (isKeepAlive(text)) return [];
    let message: Message | undefined;
    try {
      message = parseMessage(text, this.#messages);
      if (isRequest(message)) {
        checkRequest(message);
        return this.#receiveRequest(message, source, now, text.length);
      }
      checkResponse(message);
    } catch (error) {
      if (!(error instanceof MessageError)) throw error;
      const request = message === undefined ? (error as UnreadableError).request : message;
      return request !== undefined && isRequest(request) ? this.#refuse(request, error, source, text.length) : [];
    }
    return this.#receiveResponse(message, source, now);
  }

  /**
   * What a stream was lost with (`StreamFramer`): the answer to it, if one is due. Nothing of it is served, and the connection is to be
   * closed after the answer.
   */
  lose({ text, error }: Extract<Frame, { type: 'lost' }>, source: Remote): readonly Output[] {
    let message: Message | undefined;
    try {
      message = parseMessage(text, this.#messages);
    } catch (unreadable) {
      message = (unreadable as UnreadableError).request;
    }
    return message !== undefined && isRequest(message) ? this.#refuse(message, error, source, text.length) : [];
  }

  #receiveResponse(response: Response, source: Remote, now: Instant): readonly Output[] {
    const key = clientKeyOf(response);
    const client = this.#clients.get(key);
    // One of a transaction that is over, or of nobody (RFC 6026 §7.2): a 2xx of it has been acknowledged, or will be repeated in vain.
    if (client === undefined) return [];
    const outputs = [...client.receive(response, source, now)];
    if (client instanceof InviteClient) outputs.push(...this.#sendCancel(client, now));
    return this.#after(client, this.#silent.has(key) ? outputs.filter(({ type }) => type !== 'response') : outputs);
  }

  #receiveRequest(request: Request, source: Remote, now: Instant, size: number): readonly Output[] {
    const { method } = request;
    const key = serverKey(request, method === 'ACK' ? 'INVITE' : method);
    const known = this.#servers.get(key);
    if (method === 'ACK') {
      if (known instanceof InviteServer) return this.#after(known, known.acknowledge(request, source, now));
      return [{ type: 'ack', request, from: source }];
    }
    if (known !== undefined) return this.#after(known, known.repeat());
    const cancelled = method === 'CANCEL' ? this.#servers.get(serverKey(request, 'INVITE')) : undefined;
    const merge = request.toTag === undefined && method !== 'CANCEL' ? mergeKey(request) : undefined;
    stampVia(request, source);
    const remote = responsePlace(request.via, source);
    const come = { remote, size };
    if (this.#servers.size >= this.#most)
      return this.#answerOutside(responseTo(request, 503, { toTag: this.#random(), fields: { 'Retry-After': 10 } }), come);
    const isQuiet = this.#isQuiet && !isReliable(remote) && request.toTag === undefined;
    const server =
      method === 'INVITE'
        ? new InviteServer(key, request, come, this.#timing, now, isQuiet)
        : new NonInviteServer(key, come, this.#timing, now);
    this.#servers.set(key, server);
    if (method === 'CANCEL') return this.#receiveCancel(request, server, cancelled, now);
    if (merge !== undefined) {
      if (this.#merged.has(merge)) return this.refuse(key, responseTo(request, 482, { toTag: this.#random() }), now);
      this.#merged.set(merge, key);
      this.#mergeKeys.set(key, merge);
    }
    return this.#after(server, [{ type: 'request', transaction: key, request, from: source }]);
  }

  /** §9.2: answered at once, with the tag that the answers to the INVITE have. */
  #receiveCancel(request: Request, server: Server, invite: Server | undefined, now: Instant): readonly Output[] {
    if (!(invite instanceof InviteServer))
      return this.refuse(server.id, responseTo(request, 481, { toTag: this.#random() }), now);
    const ok = responseTo(request, 200, { toTag: invite.toTag ?? this.#random() });
    // Who was told nothing so far may not be where they say they are.
    const outputs = invite.isUnheard ? this.refuse(server.id, ok, now) : this.respond(server.id, ok, now);
    return invite.isUnanswered ? [...outputs, { type: 'cancel', transaction: invite.id, request }] : outputs;
  }

  /** What cannot be read is answered once, without memory, and only where the answer finds its way and its request. */
  #refuse(request: Request, { status, message }: MessageError, source: Remote, size: number): readonly Output[] {
    if (request.method === 'ACK') return [];
    try {
      stampVia(request, source);
      const remote = responsePlace(request.via, source);
      if (!['from', 'to', 'call-id', 'cseq'].every((name) => request.has(name))) return [];
      const response = responseTo(request, status, { reason: message });
      if (!/;\s*tag\s*=/i.test(request.get('to') ?? '')) response.set('To', `${request.get('to')};tag=${this.#random()}`);
      return this.#answerOutside(response, { remote, size });
    } catch (error) {
      if (error instanceof MessageError || error instanceof WriteError) return [];
      throw error;
    }
  }

  // ── what we say ───────────────────────────────────────────────────────────────────────────────────────────────────

  /** An answer to a `request`; nothing happens where its transaction is over. @throws WriteError */
  respond(transaction: TransactionId, response: Response, now: Instant): readonly Output[] {
    const server = this.#servers.get(transaction);
    return server === undefined ? [] : this.#after(server, server.respond(response, now));
  }

  /**
   * An answer to somebody who may not be where they say they are (401, 403, 404 to who is not known, 481 and 482): it goes once for each
   * time that the request comes, and nothing of it is kept (§8.2.7). By UDP it is made no longer than the request, or is none: whoever is
   * named as its source gets no more than was sent in their name, and a flood costs no memory. Who was told something before is known, and repeats the request no longer: they get it as any other answer.
   *
   * @throws WriteError
   */
  refuse(transaction: TransactionId, response: Response, now: Instant): readonly Output[] {
    const server = this.#servers.get(transaction);
    if (server?.isUnheard !== true) return this.respond(transaction, response, now);
    return this.#after(server, server.dismiss(server.isProven ? writeMessage(response) : fittingIn(server.size, response)));
  }

  /**
   * A request of ours, on its own branch. It gets its Via here, and Max-Forwards where it has none.
   *
   * @throws WriteError
   */
  request(request: Request, to: Remote, sentBy: SentBy, now: Instant): Asked {
    const branch = this.#prepare(request, to, sentBy);
    const key = clientKey(branch, request.method);
    const client =
      request.method === 'INVITE'
        ? new InviteClient(key, request, to, this.#timing)
        : new NonInviteClient(key, request, to, this.#timing);
    this.#clients.set(key, client);
    return { transaction: key, outputs: this.#after(client, client.start(now)) };
  }

  /** The ACK to a 2xx, which is no part of any transaction: to be sent again by its dialog for each repetition of the 2xx. @throws WriteError */
  acknowledge(ack: Request, to: Remote, sentBy: SentBy): Output {
    this.#prepare(ack, to, sentBy);
    return this.#sendOutside(ack, to);
  }

  /**
   * Ends an INVITE of ours before it is answered (§9.1): at once, or when the first provisional response comes. What comes of it is told
   * by the responses to the INVITE: 487, or an answer that was faster, or a `timeout`.
   */
  cancel(transaction: TransactionId, now: Instant, fields: Readonly<Record<string, string>> = {}): readonly Output[] {
    const client = this.#clients.get(transaction);
    if (!(client instanceof InviteClient)) return [];
    client.cancel(fields);
    return this.#after(client, this.#sendCancel(client, now));
  }

  #sendCancel(invite: InviteClient, now: Instant): readonly Output[] {
    const request = invite.takeCancel(now);
    if (request === undefined) return [];
    const key = clientKey(request.via.params.get('branch') ?? '', 'CANCEL');
    const client = new NonInviteClient(key, request, invite.remote, this.#timing);
    this.#clients.set(key, client);
    this.#silent.add(key);
    return this.#after(client, client.start(now));
  }

  #prepare(request: Request, to: Remote, { host, port }: SentBy): string {
    const branch = magicCookie + this.#random();
    const transport = to.transport.toUpperCase();
    const params = new Params([['branch', branch], ...(transport === 'UDP' ? [['rport', undefined] as const] : [])]);
    request.prepend('Via', writeVia({ transport, host, port, params }));
    if (!request.has('max-forwards')) request.set('Max-Forwards', 70);
    return branch;
  }

  // ── time and trouble ──────────────────────────────────────────────────────────────────────────────────────────────

  tick(now: Instant): readonly Output[] {
    const outputs: Output[] = [];
    for (let due = this.#deadlines.take(now); due !== undefined; due = this.#deadlines.take(now))
      outputs.push(...this.#after(due, due.tick(now)));
    return outputs;
  }

  /** What had this transaction in its `send` could not be sent. */
  failed(transaction: TransactionId): readonly Output[] {
    const one = this.#clients.get(transaction) ?? this.#servers.get(transaction);
    return one === undefined ? [] : this.#after(one, one.fail());
  }

  #after(one: Transaction, outputs: readonly Output[]): readonly Output[] {
    if (!one.isOver) {
      this.#deadlines.note(one);
      return outputs;
    }
    const isClient = this.#clients.get(one.id) === one;
    if (!isClient) {
      this.#servers.delete(one.id);
      const merge = this.#mergeKeys.get(one.id);
      if (merge !== undefined) this.#merged.delete(merge);
      this.#mergeKeys.delete(one.id);
      return outputs;
    }
    this.#clients.delete(one.id);
    // Nobody was told of its beginning.
    return this.#silent.delete(one.id) ? outputs.filter(({ type }) => type === 'send') : outputs;
  }

  /** To whoever may not be where they say they are. */
  #answerOutside(response: Response, { remote, size }: Come): readonly Output[] {
    const text = isReliable(remote) ? writeMessage(response) : fittingIn(size, response);
    return text === undefined ? [] : [{ type: 'send', to: remote, text }];
  }

  #sendOutside(message: Message, to: Remote): Output {
    return { type: 'send', to, text: writeMessage(message) };
  }
}
