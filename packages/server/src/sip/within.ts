/**
 * What we ask in a dialog: by the way that the call has come, else where its Contact leads; with who we are where that was asked before, and
 * once more where it is asked now (RFC 3261 §22.2, §22.3). An INVITE is not waited for without end.
 *
 *        401, 407: the same with who we are, and the next number
 *                   ┌───┐
 *                   ▼   │
 *     request ──► asked ┴──────────────────────────────► final answer, or nobody
 *                   └── INVITE, 32 s, or the call is over: CANCEL ──► 487
 */
import type { Dialog, DigestClient, FieldValues, Remote, Request, Response } from '@offhook/sip';
import type { SipAgent } from './agent.ts';
import { Asking } from './asking.ts';

export interface AskerWithin {
  /** `asked`: what it answers, which has another number than what was to be asked where who we are was asked first. */
  response(response: Response, asked: Request): void;
  /** 408: nobody has answered. 503: it could not be sent. */
  failed(status: 408 | 503): void;
}

/** A proxy and who is behind it may both ask, and find that what they are shown is too old. */
export const challengesMost = 3;

/** As long as a request that nobody says anything to (64·T1). */
const patienceMs = 32_000;

/** An INVITE that has no final answer. */
interface Open {
  cancel: (() => void) | undefined;
  isGivenUp: boolean;
}

export class AskingWithin {
  /** To where what we say goes while that can be reached. */
  place: Remote;
  readonly #agent: SipAgent;
  readonly #dialog: Dialog;
  readonly #digest: DigestClient | undefined;
  readonly #open = new Set<Open>();

  constructor(agent: SipAgent, dialog: Dialog, place: Remote, digest: DigestClient | undefined) {
    this.#agent = agent;
    this.#dialog = dialog;
    this.place = place;
    this.#digest = digest;
  }

  ask(request: Request, asker: AskerWithin): void {
    this.#digest?.authorize(request);
    this.#ask(request, asker, 0);
  }

  /** The same where nothing depends on the answer. */
  tell(method: string, fields: FieldValues = {}): void {
    this.ask(this.#dialog.request(method, fields), { response: () => undefined, failed: () => undefined });
  }

  /** To a 2xx to this INVITE, with what that has said of who we are (§13.2.2.4). */
  acknowledge(invite: Request): void {
    this.#agent.acknowledge(this.#dialog.ack(invite.cseq.number, credentialsIn(invite)), this.place);
  }

  /** What is offered anew is not wanted any more. */
  giveUp(): void {
    for (const one of this.#open) giveUp(one);
  }

  #ask(request: Request, asker: AskerWithin, challenges: number): void {
    const open: Open = { cancel: undefined, isGivenUp: false };
    const settle = request.method === 'INVITE' ? this.#await(open) : () => undefined;
    const heard = (response: Response): void => {
      if (response.status >= 200) settle();
      const again = open.isGivenUp ? undefined : this.#again(request, response, challenges);
      if (again === undefined) asker.response(response, request);
      else this.#ask(again, asker, challenges + 1);
    };
    const failed = (status: 408 | 503): void => {
      settle();
      asker.failed(status);
    };
    const transaction = this.#agent.ask(request, this.place, {
      response: heard,
      failed: (status) => {
        if (status === 408 || open.isGivenUp) return failed(status);
        // A connection may be gone while the phone is not.
        const asking = new Asking(this.#agent, request, this.#dialog.nextHop, {
          response: (response) => {
            this.place = asking.place ?? this.place;
            heard(response);
          },
          failed,
        });
        open.cancel = () => asking.cancel();
      },
    });
    open.cancel ??= () => this.#agent.cancel(transaction);
  }

  /** To be called once there is a final answer, or none will come. */
  #await(open: Open): () => void {
    this.#open.add(open);
    const forget = this.#agent.clock.schedule(patienceMs, () => giveUp(open));
    return () => {
      forget();
      this.#open.delete(open);
    };
  }

  /** Undefined: it was not asked who we are, or it would be of no use. */
  #again(request: Request, response: Response, challenges: number): Request | undefined {
    const isAsked = response.status === 401 || response.status === 407;
    if (!isAsked || this.#digest === undefined || challenges === challengesMost) return undefined;
    // What is shown before anybody asks may be refused as too old without a word of that.
    if (!this.#digest.learn(challenges === 0 ? undefined : request, response)) return undefined;
    const again = this.#dialog.again(request);
    this.#digest.authorize(again);
    return again;
  }
}

function giveUp(open: Open): void {
  if (open.isGivenUp) return;
  open.isGivenUp = true;
  open.cancel?.();
}

function credentialsIn(request: Request): FieldValues {
  return { Authorization: request.all('Authorization'), 'Proxy-Authorization': request.all('Proxy-Authorization') };
}
