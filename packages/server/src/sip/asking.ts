/**
 * A request of ours to where a URI leads, or to places that are known: the next one is asked where one does not do (RFC 3263).
 *
 *     looked for ──► asked at the first ──► answered
 *         │              │ 503, unreachable, no answer at all
 *         │ nowhere      └──► asked at the next, with a branch of its own
 *         └──► 503
 */
import { Failover, fieldsOf, Request, writeMessage } from '@offhook/sip';
import type { FieldValues, Remote, Response, TransactionId, Uri } from '@offhook/sip';
import type { Asker, SipAgent } from './agent.ts';

/** What our Via and what is said at one place alone add to it. */
const addedBytes = 120;
const nothing = (): FieldValues => ({});

/** Where a request goes: to where this leads, or to the first of these that does. */
export type Hop = Uri | readonly Remote[];

export class Asking {
  readonly #agent: SipAgent;
  readonly #request: Request;
  readonly #asker: Asker;
  readonly #fieldsAt: (place: Remote) => FieldValues;
  #failover = new Failover([]);
  #transaction: TransactionId | undefined;
  #attempts = 0;
  #isCancelled = false;

  /**
   * What is in `request` stays as it is; a Via of an earlier attempt is left out. `fieldsAt`: what is to be said besides at one place, such as
   * where we are reached by its transport.
   */
  constructor(agent: SipAgent, request: Request, to: Hop, asker: Asker, fieldsAt: (place: Remote) => FieldValues = nothing) {
    this.#agent = agent;
    this.#request = request;
    this.#asker = asker;
    this.#fieldsAt = fieldsAt;
    if (isPlaces(to)) this.#begin(to);
    else this.#look(to);
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

  #look(uri: Uri): void {
    this.#agent.find(uri, writeMessage(this.#request).length + addedBytes).then(
      (places) => this.#begin(places),
      () => this.#asker.failed(503),
    );
  }

  #begin(places: readonly Remote[]): void {
    this.#failover = new Failover(places);
    this.#ask();
  }

  #ask(): void {
    const { place } = this.#failover;
    if (place === undefined || this.#isCancelled) return this.#asker.failed(503);
    const { method, target, fields, body } = this.#request;
    const attempt = ++this.#attempts;
    const said = fields.filter(({ key }) => key !== 'via');
    const request = new Request(method, target, [...said, ...fieldsOf(this.#fieldsAt(place))], body);
    const transaction = this.#agent.ask(request, place, {
      response: (response) => this.#heard(response),
      failed: (status) => {
        if (!this.#isCancelled && this.#failover.failed(status)) this.#ask();
        else this.#asker.failed(status);
      },
    });
    // It may have failed already, and have been asked elsewhere.
    if (attempt === this.#attempts) this.#transaction = transaction;
  }

  #heard(response: Response): void {
    if (!this.#isCancelled && this.#failover.heard(response)) this.#ask();
    else this.#asker.response(response);
  }
}

function isPlaces(to: Hop): to is readonly Remote[] {
  return Array.isArray(to);
}
