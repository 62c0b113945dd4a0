/** Two layers and a network between them with a clock of its own, for tests. */
import { nameAddr, writeNameAddr } from '../message/name-addr.ts';
import { fieldsOf, Request } from '../message/message.ts';
import { Params } from '../message/params.ts';
import { responseTo } from '../message/respond.ts';
import { sipUri } from '../message/uri.ts';
import type { Asked, LayerOptions } from './layer.ts';
import { TransactionLayer } from './layer.ts';
import type { Instant, Output, Remote, TransactionId } from './types.ts';

export type Told = Exclude<Output, { type: 'send' }>;

export function counter(prefix: string): () => string {
  let count = 0;
  return () => `${prefix}${++count}`;
}

export const places = {
  here: { transport: 'udp', address: '192.0.2.1', port: 5060 },
  there: { transport: 'udp', address: '192.0.2.2', port: 5060 },
} as const satisfies Record<string, Remote>;

export function requestOf(method: string, more: Readonly<Record<string, string>> = {}, cseq = 1): Request {
  return new Request(
    method,
    'sip:lena@192.0.2.2',
    fieldsOf({
      From: writeNameAddr(nameAddr(sipUri('example.net', { user: 'omar' }), { params: Params.of({ tag: 'o1' }) })),
      To: '<sip:lena@example.org>',
      'Call-ID': 'call-1',
      CSeq: `${cseq} ${method}`,
      ...more,
    }),
  );
}

/** One end of the line. What its layer tells is kept with the time. */
export class End {
  readonly layer: TransactionLayer;
  readonly told: { readonly at: Instant; readonly output: Told }[] = [];
  /** What it has sent: the first line, and when. */
  readonly sent: { readonly at: Instant; readonly line: string; readonly text: string }[] = [];
  readonly place: Remote;
  readonly #line: Line;

  constructor(line: Line, place: Remote, name: string, options: Pick<LayerOptions, 'isQuiet'>) {
    this.#line = line;
    this.place = place;
    this.layer = new TransactionLayer({ random: counter(name), ...options });
  }

  take(outputs: readonly Output[]): void {
    for (const output of outputs) {
      if (output.type === 'send') {
        const [line = ''] = output.text.split('\r\n', 1);
        this.sent.push({ at: this.#line.now, line, text: output.text });
        this.#line.carry(this, output.text, output.to);
      } else this.told.push({ at: this.#line.now, output });
    }
  }

  ask(request: Request, to: Remote): TransactionId {
    const { transaction, outputs }: Asked = this.layer.request(
      request,
      to,
      { host: this.place.address, port: this.place.port },
      this.#line.now,
    );
    this.take(outputs);
    return transaction;
  }

  answer(status: number, toTag = 'l1', of: Request | undefined = this.requests.at(-1)?.request): void {
    const asked = this.requests.find(({ request }) => request === of);
    if (asked !== undefined)
      this.take(this.layer.respond(asked.transaction, responseTo(asked.request, status, { toTag }), this.#line.now));
  }

  get requests(): readonly Extract<Told, { type: 'request' }>[] {
    return this.told.flatMap(({ output }) => (output.type === 'request' ? [output] : []));
  }

  get statuses(): readonly number[] {
    return this.told.flatMap(({ output }) => (output.type === 'response' ? [output.response.status] : []));
  }

  /** In one word each. */
  get words(): readonly string[] {
    return this.told.map(({ output }) => (output.type === 'response' ? String(output.response.status) : output.type));
  }
}

/** What becomes of a text on its way: when it arrives, in milliseconds from now, as often as there are numbers. */
export type Fate = (from: End, text: string) => readonly number[];

export class Line {
  now: Instant = 0;
  fate: Fate = () => [10];
  readonly here: End;
  readonly there: End;
  readonly #onWay: { readonly at: Instant; readonly to: End; readonly from: End; readonly text: string }[] = [];
  readonly #transport: Remote['transport'];

  constructor(transport: Remote['transport'] = 'udp', options: Pick<LayerOptions, 'isQuiet'> = {}) {
    this.#transport = transport;
    this.here = new End(this, { ...places.here, transport }, 'h', options);
    this.there = new End(this, { ...places.there, transport }, 't', options);
  }

  carry(from: End, text: string, to: Remote): void {
    const end = to.address === this.here.place.address ? this.here : this.there;
    for (const delay of this.fate(from, text)) this.#onWay.push({ at: this.now + delay, to: end, from, text });
  }

  get next(): Instant | undefined {
    const times = [...this.#onWay.map(({ at }) => at), this.here.layer.deadline, this.there.layer.deadline];
    const known = times.filter((at) => at !== undefined);
    return known.length === 0 ? undefined : Math.min(...known);
  }

  /** Until nothing happens any more, or this much time has passed. */
  run(milliseconds = Number.POSITIVE_INFINITY): this {
    const until = this.now + milliseconds;
    for (let next = this.next; next !== undefined && next <= until; next = this.next) {
      this.now = Math.max(this.now, next);
      const arrived = this.#onWay.filter(({ at }) => at <= this.now);
      for (const one of arrived) this.#onWay.splice(this.#onWay.indexOf(one), 1);
      for (const { to, from, text } of arrived) to.take(to.layer.receive(text, from.place, this.now));
      for (const end of [this.here, this.there]) end.take(end.layer.tick(this.now));
    }
    if (until !== Number.POSITIVE_INFINITY) this.now = until;
    return this;
  }

  get isReliable(): boolean {
    return this.#transport !== 'udp';
  }
}
