/**
 * What the server does with what phones ask outside of calls: who registers, who dials into a session, and who calls somebody.
 *
 *      REGISTER ──► registry
 *      MESSAGE ───► a phone of a user, by its password? ──► a conversation
 *      SUBSCRIBE ─► a phone of a user, by its password? ──► how many messages wait
 *      INVITE ────► the token of a participant? ──► a session
 *                       └── by a trunk? ──► a call to one of our numbers
 *                               └── a phone of a user, by its password? ──► a call to somebody
 */
import { MessageError, responseTo } from '@offhook/sip';
import type { Remote, Request, Response, TransactionId } from '@offhook/sip';
import type { SipPhone } from '../ports/sip-phones.ts';
import type { FromTrunk, Trunks } from '../ports/trunks.ts';
import type { Log } from '../ports.ts';
import { allowed } from './agent.ts';
import type { SipAgent } from './agent.ts';
import type { DialIn } from './dial-in.ts';
import { IncomingInvite } from './incoming.ts';
import { isInside } from './inside.ts';
import { sdpType } from './typed-bodies.ts';

/** Something that phones ask outside of calls, once it is known who they are: the answer. */
export interface PhoneService {
  serve(request: Request, phone: SipPhone): Promise<Response>;
}

export interface PhoneSubscriptions {
  subscribe(transaction: TransactionId, request: Request, phone: SipPhone, from: Remote): void;
}

/** Who phones are, and where. */
export interface SipRegister {
  /** The answer to a REGISTER. */
  serve(request: Request, from: Remote): Promise<Response>;
  /** Whose request it is, or with what it is refused. */
  authenticate(request: Request, from: Remote): Promise<{ readonly phone: SipPhone } | { readonly refusal: Response }>;
}

export interface UserCallService {
  /** A phone of a user calls somebody. */
  serve(invite: IncomingInvite, phone: SipPhone): Promise<void>;
}

export interface OutsideCallService {
  /** Somebody outside calls one of our numbers. */
  serve(invite: IncomingInvite, call: FromTrunk): Promise<void>;
  /** We have called ourselves, in the place of somebody here. */
  ring(invite: IncomingInvite): Promise<void>;
}

export interface SipServiceDeps {
  readonly log: Log;
  /** Told of who asks what is answered without anybody knowing who they are, or what nobody can read. */
  readonly onStranger?: ((from: Remote) => void) | undefined;
  readonly dialIn: DialIn;
  /** Absent: nobody has phones. */
  readonly users?:
    | {
        readonly register: SipRegister;
        readonly calls: UserCallService;
        /** Absent: they do nothing but call. */
        readonly texts?: PhoneService | undefined;
        readonly waiting?: PhoneSubscriptions | undefined;
      }
    | undefined;
  /** Absent: there are no trunks. */
  readonly outside?: { readonly trunks: Pick<Trunks, 'incoming'>; readonly calls: OutsideCallService } | undefined;
}

export class SipService {
  readonly #agent: SipAgent;
  readonly #deps: SipServiceDeps;
  /** What is being answered. */
  readonly #served = new Set<Promise<void>>();
  #isClosed = false;

  constructor(agent: SipAgent, deps: SipServiceDeps) {
    this.#agent = agent;
    this.#deps = deps;
  }

  /** A request outside of dialogs. */
  serve(transaction: TransactionId, request: Request, from: Remote): void {
    if (this.#isClosed) return this.#refuse(transaction, request, 503);
    const served = this.#serve(transaction, request, from)
      .catch((error: unknown) => {
        if (error instanceof MessageError) return this.#answerStranger(transaction, request, from, error.status);
        this.#deps.log.error('sip', { method: request.method, error: String(error) });
        this.#refuse(transaction, request, 500);
      })
      .finally(() => this.#served.delete(served));
    this.#served.add(served);
  }

  /** Nothing is taken any more. Resolves once nothing that was asked is still being looked up. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#served);
  }

  async #serve(transaction: TransactionId, request: Request, from: Remote): Promise<void> {
    const { users } = this.#deps;
    switch (request.method) {
      case 'INVITE': {
        const invite = new IncomingInvite(this.#agent, transaction, request, from);
        if (!invite.isBeyondUs) return this.#invited(invite);
        this.#deps.onStranger?.(from);
        return;
      }
      case 'REGISTER': {
        if (users === undefined) break;
        const answer = await users.register.serve(request, from);
        // Who is known gets the same once more where it is lost, not another look at credentials that hold once.
        if (answer.status < 300) this.#agent.respond(transaction, answer);
        else this.#agent.refuse(transaction, answer);
        return;
      }
      case 'MESSAGE': {
        const texts = users?.texts;
        if (texts === undefined) break;
        return this.#asked(transaction, request, from, async (phone) =>
          this.#agent.respond(transaction, await texts.serve(request, phone)),
        );
      }
      case 'SUBSCRIBE': {
        const waiting = users?.waiting;
        if (waiting === undefined) break;
        return this.#asked(transaction, request, from, (phone) => waiting.subscribe(transaction, request, phone, from));
      }
      case 'OPTIONS':
        return this.#answerStranger(transaction, request, from, 200, { Allow: allowed, Accept: sdpType });
      default:
    }
    this.#answerStranger(transaction, request, from, 405, { Allow: allowed });
  }

  async #asked(transaction: TransactionId, request: Request, from: Remote, serve: (phone: SipPhone) => unknown): Promise<void> {
    const who = await this.#deps.users?.register.authenticate(request, from);
    if (who === undefined) return;
    if ('phone' in who) await serve(who.phone);
    else this.#agent.refuse(transaction, who.refusal);
  }

  async #invited(invite: IncomingInvite): Promise<void> {
    const { dialIn, outside, users } = this.#deps;
    if (isInside(invite.from)) return outside?.calls.ring(invite);
    const isSigned = invite.request.has('Authorization');
    if (!isSigned && (await dialIn.serve(invite))) return;
    const came = await outside?.trunks.incoming(invite.request, invite.from);
    if (came !== undefined) {
      if ('refused' in came) return invite.refuseBy(came.refused);
      invite.login = came.call.credentials;
      return outside?.calls.serve(invite, came.call);
    }
    if (users === undefined) return invite.refuse(404);
    const who = await users.register.authenticate(invite.request, invite.from);
    if ('phone' in who) return users.calls.serve(invite, who.phone);
    invite.refuseBy(who.refusal);
  }

  #answerStranger(
    transaction: TransactionId,
    request: Request,
    from: Remote,
    status: number,
    fields: Readonly<Record<string, string>> = {},
  ): void {
    this.#deps.onStranger?.(from);
    this.#refuse(transaction, request, status, fields);
  }

  #refuse(transaction: TransactionId, request: Request, status: number, fields: Readonly<Record<string, string>> = {}): void {
    this.#agent.refuse(transaction, responseTo(request, status, { toTag: this.#agent.random(), fields }));
  }
}
