/**
 * A dialog (RFC 3261 §12): two sides that know each other by tags, the way between them, and the order of what they say.
 *
 *   101–199 with a tag  ┌───────┐  2xx   ┌───────────┐
 *  ────────────────────►│ early │───────►│ confirmed │
 *                       └───┬───┘        └─────┬─────┘      2xx at once: confirmed from the beginning
 *      300–699, timeout, BYE│                  │ BYE, 408 or 481 to a request in it
 *                           ▼                  ▼
 *                       ┌──────────────────────────┐
 *                       │          ended           │
 *                       └──────────────────────────┘
 */
import { MessageError } from '../message/errors.ts';
import type { FieldValues, Message, Response } from '../message/message.ts';
import { fieldsOf, Request } from '../message/message.ts';
import type { NameAddr } from '../message/name-addr.ts';
import { nameAddr, writeNameAddr } from '../message/name-addr.ts';
import type { Uri } from '../message/uri.ts';
import { isSip } from '../message/uri.ts';
import { writeCSeq } from '../message/values.ts';

export type DialogState = 'early' | 'confirmed' | 'ended';

/** Requests that may move the remote target (§12.2, RFC 3311 §5.1, RFC 6665 §4.1). */
const refreshing = new Set(['INVITE', 'UPDATE', 'SUBSCRIBE', 'NOTIFY', 'REFER']);

/** By what a message finds its dialog, on the side that it comes in. */
export function dialogKey(message: Message): string {
  const isAsked = message instanceof Request;
  const [local, remote] = isAsked ? [message.toTag, message.fromTag] : [message.fromTag, message.toTag];
  return dialogKeyOf(message.callId, local ?? '', remote ?? '');
}

export function dialogKeyOf(callId: string, localTag: string, remoteTag: string): string {
  return JSON.stringify([callId, localTag, remoteTag]);
}

interface Parts {
  readonly callId: string;
  readonly local: NameAddr;
  readonly remote: NameAddr;
  readonly state: DialogState;
  readonly routes: readonly NameAddr[];
  readonly target: Uri;
  readonly localSeq: number;
  readonly remoteSeq: number | undefined;
}

export class Dialog {
  readonly callId: string;
  /** With our tag: From of what we ask. */
  readonly local: NameAddr;
  /** With their tag, which old ones lack. */
  readonly remote: NameAddr;
  #state: DialogState;
  #routes: readonly NameAddr[];
  #target: Uri;
  #localSeq: number;
  #remoteSeq: number | undefined;

  constructor(parts: Parts) {
    this.callId = parts.callId;
    this.local = parts.local;
    this.remote = parts.remote;
    this.#state = parts.state;
    this.#routes = parts.routes;
    this.#target = parts.target;
    this.#localSeq = parts.localSeq;
    this.#remoteSeq = parts.remoteSeq;
  }

  /**
   * What an answer of ours to `request` makes (§12.1.1): one from 101 to 299, with a tag.
   *
   * @throws MessageError where the request has no Contact
   */
  static ofServer(request: Request, answer: Response): Dialog {
    return new Dialog({
      callId: request.callId,
      local: answer.to,
      remote: request.from,
      state: answer.status < 200 ? 'early' : 'confirmed',
      routes: request.recordRoutes,
      target: targetOf(request),
      localSeq: 0,
      remoteSeq: request.cseq.number,
    });
  }

  /**
   * What an answer to a request of ours makes (§12.1.2): one from 101 to 299, with a tag.
   *
   * @throws MessageError where the answer has no Contact
   */
  static ofClient(request: Request, answer: Response): Dialog {
    return new Dialog({
      callId: request.callId,
      local: request.from,
      remote: answer.to,
      state: answer.status < 200 ? 'early' : 'confirmed',
      routes: answer.recordRoutes.toReversed(),
      target: targetOf(answer),
      localSeq: request.cseq.number,
      remoteSeq: undefined,
    });
  }

  get key(): string {
    return dialogKeyOf(this.callId, this.localTag, this.remoteTag);
  }

  get localTag(): string {
    return this.local.params.get('tag') ?? '';
  }

  get remoteTag(): string {
    return this.remote.params.get('tag') ?? '';
  }

  get state(): DialogState {
    return this.#state;
  }

  /** Where the other side itself is reached. */
  get target(): Uri {
    return this.#target;
  }

  /** To where what we say goes first; to be resolved by RFC 3263. */
  get nextHop(): Uri {
    return this.#routes[0]?.uri ?? this.#target;
  }

  // ── what we ask ───────────────────────────────────────────────────────────────────────────────────────────────────

  /** A request in this dialog (§12.2.1.1), without Via. Not for ACK and CANCEL. @throws WriteError */
  request(method: string, fields: FieldValues = {}): Request {
    this.#localSeq++;
    return this.#make(method, this.#localSeq, fields);
  }

  /** The same request once more, with the next number (§22.2) and without Via. @throws WriteError */
  again({ method, target, fields, body }: Request): Request {
    this.#localSeq++;
    const kept = fields.filter(({ key }) => key !== 'via');
    return new Request(method, target, kept, body).set('CSeq', writeCSeq({ number: this.#localSeq, method }));
  }

  /** The ACK to a 2xx to the INVITE with this number (§13.2.2.4). @throws WriteError */
  ack(inviteSeq: number, fields: FieldValues = {}): Request {
    return this.#make('ACK', inviteSeq, fields);
  }

  #make(method: string, number: number, fields: FieldValues): Request {
    const [first, ...rest] = this.#routes;
    const isStrict = first !== undefined && isSip(first.uri) && !first.uri.params.has('lr');
    // A strict router takes its own address as the Request-URI, and expects the target at the end of the route.
    const routes = isStrict ? [...rest, nameAddr(this.#target)] : this.#routes;
    return new Request(
      method,
      isStrict ? asRequestUri(first.uri) : asRequestUri(this.#target),
      fieldsOf({
        'Max-Forwards': 70,
        Route: routes.map(writeNameAddr),
        From: writeNameAddr(this.local),
        To: writeNameAddr(this.remote),
        'Call-ID': this.callId,
        CSeq: writeCSeq({ number, method }),
        ...fields,
      }),
    );
  }

  /** An answer to a request of ours in this dialog, also to the one that began it. */
  heard(request: Request, answer: Response): void {
    const { status } = answer;
    // §12.2.1.2: the other side is gone, or knows nothing of it. A BYE ends it whatever is answered.
    if (status === 408 || status === 481 || (request.method === 'BYE' && status >= 200)) {
      this.end();
      return;
    }
    if (status < 200) return;
    if (status >= 300) {
      if (this.#state === 'early' && request.method === 'INVITE') this.end();
      return;
    }
    if (this.#state === 'early' && request.method === 'INVITE') {
      this.#state = 'confirmed';
      // What the early answer said of the way is void (§13.2.2.4).
      this.#routes = answer.recordRoutes.toReversed();
    }
    if (refreshing.has(request.method)) this.#moveTo(answer);
  }

  // ── what is asked of us ───────────────────────────────────────────────────────────────────────────────────────────

  /** Why a request in this dialog may not be served: 481 where it has ended, 500 for one that comes too late (§12.2.2). */
  receive(request: Request): 481 | 500 | undefined {
    if (request.method === 'ACK') return undefined;
    if (this.#state === 'ended') return 481;
    const { number } = request.cseq;
    if (this.#remoteSeq !== undefined && number <= this.#remoteSeq) return 500;
    this.#remoteSeq = number;
    return undefined;
  }

  /** Our answer to a request in this dialog, also to the one that began it. A refused request moves nothing (RFC 6141 §4). */
  answered(request: Request, answer: Response): void {
    const { status } = answer;
    if (status < 200) return;
    if (status >= 300) {
      if (this.#state === 'early' && request.method === 'INVITE') this.end();
      return;
    }
    if (this.#state === 'early' && request.method === 'INVITE') this.#state = 'confirmed';
    if (request.method === 'BYE') this.end();
    if (refreshing.has(request.method)) this.#moveTo(request);
  }

  end(): void {
    this.#state = 'ended';
  }

  #moveTo(message: Message): void {
    const [contact] = message.contacts;
    if (contact !== undefined) this.#target = contact.uri;
  }
}

function targetOf(message: Message): Uri {
  const [contact] = message.contacts;
  if (contact === undefined) throw new MessageError('Missing Contact');
  return contact.uri;
}

/** What may not stand in a Request-URI is left out (§19.1.1, table 1). */
function asRequestUri(uri: Uri): Uri {
  if (!isSip(uri)) return uri;
  return { ...uri, headers: [], params: uri.params.without('method') };
}
