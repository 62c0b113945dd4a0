/**
 * A request of ours to where a URI leads: its servers are looked for, and the next one is asked where one does not do (RFC 3263).
 *
 *     looked for ──► asked at the first ──► answered
 *         │              │ 503, unreachable, no answer at all
 *         │ nowhere      └──► asked at the next, with a branch of its own
 *         └──► 503
 */
import { Failover, Request, writeMessage } from '@offhook/sip';
import type { Remote, Response, TransactionId, Uri } from '@offhook/sip';
import type { Asker, SipAgent } from './agent.ts';

/** What our Via adds to it. */
const viaBytes = 120;

export class Asking {
  readonly #agent: SipAgent;
  readonly #request: Request;
  readonly #asker: Asker;
  #failover = new Failover([]);
  #transaction: TransactionId | undefined;
  #attempts = 0;
  #isCancelled = false;

  /** What is in `request` stays as it is; a Via of an earlier attempt is left out. */
  constructor(agent: SipAgent, request: Request, uri: Uri, asker: Asker) {
    this.#agent = agent;
    this.#request = request;
    this.#asker = asker;
    agent.find(uri, writeMessage(request).length + viaBytes).then(
      (places) => {
        this.#failover = new Failover(places);
        this.#ask();
      },
      () => asker.failed(503),
    );
  }

  /** Where it was asked last: whoever has answered is there. */
  get place(): Remote | undefined {
    return this.#failover.place;
  }

  /** Gives an INVITE up: nobody else is asked. What comes of it is told to who has asked. */
  cancel(fields: Readonly<Record<string, string>> = {}): void {
    this.#isCancelled = true;
    if (this.#transaction !== undefined) this.#agent.cancel(this.#transaction, fields);
  }

  #ask(): void {
    const { place } = this.#failover;
    if (place === undefined || this.#isCancelled) return this.#asker.failed(503);
    const { method, target, fields, body } = this.#request;
    const attempt = ++this.#attempts;
    const transaction = this.#agent.ask(
      new Request(
        method,
        target,
        fields.filter(({ key }) => key !== 'via'),
        body,
      ),
      place,
      {
        response: (response) => this.#heard(response),
        failed: (status) => {
          if (!this.#isCancelled && this.#failover.failed(status)) this.#ask();
          else this.#asker.failed(status);
        },
      },
    );
    // It may have failed already, and have been asked elsewhere.
    if (attempt === this.#attempts) this.#transaction = transaction;
  }

  #heard(response: Response): void {
    if (!this.#isCancelled && this.#failover.heard(response)) this.#ask();
    else this.#asker.response(response);
  }
}
