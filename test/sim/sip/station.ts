/** A user agent on the simulated network, made of the public stack alone: its transactions, and who is told what they tell. */
import { dialogKey, responseTo, TransactionLayer } from '@offhook/sip';
import type { ByteString, Output, Remote, Request, Response, TransactionId } from '@offhook/sip';
import type { Scope } from '../time.ts';
import { sipPort } from './network.ts';
import type { Host, Link, SipNetwork } from './network.ts';

/** What a request of ours came to: answers, and that none came. */
export type Heard = (response: Response | 'nobody') => void;

/** One call of the station. */
export interface Party {
  request(transaction: TransactionId, request: Request): void;
  acknowledged(ack: Request): void;
}

export interface StationDeps {
  readonly name: string;
  readonly address: string;
  readonly link: Link;
  readonly network: SipNetwork;
  readonly scope: Scope;
  readonly random: () => string;
  /** Requests outside of dialogs. */
  readonly serve: (transaction: TransactionId, request: Request) => void;
}

/** As phones do: what is too short to be answered with as much by UDP is not answered at all where nobody is known. */
const said = {
  'User-Agent': 'Desk phone of the simulator',
  Allow: 'INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, PRACK, UPDATE, REFER, NOTIFY',
};

export class Station implements Host {
  readonly name: string;
  address: string;
  readonly link: Link;
  readonly random: () => string;
  readonly scope: Scope;
  readonly #deps: StationDeps;
  readonly #layer: TransactionLayer;
  readonly #heard = new Map<TransactionId, Heard>();
  readonly #cancelled = new Map<TransactionId, () => void>();
  readonly #parties = new Map<string, Party>();
  #cancelTimer: (() => void) | undefined;

  constructor(deps: StationDeps) {
    this.#deps = deps;
    this.name = deps.name;
    this.address = deps.address;
    this.link = deps.link;
    this.random = deps.random;
    this.scope = deps.scope;
    this.#layer = new TransactionLayer({ random: deps.random });
    deps.network.add(this);
  }

  /** Transactions and dialogs that are open. */
  get open(): number {
    return this.#layer.size + this.#parties.size;
  }

  get contact(): string {
    return `<sip:${this.address}:${sipPort}>`;
  }

  /** Its network gives it another address. */
  moveTo(address: string): void {
    this.#deps.network.remove(this.address);
    this.address = address;
    this.#deps.network.add(this);
  }

  receive(text: ByteString, from: Remote): void {
    if (!this.scope.isOver) this.#take(this.#layer.receive(text, from, this.scope.now()));
  }

  ask(request: Request, to: Remote, heard: Heard): TransactionId {
    for (const [name, value] of Object.entries(said)) request.set(name, value);
    const { transaction, outputs } = this.#layer.request(request, to, this.#sentBy, this.scope.now());
    this.#heard.set(transaction, heard);
    this.#take(outputs);
    return transaction;
  }

  acknowledge(ack: Request, to: Remote): void {
    this.#take([this.#layer.acknowledge(ack, to, this.#sentBy)]);
  }

  cancel(transaction: TransactionId): void {
    this.#take(this.#layer.cancel(transaction, this.scope.now()));
  }

  respond(transaction: TransactionId, response: Response): void {
    this.#take(this.#layer.respond(transaction, response, this.scope.now()));
  }

  onCancel(transaction: TransactionId, cancelled: () => void): void {
    this.#cancelled.set(transaction, cancelled);
  }

  enter(key: string, party: Party): void {
    this.#parties.set(key, party);
  }

  leave(key: string): void {
    this.#parties.delete(key);
  }

  get #sentBy(): { readonly host: string; readonly port: number } {
    return { host: this.address, port: sipPort };
  }

  #take(outputs: readonly Output[]): void {
    for (const output of outputs) this.#hear(output);
    this.#cancelTimer?.();
    const at = this.#layer.deadline;
    if (at === undefined) return;
    const { scope } = this;
    this.#cancelTimer = scope.schedule(at - scope.now(), () => this.#take(this.#layer.tick(scope.now())));
  }

  #hear(output: Output): void {
    switch (output.type) {
      case 'send':
        return this.#deps.network.send(this, output.to, output.text);
      case 'request': {
        const { transaction, request } = output;
        if (request.toTag === undefined) return this.#deps.serve(transaction, request);
        const party = this.#parties.get(dialogKey(request));
        if (party === undefined) return this.respond(transaction, responseTo(request, 481));
        return party.request(transaction, request);
      }
      case 'ack':
        return this.#parties.get(dialogKey(output.request))?.acknowledged(output.request);
      case 'cancel':
        return this.#cancelled.get(output.transaction)?.();
      case 'response':
        return this.#heard.get(output.transaction)?.(output.response);
      case 'timeout':
      case 'unreachable':
        return this.#heard.get(output.transaction)?.('nobody');
      case 'ended':
        this.#heard.delete(output.transaction);
        this.#cancelled.delete(output.transaction);
    }
  }
}
